import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../../src/Elicitation.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as Server from "../../src/Server.ts"
import * as Era from "../../src/server/Era.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("echo", { input: { text: Schema.String } }),
    ({ text }) => Effect.as(Effect.repeat(Effect.yieldNow, { times: text.length % 5 }), text)
  ),
  Server.tool(
    Tool.make("session"),
    () => Effect.map(RequestContext, ({ session }) => JSON.stringify(session))
  ),
  Server.tool(Tool.make("where"), () => Effect.map(Roots.list, (roots) => roots.map(({ uri }) => uri).join(" "))),
  Server.tool(
    Tool.make("think"),
    () => Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
  ),
  Server.tool(
    Tool.make("ask"),
    () => Effect.map(Elicitation.form({ message: "?", fields: { a: Schema.String } }), ({ action }) => action)
  ),
  Server.tool(Tool.make("talk"), () => Effect.as(Effect.logWarning("talking"), "said")),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"))
)

const serving = Conversation.withServer(features)

const sessionAlone = Conversation.withServer(features, { eras: ["session"] })
const statelessAlone = Conversation.withServer(features, { eras: ["stateless"] })

/** The `_meta` of a request that stands for itself. */
const meta = (more: Conversation.Json = {}): Conversation.Json => ({
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  ...more
})

const text = ({ result }: Conversation.Message): string =>
  (result!["content"] as ReadonlyArray<{ readonly text: string }>)[0]!.text

const session = (message: Conversation.Message) => JSON.parse(text(message)) as Conversation.Json

describe("the era of a request", () => {
  it("is that of a session unless the request says its version or its client's capabilities (VER-13)", () => {
    const version = { "io.modelcontextprotocol/protocolVersion": "x" }
    const capabilities = { "io.modelcontextprotocol/clientCapabilities": null }
    for (const isInSession of [false, true]) {
      for (const method of ["initialize", "ping", "tools/call", "server/discover", "none"]) {
        expect(Era.of(Era.all, { method, params: { _meta: version } }, isInSession)).toBe("stateless")
        expect(Era.of(Era.all, { method, params: { _meta: capabilities } }, isInSession)).toBe("stateless")
      }
      for (
        const params of [
          undefined,
          {},
          { _meta: {} },
          { _meta: null },
          { _meta: { progressToken: 1, "io.modelcontextprotocol/logLevel": "debug" } },
          version,
          JSON.parse(`{ "_meta": { "__proto__": { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } }`),
          JSON.parse(`{ "__proto__": { "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } }`)
        ]
      ) {
        for (const method of ["initialize", "ping", "tools/call", "none", "constructor"]) {
          expect(Era.of(Era.all, { method, params }, isInSession)).toBe("session")
        }
      }
    }
  })

  it("is the stateless one for what only that era has, outside a session", () => {
    for (const method of ["server/discover", "subscriptions/listen"]) {
      expect(Era.of(Era.all, { method }, false)).toBe("stateless")
      expect(Era.of(Era.all, { method }, true)).toBe("session")
    }
  })

  it("is the one there is, for a server of one era", () => {
    for (const era of Era.all) {
      for (const params of [{}, { _meta: meta() }]) {
        expect(Era.of([era], { method: "tools/call", params }, false)).toBe(era)
        expect(Era.of([era, era], { method: "tools/call", params }, true)).toBe(era)
      }
    }
  })
})

describe("both eras on one connection", () => {
  it.effect("requests that stand for themselves are served before, during and beside a session (VER-4, VER-12, VER-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const stateless = StatelessConversation.over(conversation)
      const served = Effect.gen(function*() {
        const discovered = yield* stateless.request("server/discover")
        expect(discovered.result).toMatchObject({ supportedVersions: ["2026-07-28"], resultType: "complete" })
        const called = yield* stateless.call("echo", { text: "hello" })
        expect(called.result).toMatchObject({ content: [{ text: "hello" }], resultType: "complete" })
      })
      yield* served
      // a session has not begun by that
      expect((yield* conversation.request("tools/list", undefined, "a")).error?.code).toBe(-32600)
      expect((yield* conversation.request("ping", undefined, "b")).result).toEqual({})
      const initialized = yield* conversation.request("initialize", Conversation.initialize(), "c")
      expect(initialized.result).toMatchObject({ protocolVersion: "2025-11-25" })
      yield* served
      yield* conversation.notify("notifications/initialized")
      yield* served
      const called = yield* conversation.request("tools/call", { name: "echo", arguments: { text: "hello" } }, "d")
      expect(called.result).toEqual({ content: [{ type: "text", text: "hello" }] })
      expect(conversation.connected.session()).toMatchObject({ protocolVersion: "2025-11-25" })
    }).pipe(serving))

  it.effect("a request that stands for itself opens no session (VER-6)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* StatelessConversation.over(conversation).call("echo", { text: "hello" })
      expect(conversation.connected.session()).toBeUndefined()
    }).pipe(serving))

  it.effect("initialize never agrees on 2026-07-28 (INIT-13, VER-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const { result } = yield* conversation.request("initialize", Conversation.initialize({ version: "2026-07-28" }))
      expect(result).toMatchObject({ protocolVersion: "2025-11-25" })
      expect(result).not.toHaveProperty("resultType")
      expect((yield* conversation.request("initialize", Conversation.initialize({ version: "2026-07-28" }))).error)
        .toMatchObject({ code: -32600 })
    }).pipe(serving))

  it.effect("initialize that stands for itself is a method that is gone, and begins no session (HTTP26-37)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const params = { ...Conversation.initialize(), _meta: meta() }
      expect((yield* conversation.request("initialize", params)).error).toEqual({
        code: -32601,
        message: "Method not found: initialize"
      })
      expect(conversation.connected.session()).toBeUndefined()
    }).pipe(serving))

  it.effect("what a session has agreed on, set or said holds for no request beside it (VER-6, META-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({
        capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } }
      })
      yield* conversation.request("logging/setLevel", { level: "debug" }, "a")
      yield* conversation.request("resources/subscribe", { uri: "test:r" }, "b")
      const asked = yield* conversation.ask("tools/call", { name: "where" }, "c")
      yield* conversation.reply(yield* conversation.next("roots/list"), { roots: [{ uri: "file:///a" }] })
      expect(text(yield* conversation.answer(asked))).toBe("file:///a")
      const stateless = StatelessConversation.over(conversation)
      expect(session(yield* stateless.call("session"))).toEqual({
        protocolVersion: "2026-07-28",
        clientInfo: { name: "conversation", version: "1.0.0" },
        clientCapabilities: {},
        principal: { subject: "anonymous" },
        subscriptions: []
      })
      for (const [name, capability] of [["where", "roots"], ["think", "sampling"], ["ask", "elicitation"]] as const) {
        expect((yield* stateless.call(name)).error).toMatchObject({
          code: -32021,
          data: { requiredCapabilities: { [capability]: {} } }
        })
      }
      const before = conversation.received.length
      expect(text(yield* stateless.call("talk"))).toBe("said")
      expect(conversation.received).toHaveLength(before + 1)
    }).pipe(serving))

  it.effect("what a request says of its client holds for no session, and for no other request (VER-6, VER-7, META-15)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const rich = StatelessConversation.over(conversation, {
        capabilities: { sampling: {}, roots: {}, elicitation: { form: {} } },
        meta: {
          "io.modelcontextprotocol/clientInfo": { name: "rich", version: "2" },
          "io.modelcontextprotocol/logLevel": "debug"
        }
      })
      const poor = StatelessConversation.over(conversation)
      const asked = yield* rich.call("where")
      expect(asked.result).toMatchObject({ resultType: "input_required" })
      expect((yield* poor.call("where")).error?.code).toBe(-32021)
      // what names the call is the state that was given out for it, whoever brings it
      const { inputRequests, requestState } = StatelessConversation.inputRequired(asked)!
      const inputResponses = { [Object.keys(inputRequests!)[0]!]: { roots: [{ uri: "file:///a" }] } }
      const other = StatelessConversation.over(conversation, { capabilities: { roots: {} } })
      expect(text(yield* other.call("where", {}, { inputResponses, requestState }))).toBe("file:///a")
      expect((yield* other.call("where")).result).toMatchObject({ resultType: "input_required" })
      expect(session(yield* poor.call("session"))).not.toHaveProperty("logLevel")
      yield* conversation.request("initialize", Conversation.initialize(), "a")
      yield* conversation.notify("notifications/initialized")
      expect(session(yield* conversation.request("tools/call", { name: "session" }, "b"))).toMatchObject({
        clientInfo: { name: "conversation" },
        clientCapabilities: {},
        logLevel: "info"
      })
    }).pipe(serving))

  it.effect("each request has the version, the capabilities and the identity that it says (VER-11)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const ids = yield* Effect.forEach(Array.from({ length: 60 }, (_, i) => i), (i) =>
        conversation.ask("tools/call", {
          name: "session",
          _meta: {
            ...meta({
              "io.modelcontextprotocol/clientInfo": { name: `client ${i}`, version: "1" },
              "io.modelcontextprotocol/clientCapabilities": i % 2 === 0 ? { roots: {} } : { sampling: {} }
            }),
            ...(i % 3 === 0 ? { "io.modelcontextprotocol/protocolVersion": `${2100 + i}-01-01` } : {})
          }
        }, i))
      for (const i of ids as ReadonlyArray<number>) {
        const answer = yield* conversation.answer(i)
        if (i % 3 === 0) {
          expect(answer.error).toMatchObject({ code: -32022, data: { requested: `${2100 + i}-01-01` } })
        } else {
          expect(session(answer)).toMatchObject({
            protocolVersion: "2026-07-28",
            clientInfo: { name: `client ${i}` },
            clientCapabilities: i % 2 === 0 ? { roots: {} } : { sampling: {} }
          })
        }
      }
    }).pipe(serving))

  it.effect("unrelated conversations of both eras, interleaved: each hears its own answers (VER-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* Effect.forEach(Array.from({ length: 300 }, (_, i) => i), (i) =>
        conversation.ask("tools/call", {
          name: "echo",
          arguments: { text: "x".repeat(i) },
          ...(i % 2 === 0 ? { _meta: meta() } : {})
        }, `m${i}`))
      for (let i = 0; i < 300; i++) {
        const answer = yield* conversation.answer(`m${i}`)
        expect(text(answer)).toBe("x".repeat(i))
        expect(answer.result?.["resultType"]).toBe(i % 2 === 0 ? "complete" : undefined)
      }
    }).pipe(serving))

  it.effect("a list of messages is refused where no session allows one (BASE-21)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.say([
        { jsonrpc: "2.0", id: 1, method: "server/discover", params: { _meta: meta() } },
        { jsonrpc: "2.0", id: 2, method: "server/discover", params: { _meta: meta() } }
      ])
      expect((yield* conversation.answer(null)).error?.code).toBe(-32600)
      expect(conversation.received).toHaveLength(1)
    }).pipe(serving))

  it.effect("an id that waits for an answer is not used again, by whichever era; then it is free (BASE-5)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { sampling: {} } })
      yield* conversation.ask("tools/call", { name: "think" }, "x")
      const asked = yield* conversation.next("sampling/createMessage")
      yield* conversation.ask("server/discover", { _meta: meta() }, "x")
      expect((yield* conversation.answer(null)).error).toMatchObject({ code: -32600 })
      yield* conversation.reply(asked, { role: "assistant", content: { type: "text", text: "." }, model: "m" })
      expect(text(yield* conversation.answer("x"))).toBe("m")
      expect((yield* conversation.request("server/discover", { _meta: meta() }, "x")).result).toBeDefined()
    }).pipe(serving))
})

describe("a server of the stateless era alone", () => {
  it.effect("tells a client that wants a session which versions it could speak (VER-14)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      for (const version of ["2025-11-25", "2026-07-28"]) {
        expect((yield* conversation.request("initialize", Conversation.initialize({ version }))).error).toEqual({
          code: -32022,
          message: `Unsupported protocol version: ${version}`,
          data: { supported: ["2026-07-28"], requested: version }
        })
      }
      for (const params of [undefined, {}, { protocolVersion: 5 }, { protocolVersion: null }]) {
        expect((yield* conversation.request("initialize", params)).error).toMatchObject({
          code: -32022,
          data: { supported: ["2026-07-28"], requested: "" }
        })
      }
      yield* conversation.notify("notifications/initialized")
      expect(conversation.connected.session()).toBeUndefined()
    }).pipe(statelessAlone))

  it.effect("serves what stands for itself, and nothing else (META-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      for (const method of ["tools/list", "ping", "logging/setLevel", "server/discover", "none"]) {
        expect((yield* conversation.request(method, {})).error?.code).toBe(-32602)
      }
      expect((yield* StatelessConversation.over(conversation).call("echo", { text: "hello" })).result).toBeDefined()
    }).pipe(statelessAlone))
})

describe("a server of the session era alone", () => {
  it.effect("knows nothing of the other one", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const params = { name: "echo", arguments: { text: "hello" }, _meta: meta() }
      for (const method of ["tools/call", "server/discover", "subscriptions/listen"]) {
        expect((yield* conversation.request(method, params)).error?.code).toBe(-32600)
      }
      yield* conversation.request("initialize", Conversation.initialize({ version: "2026-07-28" }))
      expect(conversation.connected.session()).toMatchObject({ protocolVersion: "2025-11-25" })
      yield* conversation.notify("notifications/initialized")
      expect((yield* conversation.request("tools/call", params)).result).toEqual({
        content: [{ type: "text", text: "hello" }]
      })
      expect((yield* conversation.request("server/discover", params)).error?.code).toBe(-32601)
    }).pipe(sessionAlone))
})
