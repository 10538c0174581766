import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Logging from "../../src/Logging.ts"
import * as Progress from "../../src/Progress.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

class Refused extends Schema.TaggedError<Refused>()("Refused", { n: Schema.Number }) {}

const tools = Layer.mergeAll(
  Server.tool(
    Tool.make("echo", { input: { value: Schema.Unknown }, output: { value: Schema.Unknown } }),
    ({ value }) => Effect.succeed({ value })
  ),
  Server.tool(
    Tool.make("typed", { input: { n: Schema.Int, list: Schema.Array(Schema.String) }, errors: [Refused] }),
    ({ list, n }) => n < 0 ? Effect.fail(new Refused({ n })) : Effect.succeed(list.join(`${n}`))
  ),
  Server.tool(Tool.make("steps", { input: { n: Schema.Int } }), ({ n }) =>
    Effect.gen(function*() {
      yield* Progress.report({ progress: 1 })
      yield* Effect.logWarning(`${n}`)
      yield* Effect.repeat(Effect.yieldNow, { times: Math.abs(n) % 5 })
      yield* Logging.log("alert", { n }, { logger: "steps" })
      yield* Progress.report({ progress: 2, total: 2, message: `${n}` })
      return n % 2 === 0 ? Tool.failure("even") : "odd"
    })),
  Server.tool(Tool.make("broken"), () => Effect.die(new Error("hunter2")))
)

const features = Layer.mergeAll(
  tools,
  Server.resource(Resource.make("test:r", { name: "r", size: 1 }), () => Effect.succeed("r")),
  Server.resource(Resource.make("test:b", { name: "b" }), () => Effect.succeed(Uint8Array.of(0, 255))),
  Server.resourceTemplate(
    ResourceTemplate.make("test:items/{id}", { name: "t", variables: { id: Schema.Int } }),
    ({ id }) => Effect.succeed(`${id}`),
    { complete: { id: (value) => Effect.succeed(["1", "12"].filter((id) => id.startsWith(value))) } }
  ),
  Server.prompt(
    Prompt.make("p", { arguments: { a: Schema.String, n: Schema.optionalKey(Schema.Int) } }),
    ({ a, n }) => Effect.succeed(`${a} ${n}`),
    { complete: { a: (value) => Effect.succeed([`${value}!`]) } }
  )
)

// often what fits, now and then what does not
const likely = (values: ReadonlyArray<string>, other: Schema.Codec<unknown>) =>
  Schema.Union([Schema.Literals(values), Schema.Literals(values), other])

const Json = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null, Schema.Array(Schema.String)])
const Args = Schema.Record(Schema.Literals(["a", "n", "value", "list", "id", "__proto__", "x"]), Json)

const Request = Schema.Union([
  Schema.Struct({
    method: Schema.Literal("tools/call"),
    params: Schema.Struct({
      name: likely(["echo", "typed", "steps", "broken"], Json),
      arguments: Schema.Union([
        Schema.Struct({ value: Json }),
        Schema.Struct({ n: Schema.Int, list: Schema.Array(Schema.String) }),
        Schema.Struct({ n: Schema.Int }),
        Args,
        Json
      ])
    })
  }),
  Schema.Struct({
    method: Schema.Literals(["tools/list", "resources/list", "resources/templates/list", "prompts/list"]),
    params: Schema.Struct({ cursor: Schema.optionalKey(Json) })
  }),
  Schema.Struct({
    method: Schema.Literal("resources/read"),
    params: Schema.Struct({ uri: likely(["test:r", "test:b", "test:items/7", "test:items/x", "test:none"], Json) })
  }),
  Schema.Struct({
    method: Schema.Literal("prompts/get"),
    params: Schema.Struct({
      name: likely(["p"], Json),
      arguments: Schema.Union([
        Schema.Struct({ a: Schema.String }),
        Schema.Struct({ a: Schema.String, n: Schema.String }),
        Args
      ])
    })
  }),
  Schema.Struct({
    method: Schema.Literal("completion/complete"),
    params: Schema.Struct({
      ref: Schema.Union([
        Schema.Struct({ type: Schema.Literal("ref/prompt"), name: likely(["p"], Json) }),
        Schema.Struct({ type: Schema.Literal("ref/resource"), uri: likely(["test:items/{id}", "test:r"], Json) }),
        Json
      ]),
      argument: Schema.Struct({ name: likely(["a", "id"], Json), value: Json }),
      context: Schema.optionalKey(Schema.Struct({ arguments: Args }))
    })
  }),
  Schema.Struct({ method: Schema.String, params: Args })
])

/** What a request was answered with and what came before it, without what only one era says. */
const heard = (lines: ReadonlyArray<Conversation.Line>) =>
  lines.filter(({ from }) => from === "server").map(({ message }) => {
    // what a conversation has heard of a server is a message
    const { error, method, params, result } = message as Conversation.Message
    if (method !== undefined) return { method, params }
    if (error !== undefined) return { error }
    const { _meta, cacheScope: _, resultType: __, ttlMs: ___, ...rest } = result!
    const { "io.modelcontextprotocol/serverInfo": ____, ...meta } = (_meta ?? {}) as Conversation.Json
    return { result: Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta } }
  })

// The one code that has changed (RES-10, RES-11).
const today = <A extends { readonly error?: { readonly code: number } | undefined }>(said: A) =>
  said.error?.code === -32002 ? { error: { ...said.error, code: -32602 } } : said

describe("a request", () => {
  it.effect.prop(
    "has the same answer, and the same said before it, in a session, beside one, and without a connection (VER-9, VER-12)",
    [Schema.Array(Request)],
    ([requests]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        const meta = { "progressToken": 7, "io.modelcontextprotocol/logLevel": "info" }
        const connected = StatelessConversation.over(conversation, { meta })
        const alone = yield* StatelessConversation.open({ meta })
        const answer = Effect.fnUntraced(function*(
          lines: ReadonlyArray<Conversation.Line>,
          request: Effect.Effect<Conversation.Message>
        ) {
          const from = lines.length
          yield* request
          return heard(lines.slice(from))
        })
        for (const { method, params } of requests) {
          const inSession = (yield* answer(
            conversation.lines,
            conversation.request(method, { ...params, _meta: { progressToken: 7 } })
          )).map(today)
          expect(yield* answer(connected.lines, connected.request(method, params))).toEqual(inSession)
          expect(yield* answer(alone.lines, alone.request(method, params))).toEqual(inSession)
        }
      }).pipe(Conversation.withServer(features, { pageSize: 2 }), Effect.provide(Logger.layer([]))),
    { arbitrary: { runs: 200 } }
  )
})
