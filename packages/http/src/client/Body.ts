/**
 * The `Body` of a reply, read whole, up to a limit.
 *
 * It is not for streams of events, which are read as they come (`EventReader`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as MediaType from "../MediaType.ts"
import * as Origin from "./Origin.ts"

/**
 * Why there is no text: it is longer than the limit, it is not UTF-8, or not all of it came.
 *
 * @category errors
 * @since 0.1.0
 */
export class BodyError extends Schema.TaggedError<BodyError>()("BodyError", {
  reason: Schema.Literals(["TooLong", "NotUtf8", "Broken"])
}) {}

const decoder = new TextDecoder("utf-8", { fatal: true })

/**
 * The text of the body of a reply, of at most so many bytes, which are counted as they are once they are not compressed any more.
 *
 * @category decoding
 * @since 0.1.0
 */
export const text = (
  response: HttpClientResponse.HttpClientResponse,
  headers: { readonly [name: string]: string },
  maxSize: number
): Effect.Effect<string, BodyError> => {
  const length = headers["content-encoding"] === undefined ? headers["content-length"] : undefined
  if (length === undefined) return Effect.flatMap(collect(response, maxSize), decode)
  if (Number(length) > maxSize) return Effect.andThen(Origin.release(response), failure("TooLong"))
  return Effect.matchEffect(response.arrayBuffer, {
    onSuccess: decode,
    onFailure: (_) => failure("Broken")
  })
}

/**
 * Reads a body that says nothing, so that its connection can be used again; one that is long, or a stream, is given up.
 *
 * @category combinators
 * @since 0.1.0
 */
export const skip = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> =>
  MediaType.names(response.headers["content-type"], "text/event-stream")
    ? Origin.release(response)
    : Effect.ignore(collect(response, skipped))

// In bytes.
const skipped = 64 * 1024

const failure = (reason: BodyError["reason"]): Effect.Effect<never, BodyError> => Effect.fail(new BodyError({ reason }))

const decode = (bytes: Uint8Array | ArrayBuffer): Effect.Effect<string, BodyError> => {
  const text = Result.try(() => decoder.decode(bytes))
  return Result.isSuccess(text) ? Effect.succeed(text.success) : failure("NotUtf8")
}

const collect = (
  response: HttpClientResponse.HttpClientResponse,
  maxSize: number
): Effect.Effect<Uint8Array, BodyError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEachArray(response.stream, (pieces) => {
      for (const piece of pieces) {
        size += piece.length
        chunks.push(piece)
      }
      return size > maxSize ? failure("TooLong") : Effect.void
    }).pipe(
      Effect.catch((error) =>
        isEmpty(error) ? Effect.void : error._tag === "BodyError" ? Effect.fail(error) : failure("Broken")
      ),
      Effect.map(() => concat(chunks, size))
    )
  })

// Platforms take a reply without a body for a stream that fails.
const isEmpty = (error: BodyError | HttpClientError.HttpClientError): boolean =>
  error._tag === "HttpClientError" && error.reason._tag === "EmptyBodyError"

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  if (chunks.length === 1) return chunks[0]!
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
