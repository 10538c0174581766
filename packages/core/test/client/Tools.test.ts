import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../../src/Client.ts"
import type { Caller, CallerOptions } from "../../src/client/Caller.ts"
import { KnownTools } from "../../src/client/KnownTools.ts"
import * as Pagination from "../../src/client/Pagination.ts"
import * as ToolCall from "../../src/client/ToolCall.ts"
import * as Tools from "../../src/client/Tools.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import { ParameterHeaders } from "../../src/ParameterHeaders.ts"
import * as Revisions from "../../src/revision/Revisions.ts"
import * as Server from "../../src/Server.ts"
import * as SessionError from "../../src/SessionError.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

type Json = Conversation.Json

const text = (text: string) => ({ type: "text", text })

/** A client in one version, of the server of the context. */
const connect = Effect.fnUntraced(function*(version: string) {
  const [near, far] = yield* MemoryTransport.make()
  yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "tools" }), Transport, far))
  return yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version] })
})

interface Scripted {
  readonly client: Client.Methods
  readonly server: ScriptedServer.ScriptedServer
  /** What each call was mirrored in, in order. */
  readonly headers: Array<ReadonlyArray<readonly [string, string]>>
}

/** A client of a server that has these tools by now, and answers calls by hand. */
const scripted = Effect.fnUntraced(function*(options: {
  readonly version?: string
  readonly tools?: () => ReadonlyArray<Json>
  readonly call?: (params: Json, headers: ReadonlyArray<readonly [string, string]>) => ScriptedServer.Reply
}) {
  const { call = () => ({ result: { content: [] } }), tools = () => [], version = "2026-07-28" } = options
  const headers: Scripted["headers"] = []
  const answer: ScriptedServer.Script = ({ method, params = {} }) => {
    if (method === "tools/list") return { result: { resultType: "complete", tools: tools() } }
    if (method !== "tools/call") return ScriptedServer.unknown
    const reply = call(params, headers.at(-1)!)
    return typeof reply === "object" && reply.result !== undefined
      ? { result: { resultType: "complete", ...reply.result as object } }
      : reply
  }
  const script = version === "2026-07-28" ? ScriptedServer.stateless : ScriptedServer.session
  const server = yield* ScriptedServer.make(script(answer, { tools: {} }))
  const transport: Transport["Service"] = {
    ...server.transport,
    send: (message, relatedTo) =>
      Effect.flatMap(ParameterHeaders, (sent) => {
        if ("method" in message && message.method === "tools/call") headers.push(sent)
        else expect(sent).toEqual([])
        return server.transport.send(message, relatedTo)
      })
  }
  const client = yield* Client.make({ name: "test", version: "1.0.0", transport, versions: [version] })
  return { client, server, headers } satisfies Scripted
})

/** What the effect logs. */
const logging = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const logged: Array<string> = []
  const layer = Logger.layer([
    Logger.make(({ logLevel, message }) => void logged.push(`${logLevel} ${String(message)}`))
  ])
  return Effect.map(Effect.provide(effect, layer), (value) => [value, logged] as const)
}

const failure = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => {
    const error = Exit.findErrorOption(exit)
    if (error._tag === "None") throw new Error(`Expected a failure, got ${JSON.stringify(exit)}`)
    return error.value
  })

class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { id: Schema.Int, at: Schema.Date }) {
  override get message(): string {
    return `There is no ${this.id}`
  }
}
class Silent extends Schema.TaggedError<Silent>()("Silent", {}) {}

const Add = Tool.make("add", { input: { a: Schema.Finite, b: Schema.Finite }, output: { sum: Schema.Finite } })
const Later = Tool.make("later", { input: { at: Schema.Date, days: Schema.Int }, output: { at: Schema.Date } })
const Words = Tool.make("words", { input: { text: Schema.String }, output: Schema.Array(Schema.String) })
const Nothing = Tool.make("nothing", { output: Schema.NullOr(Schema.Int) })
const Say = Tool.make("say", { input: { text: Schema.String } })
const Find = Tool.make("find", {
  input: { id: Schema.Int },
  output: { name: Schema.String },
  errors: [NotFound, Silent]
})
const Remove = Tool.make("remove", { input: { id: Schema.Int }, errors: [NotFound, Silent] })

const at = new Date(86_400_000)

const failing = ({ id }: { readonly id: number }) =>
  id === 0
    ? Effect.fail(new Silent())
    : id < 0
    ? Effect.succeed(Tool.failure(`${id} is no id`))
    : Effect.fail(new NotFound({ id, at }))

const features = Layer.mergeAll(
  Server.tool(Add, ({ a, b }) => Effect.succeed({ sum: a + b })),
  Server.tool(Later, ({ at, days }) => Effect.succeed({ at: new Date(at.getTime() + days * 86_400_000) })),
  Server.tool(Words, ({ text }) => Effect.succeed(text.split(" "))),
  Server.tool(Nothing, () => Effect.succeed(null)),
  Server.tool(Say, ({ text }) => Effect.succeed(text)),
  Server.tool(Find, failing),
  Server.tool(Remove, failing)
)

describe("a call of a declared tool", () => {
  it.effect.each(versions)(
    "gives the output of its Schema, in %s (TOOL-13, TOOL-16, TOOL-19)",
    (version) =>
      Effect.gen(function*() {
        const client = yield* connect(version)
        for (const listed of [false, true]) {
          expect(yield* client.call(Add, { a: 1, b: 2 })).toEqual({ sum: 3 })
          expect(yield* client.call(Later, { at: new Date(0), days: 1 })).toEqual({ at })
          expect(yield* client.call(Words, { text: "a b" })).toEqual(["a", "b"])
          expect(yield* client.call(Nothing, {})).toBe(null)
          expect(yield* client.call(Say, { text: "hi" })).toEqual([text("hi")])
          // what is known from lists changes nothing of that
          if (!listed) expect((yield* client.tools).items.length).toBe(7)
        }
      }).pipe(Conversation.withServer(features))
  )

  it.effect.each(versions)(
    "fails with the errors that the tool declares, in %s (TOOL-20, TOOL-24)",
    (version) =>
      Effect.gen(function*() {
        const client = yield* connect(version)
        for (const tool of [Find, Remove]) {
          const found = yield* failure(client.call<typeof Find | typeof Remove>(tool, { id: 7 }))
          expect(found).toBeInstanceOf(NotFound)
          expect(found).toMatchObject({ id: 7, at })
          expect(yield* failure(client.call<typeof Find | typeof Remove>(tool, { id: 0 }))).toBeInstanceOf(Silent)
        }
      }).pipe(Conversation.withServer(features))
  )

  it.effect.each(versions)(
    "fails with ToolFailed for any other error, which says what a model needs, in %s (TOOL-25)",
    (version) =>
      Effect.gen(function*() {
        const client = yield* connect(version)
        for (const tool of [Find, Remove]) {
          const failed = yield* failure(client.call<typeof Find | typeof Remove>(tool, { id: -1 }))
          expect(failed).toBeInstanceOf(Tool.ToolFailed)
          expect(failed).toMatchObject({ tool: tool.name, content: [text("-1 is no id")], message: "-1 is no id" })
        }
      }).pipe(Conversation.withServer(features))
  )

  it("is made once for each declaration", () => {
    expect(ToolCall.of(Add)).toBe(ToolCall.of(Add))
    expect(ToolCall.of(Add)).not.toBe(ToolCall.of(Tool.make("add")))
  })

  it.effect("sends nothing when its input does not fit", () =>
    Effect.gen(function*() {
      const { client, server } = yield* scripted({})
      const error = yield* failure(client.call(Add, { a: NaN, b: 1 }))
      expect(error).toMatchObject({ _tag: "SessionError", reason: { _tag: "NotAllowed" } })
      expect(error.message).toBe("The input of tool add does not fit its Schema: a: Expected a finite number")
      expect(server.all("tools/call")).toEqual([])
    }))

  it.effect("sends its input as JSON, without what is undefined", () =>
    Effect.gen(function*() {
      const Schedule = Tool.make("schedule", {
        input: { at: Schema.Date, note: Schema.optional(Schema.String), ["__proto__"]: Schema.optionalKey(Schema.Int) }
      })
      const { client, server } = yield* scripted({})
      yield* client.call(Schedule, { at: new Date(0), note: undefined })
      yield* client.call(Tool.make("none"), {})
      expect(server.all("tools/call").map(({ params }) => [params?.["name"], params?.["arguments"]])).toEqual([
        ["schedule", { at: "1970-01-01T00:00:00.000Z" }],
        ["none", {}]
      ])
    }))

  it.effect.each<[string, Json, string]>([
    ["does not fit", { structuredContent: { sum: "3" } }, "sum: Expected number"],
    ["is missing", { content: [text(`{"sum":3}`)] }, "There is none"]
  ])(
    "fails with InvalidAnswer when its output %s (TOOL-17, TOOL-18)",
    ([_, result, message]) =>
      Effect.gen(function*() {
        const { client } = yield* scripted({ call: () => ({ result: { content: [], ...result } }) })
        expect(yield* failure(client.call(Add, { a: 1, b: 2 }))).toMatchObject({
          reason: { _tag: "InvalidAnswer", method: "tools/call", message: `The output of tool add: ${message}` }
        })
      })
  )

  it.effect.each<[string, Json]>([
    ["there is no text", { content: [] }],
    ["the text is no JSON", { content: [text("3")] }],
    ["the text is half of one", { content: [text(`{"sum":`)] }],
    ["nobody knows which text it is", { content: [text(`{"sum":3}`), text(`{"sum":4}`)] }]
  ])("fails with InvalidAnswer where output travels as text and %s (TOOL-19)", ([_, result]) =>
    Effect.gen(function*() {
      const { client } = yield* scripted({ version: "2025-03-26", call: () => ({ result }) })
      expect(yield* failure(client.call(Add, { a: 1, b: 2 }))).toMatchObject({ reason: { _tag: "InvalidAnswer" } })
    }))

  it.effect("an absent isError means that it succeeded (TOOL-37)", () =>
    Effect.gen(function*() {
      for (const isError of [undefined, false]) {
        const result = {
          content: [text("x")],
          structuredContent: { _tag: "Silent" },
          ...(isError === undefined ? {} : { isError })
        }
        const { client } = yield* scripted({ call: () => ({ result }) })
        expect(yield* client.call(Remove, { id: 1 })).toEqual([text("x")])
        expect((yield* client.callTool("remove")).isError).toBe(isError)
      }
    }))

  it.effect("an error that does not decode is a ToolFailed with all that came (TOOL-25)", () =>
    Effect.gen(function*() {
      for (const encoded of [{ _tag: "NotFound", id: "x" }, { _tag: "Other" }, null, "NotFound"]) {
        const meta = { [Tool.errorMetaKey]: encoded }
        const { client } = yield* scripted({
          call: () => ({
            result: { content: [text("a"), { ...text("b") }], isError: true, _meta: meta, structuredContent: { a: 1 } }
          })
        })
        const failed = yield* failure(client.call(Find, { id: 1 }))
        expect(failed).toMatchObject({ _tag: "ToolFailed", message: "a\nb", structured: { a: 1 }, meta })
      }
      const { client } = yield* scripted({ call: () => ({ result: { content: [], isError: true } }) })
      expect((yield* failure(client.call(Say, { text: "" }))).message).toBe("The tool say failed, and does not say why")
    }))

  it.effect("an error of a server that knows no key of ours is found where others have it (TOOL-20)", () =>
    Effect.gen(function*() {
      const { client } = yield* scripted({
        call: () => ({ result: { content: [text("gone")], isError: true, structuredContent: { _tag: "Silent" } } })
      })
      expect(yield* failure(client.call(Remove, { id: 1 }))).toBeInstanceOf(Silent)
      // what has an output schema would have it there
      expect(yield* failure(client.call(Find, { id: 1 }))).toBeInstanceOf(Tool.ToolFailed)
    }))

  it.effect("an error answer of the server is a SessionError (TOOL-21, TOOL-26)", () =>
    Effect.gen(function*() {
      const client = yield* connect("2026-07-28")
      expect(yield* failure(client.call(Tool.make("unknown"), {}))).toMatchObject({
        reason: { _tag: "ErrorAnswer", code: -32602 }
      })
    }).pipe(Conversation.withServer(features)))
})

describe("a call by name", () => {
  const outputSchema = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] }
  const tools = [{ name: "add", inputSchema: { type: "object" }, outputSchema }]

  it.effect("gives the result as it came, with arguments or without (TOOL-13, TOOL-14)", () =>
    Effect.gen(function*() {
      const result = { content: [text("x")], structuredContent: [1], _meta: { "com.example/a": 1 } }
      const { client, server } = yield* scripted({ call: () => ({ result }) })
      expect(yield* client.callTool("a b", { x: { y: [null] } })).toMatchObject(result)
      yield* client.callTool("none")
      expect(server.all("tools/call").map(({ params }) => [params?.["name"], params?.["arguments"]])).toEqual([
        ["a b", { x: { y: [null] } }],
        ["none", undefined]
      ])
    }))

  it.effect.each(["2025-06-18", "2025-11-25", "2026-07-28"])(
    "holds the result against the outputSchema that the tool was listed with, in %s (TOOL-18)",
    (version) =>
      Effect.gen(function*() {
        let result: Json = {}
        const { client } = yield* scripted({
          version,
          tools: () => tools,
          call: () => ({ result: { content: [], ...result } })
        })
        // of a tool that was never listed nothing is known
        result = { structuredContent: { sum: "3" } }
        expect((yield* client.callTool("add")).structuredContent).toEqual({ sum: "3" })
        yield* client.tools
        const error = yield* failure(client.callTool("add"))
        expect(error).toMatchObject({ reason: { _tag: "InvalidAnswer", method: "tools/call" } })
        expect(error.message).toContain(`add: the structured content does not fit the tool's outputSchema at "/sum"`)
        result = { structuredContent: { sum: 3 } }
        expect((yield* client.callTool("add")).structuredContent).toEqual({ sum: 3 })
        result = { content: [text(`{"sum":3}`)] }
        expect((yield* failure(client.callTool("add"))).message).toContain("there is no structured content")
        // an error need not be what was promised (TOOL-20)
        result = { isError: true }
        expect((yield* client.callTool("add")).isError).toBe(true)
        result = { isError: true, structuredContent: { sum: "3" } }
        expect((yield* client.callTool("add")).structuredContent).toEqual({ sum: "3" })
      })
  )

  it.effect("holds nothing against a schema where there is no structured content (TOOL-18)", () =>
    Effect.gen(function*() {
      const { client } = yield* scripted({ version: "2025-03-26", tools: () => tools })
      yield* client.tools
      expect((yield* client.callTool("add")).content).toEqual([])
    }))

  it.effect("holds structured content of any kind against a schema of any kind (TOOL-16, TOOL-34)", () =>
    Effect.gen(function*() {
      let structuredContent: unknown
      const { client } = yield* scripted({
        tools: () => [{
          name: "any",
          inputSchema: { type: "object" },
          outputSchema: { $ref: "#/$defs/n", $defs: { n: { type: ["null", "integer"] } } }
        }],
        call: () => ({ result: { content: [], structuredContent } })
      })
      yield* client.tools
      for (structuredContent of [null, 5]) {
        expect((yield* client.callTool("any")).structuredContent).toBe(structuredContent)
      }
      for (structuredContent of ["5", [], false]) {
        expect(yield* failure(client.callTool("any"))).toMatchObject({ reason: { _tag: "InvalidAnswer" } })
      }
    }))

  it.effect("goes by the tool as it was listed last, and knows no more of one that is gone (TOOL-18, HDR-24)", () =>
    Effect.gen(function*() {
      let listed: ReadonlyArray<Json> = tools
      const { client } = yield* scripted({
        tools: () => listed,
        call: () => ({ result: { content: [], structuredContent: { product: 2 } } })
      })
      yield* client.tools
      expect(yield* failure(client.callTool("add"))).toMatchObject({ reason: { _tag: "InvalidAnswer" } })
      listed = [{ ...tools[0], outputSchema: { type: "object", required: ["product"] } }]
      yield* client.tools
      expect((yield* client.callTool("add")).structuredContent).toEqual({ product: 2 })
      listed = tools
      yield* client.tools
      expect(yield* failure(client.callTool("add"))).toMatchObject({ reason: { _tag: "InvalidAnswer" } })
      listed = [{ name: "other", inputSchema: { type: "object" } }]
      yield* client.tools
      expect((yield* client.callTool("add")).structuredContent).toEqual({ product: 2 })
    }))

  it.effect("a schema that is too much work lets the result pass, with a warning (JSCH-12)", () =>
    Effect.gen(function*() {
      const doubled = Array.from({ length: 30 }, (_, index) => [
        `d${index}`,
        index === 29
          ? { required: ["x"] }
          : { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] }
      ])
      const { client } = yield* scripted({
        tools: () => [{
          name: "hard\nwork",
          inputSchema: { type: "object" },
          outputSchema: { type: "object", $ref: "#/$defs/d0", $defs: Object.fromEntries(doubled) as Json }
        }],
        call: () => ({ result: { content: [], structuredContent: { y: 1 } } })
      })
      yield* client.tools
      const [result, logged] = yield* logging(client.callTool("hard\nwork"))
      expect(result.structuredContent).toEqual({ y: 1 })
      expect(logged.length).toBe(1)
      expect(logged[0]).toMatch(/^Warn /)
      expect(logged[0]).toMatch(/It cannot be told whether the result of tool "hard\\nwork" fits/)
    }))

  it.effect.each<[string, Json, string]>([
    ["of an unknown dialect", { $schema: "http://json-schema.org/draft-04/schema#" }, "draft-04"],
    ["that leads out of itself", { $ref: "https://example.com/schema.json" }, "example.com"],
    ["that leads to a file", { properties: { a: { $ref: "file:///etc/passwd" } } }, "file:///etc/passwd"],
    ["that leads in a circle", { $defs: { a: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, "lead to each other"]
  ])(
    "a schema %s is an error that says so, and nothing is fetched (JSCH-5, JSCH-7, JSCH-11)",
    ([_, schema, named]) =>
      Effect.gen(function*() {
        const { client } = yield* scripted({
          tools: () => [{ name: "odd", inputSchema: { type: "object" }, outputSchema: { type: "object", ...schema } }],
          call: () => ({ result: { content: [], structuredContent: { a: 1 } } })
        })
        yield* client.tools
        const error = yield* failure(client.callTool("odd"))
        expect(error).toMatchObject({ reason: { _tag: "InvalidAnswer" } })
        expect(error.message).toContain(named)
      })
  )

  it.effect.each<[Json, boolean | undefined]>([
    [{ readOnlyHint: true }, true],
    [{ idempotentHint: true, destructiveHint: true }, true],
    [{ readOnlyHint: false, idempotentHint: false }, undefined],
    [{ destructiveHint: false, openWorldHint: false }, undefined],
    [{}, undefined]
  ])(
    "with the hints %j may be sent again only where the server is trusted (TOOL-27, TOOL-28)",
    ([annotations, isSafe]) =>
      Effect.gen(function*() {
        for (const trustAnnotations of [false, true]) {
          const { caller, sent } = stub("2026-07-28", [{ name: "t", inputSchema: { type: "object" }, annotations }])
          const tools = Tools.make(caller, { limits: Pagination.defaultLimits, maxKnown: 10, trustAnnotations })
          yield* tools.tools
          yield* tools.callTool("t", {}, { timeout: 5 })
          yield* tools.callTool("t", {}, { isSafe: false })
          expect(sent.slice(1).map(({ options }) => options?.isSafe)).toEqual([
            trustAnnotations ? isSafe : undefined,
            false
          ])
          expect(sent[1]?.options?.timeout).toBe(5)
        }
      })
  )

  it.effect("of a declaration may be sent again by the word of that, whatever the server says (TOOL-27)", () =>
    Effect.gen(function*() {
      const { caller, sent } = stub("2025-11-25", [{
        name: "t",
        inputSchema: { type: "object" },
        annotations: { readOnlyHint: true }
      }])
      const tools = Tools.make(caller, { limits: Pagination.defaultLimits, maxKnown: 10, trustAnnotations: true })
      yield* tools.tools
      for (const annotations of [{ readOnly: true }, { idempotent: true }, { destructive: false }, {}]) {
        yield* tools.call(Tool.make("t", { annotations }), {})
      }
      yield* tools.call(Tool.make("t", { annotations: { readOnly: true } }), {}, { isSafe: false })
      expect(sent.slice(1).map(({ options }) => options?.isSafe)).toEqual([true, true, undefined, undefined, false])
    }))
})

interface Sent {
  readonly method: string
  readonly params: Json
  readonly options: CallerOptions | undefined
}

/** A caller whose server has these tools, and calls nothing. */
const stub = (
  version: string,
  tools: ReadonlyArray<unknown>,
  call: () => Effect.Effect<unknown, SessionError.SessionError> = () => Effect.succeed({ content: [] })
) => {
  const sent: Array<Sent> = []
  const caller = {
    revision: Revisions.byVersion(version)!,
    ready: () => Effect.void,
    request: (method: string, params: Json, options?: CallerOptions) =>
      Effect.suspend(() => {
        sent.push({ method, params, options })
        return method === "tools/list" ? Effect.succeed({ tools }) : call()
      })
  }
  // tools ask for nothing else of a caller
  return { caller: caller as unknown as Caller, sent }
}

describe("mirrored arguments", () => {
  const inputSchema = {
    type: "object",
    properties: {
      region: { type: "string", "x-mcp-header": "Region" },
      count: { type: "integer", "x-mcp-header": "Count" },
      dry: { type: "boolean", "x-mcp-header": "Dry-Run" },
      method: { type: "string", "x-mcp-header": "Method" },
      where: { type: "object", properties: { zone: { type: "string", "x-mcp-header": "Zone" } } },
      secret: { type: "string" }
    }
  }
  const tools = () => [{ name: "query", inputSchema }]

  it.effect.each<[Json | undefined, ReadonlyArray<readonly [string, string]>]>([
    [{ region: "us-west1", count: 42, dry: true, secret: "s" }, [
      ["Mcp-Param-Region", "us-west1"],
      ["Mcp-Param-Count", "42"],
      ["Mcp-Param-Dry-Run", "true"]
    ]],
    [{ count: -7, dry: false, where: { zone: "b" } }, [
      ["Mcp-Param-Count", "-7"],
      ["Mcp-Param-Dry-Run", "false"],
      ["Mcp-Param-Zone", "b"]
    ]],
    [{ region: null, count: null, where: null, zone: "not here" }, []],
    [{ region: "", method: "two words" }, [["Mcp-Param-Region", ""], ["Mcp-Param-Method", "two words"]]],
    [{ region: "Zürich" }, [["Mcp-Param-Region", "=?base64?WsO8cmljaA==?="]]],
    [{ region: " x" }, [["Mcp-Param-Region", "=?base64?IHg=?="]]],
    [{ region: "=?base64?eA==?=" }, [["Mcp-Param-Region", "=?base64?PT9iYXNlNjQ/ZUE9PT89?="]]],
    [{ region: { not: "a string" }, count: 2 ** 53 }, []],
    [{}, []],
    [undefined, []]
  ])(
    "of %j are sent beside the call (HDR-2, HDR-12, HDR-15, HDR-16, HDR-17, HDR-27)",
    ([args, expected]) =>
      Effect.gen(function*() {
        const { client, headers } = yield* scripted({ tools })
        yield* client.tools
        yield* client.callTool("query", args)
        expect(headers).toEqual([expected])
      })
  )

  it.effect("are those of the tool as it was listed last, and none of a tool that was not (HDR-24)", () =>
    Effect.gen(function*() {
      let listed: ReadonlyArray<Json> = tools()
      const { client, headers } = yield* scripted({ tools: () => listed })
      const args = { region: "a", secret: "b" }
      yield* client.callTool("query", args)
      yield* client.tools
      yield* client.callTool("query", args)
      listed = [{
        name: "query",
        inputSchema: { type: "object", properties: { secret: { type: "string", "x-mcp-header": "Key" } } }
      }]
      yield* client.tools
      yield* client.callTool("query", args)
      listed = [{ name: "query", inputSchema: { type: "object" } }]
      yield* Stream.runDrain(client.listTools)
      yield* client.callTool("query", args)
      expect(headers).toEqual([[], [["Mcp-Param-Region", "a"]], [["Mcp-Param-Key", "b"]], []])
    }))

  it.effect("are those of the tool when the call is sent, not of when it was thought of (HDR-24)", () =>
    Effect.gen(function*() {
      let listed: ReadonlyArray<Json> = tools()
      const { client, headers } = yield* scripted({ tools: () => listed })
      const call = client.callTool("query", { region: "a" })
      yield* client.tools
      yield* call
      // what is invalid by now is known no longer, though it was not listed
      listed = [{
        name: "query",
        inputSchema: { type: "object", properties: { region: { type: "string", "x-mcp-header": "" } } }
      }]
      yield* logging(Stream.runDrain(client.listTools))
      yield* call
      expect(headers).toEqual([[["Mcp-Param-Region", "a"]], []])
    }))

  it.effect("are those of the declaration, for a tool that was never listed (HDR-2, HDR-24)", () =>
    Effect.gen(function*() {
      let listed: ReadonlyArray<Json> = []
      const { client, headers } = yield* scripted({ tools: () => listed })
      const Query = Tool.make("query", { input: { region: Schema.String.pipe(Tool.header("Area")) } })
      yield* client.call(Query, { region: "a" })
      listed = tools()
      yield* client.tools
      yield* client.call(Query, { region: "a" })
      expect(headers).toEqual([[["Mcp-Param-Area", "a"]], [["Mcp-Param-Region", "a"]]])
    }))

  it.effect("are not sent where there are sessions (HDR-3)", () =>
    Effect.gen(function*() {
      const { client, headers } = yield* scripted({ version: "2025-11-25", tools })
      const Query = Tool.make("query", { input: { region: Schema.String.pipe(Tool.header("Region")) } })
      yield* client.call(Query, { region: "a" })
      yield* client.tools
      yield* client.call(Query, { region: "a" })
      yield* client.callTool("query", { region: "a" })
      expect(headers).toEqual([[], [], []])
    }))

  const mismatch = { error: { code: -32020, message: "The Mcp-Param-Region header is missing" } }

  it.effect("that the server misses are looked up, and the call is sent once more with them (HDR-23, HDR-24)", () =>
    Effect.gen(function*() {
      const { client, headers, server } = yield* scripted({
        tools: () => [...tools(), { name: "other", inputSchema: { type: "object" } }],
        call: (_, headers) => headers.length === 1 ? { result: { content: [text("ok")] } } : mismatch
      })
      expect((yield* client.callTool("query", { region: "a" })).content).toEqual([text("ok")])
      expect(headers).toEqual([[], [["Mcp-Param-Region", "a"]]])
      expect(server.methods.slice(-3)).toEqual(["tools/call", "tools/list", "tools/call"])
      // from then on they are known
      yield* client.callTool("query", { region: "b" })
      expect(server.methods.slice(-2)).toEqual(["tools/call", "tools/call"])
    }))

  it.effect("that differ in the declaration are looked up likewise (HDR-23)", () =>
    Effect.gen(function*() {
      const { client, headers } = yield* scripted({
        tools,
        call: (_, [header]) => header?.[0] === "Mcp-Param-Region" ? { result: { content: [text("ok")] } } : mismatch
      })
      const Query = Tool.make("query", { input: { region: Schema.String.pipe(Tool.header("Area")) } })
      expect(yield* client.call(Query, { region: "a" })).toEqual([text("ok")])
      expect(headers).toEqual([[["Mcp-Param-Area", "a"]], [["Mcp-Param-Region", "a"]]])
    }))

  it.effect("that the server never finds right are sent twice and no more (HDR-23)", () =>
    Effect.gen(function*() {
      let listed = 0
      const { client, headers, server } = yield* scripted({
        tools: () => [{
          name: "query",
          inputSchema: { type: "object", properties: { region: { type: "string", "x-mcp-header": `H${listed++}` } } }
        }],
        call: () => mismatch
      })
      expect(yield* failure(client.callTool("query", { region: "a" }))).toMatchObject({ reason: { code: -32020 } })
      expect(headers).toEqual([[], [["Mcp-Param-H0", "a"]]])
      expect(server.all("tools/list").length).toBe(1)
    }))

  it.effect("that the list knows nothing better of are not sent again (HDR-23)", () =>
    Effect.gen(function*() {
      for (const listed of [tools(), [], [{ name: "query", inputSchema: { type: "object" } }]]) {
        const { client, server } = yield* scripted({ tools: () => listed, call: () => mismatch })
        yield* client.tools
        const error = yield* failure(client.callTool("query", { region: "a" }))
        expect(error).toMatchObject({ reason: { _tag: "ErrorAnswer", code: -32020, message: mismatch.error.message } })
        expect(server.all("tools/call").length).toBe(1)
      }
    }))

  it.effect("are no matter of other errors, and of none where there are sessions (HDR-23)", () =>
    Effect.gen(function*() {
      const other = yield* scripted({ tools, call: () => ({ error: { code: -32602, message: "Mcp-Param-Region" } }) })
      yield* failure(other.client.callTool("query", { region: "a" }))
      expect(other.server.all("tools/list").length).toBe(0)
      const session = yield* scripted({ version: "2025-11-25", tools, call: () => mismatch })
      yield* failure(session.client.callTool("query", { region: "a" }))
      expect(session.server.all("tools/list").length).toBe(0)
    }))

  it.effect("are looked up at the server itself, no further than to the tool, and in the time of the call (HDR-23)", () =>
    Effect.gen(function*() {
      const { caller, sent } = stub(
        "2026-07-28",
        tools(),
        () => SessionError.fail(new SessionError.ErrorAnswer(mismatch.error))
      )
      const { callTool } = Tools.make(caller, {
        limits: Pagination.defaultLimits,
        maxKnown: 10,
        trustAnnotations: false
      })
      yield* failure(callTool("query", { region: "a" }, { timeout: 5, maxTimeout: 6 }))
      expect(sent.map(({ method, options }) => [method, options])).toEqual([
        ["tools/call", { timeout: 5, maxTimeout: 6 }],
        ["tools/list", { timeout: 5, maxTimeout: 6, isFresh: true }],
        ["tools/call", { timeout: 5, maxTimeout: 6 }]
      ])
      let pages = 0
      const endless = yield* ScriptedServer.make(ScriptedServer.stateless(({ method }) =>
        method === "tools/list"
          ? {
            result: {
              resultType: "complete",
              tools: [{ ...tools()[0], name: pages++ === 2 ? "query" : `t${pages}` }],
              nextCursor: `${pages}`
            }
          }
          : mismatch, { tools: {} }))
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport: endless.transport })
      yield* failure(client.callTool("query", { region: "a" }))
      expect(pages).toBe(3)
      expect(endless.all("tools/call").length).toBe(2)
    }))
})

describe("a list of tools", () => {
  const header = (name: unknown, more?: Json) => ({
    type: "object",
    properties: { a: { type: "string", "x-mcp-header": name, ...more } }
  })
  const invalid = [
    { name: "empty", inputSchema: header("") },
    { name: "spaces", inputSchema: header("a b") },
    { name: "number", inputSchema: header("A", { type: "number" }) },
    { name: "deep", inputSchema: { type: "object", properties: { a: { type: "array", items: header("A") } } } },
    {
      name: "twice",
      inputSchema: {
        type: "object",
        properties: { a: { type: "string", "x-mcp-header": "A" }, b: { type: "string", "x-mcp-header": "a" } }
      }
    }
  ]
  const valid = [{ name: "first", inputSchema: { type: "object" } }, { name: "last", inputSchema: header("A") }]

  it.effect("leaves out tools whose headers are invalid, and says which and why (HDR-10, HDR-11)", () =>
    Effect.gen(function*() {
      const { client, headers } = yield* scripted({ tools: () => [valid[0]!, ...invalid, valid[1]!] })
      const [{ incomplete, items }, logged] = yield* logging(client.tools)
      expect(items.map(({ name }) => name)).toEqual(["first", "last"])
      expect(incomplete).toBe(undefined)
      expect(logged.length).toBe(1)
      expect(logged[0]).toMatch(/^Warn /)
      for (const { name } of invalid) expect(logged[0]).toContain(name)
      expect(logged[0]).toContain("stands on a `string`, an `integer` or a `boolean`")
      // who calls one all the same sends no header of it
      yield* client.callTool("twice", { a: "1", b: "2" })
      expect(headers).toEqual([[]])
    }))

  it.effect("is silent about tools that are valid, and leaves none out where there are sessions (HDR-3, HDR-10)", () =>
    Effect.gen(function*() {
      const stateless = yield* scripted({ tools: () => valid })
      expect((yield* logging(stateless.client.tools))[1]).toEqual([])
      const session = yield* scripted({ version: "2025-11-25", tools: () => [...valid, ...invalid] })
      const [{ items }, logged] = yield* logging(session.client.tools)
      expect(items.length).toBe(7)
      expect(logged).toEqual([])
    }))

  it.effect("warns in few words, whatever the server has written (HDR-11)", () =>
    Effect.gen(function*() {
      const many = Array.from({ length: 10_000 }, (_, index) => ({
        name: `${index}\u001b[2J\nlevel=ERROR ${"x".repeat(5000)}`,
        inputSchema: header(`\r\n${"y".repeat(5000)}`)
      }))
      const { client } = yield* scripted({ tools: () => many })
      const [{ items }, logged] = yield* logging(client.tools)
      expect(items).toEqual([])
      expect(logged.length).toBe(1)
      expect(logged[0]!.length).toBeLessThan(10_000)
      for (const character of ["\n", "\r", "\u001b"]) expect(logged[0]).not.toContain(character)
      expect(logged[0]).toContain("and 9992 more")
    }))

  it.effect.each(versions)(
    "has the JSON Schemas as the server wrote them, in %s (JSCH-13)",
    (version) =>
      Effect.gen(function*() {
        const inputSchema = {
          $schema: "https://json-schema.org/draft/2020-12/schema",
          type: "object",
          properties: { a: { anyOf: [{ $ref: "#/$defs/A" }, { not: { type: "null" } }] }, b: true },
          oneOf: [{ required: ["a"] }, {}],
          allOf: [{ if: { required: ["a"] }, then: { required: ["b"] }, else: false }],
          $defs: { A: { $anchor: "a", const: 1 } },
          additionalProperties: false,
          "x-own": { deep: [1] },
          unknown: null
        }
        const outputSchema = { type: "object", patternProperties: { "^a": { type: "integer", "x-own": 1 } } }
        const { client } = yield* scripted({ version, tools: () => [{ name: "t", inputSchema, outputSchema }] })
        const { items } = yield* client.tools
        expect(items).toEqual([{ name: "t", inputSchema, outputSchema }])
      })
  )

  it("remembers so many tools and no more: those that were listed last", () => {
    const stateless = Revisions.byVersion("2026-07-28")!
    const known = new KnownTools(1000)
    const page = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({
        name: `${from + index}`,
        inputSchema: { type: "object" as const }
      }))
    const listing = known.listing()
    for (let from = 0; from < 200_000; from += 10_000) listing(page(from, from + 10_000), stateless, false)
    expect(known.size).toBe(1000)
    expect(known.get("199999")).toBeDefined()
    expect(known.get("0")).toBe(undefined)
    // a list that was not read to its end leaves the others known; a whole one is all there is
    known.listing()(page(0, 10), stateless, false)
    expect(known.get("199999")).toBeDefined()
    // one that is listed again is among the last
    known.listing()(page(199_010, 199_011), stateless, false)
    known.listing()(page(10, 20), stateless, false)
    expect(known.get("199010")).toBeDefined()
    expect(known.get("199011")).toBe(undefined)
    known.listing()(page(0, 10), stateless, true)
    expect(known.size).toBe(10)
    for (const name of ["__proto__", "constructor", "toString"]) expect(known.get(name)).toBe(undefined)
  })
})
