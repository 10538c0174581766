/**
 * How a handler's failure becomes the error its request is answered with.
 *
 * Tools have a way of their own (results with `isError`); this is for reads and prompts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ProtocolError from "../ProtocolError.ts"
import type { SessionError } from "../SessionError.ts"

/**
 * Keeps a `ProtocolError`; failing to get an answer from the client is an internal error that says so.
 *
 * @category combinators
 * @since 0.1.0
 */
export const toProtocolError = <A>(
  effect: Effect.Effect<A, ProtocolError.ProtocolError | SessionError>
): Effect.Effect<A, ProtocolError.ProtocolError> =>
  Effect.catchTag(effect, "SessionError", (error) => Effect.fail(ProtocolError.internalError(error.message)))
