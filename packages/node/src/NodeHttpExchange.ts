/**
 * A `NodeHttpExchange` is one request and its response on `node:http`, as the endpoint takes and gives them.
 *
 * It decides nothing: it reads the body up to the limit, and writes the reply.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import type { Endpoint } from "@mcp-effect/http/Endpoint"
import type * as HttpReply from "@mcp-effect/http/HttpReply"
import * as HttpRequest from "@mcp-effect/http/HttpRequest"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { Buffer, isUtf8 } from "node:buffer"
import type { IncomingMessage, ServerResponse } from "node:http"

/**
 * Serves one request.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = (
  endpoint: Endpoint["Service"],
  run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>,
  request: IncomingMessage,
  response: ServerResponse
): void => {
  const fiber = run(Effect.map(
    endpoint.handle(new NodeHttpRequest(request)),
    (reply) => write(reply, request, response)
  ))
  // nobody waits for the reply any more: what was asked goes on in its session, or is cancelled if it has none
  if (fiber.pollUnsafe() === undefined) response.once("close", () => fiber.interruptUnsafe())
}

class NodeHttpRequest implements HttpRequest.HttpRequest {
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  get method(): string {
    return this.#request.method ?? ""
  }

  get url(): string {
    return this.#request.url ?? ""
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return typeof value === "object" ? value.join(", ") : value
  }

  body(limit: number): Effect.Effect<string, HttpRequest.BodyError> {
    return readBody(this.#request, limit)
  }
}

const bodyError = (reason: HttpRequest.BodyError["reason"]) => Effect.fail(new HttpRequest.BodyError({ reason }))

const readBody = (request: IncomingMessage, limit: number): Effect.Effect<string, HttpRequest.BodyError> =>
  Effect.callback((resume) => {
    const chunks: Array<Buffer> = []
    let size = 0
    // a request is there for as long as its reply, and what listens to it would keep the bytes
    const done = (effect: Effect.Effect<string, HttpRequest.BodyError>) => {
      request.off("data", onData).off("end", onEnd).off("error", onError).on("error", ignore)
      resume(effect)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.length
      // the rest is read and dropped, since a client that is still sending would not see the reply
      if (size > limit) done(bodyError("TooLarge"))
      else chunks.push(chunk)
    }
    const onEnd = () => {
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
      done(isUtf8(bytes) ? Effect.succeed(bytes.toString("utf8")) : bodyError("NotUtf8"))
    }
    const onError = () => done(bodyError("Broken"))
    request.on("data", onData).on("end", onEnd).on("error", onError)
  })

const ignore = () => {}

const write = (reply: HttpReply.HttpReply, request: IncomingMessage, response: ServerResponse): void => {
  if (reply._tag === "Streaming") return stream(reply, response)
  const { body, headers, status } = reply
  // a 204 has no content, and must not speak of its length (RFC 9110)
  response.writeHead(status, status === 204 ? headers : { ...headers, "content-length": Buffer.byteLength(body) })
  if (request.complete || !hasBody(request)) return void response.end(body)
  // Node would close the connection after the last byte, and a client that is still sending then may never see the reply: the rest of what it
  // sends is read and dropped first
  if (body !== "") response.write(body)
  request.resume()
  request.once("end", () => void response.end())
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0"

const stream = (reply: HttpReply.Streaming, response: ServerResponse): void => {
  response.writeHead(reply.status, reply.headers)
  // the client is told at once that there is a stream, whenever its first event comes
  response.flushHeaders()
  const source = reply.open({
    write: (text) => response.write(text),
    end: () => void response.end(),
    abort: () => void response.destroy()
  })
  response.on("drain", () => source.drained())
  response.once("close", () => source.closed())
}
