import { describe, expect, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import * as Principal from "../../src/Principal.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import * as Resource from "../../src/Resource.ts"
import * as Server from "../../src/Server.ts"
import { endTimeout } from "../../src/server/Listens.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as Listening from "../Listening.ts"

const add = Server.tool(Tool.make("add"), () => Effect.succeed("sum"))
const wait = Server.tool(Tool.make("wait"), () => Effect.as(Effect.sleep("1 minute"), "done"))
const all = { toolsListChanged: true }

const methodsOf = (listening: Listening.Listening) => listening.heard().map(({ id, method }) => method ?? id)

const tooMany = (id: unknown, limit: number) => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32603, message: `Too many subscriptions are open (at most ${limit})` }
})

describe("subscriptions that are open", () => {
  it.effect("are capped for each connection's principal; one that ends makes room (robustness 16)", () =>
    Effect.gen(function*() {
      const { listens } = yield* Server.Server
      const conversation = yield* Conversation.open({ handshake: false })
      for (let id = 0; id < 10_000; id++) yield* conversation.say(Listening.request(all, { id }))
      yield* Conversation.settle
      expect(yield* listens).toBe(100)
      const refused = conversation.received.filter(({ error }) => error !== undefined)
      expect(refused).toHaveLength(9900)
      expect(refused[0]).toEqual(tooMany(100, 100))
      // of what is refused, nothing else is said
      expect(conversation.received).toHaveLength(10_000)
      yield* conversation.notify("notifications/cancelled", { requestId: 5 })
      const again = yield* Listening.over(conversation)(all, { id: "again" })
      expect(Listening.acknowledged(again)).toEqual(all)
      expect(yield* listens).toBe(100)
    }).pipe(Conversation.withServer(add, { maxListens: 100 })))

  it.effect("are capped for a principal, however its requests come (robustness 16)", () =>
    Effect.gen(function*() {
      const ada = { subject: "ada", issuer: "https://issuer.example", scopes: ["a"] }
      const open: Array<Listening.Listening> = []
      for (let i = 0; i < 5; i++) open.push(yield* Listening.alone(all, { principal: { ...ada, scopes: [`${i}`] } }))
      expect(open.map(({ heard }) => heard().length)).toEqual([1, 1, 1, 1, 1])
      expect(open.map(Listening.acknowledged).slice(0, 3)).toEqual([all, all, all])
      expect(open[3]?.heard()).toEqual([tooMany("listen", 3)])
      const bob = yield* Listening.alone(all, { principal: { ...ada, issuer: "https://other.example" } })
      expect(Listening.acknowledged(bob)).toEqual(all)
      yield* open[0]!.cancel
      expect(Listening.acknowledged(yield* Listening.alone(all, { principal: ada }))).toEqual(all)
      expect((yield* Listening.alone(all, { principal: ada })).heard()).toEqual([tooMany("listen", 3)])
    }).pipe(Conversation.withServer(add, { maxListens: 3 })))

  it.effect("are those of the principal that middleware has found", () => {
    let user = 0
    const each = Server.middleware((_, next) =>
      Effect.provideService(next, Principal.CurrentPrincipal, { subject: `${user++}` })
    )
    return Effect.gen(function*() {
      for (let i = 0; i < 5; i++) expect(Listening.acknowledged(yield* Listening.alone(all))).toEqual(all)
    }).pipe(Conversation.withServer(Layer.merge(add, each), { maxListens: 1 }))
  })

  it.effect("take none of the places that requests run in", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const call = (name: string) => conversation.ask("tools/call", { name, _meta: Listening.meta })
      for (let id = 0; id < 10; id++) yield* Listening.over(conversation)(all, { id: `l${id}` })
      const waiting = yield* call("wait")
      const behind = yield* call("add")
      // nor do they wait for one
      const late = yield* Listening.over(conversation)(all, { id: "late" })
      expect(Listening.acknowledged(late)).toEqual(all)
      expect(conversation.received.some(({ id }) => id === behind)).toBe(false)
      yield* late.cancel
      yield* Conversation.settle
      expect(conversation.received.some(({ id }) => id === behind)).toBe(false)
      yield* TestClock.adjust("1 minute")
      expect((yield* conversation.answer(waiting)).error).toBeUndefined()
      expect((yield* conversation.answer(behind)).error).toBeUndefined()
    }).pipe(Conversation.withServer(Layer.merge(add, wait), { limits: { maxConcurrency: 1 } })))

  it.effect("do not hold up the end of a connection (SUB-16, SUB-17)", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      const serving = yield* Effect.forkChild(
        Effect.provideService(Server.serve({ sessionId: "s" }), Transport, far)
      )
      const heard: Array<Conversation.Message> = []
      yield* Effect.forkChild(near.run((json) => heard.push(json as Conversation.Message)))
      yield* near.send(Listening.request(all))
      yield* near.send(Listening.request(all, { id: "more" }))
      yield* Conversation.settle
      // with a clock that stands still, no timeout can help
      yield* Fiber.interrupt(serving)
      yield* Conversation.settle
      for (const id of ["listen", "more"]) {
        expect(
          heard.filter((message) => Listening.isAbout(message, id)).map((message) => message.method ?? message.result)
        ).toEqual([
          "notifications/subscriptions/acknowledged",
          expect.objectContaining({ resultType: "complete" }),
          "notifications/cancelled"
        ])
      }
      expect(yield* (yield* Server.Server).listens).toBe(0)
    }).pipe(Conversation.withServer(add)))

  it.effect("that fail while they are open end in their pipe, too (SUB-17)", () => {
    const impatient = Server.middleware((_, next) =>
      Effect.catchTag(
        Effect.timeout(next, "1 hour"),
        "TimeoutError",
        () => Effect.fail(ProtocolError.internalError("Long enough"))
      )
    )
    return Effect.gen(function*() {
      const listening = yield* Listening.piped(all)
      yield* TestClock.adjust("1 hour")
      yield* Conversation.settle
      expect(listening.heard().map(({ error, method }) => method ?? error?.message)).toEqual([
        "notifications/subscriptions/acknowledged",
        "Long enough",
        "notifications/cancelled"
      ])
    }).pipe(Conversation.withServer(Layer.merge(add, impatient)))
  })

  it.effect("are answered when the server ends, before its features go (SUB-16)", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const goes = Latch.makeUnsafe(false)
      const feature = Layer.effectDiscard(Effect.addFinalizer(() => goes.await))
      const context = yield* Layer.buildWithScope(
        Server.layer({ name: "test", version: "1.0.0" }, Layer.merge(add, feature)),
        scope
      )
      const [alone, piped] = yield* Effect.all([Listening.alone(all), Listening.piped(all)]).pipe(
        Effect.provide(context)
      )
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      yield* Conversation.settle
      expect(closing.pollUnsafe()).toBeUndefined()
      expect(methodsOf(alone)).toEqual(["notifications/subscriptions/acknowledged", "listen"])
      expect(alone.heard().at(-1)).toMatchObject({ result: { resultType: "complete" } })
      expect(methodsOf(piped)).toEqual([
        "notifications/subscriptions/acknowledged",
        "listen",
        "notifications/cancelled"
      ])
      yield* goes.open
      yield* Fiber.join(closing)
    }))

  it.effect("through middleware that runs them in a fiber of their own, too", () =>
    Effect.gen(function*() {
      const apart = Server.middleware((_, next) => Effect.flatMap(Effect.forkChild(next), Fiber.join))
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(
        Server.layer({ name: "test", version: "1.0.0" }, Layer.mergeAll(add, apart, apart)),
        scope
      )
      const alone = yield* Effect.provide(Listening.alone(all), context)
      yield* Scope.close(scope, Exit.void)
      expect(alone.heard().at(-1)).toMatchObject({ id: "listen", result: { resultType: "complete" } })
    }))

  it.effect("do not hold up the end of the server for longer than a second", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(Server.layer({ name: "test", version: "1.0.0" }, add), scope)
      const deaf = yield* Effect.provide(Listening.alone(all, { reading: Latch.makeUnsafe(false) }), context)
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      yield* Conversation.settle
      expect(closing.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust(endTimeout)
      yield* Fiber.join(closing)
      expect(deaf.heard().filter(({ method }) => method !== undefined)).toEqual([])
    }).pipe(Effect.provide(Logger.layer([]))))

  it.effect("are all that `end` ends", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const answers: Array<unknown> = []
      const answering = server.answer({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "wait", _meta: Listening.meta }
      }, {
        transport: { send: () => Effect.void, isCongested: () => false },
        context: undefined,
        onAnswer: ({ response }) => answers.push(response)
      })
      answering.end()
      yield* Conversation.settle
      expect(answers).toEqual([])
      yield* TestClock.adjust("1 minute")
      expect(answers).toHaveLength(1)
    }).pipe(Conversation.withServer(wait)))
})

/** Counts the fibers that run, of all that is forked with the context it is in. */
class Fibers implements Metric.FiberRuntimeMetricsService {
  alive = 0
  recordFiberStart(_: Context.Context<never>): void {
    this.alive++
  }
  recordFiberEnd(_: Context.Context<never>, _exit: Exit.Exit<unknown, unknown>): void {
    this.alive--
  }
}

describe("1,000 subscriptions that come and go", { timeout: 30_000 }, () => {
  it.effect("leave nothing behind (robustness 16, CANC-6)", () => {
    const fibers = new Fibers()
    let watching = 0
    const changes = () =>
      Stream.unwrap(Effect.sync(() => {
        watching++
        return Stream.ensuring(Stream.never, Effect.sync(() => watching--))
      }))
    const watched = Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.succeed("a"), { changes })
    const filter = { ...all, resourceSubscriptions: ["test:a"] }
    return Effect.gen(function*() {
      const { connections, listens } = yield* Server.Server
      const conversation = yield* Conversation.open({ handshake: false })
      yield* Conversation.settle
      const before = fibers.alive
      for (let id = 0; id < 500; id++) {
        const listening = yield* Listening.alone(filter, { id })
        yield* Server.resourceUpdated("test:a")
        yield* conversation.say(Listening.request(filter, { id }))
        if (id % 2 === 0) yield* Conversation.settle
        yield* Server.resourceUpdated("test:a")
        if (id % 5 === 0) yield* listening.end
        else yield* listening.cancel
        yield* conversation.notify("notifications/cancelled", { requestId: id })
      }
      yield* Conversation.settle
      expect(yield* listens).toBe(0)
      expect(yield* connections).toBe(1)
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
      expect(watching).toBe(0)
      expect(fibers.alive).toBe(before)
    }).pipe(
      Conversation.withServer(Layer.merge(add, watched), { maxListens: 2 }),
      Effect.provideService(Metric.FiberRuntimeMetrics, fibers)
    )
  })
})
