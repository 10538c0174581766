import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as IssueMessage from "../../src/schema/IssueMessage.ts"
import * as StringCoded from "../../src/schema/StringCoded.ts"
import { UnsupportedSchema } from "../../src/schema/UnsupportedSchema.ts"

const Arguments = Schema.Struct({
  count: Schema.Finite,
  loose: Schema.optionalKey(Schema.Number),
  whole: Schema.optional(Schema.Int),
  loud: Schema.optionalKey(Schema.Boolean),
  style: Schema.optionalKey(Schema.Literals(["short", "long", 3])),
  level: Schema.optionalKey(Schema.Enum({ Low: 1, High: 2 })),
  day: Schema.optionalKey(Schema.Date),
  big: Schema.optionalKey(Schema.BigInt),
  name: Schema.optionalKey(Schema.String)
})

const decode = SchemaParser.decodeUnknownExit(StringCoded.codec(Arguments))

const refusal = (input: unknown): string => {
  const exit = decode(input)
  if (Exit.isSuccess(exit)) return `decoded ${JSON.stringify(exit.value)}`
  const [reason] = exit.cause.reasons
  return reason?._tag === "Fail" && SchemaIssue.isIssue(reason.error) ? IssueMessage.format(reason.error) : "no issue"
}

describe("arguments that are strings", () => {
  it("are decoded by the Schema of their field", () => {
    expect(decode({
      count: "5",
      loose: "-0.25",
      whole: "7",
      loud: "true",
      style: "3",
      level: "2",
      day: "2026-01-02",
      big: "12",
      name: " as it is "
    })).toEqual(Exit.succeed({
      count: 5,
      loose: -0.25,
      whole: 7,
      loud: true,
      style: 3,
      level: 2,
      day: new Date("2026-01-02"),
      big: 12n,
      name: " as it is "
    }))
    expect(decode({ count: "1e3" })).toEqual(Exit.succeed({ count: 1000 }))
  })

  it.each([
    [{}, "count: Missing key"],
    [{ count: "five" }, "count: Expected a string representing a finite number"],
    [{ count: "" }, "count: Expected a string representing a finite number"],
    [{ count: " 5" }, "count: Expected a string representing a finite number"],
    [{ count: "0x10" }, "count: Expected a string representing a finite number"],
    [{ count: "1e999" }, "count: Expected a finite number"],
    [{ count: "1", loose: "NaN" }, "loose: Expected a string representing a finite number"],
    [{ count: "1", whole: "1.5" }, "whole: Expected an integer"],
    [{ count: "1", loud: "yes" }, "loud: Expected \"true\" | \"false\""],
    [{ count: "1", style: "medium" }, "style: Expected \"short\" | \"long\" | \"3\""],
    [{ count: "1", level: "3" }, "level: Expected \"1\" | \"2\""],
    [{ count: "1", day: "someday" }, "day: Expected a valid Date"],
    [{ count: 5 }, "count: Expected string"],
    [{ count: ["5"] }, "count: Expected string"]
  ])("are refused with what was expected: %j", (input, message) => {
    expect(refusal(input)).toBe(message)
  })

  it("may hold names of an object's prototype without harm", () => {
    const input = JSON.parse("{\"count\":\"1\",\"__proto__\":{\"polluted\":true},\"constructor\":\"x\"}") as unknown
    expect(decode(input)).toEqual(Exit.succeed({ count: 1 }))
    expect(({} as { readonly polluted?: boolean }).polluted).toBeUndefined()
  })

  it.prop("come back from the strings they are encoded to, unless a number is not finite", [Arguments], ([value]) => {
    const codec = StringCoded.codec(Arguments)
    const wire = Schema.encodeUnknownExit(codec)(value)
    if (!Number.isFinite(value.loose ?? 0)) return expect(Exit.isFailure(wire)).toBe(true)
    const strings = Exit.isSuccess(wire) ? Object.values(wire.value as object) : []
    expect(strings.every((text) => typeof text === "string" || text === undefined)).toBe(true)
    // as in JSON, the sign of a zero does not travel
    const unsigned = Object.fromEntries(Object.entries(value).map(([key, field]) => [key, field === 0 ? 0 : field]))
    expect(Exit.isSuccess(wire) ? Schema.decodeUnknownExit(codec)(wire.value) : wire).toEqual(Exit.succeed(unsigned))
  })
})

describe("a field that is not one string", () => {
  it.each([
    ["a struct", Schema.Struct({ field: Schema.Struct({ a: Schema.String }) })],
    ["a list", Schema.Struct({ field: Schema.Array(Schema.String) })],
    ["an optional record", Schema.Struct({ field: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) })],
    [
      "a union with a struct",
      Schema.Struct({ field: Schema.Union([Schema.String, Schema.Struct({ a: Schema.String })]) })
    ]
  ])("is refused by name: %s", (_, schema) => {
    expect(() => StringCoded.codec(schema)).toThrow(UnsupportedSchema)
    expect(() => StringCoded.codec(schema)).toThrow(/^field: an argument travels as one string/)
  })

  it("may be a list where lists are allowed, but no more than that", () => {
    const codec = StringCoded.codec(Schema.Struct({ path: Schema.Array(Schema.Finite) }), { lists: true })
    expect(Schema.decodeUnknownExit(codec)({ path: ["1", "2"] })).toEqual(Exit.succeed({ path: [1, 2] }))
    expect(Exit.isFailure(Schema.decodeUnknownExit(codec)({ path: ["1", "x"] }))).toBe(true)
    expect(() => StringCoded.codec(Schema.Struct({ path: Schema.Array(Schema.Array(Schema.String)) }), { lists: true }))
      .toThrow(/^path: a variable is text or a list of texts/)
  })

  it("is refused, too, when there are no fields at all", () => {
    expect(() => StringCoded.codec(Schema.String)).toThrow(UnsupportedSchema)
  })
})

describe("the list of arguments", () => {
  it("is in the order of the fields, with titles and descriptions from wherever the author wrote them", () => {
    expect(StringCoded.describe(Schema.Struct({
      text: Schema.String.annotate({ title: "Text", description: "what to say" }),
      count: Schema.Finite.pipe(Schema.annotateKey({ description: "how often" })),
      loud: Schema.optional(Schema.Boolean).annotate({ description: "shout" }),
      day: Schema.optionalKey(Schema.Date.annotate({ description: "when" })),
      code: Schema.String.annotate({ identifier: "Code", description: "a code" }),
      times: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1)))
    }))).toEqual([
      { name: "text", title: "Text", description: "what to say", required: true },
      { name: "count", description: "how often", required: true },
      { name: "loud", description: "shout", required: false },
      { name: "day", description: "when", required: false },
      { name: "code", description: "a code", required: true },
      { name: "times", required: false }
    ])
  })

  it("is empty without arguments", () => {
    expect(StringCoded.describe(Schema.Struct({}))).toEqual([])
  })
})
