/**
 * An `EndpointClient` is an `HttpClient` whose every request goes to an endpoint of this process.
 *
 * It opens no port and knows no network; the clock of its requests is that of whoever sends them.
 *
 * @since 0.1.0
 */
import type { Endpoint } from "@mcp-effect/http/Endpoint"
import type * as HttpReply from "@mcp-effect/http/HttpReply"
import * as HttpRequest from "@mcp-effect/http/HttpRequest"
import * as Effect from "effect/Effect"
import type * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"

/**
 * The client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (endpoint: Endpoint["Service"]): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) =>
    Effect.map(
      endpoint.handle(requestOf(request, url)),
      (reply) => HttpClientResponse.fromWeb(request, responseOf(reply, signal))
    )
  )

/**
 * The client of a server that takes no messages at this path itself, as those of HTTP+SSE: whoever tries is told that it is not allowed (SSE-14).
 *
 * @category combinators
 * @since 0.1.0
 */
export const withoutPost = (path: string) => (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    request.method === "POST" && url.pathname === path && url.search === ""
      ? Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { status: 405 })))
      : client.execute(request)
  )

const requestOf = (request: HttpClientRequest.HttpClientRequest, url: URL): HttpRequest.HttpRequest => ({
  method: request.method,
  url: url.pathname + url.search,
  header: (name) => request.headers[name] ?? (name === "host" ? url.host : undefined),
  body: (limit) => {
    const bytes = bytesOf(request.body)
    return bytes.length > limit
      ? Effect.fail(new HttpRequest.BodyError({ reason: "TooLarge" }))
      : HttpRequest.decodeUtf8(bytes)
  }
})

const bytesOf = (body: HttpBody.HttpBody): Uint8Array => {
  switch (body._tag) {
    case "Uint8Array":
      return body.body
    case "Raw":
      return new TextEncoder().encode(String(body.body))
    default:
      return new Uint8Array()
  }
}

const responseOf = (reply: HttpReply.HttpReply, signal: AbortSignal): Response =>
  new Response(reply._tag === "Streaming" ? streamOf(reply, signal) : reply.body || null, {
    status: reply.status,
    headers: reply.headers
  })

const streamOf = (reply: HttpReply.Streaming, signal: AbortSignal): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let source: HttpReply.Source | undefined
  let isOpen = true
  const close = () => {
    isOpen = false
    source?.closed()
  }
  signal.addEventListener("abort", close, { once: true })
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      source = reply.open({
        write: (text) => {
          if (isOpen) controller.enqueue(encoder.encode(text))
          return (controller.desiredSize ?? 0) > 0
        },
        end: () => {
          if (!isOpen) return
          close()
          controller.close()
        },
        abort: () => {
          if (!isOpen) return
          close()
          controller.error(new Error("The stream was dropped"))
        }
      })
    },
    pull: () => source?.drained(),
    cancel: close
  }, { highWaterMark: 64 })
}
