/**
 * The errors of asking the other side: what `request` on a session can fail with.
 *
 * It is not what we answer to a request (that is `ProtocolError`): an answer received and an error raised here are never confused (BASE-38).
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as JsonRpc from "./JsonRpc.ts"
import type { TransportError } from "./TransportError.ts"

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
 * The request cannot go on before the user has been to these URLs (ELIC-29); a client without the capability for it is told nothing of them.
 *
 * @category errors
 * @since 0.1.0
 */
export class UrlElicitationRequired extends Schema.TaggedError<UrlElicitationRequired>()("UrlElicitationRequired", {
  message: Schema.String,
  elicitations: Schema.Array(Schema.Struct({
    mode: Schema.Literal("url"),
    message: Schema.String,
    url: Schema.String,
    elicitationId: Schema.String
  }))
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
 * The connection ended before the answer came, `because` of what the transport says, if it says something.
 *
 * @category errors
 * @since 0.1.0
 */
export class Disconnected extends Schema.TaggedError<Disconnected>()("Disconnected", {
  because: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const text = "The connection ended before the answer came"
    return this.because === undefined ? text : `${text}: ${this.because}`
  }
}

/**
 * The request did not reach the other side, which has done nothing for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotSent extends Schema.TaggedError<NotSent>()("NotSent", { message: Schema.String }) {}

/**
 * The other side did not take the request in, and said so by a status of HTTP.
 *
 * @category errors
 * @since 0.1.0
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  status: Schema.Int,
  message: Schema.String
}) {}

/**
 * The two sides have no revision in common. `offered` is what the other side speaks, as far as it said so.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoCommonVersion extends Schema.TaggedError<NoCommonVersion>()("NoCommonVersion", {
  offered: Schema.Array(Schema.String),
  spoken: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const offered = this.offered.join(", ").slice(0, 256)
    return `The server offers ${offered === "" ? "something else" : offered}, this client speaks ${
      this.spoken.join(", ")
    }`
  }
}

/**
 * The server asked for input once more, after as many rounds as the client goes along with (MRTR-29).
 *
 * @category errors
 * @since 0.1.0
 */
export class TooManyRounds extends Schema.TaggedError<TooManyRounds>()("TooManyRounds", {
  method: Schema.String,
  rounds: Schema.Int
}) {
  override get message(): string {
    return `The server asked for input more than ${this.rounds} times`
  }
}

/**
 * What the server asked for could not be given, so the request was not gone on with (MRTR-28).
 *
 * @category errors
 * @since 0.1.0
 */
export class InputNotGiven extends Schema.TaggedError<InputNotGiven>()("InputNotGiven", {
  method: Schema.String,
  message: Schema.String
}) {}

/**
 * The connection ended while the request was under way. It is not known whether it was done, and it is not safe to ask again.
 *
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", { method: Schema.String }) {
  override get message(): string {
    return `The connection ended during ${this.method}, and it is not known whether it was done`
  }
}

/**
 * There is no connection, and none is tried for now, `because` of how the last one failed. `retryAfter` is in milliseconds.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  retryAfter: Schema.Finite,
  because: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const text = "There is no connection to the server at present"
    return this.because === undefined ? text : `${text}: ${this.because}`
  }
}

/**
 * A list is longer than the client goes along with, or does not end: a page limit, an item limit, a limit of its size, or a cursor that came before (PAGE-8).
 *
 * @category errors
 * @since 0.1.0
 */
export class Incomplete extends Schema.TaggedError<Incomplete>()("Incomplete", {
  method: Schema.String,
  limit: Schema.Literals(["pages", "items", "size", "cursor"])
}) {
  override get message(): string {
    return this.limit === "cursor"
      ? `The list of ${this.method} does not end: its cursor came before`
      : this.limit === "size"
      ? `The list of ${this.method} is too long`
      : `The list of ${this.method} has too many ${this.limit}`
  }
}

/**
 * The server does not tell of changes to these lists or resources, for the reason that it gave, if it gave one (SUB-7). Nothing is subscribed to.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotGranted extends Schema.TaggedError<NotGranted>()("NotGranted", {
  lists: Schema.Array(Schema.String),
  uris: Schema.Array(Schema.String),
  because: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const text = `The server does not tell of changes to ${[...this.lists, ...this.uris].join(", ").slice(0, 256)}`
    return this.because === undefined ? text : `${text}: ${this.because}`
  }
}

/**
 * A failure to get an answer from the other side, with its `reason`.
 *
 * @category errors
 * @since 0.1.0
 */
export class SessionError extends Schema.TaggedError<SessionError>()("SessionError", {
  reason: Schema.Union([
    RequestTimeout,
    CapabilityMissing,
    ErrorAnswer,
    UrlElicitationRequired,
    InvalidAnswer,
    NotAllowed,
    Disconnected,
    NotSent,
    Refused,
    NoCommonVersion,
    TooManyRounds,
    InputNotGiven,
    OutcomeUnknown,
    Unavailable,
    Incomplete,
    NotGranted
  ])
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

/**
 * Whether the server says that there is no such resource: by the code of its revision, or by that of the session era, which servers of the newer
 * era may have kept (BASE-36, RES-10, RES-11).
 *
 * @category guards
 * @since 0.1.0
 */
export const isResourceNotFound = ({ reason }: SessionError): boolean =>
  reason._tag === "ErrorAnswer" &&
  (reason.code === -32002 || (reason.code === JsonRpc.invalidParams && Predicate.hasProperty(reason.data, "uri")))

/**
 * Why a request failed that the transport failed to hand over.
 *
 * @category conversions
 * @since 0.1.0
 */
export const ofTransport = ({ reason }: TransportError): SessionError["reason"] => {
  switch (reason._tag) {
    case "Unreachable":
    case "SessionLost":
    case "NotStarted":
      return new NotSent({ message: reason.message })
    case "Refused":
      return new Refused({ status: reason.status, message: reason.message })
    case "Closed":
      return new Disconnected({})
    default:
      return new Disconnected({ because: reason.message })
  }
}
