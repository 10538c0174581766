/**
 * An `HttpRequest` is what the endpoint needs to know of one HTTP request, whatever platform received it.
 *
 * It is not a message of the protocol: its body is text that nobody has parsed yet.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * A request. `url` is the path with its query, as the client sent it.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  /** A header by its lower-case name; one that was sent several times is joined by commas. */
  readonly header: (name: string) => string | undefined
  /** Reads the body, of which at most `limit` bytes are taken in. Run at most once. */
  readonly body: (limit: number) => Effect.Effect<string, BodyError>
}

/**
 * Why a body was not read: it is larger than the limit, not UTF-8 (BASE-23), came too slowly, or the connection broke.
 *
 * @category errors
 * @since 0.1.0
 */
export class BodyError extends Schema.TaggedError<BodyError>()("BodyError", {
  reason: Schema.Literals(["TooLarge", "NotUtf8", "TooSlow", "Broken"])
}) {}

/**
 * The path of a request, without its query.
 *
 * @category accessors
 * @since 0.1.0
 */
export const path = (request: HttpRequest): string => {
  const query = request.url.indexOf("?")
  return query === -1 ? request.url : request.url.slice(0, query)
}

/**
 * One value of the query, if it is there.
 *
 * @category accessors
 * @since 0.1.0
 */
export const queryValue = (request: HttpRequest, name: string): string | undefined => {
  const query = request.url.indexOf("?")
  return query === -1 ? undefined : new URLSearchParams(request.url.slice(query + 1)).get(name) ?? undefined
}

/**
 * The text of a body.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeUtf8 = (bytes: ArrayBuffer | Uint8Array): Effect.Effect<string, BodyError> =>
  Effect.try({
    try: () => decoder.decode(bytes),
    catch: () => new BodyError({ reason: "NotUtf8" })
  })

// a byte order mark is part of the text, as it is on every platform: what begins with one is not JSON (RFC 8259)
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
