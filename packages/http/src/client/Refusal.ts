/**
 * A `Refusal` is a reply whose status says no: there may be an answer in it, or else what to tell of it.
 *
 * It is not yet decided here what becomes of the request, which depends on the era and on the session.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#receiving-messages
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Result from "effect/Result"
import * as Body from "./Body.ts"
import * as Incoming from "./Incoming.ts"

/**
 * A refusal. `json` is there when the body is JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refusal {
  readonly status: number
  readonly json: unknown
  readonly error: TransportError.TransportError
}

/**
 * Reads a reply that refuses.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (response: HttpClientResponse.HttpClientResponse, maxSize: number): Effect.Effect<Refusal> => {
  const { headers, status } = response
  return Effect.map(Effect.option(Body.text(response, headers, maxSize)), (body) => {
    const text = body._tag === "Some" ? body.value : ""
    const type = headers["content-type"]
    const parsed = text === "" ? undefined : Result.try((): unknown => JSON.parse(text))
    const json = parsed !== undefined && Result.isSuccess(parsed) ? parsed.success : undefined
    const said = json !== undefined
      ? messageOf(json)
      : type !== undefined && /^\s*text\/plain\b/i.test(type)
      ? clean(text)
      : ""
    const reason = new TransportError.Refused({ status, message: tell(status, said) })
    return { status, json, error: new TransportError.TransportError({ reason }) }
  })
}

/**
 * The answer that a refusal holds. An error that names the request is one; an error that names none is one where the status has nothing to add.
 * Who may ask at all (401, 403) is not for the protocol to say.
 *
 * @category accessors
 * @since 0.1.0
 */
export const answerTo = (id: JsonRpc.RequestId, { json, status }: Refusal): unknown => {
  if (status === 401 || status === 403) return undefined
  if (Incoming.answers(json, id) && !Array.isArray(json)) return json
  const error = status === 400 || status === 404 ? Incoming.errorWithoutId(json) : undefined
  return error && JsonRpc.errorResponse(id, error.error.code, error.error.message, error.error.data)
}

/**
 * Whether the server says, to a request with the id of a session, that there is no such session: by 404, but for what only says that a method is
 * unknown, or as servers made with SDKs do that have started anew. These answer 400 with the code -32000, and only the text tells it from other errors.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOfLostSession = ({ json, status }: Refusal, id: JsonRpc.RequestId | undefined): boolean => {
  const code = Incoming.errorCode(json)
  return status === 404
    ? !(id !== undefined && Incoming.answers(json, id) && code === JsonRpc.methodNotFound)
    : status === 400 && code === -32000 && /\bsession\b|not initialized/i.test(messageOf(json))
}

const messageOf = (json: unknown): string =>
  JsonRpc.classify(json) === "ErrorResponse" ? clean((json as JsonRpc.ErrorResponse).error.message) : ""

// In UTF-16 units.
const maxMessage = 200

// One line, with nothing that a terminal would obey.
const clean = (text: string): string => {
  const line = text.slice(0, 4 * maxMessage).trim().split(/[\r\n\u2028\u2029]/, 1)[0]!
  // oxlint-disable-next-line no-control-regex -- these are what is taken out
  return line.replace(/[\x00-\x1f\x7f-\x9f]/g, "").slice(0, maxMessage)
}

const tell = (status: number, said: string): string => {
  const known = status === 413
    ? "The server does not take a message of this size"
    : status === 431
    ? "The server does not take headers of this size"
    : `The server answered with status ${status}`
  return said === "" ? known : `${known}: ${said}`
}
