/**
 * What a client does with our own server, on every platform alike: the transport at one end, the endpoint at the other.
 *
 * @since 0.1.0
 */
import { describe, expect, it } from "@effect/vitest"
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Transport } from "@mcp-effect/core/Transport"
import type * as TransportError from "@mcp-effect/core/TransportError"
import type * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Client from "./NeutralClient.ts"
import * as Scripted from "./ScriptedServer.ts"
import * as StatelessClient from "./StatelessClient.ts"
import * as TestServer from "./TestServer.ts"

/** A server that is served, and the client of a platform. `open` counts what it holds, sessions first. */
export interface Served {
  readonly url: string
  readonly client: Layer.Layer<HttpClient.HttpClient>
  readonly open: Effect.Effect<ReadonlyArray<number>>
}

export type Serve = (
  server: TestServer.TestServer,
  options: Endpoint.Options
) => Effect.Effect<Served, unknown, Scope.Scope>

const initializeRequest = (version?: string) => Client.initializeRequest(version) as JsonRpc.Request

const call = (...args: Parameters<typeof Client.call>) => Client.call(...args) as JsonRpc.Request

const statelessCall = (...args: Parameters<typeof StatelessClient.call>) =>
  StatelessClient.call(...args) as JsonRpc.Request

const eventually = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean): Effect.Effect<A> =>
  Effect.repeat(Effect.tap(effect, () => Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))), {
    until: holds
  })

/** Connects, with what comes back by the id of its request. */
const connect = Effect.fnUntraced(function*(
  served: Served,
  settings?: Partial<HttpClientTransport.Options>
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const transport: Transport["Service"] = yield* HttpClientTransport.make({ url: served.url, ...settings }).pipe(
    Effect.provide(yield* Layer.build(served.client)),
    Scope.provide(scope)
  )
  const received: Array<any> = []
  const running = yield* Effect.forkChild(transport.run((json) => void received.push(json)), { startImmediately: true })
  const answerTo = (id: JsonRpc.RequestId) => received.find((one) => one.id === id && one.method === undefined)
  return {
    transport,
    received,
    running,
    answerTo,
    // older revisions have no structured content
    textOf: (id: JsonRpc.RequestId): string => JSON.parse(answerTo(id).result.content[0].text).text,
    close: Scope.close(scope, Exit.void)
  }
})

const open = Effect.fnUntraced(function*(
  served: Served,
  settings?: Partial<HttpClientTransport.Options> & { readonly version?: string }
) {
  const client = yield* connect(served, settings)
  yield* client.transport.send(initializeRequest(settings?.version))
  yield* client.transport.send(Scripted.initialized)
  return client
})

const reasonOf = (effect: Effect.Effect<unknown, TransportError.TransportError>) =>
  Effect.map(Effect.flip(Effect.asVoid(effect)), ({ reason }) => reason._tag)

/** A client that does something more with each request or reply. */
const through = (
  client: Layer.Layer<HttpClient.HttpClient>,
  change: (client: HttpClient.HttpClient) => HttpClient.HttpClient
) => Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change)), client)

/** Declares the scenarios for one platform. */
export const declare = (name: string, serve: Serve): void => {
  const scenario = <E>(
    title: string,
    options: Endpoint.Options,
    test: (served: Served, server: TestServer.TestServer) => Effect.Effect<void, E, Scope.Scope>
  ) =>
    it.live(`${title}, over ${name}`, () =>
      Effect.scoped(Effect.gen(function*() {
        const server = TestServer.make()
        const served = yield* serve(server, { drainTimeout: 0, ...options })
        yield* test(served, server)
      })), 20_000)

  describe(`the client over ${name}`, () => {
    for (const version of ["2025-11-25", "2025-06-18", "2025-03-26"]) {
      scenario(`speaks ${version} in a session (HTTP-16, HTTP-49)`, {}, (served) =>
        Effect.gen(function*() {
          const { close, received, textOf, transport } = yield* open(served, { version })
          yield* transport.send(call("json", "echo", { text: "ä😀" }))
          yield* transport.send(call("stream", "steps", { count: 3 }, "token"))
          expect(textOf("json")).toBe("ä😀")
          expect(received.filter(({ method }) => method === "notifications/progress").length).toBeGreaterThan(0)
          expect(textOf("stream")).toBe("3")
          expect((yield* served.open)[0]).toBe(1)
          yield* close
          expect((yield* served.open)[0]).toBe(0)
        }))
    }

    scenario(
      "answers what the server asks, by POSTs of their own (HTTP-7, HTTP-13)",
      {},
      (served) =>
        Effect.gen(function*() {
          const client = yield* connect(served)
          const capabilities = { elicitation: {} }
          yield* client.transport.send(Client.initializeRequest("2025-11-25", capabilities) as JsonRpc.Request)
          yield* client.transport.send(Scripted.initialized)
          const asking = yield* Effect.forkChild(client.transport.send(call(1, "ask")))
          const asked = () => client.received.find(({ method }) => method === "elicitation/create")
          yield* eventually(Effect.sync(asked), (ask) => ask !== undefined)
          yield* client.transport.send({
            jsonrpc: "2.0",
            id: asked().id,
            result: { action: "accept", content: { name: "Ada" } }
          })
          yield* Fiber.join(asking)
          expect(client.answerTo(1).result.structuredContent).toEqual({ text: "Ada" })
        })
    )

    scenario("hears what nobody asked for (HTTP-30)", {}, (served, server) =>
      Effect.gen(function*() {
        const { answerTo, received, transport } = yield* open(served)
        yield* transport.send(Client.request(1, "resources/subscribe", { uri: "test://counter" }) as JsonRpc.Request)
        expect(answerTo(1).result).toEqual({})
        yield* eventually(served.open, ([, streams]) => streams === 1)
        yield* server.touch
        yield* eventually(Effect.sync(() => received.at(-1).method), (method) =>
          method === "notifications/resources/updated")
      }))

    scenario(
      "comes back to a stream that the server has closed, and gets its answer (HTTP-22, HTTP-24, HTTP-25, HTTP-42)",
      { retry: 30 },
      (served, server) =>
        Effect.gen(function*() {
          const { answerTo, transport } = yield* open(served)
          const polling = yield* Effect.forkChild(transport.send(call(1, "poll", { gate: "a" })))
          yield* server.arrived("a")
          // it has come back when the stream is there once more, beside the one that is listened on
          yield* eventually(served.open, ([, streams]) => streams === 2)
          yield* server.open("a")
          yield* Fiber.join(polling)
          expect(answerTo(1).result.structuredContent).toEqual({ text: "after the break" })
        })
    )

    scenario(
      "learns that the server does not know the session any more (HTTP-53)",
      {},
      (served) =>
        Effect.gen(function*() {
          const ids: Array<string> = []
          const client = through(
            served.client,
            HttpClient.tap(({ headers }) => Effect.sync(() => ids.push(headers["mcp-session-id"] ?? "")))
          )
          const { running, transport } = yield* open({ ...served, client })
          yield* HttpClient.del(served.url, { headers: { "mcp-session-id": ids[0]! } }).pipe(
            Effect.provide(served.client)
          )
          expect(yield* reasonOf(transport.send(call(1, "echo", { text: "a" })))).toBe("SessionLost")
          expect(Scripted.reasonOf(yield* Fiber.await(running))).toMatchObject({ _tag: "SessionLost" })
        })
    )

    scenario(
      "in the stateless era it needs no session (HTTP26-16, HTTP26-20, HTTP26-23, HTTP26-24)",
      {},
      (served) =>
        Effect.gen(function*() {
          const { answerTo, received, transport } = yield* connect(served)
          yield* transport.send(StatelessClient.request(0, "server/discover") as JsonRpc.Request)
          yield* transport.send(statelessCall(1, "echo", { text: "Zürich" }))
          yield* transport.send(statelessCall(2, "steps", { count: 2 }, { progressToken: 2 }))
          yield* transport.send(
            StatelessClient.request(3, "resources/read", { uri: "test://counter" }) as JsonRpc.Request
          )
          yield* transport.send(StatelessClient.request(4, "no/such") as JsonRpc.Request)
          expect(answerTo(0).result.supportedVersions).toContain("2026-07-28")
          expect(answerTo(1).result.structuredContent).toEqual({ text: "Zürich" })
          expect(answerTo(2).result.structuredContent).toEqual({ text: "2" })
          expect(answerTo(3).result.contents[0].text).toBe("1")
          expect(answerTo(4).error.code).toBe(-32601)
          expect(received.filter(({ method }) => method === "notifications/progress").length).toBeGreaterThan(0)
          expect((yield* served.open)[0]).toBe(0)
        })
    )

    scenario(
      "who gives a request of the stateless era up has it cancelled at once (HTTP26-15, robustness 18)",
      {},
      (served, server) =>
        Effect.gen(function*() {
          const { received, transport } = yield* connect(served)
          const waiting = yield* Effect.forkChild(transport.send(statelessCall(1, "wait", { gate: "a" })))
          yield* server.arrived("a")
          yield* eventually(served.open, ([, streams]) => streams === 1)
          yield* Fiber.interrupt(waiting)
          yield* Effect.timeout(
            eventually(Effect.sync(() => server.interrupted), (all) => all.includes("a")),
            "1 second"
          )
          expect(received).toEqual([])
        })
    )

    scenario(
      "who gives a request of a session up has cancelled nothing (HTTP-27, robustness 18)",
      {},
      (served, server) =>
        Effect.gen(function*() {
          const { transport } = yield* open(served)
          const waiting = yield* Effect.forkChild(transport.send(call(1, "wait", { gate: "a" })))
          yield* server.arrived("a")
          yield* eventually(served.open, ([, streams]) => streams === 2)
          yield* Fiber.interrupt(waiting)
          yield* eventually(served.open, ([, streams]) => streams === 1)
          expect(server.interrupted).toEqual([])
          yield* transport.send(Scripted.notification("notifications/cancelled", { requestId: 1 }))
          yield* eventually(Effect.sync(() => server.interrupted), (all) => all.includes("a"))
        })
    )

    scenario(
      "two hundred calls at a time get each its own answer (robustness 12)",
      {},
      (served) =>
        Effect.gen(function*() {
          const { answerTo, transport } = yield* open(served)
          const calls = Array.from({ length: 200 }, (_, id) => id)
          yield* Effect.forEach(calls, (id) =>
            transport.send(
              id % 2 === 0
                ? call(id, "echo", { text: String(id) })
                : statelessCall(id, "echo", { text: String(id) })
            ), { concurrency: 50, discard: true })
          for (const id of calls) expect(answerTo(id).result.structuredContent).toEqual({ text: String(id) })
        })
    )

    scenario("its end leaves nothing open at the server", {}, (served, server) =>
      Effect.gen(function*() {
        for (let round = 0; round < 5; round++) {
          const { close, running, transport } = yield* open(served)
          const gate = `gate ${round}`
          const waiting = yield* Effect.forEach(
            [call(1, "wait", { gate }), statelessCall(2, "wait", { gate })],
            (one) => Effect.forkChild(Effect.exit(transport.send(one)))
          )
          yield* eventually(Effect.sync(() => server.waiting()), (count) => count === 2)
          yield* close
          for (const fiber of waiting) expect(Exit.isFailure(yield* Fiber.join(fiber))).toBe(true)
          expect(yield* Fiber.await(running)).toEqual(Exit.void)
          yield* eventually(served.open, (counts) => counts.every((count) => count === 0))
          yield* eventually(Effect.sync(() => server.waiting()), (count) => count === 0)
        }
      }))

    scenario(
      "speaks HTTP+SSE where there is nothing else (SSE-3, SSE-12)",
      {},
      (served, server) =>
        Effect.gen(function*() {
          // what an older server has not is not there: only a POST that names its session finds the endpoint
          const client = yield* connect({
            ...served,
            client: through(
              served.client,
              HttpClient.mapRequest((request) =>
                request.method === "POST" && !request.url.includes("sessionId")
                  ? HttpClientRequest.setUrl(request, served.url.replace("/mcp", "/nowhere"))
                  : request
              )
            )
          })
          yield* client.transport.send(initializeRequest("2024-11-05"))
          yield* client.transport.send(Scripted.initialized)
          yield* client.transport.send(call(1, "echo", { text: "old" }))
          expect(client.textOf(1)).toBe("old")
          expect(yield* server.connections).toBe(1)
          yield* client.close
          yield* eventually(served.open, (counts) => counts.every((count) => count === 0))
        })
    )
  })
}
