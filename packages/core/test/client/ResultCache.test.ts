import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import type { Caller } from "../../src/client/Caller.ts"
import * as Composition from "../../src/client/Composition.ts"
import * as Connection from "../../src/client/Connection.ts"
import * as ResultCache from "../../src/client/ResultCache.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import { anonymous, CurrentPrincipal, type Principal } from "../../src/Principal.ts"
import * as Resource from "../../src/Resource.ts"
import * as Server from "../../src/Server.ts"
import type { SessionError } from "../../src/SessionError.ts"
import * as Supervisor from "../../src/Supervisor.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as Interruption from "../Interruption.ts"
import { Fleet } from "./Fleet.ts"
import { attempt, reasonOf } from "./Listening.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

type Json = Conversation.Json

const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true }
}

const ada: Principal = { subject: "ada", issuer: "https://issuer.example", clientId: "host", scopes: ["read", "write"] }

const as = (principal: Principal) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, CurrentPrincipal, principal)

const empty: { readonly [method: string]: Json } = {
  "tools/list": { tools: [] },
  "prompts/list": { prompts: [] },
  "resources/list": { resources: [] },
  "resources/templates/list": { resourceTemplates: [] },
  "resources/read": { contents: [] },
  "server/discover": { supportedVersions: ["2026-07-28"], capabilities },
  "tools/call": { content: [] },
  "prompts/get": { messages: [] }
}

/** A server that numbers its answers, so that each is known again, with a hint; and a client of it that caches. */
const caching = Effect.fnUntraced(function*(
  initialHint: Json = { ttlMs: 1000, cacheScope: "public" },
  options: Partial<ResultCache.Limits> & {
    readonly script?: (message: Conversation.Message) => ScriptedServer.Reply | "silent"
  } = {}
) {
  const { script, ...limits } = options
  let hint = initialHint
  let answers = 0
  const server = yield* ScriptedServer.make(ScriptedServer.stateless((message) => {
    const scripted = script?.(message)
    if (scripted === "silent") return undefined
    if (scripted !== undefined) return scripted
    return { result: { resultType: "complete", ...empty[message.method!], ...hint, _meta: { n: ++answers } } }
  }, capabilities))
  let made: { readonly caller: Caller; readonly registry: Connection.Options["registry"] } | undefined
  yield* Composition.make(
    { name: "test", version: "1.0.0" },
    Layer.empty,
    (settings) =>
      Effect.map(Connection.make(server.transport, settings), (caller) => {
        made = { caller, registry: settings.registry }
        return caller
      })
  )
  const cache = ResultCache.make(made!.caller, made!.registry, limits)
  // discovery goes through the script that all servers of the stateless era have
  const n = (method: keyof typeof empty & Parameters<Caller["request"]>[0], params: Json = {}, asked?: object) =>
    // what is asked with fits the method
    Effect.map(cache.request(method, params as never, asked), ({ _meta }) => _meta?.["n"])
  return {
    server,
    cache,
    n,
    hint: (next: Json) => {
      hint = next
    },
    told: (method: string, params?: Json) => Effect.andThen(server.notify(method, params), Conversation.settle),
    asked: () => server.received.slice(1).map(({ method }) => method)
  }
})

const read = (uri: string) => ["resources/read", { uri }] as const

describe("the cache of a client", () => {
  it.effect("answers until its time is over, and then asks again (CACHE-6, CACHE-9, CACHE-11)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching()
      yield* TestClock.adjust("10 seconds")
      expect(yield* n("tools/list")).toBe(1)
      yield* TestClock.adjust(999)
      expect(yield* n("tools/list")).toBe(1)
      yield* TestClock.adjust(1)
      expect(yield* n("tools/list")).toBe(2)
      expect(yield* n("tools/list")).toBe(2)
    }))

  it.effect("keeps what may be kept, of whatever method says so, and nothing else (CACHE-1, CACHE-6)", () =>
    Effect.gen(function*() {
      const { asked, n } = yield* caching()
      const methods = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] as const
      for (const method of methods) expect(yield* n(method)).toBe(yield* n(method))
      expect(yield* n(...read("test:a"))).toBe(yield* n(...read("test:a")))
      expect(asked()).toEqual([...methods, "resources/read"])
      expect(yield* n("tools/call", { name: "x" })).not.toBe(yield* n("tools/call", { name: "x" }))
      expect(yield* n("prompts/get", { name: "x" })).not.toBe(yield* n("prompts/get", { name: "x" }))
    }))

  it.effect.each<[string, Json]>([
    ["0", { ttlMs: 0, cacheScope: "public" }],
    ["negative", { ttlMs: -1, cacheScope: "public" }],
    ["far below zero", { ttlMs: -1_000_000, cacheScope: "private" }],
    ["not there", { cacheScope: "public" }],
    ["not there at all", {}]
  ])("keeps nothing whose time is %s (CACHE-9, CACHE-10)", ([_, hint]) =>
    Effect.gen(function*() {
      const { cache, n } = yield* caching(hint)
      expect(yield* n("tools/list")).toBe(1)
      expect(yield* n("tools/list")).toBe(2)
      expect(cache.size).toEqual({ entries: 0, units: 0, asking: 0 })
    }))

  it.effect("answers only what was asked in the same way (CACHE-6)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching()
      const answers = [
        yield* n(...read("test:a")),
        yield* n(...read("test:b")),
        yield* n("tools/list"),
        yield* n("tools/list", { cursor: "" }),
        yield* n("tools/list", { cursor: "a" }),
        yield* n("prompts/list"),
        yield* n("prompts/list", { cursor: "a" }),
        yield* n("tools/list", { _meta: { "example.com/locale": "de", "example.com/a": 1 } })
      ]
      expect(answers).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      // the order of keys is not part of it
      expect(yield* n("tools/list", { _meta: { "example.com/a": 1, "example.com/locale": "de" } })).toBe(8)
      expect(yield* n("tools/list", { cursor: undefined })).toBe(3)
    }))

  it.effect("never gives what is private to another principal (CACHE-7)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching({ ttlMs: 1000, cacheScope: "private" })
      const ask = n(...read("test:a"))
      const others: ReadonlyArray<Principal> = [
        anonymous,
        { ...ada, subject: "bob" },
        { ...ada, issuer: "https://other.example" },
        { ...ada, clientId: "other" },
        { subject: "ada" },
        { subject: "ada", issuer: "host" },
        { subject: "ada", clientId: "host" },
        // another token of the same party
        { ...ada, scopes: ["read"] }
      ]
      expect(yield* as(ada)(ask)).toBe(1)
      for (const [index, other] of others.entries()) expect(yield* as(other)(ask)).toBe(index + 2)
      expect(yield* as({ ...ada, scopes: ["write", "read"] })(ask)).toBe(1)
      for (const [index, other] of others.entries()) expect(yield* as(other)(ask)).toBe(index + 2)
    }))

  it.effect("takes what does not say whom it is for as private (CACHE-7)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching({ ttlMs: 1000 })
      expect(yield* as(ada)(n("tools/list"))).toBe(1)
      expect(yield* n("tools/list")).toBe(2)
      expect(yield* as(ada)(n("tools/list"))).toBe(1)
    }))

  it.effect("gives what is public to anyone (CACHE-8)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching()
      expect(yield* as(ada)(n("tools/list"))).toBe(1)
      expect(yield* n("tools/list")).toBe(1)
    }))

  it.effect("forgets what was for everyone when the server says that it is for one (CACHE-7)", () =>
    Effect.gen(function*() {
      const { hint, n } = yield* caching()
      expect(yield* n("tools/list")).toBe(1)
      hint({ ttlMs: 1000, cacheScope: "private" })
      expect(yield* as(ada)(n("tools/list", {}, { isFresh: true }))).toBe(2)
      expect(yield* n("tools/list")).toBe(3)
      hint({ ttlMs: 1000, cacheScope: "public" })
      expect(yield* as(ada)(n("tools/list", {}, { isFresh: true }))).toBe(4)
      expect(yield* as(ada)(n("tools/list"))).toBe(4)
      // it has an answer of its own, which is as fresh as it was
      expect(yield* n("tools/list")).toBe(3)
    }))

  it.effect("asks nothing by itself, however stale it is (CACHE-12, CACHE-13)", () =>
    Effect.gen(function*() {
      const { asked, n } = yield* caching()
      yield* n("tools/list")
      yield* TestClock.adjust("2 days")
      expect(asked()).toEqual(["tools/list"])
    }))

  it.effect.each<[string, Json, ReadonlyArray<number>]>([
    ["notifications/tools/list_changed", {}, [0]],
    ["notifications/prompts/list_changed", {}, [1]],
    ["notifications/resources/list_changed", {}, [2, 3]],
    ["notifications/resources/updated", { uri: "test:a" }, [4, 5]],
    ["notifications/resources/updated", { uri: "test:a/b" }, [4, 5]],
    ["notifications/resources/updated", { uri: "test:a/b/c" }, [4, 5]],
    ["notifications/resources/updated", { uri: "test:b" }, [6]],
    ["notifications/resources/updated", { uri: "test:" }, [4, 5, 6]],
    ["notifications/resources/updated", { uri: "test:ab" }, []],
    ["notifications/message", { level: "info", data: "changed" }, []]
  ])(
    "forgets at once what %s of %s tells of, and nothing else (CACHE-15)",
    ([method, params, stale]) =>
      Effect.gen(function*() {
        const { n, told } = yield* caching({ ttlMs: 60_000, cacheScope: "private" })
        const asks = [
          n("tools/list"),
          n("prompts/list", { cursor: "a" }),
          n("resources/list"),
          n("resources/templates/list"),
          n(...read("test:a")),
          n(...read("test:a/b")),
          n(...read("test:b"))
        ]
        const before = yield* Effect.all(asks)
        yield* told(method, params)
        const after = yield* Effect.all(asks)
        expect(after.flatMap((n, index) => n === before[index] ? [] : [index])).toEqual(stale)
      })
  )

  it.effect("does not keep an answer to what has changed since it was asked (CACHE-15)", () =>
    Effect.gen(function*() {
      const { cache, n, server, told } = yield* caching(undefined, {
        script: ({ method, params }) =>
          method === "resources/read" && params!["uri"] === "test:slow" ? "silent" : undefined
      })
      const asking = yield* Effect.forkChild(n(...read("test:slow")), { startImmediately: true })
      yield* Conversation.settle
      yield* told("notifications/resources/updated", { uri: "test:other" })
      yield* told("notifications/resources/updated", { uri: "test:slow/part" })
      const answer = { contents: [], resultType: "complete", ttlMs: 1000, cacheScope: "public", _meta: { n: "old" } }
      yield* server.answer(server.all("resources/read")[0], { result: answer })
      expect(yield* Fiber.join(asking)).toBe("old")
      expect(cache.size).toEqual({ entries: 0, units: 0, asking: 0 })
      const again = yield* Effect.forkChild(n(...read("test:slow")), { startImmediately: true })
      yield* Conversation.settle
      yield* told("notifications/resources/updated", { uri: "test:other" })
      yield* server.answer(server.all("resources/read")[1], { result: { ...answer, _meta: { n: "new" } } })
      expect(yield* Fiber.join(again)).toBe("new")
      expect(yield* n(...read("test:slow"))).toBe("new")
    }))

  it.effect("asks for a stale page with its own cursor (CACHE-5, CACHE-16, PAGE-2)", () =>
    Effect.gen(function*() {
      const { hint, n, server } = yield* caching()
      yield* n("tools/list")
      hint({ ttlMs: 100, cacheScope: "public" })
      yield* n("tools/list", { cursor: "second" })
      yield* TestClock.adjust(500)
      expect(yield* n("tools/list")).toBe(1)
      expect(yield* n("tools/list", { cursor: "second" })).toBe(3)
      expect(server.all("tools/list").map(({ params }) => params!["cursor"])).toEqual([undefined, "second", "second"])
    }))

  it.effect("forgets all pages of a list when a cursor is no longer good, and those alone (CACHE-16, PAGE-3)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching(undefined, {
        script: ({ method, params }) =>
          params!["cursor"] === "bad"
            ? { error: { code: method === "tools/list" ? -32602 : -32603, message: "No" } }
            : undefined
      })
      const all = [n("tools/list"), n("tools/list", { cursor: "a" }), n("prompts/list"), n(...read("test:a"))]
      const before = yield* Effect.all(all)
      yield* Effect.exit(n("prompts/list", { cursor: "bad" }))
      expect(yield* Effect.all(all)).toEqual(before)
      yield* Effect.exit(n("tools/list", { cursor: "bad" }))
      const after = yield* Effect.all(all)
      expect(after.map((n, index) => n === before[index])).toEqual([false, false, true, true])
    }))

  it.effect("keeps no failure (CACHE-11)", () =>
    Effect.gen(function*() {
      let isBroken = true
      const { n } = yield* caching(undefined, {
        script: () => isBroken ? { error: { code: -32603, message: "Internal error" } } : undefined
      })
      expect(reasonOf(yield* Effect.exit(n("tools/list")))).toMatchObject({ _tag: "ErrorAnswer" })
      isBroken = false
      expect(yield* n("tools/list")).toBe(1)
    }))

  it.effect("keeps no result of a retry, and answers none (MRTR-30)", () =>
    Effect.gen(function*() {
      let asks = 0
      const { n } = yield* caching(undefined, {
        script: ({ method, params }) =>
          method === "resources/read" && params!["requestState"] === undefined && asks++ === 0
            ? { result: { resultType: "input_required", requestState: "sealed" } }
            : undefined
      })
      expect(yield* n(...read("test:a"))).toBe(1)
      // it was asked twice for it
      expect(yield* n(...read("test:a"))).toBe(2)
      expect(yield* n(...read("test:a"))).toBe(2)
      expect(yield* n("resources/read", { uri: "test:a", requestState: "sealed" })).toBe(3)
      expect(yield* n("resources/read", { uri: "test:a", inputResponses: {} })).toBe(4)
      expect(yield* n("resources/read", { uri: "test:a", inputResponses: {} })).toBe(5)
      expect(yield* n(...read("test:a"))).toBe(2)
    }))

  it.effect("leaves alone who wants to hear of progress", () =>
    Effect.gen(function*() {
      const { n } = yield* caching()
      const onProgress = () => Effect.void
      expect(yield* n(...read("test:a"), { onProgress })).toBe(1)
      expect(yield* n(...read("test:a"))).toBe(2)
      expect(yield* n(...read("test:a"), { onProgress })).toBe(3)
      expect(yield* n(...read("test:a"))).toBe(2)
    }))

  it.effect("lets the server answer whom it is to answer itself, and remembers that (CACHE-14)", () =>
    Effect.gen(function*() {
      const { hint, n } = yield* caching()
      expect(yield* n("tools/list")).toBe(1)
      expect(yield* n("tools/list", {}, { isFresh: true })).toBe(2)
      expect(yield* n("tools/list", {}, { isFresh: false })).toBe(2)
      hint({ ttlMs: 0, cacheScope: "public" })
      expect(yield* n("tools/list", {}, { isFresh: true })).toBe(3)
      // there is a newer answer, which is not to be kept
      expect(yield* n("tools/list")).toBe(4)
    }))

  it.effect("keeps nothing for longer than a day, or than it is told", () =>
    Effect.gen(function*() {
      const forGood = { ttlMs: Number.MAX_SAFE_INTEGER, cacheScope: "public" }
      const day = yield* caching(forGood)
      const second = yield* caching(forGood, { maxTtl: "1 second" })
      yield* day.n("tools/list")
      yield* second.n("tools/list")
      yield* TestClock.adjust(999)
      expect(yield* second.n("tools/list")).toBe(1)
      yield* TestClock.adjust(1)
      expect(yield* second.n("tools/list")).toBe(2)
      yield* TestClock.adjust(24 * 3600 * 1000 - 1001)
      expect(yield* day.n("tools/list")).toBe(1)
      yield* TestClock.adjust(1)
      expect(yield* day.n("tools/list")).toBe(2)
    }))

  it.effect("keeps as many results as it is told: the one that was used least recently leaves", () =>
    Effect.gen(function*() {
      const { cache, n } = yield* caching(undefined, { maxEntries: 2 })
      const [a, b, c] = [n(...read("test:a")), n(...read("test:b")), n(...read("test:c"))]
      yield* a
      yield* b
      expect(yield* a).toBe(1)
      yield* c
      expect(cache.size.entries).toBe(2)
      expect(yield* a).toBe(1)
      expect(yield* b).toBe(4)
      expect(yield* a).toBe(1)
    }))

  it.effect("keeps 1,000 results by default, of whatever is asked", () =>
    Effect.gen(function*() {
      const { cache, n } = yield* caching()
      for (let i = 0; i < 1100; i++) yield* n(...read(`test:${i}`))
      expect(cache.size.entries).toBe(1000)
      expect(cache.size.units).toBeGreaterThan(100_000)
    }))

  it.effect("keeps as much as it is told: nothing that alone is more", () =>
    Effect.gen(function*() {
      const size = (text: number) => ({ ttlMs: 1000, cacheScope: "public", "example.com/text": "x".repeat(text) })
      const { cache, hint, n } = yield* caching(size(100), { maxSize: 1000 })
      for (let i = 0; i < 10; i++) yield* n(...read(`test:${i}`))
      expect(cache.size.entries).toBeGreaterThan(2)
      expect(cache.size.entries).toBeLessThan(8)
      expect(cache.size.units).toBeLessThanOrEqual(1000)
      const { entries } = cache.size
      hint(size(2000))
      yield* n(...read("test:huge"))
      expect(cache.size.entries).toBe(entries)
      // what a cursor or a URI takes counts, too
      hint(size(10))
      yield* n("tools/list", { cursor: "x".repeat(2000) })
      expect(cache.size.entries).toBe(entries)
      cache.clear()
      expect(cache.size).toEqual({ entries: 0, units: 0, asking: 0 })
    }))

  it.effect("believes no clock that was put back (CACHE-9)", () =>
    Effect.gen(function*() {
      const { n } = yield* caching()
      yield* TestClock.setTime(1_000_000)
      yield* n("tools/list")
      yield* TestClock.setTime(500_000)
      expect(yield* n("tools/list")).toBe(2)
    }))

  it.effect("has nothing under way of who no longer waits", () =>
    Effect.gen(function*() {
      const { cache, n } = yield* caching(undefined, { script: () => "silent" })
      const asking = yield* attempt(n("tools/list"))
      expect(cache.size.asking).toBe(1)
      yield* asking.interrupt
      expect(cache.size.asking).toBe(0)
      yield* Interruption.atEachStep(
        24,
        n("tools/list"),
        (step) => expect([step, cache.size.asking]).toEqual([step, 0])
      )
    }))
})

describe("a client", () => {
  const counting = (version: string, counts: Array<number>) =>
    Conversation.withServer(
      Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.sync(() => `${counts.push(0)}`)),
      { cache: { read: { ttl: "1 minute" }, resources: { ttl: "1 minute" }, discover: { ttl: "1 minute" } } }
    )(Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "test" }), Transport, far))
      const make = (options?: Partial<Client.Options>) =>
        Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version], ...options })
      const client = yield* make()
      yield* client.readResource("test:a")
      yield* client.readResource("test:a")
    }))

  it.effect.each(
    [["2024-11-05", 2], ["2025-03-26", 2], ["2025-06-18", 2], ["2025-11-25", 2], ["2026-07-28", 1]] as const
  )(
    "of %s has its server read the same resource %s times (CACHE-1, CACHE-10)",
    ([version, times]) =>
      Effect.gen(function*() {
        const counts: Array<number> = []
        yield* counting(version, counts)
        expect(counts.length).toBe(times)
      })
  )

  it.effect("keeps nothing of a server of the session era, whatever that says (CACHE-10)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session(() => ({
        result: { tools: [], ttlMs: 60_000, cacheScope: "public" }
      }), capabilities))
      const client = yield* Client.make({
        name: "test",
        version: "1.0.0",
        transport: server.transport,
        versions: ["2025-11-25"]
      })
      yield* client.tools
      yield* client.tools
      expect(server.all("tools/list")).toHaveLength(2)
    }))

  const remembering = Effect.fnUntraced(function*(options: Partial<Client.Options> = {}) {
    const server = yield* ScriptedServer.make(ScriptedServer.stateless(({ method }) => ({
      result: { resultType: "complete", ...empty[method!], ttlMs: 60_000, cacheScope: "public" }
    }), capabilities))
    const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport, ...options })
    return { client, server }
  })

  it.effect("can be told to keep nothing", () =>
    Effect.gen(function*() {
      const { client, server } = yield* remembering({ cache: false })
      yield* client.tools
      yield* client.tools
      expect(server.all("tools/list")).toHaveLength(2)
    }))

  it.effect("asks the server itself whether it answers (VER-4)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* remembering()
      const answer = { ...ScriptedServer.discovered(capabilities) as { readonly result: Json } }
      server.script = () => ({ result: { ...answer.result, ttlMs: 60_000, cacheScope: "public" } })
      yield* client.request("server/discover", {})
      yield* client.request("server/discover", {})
      // the first is what it connected with
      expect(server.all("server/discover")).toHaveLength(2)
      yield* client.ping()
      yield* client.ping()
      expect(server.all("server/discover")).toHaveLength(4)
    }))

  it.effect("that is connected anew remembers nothing (SUB-21, CACHE-14)", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({
        era: () => "stateless",
        capabilities: { tools: {}, resources: {} },
        script: ({ method }) =>
          method === "tools/list" || method === "resources/read"
            ? { result: { resultType: "complete", ...empty[method], ttlMs: 3_600_000, cacheScope: "public" } }
            : undefined
      })
      const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
      const ask = Effect.andThen(client.tools, client.readResource("test:a"))
      yield* ask
      yield* ask
      expect(fleet.last.all("tools/list")).toHaveLength(1)
      yield* fleet.last.end()
      yield* TestClock.adjust("1 minute")
      expect(fleet.members).toHaveLength(2)
      yield* ask
      expect(fleet.last.all("tools/list")).toHaveLength(1)
      expect(fleet.last.all("resources/read")).toHaveLength(1)
    }))
})

// What is asked, and what the server says of it. News of the first is news of the second.
const items = [
  { method: "resources/read", params: { uri: "test:a" }, cacheScope: "public" },
  { method: "resources/read", params: { uri: "test:a/b" }, cacheScope: "private" },
  { method: "tools/list", params: {}, cacheScope: "private" },
  { method: "resources/list", params: {}, cacheScope: "public" }
] as const

const related: ReadonlyArray<ReadonlyArray<number>> = [[0, 1], [0, 1], [2], [3]]

const news: ReadonlyArray<readonly [string, Json]> = [
  ["notifications/resources/updated", { uri: "test:a" }],
  ["notifications/resources/updated", { uri: "test:a/b" }],
  ["notifications/tools/list_changed", {}],
  ["notifications/resources/list_changed", {}]
]

const Item = Schema.Literals([0, 1, 2, 3])

// In milliseconds.
const Ttl = Schema.Literals([0, 100, 500])

const Steps = Schema.Array(Schema.Union([
  Schema.Struct({ ask: Item, by: Schema.Literals(["ada", "bob"]), isFresh: Schema.Boolean, isSlow: Schema.Boolean }),
  Schema.Struct({ answer: Schema.Null }),
  Schema.Struct({ change: Item, isTold: Schema.Boolean }),
  Schema.Struct({ pass: Schema.Literals([1, 99, 100, 400, 1000]) })
]))

interface Answer {
  readonly item: number
  readonly by: string
  readonly version: number
  /** How much news there had been when it was asked for. */
  readonly news: number
  readonly receivedAt: number
}

describe("whatever is asked, changed and waited for", () => {
  it.effect.prop(
    "a client is answered by the server unless there is an answer that is as fresh as the hint says, for that principal, with no news since (CACHE-6, CACHE-7, CACHE-9, CACHE-15)",
    [Steps, Schema.Tuple([Ttl, Ttl, Ttl, Ttl])],
    ([steps, ttls]) =>
      Effect.scoped(Effect.gen(function*() {
        let now = 0
        const versions = [0, 0, 0, 0]
        const newsOf = [0, 0, 0, 0]
        const received: Array<Answer> = []
        const waiting: Array<Effect.Effect<void>> = []
        let isSlow = false
        const server: ScriptedServer.ScriptedServer = yield* ScriptedServer.make(
          ScriptedServer.stateless((message) => {
            const item = items.findIndex(({ method, params }) =>
              method === message.method && ("uri" in params ? params.uri === message.params!["uri"] : true)
            )
            const result = {
              resultType: "complete",
              ...empty[message.method!],
              ttlMs: ttls[item],
              cacheScope: items[item]!.cacheScope,
              _meta: { version: versions[item] }
            }
            if (!isSlow) return { result }
            waiting.push(server.answer(message, { result }))
            return undefined
          }, capabilities)
        )
        const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
        const ask = (item: number, by: string, isFresh: boolean, newsThen: number) => {
          const { method, params } = items[item]!
          return Effect.map(
            as({ subject: by })(
              client.request(method, params as never, { isFresh }) as Effect.Effect<
                { readonly _meta: Json },
                SessionError
              >
            ),
            ({ _meta }): Answer => ({ item, by, version: _meta["version"] as number, news: newsThen, receivedAt: now })
          )
        }
        for (const step of steps) {
          if ("pass" in step) {
            yield* TestClock.adjust(step.pass)
            now += step.pass
          } else if ("change" in step) {
            versions[step.change]!++
            if (step.isTold) {
              for (const item of related[step.change]!) newsOf[item]!++
              yield* server.notify(...news[step.change]!)
              yield* Conversation.settle
            }
          } else if ("answer" in step) {
            yield* waiting.shift() ?? Effect.void
            yield* Conversation.settle
          } else {
            isSlow = step.isSlow
            const sent = server.received.length
            const known = received.filter((answer) =>
              answer.item === step.ask &&
              (items[step.ask]!.cacheScope === "public" || answer.by === step.by) &&
              now < answer.receivedAt + ttls[step.ask]! &&
              answer.news === newsOf[step.ask]
            )
            const answered: Array<Answer> = []
            yield* Effect.forkScoped(
              Effect.map(ask(step.ask, step.by, step.isFresh, newsOf[step.ask]!), (answer) => {
                answered.push(answer)
                return received.push(answer)
              }),
              { startImmediately: true }
            )
            yield* Conversation.settle
            const isAsked = server.received.length > sent
            expect(isAsked).toBe(step.isFresh || known.length === 0)
            if (!isAsked) {
              received.pop()
              expect(known.map(({ version }) => version)).toContain(answered[0]!.version)
            }
          }
        }
      })) as Effect.Effect<void, SessionError, Scope.Scope>,
    { arbitrary: { runs: 300, size: 60 } }
  )
})
