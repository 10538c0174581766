import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const tool = Server.tool(Tool.make("t"), () => Effect.succeed("ok"))
const resource = Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"))
const prompt = Server.prompt(Prompt.make("p"), () => Effect.succeed("p"))
const completing = Server.prompt(
  Prompt.make("c", { arguments: { a: Schema.String } }),
  ({ a }) => Effect.succeed(a),
  { complete: { a: () => Effect.succeed(["x"]) } }
)

const discover = Effect.flatMap(
  StatelessConversation.connect(),
  (stateless) => stateless.request("server/discover")
)

describe("server/discover", () => {
  it.effect("says versions, capabilities, who the server is and for how long that holds (VER-4, DISC-2, DISC-4, VER-25)", () =>
    Effect.gen(function*() {
      expect((yield* discover).result).toEqual({
        supportedVersions: ["2026-07-28"],
        capabilities: { logging: {}, experimental: { x: {} } },
        instructions: "Ask nicely",
        resultType: "complete",
        ttlMs: 0,
        cacheScope: "private",
        _meta: { "io.modelcontextprotocol/serverInfo": { name: "test", title: "Test", version: "1.0.0" } }
      })
    }).pipe(Conversation.withServer(Layer.empty, {
      title: "Test",
      instructions: "Ask nicely",
      experimental: { x: {} }
    })))

  it.effect("has no instructions where the server has none (DISC-3)", () =>
    Effect.gen(function*() {
      expect((yield* discover).result).not.toHaveProperty("instructions")
    }).pipe(Conversation.withServer(Layer.empty)))

  it.effect.each<readonly [string, Layer.Layer<never, never, Server.Registry>, Conversation.Json, string]>([
    ["tools", tool, { tools: { listChanged: true } }, "tools/list"],
    ["resources", resource, { resources: { subscribe: true, listChanged: true } }, "resources/list"],
    ["prompts", prompt, { prompts: { listChanged: true } }, "prompts/list"],
    [
      "prompts",
      completing,
      { prompts: { listChanged: true }, completions: {} },
      "prompts/list"
    ]
  ])(
    "offers %s where there are some, and then they can be listed (DISC-5, CAP-1)",
    ([, features, offered, list]) =>
      Effect.gen(function*() {
        const stateless = yield* StatelessConversation.connect()
        const { result } = yield* stateless.request("server/discover")
        expect(result?.["capabilities"]).toEqual({ logging: {}, ...offered })
        for (const method of ["tools/list", "resources/list", "prompts/list"]) {
          const answer = yield* stateless.request(method)
          expect(answer.error?.code).toBe(method === list ? undefined : -32601)
        }
      }).pipe(Conversation.withServer(features))
  )

  it.effect("offers what a server says it will have although it has nothing of it yet", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      expect((yield* stateless.request("server/discover")).result).toMatchObject({
        capabilities: { tools: { listChanged: true } }
      })
      expect((yield* stateless.request("tools/list")).result).toMatchObject({ tools: [] })
    }).pipe(Conversation.withServer(Layer.empty, { features: ["tools"] })))

  it.effect("says the same to everyone, whatever their connection has seen and whatever they can do (DISC-9, VER-6)", () =>
    Effect.gen(function*() {
      const fresh = yield* discover
      const conversation = yield* Conversation.open({ version: "2024-11-05", capabilities: { sampling: {} } })
      yield* conversation.request("logging/setLevel", { level: "debug" })
      yield* conversation.request("resources/subscribe", { uri: "test:r" })
      const rich = StatelessConversation.over(conversation, {
        capabilities: { roots: {}, elicitation: { form: {}, url: {} } },
        meta: { "io.modelcontextprotocol/logLevel": "debug" }
      })
      expect((yield* rich.request("server/discover")).result).toEqual(fresh.result)
      expect((yield* rich.request("server/discover")).result).toEqual(fresh.result)
    }).pipe(Conversation.withServer(Layer.mergeAll(tool, resource, prompt))))

  it.effect("says what is offered now, not what was when a connection was made", () =>
    Effect.gen(function*() {
      const stateless = yield* StatelessConversation.connect()
      const offered = Effect.map(stateless.request("server/discover"), ({ result }) => result?.["capabilities"])
      expect(yield* offered).toEqual({ logging: {} })
      const scope = yield* Scope.fork(yield* Effect.scope)
      yield* Layer.buildWithScope(tool, scope)
      expect(yield* offered).toEqual({ logging: {}, tools: { listChanged: true } })
      expect((yield* stateless.request("tools/list")).result).toMatchObject({ tools: [{ name: "t" }] })
    }).pipe(Conversation.withServer(Layer.empty)))

  it.effect("is a request like any other: it says its version and what its client can do (DISC-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      for (
        const params of [undefined, {}, { _meta: {} }, { _meta: { "io.modelcontextprotocol/protocolVersion": "x" } }]
      ) {
        expect((yield* conversation.request("server/discover", params)).error?.code).toBe(-32602)
      }
      const other = StatelessConversation.over(conversation, { version: "2099-01-01" })
      expect((yield* other.request("server/discover")).error).toMatchObject({
        code: -32022,
        data: { supported: ["2026-07-28"], requested: "2099-01-01" }
      })
    }).pipe(Conversation.withServer(Layer.empty)))

  it.effect("opens nothing: a session is begun after it as before (VER-5, VER-13)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* StatelessConversation.over(conversation).request("server/discover")
      expect(conversation.connected.session()).toBeUndefined()
      const { result } = yield* conversation.request("initialize", Conversation.initialize({ version: "2025-03-26" }))
      expect(result).toMatchObject({ protocolVersion: "2025-03-26" })
    }).pipe(Conversation.withServer(Layer.empty)))
})
