/**
 * A `Wire` is a way for clients to reach a server in one process: every message crosses it as the bytes or the JSON that it would anywhere else.
 *
 * It is not the transport of either side: those it takes from the packages that applications use.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as StdioTransport from "@mcp-effect/node/StdioTransport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { PassThrough } from "node:stream"
import * as Delegate from "./wire/Delegate.ts"
import * as EndpointClient from "./wire/EndpointClient.ts"

/**
 * A client's end of a connection of its own, until the scope ends.
 *
 * @category models
 * @since 0.1.0
 */
export type Connect = Effect.Effect<Transport["Service"], TransportError, Scope.Scope>

/**
 * A way to reach a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wire {
  readonly name: string
  /** The revisions that can be spoken over it, the newest first. */
  readonly versions: ReadonlyArray<string>
  /** Serves the server of the context until the scope ends, and tells how a client connects. */
  readonly serve: Effect.Effect<Connect, never, Server.Server | Scope.Scope>
  /** Whether what the server says comes in the order in which it was said; over several streams only what is on one of them does. */
  readonly isOrdered: boolean
}

const versions = Revisions.all.map(({ version }) => version)

// counted by server: the same test gives the same ids
const connections = new WeakMap<Server.Server["Service"], number>()

const serveOne = (transport: Transport["Service"]) =>
  Effect.flatMap(Server.Server, (server) => {
    const count = (connections.get(server) ?? 0) + 1
    connections.set(server, count)
    return Server.serve({ sessionId: `wire-${count}`, drainTimeout: 0 }).pipe(
      Effect.provideService(Transport, transport),
      Effect.forkScoped({ startImmediately: true })
    )
  })

/**
 * In memory: a message crosses as its JSON.
 *
 * @category wires
 * @since 0.1.0
 */
export const memory: Wire = {
  name: "memory",
  isOrdered: true,
  versions,
  serve: Effect.contextWith((context) =>
    Effect.succeed(
      Effect.gen(function*() {
        const [near, far] = yield* MemoryTransport.make()
        yield* Effect.provideContext(serveOne(encoded(far)), context)
        return encoded(near)
      })
    )
  )
}

// What JSON cannot hold is for the sender to find out, as on any other wire.
const encoded = (transport: Transport["Service"]): Transport["Service"] =>
  Delegate.transport(transport, (message) =>
    Effect.suspend(() => {
      const text = JsonRpc.stringify(message)
      const sent = Result.isSuccess(text) ? text.success : text.failure.instead
      const told = Result.isSuccess(text)
        ? Effect.void
        : Effect.logError("A message could not be written as JSON", text.failure.cause)
      return sent === undefined ? told : Effect.andThen(told, transport.send(JSON.parse(sent)))
    }))

/**
 * As lines over a pair of byte streams, as those of a process.
 *
 * @category wires
 * @since 0.1.0
 */
export const stdio: Wire = {
  name: "stdio",
  isOrdered: true,
  versions,
  serve: Effect.contextWith((context) =>
    Effect.succeed(
      Effect.gen(function*() {
        const [toServer, toClient] = yield* Effect.acquireRelease(
          Effect.sync(() => [new PassThrough(), new PassThrough()] as const),
          (streams) => Effect.sync(() => streams.forEach((stream) => stream.destroy()))
        )
        yield* Effect.provideContext(
          serveOne(StdioTransport.make({ input: toServer, output: toClient })),
          context
        )
        return StdioTransport.make({ input: toClient, output: toServer, onUnreadable: () => {} })
      })
    )
  )
}

const path = "/mcp"

const overHttp = (via: (client: HttpClient.HttpClient) => HttpClient.HttpClient): Wire["serve"] =>
  Effect.gen(function*() {
    const context = yield* Layer.build(Endpoint.layer({ path }))
    return Effect.provideService(
      HttpClientTransport.make({ url: `http://localhost${path}` }),
      HttpClient.HttpClient,
      via(EndpointClient.make(Context.get(context, Endpoint.Endpoint)))
    )
  })

/**
 * Over Streamable HTTP, without a port.
 *
 * @category wires
 * @since 0.1.0
 */
export const http: Wire = {
  name: "Streamable HTTP",
  isOrdered: false,
  // before 2025-03-26 there was only HTTP+SSE
  versions: versions.slice(0, -1),
  serve: overHttp((client) => client)
}

/**
 * Over HTTP+SSE, the transport before Streamable HTTP, without a port. It is what a client falls back to where the newer one is not known, with any
 * revision that has sessions.
 *
 * @category wires
 * @since 0.1.0
 */
export const sse: Wire = {
  name: "HTTP+SSE",
  isOrdered: true,
  versions: Revisions.sessionEra.map(({ version }) => version),
  serve: overHttp(EndpointClient.withoutPost(path))
}

/**
 * All of them.
 *
 * @category wires
 * @since 0.1.0
 */
export const all: ReadonlyArray<Wire> = [memory, stdio, http, sse]
