/**
 * `Delays` are how long a client waits before it comes back to a stream that has ended or that it could not open.
 *
 * They are not how often it comes back, which depends on the stream.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * The delays of a transport.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delays {
  /** Before the first attempt, when the server has named no time; 1 second by default. Each attempt that brings nothing doubles it. */
  readonly reconnectDelay?: Duration.Input
  /** The longest that it becomes; 30 seconds by default. */
  readonly maxReconnectDelay?: Duration.Input
  /** How much of a delay is left to chance, from 0 to 1, so that not all clients come back at once; 0.5 by default. */
  readonly reconnectJitter?: number
  /** The longest time that a server may name (`retry`); 5 minutes by default. */
  readonly maxRetry?: Duration.Input
}

// In milliseconds: a server that names no time at all is not asked without end.
const minRetry = 20

/**
 * How long to wait, with the time that the server has named (`retry`, in milliseconds) and how many attempts have brought nothing since. The
 * server is never asked before its own time (HTTP-24).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (delays: Delays) => {
  const millis = (input: Duration.Input | undefined, otherwise: number) =>
    input === undefined ? otherwise : Duration.toMillis(Duration.fromInputUnsafe(input))
  const initial = millis(delays.reconnectDelay, 1000)
  const max = millis(delays.maxReconnectDelay, 30_000)
  const maxRetry = millis(delays.maxRetry, 300_000)
  const jitter = Math.min(1, Math.max(0, delays.reconnectJitter ?? 0.5))
  return (retry: number | undefined, failures: number): Effect.Effect<void> => {
    const named = retry === undefined ? 0 : Math.max(minRetry, Math.min(retry, maxRetry))
    if (retry !== undefined && failures === 0) return Effect.sleep(named)
    // beyond 2^30 it is the longest one anyway
    const delay = Math.min(max, initial * 2 ** Math.min(failures, 30))
    return Effect.flatMap(
      Random.next,
      (random) => Effect.sleep(Math.max(named, delay * (1 - jitter * random)))
    )
  }
}
