import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Logging from "../../src/Logging.ts"
import { MirroredHeaders } from "../../src/MirroredHeaders.ts"
import * as Progress from "../../src/Progress.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as Server from "../../src/Server.ts"
import type { Answer } from "../../src/server/Answer.ts"
import type { Session } from "../../src/Session.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const features = Layer.mergeAll(
  Server.tool(Tool.make("echo", { input: { text: Schema.String } }), ({ text }) => Effect.succeed(text)),
  Server.tool(Tool.make("meta"), () => Effect.map(RequestContext, ({ meta }) => JSON.stringify(meta))),
  Server.tool(Tool.make("talk"), () =>
    Effect.gen(function*() {
      yield* Effect.logDebug("details")
      yield* Logging.log("notice", "noticed")
      yield* Effect.logError("failed")
      return "said"
    })),
  Server.tool(
    Tool.make("steps"),
    () => Effect.as(Effect.forEach([1, 2, 3], (progress) => Progress.report({ progress })), "done")
  ),
  Server.tool(Tool.make("never"), () => Effect.never),
  Server.tool(
    Tool.make("ask"),
    () => Effect.map(Elicitation.form({ message: "?", fields: { a: Schema.String } }), ({ action }) => action)
  ),
  Server.tool(
    Tool.make("visit"),
    () => Effect.map(Elicitation.url({ message: "?", url: "https://example.com", id: "v" }), ({ action }) => action)
  ),
  Server.tool(
    Tool.make("think"),
    () => Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
  ),
  Server.tool(Tool.make("where"), () => Effect.map(Roots.list, (roots) => `${roots.length}`)),
  Server.tool(Tool.make("rude"), () =>
    Effect.gen(function*() {
      const request = yield* RequestContext
      yield* request.notify("notifications/message", { level: "emergency", data: "listen to me" })
      yield* request.notify("notifications/tools/list_changed", {})
      yield* request.notify("notifications/resources/updated", { uri: "test:r" })
      yield* request.notify("notifications/cancelled", { requestId: request.id })
      yield* Elicitation.complete("v")
      return "said"
    })),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r")),
  Server.resourceTemplate(
    ResourceTemplate.make("test:items/{id}", { name: "t" }),
    ({ id }) => Effect.succeed(id),
    { complete: { id: () => Effect.succeed(["1"]) } }
  ),
  Server.prompt(
    Prompt.make("p", { arguments: { a: Schema.String } }),
    ({ a }) => Effect.succeed(a),
    { complete: { a: () => Effect.succeed(["x"]) } }
  )
)

const serving = Conversation.withServer(features)

const silent = Effect.provide(Logger.layer([]))

const requests: ReadonlyArray<readonly [string, Conversation.Json]> = [
  ["server/discover", {}],
  ["tools/list", {}],
  ["tools/call", { name: "echo", arguments: { text: "hello" } }],
  ["resources/list", {}],
  ["resources/templates/list", {}],
  ["resources/read", { uri: "test:r" }],
  ["prompts/list", {}],
  ["prompts/get", { name: "p", arguments: { a: "x" } }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }]
]

const version = "io.modelcontextprotocol/protocolVersion"
const capabilities = "io.modelcontextprotocol/clientCapabilities"
const clientInfo = "io.modelcontextprotocol/clientInfo"
const logLevel = "io.modelcontextprotocol/logLevel"

const required = { [version]: "2026-07-28", [capabilities]: {} }

const text = ({ result }: Conversation.Message): string =>
  (result!["content"] as ReadonlyArray<{ readonly text: string }>)[0]!.text

/** A connection that nobody has used yet. */
const pipe = Conversation.open({ handshake: false })

describe("what a request says of itself", () => {
  it.effect("is its version and what its client can do, or it is refused (META-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      for (const [method, params] of requests) {
        for (
          const [_meta, what] of [
            [{ [version]: "2026-07-28" }, capabilities],
            [{ [capabilities]: {} }, version],
            [{ [version]: 20260728, [capabilities]: {} }, version],
            [{ [version]: null, [capabilities]: {} }, version],
            [{ [version]: "2026-07-28", [capabilities]: null }, capabilities],
            [{ [version]: "2026-07-28", [capabilities]: [] }, capabilities],
            [{ [version]: "2026-07-28", [capabilities]: { roots: true } }, capabilities]
          ] as const
        ) {
          const { error } = yield* conversation.request(method, { ...params, _meta })
          expect(error?.code).toBe(-32602)
          expect(error?.message).toContain(what)
        }
      }
    }).pipe(serving))

  it.effect("need not be who its client is (META-14)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      for (const [method, params] of requests) {
        expect((yield* conversation.request(method, { ...params, _meta: required })).result).toBeDefined()
      }
    }).pipe(serving))

  it.effect.each<readonly [string, unknown]>([
    [clientInfo, { name: "client" }],
    [clientInfo, "client"],
    [clientInfo, null],
    [logLevel, "loud"],
    [logLevel, 3],
    ["progressToken", {}],
    ["progressToken", null]
  ])(
    "is of the shape that the specification has for it: %s is not %o (LOG-5)",
    ([key, value]) =>
      Effect.gen(function*() {
        const conversation = yield* pipe
        const { error } = yield* conversation.request("tools/list", { _meta: { ...required, [key]: value } })
        expect(error?.code).toBe(-32602)
        expect(error?.message).toContain(key)
      }).pipe(serving)
  )

  it.effect("may be more than the server knows, which its handler sees as it came (META-1, META-21)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      const meta = {
        ...required,
        "com.example/unknown": { a: [1] },
        "io.modelcontextprotocol/future": null,
        [capabilities]: { future: { a: 1 }, experimental: { x: {} }, extensions: { "com.example/x": {} } }
      }
      expect(JSON.parse(text(yield* conversation.call("meta", {}, meta)))).toEqual(meta)
    }).pipe(serving))

  it.effect("may be a version that is not served: the answer names those that are (VER-2, DISC-7, DISC-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      const discovered = yield* conversation.request("server/discover", { _meta: required })
      for (const requested of ["2099-01-01", "2025-11-25", "2024-11-05", "DRAFT-2026-v1", "", "2026-07-28 "]) {
        for (const [method, params] of [...requests, ["none", {}] as const]) {
          const answer = yield* conversation.request(method, {
            ...params,
            _meta: { ...required, [version]: requested }
          })
          expect(answer.error).toEqual({
            code: -32022,
            message: `Unsupported protocol version: ${requested}`,
            data: { supported: discovered.result?.["supportedVersions"], requested }
          })
        }
      }
    }).pipe(serving))

  it.effect("is looked at in one order: what it says, its version, its method, its params (HTTP26-35)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      const other = { ...required, [version]: "2099-01-01" }
      const codes = yield* Effect.forEach(
        [
          ["none", { _meta: { [version]: "2099-01-01" } }],
          ["none", { _meta: other }],
          ["tools/call", { name: 5, _meta: other }],
          ["none", { name: 5, _meta: required }],
          ["tools/call", { name: 5, _meta: required }]
        ] as const,
        ([method, params]) => Effect.map(conversation.request(method, params), ({ error }) => error?.code)
      )
      expect(codes).toEqual([-32602, -32022, -32022, -32601, -32602])
    }).pipe(serving))

  it.effect("is its trace: the span of the request continues it, and what is no trace is none (META-20)", () => {
    const spans: Array<Tracer.Span> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return Effect.gen(function*() {
      const conversation = yield* pipe
      const traceId = "0af7651916cd43dd8448eb211c80319c"
      const traceparent = `00-${traceId}-b7ad6b7169203331-01`
      yield* conversation.call("echo", { text: "a" }, { ...required, traceparent, tracestate: "a=b", baggage: "c=d" })
      const span = spans.find(({ name }) => name === "tools/call echo")!
      expect(span.traceId).toBe(traceId)
      expect(Object.fromEntries(span.attributes)).toMatchObject({ "mcp.protocol.version": "2026-07-28" })
      expect(span.attributes.has("mcp.session.id")).toBe(false)
      for (const traceparent of ["", "made up", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, 5, null]) {
        spans.length = 0
        const answer = yield* conversation.call("echo", { text: "a" }, { ...required, traceparent })
        expect(answer.result).toBeDefined()
        expect(Option.isNone(spans.find(({ name }) => name === "tools/call echo")!.parent)).toBe(true)
      }
    }).pipe(serving, Effect.provideService(Tracer.Tracer, tracer))
  })
})

describe("what a result says", () => {
  it.effect("is its kind and its server, for every method (BASE-24, META-17)", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      for (const [method, params] of requests) {
        const { result } = yield* stateless.request(method, params)
        expect(result).toMatchObject({
          resultType: "complete",
          _meta: { "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } }
        })
      }
    }).pipe(serving))
})

describe("methods", () => {
  it.effect("that are gone or unknown do not exist (HTTP26-37, BASE-40, LOG-14, RES-9)", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      for (
        const [method, params] of [
          ["initialize", Conversation.initialize()],
          ["ping", {}],
          ["logging/setLevel", { level: "debug" }],
          ["resources/subscribe", { uri: "test:r" }],
          ["resources/unsubscribe", { uri: "test:r" }],
          ["tasks/get", { taskId: "1" }],
          ["tasks/list", {}],
          ["sampling/createMessage", { messages: [], maxTokens: 1 }],
          ["elicitation/create", {}],
          ["roots/list", {}],
          ["notifications/initialized", {}],
          ["notifications/roots/list_changed", {}],
          ["none", {}],
          ["__proto__", {}],
          ["constructor", {}]
        ] as const
      ) {
        expect((yield* stateless.request(method, params)).error).toEqual({
          code: -32601,
          message: `Method not found: ${method}`
        })
      }
    }).pipe(serving))

  it.effect("of what the server does not offer do not exist (BASE-17, DISC-5)", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      const { result } = yield* stateless.request("server/discover")
      expect(result?.["capabilities"]).toEqual({ logging: {} })
      for (const [method, params] of requests.slice(1)) {
        expect((yield* stateless.request(method, params)).error?.code).toBe(-32601)
      }
      expect((yield* stateless.request("subscriptions/listen", { notifications: {} })).error?.code).toBe(-32601)
    }).pipe(Conversation.withServer(Layer.empty)))
})

describe("log messages", () => {
  const levels = (messages: ReadonlyArray<Conversation.Message>) => messages.map(({ params }) => params?.["level"])

  it.effect("go to the request that asked for them, at the level that it asked for (META-12, LOG-7, LOG-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      const talk = (level?: string) =>
        Effect.gen(function*() {
          const said = conversation.received.length
          yield* conversation.call("talk", {}, { ...required, ...(level === undefined ? {} : { [logLevel]: level }) })
          return levels(conversation.received.slice(said, -1))
        })
      expect(yield* talk()).toEqual([])
      expect(yield* talk("debug")).toEqual(["debug", "notice", "error"])
      expect(yield* talk("notice")).toEqual(["notice", "error"])
      expect(yield* talk("critical")).toEqual([])
      expect(yield* talk()).toEqual([])
    }).pipe(serving, silent))

  it.effect("go to no other request, whatever is served at the same time (LOG-9)", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const heard: Array<readonly [id: unknown, level: unknown]> = []
      const server = yield* Server.Server
      const answer = (id: string, level: Conversation.Json) =>
        Effect.callback<void>((resume) => {
          const params = { name: "wait", arguments: { id }, _meta: { ...required, ...level } }
          server.answer({ jsonrpc: "2.0", id, method: "tools/call", params }, {
            context: undefined,
            transport: {
              isCongested: () => false,
              send: (message, relatedTo) =>
                Effect.sync(() => {
                  const { params } = message as Conversation.Message
                  heard.push([id === relatedTo ? id : "another", params?.["data"]])
                })
            },
            onAnswer: () => resume(Effect.void)
          })
        })
      const wait = Server.tool(
        Tool.make("wait", { input: { id: Schema.String } }),
        ({ id }) => Effect.as(Effect.andThen(Deferred.await(gate), Effect.log(id)), id)
      )
      yield* Layer.build(wait)
      yield* Effect.all([
        answer("a", { [logLevel]: "info" }),
        answer("b", {}),
        answer("c", { [logLevel]: "info" }),
        Effect.andThen(Conversation.settle, Deferred.succeed(gate, undefined))
      ], { concurrency: "unbounded" })
      expect(heard.toSorted()).toEqual([["a", "a"], ["c", "c"]])
    }).pipe(serving, silent))

  it.effect("nor anything else that is not about the request, whatever its handler sends (LOG-7, HTTP26-9, CANC-14, ELIC-31)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      expect(text(yield* conversation.call("rude", {}, required))).toBe("said")
      expect(conversation.received).toHaveLength(1)
      yield* conversation.call("rude", {}, { ...required, [logLevel]: "debug" })
      expect(conversation.received.slice(1).map(({ method }) => method)).toEqual(["notifications/message", undefined])
    }).pipe(serving))
})

describe("progress", () => {
  it.effect("goes on the stream of its request, before its answer, to who asked for it (PROG-13, HTTP26-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      yield* conversation.call("steps", {}, required)
      expect(conversation.received).toHaveLength(1)
      for (const progressToken of ["a", 7]) {
        yield* conversation.call("steps", {}, { ...required, progressToken })
        const [one, two, three, answer] = conversation.received.slice(-4)
        expect([one, two, three].map((message) => message?.params)).toEqual(
          [1, 2, 3].map((progress) => ({ progressToken, progress }))
        )
        expect(answer?.result).toBeDefined()
      }
    }).pipe(serving))
})

describe("what a request needs of its client", () => {
  it.effect.each<readonly [string, Conversation.Json, Conversation.Json, string]>([
    ["ask", {}, { elicitation: {} }, "elicitation"],
    ["ask", { elicitation: { url: {} } }, { elicitation: { form: {} } }, "elicitation.form"],
    ["visit", { elicitation: {} }, { elicitation: { url: {} } }, "elicitation.url"],
    ["think", { elicitation: {}, roots: {} }, { sampling: {} }, "sampling"],
    ["where", { sampling: {} }, { roots: {} }, "roots"]
  ])(
    "%s with %o: the answer names what is missing, and nobody is asked (META-16, MRTR-7)",
    ([name, declared, needed, named]) =>
      Effect.gen(function*() {
        const conversation = yield* pipe
        expect((yield* conversation.call(name, {}, { ...required, [capabilities]: declared })).error).toEqual({
          code: -32021,
          message: `The request needs a capability that the client did not declare: ${named}`,
          data: { requiredCapabilities: needed }
        })
        expect(conversation.received).toHaveLength(1)
      }).pipe(serving)
  )

  it.effect("comes as data in its result, never as a request (BASE-29, BASE-31, STDIO-11, STDIO-25, ROOT-10)", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect({
        capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } }
      })
      const methods: Array<string> = []
      for (const name of ["ask", "visit", "think", "where"]) {
        const asked = StatelessConversation.inputRequired(yield* stateless.call(name))
        methods.push(...Object.values(asked?.inputRequests ?? {}).map(({ method }) => method))
      }
      expect(methods).toEqual(["elicitation/create", "elicitation/create", "sampling/createMessage", "roots/list"])
      yield* Conversation.settle
      const fromServer = stateless.lines.filter(({ from }) => from === "server")
      expect(fromServer.filter(({ message }) => (message as Conversation.Message).method !== undefined)).toEqual([])
      expect(fromServer).toHaveLength(4)
    }).pipe(serving))
})

describe("headers beside a request", () => {
  it.effect("decide nothing: who asks, what is called and with what is what the body says (HDR-26)", () => {
    const lookedAt = new Set<string>()
    const seen: Array<unknown> = []
    const guarded = Layer.mergeAll(
      Server.tool(
        Tool.make("locate", { input: { region: Tool.header("Region")(Schema.String) } }),
        ({ region }) => Effect.map(RequestContext, ({ principal }) => `${region} for ${principal.subject}`)
      ),
      Server.tool(Tool.make("admin"), () => Effect.succeed("all of it"), {
        visible: ({ principal }) => principal.subject === "admin"
      }),
      Server.middleware((request, next) => {
        seen.push([request.principal.subject, request.params])
        return next
      })
    )
    const call = (name: string, headers: { readonly [name: string]: string }) =>
      Effect.gen(function*() {
        const server = yield* Server.Server
        const all: { readonly [name: string]: string } = {
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": "tools/call",
          "mcp-name": name,
          "mcp-param-region": "north",
          ...headers
        }
        const header = (name: string) => {
          lookedAt.add(name)
          return all[name]
        }
        const params = { name, arguments: { region: "north" }, _meta: required }
        return yield* Effect.callback<Answer>((resume) => {
          server.answer({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
            transport: { isCongested: () => false, send: () => Effect.void },
            context: Context.make(MirroredHeaders, { header }),
            onAnswer: (answer) => resume(Effect.succeed(answer))
          })
        })
      })
    return Effect.gen(function*() {
      const forged = { "authorization": "Bearer admin", "mcp-principal": "admin", "x-forwarded-user": "admin" }
      const answered = yield* call("locate", { ...forged, "mcp-param-region": "=?base64?bm9ydGg=?=" })
      expect(answered.response).toMatchObject({ result: { content: [{ text: "north for anonymous" }] } })
      expect(seen).toEqual([["anonymous", { name: "locate", arguments: { region: "north" }, _meta: required }]])
      expect((yield* call("admin", forged)).response).toMatchObject({ error: { code: -32602 } })
      seen.length = 0
      for (const other of [{ "mcp-name": "admin" }, { "mcp-param-region": "south" }, { "mcp-method": "tools/list" }]) {
        expect((yield* call("locate", other)).response).toMatchObject({ error: { code: -32020 } })
      }
      expect(seen).toEqual([])
      expect([...lookedAt].filter((name) => !/^mcp-(protocol-version|method|name|param-region)$/.test(name))).toEqual(
        []
      )
    }).pipe(Conversation.withServer(guarded))
  })
})

describe("what a client has no business to send", () => {
  it.effect(
    "a response is dropped, whatever its code, and disturbs nobody (BASE-30, BASE-33, BASE-39)",
    () =>
      Effect.gen(function*() {
        const conversation = yield* pipe
        const id = yield* conversation.ask("tools/call", { name: "never", _meta: required })
        for (const code of [-32000, -32001, -32002, -32019, -32020, -32042, 5]) {
          yield* conversation.say({ jsonrpc: "2.0", id, error: { code, message: "no" } })
        }
        yield* conversation.say({ jsonrpc: "2.0", id, result: { resultType: "complete" } })
        yield* Conversation.settle
        expect(conversation.received).toEqual([])
        expect(conversation.connected.size().inbound).toBe(1)
        yield* conversation.notify("notifications/cancelled", { requestId: id })
      }).pipe(serving, silent),
    { concurrent: false }
  )

  it.effect("notifications that this revision does not have are ignored (BASE-40)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      for (const method of ["initialized", "roots/list_changed", "progress", "elicitation/complete", "tasks/status"]) {
        yield* conversation.notify(`notifications/${method}`, { progressToken: 1, progress: 1, _meta: required })
      }
      expect((yield* conversation.call("echo", { text: "hello" }, required)).result).toBeDefined()
      expect(conversation.received).toHaveLength(1)
    }).pipe(serving))
})

describe("cancellation", () => {
  it.effect("ends the work and all that is said about it (CANC-6, STDIO-13, STDIO-14)", () => {
    let live = 0
    const held = Server.tool(Tool.make("held"), () =>
      Effect.acquireUseRelease(
        Effect.sync(() => live++),
        () => Effect.andThen(Progress.report({ progress: 1 }), Effect.never),
        () =>
          Effect.gen(function*() {
            yield* Progress.report({ progress: 2 })
            yield* Effect.logError("too late")
            live--
          })
      ))
    return Effect.gen(function*() {
      const conversation = yield* pipe
      const _meta = { ...required, progressToken: 1, [logLevel]: "debug" }
      const id = yield* conversation.ask("tools/call", { name: "held", _meta })
      yield* conversation.next("notifications/progress")
      expect(live).toBe(1)
      yield* conversation.notify("notifications/cancelled", { requestId: id, reason: "enough" })
      yield* Conversation.settle
      expect(live).toBe(0)
      expect(conversation.received).toHaveLength(1)
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
    }).pipe(Conversation.withServer(held), silent)
  })

  it.effect("of what is unknown, over, or not named is ignored (CANC-10)", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      yield* conversation.call("echo", { text: "hello" }, required)
      for (const params of [{ requestId: 1 }, { requestId: "1" }, { requestId: null }, {}, { requestId: {} }]) {
        yield* conversation.notify("notifications/cancelled", params)
      }
      expect((yield* conversation.call("echo", { text: "hello" }, required)).result).toBeDefined()
      expect(conversation.received).toHaveLength(2)
    }).pipe(serving))
})

describe("who sees what", () => {
  const roots = (session: Session) => session.clientCapabilities.roots !== undefined
  const guarded = Layer.mergeAll(
    Server.tool(Tool.make("open"), () => Effect.succeed("open")),
    Server.tool(Tool.make("hidden"), () => Effect.succeed("hidden"), { visible: roots }),
    Server.resource(Resource.make("test:open", { name: "open" }), () => Effect.succeed("open")),
    Server.resource(Resource.make("test:hidden", { name: "hidden" }), () => Effect.succeed("r"), { visible: roots }),
    Server.prompt(Prompt.make("open"), () => Effect.succeed("open")),
    Server.prompt(Prompt.make("hidden"), () => Effect.succeed("hidden"), { visible: roots })
  )

  const lists = ["tools", "resources", "prompts"] as const

  const names = Effect.fnUntraced(function*(stateless: StatelessConversation.StatelessConversation) {
    const seen: Array<ReadonlyArray<string>> = []
    for (const list of lists) {
      const { result } = yield* stateless.request(`${list}/list`)
      seen.push((result![list] as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name))
    }
    return seen
  })

  it.effect("is found for each request by what it says, not by its connection or what came before (TOOL-3, RES-14, PROM-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { roots: {} } })
      const rich = StatelessConversation.over(conversation, { capabilities: { roots: {} } })
      const poor = StatelessConversation.over(conversation)
      const elsewhere = yield* StatelessConversation.connect()
      const [few, all] = [["open"], ["open", "hidden"]]
      expect(yield* names(poor)).toEqual([few, few, few])
      expect(yield* names(rich)).toEqual([all, all, all])
      expect(text(yield* rich.call("hidden"))).toBe("hidden")
      expect(yield* names(poor)).toEqual([few, few, few])
      expect(yield* names(elsewhere)).toEqual([few, few, few])
      // what is not seen is not there (CACHE-17)
      expect((yield* poor.call("hidden")).error).toMatchObject({ code: -32602, message: "Unknown tool: hidden" })
      expect((yield* poor.request("resources/read", { uri: "test:hidden" })).error).toMatchObject({ code: -32602 })
      expect((yield* poor.request("prompts/get", { name: "hidden" })).error).toMatchObject({ code: -32602 })
      // what a tool is there for changes no list
      yield* conversation.request("logging/setLevel", { level: "debug" }, "a")
      yield* conversation.request("resources/subscribe", { uri: "test:open" }, "b")
      expect(yield* names(poor)).toEqual([few, few, few])
    }).pipe(Conversation.withServer(guarded)))

  it.effect("middleware sees each request with a session of its own, and refuses it with the error that it likes", () => {
    const seen: Array<unknown> = []
    const middleware = Server.middleware((request, next) => {
      seen.push([request.method, request.session])
      return request.session?.clientInfo === undefined
        ? Effect.fail(ProtocolError.missingClientCapability({ sampling: {} }))
        : next
    })
    return Effect.gen(function*() {
      const conversation = yield* pipe
      yield* StatelessConversation.over(conversation, {
        capabilities: { roots: {} },
        meta: { [logLevel]: "error" }
      }).call("echo", { text: "a" })
      expect((yield* conversation.call("echo", { text: "a" }, required)).error).toMatchObject({
        code: -32021,
        data: { requiredCapabilities: { sampling: {} } }
      })
      // what is refused before it is understood never gets there
      yield* conversation.call("echo", { text: "a" }, { [version]: "2026-07-28" })
      yield* conversation.request("none", { _meta: required })
      const known = { protocolVersion: "2026-07-28", principal: { subject: "anonymous" }, subscriptions: [] }
      expect(seen).toEqual([
        ["tools/call", {
          ...known,
          clientCapabilities: { roots: {} },
          clientInfo: { name: "conversation", version: "1.0.0" },
          logLevel: "error"
        }],
        ["tools/call", { ...known, clientCapabilities: {} }]
      ])
    }).pipe(Conversation.withServer(Layer.merge(features, middleware)))
  })
})

describe("errors", () => {
  it.effect("a resource that is not there is an error, not a list of nothing (RES-11, RES-13, BASE-35)", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      expect((yield* stateless.request("resources/read", { uri: "test:none" })).error).toEqual({
        code: -32602,
        message: "Resource not found",
        data: { uri: "test:none" }
      })
    }).pipe(serving))

  it.effect("of the application have no code that the specification keeps for itself (BASE-32, BASE-34, BASE-37)", () =>
    Effect.gen(function*() {
      for (const code of [-32768, -32700, -32100, -32099, -32042, -32020, -32002, -32000]) {
        expect(() => ProtocolError.application(code, "no")).toThrow("Schema validation failed")
      }
      for (const code of [-32769, -31999, -1, 0, 1, 404]) {
        expect(ProtocolError.toErrorObject(ProtocolError.application(code, "no")).code).toBe(code)
      }
      const stateless = yield* StatelessConversation.connect()
      expect((yield* stateless.call("echo", { text: "a" })).error).toEqual({ code: -32603, message: "Internal error" })
    }).pipe(
      Conversation.withServer(Layer.merge(
        features,
        Server.middleware(() => Effect.suspend(() => Effect.fail(ProtocolError.application(-32050, "mine"))))
      )),
      silent
    ))

  it.effect("of a defect say nothing of it, to nobody", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect({ meta: { [logLevel]: "debug" } })
      expect((yield* stateless.call("broken")).error).toEqual({ code: -32603, message: "Internal error" })
      expect(JSON.stringify(stateless.lines)).not.toContain("hunter2")
    }).pipe(
      Conversation.withServer(Server.tool(Tool.make("broken"), () => Effect.die(new Error("password=hunter2")))),
      silent
    ))
})

describe("limits", () => {
  it.effect(
    "requests that wait for an answer are counted on a connection, whatever their era",
    () =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        for (let i = 0; i < 4; i++) {
          yield* conversation.ask("tools/call", { name: "never", ...(i % 2 === 0 ? { _meta: required } : {}) }, `${i}`)
        }
        for (const _meta of [required, {}]) {
          const { error } = yield* conversation.request("tools/call", { name: "never", _meta }, "more")
          expect(error).toEqual({ code: -32603, message: "Too many requests in flight (at most 4)" })
        }
        yield* conversation.notify("notifications/cancelled", { requestId: "0" })
        expect((yield* conversation.call("echo", { text: "hello" }, required)).result).toBeDefined()
      }).pipe(Conversation.withServer(features, { limits: { maxUnanswered: 4 } }), silent),
    { concurrent: false }
  )

  it.effect("a message that nests too deep is refused before its era is looked for", () =>
    Effect.gen(function*() {
      const conversation = yield* pipe
      let deep: unknown = 0
      for (let i = 0; i < 300; i++) deep = { a: deep }
      conversation.connected.receive({
        jsonrpc: "2.0",
        id: "deep",
        method: "tools/call",
        params: { _meta: { ...required, deep } }
      })
      expect((yield* conversation.answer("deep")).error).toEqual({
        code: -32600,
        message: "The message nests deeper than 256 levels"
      })
    }).pipe(serving))
})
