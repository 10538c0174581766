/**
 * The two ends of a session over Streamable HTTP: the client's transport, and what the endpoint gives its server, as a transport as well.
 *
 * There is no server: what the client says is handed on as it came, once the session has begun.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Server from "@mcp-effect/core/Server"
import type { Outgoing, Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import type * as TransportLaws from "@mcp-effect/testkit/TransportLaws"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as EndpointClient from "../src/wire/EndpointClient.ts"

const protocolVersion = Revisions.all.find(({ era }) => era === "session")!.version

/** What waits for somebody who runs an end. */
class Inbox {
  readonly #waiting: Array<unknown> = []
  readonly #closed = Latch.makeUnsafe(false)
  #receive: ((json: unknown) => void) | undefined
  isClosed = false

  take(json: unknown): void {
    if (this.#receive === undefined) this.#waiting.push(json)
    else this.#receive(json)
  }

  close(): void {
    this.isClosed = true
    this.#closed.openUnsafe()
  }

  run(receive: (json: unknown) => void): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#waiting.splice(0).forEach(receive)
      this.#receive = receive
      return Effect.ensuring(this.#closed.await, Effect.sync(() => this.#receive = () => {}))
    })
  }
}

const initialize: JsonRpc.Request = {
  jsonrpc: "2.0",
  id: "initialize",
  method: "initialize",
  params: { protocolVersion, capabilities: {}, clientInfo: { name: "ends", version: "1.0.0" } }
}

export const connect: TransportLaws.Connect = Effect.gen(function*() {
  const nearInbox = new Inbox()
  const farInbox = new Inbox()
  let outgoing: Outgoing | undefined
  const server: Server.Server["Service"] = {
    info: { name: "ends", version: "1.0.0" },
    eras: ["session"],
    connections: Effect.succeed(0),
    listens: Effect.succeed(0),
    answer: () => ({ cancel: () => {}, end: () => {} }),
    connect: (transport) => {
      outgoing = transport
      const connected: Server.Connected = {
        receive: (json) => {
          const { id, method } = json as Partial<JsonRpc.Request>
          if (method === "initialize") {
            Effect.runFork(transport.send({ jsonrpc: "2.0", id: id!, result: { protocolVersion } }, id))
          } else if (method !== "notifications/initialized") farInbox.take(json)
        },
        // nothing else is asked of it
        session: () => ({ protocolVersion }) as ReturnType<Server.Connected["session"]>,
        drain: Effect.void,
        size: () => ({ inbound: 0, outbound: 0 })
      }
      return Effect.acquireRelease(Effect.succeed(connected), () => Effect.sync(() => farInbox.close()))
    }
  }
  const context = yield* Layer.build(
    Layer.provide(Endpoint.layer({ path: "/mcp" }), Layer.succeed(Server.Server, server))
  )
  const client = yield* Effect.map(Endpoint.Endpoint, EndpointClient.make).pipe(Effect.provideContext(context))
  const near = yield* HttpClientTransport.make({ url: "http://localhost/mcp" }).pipe(
    Effect.provideService(HttpClient.HttpClient, client)
  )
  yield* Effect.forkScoped(
    Effect.ensuring(
      near.run((json) => {
        if ((json as Partial<JsonRpc.Request>).id !== initialize.id) nearInbox.take(json)
      }),
      Effect.sync(() => nearInbox.close())
    ),
    { startImmediately: true }
  )
  yield* near.send(initialize)
  yield* near.send({ jsonrpc: "2.0", method: "notifications/initialized" })
  const far: Transport["Service"] = {
    send: (message) => farInbox.isClosed ? Effect.fail(TransportError.closed()) : outgoing!.send(message),
    isCongested: () => outgoing!.isCongested(),
    run: (receive) => farInbox.run(receive)
  }
  return [{ ...near, run: (receive) => nearInbox.run(receive) }, far]
})
