/**
 * `Backoff` says how long to wait before the next try: at random, up to a bound that doubles each time, so that many who lost the same server do not
 * come back to it at the same moment.
 *
 * It does not know what is tried, and counts nothing.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * Bounds of a wait, in milliseconds: of the first one, and of any.
 *
 * @category models
 * @since 0.1.0
 */
export interface Backoff {
  readonly initialDelay: number
  readonly maxDelay: number
}

/**
 * Bounds of waits; 100 milliseconds and 30 seconds by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (initialDelay: Duration.Input | undefined, maxDelay: Duration.Input | undefined): Backoff => ({
  initialDelay: Duration.toMillis(initialDelay ?? Duration.millis(100)),
  maxDelay: Duration.toMillis(maxDelay ?? Duration.seconds(30))
})

/**
 * How long to wait after so many failures in a row, in milliseconds.
 *
 * @category combinators
 * @since 0.1.0
 */
export const delay = ({ initialDelay, maxDelay }: Backoff, failures: number): Effect.Effect<number> =>
  Effect.map(Random.next, (share) => Math.round(share * Math.min(maxDelay, initialDelay * 2 ** (failures - 1))))
