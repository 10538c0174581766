import { describe, expect, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as JsonRpc from "../src/JsonRpc.ts"
import * as Progress from "../src/Progress.ts"
import * as Prompt from "../src/Prompt.ts"
import * as Resource from "../src/Resource.ts"
import * as ResourceTemplate from "../src/ResourceTemplate.ts"
import * as Sampling from "../src/Sampling.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

let live = 0

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("echo", { input: { value: Schema.Unknown }, output: { value: Schema.Unknown } }),
    ({ value }) => Effect.succeed({ value })
  ),
  Server.tool(
    Tool.make("typed", { input: { n: Schema.Int, list: Schema.Array(Schema.String) } }),
    ({ list, n }) => Effect.succeed(list.join(`${n}`))
  ),
  Server.tool(
    Tool.make("slow", { input: { n: Schema.Int } }),
    ({ n }) => Effect.as(Effect.repeat(Effect.yieldNow, { times: n % 7 }), `${n}`)
  ),
  Server.tool(Tool.make("never"), () =>
    Effect.acquireUseRelease(
      Effect.sync(() => live++),
      () => Effect.never,
      () => Effect.sync(() => live--)
    )),
  Server.tool(
    Tool.make("ask"),
    () => Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
  ),
  Server.tool(Tool.make("steps"), () =>
    Effect.as(
      Effect.forEach(Array.from({ length: 20_000 }, (_, i) => i), (progress) => Progress.report({ progress }), {
        discard: true
      }),
      "done"
    )),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"), { changes: () => Stream.never }),
  Server.resourceTemplate(
    ResourceTemplate.make("test:items/{id}", { name: "t", variables: { id: Schema.Int } }),
    ({ id }) => Effect.succeed(`${id}`),
    { complete: { id: () => Effect.succeed(["1"]) } }
  ),
  Server.prompt(
    Prompt.make("p", { arguments: { a: Schema.String, n: Schema.optionalKey(Schema.Int) } }),
    ({ a }) => Effect.succeed(a),
    { complete: { a: () => Effect.succeed(["x"]) } }
  )
)

const serving = Conversation.withServer(features)

const nested = (depth: number, close: (inner: unknown) => unknown): unknown => {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = close(value)
  return value
}

describe("hostile values (robustness 7, 8)", { timeout: 30_000 }, () => {
  it.effect.each<[string, (inner: unknown) => unknown]>([
    ["lists", (inner) => [inner]],
    ["objects", (inner) => ({ a: inner })]
  ])(
    "%s nested 100,000 deep are one error, wherever they stand, and the session goes on",
    ([, close]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        const deep = nested(100_000, close)
        for (
          const [id, message] of [
            [null, deep],
            ["a", {
              jsonrpc: "2.0",
              id: "a",
              method: "tools/call",
              params: { name: "echo", arguments: { value: deep } }
            }],
            ["b", { jsonrpc: "2.0", id: "b", method: "ping", params: { _meta: deep } }],
            [null, { jsonrpc: "2.0", method: "notifications/x", params: { deep } }]
          ] as const
        ) {
          conversation.connected.receive(message)
          expect((yield* conversation.answer(id)).error).toEqual({
            code: -32600,
            message: "The message nests deeper than 256 levels"
          })
        }
        expect((yield* conversation.request("ping")).result).toEqual({})
      }).pipe(serving)
  )

  it.effect("what nests less than the limit is served", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const value = nested(250, (inner) => [inner])
      expect((yield* conversation.call("echo", { value })).result?.["structuredContent"]).toEqual({ value })
    }).pipe(serving))

  it.effect("a million keys and a text of 10 MB are answered", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const keys = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, i]))
      const wide = yield* conversation.call("typed", keys)
      expect(wide.result).toMatchObject({ isError: true })
      const text = "x".repeat(10_000_000)
      const long = yield* conversation.call("typed", { n: text, list: [] })
      expect(JSON.stringify(long).length).toBeLessThan(1000)
      expect((yield* conversation.request(text)).error?.message.length).toBeLessThan(200)
      yield* conversation.say({ jsonrpc: "2.0", id: text, method: "ping" })
      expect(yield* conversation.next(({ id }) => id === null)).toEqual({
        jsonrpc: "2.0",
        id: null,
        error: { code: -32600, message: expect.any(String) }
      })
    }).pipe(serving))

  it.effect("__proto__ and constructor.prototype pollute nothing and are handed on as they are", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
      const evil = JSON.parse(
        `{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 2 } }, "prototype": { "polluted": 3 } }`
      )
      const answer = yield* conversation.call("echo", { value: evil, ...evil }, evil)
      expect(JSON.stringify(answer.result?.["structuredContent"])).toBe(JSON.stringify({ value: evil }))
      yield* conversation.request("prompts/get", { name: "p", arguments: JSON.parse(`{ "a": "x", "__proto__": "y" }`) })
      yield* conversation.request("completion/complete", {
        ref: { type: "ref/prompt", name: "p" },
        argument: { name: "__proto__", value: "" },
        context: { arguments: JSON.parse(`{ "__proto__": "y" }`) }
      })
      for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
        yield* conversation.call(name)
        yield* conversation.request("resources/read", { uri: `test:${name}` })
        yield* conversation.notify(name, evil)
      }
      const id = yield* conversation.ask("tools/call", { name: "ask" })
      const request = yield* conversation.next("sampling/createMessage")
      yield* conversation.reply(request, {
        role: "assistant",
        content: { type: "text", text: "x" },
        model: "m",
        ...evil,
        _meta: evil
      })
      yield* conversation.answer(id)
      expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined()
      expect(Object.prototype).not.toHaveProperty("polluted")
    }).pipe(serving))
})

describe("hostile values of requests that stand for themselves (robustness 7, 8)", { timeout: 30_000 }, () => {
  const version = `"io.modelcontextprotocol/protocolVersion": "2026-07-28"`
  const evil =
    `"__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 2 } }, "prototype": { "polluted": 3 }`
  const meta = JSON.parse(
    `{ ${version}, "io.modelcontextprotocol/clientCapabilities": { "sampling": {}, ${evil} }, ${evil} }`
  )

  it.effect("__proto__ and constructor.prototype pollute nothing, answer nothing and are handed on as they are", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const value = JSON.parse(`{ ${evil} }`)
      const answer = yield* conversation.call("echo", { value }, meta)
      expect(JSON.stringify(answer.result?.["structuredContent"])).toBe(JSON.stringify({ value }))
      for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
        expect((yield* conversation.call(name, {}, meta)).error?.code).toBe(-32602)
        expect((yield* conversation.request(name, { _meta: meta })).error?.code).toBe(-32601)
        expect((yield* conversation.request("prompts/get", { name, _meta: meta })).error?.code).toBe(-32602)
      }
      const asked = yield* conversation.request("tools/call", { name: "ask", _meta: meta })
      const [key = ""] = Object.keys(asked.result?.["inputRequests"] as object)
      const model = `{ "role": "assistant", "content": [], "model": "m", ${evil} }`
      const retry = (inputResponses: string) =>
        conversation.request("tools/call", { name: "ask", inputResponses: JSON.parse(inputResponses), _meta: meta })
      expect((yield* retry(`{ "__proto__": { "${key}": ${model} } }`)).error?.code).toBe(-32602)
      // an answer to nothing that was asked is none, and the question comes again
      expect((yield* retry(`{ "__proto__": ${model}, "constructor": ${model} }`)).result).toMatchObject({
        resultType: "input_required",
        inputRequests: { [key]: {} }
      })
      const done = yield* conversation.request("tools/call", {
        name: "ask",
        inputResponses: JSON.parse(`{ "${key}": ${model}, "__proto__": ${model} }`),
        requestState: asked.result?.["requestState"],
        _meta: meta
      })
      expect(done.result).toMatchObject({ content: [{ text: "m" }] })
      expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined()
      expect(Object.prototype).not.toHaveProperty("polluted")
    }).pipe(serving))

  it.effect("lists and objects nested 100,000 deep are one error, wherever they stand", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const deep = nested(100_000, (inner) => ({ a: [inner] }))
      for (
        const [id, params] of [
          ["a", { name: "echo", arguments: { value: deep }, _meta: meta }],
          ["b", { name: "echo", arguments: {}, _meta: { ...meta, deep } }],
          ["c", { name: "ask", inputResponses: { deep }, _meta: meta }]
        ] as const
      ) {
        conversation.connected.receive({ jsonrpc: "2.0", id, method: "tools/call", params })
        expect((yield* conversation.answer(id)).error).toEqual({
          code: -32600,
          message: "The message nests deeper than 256 levels"
        })
      }
      expect((yield* conversation.call("echo", { value: 1 }, meta)).result).toBeDefined()
    }).pipe(serving))

  it.effect("a million keys and texts of 10 MB are answered, shortly", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const keys = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, i]))
      const text = "x".repeat(10_000_000)
      for (
        const [method, params] of [
          ["tools/call", { name: "typed", arguments: keys, _meta: meta }],
          ["tools/call", { name: text, _meta: meta }],
          ["tools/call", { name: "ask", inputResponses: keys, _meta: meta }],
          ["tools/call", { name: "ask", requestState: text, _meta: meta }],
          ["resources/read", { uri: `test:${text}`, _meta: meta }],
          ["tools/list", { _meta: { ...meta, ...keys, [text]: text } }],
          ["tools/list", { cursor: text, _meta: meta }],
          [text, { _meta: meta }]
        ] as const
      ) {
        const answer = yield* conversation.request(method, params)
        // a uri that is not there is said in the error, in full
        if (method !== "resources/read") expect(JSON.stringify(answer).length).toBeLessThan(10_000)
      }
      const other = { ...meta, "io.modelcontextprotocol/protocolVersion": text }
      expect((yield* conversation.request("tools/list", { _meta: other })).error?.message.length).toBeLessThan(200)
    }).pipe(serving))
})

/** A generator of numbers below 2^32 that a seed determines (mulberry32). */
const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

const odd: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  "x",
  "2025-11-25",
  "\u0000\ud800",
  [],
  {},
  [null],
  { a: 1 },
  "__proto__",
  "x".repeat(1000)
]

/** The same JSON with one place in it changed. */
const mutate = (json: unknown, next: () => number): unknown => {
  const copy = structuredClone(json)
  const places: Array<[Record<string, unknown>, string]> = []
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null) return
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key])
      walk((value as Record<string, unknown>)[key])
    }
  }
  walk(copy)
  const [parent, key] = places[next() % places.length]!
  switch (next() % 4) {
    case 0:
      delete parent[key]
      break
    case 1:
      parent[`${key}x`] = parent[key]
      break
    default:
      parent[key] = odd[next() % odd.length]
  }
  return copy
}

describe("mutated messages (robustness 10)", { timeout: 30_000 }, () => {
  const requests: ReadonlyArray<[string, Conversation.Json]> = [
    ["initialize", Conversation.initialize()],
    ["ping", { _meta: { progressToken: 1 } }],
    ["tools/list", { cursor: "1.x" }],
    ["tools/call", { name: "echo", arguments: { value: [1, { a: "b" }] }, _meta: { progressToken: "t" } }],
    ["tools/call", { name: "typed", arguments: { n: 1, list: ["a", "b"] } }],
    ["resources/list", {}],
    ["resources/templates/list", {}],
    ["resources/read", { uri: "test:items/1" }],
    ["resources/subscribe", { uri: "test:r" }],
    ["resources/unsubscribe", { uri: "test:r" }],
    ["prompts/list", { _meta: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } }],
    ["prompts/get", { name: "p", arguments: { a: "x", n: "1" } }],
    ["completion/complete", {
      ref: { type: "ref/resource", uri: "test:items/{id}" },
      argument: { name: "id", value: "1" },
      context: { arguments: { id: "1" } }
    }],
    ["logging/setLevel", { level: "info" }],
    ["notifications/initialized", {}],
    ["notifications/cancelled", { requestId: 1, reason: "x" }],
    ["notifications/progress", { progressToken: 1, progress: 1, total: 2, message: "x" }],
    ["notifications/roots/list_changed", {}]
  ]

  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "5,000 in %s: no defect, and every request is answered",
    (version) => {
      const logged: Array<string> = []
      return Effect.gen(function*() {
        const next = numbers(Number(version.replaceAll("-", "")))
        const conversation = yield* Conversation.open({ version })
        let asked = 0
        for (let i = 0; i < 5000; i++) {
          const [method, params] = requests[next() % requests.length]!
          const message = method.startsWith("notifications/")
            ? { jsonrpc: "2.0", method, params }
            : { jsonrpc: "2.0", id: `m${i}`, method, params }
          let mutated = mutate(message, next)
          for (let more = next() % 3; more > 0; more--) mutated = mutate(mutated, next)
          const isRequest = JsonRpc.classify(mutated) === "Request"
          if (isRequest) asked++
          yield* conversation.say(mutated)
          if (isRequest) yield* conversation.answer((mutated as { readonly id: string }).id)
        }
        expect(asked).toBeGreaterThan(1000)
        expect(conversation.received.filter(({ error }) => error?.code === -32603)).toEqual([])
        expect(logged).toEqual([])
        yield* Conversation.settle
        expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
        expect((yield* conversation.request("ping")).result).toEqual({})
      }).pipe(
        serving,
        Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))]))
      )
    }
  )

  const required = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} }
  }
  const rich = {
    ...required,
    "io.modelcontextprotocol/clientInfo": { name: "client", version: "1.0.0", icons: [{ src: "https://a/b.png" }] },
    "io.modelcontextprotocol/logLevel": "debug",
    progressToken: 1,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "com.example/a": { b: [1] }
  }
  const standingAlone: ReadonlyArray<[string, Conversation.Json]> = [
    ...requests.filter(([method]) => /^(tools|resources|prompts|completion|ping|initialize|logging)/.test(method)),
    ["server/discover", {}],
    ["tools/call", { name: "ask" }],
    ["tools/call", { name: "ask", inputResponses: { a: { model: "m", role: "assistant", content: [] } } }],
    ["tools/call", { name: "ask", inputResponses: {}, requestState: "made up" }],
    ["prompts/get", { name: "p", arguments: { a: "x" }, requestState: "AAAA.BBBB" }],
    ["subscriptions/listen", {
      notifications: { toolsListChanged: true, resourceSubscriptions: ["test:r", "test:items/1"] }
    }]
  ]

  it.effect.each(["before a session", "beside a session"])(
    "5,000 in 2026-07-28, %s: no defect, every request is answered, with codes of the specification (BASE-16, BASE-34, BASE-35)",
    (where) => {
      const logged: Array<string> = []
      return Effect.gen(function*() {
        const next = numbers(where.length)
        const conversation = yield* Conversation.open(where === "before a session" ? { handshake: false } : {})
        const said = conversation.received.length
        let asked = 0
        let listening = 0
        for (let i = 0; i < 5000; i++) {
          const [method, params] = standingAlone[next() % standingAlone.length]!
          const _meta = next() % 2 === 0 ? required : rich
          const message = next() % 50 === 0
            ? { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: `m${next() % 5000}`, _meta } }
            : { jsonrpc: "2.0", id: `m${i}`, method, params: { ...params, _meta } }
          let mutated = mutate(message, next)
          for (let more = next() % 3; more > 0; more--) mutated = mutate(mutated, next)
          yield* conversation.say(mutated)
          if (JsonRpc.classify(mutated) !== "Request") continue
          asked++
          const { id } = mutated as { readonly id: string }
          const isOf = ({ params }: Conversation.Message) =>
            (params?.["_meta"] as Conversation.Json | undefined)?.["io.modelcontextprotocol/subscriptionId"] === id
          const answer = yield* conversation.next((message) =>
            message.method === undefined
              ? message.id === id
              : message.method === "notifications/subscriptions/acknowledged" && isOf(message)
          )
          if (answer.method === undefined) continue
          listening++
          yield* conversation.notify("notifications/cancelled", { requestId: id })
        }
        expect(asked).toBeGreaterThan(1000)
        expect(listening).toBeGreaterThan(10)
        const answers = conversation.received.slice(said).filter(({ method }) => method === undefined)
        expect(answers.filter(({ result }) => result !== undefined).length).toBeGreaterThan(100)
        const codes = new Set(answers.flatMap(({ error }) => error === undefined ? [] : [error.code]))
        expect([...codes].sort((a, b) => a - b)).toEqual([-32602, -32601, -32600, -32022, -32021])
        expect(logged.filter((line) => !line.includes("level=DEBUG"))).toEqual([])
        yield* Conversation.settle
        expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
        expect((yield* conversation.request("server/discover", { _meta: required })).result).toBeDefined()
      }).pipe(
        serving,
        Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))]))
      )
    }
  )

  it.effect("2,000 answers of a client: no defect, and the call is answered", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const next = numbers(7)
      const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
      for (let i = 0; i < 2000; i++) {
        const id = yield* conversation.ask("tools/call", { name: "ask" })
        const request = yield* conversation.next("sampling/createMessage")
        yield* conversation.say(mutate({
          jsonrpc: "2.0",
          id: request.id,
          result: { role: "assistant", content: [{ type: "text", text: "x" }], model: "m", stopReason: "endTurn" }
        }, next))
        // where the envelope itself is broken, nothing was answered yet
        yield* conversation.reply(request, { role: "assistant", content: [], model: "m" })
        expect((yield* conversation.answer(id)).result).toBeDefined()
      }
      // a slow machine makes the clock of the test remark that nobody winds it
      expect(logged.filter((line) => !line.includes("TestClock"))).toEqual([])
    }).pipe(serving, Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })
})

describe("many clients (robustness 12)", { timeout: 30_000 }, () => {
  it.effect("1,000 that all use id 1 at the same time: each hears its own answer", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const clients = yield* Effect.forEach(Array.from({ length: 1000 }), () => Conversation.open())
      expect(yield* server.connections).toBe(1000)
      for (let round = 0; round < 5; round++) {
        yield* Effect.forEach(
          clients,
          (client, n) => client.ask("tools/call", { name: "slow", arguments: { n: n * 10 + round } }, 1),
          { discard: true }
        )
        const answers = yield* Effect.forEach(clients, (client) => client.answer(1))
        answers.forEach(({ result }, n) =>
          expect(result).toEqual({ content: [{ type: "text", text: `${n * 10 + round}` }] })
        )
      }
    }).pipe(serving))
})

describe("progress without end (robustness 19)", { timeout: 30_000 }, () => {
  it.effect("does not hold up the result, nor other requests", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capacity: 16 })
      const id = yield* conversation.ask("tools/call", { name: "steps", _meta: { progressToken: 1 } })
      expect((yield* conversation.request("ping")).result).toEqual({})
      expect((yield* conversation.answer(id)).result).toEqual({ content: [{ type: "text", text: "done" }] })
    }).pipe(serving))
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

describe("what goes away leaves nothing behind", { timeout: 30_000 }, () => {
  const counting = <A, E, R>(test: (fibers: Fibers) => Effect.Effect<A, E, R>) => {
    const fibers = new Fibers()
    return Effect.provideService(test(fibers).pipe(serving), Metric.FiberRuntimeMetrics, fibers)
  }

  it.effect(
    "2,000 aborted calls: no fiber, no request, no answer, and all finalizers have run (CANC-6)",
    () =>
      counting((fibers) =>
        Effect.gen(function*() {
          const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
          yield* Conversation.settle
          const before = fibers.alive
          const said = conversation.received.length
          for (let i = 0; i < 2000; i++) {
            const name = i % 4 === 0 ? "ask" : "never"
            const id = yield* conversation.ask("tools/call", { name })
            if (i % 3 === 0) yield* Conversation.settle
            yield* conversation.notify("notifications/cancelled", { requestId: id })
          }
          yield* Conversation.settle
          expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
          expect(conversation.received.slice(said).filter(({ method }) => method === undefined)).toEqual([])
          expect(live).toBe(0)
          // the one fiber that looks after timeouts looks once more
          yield* TestClock.adjust("1 second")
          expect(fibers.alive).toBe(before)
        })
      ),
    { concurrent: false }
  )

  it.effect(
    "1,000 abrupt disconnects with work in progress: no fiber, no session, no subscription",
    () =>
      counting((fibers) =>
        Effect.gen(function*() {
          const server = yield* Server.Server
          yield* Conversation.settle
          const before = fibers.alive
          for (let i = 0; i < 1000; i++) {
            const scope = yield* Scope.make()
            const conversation = yield* Scope.provide(
              Conversation.open({
                capabilities: { sampling: {} },
                ...(i % 10 === 0 ? { handshake: "asked" } : undefined)
              }),
              scope
            )
            yield* conversation.ask("tools/call", { name: "never" })
            yield* conversation.ask("tools/call", { name: "ask" })
            yield* conversation.ask("resources/subscribe", { uri: "test:r" })
            if (i % 2 === 0) yield* Conversation.settle
            yield* i % 3 === 0 ? conversation.close : Scope.close(scope, Exit.void)
            expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
          }
          yield* Conversation.settle
          expect(yield* server.connections).toBe(0)
          expect(live).toBe(0)
          expect(fibers.alive).toBe(before)
        })
      ),
    { concurrent: false }
  )
})
