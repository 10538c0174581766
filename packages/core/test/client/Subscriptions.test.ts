import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import { Listener, maxSubResources } from "../../src/client/Listener.ts"
import { isWithin } from "../../src/client/SubResource.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Supervisor from "../../src/Supervisor.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as TransportError from "../../src/TransportError.ts"
import * as Conversation from "../Conversation.ts"
import { Fleet, type Member } from "./Fleet.ts"
import * as Listening from "./Listening.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const { attempt, reasonOf } = Listening

const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

/** A client of the server under test, over a connection of its own, which the server can close. */
const connect = Effect.fnUntraced(function*(version: string) {
  const [near, far] = yield* MemoryTransport.make()
  yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "test" }), Transport, far))
  const closing = Latch.makeUnsafe(false)
  const client = yield* Client.make({
    name: "test",
    version: "1.0.0",
    transport: { ...near, run: (receive) => Effect.raceFirst(near.run(receive), closing.await) },
    versions: [version]
  })
  return { client, close: closing.open }
})

/** Runs a test against a server that has everything, and counts who watches which item: whatever is subscribed to. */
const serving = <A, E, R>(test: (watched: ReadonlySet<string>) => Effect.Effect<A, E, R>) => {
  const watched = new Set<string>()
  return Conversation.withServer(Layer.mergeAll(
    Server.tool(Tool.make("add"), () => Effect.succeed("added")),
    Server.prompt(Prompt.make("p"), () => Effect.succeed("p")),
    Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.succeed("a")),
    Server.resource(Resource.make("test:b", { name: "b" }), () => Effect.succeed("b")),
    Server.resourceTemplate(
      ResourceTemplate.make("test:items/{id}", { name: "item", variables: { id: Schema.String } }),
      ({ id }) => Effect.succeed(id),
      {
        changes: (_, uri) =>
          Stream.unwrap(Effect.as(
            Effect.acquireRelease(
              Effect.sync(() => watched.add(uri)),
              () => Effect.sync(() => watched.delete(uri))
            ),
            Stream.never
          ))
      }
    )
  ))(test(watched))
}

const update = (...uris: ReadonlyArray<string>) =>
  Effect.andThen(Effect.forEach(uris, Server.resourceUpdated), Conversation.settle)

const changeLists = Effect.andThen(
  Effect.scoped(Effect.gen(function*() {
    yield* Server.registerTool(Tool.make("late"), () => Effect.succeed("late"))
    yield* Server.registerPrompt(Prompt.make("late"), () => Effect.succeed("late"))
    yield* Server.registerResource(Resource.make("test:late", { name: "late" }), () => Effect.succeed("late"))
  })),
  Conversation.settle
)

describe.each(versions)("subscriptions of a client of our own server, in %s", (version) => {
  it.effect("tell of the resources that were asked for, from then on, and of no other (RES-7, RES-8, RES-9, SUB-12)", () =>
    serving(() =>
      Effect.gen(function*() {
        const { client } = yield* connect(version)
        yield* update("test:a")
        const one = yield* Listening.to(yield* client.subscribe("test:a"))
        const two = yield* Listening.to(yield* client.subscribe(["test:b", "test:items/1"]))
        yield* update("test:a", "test:b", "test:items/1", "test:items/2")
        yield* update("test:a")
        expect(one.heard).toEqual([{ uri: "test:a" }, { uri: "test:a" }])
        expect(two.heard).toEqual([{ uri: "test:b" }, { uri: "test:items/1" }])
        expect(one.exit()).toBeUndefined()
      })
    ))

  it.effect("tell of the lists that were asked for, and of no other (SUB-1, SUB-13)", () =>
    serving(() =>
      Effect.gen(function*() {
        const { client } = yield* connect(version)
        const one = yield* Listening.to(yield* client.changes("prompts"))
        const all = yield* Listening.to(yield* client.changes(["tools", "resources", "prompts"]))
        yield* changeLists
        expect(new Set(one.heard)).toEqual(new Set(["prompts"]))
        expect(new Set(all.heard)).toEqual(new Set(["tools", "prompts", "resources"]))
      })
    ))

  it.effect("leave nothing behind: the server forgets a resource with the last who listened to it (RES-7, SUB-15)", () =>
    serving((watched) =>
      Effect.gen(function*() {
        const server = yield* Server.Server
        const { client } = yield* connect(version)
        const first = yield* Scope.make()
        const second = yield* Scope.make()
        yield* Scope.provide(client.subscribe(["test:items/1", "test:items/2"]), first)
        yield* Scope.provide(client.changes("tools"), first)
        const stream = yield* Scope.provide(client.subscribe("test:items/2"), second)
        const two = yield* Listening.to(stream)
        expect(watched).toEqual(new Set(["test:items/1", "test:items/2"]))
        yield* Scope.close(first, Exit.void)
        yield* Conversation.settle
        expect(watched).toEqual(new Set(["test:items/2"]))
        yield* update("test:items/1", "test:items/2")
        expect(two.heard).toEqual([{ uri: "test:items/2" }])
        yield* Scope.close(second, Exit.void)
        yield* Conversation.settle
        expect(reasonOf(two.exit())).toBe("over")
        expect(watched.size).toBe(0)
        expect(yield* server.listens).toBe(0)
      })
    ))

  it.effect("fail for a resource that is not there, and leave nothing of the others (SUB-7)", () =>
    serving((watched) =>
      Effect.gen(function*() {
        const { client } = yield* connect(version)
        const exit = yield* Effect.exit(client.subscribe(["test:items/1", "test:none"]))
        expect(reasonOf(exit)).toMatchObject({ _tag: "NotGranted", uris: ["test:none"], lists: [] })
        // the scope is still open
        yield* Conversation.settle
        yield* client.ping()
        expect(watched.size).toBe(0)
        expect(yield* (yield* Server.Server).listens).toBe(0)
      })
    ))

  it.effect("are not asked for where the server does not tell (RES-7, SUB-14)", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(version)
      expect(reasonOf(yield* Effect.exit(client.subscribe("test:a")))).toMatchObject({
        _tag: "CapabilityMissing",
        capability: "resources.subscribe"
      })
      expect(reasonOf(yield* Effect.exit(client.changes(["tools", "prompts"])))).toMatchObject({
        _tag: "CapabilityMissing",
        capability: "prompts.listChanged"
      })
    }).pipe(Conversation.withServer(Server.tool(Tool.make("add"), () => Effect.void))))

  it.effect("of 1,000 resources tell a slow reader of each once, however often it changed", () =>
    serving((watched) =>
      Effect.gen(function*() {
        const { client } = yield* connect(version)
        const uris = Array.from({ length: 1000 }, (_, i) => `test:items/${i}`)
        const reading = Latch.makeUnsafe(false)
        const scope = yield* Scope.make()
        const listening = yield* Listening.to(yield* Scope.provide(client.subscribe(uris), scope), reading)
        expect(watched.size).toBe(1000)
        for (let i = 0; i < 10; i++) yield* update(...uris)
        yield* client.ping()
        yield* reading.open
        yield* Conversation.until(() => listening.heard.length >= 1000)
        yield* Conversation.settle
        // the one that was in hand may be told again
        expect(new Set(listening.heard.map(({ uri }) => uri))).toEqual(new Set(uris))
        expect(listening.heard.length).toBeLessThanOrEqual(1001)
        yield* Scope.close(scope, Exit.void)
        yield* Conversation.until(() => watched.size === 0)
      })
    ))

  it.effect("fail when the connection ends, and there is no other", () =>
    serving(() =>
      Effect.gen(function*() {
        const { client, close } = yield* connect(version)
        const resource = yield* Listening.to(yield* client.subscribe("test:a"))
        const list = yield* Listening.to(yield* client.changes("tools"))
        yield* close
        yield* Conversation.settle
        expect(reasonOf(resource.exit())).toMatchObject({ _tag: "Disconnected" })
        expect(reasonOf(list.exit())).toMatchObject({ _tag: "Disconnected" })
      })
    ))
})

describe("a subscription of the stateless era", () => {
  const capabilities = {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true }
  }

  /** A server that acknowledges what is asked for, or what it is told to. */
  const listening = Effect.fnUntraced(function*(
    acknowledges: (notifications: Conversation.Json) => Conversation.Json | undefined = (asked) => asked
  ) {
    const server = yield* ScriptedServer.make(ScriptedServer.stateless((message) => {
      if (message.method === "tools/list") {
        return { result: { resultType: "complete", tools: [], ttlMs: 3_600_000, cacheScope: "private" } }
      }
      if (message.method !== "subscriptions/listen") return ScriptedServer.unknown
      const notifications = acknowledges(message.params!["notifications"] as Conversation.Json)
      if (notifications !== undefined) {
        Effect.runSync(say("notifications/subscriptions/acknowledged", message.id, { notifications }))
      }
      return undefined
    }, capabilities))
    const say = (method: string, id: unknown, params: Conversation.Json = {}) =>
      server.notify(method, { ...params, _meta: { "io.modelcontextprotocol/subscriptionId": id } })
    const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
    const updated = (id: unknown, uri: string) =>
      Effect.andThen(say("notifications/resources/updated", id, { uri }), Conversation.settle)
    const listens = () => server.all("subscriptions/listen")
    const cancelled = () => server.all("notifications/cancelled").map(({ params }) => params!["requestId"])
    const end = (id: unknown) =>
      server.say({
        jsonrpc: "2.0",
        id,
        result: { resultType: "complete", _meta: { "io.modelcontextprotocol/subscriptionId": id } }
      })
    return { server, client, say, updated, listens, cancelled, end }
  })

  it.effect("asks for what is wanted and nothing else (SUB-1, META-9)", () =>
    Effect.gen(function*() {
      const { client, listens } = yield* listening()
      yield* client.subscribe(["test:a", "test:b", "test:a"])
      yield* client.changes(["tools", "resources"])
      yield* client.changes("prompts")
      expect(listens().map(({ params }) => params!["notifications"])).toEqual([
        { resourceSubscriptions: ["test:a", "test:b"] },
        { toolsListChanged: true, resourcesListChanged: true },
        { promptsListChanged: true }
      ])
      expect(listens()[0]!.params!["_meta"]).toMatchObject({ "io.modelcontextprotocol/protocolVersion": "2026-07-28" })
    }))

  it.effect("hears what is said under its id, and nothing else (SUB-8, SUB-9, SUB-10)", () =>
    Effect.gen(function*() {
      const { client, listens, say, server, updated } = yield* listening()
      const one = yield* Listening.to(yield* client.subscribe("test:a"))
      const two = yield* Listening.to(yield* client.subscribe("test:a"))
      const three = yield* Listening.to(yield* client.changes("tools"))
      const [first, second, third] = listens().map(({ id }) => id)
      yield* updated(second, "test:a")
      yield* updated(first, "test:a/part")
      yield* updated(first, "other:whatever")
      // nobody's: another id, another type of id, no id, and what was not asked for
      yield* updated(99, "test:a")
      yield* updated(String(first), "test:a")
      yield* server.notify("notifications/resources/updated", { uri: "test:a" })
      yield* say("notifications/tools/list_changed", first)
      yield* say("notifications/prompts/list_changed", third)
      yield* updated(third, "test:a")
      yield* server.notify("notifications/tools/list_changed")
      yield* say("notifications/tools/list_changed", third)
      yield* Conversation.settle
      expect(one.heard).toEqual([{ uri: "test:a/part" }, { uri: "other:whatever" }])
      expect(two.heard).toEqual([{ uri: "test:a" }])
      expect(three.heard).toEqual(["tools"])
    }))

  it.effect("is there when it is acknowledged, whatever was said to others before (SUB-4, SUB-10)", () =>
    Effect.gen(function*() {
      const { client, listens, say } = yield* listening(() => undefined)
      const attempted = yield* attempt(client.subscribe("test:a"))
      const other = yield* attempt(client.changes("tools"))
      const [first, second] = listens().map(({ id }) => id)
      yield* say("notifications/subscriptions/acknowledged", second, { notifications: { toolsListChanged: true } })
      yield* Conversation.settle
      expect(reasonOf(attempted.exit())).toBe("goes on")
      expect(reasonOf(other.exit())).toBe("over")
      yield* say("notifications/subscriptions/acknowledged", first, {
        notifications: { resourceSubscriptions: ["test:a"] }
      })
      yield* Conversation.settle
      expect(reasonOf(attempted.exit())).toBe("over")
    }))

  it.effect("that is not acknowledged within a minute is given up (CANC-15)", () =>
    Effect.gen(function*() {
      const { cancelled, client, listens } = yield* listening(() => undefined)
      const attempted = yield* attempt(client.subscribe("test:a"))
      yield* TestClock.adjust("59 seconds")
      expect(reasonOf(attempted.exit())).toBe("goes on")
      yield* TestClock.adjust("1 second")
      expect(reasonOf(attempted.exit())).toMatchObject({ _tag: "RequestTimeout", method: "subscriptions/listen" })
      expect(cancelled()).toEqual([listens()[0]!.id])
    }))

  it.effect.each<[string, Conversation.Json, object]>([
    ["a resource", { resourceSubscriptions: ["test:a"] }, { uris: ["test:b"], lists: [] }],
    ["all of them", {}, { uris: ["test:a", "test:b"], lists: [] }],
    ["what is said to be false", { resourceSubscriptions: [], toolsListChanged: false }, {
      uris: ["test:a", "test:b"],
      lists: []
    }]
  ])(
    "of which the server leaves out %s fails, and is ended (SUB-5, SUB-7, SUB-15)",
    ([_, granted, missing]) =>
      Effect.gen(function*() {
        const { cancelled, client, listens } = yield* listening(() => granted)
        const attempted = yield* attempt(client.subscribe(["test:a", "test:b"]))
        expect(reasonOf(attempted.exit())).toMatchObject({ _tag: "NotGranted", ...missing })
        expect(cancelled()).toEqual([listens()[0]!.id])
      })
  )

  it.effect("names the lists that the server leaves out (SUB-7)", () =>
    Effect.gen(function*() {
      const { client } = yield* listening(() => ({ toolsListChanged: true, promptsListChanged: false }))
      const attempted = yield* attempt(client.changes(["tools", "prompts", "resources"]))
      expect(reasonOf(attempted.exit())).toMatchObject({
        _tag: "NotGranted",
        lists: ["prompts", "resources"],
        message: "The server does not tell of changes to prompts, resources"
      })
    }))

  it.effect("is ended by cancelling it, once, when its scope ends (SUB-15, CANC-12, CANC-13)", () =>
    Effect.gen(function*() {
      const { cancelled, client, listens, updated } = yield* listening()
      const scope = yield* Scope.make()
      const one = yield* Listening.to(yield* Scope.provide(client.subscribe("test:a"), scope))
      const { id } = listens()[0]!
      expect(cancelled()).toEqual([])
      yield* Scope.close(scope, Exit.void)
      yield* updated(id, "test:a")
      expect(cancelled()).toEqual([id])
      expect(one.heard).toEqual([])
      expect(reasonOf(one.exit())).toBe("over")
      yield* TestClock.adjust("1 hour")
      expect(listens()).toHaveLength(1)
    }))

  it.effect("is given up with who asked for it, before it is acknowledged (CANC-12)", () =>
    Effect.gen(function*() {
      const { cancelled, client, listens } = yield* listening(() => undefined)
      const attempted = yield* attempt(Effect.scoped(client.subscribe("test:a")))
      yield* attempted.interrupt
      yield* Conversation.settle
      expect(cancelled()).toEqual([listens()[0]!.id])
    }))

  it.effect("lasts: no timeout runs (CANC-15)", () =>
    Effect.gen(function*() {
      const { cancelled, client, listens, updated } = yield* listening()
      const one = yield* Listening.to(yield* client.subscribe("test:a"))
      yield* TestClock.adjust("30 days")
      yield* updated(listens()[0]!.id, "test:a")
      expect(one.heard).toEqual([{ uri: "test:a" }])
      expect(cancelled()).toEqual([])
      expect(listens()).toHaveLength(1)
    }))

  it.effect.each<[string, ReadonlyArray<"result" | "cancelled">]>([
    ["its result", ["result"]],
    ["its result and a cancellation", ["result", "cancelled", "cancelled"]]
  ])(
    "is over when the server says so by %s, after what it told before (SUB-16, SUB-18)",
    ([_, signals]) =>
      Effect.gen(function*() {
        const { client, end, listens, server, updated } = yield* listening()
        const reading = Latch.makeUnsafe(false)
        const one = yield* Listening.to(yield* client.subscribe(["test:a", "test:b"]), reading)
        const { id } = listens()[0]!
        yield* updated(id, "test:a")
        yield* updated(id, "test:b")
        for (const signal of signals) {
          yield* signal === "result" ? end(id) : server.notify("notifications/cancelled", { requestId: id })
          yield* Conversation.settle
        }
        yield* reading.open
        yield* Conversation.settle
        expect(one.heard).toEqual([{ uri: "test:a" }, { uri: "test:b" }])
        expect(reasonOf(one.exit())).toBe("over")
        yield* TestClock.adjust("1 hour")
        expect(listens()).toHaveLength(1)
      })
  )

  it.effect("that just ends is opened again, and all that it tells of counts as changed (SUB-17, SUB-18, SUB-19, SUB-21)", () =>
    Effect.gen(function*() {
      const { cancelled, client, listens, server, updated } = yield* listening()
      const one = yield* Listening.to(yield* client.subscribe(["test:a", "test:b"]))
      const { id } = listens()[0]!
      yield* server.notify("notifications/cancelled", { requestId: id })
      yield* Conversation.settle
      // it does not come back at the same moment as everyone else
      expect(listens()).toHaveLength(1)
      yield* TestClock.adjust("500 millis")
      yield* Conversation.settle
      expect(listens()).toHaveLength(2)
      expect(one.heard).toEqual([{ uri: "test:a" }, { uri: "test:b" }])
      yield* updated(id, "test:a")
      expect(one.heard).toHaveLength(2)
      yield* updated(listens()[1]!.id, "test:a")
      expect(one.heard).toHaveLength(3)
      // the server has ended it: there is nothing to cancel
      expect(cancelled()).toEqual([])
    }))

  it.effect("makes what is remembered of its lists stale when it is opened again (SUB-21, CACHE-15)", () =>
    Effect.gen(function*() {
      const { client, listens, server } = yield* listening()
      const one = yield* Listening.to(yield* client.changes("tools"))
      yield* client.tools
      yield* client.tools
      expect(server.all("tools/list")).toHaveLength(1)
      yield* server.notify("notifications/cancelled", { requestId: listens()[0]!.id })
      yield* TestClock.adjust("500 millis")
      yield* Conversation.settle
      expect(one.heard).toEqual(["tools"])
      yield* client.tools
      expect(server.all("tools/list")).toHaveLength(2)
    }))

  it.effect("is tried again ever more seldom, and at least twice a minute, until the server has a place for it (SUB-19)", () =>
    Effect.gen(function*() {
      let isFull = false
      const { client, listens, server } = yield* listening((asked) => {
        return isFull ? undefined : asked
      })
      const one = yield* Listening.to(yield* client.changes("tools"))
      isFull = true
      server.script = ((script) => (message) =>
        isFull && message.method === "subscriptions/listen"
          ? { error: { code: -32603, message: "Too many" } }
          : script(message))(server.script)
      yield* server.notify("notifications/cancelled", { requestId: listens()[0]!.id })
      for (let second = 0; second < 600; second++) yield* TestClock.adjust("1 second")
      const tried = listens().length - 1
      expect(tried).toBeGreaterThan(20)
      expect(tried).toBeLessThan(120)
      expect(reasonOf(one.exit())).toBe("goes on")
      isFull = false
      for (let second = 0; second < 30; second++) yield* TestClock.adjust("1 second")
      yield* Conversation.settle
      expect(one.heard).toEqual(["tools"])
    }))

  it.effect.each<[string, object]>([
    ["the method is unknown (SUB-14)", { code: -32601, message: "Method not found" }],
    ["it is not well asked for", { code: -32602, message: "Invalid params" }]
  ])("is not tried again when %s: the listener is told", ([_, error]) =>
    Effect.gen(function*() {
      const { client, listens, server } = yield* listening()
      const one = yield* Listening.to(yield* client.changes("tools"))
      server.script = () => ({ error })
      yield* server.notify("notifications/cancelled", { requestId: listens()[0]!.id })
      yield* TestClock.adjust("500 millis")
      yield* Conversation.settle
      expect(reasonOf(one.exit())).toMatchObject({ _tag: "ErrorAnswer", ...error })
      yield* TestClock.adjust("1 hour")
      expect(listens()).toHaveLength(2)
    }))

  it.effect("of which less is granted than before fails then (SUB-7)", () =>
    Effect.gen(function*() {
      let granted: ReadonlyArray<string> = ["test:a", "test:b"]
      const { client, listens, server } = yield* listening(() => ({ resourceSubscriptions: granted }))
      const one = yield* Listening.to(yield* client.subscribe(granted))
      granted = ["test:a"]
      yield* server.notify("notifications/cancelled", { requestId: listens()[0]!.id })
      yield* TestClock.adjust("500 millis")
      yield* Conversation.settle
      expect(reasonOf(one.exit())).toMatchObject({ _tag: "NotGranted", uris: ["test:b"] })
    }))

  it.effect("that ends before it is acknowledged was none", () =>
    Effect.gen(function*() {
      const { client, end, listens } = yield* listening(() => undefined)
      const attempted = yield* attempt(client.changes("tools"))
      yield* end(listens()[0]!.id)
      yield* Conversation.settle
      expect(reasonOf(attempted.exit())).toMatchObject({ _tag: "InvalidAnswer" })
    }))

  it.effect("the server can cancel nothing else that the client asks (CANC-2, CANC-14)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* listening()
      server.script = () => undefined
      const asking = yield* attempt(client.request("tools/call", { name: "x" }))
      yield* server.notify("notifications/cancelled", { requestId: server.all("tools/call")[0]!.id })
      yield* Conversation.settle
      expect(reasonOf(asking.exit())).toBe("goes on")
    }))
})

describe("a subscription of the session era", () => {
  const script = (answers: (message: Conversation.Message) => ScriptedServer.Reply) =>
    ScriptedServer.session(answers, { resources: { subscribe: true, listChanged: true }, tools: { listChanged: true } })

  const subscribing = Effect.fnUntraced(function*(
    answers: (message: Conversation.Message) => ScriptedServer.Reply = () => ({ result: {} })
  ) {
    const server = yield* ScriptedServer.make(script(answers))
    const client = yield* Client.make({
      name: "test",
      version: "1.0.0",
      transport: server.transport,
      versions: ["2025-11-25"]
    })
    const said = () =>
      server.received.filter(({ method }) => method?.endsWith("subscribe")).map(({ method, params }) =>
        `${method!.slice("resources/".length)} ${String(params!["uri"])}`
      )
    const updated = (uri: string) =>
      Effect.andThen(server.notify("notifications/resources/updated", { uri }), Conversation.settle)
    return { server, client, said, updated }
  })

  it.effect("is asked for by the first who listens to a resource, and ended by the last (RES-7)", () =>
    Effect.gen(function*() {
      const { client, said } = yield* subscribing()
      const scopes = yield* Effect.all([Scope.make(), Scope.make(), Scope.make()])
      for (const scope of scopes) yield* Scope.provide(client.subscribe(["test:a", "test:b"]), scope)
      expect(said()).toEqual(["subscribe test:a", "subscribe test:b"])
      for (const scope of scopes) {
        expect(said()).toHaveLength(2)
        yield* Scope.close(scope, Exit.void)
        yield* Conversation.settle
      }
      expect(said().slice(2)).toEqual(["unsubscribe test:a", "unsubscribe test:b"])
    }))

  it.effect("hears of what lies within its resource, and of nothing else (RES-8)", () =>
    Effect.gen(function*() {
      const { client, updated } = yield* subscribing()
      const directory = yield* Listening.to(yield* client.subscribe("file:///dir"))
      const file = yield* Listening.to(yield* client.subscribe("file:///dir/a"))
      const root = yield* Listening.to(yield* client.subscribe(["file:///", "x:other"]))
      for (const uri of ["file:///dir", "file:///dir/a", "file:///dir/a#part", "file:///dirt", "other:x", "x:othe"]) {
        yield* updated(uri)
      }
      expect(directory.heard.map(({ uri }) => uri)).toEqual(["file:///dir", "file:///dir/a", "file:///dir/a#part"])
      expect(file.heard.map(({ uri }) => uri)).toEqual(["file:///dir/a", "file:///dir/a#part"])
      expect(root.heard).toHaveLength(4)
    }))

  it.effect("says one after the other of one resource, so that what is wanted last holds", () =>
    Effect.gen(function*() {
      let isSlow = false
      const { client, said, server } = yield* subscribing(() => isSlow ? undefined : { result: {} })
      const first = yield* Scope.make()
      yield* Scope.provide(client.subscribe("test:a"), first)
      isSlow = true
      yield* Scope.close(first, Exit.void)
      yield* Conversation.settle
      const again = yield* attempt(client.subscribe("test:a"))
      expect(said()).toEqual(["subscribe test:a", "unsubscribe test:a"])
      isSlow = false
      yield* server.answer(server.all("resources/unsubscribe")[0], { result: {} })
      yield* Conversation.settle
      expect(said()).toEqual(["subscribe test:a", "unsubscribe test:a", "subscribe test:a"])
      expect(reasonOf(again.exit())).toBe("over")
    }))

  it.effect("does not wait for ever to say that it is over", () =>
    Effect.gen(function*() {
      let isSlow = false
      const { client, said } = yield* subscribing(() => isSlow ? undefined : { result: {} })
      const first = yield* Scope.make()
      yield* Scope.provide(client.subscribe("test:a"), first)
      isSlow = true
      yield* Scope.close(first, Exit.void)
      yield* Conversation.settle
      isSlow = false
      const again = yield* attempt(client.subscribe("test:a"))
      yield* TestClock.adjust("5 seconds")
      expect(reasonOf(again.exit())).toBe("over")
      expect(said()).toEqual(["subscribe test:a", "unsubscribe test:a", "subscribe test:a"])
    }))

  it.effect("that was given up before the answer came is ended, for it may have been made (CANC-9)", () =>
    Effect.gen(function*() {
      const { client, said, server } = yield* subscribing(() => undefined)
      const attempted = yield* attempt(Effect.scoped(client.subscribe("test:a")))
      yield* attempted.interrupt
      yield* Conversation.settle
      expect(said()).toEqual(["subscribe test:a", "unsubscribe test:a"])
      expect(server.all("notifications/cancelled").length).toBe(1)
    }))

  it.effect.each([-32002, -32602])(
    "that the server refused by %s is not ended, and another may try again (RES-12)",
    (code) =>
      Effect.gen(function*() {
        let error: object | undefined = { code, message: "Resource not found" }
        const { client, said } = yield* subscribing(() => error === undefined ? { result: {} } : { error })
        expect(reasonOf(yield* Effect.exit(Effect.scoped(client.subscribe("test:a"))))).toMatchObject({
          _tag: "NotGranted",
          uris: ["test:a"],
          because: "Resource not found"
        })
        error = { code: -32603, message: "Internal error" }
        expect(reasonOf(yield* Effect.exit(Effect.scoped(client.subscribe("test:a"))))).toMatchObject({
          _tag: "ErrorAnswer",
          code: -32603
        })
        error = undefined
        yield* client.subscribe("test:a")
        expect(said()).toEqual(["subscribe test:a", "subscribe test:a", "subscribe test:a"])
      })
  )

  it.effect("of 1,000 resources has 16 requests under way at a time", () =>
    Effect.gen(function*() {
      const { client, said, server } = yield* subscribing(() => undefined)
      const uris = Array.from({ length: 500 }, (_, i) => `test:${i}`)
      const one = yield* attempt(client.subscribe(uris))
      const others = yield* attempt(
        Effect.forEach(uris, (uri) => client.subscribe(`${uri}/x`), { concurrency: "unbounded" })
      )
      let answered = 0
      while (answered < 1000) {
        const asked = server.all("resources/subscribe")
        expect(asked.length - answered).toBe(Math.min(16, 1000 - answered))
        for (const request of asked.slice(answered)) yield* server.answer(request, { result: {} })
        answered = asked.length
        yield* Conversation.settle
      }
      expect(said()).toHaveLength(1000)
      expect(reasonOf(one.exit())).toBe("over")
      expect(reasonOf(others.exit())).toBe("over")
    }))
})

describe("a subscription of a supervised client", () => {
  const capabilities = { tools: { listChanged: true }, resources: { subscribe: true } }

  const acknowledging = (message: Conversation.Message, member: Member) => {
    if (message.method !== "subscriptions/listen") return undefined
    member.notify("notifications/subscriptions/acknowledged", {
      notifications: message.params!["notifications"],
      _meta: { "io.modelcontextprotocol/subscriptionId": message.id }
    })
    return "nothing"
  }

  it.effect.each(["session", "stateless"] as const)(
    "is asked for again over the next connection, and all of it counts as changed, in the %s era (SUB-20, SUB-21)",
    (era) =>
      Effect.gen(function*() {
        const fleet = new Fleet({
          capabilities,
          era: () => era,
          script: acknowledging
        })
        const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
        const scope = yield* Scope.make()
        const resources = yield* Listening.to(yield* Scope.provide(client.subscribe(["test:a", "test:b"]), scope))
        const tools = yield* Listening.to(yield* Scope.provide(client.changes("tools"), scope))
        const asked = era === "session" ? "resources/subscribe" : "subscriptions/listen"
        for (let restart = 1; restart <= 3; restart++) {
          yield* fleet.last.end()
          yield* TestClock.adjust("1 minute")
          yield* Conversation.settle
          expect(fleet.members).toHaveLength(restart + 1)
          expect(fleet.last.all(asked)).toHaveLength(2)
          expect(resources.heard).toHaveLength(2 * restart)
          expect(new Set(resources.heard.map(({ uri }) => uri))).toEqual(new Set(["test:a", "test:b"]))
          expect(tools.heard.length).toBeGreaterThanOrEqual(restart)
          expect(reasonOf(resources.exit())).toBe("goes on")
        }
        yield* Scope.close(scope, Exit.void)
        yield* Conversation.settle
        expect(fleet.last.all(era === "session" ? "resources/unsubscribe" : "notifications/cancelled")).toHaveLength(2)
      })
  )

  it.effect("goes on when the next server is of the other era (SUB-20)", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({
        capabilities,
        era: (number) => number % 2 === 1 ? "session" : "stateless",
        script: acknowledging
      })
      const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
      const resource = yield* Listening.to(yield* client.subscribe("test:a"))
      for (let restart = 1; restart <= 2; restart++) {
        yield* fleet.last.end()
        yield* TestClock.adjust("2 minutes")
        yield* Conversation.until(() => resource.heard.length >= restart)
        yield* Conversation.settle
        expect(resource.heard).toHaveLength(restart)
      }
      expect(reasonOf(resource.exit())).toBe("goes on")
    }))

  it.effect("fails when the client is given up", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({
        capabilities,
        fails: (number) => number > 1 ? new TransportError.Closed() : undefined
      })
      const { client } = yield* Supervisor.make({
        name: "test",
        version: "1.0.0",
        transport: fleet.transport,
        maxAttempts: 1
      })
      const resource = yield* Listening.to(yield* client.subscribe("test:a"))
      yield* fleet.last.end()
      yield* TestClock.adjust("2 minutes")
      expect(reasonOf(resource.exit())).toMatchObject({ _tag: "Disconnected" })
    }))
})

describe("a listener", () => {
  it("that does not take its news keeps no more of them than it asked for, and some of what is in these", () => {
    const uris = new Set(["file:///a", "file:///b", "x:y"])
    const listener = new Listener({ lists: new Set(), uris })
    for (let i = 0; i < 100_000; i++) {
      const method = "notifications/resources/updated"
      listener.hear({ method, params: { uri: `file:///${i % 2 === 0 ? "a" : "b"}/${i}` } })
      listener.hearOwn({ method, params: { uri: `z:${i}` } })
    }
    expect(listener.size).toBe(maxSubResources + uris.size)
  })

  it.effect("is told of the resource when there is too much in it to tell", () =>
    Effect.gen(function*() {
      const listener = new Listener({ lists: new Set(), uris: new Set(["file:///a", "file:///b"]) })
      for (let i = 0; i < maxSubResources + 10; i++) {
        listener.hear({ method: "notifications/resources/updated", params: { uri: `file:///a/${i}` } })
      }
      const { heard } = yield* Listening.to(listener.stream)
      yield* Conversation.settle
      expect(heard).toHaveLength(maxSubResources + 1)
      expect(heard.at(-1)).toBe("file:///a")
      expect(heard).not.toContain("file:///b")
    }))

  it.effect("is told of the resource when the name of what is in it is endless", () =>
    Effect.gen(function*() {
      const listener = new Listener({ lists: new Set(), uris: new Set(["file:///a"]) })
      for (let i = 0; i < 10; i++) {
        const params = { uri: `file:///a/${i}${"x".repeat(100_000)}` }
        listener.hear({ method: "notifications/resources/updated", params })
        listener.hearOwn({ method: "notifications/resources/updated", params })
      }
      const { heard } = yield* Listening.to(listener.stream)
      yield* Conversation.settle
      expect(heard).toEqual(["file:///a"])
    }))

  it("what lies within a resource begins with it, and goes on where a part of it can begin (RES-8)", () => {
    const within = [
      ["a:b", "a:b"],
      ["a:b/c", "a:b"],
      ["a:b?c", "a:b"],
      ["a:b#c", "a:b"],
      ["a:b/c", "a:b/"],
      ["a:b", "a:"],
      ["a://h/x", "a://"]
    ]
    const without = [["a:bc", "a:b"], ["a:b", "a:b/"], ["a:b", "a:b/c"], ["b:b", "a:b"], ["", "a:b"], ["A:b", "a:b"]]
    for (const [uri, resource] of within) expect([uri, isWithin(uri!, resource!)]).toEqual([uri, true])
    for (const [uri, resource] of without) expect([uri, isWithin(uri!, resource!)]).toEqual([uri, false])
  })
})
