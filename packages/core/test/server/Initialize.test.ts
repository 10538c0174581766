import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Prompt from "../../src/Prompt.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const nothing = Conversation.withServer(Layer.empty)

const tool = Server.tool(Tool.make("t"), () => Effect.succeed("ok"))
const resource = Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"))
const template = Server.resourceTemplate(
  ResourceTemplate.make("test:/{a}", { name: "t" }),
  ({ a }) => Effect.succeed(a)
)
const prompt = Server.prompt(Prompt.make("p", { arguments: { a: Schema.String } }), ({ a }) => Effect.succeed(a))
const completing = Server.prompt(
  Prompt.make("c", { arguments: { a: Schema.String } }),
  ({ a }) => Effect.succeed(a),
  { complete: { a: () => Effect.succeed(["x"]) } }
)

const capabilities = Effect.fnUntraced(function*(version = "2025-11-25") {
  const conversation = yield* Conversation.open({ handshake: false })
  const { result } = yield* conversation.request("initialize", Conversation.initialize({ version }))
  return result?.["capabilities"]
})

describe("the handshake", () => {
  it.effect.each(sessionEra)(
    "answers %s with the same version, its capabilities and who it is (INIT-2, INIT-8)",
    (version) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ handshake: false })
        expect(yield* conversation.request("initialize", Conversation.initialize({ version }))).toEqual({
          jsonrpc: "2.0",
          id: 1,
          result: {
            protocolVersion: version,
            capabilities: { logging: {} },
            serverInfo: { name: "test", version: "1.0.0" },
            instructions: "Ask nicely"
          }
        })
        expect(conversation.connected.session()).toMatchObject({
          protocolVersion: version,
          clientInfo: { name: "conversation", version: "1.0.0" },
          principal: { subject: "anonymous" }
        })
      }).pipe(Conversation.withServer(Layer.empty, { instructions: "Ask nicely" }))
  )

  it.effect("tells a revision only what it knows of the server's self-description", () =>
    Effect.gen(function*() {
      const infos = yield* Effect.forEach(sessionEra, (version) =>
        Effect.gen(function*() {
          const conversation = yield* Conversation.open({ handshake: false })
          const { result } = yield* conversation.request("initialize", Conversation.initialize({ version }))
          return Object.keys(result?.["serverInfo"] as object).sort()
        }))
      expect(infos).toEqual([
        ["name", "version"],
        ["name", "version"],
        ["name", "title", "version"],
        ["description", "name", "title", "version", "websiteUrl"]
      ])
    }).pipe(Conversation.withServer(Layer.empty, {
      title: "Test",
      description: "For tests",
      websiteUrl: "https://example.com"
    })))

  it.effect.each(["2023-01-01", "2099-01-01", "", "latest", "2025-11-25 "])(
    "offers its newest version for %j (INIT-9, INIT-10)",
    (version) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ handshake: false })
        const { result } = yield* conversation.request("initialize", Conversation.initialize({ version }))
        expect(result?.["protocolVersion"]).toBe("2025-11-25")
      }).pipe(nothing)
  )

  it.effect("never agrees on 2026-07-28 (INIT-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const { result } = yield* conversation.request("initialize", Conversation.initialize({ version: "2026-07-28" }))
      expect(result?.["protocolVersion"]).toBe("2025-11-25")
      expect(result).not.toHaveProperty("resultType")
    }).pipe(nothing))

  it.effect("happens once: a second one is refused and changes nothing (INIT-18)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version: "2025-06-18" })
      const again = yield* conversation.request("initialize", Conversation.initialize({ version: "2024-11-05" }))
      expect(again.error?.code).toBe(-32600)
      expect(conversation.connected.session()?.protocolVersion).toBe("2025-06-18")
    }).pipe(nothing))

  it.effect("comes first: other requests are refused until then, and notifications ignored (INIT-19)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.notify("notifications/initialized")
      for (const method of ["tools/list", "tools/call", "logging/setLevel", "no/such"]) {
        expect((yield* conversation.request(method, {})).error?.code).toBe(-32600)
      }
      expect(conversation.connected.session()).toBeUndefined()
      expect((yield* conversation.request("initialize", Conversation.initialize())).error).toBeUndefined()
    }).pipe(Conversation.withServer(tool)))

  it.effect.each<[string, Conversation.Json]>([
    ["no params", {}],
    ["no client", { protocolVersion: "2025-11-25", capabilities: {} }],
    ["no capabilities", { protocolVersion: "2025-11-25", clientInfo: { name: "a", version: "1" } }],
    ["a version that is a number", { ...Conversation.initialize(), protocolVersion: 20251125 }],
    ["a client without version", { ...Conversation.initialize(), clientInfo: { name: "a" } }]
  ])("with %s is refused with -32602, and may be tried again (INIT-20)", ([, params]) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      expect((yield* conversation.request("initialize", params)).error?.code).toBe(-32602)
      expect((yield* conversation.request("initialize", Conversation.initialize())).error).toBeUndefined()
    }).pipe(nothing))

  it.effect("has no counterpart at the end: the session is over when the connection is (INIT-24)", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const conversation = yield* Conversation.open()
      expect(yield* server.connections).toBe(1)
      expect((yield* conversation.request("shutdown")).error?.code).toBe(-32601)
      yield* conversation.close
      expect(yield* server.connections).toBe(0)
    }).pipe(nothing))
})

describe("before the client says that it is ready", () => {
  const Late = Tool.make("late")

  it.effect("the server announces nothing; afterwards it does (INIT-5)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: "asked" })
      const registry = yield* Server.Registry
      yield* Layer.build(Server.tool(Late, () => Effect.succeed("late"))).pipe(
        Effect.provideService(Server.Registry, registry)
      )
      yield* Conversation.settle
      expect(conversation.received).toHaveLength(1)
      yield* conversation.notify("notifications/initialized")
      expect(yield* conversation.next("notifications/tools/list_changed")).toEqual({
        jsonrpc: "2.0",
        method: "notifications/tools/list_changed",
        params: {}
      })
    }).pipe(Conversation.withServer(tool)))

  it.effect("the server asks nothing; afterwards it does (INIT-5)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: "asked", capabilities: { roots: {} } })
      const id = yield* conversation.ask("tools/call", { name: "roots" })
      yield* Conversation.settle
      expect(conversation.received).toHaveLength(1)
      yield* conversation.notify("notifications/initialized")
      yield* conversation.reply(yield* conversation.next("roots/list"), { roots: [] })
      expect((yield* conversation.answer(id)).error).toBeUndefined()
    }).pipe(
      Conversation.withServer(
        Server.tool(Tool.make("roots"), () => Effect.map(Roots.list, (roots) => `${roots.length}`))
      )
    ))
})

describe("capabilities of the server", () => {
  it.effect("without features it can log and no more (CAP-2)", () =>
    Effect.gen(function*() {
      expect(yield* capabilities()).toEqual({ logging: {} })
    }).pipe(nothing))

  it.effect("follow from what is registered (CAP-1, CAP-4)", () =>
    Effect.gen(function*() {
      expect(yield* capabilities()).toEqual({
        logging: {},
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: { listChanged: true }
      })
    }).pipe(Conversation.withServer(Layer.mergeAll(tool, resource, prompt))))

  it.effect("a template alone is a resource feature (CAP-1, RES-1)", () =>
    Effect.gen(function*() {
      expect(yield* capabilities()).toMatchObject({ resources: { listChanged: true, subscribe: true } })
    }).pipe(Conversation.withServer(template)))

  it.effect("completions are announced when something completes, from 2025-03-26 on (CAP-3)", () =>
    Effect.gen(function*() {
      const announced = yield* Effect.forEach(sessionEra, capabilities)
      expect(announced.map((capabilities) => Object.hasOwn(capabilities as object, "completions"))).toEqual([
        false,
        true,
        true,
        true
      ])
    }).pipe(Conversation.withServer(completing)))

  it.effect("features that come later can be announced before (CAP-1)", () =>
    Effect.gen(function*() {
      expect(yield* capabilities()).toEqual({
        logging: {},
        completions: {},
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: { listChanged: true },
        experimental: { "com.example/x": { a: 1 } }
      })
    }).pipe(Conversation.withServer(Layer.empty, {
      features: ["tools", "resources", "prompts", "completions"],
      experimental: { "com.example/x": { a: 1 } }
    })))

  it.effect("experimental and unknown capabilities of a client are taken as they are, and kept (CAP-9, CAP-17)", () =>
    Effect.gen(function*() {
      const capabilities = {
        experimental: { "com.example/x": { a: [1] } },
        extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html"] } },
        telepathy: true
      }
      const conversation = yield* Conversation.open({ capabilities })
      expect(conversation.connected.session()?.clientCapabilities).toEqual(capabilities)
    }).pipe(nothing))
})

describe("what was not agreed on", () => {
  const methods: ReadonlyArray<[string, Conversation.Json]> = [
    ["tools/list", {}],
    ["tools/call", { name: "t" }],
    ["resources/list", {}],
    ["resources/templates/list", {}],
    ["resources/read", { uri: "test:r" }],
    ["resources/subscribe", { uri: "test:r" }],
    ["resources/unsubscribe", { uri: "test:r" }],
    ["prompts/list", {}],
    ["prompts/get", { name: "p" }],
    ["completion/complete", { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }]
  ]

  it.effect.each(methods)(
    "%s does not exist on a server that did not announce it (BASE-15, BASE-17, INIT-15)",
    ([method, params]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        expect((yield* conversation.request(method, params)).error).toEqual({
          code: -32601,
          message: `Method not found: ${method}`
        })
        // the base protocol is there all the same
        expect((yield* conversation.request("ping")).result).toEqual({})
      }).pipe(nothing)
  )

  it.effect("what is registered after the handshake was not announced to this client (BASE-17, INIT-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const registry = yield* Server.Registry
      yield* Effect.provideService(Layer.build(tool), Server.Registry, registry)
      expect((yield* conversation.request("tools/list")).error?.code).toBe(-32601)
      const later = yield* Conversation.open()
      expect((yield* later.request("tools/list")).result?.["tools"]).toHaveLength(1)
      yield* Conversation.settle
      expect(conversation.all("notifications/tools/list_changed")).toEqual([])
    }).pipe(nothing))

  it.effect("in 2024-11-05 completion is there or not, without being announced (CAP-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version: "2024-11-05" })
      const complete = { ref: { type: "ref/prompt", name: "c" }, argument: { name: "a", value: "" } }
      expect((yield* conversation.request("completion/complete", complete)).result).toEqual({
        completion: { values: ["x"], total: 1 }
      })
    }).pipe(Conversation.withServer(completing)))

  const asking = Conversation.withServer(Layer.mergeAll(
    Server.tool(
      Tool.make("sample"),
      () => Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
    ),
    Server.tool(
      Tool.make("elicit"),
      () => Effect.map(Elicitation.form({ message: "?", fields: { a: Schema.String } }), ({ action }) => action)
    ),
    Server.tool(Tool.make("roots"), () => Effect.map(Roots.list, (roots) => `${roots.length}`))
  ))

  it.effect.each([["sample", "sampling"], ["elicit", "elicitation"], ["roots", "roots"]])(
    "a client is not asked for what it did not declare: %s (INIT-15)",
    ([name, capability]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        expect((yield* conversation.call(name!)).result).toEqual({
          content: [{ type: "text", text: `The other side did not declare the capability ${capability}` }],
          isError: true
        })
        expect(conversation.received).toHaveLength(2)
      }).pipe(asking)
  )

  it.effect("a client is not asked what its revision does not know, whatever it declared (INIT-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version: "2025-03-26", capabilities: { elicitation: {} } })
      expect((yield* conversation.call("elicit")).result).toEqual({
        content: [{ type: "text", text: "elicitation/create is not part of protocol revision 2025-03-26" }],
        isError: true
      })
      expect(conversation.received).toHaveLength(2)
    }).pipe(asking))

  it.effect("tasks are not offered, so a task is asked for in vain and the request is an ordinary one (CAP-12, CANC-4)", () =>
    Effect.gen(function*() {
      expect(yield* capabilities()).not.toHaveProperty("tasks")
      const conversation = yield* Conversation.open({ capabilities: { tasks: { list: {}, cancel: {} } } })
      for (const method of ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"]) {
        expect((yield* conversation.request(method, { taskId: "1" })).error?.code).toBe(-32601)
      }
      const { result } = yield* conversation.request("tools/call", { name: "t", task: { ttl: 1000 } })
      expect(result).toEqual({ content: [{ type: "text", text: "ok" }] })
      // and it is cancelled as ordinary requests are
      const id = yield* conversation.ask("tools/call", { name: "never", task: {} })
      yield* conversation.notify("notifications/cancelled", { requestId: id })
      yield* Conversation.settle
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
      expect(conversation.received.some((message) => message.id === id)).toBe(false)
    }).pipe(Conversation.withServer(Layer.merge(tool, Server.tool(Tool.make("never"), () => Effect.never)))))
})

describe("_meta", () => {
  it.effect("keys are passed on to the handler and from the author as they are, and nothing is assumed of them (META-2, META-3, META-4, META-6, META-7)", () =>
    Effect.gen(function*() {
      const meta = {
        "com.example/a": 1,
        "io.modelcontextprotocol/no-such": { deep: [null] },
        "mcp.dev/x": "?",
        "a/": true,
        "not a key!": {},
        traceparent: "nonsense"
      }
      const conversation = yield* Conversation.open({ version: "2025-06-18" })
      const { result } = yield* conversation.call("meta", {}, meta)
      // the server adds no keys of its own
      expect(result?.["_meta"]).toEqual(meta)
      for (const message of conversation.received) {
        expect(message.method === undefined && message.id !== 2 ? message.result : {}).not.toHaveProperty("_meta")
      }
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("meta"), () => Effect.map(RequestContext, (request) => Tool.result({ meta: request.meta })))
    )))
})
