/**
 * A `WebHandler` is an MCP endpoint as a function from the Web's `Request` to its `Response`, as edge and server platforms take it.
 *
 * It is not bound to one of them, and listens to nothing by itself.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Endpoint from "./Endpoint.ts"
import * as EventStore from "./EventStore.ts"
import type * as HttpReply from "./HttpReply.ts"
import * as HttpRequest from "./HttpRequest.ts"
import * as PullSink from "./PullSink.ts"

/**
 * The options of the endpoint. Without a `path`, every request that comes is for the endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Endpoint.Options {
  /** How long a body may take to arrive; 7 seconds by default. */
  readonly bodyTimeout?: Duration.Input
}

/**
 * The handler. `dispose` lets requests finish, ends all sessions, and releases what the server holds.
 *
 * @category models
 * @since 0.1.0
 */
export interface WebHandler {
  readonly handler: (request: Request) => Promise<Response>
  readonly dispose: () => Promise<void>
}

/**
 * The handler of a server, with events kept in memory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E>(server: Layer.Layer<Server, E>, options?: Options): WebHandler =>
  makeWithStore(Layer.merge(server, EventStore.layerMemory()), options)

/**
 * The handler of a server, with events kept where the application says.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWithStore = <E>(
  server: Layer.Layer<Server | EventStore.EventStore, E>,
  options: Options = {}
): WebHandler => {
  const runtime = ManagedRuntime.make(Layer.provide(Endpoint.layerWithStore(options), server))
  const timeout = Duration.fromInputUnsafe(options.bodyTimeout ?? Duration.seconds(7))
  return {
    handler: (request) =>
      runtime.runPromise(
        Effect.gen(function*() {
          const endpoint = yield* Endpoint.Endpoint
          return toResponse(yield* endpoint.handle(new WebRequest(request, timeout)), request.signal)
        }),
        { signal: request.signal }
      ),
    dispose: () => runtime.dispose()
  }
}

class WebRequest implements HttpRequest.HttpRequest {
  readonly method: string
  readonly url: string
  readonly #request: Request
  readonly #host: string
  readonly #timeout: Duration.Duration

  constructor(request: Request, timeout: Duration.Duration) {
    const { host, pathname, search } = new URL(request.url)
    this.method = request.method
    this.url = pathname + search
    this.#request = request
    this.#host = host
    this.#timeout = timeout
  }

  header(name: string): string | undefined {
    // platforms that made the URL of the Host header may leave the header out
    return this.#request.headers.get(name) ?? (name === "host" ? this.#host : undefined)
  }

  body(limit: number): Effect.Effect<string, HttpRequest.BodyError> {
    const { body } = this.#request
    if (body === null) return Effect.succeed("")
    return Effect.tryPromise({
      try: (signal) => readBody(body, limit, signal),
      catch: (cause) => cause instanceof HttpRequest.BodyError ? cause : new HttpRequest.BodyError({ reason: "Broken" })
    }).pipe(
      Effect.timeoutOrElse({
        duration: this.#timeout,
        orElse: () => Effect.fail(new HttpRequest.BodyError({ reason: "TooSlow" }))
      }),
      Effect.flatMap(HttpRequest.decodeUtf8)
    )
  }
}

const readBody = async (body: ReadableStream<Uint8Array>, limit: number, signal: AbortSignal): Promise<Uint8Array> => {
  const reader = body.getReader()
  signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true })
  const chunks: Array<Uint8Array> = []
  let size = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length
    if (size > limit) {
      await reader.cancel()
      throw new HttpRequest.BodyError({ reason: "TooLarge" })
    }
    chunks.push(next.value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

const toResponse = (reply: HttpReply.HttpReply, signal: AbortSignal): Response => {
  const { headers, status } = reply
  // a status without content takes no body, not even an empty one
  return new Response(reply._tag === "Streaming" ? toReadable(reply, signal) : reply.body || null, { status, headers })
}

const toReadable = (reply: HttpReply.Streaming, signal: AbortSignal): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let drop = () => {}
  const sink = Effect.runSync(PullSink.open(reply, () => drop()))
  // a platform whose client has gone may well not cancel a body that it had not begun to read
  if (signal.aborted) sink.closed()
  else signal.addEventListener("abort", () => sink.closed(), { once: true })
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      drop = () => controller.error(new Error("The stream was dropped"))
    },
    pull: (controller) =>
      Effect.runPromise(Effect.match(sink.next, {
        onSuccess: (text) => controller.enqueue(encoder.encode(text)),
        onFailure: () => controller.close()
      })).catch(() => {}),
    cancel: () => sink.closed()
  }, { highWaterMark: 0 })
}
