import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as HeaderValue from "../../src/HeaderValue.ts"
import { MirroredHeaders } from "../../src/MirroredHeaders.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"

const version = "2026-07-28"

const meta = {
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientInfo": { name: "mirror", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {}
}

type Headers = { readonly [name: string]: string | undefined }

// Transports find them by their lower-case names (HTTP26-28).
const mirrored = (headers: Headers): Context.Context<never> => {
  const byKey = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return Context.make(MirroredHeaders, { header: (name) => byKey.get(name) })
}

/** Asks with the headers that belong to the request, except for those that are given. */
const ask = Effect.fnUntraced(function*(
  method: string,
  params: Conversation.Json = {},
  headers: Headers = {}
): Effect.fn.Return<Conversation.Message, never, Server.Server> {
  const server = yield* Server.Server
  const name = params["name"] ?? params["uri"]
  return yield* Effect.callback<Conversation.Message>((resume) => {
    server.answer({ jsonrpc: "2.0", id: 1, method, params: { _meta: meta, ...params } }, {
      transport: { isCongested: () => false, send: () => Effect.void },
      context: mirrored({
        "MCP-Protocol-Version": version,
        "Mcp-Method": method,
        ...(typeof name === "string" ? { "Mcp-Name": HeaderValue.encode(name) } : undefined),
        ...headers
      }),
      // what is answered is a message
      onAnswer: ({ response }) => resume(Effect.succeed(JSON.parse(JSON.stringify(response)) as Conversation.Message))
    })
  })
})

const Route = Tool.make("route", {
  input: {
    region: Schema.optionalKey(Schema.NullOr(Schema.String)),
    at: Schema.optionalKey(Schema.Struct({
      city: Schema.optionalKey(Schema.String).pipe(Tool.header("City")),
      priority: Schema.optional(Schema.Int).pipe(Tool.header("Priority"))
    })),
    dry: Schema.optionalKey(Schema.Boolean.pipe(Tool.header("Dry"))),
    token: Schema.optionalKey(Schema.String).pipe(Tool.header("Token"))
  }
})

// shows one JSON Schema, and takes anything
const Lax = Tool.make("lax", {
  input: Schema.Record(Schema.String, Schema.Unknown),
  jsonSchema: {
    input: {
      type: "object",
      properties: {
        "region": { "type": "string", "x-mcp-header": "Region" },
        "count": { "type": "integer", "x-mcp-header": "Count" },
        "__proto__": { type: "string" },
        "constructor": { "type": "string", "x-mcp-header": "Constructor" }
      }
    }
  }
})

const serving = Conversation.withServer(Layer.mergeAll(
  Server.tool(Route, (input) => Effect.succeed(JSON.stringify(input))),
  Server.tool(Lax, (input) => Effect.succeed(JSON.stringify(input))),
  Server.tool(Tool.make("hidden", { input: { a: Schema.String.pipe(Tool.header("A")) } }), () => Effect.void, {
    visible: () => false
  }),
  Server.tool(Tool.make("plain", { input: { a: Schema.optionalKey(Schema.String) } }), () => Effect.succeed("done")),
  Server.prompt(Prompt.make("greet"), () => Effect.succeed("Hello")),
  Server.resource(Resource.make("app://z%C3%BCrich", { name: "a" }), () => Effect.succeed("text")),
  Server.resourceTemplate(ResourceTemplate.make("app://b/{+rest}", { name: "b" }), () => Effect.succeed("text"))
))

const call = (name: string, args: Conversation.Json, headers: Headers = {}) =>
  ask("tools/call", { name, arguments: args }, headers)

const mismatch = (message: string) => ({ code: -32020, message })

describe("the standard headers", () => {
  it.effect("are nothing to talk about when they say what the body says (HTTP26-22 to HTTP26-26)", () =>
    serving(Effect.gen(function*() {
      for (
        const [method, params] of [
          ["server/discover", {}],
          ["tools/list", {}],
          ["tools/call", { name: "plain" }],
          ["prompts/get", { name: "greet" }],
          ["resources/read", { uri: "app://z%C3%BCrich" }]
        ] as const
      ) expect(yield* ask(method, params)).toMatchObject({ result: { resultType: "complete" } })
    })))

  it.effect.each<[header: string, method: string, params: Conversation.Json]>(
    [
      ["MCP-Protocol-Version", "server/discover", {}],
      ["Mcp-Method", "server/discover", {}],
      ["Mcp-Method", "tools/call", { name: "plain" }],
      ["Mcp-Name", "tools/call", { name: "plain" }],
      ["Mcp-Name", "prompts/get", { name: "greet" }],
      ["Mcp-Name", "resources/read", { uri: "app://b/c" }],
      // a name that is none is refused later, its header is missing all the same
      ["Mcp-Name", "tools/call", {}],
      ["Mcp-Name", "tools/call", { name: 7 }]
    ]
  )(
    "a request without %s is refused: %s %j (HTTP26-25, HTTP26-39)",
    ([header, method, params]) =>
      serving(Effect.gen(function*() {
        const { error } = yield* ask(method, params, { [header]: undefined })
        expect(error).toEqual(mismatch(`The ${header} header is missing`))
      }))
  )

  it.effect.each<[header: string, value: string]>([
    ["MCP-Protocol-Version", "2025-11-25"],
    ["MCP-Protocol-Version", "=?base64?MjAyNi0wNy0yOA==?="],
    ["MCP-Protocol-Version", `${version}, ${version}`],
    ["MCP-Protocol-Version", `${version}\u00a0`],
    ["Mcp-Method", "tools/list"],
    ["Mcp-Method", "Tools/Call"],
    ["Mcp-Method", "tools/call\0"],
    ["Mcp-Method", "tools/call,tools/call"],
    ["Mcp-Method", ""],
    ["Mcp-Name", "other"],
    ["Mcp-Name", "Plain"],
    ["Mcp-Name", "plain, plain"],
    ["Mcp-Name", ""]
  ])(
    "a request whose %s is %j is refused (HTTP26-22, HTTP26-26, HTTP26-27, HTTP26-28)",
    ([header, value]) =>
      serving(Effect.gen(function*() {
        const { error } = yield* ask("tools/call", { name: "plain" }, { [header]: value })
        expect(error).toEqual(mismatch(`The ${header} header says something else than the body`))
      }))
  )

  it.effect("white space around them says nothing, and the case of their names neither (HTTP26-28, HTTP26-29)", () =>
    serving(Effect.gen(function*() {
      const { result } = yield* ask("tools/call", { name: "plain" }, {
        "MCP-PROTOCOL-VERSION": ` ${version}\t`,
        "mcp-method": "\t tools/call ",
        "MCP-name": " plain "
      })
      expect(result).toMatchObject({ content: [{ text: "done" }] })
    })))

  it.effect("a name may be Base64, and has to be what it says then (HDR-18, HDR-19, HTTP26-26)", () =>
    serving(Effect.gen(function*() {
      const read = (name: string) => ask("resources/read", { uri: "app://b/c" }, { "Mcp-Name": name })
      expect(yield* read("=?base64?YXBwOi8vYi9j?=")).toHaveProperty("result.contents")
      expect((yield* read("=?base64?YXBwOi8vYi9k?=")).error?.code).toBe(-32020)
      expect((yield* read("=?base64?YXBwOi8vYi9j")).error?.code).toBe(-32020)
      expect((yield* read("=?BASE64?YXBwOi8vYi9j?=")).error?.code).toBe(-32020)
    })))

  it.effect.each<[name: string, message: string]>([
    ["Zürich", "The Mcp-Name header holds characters that a header cannot"],
    ["a\0b", "The Mcp-Name header holds characters that a header cannot"],
    ["=?base64?cGxhaW4?=", "The Mcp-Name header is not the Base64 of a text, in UTF-8 and with its padding"],
    ["=?base64?cGx!aW4=?=", "The Mcp-Name header is not the Base64 of a text, in UTF-8 and with its padding"],
    ["=?base64?/w==?=", "The Mcp-Name header is not the Base64 of a text, in UTF-8 and with its padding"]
  ])(
    "a name that no header has is refused: %j (HTTP26-27, HDR-20)",
    ([name, message]) =>
      serving(Effect.gen(function*() {
        expect((yield* ask("tools/call", { name: "plain" }, { "Mcp-Name": name })).error).toEqual(mismatch(message))
      }))
  )

  it.effect("a name that is no text is refused as params, not for its header (HTTP26-35)", () =>
    serving(Effect.gen(function*() {
      const { error } = yield* ask("tools/call", { name: 7 }, { "Mcp-Name": "7" })
      expect(error?.code).toBe(-32602)
    })))

  it.effect("what is wrong first is told first (HTTP26-35)", () =>
    serving(Effect.gen(function*() {
      const other = { ...meta, "io.modelcontextprotocol/protocolVersion": "1999-01-01" }
      // no version header, before the missing members of `_meta`, before other versions, before versions that are unknown
      expect((yield* ask("nothing", { _meta: {} }, { "MCP-Protocol-Version": undefined })).error?.code).toBe(-32020)
      expect((yield* ask("nothing", { _meta: {} })).error?.code).toBe(-32602)
      expect((yield* ask("nothing", { _meta: other })).error?.code).toBe(-32020)
      expect((yield* ask("nothing", { _meta: other }, { "MCP-Protocol-Version": "1999-01-01" })).error?.code).toBe(
        -32022
      )
      // the method's header, before the method
      expect((yield* ask("nothing", {}, { "Mcp-Method": "something" })).error?.code).toBe(-32020)
      expect((yield* ask("nothing")).error?.code).toBe(-32601)
      // params, before their headers
      expect((yield* call("route", 7 as unknown as Conversation.Json)).error?.code).toBe(-32602)
    })))

  it.effect("methods without a name need none (HTTP26-24)", () =>
    serving(Effect.gen(function*() {
      expect(yield* ask("tools/list", {}, { "Mcp-Name": "anything" })).toHaveProperty("result.tools")
    })))
})

describe("the headers of parameters", () => {
  it.effect("are told to clients, by the annotation of the Schema (HDR-1)", () =>
    serving(Effect.gen(function*() {
      const { result } = yield* ask("tools/list")
      expect(result).toMatchObject({
        tools: [
          {
            name: "route",
            inputSchema: {
              properties: {
                at: {
                  properties: {
                    city: { "type": "string", "x-mcp-header": "City" },
                    priority: { "type": "integer", "x-mcp-header": "Priority" }
                  }
                },
                dry: { "type": "boolean", "x-mcp-header": "Dry" },
                token: { "type": "string", "x-mcp-header": "Token" }
              }
            }
          },
          {},
          {}
        ]
      })
    })))

  it.effect.each<[args: Conversation.Json, headers: Headers]>([
    [{}, {}],
    [{ at: {} }, {}],
    [{ at: { city: "Bern" } }, { "Mcp-Param-City": "Bern" }],
    [{ at: { city: "Bern" } }, { "mcp-param-city": " Bern\t" }],
    [{ at: { city: "Zürich" } }, { "Mcp-Param-City": "=?base64?WsO8cmljaA==?=" }],
    [{ at: { city: "" } }, { "Mcp-Param-City": "" }],
    [{ at: { city: "" } }, { "Mcp-Param-City": "=?base64??=" }],
    [{ at: { city: "New York" } }, { "Mcp-Param-City": "New York" }],
    [{ at: { city: "a, b" } }, { "Mcp-Param-City": "a, b" }],
    [{ at: { priority: 42 } }, { "Mcp-Param-Priority": "42" }],
    [{ at: { priority: 42 } }, { "Mcp-Param-Priority": "42.0" }],
    [{ at: { priority: -7 } }, { "Mcp-Param-Priority": "-7" }],
    [{ dry: true }, { "Mcp-Param-Dry": "true" }],
    [{ dry: false }, { "Mcp-Param-Dry": "false" }],
    [{ region: "eu" }, { "Mcp-Param-Region": "anything", "Mcp-Param-Unknown": "é" }]
  ])(
    "say the same as %j by %j (HDR-13, HDR-15, HDR-19, HDR-22, HDR-27, HTTP26-45)",
    ([args, headers]) =>
      serving(Effect.gen(function*() {
        const { result } = yield* call("route", args, headers)
        expect(result).toMatchObject({ content: [{ text: JSON.stringify(args) }] })
      }))
  )

  it.effect.each<[args: Conversation.Json, headers: Headers, message: string]>([
    [{ at: { city: "Bern" } }, {}, "The Mcp-Param-City header is missing"],
    [{ at: { city: "" } }, {}, "The Mcp-Param-City header is missing"],
    [{ at: { priority: 0 } }, {}, "The Mcp-Param-Priority header is missing"],
    [{ dry: false }, {}, "The Mcp-Param-Dry header is missing"],
    [
      { at: { city: "Bern" } },
      { "Mcp-Param-City": "bern" },
      "The Mcp-Param-City header says something else than the body"
    ],
    [
      { at: { city: "Bern" } },
      { "Mcp-Param-City": "Bern, Bern" },
      "The Mcp-Param-City header says something else than the body"
    ],
    [
      { at: { city: "Bern" } },
      { "Mcp-Param-City": "=?BASE64?QmVybg==?=" },
      "The Mcp-Param-City header says something else than the body"
    ],
    [
      { at: { priority: 42 } },
      { "Mcp-Param-Priority": "43" },
      "The Mcp-Param-Priority header says something else than the body"
    ],
    [
      { at: { priority: 42 } },
      { "Mcp-Param-Priority": "42.5" },
      "The Mcp-Param-Priority header says something else than the body"
    ],
    [{ dry: true }, { "Mcp-Param-Dry": "True" }, "The Mcp-Param-Dry header says something else than the body"],
    [{ dry: true }, { "Mcp-Param-Dry": "1" }, "The Mcp-Param-Dry header says something else than the body"],
    [
      { at: { city: "Zürich" } },
      { "Mcp-Param-City": "Zürich" },
      "The Mcp-Param-City header holds characters that a header cannot"
    ],
    [
      { at: { city: "a" } },
      { "Mcp-Param-City": "a\0" },
      "The Mcp-Param-City header holds characters that a header cannot"
    ],
    [
      { at: { city: "Hello" } },
      { "Mcp-Param-City": "=?base64?SGVsbG8?=" },
      "The Mcp-Param-City header is not the Base64 of a text, in UTF-8 and with its padding"
    ],
    // whoever routed by a header that no argument stands behind was deceived
    [{}, { "Mcp-Param-City": "Bern" }, "The Mcp-Param-City header mirrors an argument that the body does not have"],
    [{}, { "Mcp-Param-City": "" }, "The Mcp-Param-City header mirrors an argument that the body does not have"],
    [
      { at: { city: null } },
      { "Mcp-Param-City": "null" },
      "The Mcp-Param-City header mirrors an argument that the body does not have"
    ]
  ])(
    "are refused for %j by %j (HDR-14, HDR-20, HDR-21, HTTP26-26, HTTP26-27)",
    ([args, headers, message]) =>
      serving(Effect.gen(function*() {
        expect((yield* call("route", args, headers)).error).toEqual(mismatch(message))
      }))
  )

  it.effect("are not expected of a null (HDR-13)", () =>
    serving(Effect.gen(function*() {
      const { result } = yield* call("lax", { region: null })
      expect(result).toMatchObject({ content: [{ text: `{"region":null}` }] })
    })))

  it.effect("hold for a JSON Schema of the author's own, and for what it cannot mean (HDR-8, HDR-14)", () =>
    serving(Effect.gen(function*() {
      expect(yield* call("lax", { region: "eu" }, { "Mcp-Param-Region": "eu" })).toHaveProperty("result")
      expect((yield* call("lax", { region: "eu" })).error?.code).toBe(-32020)
      // no header can say these, so none may come without one
      expect((yield* call("lax", { region: ["eu"] })).error).toEqual(
        mismatch(
          "The Mcp-Param-Region header is missing, and cannot be: the argument region is not the string that it mirrors"
        )
      )
      expect((yield* call("lax", { count: 2 ** 53 })).error?.code).toBe(-32020)
      expect((yield* call("lax", { count: 2 ** 53 }, { "Mcp-Param-Count": "9007199254740992" })).error?.code).toBe(
        -32020
      )
      expect((yield* call("lax", { region: { a: 1 } }, { "Mcp-Param-Region": "[object Object]" })).error?.code).toBe(
        -32020
      )
    })))

  it.effect("mirror own members of the arguments alone", () =>
    serving(Effect.gen(function*() {
      // every object inherits a `constructor`
      expect(yield* call("lax", {})).toHaveProperty("result")
      expect((yield* call("lax", {}, { "Mcp-Param-Constructor": "x" })).error?.code).toBe(-32020)
      expect(yield* call("lax", JSON.parse(`{"__proto__":{"region":"eu"}}`))).toHaveProperty("result")
      const own = JSON.parse(`{"constructor":"x"}`) as Conversation.Json
      expect((yield* call("lax", own)).error?.code).toBe(-32020)
      expect(yield* call("lax", own, { "Mcp-Param-Constructor": "x" })).toHaveProperty("result")
    })))

  it.effect("an argument of another type is the model's to correct, once its header says the same (TOOL-23)", () =>
    serving(Effect.gen(function*() {
      expect(yield* call("route", { dry: "yes" }, { "Mcp-Param-Dry": "yes" })).toHaveProperty("result.isError", true)
      expect(yield* call("route", { token: 42 }, { "Mcp-Param-Token": "42" })).toHaveProperty("result.isError", true)
    })))

  it.effect("a tool that the caller may not see is unknown, whatever its headers", () =>
    serving(Effect.gen(function*() {
      const unknown = (yield* call("nothing", { a: "x" })).error
      expect((yield* call("hidden", { a: "x" })).error).toEqual({ ...unknown, message: "Unknown tool: hidden" })
      expect((yield* call("hidden", { a: "x" }, { "Mcp-Param-A": "y" })).error?.code).toBe(unknown?.code)
    })))

  it.effect("no refusal tells what the header or the argument is (HDR-25)", () =>
    serving(Effect.gen(function*() {
      const answers = yield* Effect.all([
        call("route", { token: "s3cret" }),
        call("route", { token: "s3cret" }, { "Mcp-Param-Token": "s3cret2" }),
        call("route", { token: "s3cret" }, { "Mcp-Param-Token": "s3cret\0" }),
        call("route", { token: "s3cret" }, { "Mcp-Param-Token": "=?base64?s3cret?=" }),
        call("route", { token: { s3cret: 1 } }, { "Mcp-Param-Token": "s3cret" }),
        call("route", {}, { "Mcp-Param-Token": "s3cret" })
      ])
      for (const answer of answers) {
        expect(answer.error?.code).toBe(-32020)
        expect(answer.error?.message).toContain("Mcp-Param-Token")
        expect(JSON.stringify(answer)).not.toContain("s3cret")
      }
    })))

  it.effect("nothing is checked where a transport has no headers (HDR-3)", () =>
    serving(Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const { result } = yield* conversation.call("route", { token: "x" }, meta)
      expect(result).toMatchObject({ resultType: "complete", content: [{ text: `{"token":"x"}` }] })
    })))

  it.effect("mean nothing in a session", () =>
    serving(Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const headers = mirrored({ "Mcp-Method": "other", "Mcp-Name": "other", "Mcp-Param-Token": "other" })
      conversation.connected.receive({
        jsonrpc: "2.0",
        id: "with headers",
        method: "tools/call",
        params: { name: "route", arguments: { token: "x" } }
      }, headers)
      const { result } = yield* conversation.answer("with headers")
      expect(result).toEqual({ content: [{ type: "text", text: `{"token":"x"}` }] })
    })))
})

describe("what a header is to mirror", () => {
  const defect = (tool: Tool.Any) =>
    Effect.map(
      Effect.exit(Conversation.withServer(Server.tool(tool, () => Effect.succeed(undefined)))(Effect.void)),
      (exit) => Exit.isFailure(exit) ? Cause.pretty(exit.cause) : undefined
    )

  const inner = Schema.Struct({ b: Schema.String.pipe(Tool.header("B")) })

  it.effect.each<[string, Tool.Any]>([
    [
      "a: x-mcp-header stands on a `string`, an `integer` or a `boolean`",
      Tool.make("t", { input: { a: Schema.Finite.pipe(Tool.header("A")) } })
    ],
    [
      "a: x-mcp-header stands on a `string`",
      Tool.make("t", { input: { a: Schema.Array(Schema.String).annotate({ "x-mcp-header": "A" }) } })
    ],
    [
      "a: x-mcp-header stands on a `string`",
      Tool.make("t", { input: { a: Schema.NullOr(Schema.String).annotate({ "x-mcp-header": "A" }) } })
    ],
    [
      "a: x-mcp-header is the end of a header's name",
      Tool.make("t", { input: { a: Schema.String.annotate({ "x-mcp-header": "" }) } })
    ],
    [
      "b: its header Mcp-Param-a is that of a already",
      Tool.make("t", { input: { a: Schema.String.pipe(Tool.header("A")), b: Schema.String.pipe(Tool.header("a")) } })
    ],
    [
      "list.items.b: x-mcp-header stands on a parameter alone",
      Tool.make("t", { input: { list: Schema.Array(inner) } })
    ],
    [
      "one.anyOf.b: x-mcp-header stands on a parameter alone",
      Tool.make("t", { input: { one: Schema.Union([inner, Schema.Struct({ c: Schema.Int })]) } })
    ],
    [
      "$defs.A: x-mcp-header stands on a parameter alone",
      Tool.make("t", { input: { a: Schema.String.annotate({ "identifier": "A", "x-mcp-header": "A" }) } })
    ],
    [
      "a: x-mcp-header is the end",
      Tool.make("t", {
        jsonSchema: { input: { type: "object", properties: { a: { "type": "string", "x-mcp-header": "a b" } } } }
      })
    ]
  ])(
    "and cannot, is found when its tool is registered: %s (HDR-4 to HDR-9)",
    ([message, tool]) =>
      Effect.gen(function*() {
        expect(yield* defect(tool)).toContain(`Tool t has a parameter that no header can mirror: ${message}`)
      })
  )

  it("is not marked with what is no name (HDR-4, HDR-5)", () => {
    for (const name of ["", "a b", "a:b", "é"]) expect(() => Tool.header(name)).toThrow(/Header name/)
  })

  it.effect("may have checks, transformations and defaults (HDR-7)", () =>
    Effect.gen(function*() {
      const tool = Tool.make("t", {
        input: {
          a: Schema.String.pipe(Tool.header("A"), Schema.check(Schema.isMinLength(1))),
          b: Schema.String.check(Schema.isMinLength(1)).pipe(Tool.header("B")),
          c: Schema.NumberFromString.pipe(Tool.header("C")),
          d: Schema.Literals(["x", "y"]).pipe(Tool.header("D")),
          e: Schema.Int.check(Schema.isGreaterThan(0)).pipe(Tool.header("E")),
          f: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true)), Tool.header("F"))
        }
      })
      expect(yield* defect(tool)).toBe(undefined)
    }))
})
