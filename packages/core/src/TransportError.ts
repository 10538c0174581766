/**
 * The errors of a `Transport`: what can go wrong between two peers before a message is understood.
 *
 * It is not an error of the protocol: nothing here was said by the other side (BASE-38).
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The connection has ended.
 *
 * @category errors
 * @since 0.1.0
 */
export class Closed extends Schema.TaggedError<Closed>()("Closed", {}) {
  override get message(): string {
    return "The connection is closed"
  }
}

/**
 * The bytes could not be read or written, `because` of what is safe to show, if that is known; the cause is for logs only.
 *
 * @category errors
 * @since 0.1.0
 */
export class Broken extends Schema.TaggedError<Broken>()("Broken", {
  because: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message(): string {
    return explained("The connection broke", this.because)
  }
}

/**
 * The other side is a process, and could not be started; the cause is for logs only. It is of no use to try again unless it is transient, for want of
 * something that others have taken.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  message: Schema.String,
  isTransient: Schema.optionalKey(Schema.Boolean),
  cause: Schema.Defect()
}) {}

/**
 * The other side is a process, and has ended: with a code or by a signal. `stderr` holds its last words, which are for logs only.
 *
 * @category errors
 * @since 0.1.0
 */
export class Exited extends Schema.TaggedError<Exited>()("Exited", {
  code: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String),
  stderr: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return this.signal === null ? `The process ended with code ${this.code}` : `The process was ended by ${this.signal}`
  }
}

/**
 * The other side sends too much that is no message; `size` is in bytes.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unintelligible extends Schema.TaggedError<Unintelligible>()("Unintelligible", { size: Schema.Int }) {
  override get message(): string {
    return `${this.size} bytes hold no message`
  }
}

/**
 * The other side could not be reached, `because` of what is safe to show, if that is known: nothing was sent. The cause is for logs only.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  because: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message(): string {
    return explained("The other side cannot be reached", this.because)
  }
}

/**
 * The other side did not take the message in, and said so with a status of HTTP instead of an answer. `message` is safe to show.
 *
 * @category errors
 * @since 0.1.0
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  status: Schema.Int,
  message: Schema.String
}) {}

/**
 * The other side does not know the session, or knows it no longer: nothing more is said in it, and a new one begins with `initialize`
 * (HTTP-53).
 *
 * @category errors
 * @since 0.1.0
 */
export class SessionLost extends Schema.TaggedError<SessionLost>()("SessionLost", {}) {
  override get message(): string {
    return "The other side does not know the session any more"
  }
}

/**
 * A failure of the transport, with its `reason`.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  reason: Schema.Union([Closed, Broken, NotStarted, Exited, Unintelligible, Unreachable, Refused, SessionLost])
}) {
  override get message(): string {
    return this.reason.message
  }
}

const explained = (text: string, because: string | undefined): string =>
  because === undefined ? text : `${text}: ${because}`

/**
 * The `TransportError` of a connection that has ended.
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = (): TransportError => new TransportError({ reason: new Closed() })
