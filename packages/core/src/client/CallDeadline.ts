/**
 * A `CallDeadline` is when all of a call has to be over that may take several requests: its `maxTimeout`, since the first of them.
 *
 * It is not the timeout of one request (`peer/OutboundRequests`), and costs no timer before there is a second one.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MonotonicTime from "../peer/MonotonicTime.ts"
import { defaultTimeouts } from "../peer/OutboundRequests.ts"
import * as SessionError from "../SessionError.ts"
import type { RequestOptions } from "./Caller.ts"

/**
 * Interrupts what goes on after the deadline, and fails instead.
 *
 * @category models
 * @since 0.1.0
 */
export type CallDeadline = <A>(
  rest: Effect.Effect<A, SessionError.SessionError>
) => Effect.Effect<A, SessionError.SessionError>

/**
 * Begins a call now.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A>(
  method: string,
  options: RequestOptions | undefined,
  call: (deadline: CallDeadline) => Effect.Effect<A, SessionError.SessionError>
): Effect.Effect<A, SessionError.SessionError> =>
  Effect.clockWith((clock) => {
    const timeout = Duration.toMillis(options?.maxTimeout ?? defaultTimeouts.maxTimeout)
    const last = MonotonicTime.millis(clock) + timeout
    return call((rest) =>
      Effect.suspend(() =>
        last === Infinity ? rest : Effect.timeoutOrElse(rest, {
          duration: Math.max(0, last - MonotonicTime.millis(clock)),
          orElse: () => SessionError.fail(new SessionError.RequestTimeout({ method, timeout }))
        })
      )
    )
  })
