/**
 * The errors a request is answered with: each reason stands for one JSON-RPC error of the specification.
 *
 * It is not what the other side answered to us (that is `SessionError`), and its text is safe to show to a peer: causes are logged, never
 * carried here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#responses
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as JsonRpc from "./JsonRpc.ts"
import { ClientCapabilities } from "./protocol/Capabilities.ts"

/**
 * The message is not a valid request, or not valid now (-32600).
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  message: Schema.String
}) {}

/**
 * The method is unknown to this revision, or its capability was not advertised (-32601).
 *
 * @category errors
 * @since 0.1.0
 */
export class MethodNotFound extends Schema.TaggedError<MethodNotFound>()("MethodNotFound", {
  method: Schema.String
}) {
  override get message(): string {
    return `Method not found: ${this.method.slice(0, 128)}`
  }
}

/**
 * The parameters do not fit the method: shape, unknown tool or prompt, bad cursor, bad level (-32602).
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidParams extends Schema.TaggedError<InvalidParams>()("InvalidParams", {
  message: Schema.String,
  data: Schema.optionalKey(Schema.Unknown)
}) {}

/**
 * A request of the stateless era does not say in its `_meta` what it has to (-32602; META-13).
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidMeta extends Schema.TaggedError<InvalidMeta>()("InvalidMeta", {
  message: Schema.String
}) {}

/**
 * What is mirrored beside a message differs from what the message says, or is missing (-32020; HTTP26-22, HTTP26-25, HTTP26-26).
 *
 * @category errors
 * @since 0.1.0
 */
export class HeaderMismatch extends Schema.TaggedError<HeaderMismatch>()("HeaderMismatch", {
  message: Schema.String
}) {}

/**
 * The request needs capabilities that its client did not declare (-32021, in the session era -32603; META-16).
 *
 * @category errors
 * @since 0.1.0
 */
export class MissingClientCapability extends Schema.TaggedError<MissingClientCapability>()("MissingClientCapability", {
  requiredCapabilities: ClientCapabilities
}) {
  override get message(): string {
    return `The request needs a capability that the client did not declare: ${namesOf(this.requiredCapabilities)}`
  }
}

// As `SessionError` names them, so that somebody who sees no more than the text knows what it takes.
const namesOf = (capabilities: ClientCapabilities): string =>
  Object.entries(capabilities).flatMap(([name, more]) => {
    const parts = Object.keys(more ?? {})
    return parts.length === 0 ? [name] : parts.map((part) => `${name}.${part}`)
  }).join(", ")

/**
 * The server does not speak the version that the request is in (-32022; VER-2).
 *
 * @category errors
 * @since 0.1.0
 */
export class UnsupportedProtocolVersion
  extends Schema.TaggedError<UnsupportedProtocolVersion>()("UnsupportedProtocolVersion", {
    supported: Schema.Array(Schema.String),
    requested: Schema.String
  })
{
  override get message(): string {
    return `Unsupported protocol version: ${this.requested.slice(0, 128)}`
  }
}

/**
 * No resource has this URI (-32002, from 2026-07-28 on -32602; RES-10, RES-11).
 *
 * @category errors
 * @since 0.1.0
 */
export class ResourceNotFound extends Schema.TaggedError<ResourceNotFound>()("ResourceNotFound", {
  uri: Schema.String
}) {
  override get message(): string {
    return "Resource not found"
  }
}

/**
 * The request cannot go on before the user has completed out-of-band interactions (-32042, 2025-11-25 only; ELIC-29).
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
 * Something failed that the peer is told nothing about (-32603).
 *
 * @category errors
 * @since 0.1.0
 */
export class InternalError extends Schema.TaggedError<InternalError>()("InternalError", {
  message: Schema.String
}) {}

// What JSON-RPC and the specification keep for themselves (BASE-32, BASE-34, BASE-37).
const OwnCode = Schema.Int.check(
  Schema.makeFilter((code) =>
    code < -32768 || code > -32000 ? undefined : "an application's error code lies outside -32768 to -32000"
  )
)

/**
 * An error of the application with a code of its own, outside -32768 to -32000: to make one with a code in there is a defect.
 *
 * @category errors
 * @since 0.1.0
 */
export class ApplicationError extends Schema.TaggedError<ApplicationError>()("ApplicationError", {
  code: OwnCode,
  message: Schema.String,
  data: Schema.optionalKey(Schema.Unknown)
}) {}

/**
 * The error a request is answered with, by its `reason`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ProtocolError extends Schema.TaggedError<ProtocolError>()("ProtocolError", {
  reason: Schema.Union([
    InvalidRequest,
    MethodNotFound,
    InvalidParams,
    InvalidMeta,
    HeaderMismatch,
    MissingClientCapability,
    UnsupportedProtocolVersion,
    ResourceNotFound,
    UrlElicitationRequired,
    InternalError,
    ApplicationError
  ])
}) {
  override get message(): string {
    return this.reason.message
  }
}

/**
 * A `ProtocolError` with code -32600.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalidRequest = (message: string): ProtocolError =>
  new ProtocolError({ reason: new InvalidRequest({ message }) })

/**
 * A `ProtocolError` with code -32601.
 *
 * @category constructors
 * @since 0.1.0
 */
export const methodNotFound = (method: string): ProtocolError =>
  new ProtocolError({ reason: new MethodNotFound({ method }) })

/**
 * A `ProtocolError` with code -32602.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalidParams = (message: string, data?: unknown): ProtocolError =>
  new ProtocolError({ reason: new InvalidParams(data === undefined ? { message } : { message, data }) })

/**
 * The `ProtocolError` of a request whose `_meta` lacks what every request has to say, with code -32602.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalidMeta = (message: string): ProtocolError =>
  new ProtocolError({ reason: new InvalidMeta({ message }) })

/**
 * A `ProtocolError` with code -32020.
 *
 * @category constructors
 * @since 0.1.0
 */
export const headerMismatch = (message: string): ProtocolError =>
  new ProtocolError({ reason: new HeaderMismatch({ message }) })

/**
 * A `ProtocolError` with code -32021 that names what the client would have to declare.
 *
 * @category constructors
 * @since 0.1.0
 */
export const missingClientCapability = (requiredCapabilities: ClientCapabilities): ProtocolError =>
  new ProtocolError({ reason: new MissingClientCapability({ requiredCapabilities }) })

/**
 * A `ProtocolError` with code -32022 that names the versions to choose from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unsupportedProtocolVersion = (supported: ReadonlyArray<string>, requested: string): ProtocolError =>
  new ProtocolError({ reason: new UnsupportedProtocolVersion({ supported, requested }) })

/**
 * The `ProtocolError` of a name that nothing has, with code -32602. `kind` says what was looked for; a long name is cut.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unknown = (kind: string, name: string): ProtocolError =>
  invalidParams(`Unknown ${kind}: ${name.slice(0, 128)}`)

/**
 * The `ProtocolError` of a resource that does not exist.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resourceNotFound = (uri: string): ProtocolError =>
  new ProtocolError({ reason: new ResourceNotFound({ uri }) })

/**
 * A `ProtocolError` with code -32603 and nothing but this text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const internalError = (message: string = "Internal error"): ProtocolError =>
  new ProtocolError({ reason: new InternalError({ message }) })

/**
 * A `ProtocolError` with a code of the application's own, outside -32768 to -32000; throws for one in there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const application = (code: number, message: string, data?: unknown): ProtocolError =>
  new ProtocolError({ reason: new ApplicationError(data === undefined ? { code, message } : { code, message, data }) })

/**
 * The one mapping from an error to its wire form. `resourceNotFound` is the code that the revision has for it,
 * `capabilityError` whether it has one for missing capabilities; without `urlElicitation` the other side knows nothing of URLs to send its user to, and is told only that the request failed (ELIC-6).
 *
 * @category encoding
 * @since 0.1.0
 */
export const toErrorObject = (
  error: ProtocolError,
  peer?: {
    readonly resourceNotFound: number
    readonly capabilityError: boolean
    readonly urlElicitation?: boolean
  }
): JsonRpc.ErrorObject => {
  const reason = error.reason
  switch (reason._tag) {
    case "InvalidRequest":
      return { code: JsonRpc.invalidRequest, message: reason.message }
    case "MethodNotFound":
      return { code: JsonRpc.methodNotFound, message: reason.message }
    case "InvalidParams":
      return reason.data === undefined
        ? { code: JsonRpc.invalidParams, message: reason.message }
        : { code: JsonRpc.invalidParams, message: reason.message, data: reason.data }
    case "InvalidMeta":
      return { code: JsonRpc.invalidParams, message: reason.message }
    case "HeaderMismatch":
      return { code: -32020, message: reason.message }
    case "MissingClientCapability":
      return peer?.capabilityError === false
        ? { code: JsonRpc.internalError, message: reason.message }
        : { code: -32021, message: reason.message, data: { requiredCapabilities: reason.requiredCapabilities } }
    case "UnsupportedProtocolVersion":
      return {
        code: -32022,
        message: reason.message,
        data: { supported: reason.supported, requested: reason.requested }
      }
    case "ResourceNotFound":
      return {
        code: peer?.resourceNotFound ?? -32002,
        message: reason.message,
        data: { uri: reason.uri }
      }
    case "UrlElicitationRequired":
      return peer?.urlElicitation === false
        ? { code: JsonRpc.internalError, message: reason.message }
        : { code: -32042, message: reason.message, data: { elicitations: reason.elicitations } }
    case "InternalError":
      return { code: JsonRpc.internalError, message: reason.message }
    case "ApplicationError":
      return reason.data === undefined
        ? { code: reason.code, message: reason.message }
        : { code: reason.code, message: reason.message, data: reason.data }
  }
}
