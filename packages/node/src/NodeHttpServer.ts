/**
 * The `NodeHttpServer` serves an MCP endpoint straight from `node:http`, with nothing between the socket and the endpoint.
 *
 * It is not a web server: it has one path, and whoever wants more mounts the endpoint in effect's `HttpRouter`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as EventStore from "@mcp-effect/http/EventStore"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as NodeHttpExchange from "./NodeHttpExchange.ts"

/**
 * Where to listen, and how long clients may take. The times are how long a connection may be silent or take to send a request, its head and as
 * a whole; a stream is never silent for longer than the endpoint's heartbeat.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Endpoint.Options {
  /** 127.0.0.1 by default (HTTP-5); whoever listens elsewhere names its `allowedHosts`. */
  readonly host?: string
  /** By default any that is free. */
  readonly port?: number
  /** The path of the endpoint, `/mcp` by default. */
  readonly path?: string
  /** 5 seconds by default. */
  readonly headersTimeout?: Duration.Input
  /** 7 seconds by default. */
  readonly requestTimeout?: Duration.Input
  /** 60 seconds by default. */
  readonly silenceTimeout?: Duration.Input
}

/**
 * The port could not be had.
 *
 * @category errors
 * @since 0.1.0
 */
export class ListenError extends Schema.TaggedError<ListenError>()("ListenError", { cause: Schema.Defect() }) {
  override get message(): string {
    return "The server cannot listen at this address"
  }
}

/**
 * A server that listens.
 *
 * @category services
 * @since 0.1.0
 */
export class NodeHttpServer extends Context.Service<NodeHttpServer, {
  /** The URL of the endpoint. */
  readonly url: string
  /** How many connections are open. */
  readonly connections: Effect.Effect<number>
}>()("@mcp-effect/node/NodeHttpServer") {}

/**
 * Listens, and serves the endpoint of the server. In the end no more is accepted, requests get the endpoint's `drainTimeout` to finish, and then
 * all connections are closed.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWithStore = (
  options: Options = {}
): Layer.Layer<NodeHttpServer | Endpoint.Endpoint, ListenError, Server | EventStore.EventStore> => {
  const path = options.path ?? "/mcp"
  return Layer.provideMerge(
    Layer.effect(NodeHttpServer, make(options, path)),
    Endpoint.layerWithStore({ ...options, path })
  )
}

/**
 * As `layerWithStore`, with events kept in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<NodeHttpServer | Endpoint.Endpoint, ListenError, Server> =>
  Layer.provide(layerWithStore(options), EventStore.layerMemory())

const make = Effect.fnUntraced(function*(options: Options, path: string) {
  const endpoint = yield* Endpoint.Endpoint
  const run = Effect.runForkWith(yield* Effect.context<never>())
  const millis = (input: Duration.Input | undefined, seconds: number) =>
    Duration.toMillis(Duration.fromInputUnsafe(input ?? Duration.seconds(seconds)))
  const headersTimeout = millis(options.headersTimeout, 5)
  const requestTimeout = Math.max(millis(options.requestTimeout, 7), headersTimeout)
  const server = http.createServer({
    headersTimeout,
    requestTimeout,
    // how often Node looks for connections that are late
    connectionsCheckingInterval: Math.min(500, headersTimeout),
    noDelay: true,
    // of a Host or Content-Type that is sent twice, Node would show the first alone
    joinDuplicateHeaders: true
  }, (request, response) => NodeHttpExchange.serve(endpoint, run, request, response))
  server.timeout = millis(options.silenceTimeout, 60)
  const host = options.host ?? "127.0.0.1"
  yield* Effect.acquireRelease(listen(server, host, options.port ?? 0), () => close(server, endpoint))
  // to accept no connection now, for want of descriptors say, is no reason to end the process
  server.on("error", (cause) => void run(Effect.logError("A connection could not be accepted", cause)))
  const { address, port } = server.address() as AddressInfo
  const name = address === "0.0.0.0" || address === "::"
    ? "localhost"
    : address.includes(":")
    ? `[${address}]`
    : address
  return {
    url: `http://${name}:${port}${path}`,
    connections: Effect.callback<number>((resume) => {
      server.getConnections((_error, count) => resume(Effect.succeed(count)))
    })
  }
})

const listen = (server: http.Server, host: string, port: number): Effect.Effect<void, ListenError> =>
  Effect.callback<void, ListenError>((resume) => {
    const onError = (cause: unknown) => resume(Effect.fail(new ListenError({ cause })))
    server.once("error", onError).listen({ host, port }, () => {
      server.off("error", onError)
      resume(Effect.void)
    })
  })

// Closing waits for connections, streams among them, so it begins before the endpoint ends and completes after it.
const close = Effect.fnUntraced(function*(server: http.Server, endpoint: Endpoint.Endpoint["Service"]) {
  const closed = yield* Effect.forkChild(
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
    }),
    { startImmediately: true }
  )
  yield* endpoint.shutdown
  server.closeAllConnections()
  yield* Fiber.join(closed)
})
