import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Client from "../../src/Client.ts"
import * as Composition from "../../src/client/Composition.ts"
import * as Connection from "../../src/client/Connection.ts"
import type { Notification } from "../../src/client/Notifications.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import * as Conversation from "../Conversation.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const roots = Client.roots([{ uri: "file:///work" }])

const connect = (
  server: ScriptedServer.ScriptedServer,
  handlers: Layer.Layer<never, never, Client.Registry> = Layer.empty
) =>
  Effect.tap(
    Client.make({ name: "test", version: "1.0.0", transport: server.transport }, handlers),
    () => Conversation.settle
  )

/** Connects, and hears what is said from the first moment. */
const hearing = Effect.fnUntraced(function*(server: ScriptedServer.ScriptedServer) {
  const heard: Array<Notification> = []
  yield* Composition.make({ name: "test", version: "1.0.0" }, Layer.empty, (settings) => {
    settings.notifications.listen((notification) => heard.push(notification))
    return Connection.make(server.transport, settings)
  })
  yield* Conversation.settle
  return heard
})

const reason = (exit: Exit.Exit<unknown, { readonly reason: unknown }>): unknown => {
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? error.value.reason : exit
}

const log = (data: unknown) => ({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data } })

const eras = [
  ["session", ScriptedServer.session],
  ["stateless", ScriptedServer.stateless]
] as const

describe("before the handshake is over", () => {
  it.effect("ping is answered, whatever else waits (PING-2, PING-5)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(connect(server))
      yield* Conversation.settle
      yield* server.ask("a", "ping")
      yield* server.say({ jsonrpc: "2.0", id: "b", method: "ping" })
      yield* Conversation.settle
      server.script = ScriptedServer.session()
      yield* server.answer(server.received[0], ScriptedServer.unknown as object)
      yield* Fiber.join(connecting)
      expect(server.received.slice(1, 3)).toEqual([
        { jsonrpc: "2.0", id: "a", result: {} },
        { jsonrpc: "2.0", id: "b", result: {} }
      ])
      expect(server.methods).toEqual([
        "server/discover",
        "response",
        "response",
        "initialize",
        "notifications/initialized"
      ])
    }))

  it.effect("what the server asks waits until it knows that the client is ready, and is answered in the revision that was agreed on (INIT-4, INIT-15, INIT-20)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make((message) =>
        message.method === "server/discover" ? ScriptedServer.unknown : undefined
      )
      const connecting = yield* Effect.forkChild(connect(server, roots))
      yield* Conversation.settle
      yield* server.ask(1, "roots/list")
      yield* Conversation.settle
      const [initialize] = server.all("initialize")
      // the answer and a question in one go
      yield* server.sayTogether(
        {
          jsonrpc: "2.0",
          id: initialize?.id,
          result: { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: { name: "s", version: "1" } }
        },
        { jsonrpc: "2.0", id: 2, method: "roots/list" },
        // no method of that revision
        {
          jsonrpc: "2.0",
          id: 3,
          method: "elicitation/create",
          params: { message: "?", requestedSchema: { type: "object", properties: {} } }
        }
      )
      yield* Fiber.join(connecting)
      expect(server.received.slice(2)).toEqual([
        { jsonrpc: "2.0", method: "notifications/initialized" },
        { jsonrpc: "2.0", id: 1, result: { roots: [{ uri: "file:///work" }] } },
        { jsonrpc: "2.0", id: 2, result: { roots: [{ uri: "file:///work" }] } },
        { jsonrpc: "2.0", id: 3, error: { code: -32601, message: expect.any(String) } }
      ])
    }))

  it.effect("what the server says is not lost, as far as it is a little (INIT-20)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(hearing(server))
      yield* Conversation.settle
      yield* server.sayTogether(log("before"), log("again"))
      yield* server.answer(server.received[0], ScriptedServer.unknown as object)
      yield* Conversation.settle
      const [initialize] = server.all("initialize")
      const { result } = ScriptedServer.initialized(initialize!, { logging: {} }) as { readonly result: object }
      yield* server.sayTogether({ jsonrpc: "2.0", id: initialize?.id, result }, log("after"), {
        ...log("no"),
        params: {}
      })
      const heard = yield* Fiber.join(connecting)
      expect(heard.map(({ params }) => (params as { data: unknown }).data)).toEqual(["before", "again", "after"])

      const loud = yield* ScriptedServer.make()
      const listening = yield* Effect.forkChild(hearing(loud))
      yield* Conversation.settle
      for (let i = 0; i < 10_000; i++) yield* loud.sayTogether(log(i))
      loud.script = ScriptedServer.session()
      yield* loud.answer(loud.received[0], ScriptedServer.unknown as object)
      expect((yield* Fiber.join(listening)).length).toBe(64)
    }))
})

describe("in the stateless era", () => {
  it.effect("nothing that the server says is answered, whatever it is (BASE-30, STDIO-12, STDIO-25, PING-6)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.stateless())
      yield* connect(server, roots)
      yield* server.ask(1, "ping")
      yield* server.ask(2, "roots/list")
      yield* server.ask(3, "no/such")
      yield* server.say({ jsonrpc: "2.0", id: 4 })
      yield* server.say({ jsonrpc: "1.0", id: 5, method: "ping" })
      yield* server.say([])
      yield* server.say([{ jsonrpc: "2.0", id: 6, method: "ping" }])
      yield* Conversation.settle
      expect(server.methods).toEqual(["server/discover"])
    }))

  it.effect("a client that speaks nothing else answers nothing before it has found out, too (BASE-30, STDIO-12)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      yield* Effect.forkChild(
        Client.make({ name: "test", version: "1.0.0", transport: server.transport, versions: ["2026-07-28"] }, roots)
      )
      yield* Conversation.settle
      yield* server.ask(1, "ping")
      yield* server.ask(2, "roots/list")
      yield* server.say({ jsonrpc: "2.0", id: 4 })
      yield* Conversation.settle
      expect(server.methods).toEqual(["server/discover"])
    }))

  it.effect("each request says version, client and capabilities, and no id is used twice (VER-1, VER-7, META-9, META-10, META-11, BASE-4, BASE-5, CAP-8, STDIO-16)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(
        ScriptedServer.stateless(() => ({ result: { content: [] } }), { tools: {} })
      )
      const client = yield* connect(server, roots)
      yield* Effect.all([1, 2, 3].map((n) => client.request("tools/call", { name: "t", arguments: { n } })), {
        concurrency: "unbounded"
      })
      const meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
        "io.modelcontextprotocol/clientCapabilities": { roots: {} }
      }
      expect(server.received.map(({ params }) => params?.["_meta"])).toEqual([meta, meta, meta, meta])
      expect(new Set(server.received.map(({ id }) => id)).size).toBe(4)
    }))

  it.effect("a result that says no kind is complete, and one of a kind that nobody knows is no answer (BASE-25, BASE-26)", () =>
    Effect.gen(function*() {
      const call = (result: object) =>
        Effect.gen(function*() {
          const server = yield* ScriptedServer.make(ScriptedServer.stateless(() => ({ result }), { tools: {} }))
          const client = yield* connect(server)
          return yield* Effect.exit(client.request("tools/call", { name: "t" }))
        })
      expect(yield* call({ content: [] })).toMatchObject({ _tag: "Success", value: { content: [] } })
      expect(yield* call({ content: [], resultType: "complete" })).toMatchObject({ _tag: "Success" })
      for (const resultType of ["task", "COMPLETE", "", "__proto__", "input_required", 5, null]) {
        expect(reason(yield* call({ content: [], resultType }))).toMatchObject({
          _tag: "InvalidAnswer",
          method: "tools/call"
        })
      }
    }))
})

describe("in a session", () => {
  it.effect("what the server has asked at the end of the client is neither answered then nor a failure to the log (INIT-24)", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      const scope = yield* Scope.make()
      let ended = 0
      const handler = Client.elicitation({
        form: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended++))
      })
      yield* Scope.provide(connect(server, handler), scope)
      const requestedSchema = { type: "object", properties: {} }
      for (const id of ["a", "b", "c"]) {
        yield* server.ask(id, "elicitation/create", { mode: "form", message: "?", requestedSchema })
      }
      yield* Conversation.settle
      const said = server.methods.length
      yield* Scope.close(scope, Exit.void)
      yield* Conversation.settle
      expect(ended).toBe(3)
      expect(server.methods.length).toBe(said)
      expect(logged).toEqual([])
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("what the client did not declare is not there, and what nobody knows is answered so (BASE-40, INIT-15, BASE-16)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      yield* connect(server, roots)
      for (const method of ["sampling/createMessage", "elicitation/create", "no/such", "tools/list", "__proto__"]) {
        yield* server.ask(method, method)
      }
      yield* Conversation.settle
      expect(server.received.slice(3)).toEqual(
        ["sampling/createMessage", "elicitation/create", "no/such", "tools/list", "__proto__"].map((id) => ({
          jsonrpc: "2.0",
          id,
          error: { code: -32601, message: expect.any(String) }
        }))
      )
    }))
})

describe.each(eras)("in either era (%s)", (_, script) => {
  it.effect("what the server did not declare, or the revision does not have, is not asked for (INIT-15, CAP-1)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(script(() => ({ result: {} }), { tools: {} }))
      const client = yield* connect(server)
      const said = server.methods.length
      expect(reason(yield* Effect.exit(client.request("prompts/list", {})))).toMatchObject({
        _tag: "CapabilityMissing"
      })
      const alien = client.server.era === "session" ? "subscriptions/listen" : "ping"
      expect(reason(yield* Effect.exit(client.request(alien, { notifications: {} })))).toMatchObject({
        _tag: "NotAllowed"
      })
      yield* client.notify("notifications/roots/list_changed", {})
      expect(server.methods.length).toBe(said)
    }))

  it.effect("what answers nothing is dropped, and what nobody knows is ignored: requests go on (BASE-39, BASE-40, BASE-14)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(script(() => undefined, { tools: {} }))
      const client = yield* connect(server)
      const calling = yield* Effect.forkChild(client.request("tools/call", { name: "t" }))
      yield* Conversation.settle
      const said = server.methods.length
      const [call] = server.all("tools/call")
      for (const id of [999, -1, "0", `${call?.id}`, "__proto__", null]) {
        yield* server.say({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "wrong" }] } })
        yield* server.say({ jsonrpc: "2.0", id, error: { code: 1, message: "wrong" } })
      }
      yield* server.say({ jsonrpc: "2.0", error: { code: -32700, message: "Parse error" } })
      for (const method of ["notifications/no/such", "no/such", "notifications/initialized", "__proto__"]) {
        yield* server.notify(method, { a: 1 })
      }
      yield* server.notify("notifications/cancelled", { requestId: "none" })
      yield* server.notify("notifications/cancelled", { requestId: { a: 1 } })
      yield* server.notify("notifications/progress", { progressToken: "none", progress: 1 })
      yield* server.notify("notifications/message", { level: "loud", data: 1 })
      yield* Conversation.settle
      expect(server.methods.length).toBe(said)
      yield* server.answer(call, { result: { content: [{ type: "text", text: "right" }] } })
      expect((yield* Fiber.join(calling)).content).toEqual([{ type: "text", text: "right" }])
      // it has come twice
      yield* server.answer(call, { result: { content: [] } })
      yield* Conversation.settle
      expect(server.methods.length).toBe(said)
    }))

  it.effect("who stops waiting cancels the request, and what still comes for it is ignored (CANC-2, CANC-8, CANC-9, CANC-12, CANC-13, STDIO-13)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(script(() => undefined, { tools: {} }))
      const client = yield* connect(server)
      const calling = yield* Effect.forkChild(client.request("tools/call", { name: "t" }))
      yield* Conversation.settle
      const [call] = server.all("tools/call")
      yield* Fiber.interrupt(calling)
      yield* Conversation.settle
      expect(server.all("notifications/cancelled").map(({ params }) => params)).toEqual([
        expect.objectContaining({ requestId: call?.id })
      ])
      yield* server.answer(call, { result: { content: [] } })
      yield* server.notify("notifications/progress", { progressToken: call?.id, progress: 1 })
      yield* Conversation.settle
      expect(server.all("notifications/cancelled").length).toBe(1)
      const again = yield* Effect.forkChild(client.request("tools/call", { name: "u" }))
      yield* Conversation.settle
      yield* server.answer(server.all("tools/call")[1], { result: { content: [] } })
      expect((yield* Fiber.join(again)).content).toEqual([])
    }))

  it.effect("the end of the client is the end of its connection: there is no message for it (INIT-24)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(script(() => undefined, { tools: {} }))
      const scope = yield* Scope.make()
      const client = yield* Scope.provide(connect(server), scope)
      const calling = yield* Effect.forkChild(Effect.exit(client.request("tools/call", { name: "t" })))
      yield* Conversation.settle
      const said = server.methods.length
      yield* Scope.close(scope, Exit.void)
      expect(reason(yield* Fiber.join(calling))).toMatchObject({ _tag: "Disconnected" })
      expect(server.isLeft).toBe(true)
      expect(server.methods.length).toBe(said)
    }))

  it.effect("codes of errors reach the caller as they are, and none gets a meaning that it has not (BASE-11, BASE-33, BASE-38)", () =>
    Effect.gen(function*() {
      let code = 0
      const server = yield* ScriptedServer.make(
        script(() => ({ error: { code, message: "No", data: { a: 1 } } }), { tools: {} })
      )
      const client = yield* connect(server)
      for (code of [-32000, -32001, -32004, -32019, -32020, -32022, -32042, -32099, -32601, 1, 0]) {
        expect(reason(yield* Effect.exit(client.request("tools/call", { name: "t" })))).toMatchObject({
          _tag: "ErrorAnswer",
          code,
          message: "No",
          data: { a: 1 }
        })
      }
      // none of them was tried again
      expect(server.all("tools/call").length).toBe(11)
    }))
})

describe("what a client says of itself", () => {
  const info = {
    name: "test",
    version: "1.0.0",
    title: "T",
    description: "D",
    websiteUrl: "https://example.com",
    icons: [{ src: "data:image/png;base64,AAEC" }]
  }
  const { name, title, version } = info

  it.effect.each<[string, object]>([
    ["2024-11-05", { name, version }],
    ["2025-03-26", { name, version }],
    ["2025-06-18", { name, title, version }],
    ["2025-11-25", info],
    ["2026-07-28", info]
  ])("is as much as %s knows (ICON-11)", ([protocolVersion, expected]) =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(
        protocolVersion === "2026-07-28" ? ScriptedServer.stateless() : ScriptedServer.session()
      )
      yield* Client.make({ ...info, transport: server.transport, versions: [protocolVersion] })
      const [{ params } = {}] = server.received
      const meta = params?.["_meta"] as Conversation.Json | undefined
      expect(params?.["clientInfo"] ?? meta?.["io.modelcontextprotocol/clientInfo"]).toEqual(expected)
    }))
})

describe.each(eras)("extensions (%s)", (_, script) => {
  const declaring = (server: ScriptedServer.ScriptedServer, extensions: { readonly [name: string]: {} }) =>
    Client.make({ name: "test", version: "1.0.0", transport: server.transport, capabilities: { extensions } })

  const said = (server: ScriptedServer.ScriptedServer) =>
    server.received.flatMap(({ params }) => {
      const meta = params?.["_meta"] as Conversation.Json | undefined
      const capabilities = params?.["capabilities"] ?? meta?.["io.modelcontextprotocol/clientCapabilities"]
      return capabilities === undefined ? [] : [capabilities]
    })

  it.effect("are none unless the author declares them, and then on each request that says what the client can do (EXT-1, EXT-6, CAP-14)", () =>
    Effect.gen(function*() {
      const silent = yield* ScriptedServer.make(script())
      yield* connect(silent)
      expect(JSON.stringify(said(silent))).not.toContain("extensions")
      const server = yield* ScriptedServer.make(script(() => ({ result: { tools: [] } }), { tools: {} }))
      const extensions = { "com.example/a": { b: 1 } }
      const client = yield* declaring(server, extensions)
      yield* client.request("tools/list", {})
      const all = said(server)
      // the probe, and either the handshake or the request
      expect(all).toEqual([{ extensions }, { extensions }])
    }))

  it.effect("of one side alone change nothing: what is left is the core (EXT-2, CAP-9)", () =>
    Effect.gen(function*() {
      const extensions = { "com.example/b": {}, "not an identifier": {} }
      const server = yield* ScriptedServer.make(
        script(() => ({ result: { content: [] } }), { tools: {}, extensions, somethingNew: { a: [1] } })
      )
      const client = yield* declaring(server, { "com.example/a": {} })
      expect(client.server.capabilities.extensions).toEqual(extensions)
      expect(yield* client.request("tools/call", { name: "t" })).toMatchObject({ content: [] })
    }))

  it.effect("without an identifier are the author's mistake (CAP-14, EXT-4)", () =>
    Effect.gen(function*() {
      for (const name of ["tasks", "", "com.example/", "/a", "1/a"]) {
        const server = yield* ScriptedServer.make(script())
        const exit = yield* Effect.exit(Effect.suspend(() => declaring(server, { [name]: {} })))
        expect([name, Exit.hasDies(exit)]).toEqual([name, true])
        expect(server.received).toEqual([])
      }
    }))
})

describe.each(eras)("`_meta` (%s)", (_, script) => {
  const meta = {
    "com.example/a": 1,
    "io.modelcontextprotocol/no-such": { deep: [null] },
    "mcp.dev/x": "?",
    "a/": true,
    "not a key!": {},
    traceparent: "nonsense"
  }

  it.effect("is passed on as it is, from the caller and from the server, and nothing is assumed of it (META-2, META-3, META-4, META-6, META-7)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(
        script(({ params }) => ({ result: { content: [], _meta: params?.["_meta"] } }), { tools: {} })
      )
      const client = yield* connect(server)
      const result = yield* client.request("tools/call", { name: "t", _meta: meta })
      expect(result._meta).toMatchObject(meta)
      // of its own the client adds what the protocol has
      const own = Object.keys(result._meta ?? {}).filter((key) => !(key in meta))
      expect(own.filter((key) => !/^io\.modelcontextprotocol\/(protocolVersion|client(Info|Capabilities))$/.test(key)))
        .toEqual([])
    }))
})

describe("tasks of 2025-11-25", () => {
  it.effect("are not declared, not asked for, and no answer (CAP-12)", () =>
    Effect.gen(function*() {
      const task = { taskId: "t", status: "working", createdAt: "2025-11-25T10:00:00Z", ttl: null }
      const server = yield* ScriptedServer.make(
        ScriptedServer.session(() => ({ result: { task } }), {
          tools: {},
          tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } }
        })
      )
      const client = yield* connect(server, roots)
      expect(server.all("initialize")[0]?.params?.["capabilities"]).toEqual({ roots: {} })
      expect(reason(yield* Effect.exit(client.request("tools/call", { name: "t" })))).toMatchObject({
        _tag: "InvalidAnswer"
      })
      expect(server.all("tools/call")[0]?.params).toEqual({ name: "t" })
    }))
})

describe("errors that a client answers with", () => {
  it.effect("have codes of JSON-RPC, whatever it is asked and however its handlers fail (BASE-16, BASE-32, BASE-34)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      yield* connect(server, Client.sampling(() => Effect.die(new Error("hunter2"))))
      const sampling = "sampling/createMessage"
      const message = { role: "user", content: { type: "text", text: "Hi" } }
      yield* server.ask(1, "no/such")
      yield* server.ask(2, sampling)
      yield* server.ask(3, sampling, { messages: "none", maxTokens: 1 })
      yield* server.ask(4, sampling, { messages: [message], maxTokens: 1 })
      yield* server.say({ jsonrpc: "2.0", id: 5 })
      yield* server.say({ jsonrpc: "2.0", id: 6, method: 5 })
      yield* server.say([])
      yield* server.ask(7, "elicitation/create", { message: "?", requestedSchema: {} })
      yield* Conversation.settle
      const errors = server.received.filter(({ error }) => error !== undefined)
      expect(errors.map(({ error, id }) => [id ?? null, error?.code])).toEqual(expect.arrayContaining([
        [1, -32601],
        [2, -32602],
        [3, -32602],
        [4, -32603],
        [5, -32600],
        [6, -32600],
        [null, -32600],
        [7, -32601]
      ]))
      expect(errors.length).toBe(8)
      expect(JSON.stringify(server.received)).not.toContain("hunter2")
    }).pipe(Effect.provide(Logger.layer([]))))

  it.effect("are the author's own only outside of what the specification keeps (BASE-32, BASE-34, BASE-37)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      let code = 0
      yield* connect(
        server,
        Client.sampling(() => Effect.suspend(() => Effect.fail(ProtocolError.application(code, "mine"))))
      )
      const answered = Effect.fnUntraced(function*(own: number) {
        code = own
        const message = { role: "user", content: { type: "text", text: "Hi" } }
        yield* server.ask(`code ${own}`, "sampling/createMessage", { messages: [message], maxTokens: 1 })
        yield* Conversation.settle
        return server.received.find(({ id }) => id === `code ${own}`)?.error?.code
      })
      for (const own of [1, -1, 404, -31999]) expect(yield* answered(own)).toBe(own)
      for (const own of [-32000, -32019, -32020, -32042, -32099]) expect(yield* answered(own)).toBe(-32603)
    }).pipe(Effect.provide(Logger.layer([]))))
})
