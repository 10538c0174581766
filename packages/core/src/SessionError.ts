/**
 * The errors of asking the other side: what `request` on a session can fail with.
 *
 * It is not what we answer to a request (that is `ProtocolError`): an answer received and an error raised here are never confused (BASE-38).
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * No answer came in time; the request was cancelled (CANC-15). `timeout` is in milliseconds.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestTimeout extends Schema.TaggedError<RequestTimeout>()("RequestTimeout", {
  method: Schema.String,
  timeout: Schema.Finite
}) {
  override get message(): string {
    return `No answer to ${this.method} within ${this.timeout} ms`
  }
}

/**
 * The other side did not declare the capability that the request needs; nothing was sent (INIT-15).
 *
 * @category errors
 * @since 0.1.0
 */
export class CapabilityMissing extends Schema.TaggedError<CapabilityMissing>()("CapabilityMissing", {
  capability: Schema.String
}) {
  override get message(): string {
    return `The other side did not declare the capability ${this.capability}`
  }
}

/**
 * The other side answered with a JSON-RPC error.
 *
 * @category errors
 * @since 0.1.0
 */
export class ErrorAnswer extends Schema.TaggedError<ErrorAnswer>()("ErrorAnswer", {
  code: Schema.Int,
  message: Schema.String,
  data: Schema.optionalKey(Schema.Unknown)
}) {}

/**
 * The answer does not fit the method's result.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidAnswer extends Schema.TaggedError<InvalidAnswer>()("InvalidAnswer", {
  method: Schema.String,
  message: Schema.String
}) {}

/**
 * The request itself breaks a rule of the specification; nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAllowed extends Schema.TaggedError<NotAllowed>()("NotAllowed", { message: Schema.String }) {}

/**
 * The connection ended before the answer came.
 *
 * @category errors
 * @since 0.1.0
 */
export class Disconnected extends Schema.TaggedError<Disconnected>()("Disconnected", {}) {
  override get message(): string {
    return "The connection ended before the answer came"
  }
}

/**
 * A failure to get an answer from the other side, with its `reason`.
 *
 * @category errors
 * @since 0.1.0
 */
export class SessionError extends Schema.TaggedError<SessionError>()("SessionError", {
  reason: Schema.Union([RequestTimeout, CapabilityMissing, ErrorAnswer, InvalidAnswer, NotAllowed, Disconnected])
}) {
  override get message(): string {
    const { reason } = this
    // what did not fit says nothing to those who do not know what was asked
    return reason._tag === "InvalidAnswer"
      ? `The answer to ${reason.method} does not fit: ${reason.message}`
      : reason.message
  }
}

/**
 * Fails with a `SessionError` of this reason.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fail = (reason: SessionError["reason"]): Effect.Effect<never, SessionError> =>
  Effect.fail(new SessionError({ reason }))
