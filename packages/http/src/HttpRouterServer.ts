/**
 * The `HttpRouterServer` mounts an MCP endpoint in an application of effect's `HttpRouter`.
 *
 * It is not a listener: the application has one, and other routes beside this one.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import * as ByteSize from "effect/ByteSize"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Endpoint from "./Endpoint.ts"
import * as EventStore from "./EventStore.ts"
import type * as HttpReply from "./HttpReply.ts"
import * as HttpRequest from "./HttpRequest.ts"
import * as PullSink from "./PullSink.ts"

/**
 * Where to mount the endpoint, and its options. Its principals are those of `authenticate`, or else the `CurrentPrincipal` that a middleware of
 * the application provides.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Omit<Endpoint.Options, "path"> {
  readonly path: HttpRouter.PathInput
  /** How long a body may take to arrive; 7 seconds by default. */
  readonly bodyTimeout?: Duration.Input
}

/**
 * Adds the endpoint to the router.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWithStore = (
  options: Options
): Layer.Layer<Endpoint.Endpoint, never, HttpRouter.HttpRouter | Server | EventStore.EventStore> => {
  const { bodyTimeout, path, ...rest } = options
  const timeout = Duration.fromInputUnsafe(bodyTimeout ?? Duration.seconds(7))
  return Layer.provideMerge(
    HttpRouter.use((router) =>
      Effect.flatMap(
        Endpoint.Endpoint,
        (endpoint) =>
          router.add("*", path, (request) =>
            Effect.withFiber((fiber) =>
              Effect.map(
                endpoint.handle(new RouterRequest(request, timeout)),
                (reply) => toResponse(reply, fiber)
              )
            ))
      )
    ),
    Endpoint.layerWithStore(rest)
  )
}

/**
 * As `layerWithStore`, with events kept in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Endpoint.Endpoint, never, HttpRouter.HttpRouter | Server> =>
  Layer.provide(layerWithStore(options), EventStore.layerMemory())

class RouterRequest implements HttpRequest.HttpRequest {
  readonly method: string
  readonly url: string
  readonly #request: HttpServerRequest.HttpServerRequest
  readonly #timeout: Duration.Duration

  constructor(request: HttpServerRequest.HttpServerRequest, timeout: Duration.Duration) {
    this.method = request.method
    this.url = pathAndQuery(request.originalUrl)
    this.#request = request
    this.#timeout = timeout
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    // platforms that made the URL of the Host header may leave the header out
    return value === undefined && name === "host" ? absolute.exec(this.#request.originalUrl)?.[1] : value
  }

  body(limit: number): Effect.Effect<string, HttpRequest.BodyError> {
    return this.#request.arrayBuffer.pipe(
      Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.fromInputUnsafe(limit)),
      Effect.mapError(toBodyError),
      Effect.timeoutOrElse({
        duration: this.#timeout,
        orElse: () => Effect.fail(new HttpRequest.BodyError({ reason: "TooSlow" }))
      }),
      Effect.flatMap(HttpRequest.decodeUtf8)
    )
  }
}

// Some platforms give the whole URL.
const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i

const pathAndQuery = (url: string): string => url.replace(absolute, "")

const toBodyError = ({ reason }: HttpServerError.HttpServerError): HttpRequest.BodyError =>
  new HttpRequest.BodyError({
    reason: reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge" ? "TooLarge" : "Broken"
  })

const toResponse = (
  reply: HttpReply.HttpReply,
  fiber: Fiber.Fiber<unknown, unknown>
): HttpServerResponse.HttpServerResponse => {
  const { headers, status } = reply
  if (reply._tag === "Streaming") return HttpServerResponse.stream(toStream(reply, fiber), { status, headers })
  return reply.body === ""
    ? HttpServerResponse.empty({ status, headers })
    : HttpServerResponse.text(reply.body, { status, headers, contentType: "application/json" })
}

const toStream = (reply: HttpReply.Streaming, fiber: Fiber.Fiber<unknown, unknown>): Stream.Stream<Uint8Array> =>
  Stream.unwrap(Effect.map(
    // a client that does not read keeps the fiber that writes to it waiting, so it is that fiber that ends
    PullSink.open(reply, () => fiber.interruptUnsafe()),
    (sink) => {
      const encoder = new TextEncoder()
      return Stream.fromPull(Effect.succeed(Effect.map(sink.next, (text) => [encoder.encode(text)] as const))).pipe(
        Stream.ensuring(Effect.sync(() => sink.closed()))
      )
    }
  ))
