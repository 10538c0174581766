import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import type { ContentBlock } from "../../src/protocol/Content.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const text = (text: string) => ({ type: "text", text })

class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { id: Schema.Int }) {
  override get message(): string {
    return `There is no ${this.id}`
  }
}

class Silent extends Schema.TaggedError<Silent>()("Silent", { at: Schema.Date }) {}

/** Calls one tool with a server of its own. */
const calling = <T extends Tool.Any>(
  tool: T,
  handler: Tool.Handler<T, never>,
  args: Conversation.Json | undefined = {},
  version = "2025-11-25"
) =>
  Effect.gen(function*() {
    const conversation = yield* Conversation.open({ version })
    const { error, result } = yield* conversation.request("tools/call", { name: tool.name, arguments: args })
    return error === undefined ? result : error
  }).pipe(Conversation.withServer(Server.tool(tool, handler)))

describe("tools/list", () => {
  const Full = Tool.make("full", {
    title: "Full",
    description: "Everything a tool can say",
    input: { a: Schema.Finite.annotate({ description: "A number" }), b: Schema.optionalKey(Schema.String) },
    output: { sum: Schema.Finite },
    annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    icons: [{ src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"] }],
    meta: { "com.example/a": 1 }
  })

  const listed = (version: string) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version })
      const { result } = yield* conversation.request("tools/list")
      const tools = result?.["tools"] as ReadonlyArray<Conversation.Json>
      return tools[0]!
    }).pipe(Conversation.withServer(Server.tool(Full, ({ a }) => Effect.succeed({ sum: a }))))

  it.effect("tells all that is known of a tool (TOOL-1, TOOL-6)", () =>
    Effect.gen(function*() {
      expect(yield* listed("2025-11-25")).toEqual({
        name: "full",
        title: "Full",
        description: "Everything a tool can say",
        inputSchema: {
          type: "object",
          properties: { a: { type: "number", description: "A number" }, b: { type: "string" } },
          required: ["a"]
        },
        outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
        icons: [{ src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"] }],
        _meta: { "com.example/a": 1 }
      })
    }))

  it.effect("tells each revision what it knows of a tool (TOOL-6)", () =>
    Effect.gen(function*() {
      const members = yield* Effect.forEach(
        sessionEra,
        (version) => Effect.map(listed(version), (tool) => Object.keys(tool).sort())
      )
      const first = ["description", "inputSchema", "name"]
      expect(members).toEqual([
        first,
        ["annotations", ...first],
        ["_meta", "annotations", "description", "inputSchema", "name", "outputSchema", "title"],
        ["_meta", "annotations", "description", "icons", "inputSchema", "name", "outputSchema", "title"]
      ])
    }))

  it.effect("a tool without parameters has an object schema all the same (TOOL-7, TOOL-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const { result } = yield* conversation.request("tools/list")
      expect(result?.["tools"]).toEqual([
        { name: "none", inputSchema: { type: "object", additionalProperties: false } }
      ])
    }).pipe(Conversation.withServer(Server.tool(Tool.make("none"), () => Effect.void))))

  it.effect("shows the author's own JSON Schema where one is given", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const { result } = yield* conversation.request("tools/list")
      expect(result?.["tools"]).toEqual([
        { name: "own", inputSchema: { type: "object", required: ["x"], "x-own": true } }
      ])
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("own", { jsonSchema: { input: { type: "object", required: ["x"], "x-own": true } } }), () =>
        Effect.void)
    )))

  it("a name that clients cannot use is a defect (TOOL-11)", () => {
    for (const name of ["", "a b", "a,b", "ä", "x".repeat(129)]) {
      expect(() => Tool.make(name)).toThrow("must have 1 to 128 characters")
    }
    for (const name of ["a", "A-Z_0.9/x", "x".repeat(128)]) expect(Tool.make(name).name).toBe(name)
  })
})

describe("results", () => {
  const blocks: ReadonlyArray<ContentBlock> = [
    { type: "text", text: "t", annotations: { audience: ["user"], priority: 0.5 }, _meta: { "com.example/a": 1 } },
    { type: "image", data: "aGk=", mimeType: "image/png" },
    { type: "audio", data: "aGk=", mimeType: "audio/wav" },
    { type: "resource_link", uri: "test:r", name: "r", title: "R" },
    { type: "resource", resource: { uri: "test:t", mimeType: "text/plain", text: "t" } },
    { type: "resource", resource: { uri: "test:b", blob: "aGk=" } }
  ]
  const types = (version: string) =>
    Effect.map(
      calling(Tool.make("all"), () => Effect.succeed(blocks), {}, version),
      (result) => (result as { readonly content: ReadonlyArray<Conversation.Json> }).content
    )

  it.effect("may hold every kind of content (TOOL-14, CONT-1, CONT-4)", () =>
    Effect.gen(function*() {
      expect(yield* calling(Tool.make("all"), () => Effect.succeed(blocks))).toEqual({ content: blocks })
    }))

  it.effect("hold for each revision what it knows, in the nearest form (CONT-1, CONT-4, CONT-5)", () =>
    Effect.gen(function*() {
      const kinds = yield* Effect.forEach(
        sessionEra,
        (version) => Effect.map(types(version), (content) => content.map((block) => block["type"]))
      )
      const newest = ["text", "image", "audio", "resource_link", "resource", "resource"]
      expect(kinds).toEqual([
        ["text", "image", "resource", "text", "resource", "resource"],
        ["text", "image", "audio", "text", "resource", "resource"],
        newest,
        newest
      ])
      const metas = yield* Effect.forEach(
        sessionEra,
        (version) => Effect.map(types(version), ([first]) => Object.keys(first!).sort())
      )
      expect(metas).toEqual([
        ["annotations", "text", "type"],
        ["annotations", "text", "type"],
        ["_meta", "annotations", "text", "type"],
        ["_meta", "annotations", "text", "type"]
      ])
    }))

  it.effect("a content block may be all there is, or a text, or nothing (TOOL-14)", () =>
    Effect.gen(function*() {
      const Any = Tool.make("any")
      expect(yield* calling(Any, () => Effect.succeed(blocks[1]!))).toEqual({ content: [blocks[1]] })
      expect(yield* calling(Any, () => Effect.succeed("hi"))).toEqual({ content: [text("hi")] })
      expect(yield* calling(Any, () => Effect.succeed(""))).toEqual({ content: [text("")] })
      expect(yield* calling(Any, () => Effect.void)).toEqual({ content: [] })
      expect(yield* calling(Any, () => Effect.succeed([]))).toEqual({ content: [] })
    }))

  it.effect("a full result says content, `_meta` and whether it is an error", () =>
    Effect.gen(function*() {
      const Any = Tool.make("any")
      expect(
        yield* calling(Any, () => Effect.succeed(Tool.result({ content: [blocks[1]!], meta: { "com.example/a": 1 } })))
      ).toEqual({ content: [blocks[1]], _meta: { "com.example/a": 1 } })
      expect(yield* calling(Any, () => Effect.succeed(Tool.failure("no")))).toEqual({
        content: [text("no")],
        isError: true
      })
    }))

  it.effect("of a revision with sessions have none of the members that came later (BASE-28)", () =>
    Effect.gen(function*() {
      for (const version of sessionEra) {
        const result = yield* calling(Tool.make("any"), () => Effect.succeed("hi"), {}, version)
        expect(result).toEqual({ content: [text("hi")] })
      }
    }))
})

describe("structured output", () => {
  const Sum = Tool.make("sum", { output: { sum: Schema.Finite, at: Schema.Date } })
  const at = new Date(0)
  const encoded = { sum: 3, at: "1970-01-01T00:00:00.000Z" }

  it.effect("is the encoded output, and its JSON as text beside it (TOOL-15, TOOL-17, TOOL-19)", () =>
    Effect.gen(function*() {
      expect(yield* calling(Sum, () => Effect.succeed({ sum: 3, at }))).toEqual({
        content: [text(JSON.stringify(encoded))],
        structuredContent: encoded
      })
    }))

  it.effect("is text alone in revisions that do not know it (TOOL-15)", () =>
    Effect.gen(function*() {
      for (const version of ["2024-11-05", "2025-03-26"]) {
        expect(yield* calling(Sum, () => Effect.succeed({ sum: 3, at }), {}, version)).toEqual({
          content: [text(JSON.stringify(encoded))]
        })
      }
    }))

  it.effect("has the author's own content where a full result gives some", () =>
    Effect.gen(function*() {
      const result = Tool.result({ structured: { sum: 3, at }, content: [{ type: "text", text: "three" }] })
      expect(yield* calling(Sum, () => Effect.succeed(result))).toEqual({
        content: [text("three")],
        structuredContent: encoded
      })
    }))

  it.effect("that is no object travels as text in the session era (TOOL-9, TOOL-15)", () =>
    Effect.gen(function*() {
      const List = Tool.make("list", { output: Schema.Array(Schema.Finite) })
      expect(yield* calling(List, () => Effect.succeed([1, 2]))).toEqual({ content: [text("[1,2]")] })
      const conversation = yield* Conversation.open()
      const { result } = yield* conversation.request("tools/list")
      expect(result?.["tools"]).toEqual([{ name: "list", inputSchema: expect.anything() }])
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("list", { output: Schema.Array(Schema.Finite) }), () => Effect.succeed([1, 2]))
    )))

  it.effect("that does not fit is a defect of the author's: scrubbed on the wire, loud in the log (TOOL-17, BASE-16)", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const bad = { sum: Number.NaN, at }
      expect(yield* calling(Sum, () => Effect.succeed(bad))).toEqual({ code: -32603, message: "Internal error" })
      expect(logged.join("\n")).toContain("The output of tool sum does not fit its Schema")
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("is not asked of an error (TOOL-20)", () =>
    Effect.gen(function*() {
      expect(yield* calling(Sum, () => Effect.succeed(Tool.failure("no sum")))).toEqual({
        content: [text("no sum")],
        isError: true
      })
    }))
})

describe("input", () => {
  const Typed = Tool.make("typed", {
    input: { n: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })), at: Schema.optionalKey(Schema.Date) }
  })
  let runs = 0
  const typed = (args: Conversation.Json | undefined, version: string) =>
    calling(Typed, ({ at, n }) => Effect.sync(() => `${++runs > 0} ${n} ${at?.getTime()}`), args, version)

  const misfits: ReadonlyArray<Conversation.Json> = [
    {},
    { n: "1" },
    { n: 0 },
    { n: 10 },
    { n: 1.5 },
    { n: null },
    { n: 1, at: "yesterday" },
    { n: { toString: 1 } }
  ]

  it.effect("is decoded by its Schema before the handler sees it (TOOL-31)", () =>
    Effect.gen(function*() {
      expect(yield* typed({ n: 3, at: "1970-01-01T00:00:00.000Z", extra: true }, "2025-11-25")).toEqual({
        content: [text("true 3 0")]
      })
    }))

  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18"])(
    "that does not fit is an error in %s, and never reaches the handler (TOOL-22, TOOL-31)",
    (version) =>
      Effect.gen(function*() {
        const before = runs
        for (const args of misfits) {
          expect(yield* typed(args, version)).toEqual({
            code: -32602,
            message: expect.stringMatching(/^Invalid arguments for tool typed: [^\n]+$/)
          })
        }
        expect(runs).toBe(before)
      }),
    { concurrent: false }
  )

  it.effect("that does not fit is a result for the model to correct in 2025-11-25, and never reaches the handler (TOOL-23, TOOL-31)", () =>
    Effect.gen(function*() {
      let reached = false
      for (const args of misfits) {
        expect(yield* calling(Typed, () => Effect.sync(() => void (reached = true)), args)).toEqual({
          content: [text(expect.stringMatching(/^Invalid arguments for tool typed: [^\n]+$/))],
          isError: true
        })
      }
      expect(reached).toBe(false)
    }))

  it.effect("absent arguments are empty ones; arguments that are no object break the request itself (TOOL-13, TOOL-23)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.request("tools/call", { name: "none" })).result).toEqual({ content: [text("ok")] })
      for (const bad of [[], "x", 5, null]) {
        const { error } = yield* conversation.request("tools/call", { name: "none", arguments: bad })
        expect(error?.code).toBe(-32602)
      }
    }).pipe(Conversation.withServer(Server.tool(Tool.make("none"), () => Effect.succeed("ok")))))

  it.effect("an unknown tool is an error, with a name that is not echoed without end (TOOL-21)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("no-such")).error).toEqual({ code: -32602, message: "Unknown tool: no-such" })
      const { error } = yield* conversation.call("x".repeat(100_000))
      expect(error?.code).toBe(-32602)
      expect(error?.message.length).toBeLessThan(200)
      for (const name of ["__proto__", "constructor", "toString"]) {
        expect((yield* conversation.call(name)).error?.code).toBe(-32602)
      }
    }).pipe(Conversation.withServer(Server.tool(Tool.make("none"), () => Effect.succeed("ok")))))
})

describe("failures", () => {
  const Failing = Tool.make("failing", { errors: [NotFound, Silent] })

  it.effect("that are declared are results with structured content that decodes back (TOOL-20, TOOL-24)", () =>
    Effect.gen(function*() {
      const result = yield* calling(Failing, () => Effect.fail(new NotFound({ id: 7 })))
      expect(result).toEqual({
        content: [text("There is no 7")],
        structuredContent: { _tag: "NotFound", id: 7 },
        _meta: { [Tool.errorMetaKey]: { _tag: "NotFound", id: 7 } },
        isError: true
      })
      const decoded = Schema.decodeUnknownSync(Schema.toCodecJson(NotFound))(
        (result as { readonly structuredContent: unknown }).structuredContent
      )
      expect(decoded).toBeInstanceOf(NotFound)
    }))

  it.effect("of a tool with an output schema stand beside the content, where no client validates them (TOOL-20)", () =>
    Effect.gen(function*() {
      const tool = Tool.make("typed", { output: { sum: Schema.Finite }, errors: [NotFound] })
      expect(yield* calling(tool, () => Effect.fail(new NotFound({ id: 7 })))).toEqual({
        content: [text("There is no 7")],
        _meta: { [Tool.errorMetaKey]: { _tag: "NotFound", id: 7 } },
        isError: true
      })
    }))

  it.effect("without a text of their own are told by their JSON", () =>
    Effect.gen(function*() {
      const encoded = { _tag: "Silent", at: "1970-01-01T00:00:00.000Z" }
      expect(yield* calling(Failing, () => Effect.fail(new Silent({ at: new Date(0) })))).toEqual({
        content: [text(JSON.stringify(encoded))],
        structuredContent: encoded,
        _meta: { [Tool.errorMetaKey]: encoded },
        isError: true
      })
    }))

  it.effect("that are declared are text, and decode back all the same, where there is no structured content (TOOL-24)", () =>
    Effect.gen(function*() {
      expect(yield* calling(Failing, () => Effect.fail(new NotFound({ id: 7 })), {}, "2024-11-05")).toEqual({
        content: [text("There is no 7")],
        _meta: { [Tool.errorMetaKey]: { _tag: "NotFound", id: 7 } },
        isError: true
      })
    }))

  it.effect("a ProtocolError refuses the call itself", () =>
    Effect.gen(function*() {
      expect(yield* calling(Failing, () => Effect.fail(ProtocolError.application(42, "no", { a: 1 })))).toEqual({
        code: 42,
        message: "no",
        data: { a: 1 }
      })
    }))

  it.effect.each<[string, Tool.Handler<Tool.Any, never>]>([
    ["a defect", () => Effect.die(new Error("password=hunter2"))],
    ["a throw", () => {
      throw new Error("password=hunter2")
    }],
    ["a throw inside", () =>
      Effect.sync(() => {
        throw new Error("password=hunter2")
      })],
    ["an interruption of its own", () => Effect.interrupt]
  ])("%s is an internal error without its text, and the log has it (TOOL-31, LOG-10)", ([name, handler]) => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      expect(yield* calling(Failing as Tool.Any, handler)).toEqual({ code: -32603, message: "Internal error" })
      expect(logged.join("\n")).toContain("Request failed unexpectedly: tools/call")
      if (name !== "an interruption of its own") expect(logged.join("\n")).toContain("hunter2")
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("content that is none is a defect, and the session goes on (CONT-1, CONT-6)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const block of wrong) {
        expect((yield* conversation.call("wrong", { block })).error).toEqual({
          code: -32603,
          message: "Internal error"
        })
      }
      expect((yield* conversation.request("ping")).result).toEqual({})
    }).pipe(
      Conversation.withServer(Server.tool(
        Tool.make("wrong", { input: { block: Schema.Unknown } }),
        // what types would have refused
        ({ block }) => Effect.succeed(block as ContentBlock)
      )),
      Effect.provide(Logger.layer([]))
    ))

  const wrong = [
    { type: "text" },
    { type: "image", data: "aGk=" },
    { type: "resource", resource: { uri: "test:r" } },
    { type: "tool_use", id: "1", name: "x", input: {} },
    { type: "tool_result", toolUseId: "1", content: [] },
    { no: "type" }
  ]
})

describe("handlers", () => {
  class Db extends Context.Service<Db, { readonly name: string }>()("test/Db") {}

  it.effect("find the services that their layer was given", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("db")).result).toEqual({ content: [text("orders")] })
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("db"), () => Effect.map(Db, (db) => db.name)).pipe(
        Layer.provide(Layer.succeed(Db, { name: "orders" }))
      )
    )))
})
