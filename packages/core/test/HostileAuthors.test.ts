import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as JsonRpc from "../src/JsonRpc.ts"
import * as Logging from "../src/Logging.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Progress from "../src/Progress.ts"
import * as Prompt from "../src/Prompt.ts"
import * as ProtocolError from "../src/ProtocolError.ts"
import * as Resource from "../src/Resource.ts"
import * as Sampling from "../src/Sampling.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

const internal = { code: -32603, message: "Internal error" }

const fails = (): never => {
  throw new Error("secret")
}

// What authors without a compiler's help give: no effect at all.
const noEffect = <A>(value: unknown) => () => value as Effect.Effect<A>

const unwilling = { toString: fails, toJSON: fails }

const interruptsItself = () =>
  Effect.withFiber<string>((fiber) => {
    fiber.interruptUnsafe()
    return Effect.never
  })

const ok = Server.tool(Tool.make("ok"), () => Effect.succeed("fine"))
const fine = { content: [{ type: "text", text: "fine" }] }

const features = Layer.mergeAll(
  ok,
  Server.tool(Tool.make("interruptsItself"), interruptsItself),
  Server.tool(Tool.make("promise"), noEffect<string>(Promise.resolve("x"))),
  Server.tool(Tool.make("text"), noEffect<string>("x")),
  Server.tool(Tool.make("throws"), fails),
  Server.tool(Tool.make("progress"), () =>
    Effect.forEach(
      [
        { progress: Number.NaN },
        { progress: Number.POSITIVE_INFINITY },
        { progress: 1, total: Number.NaN },
        { progress: 2, total: Number.POSITIVE_INFINITY },
        { progress: 3, total: 4 }
      ],
      Progress.report,
      { discard: true }
    ).pipe(Effect.as("fine"))),
  Server.tool(
    Tool.make("logs"),
    () => Effect.log(unwilling).pipe(Effect.andThen(Logging.log("info", { unwilling })), Effect.as("fine"))
  ),
  Server.tool(Tool.make("never"), () => Effect.never),
  Server.tool(Tool.make("stubborn"), () => Effect.uninterruptible(Effect.never)),
  Server.tool(
    Tool.make("ask"),
    () => Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
  ),
  Server.resource(Resource.make("test:undefined", { name: "u" }), noEffect<string>(undefined)),
  Server.resource(Resource.make("test:watched", { name: "w" }), () => Effect.succeed(""), { changes: fails }),
  Server.prompt(Prompt.make("number", { arguments: { a: Schema.String } }), noEffect<string>(7), {
    complete: { a: noEffect<Array<string>>(undefined) }
  })
)

const serving = Conversation.withServer(features)
const silent = Effect.provide(Logger.layer([]))

describe("handlers that break the rules (robustness 10)", () => {
  it.effect("a handler that interrupts itself, throws, or gives no effect is answered, and nothing is left", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const name of ["interruptsItself", "promise", "text", "throws"]) {
        expect((yield* conversation.call(name)).error).toEqual(internal)
      }
      expect((yield* conversation.request("resources/read", { uri: "test:undefined" })).error).toEqual(internal)
      expect((yield* conversation.request("prompts/get", { name: "number", arguments: { a: "" } })).error)
        .toEqual(internal)
      const ref = { type: "ref/prompt", name: "number" }
      expect(
        (yield* conversation.request("completion/complete", { ref, argument: { name: "a", value: "" } })).error
      ).toEqual(internal)
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
      expect((yield* conversation.call("ok")).result).toEqual(fine)
    }).pipe(serving, silent))

  it.effect("a failing predicate of who may see what costs the requests that ask it, and no more", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.request("tools/list")).error).toEqual(internal)
      expect((yield* conversation.call("hidden")).error).toEqual(internal)
      expect((yield* conversation.call("ok")).result).toEqual(fine)
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
    }).pipe(
      Conversation.withServer(
        Layer.merge(ok, Server.tool(Tool.make("hidden"), () => Effect.succeed(""), { visible: fails }))
      ),
      silent
    ))

  it.effect.each<[string, Server.Middleware<never>]>([
    ["throws", (request, next) => request.method === "tools/call" ? fails() : next],
    ["gives no effect", (request, next) => request.method === "tools/call" ? noEffect<never>(undefined)() : next]
  ])("middleware that %s costs the request it is around, and no more", ([, around]) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("ok")).error).toEqual(internal)
      expect((yield* conversation.request("ping")).result).toEqual({})
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
    }).pipe(Conversation.withServer(Layer.merge(ok, Server.middleware(around))), silent))

  it.effect("a logger that fails does not keep an answer back", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("throws")).error).toEqual(internal)
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
    }).pipe(serving, Effect.provide(Logger.layer([Logger.make(fails)]))))

  it("an error whose data JSON cannot hold is still an answer", () => {
    const { data, message } = ProtocolError.toErrorObject(ProtocolError.application(5, "x", 1n))
    const text = JsonRpc.stringify(JsonRpc.errorResponse(7, 5, message, data))
    expect(text).toMatchObject({ failure: { instead: JSON.stringify({ jsonrpc: "2.0", id: 7, error: internal }) } })
  })

  it.effect("steps that are no numbers are dropped, and the call goes on (PROG-5, robustness 19)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("progress", {}, { progressToken: 1 })).result).toEqual(fine)
      expect(conversation.all("notifications/progress").map(({ params }) => params)).toEqual([
        { progressToken: 1, progress: 1 },
        { progressToken: 1, progress: 2 },
        { progressToken: 1, progress: 3, total: 4 }
      ])
    }).pipe(serving))

  it.effect("what cannot be printed is logged as that, and the call goes on (LOG-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("logs")).result).toEqual(fine)
      expect(conversation.all("notifications/message")).toHaveLength(2)
    }).pipe(serving, silent))

  it.effect("a subscription that fails is not remembered as one", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (let i = 0; i < 2; i++) {
        expect((yield* conversation.request("resources/subscribe", { uri: "test:watched" })).error).toEqual(internal)
      }
      expect(conversation.connected.session()?.subscriptions).toEqual([])
    }).pipe(serving, silent))
})

describe("requests in each other's way", () => {
  it.effect("two handshakes that middleware holds up make one session", () => {
    const gate = Deferred.makeUnsafe<void>()
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.ask("initialize", Conversation.initialize(), "first")
      yield* conversation.ask("initialize", Conversation.initialize({ version: "2024-11-05" }), "second")
      yield* Conversation.settle
      yield* Deferred.succeed(gate, undefined)
      expect((yield* conversation.answer("first")).result).toMatchObject({ protocolVersion: "2025-11-25" })
      expect((yield* conversation.answer("second")).error?.code).toBe(-32600)
      expect(conversation.connected.session()?.protocolVersion).toBe("2025-11-25")
    }).pipe(Conversation.withServer(
      Layer.merge(ok, Server.middleware((_, next) => Effect.andThen(Deferred.await(gate), next)))
    ))
  })

  it.effect("ping is answered while all that may run is running, with middleware too (PING-2)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.ask("tools/call", { name: "never" })
      yield* conversation.ask("tools/call", { name: "ok" })
      expect((yield* conversation.request("ping")).result).toEqual({})
      expect(conversation.connected.size().inbound).toBe(2)
    }).pipe(Conversation.withServer(
      Layer.merge(features, Server.middleware((_, next) => next)),
      { limits: { maxConcurrency: 1 } }
    )))

  it.effect("a thousand that waited for one to end are served without going deeper for each", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const first = yield* conversation.ask("tools/call", { name: "never" })
      const ids = yield* Effect.forEach(
        Array.from({ length: 1000 }),
        () => conversation.ask("tools/call", { name: "ok" })
      )
      yield* conversation.notify("notifications/cancelled", { requestId: first })
      for (const id of ids) expect((yield* conversation.answer(id)).result).toEqual(fine)
    }).pipe(Conversation.withServer(features, { limits: { maxConcurrency: 1 } })))

  it.effect("an invalid message does not answer the request whose id it has (BASE-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const id = yield* conversation.ask("tools/call", { name: "never" })
      yield* conversation.say({ jsonrpc: "1.0", id, method: "ping" })
      expect((yield* conversation.answer(null)).error?.code).toBe(-32600)
      expect(conversation.received.some((message) => message.id === id)).toBe(false)
    }).pipe(serving))

  it.effect.each<[string, (id: unknown) => Conversation.Json]>([
    ["no result", (id) => ({ jsonrpc: "2.0", id, result: null })],
    ["result and error", (id) => ({ jsonrpc: "2.0", id, result: {}, error: { code: 1, message: "x" } })],
    ["too deep", (id) => {
      let deep: unknown = 0
      for (let i = 0; i < 1000; i++) deep = [deep]
      return { jsonrpc: "2.0", id, result: { deep } }
    }]
  ])(
    "an answer of the client that is none (%s) fails the question at once, and is not answered (BASE-7)",
    ([, answer]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
        const id = yield* conversation.ask("tools/call", { name: "ask" })
        const question = yield* conversation.next("sampling/createMessage")
        const said = conversation.received.length
        yield* conversation.say(answer(question.id))
        expect((yield* conversation.answer(id)).result).toMatchObject({ isError: true })
        expect(conversation.received.slice(said)).toHaveLength(1)
        expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
      }).pipe(serving)
  )
})

describe("the end of a connection", () => {
  it.effect("is not put off by a handler that cannot be interrupted (INIT-24)", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      const served = yield* Effect.forkChild(
        Effect.provideService(
          Server.serve({ sessionId: "s", drainTimeout: "2 seconds", releaseTimeout: "3 seconds" }),
          Transport,
          far
        )
      )
      yield* near.send({ jsonrpc: "2.0", id: 0, method: "initialize", params: Conversation.initialize() })
      yield* near.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "stubborn" } })
      yield* Conversation.settle
      const ending = yield* Effect.forkChild(Fiber.interrupt(served))
      yield* Conversation.settle
      yield* TestClock.adjust("2 seconds")
      yield* TestClock.adjust("2 seconds")
      expect(ending.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(ending)
    }).pipe(serving, silent))
})
