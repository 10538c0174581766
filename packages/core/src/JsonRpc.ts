/**
 * The JSON-RPC 2.0 envelope: requests, notifications, responses, ids and error codes.
 *
 * It is not the protocol: it knows no method, and what `params` and `result` hold is the business of a `Revision`'s codecs.
 * The envelope is classified by hand in one pass (`classify`), since it is touched by every message.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * The id of a request: a string or an integer, never `null` (BASE-2, BASE-3).
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestId = Schema.Union([Schema.String, Schema.Int])

/**
 * The id of a request.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestId = string | number

/**
 * A message that expects a response.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly jsonrpc: "2.0"
  readonly id: RequestId
  readonly method: string
  readonly params?: unknown
}

/**
 * A message that is never answered (BASE-14).
 *
 * @category models
 * @since 0.1.0
 */
export interface Notification {
  readonly jsonrpc: "2.0"
  readonly method: string
  readonly params?: unknown
}

/**
 * The answer to a request that succeeded.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResultResponse {
  readonly jsonrpc: "2.0"
  readonly id: RequestId
  readonly result: unknown
}

/**
 * The `error` member of an `ErrorResponse`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/**
 * The answer to a request that failed. The id is `null` or absent when it could not be determined (BASE-8, BASE-9).
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorResponse {
  readonly jsonrpc: "2.0"
  readonly id?: RequestId | null
  readonly error: ErrorObject
}

/**
 * Any one message.
 *
 * @category models
 * @since 0.1.0
 */
export type Message = Request | Notification | ResultResponse | ErrorResponse

/**
 * Invalid JSON was received.
 *
 * @category error codes
 * @since 0.1.0
 */
export const parseError = -32700

/**
 * The message is not a valid request object.
 *
 * @category error codes
 * @since 0.1.0
 */
export const invalidRequest = -32600

/**
 * The method is unknown, or its capability was not advertised (BASE-17).
 *
 * @category error codes
 * @since 0.1.0
 */
export const methodNotFound = -32601

/**
 * The method's parameters are invalid.
 *
 * @category error codes
 * @since 0.1.0
 */
export const invalidParams = -32602

/**
 * The receiver failed unexpectedly.
 *
 * @category error codes
 * @since 0.1.0
 */
export const internalError = -32603

/**
 * An error response.
 *
 * @category constructors
 * @since 0.1.0
 */
export const errorResponse = (
  id: RequestId | null | undefined,
  code: number,
  message: string,
  data?: unknown
): ErrorResponse => ({
  jsonrpc: "2.0",
  ...(id === undefined ? undefined : { id }),
  error: data === undefined ? { code, message } : { code, message, data }
})

/**
 * The text of a message, on one line. A message that JSON cannot hold (a cycle or a bigint in a handler's data) is a defect of the author's:
 * the request that it would have answered gets an internal error in its place, and nothing else is lost.
 *
 * @category encoding
 * @since 0.1.0
 */
export const stringify = (
  message: Message
): Result.Result<string, { readonly cause: unknown; readonly instead: string | undefined }> =>
  Result.try({
    try: () => textOf(message),
    catch: (cause) => ({
      cause,
      instead: "id" in message && !("method" in message)
        ? JSON.stringify(errorResponse(message.id, internalError, "Internal error"))
        : undefined
    })
  })

// Results that are sent again and again, with their text once it has been made.
const texts = new WeakMap<object, string>()

/**
 * Says of a result that it will be sent more than once and never changes: its text is made the first time, and kept for as long as it is.
 *
 * @category encoding
 * @since 0.1.0
 */
export const keepText = <A extends object>(result: A): A => {
  texts.set(result, "")
  return result
}

const textOf = (message: Message): string => {
  if ("result" in message) {
    // what is no object is not found either
    const result = message.result as object
    const known = texts.get(result)
    if (known !== undefined) {
      const text = known === "" ? JSON.stringify(result) : known
      if (known === "") texts.set(result, text)
      return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":${text}}`
    }
  }
  return JSON.stringify(message)
}

/**
 * What a parsed JSON value is, as an envelope.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "Request" | "Notification" | "ResultResponse" | "ErrorResponse" | "Invalid"

/**
 * The longest id, in UTF-16 units. What carries an id (each step of progress, each piece of news of a subscription) repeats it, so that a client
 * with a long one would have much sent for little.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxIdLength = 1024

/**
 * Whether a value may stand as the id of a request, or as a progress token: a string that is not too long, or an integer that JavaScript can
 * hold exactly.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRequestId = (u: unknown): u is RequestId =>
  typeof u === "string" ? u.length <= maxIdLength : Number.isSafeInteger(u)

/**
 * Classifies one parsed JSON value in one pass, without copying it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const classify = (json: unknown): Kind => {
  if (!Predicate.isObject(json) || json.jsonrpc !== "2.0") return "Invalid"
  if (json.method !== undefined) {
    if (typeof json.method !== "string") return "Invalid"
    if (json.params !== undefined && !Predicate.isObject(json.params)) return "Invalid"
    if (json.id === undefined) return "Notification"
    return isRequestId(json.id) ? "Request" : "Invalid"
  }
  if (json.result !== undefined) {
    return json.error === undefined && isRequestId(json.id) && Predicate.isObject(json.result)
      ? "ResultResponse"
      : "Invalid"
  }
  if (Predicate.isObject(json.error)) {
    return Number.isSafeInteger(json.error.code) && typeof json.error.message === "string" &&
        (json.id === undefined || json.id === null || isRequestId(json.id))
      ? "ErrorResponse"
      : "Invalid"
  }
  return "Invalid"
}

/**
 * Whether a value nests deeper than `limit` arrays or objects. Checked once on arrival, so that no later step (validation, encoding) can
 * exhaust the stack. The walk itself never recurses deeper than `limit`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDeeperThan = (json: unknown, limit: number): boolean => {
  if (typeof json !== "object" || json === null) return false
  if (limit === 0) return true
  // most values are not nested, and a call for each of them would cost more than the parsing did
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) {
      if (typeof json[i] === "object" && isDeeperThan(json[i], limit - 1)) return true
    }
    return false
  }
  for (const key in json) {
    const value = (json as Record<string, unknown>)[key]
    if (typeof value === "object" && isDeeperThan(value, limit - 1)) return true
  }
  return false
}
