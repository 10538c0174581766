import { describe, expect, it } from "@effect/vitest"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as IssueMessage from "../../src/schema/IssueMessage.ts"

/** Everything wrong at once, with the input in the issue: the worst case for a message. */
const worst: SchemaAST.ParseOptions = { errors: "all", reportInput: true, onExcessProperty: "error" }

const issueOf = (schema: Schema.Codec<unknown, unknown>, input: unknown, options = worst): SchemaIssue.Issue => {
  const exit = SchemaParser.decodeUnknownExit(schema, options)(input)
  if (Exit.isFailure(exit)) {
    for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return reason.error
  }
  throw new Error("the input fits")
}

const message = (schema: Schema.Codec<unknown, unknown>, input: unknown, options = worst): string =>
  IssueMessage.format(issueOf(schema, input, options))

const bytes = (text: string): number => new TextEncoder().encode(text).length

describe("a message", () => {
  it.each<[string, Schema.Codec<unknown, unknown>, unknown, string]>([
    ["the root", Schema.Struct({ a: Schema.String }), 5, "Expected object"],
    ["a missing field", Schema.Struct({ a: Schema.String }), {}, "a: Missing key"],
    ["a field", Schema.Struct({ a: Schema.Finite }), { a: "1" }, "a: Expected number"],
    ["a check", Schema.Struct({ a: Schema.Finite }), { a: Infinity }, "a: Expected a finite number"],
    [
      "an element",
      Schema.Struct({ items: Schema.Array(Schema.Struct({ price: Schema.Finite })) }),
      { items: [{ price: 1 }, { price: "x" }] },
      "items[1].price: Expected number"
    ],
    ["an odd key", Schema.Record(Schema.String, Schema.Int), { "a b": 1.5 }, "[\"a b\"]: Expected an integer"],
    ["an excess field", Schema.Struct({ a: Schema.String }), { a: "", b: 1 }, "b: Expected no excess property"],
    [
      "two fields",
      Schema.Struct({ a: Schema.String, b: Schema.Literals(["x", "y"]) }),
      { b: "z" },
      "a: Missing key; b: Expected \"x\" | \"y\""
    ],
    [
      "alternatives at one place",
      Schema.Struct({ u: Schema.Union([Schema.String, Schema.Finite.check(Schema.isGreaterThan(3))]) }),
      { u: 1 },
      "u: Expected a value greater than 3"
    ],
    [
      "alternatives in several places",
      Schema.Union([
        Schema.Struct({ a: Schema.String, x: Schema.String }),
        Schema.Struct({ a: Schema.Finite, y: Schema.Finite })
      ]),
      { a: true, x: "", y: 1 },
      "a: Expected string or number or y: Expected no excess property or x: Expected no excess property"
    ],
    [
      "a transformation",
      Schema.Struct({ a: Schema.FiniteFromString }),
      { a: "x" },
      "a: Expected a finite number"
    ],
    [
      "the author's own words",
      Schema.Struct({ a: Schema.String.check(Schema.isMinLength(3, { message: "three letters, please" })) }),
      { a: "x" },
      "a: three letters, please"
    ],
    [
      "a check of the whole",
      Schema.Struct({ a: Schema.Finite, b: Schema.Finite }).check(
        Schema.makeFilter(({ a, b }) => a < b ? undefined : { path: ["b"], issue: "must be more than a" })
      ),
      { a: 2, b: 1 },
      "b: must be more than a"
    ]
  ])("names the place and what was expected: %s", (_, schema, input, expected) => {
    // in which order alternatives are tried is Effect's business
    expect(message(schema, input).split(" or ").sort()).toEqual(expected.split(" or ").sort())
  })

  it("never repeats what was sent", () => {
    const secret = "hunter2-".repeat(4)
    const schema = Schema.Struct({
      number: Schema.Finite,
      choice: Schema.Literals(["a", "b"]),
      checked: Schema.String.check(Schema.isMaxLength(2)),
      date: Schema.Date,
      union: Schema.Union([Schema.Boolean, Schema.Finite]),
      coded: Schema.FiniteFromString
    })
    const input = Object.fromEntries(Object.keys(schema.fields).map((key) => [key, secret]))
    const text = message(schema, { ...input, excess: secret })
    expect(text).toContain("number: ")
    expect(text).toContain("excess: ")
    expect(text).not.toContain("hunter2")
  })

  it("leaves the input out of every kind of issue that can hold it", () => {
    const report: SchemaAST.ParseOptions = { reportInput: true }
    const { ast } = Schema.Union([Schema.String])
    for (
      const issue of [
        new SchemaIssue.InvalidType(Schema.String.ast, "hunter2", report),
        new SchemaIssue.InvalidValue(undefined, "hunter2", report),
        new SchemaIssue.UnexpectedKey(Schema.String.ast, "hunter2", report),
        new SchemaIssue.Forbidden(undefined, "hunter2", report),
        new SchemaIssue.OneOf(ast, [], "hunter2", report),
        new SchemaIssue.AnyOf(ast, [], "hunter2", report)
      ]
    ) {
      expect(SchemaIssue.hasInput(issue)).toBe(true)
      expect(IssueMessage.format(issue)).not.toContain("hunter2")
    }
  })

  it("is one line without characters that move a cursor or turn text around", () => {
    const text = message(
      Schema.Record(Schema.String, Schema.Finite),
      Object.fromEntries(["a\nb", "c\u001b[2Jd", "e\u202ef", "g\u2028h", "\ud800"].map((key) => [key, "x"]))
    )
    expect(text).toContain("[\"a\\nb\"]")
    expect(IssueMessage.format(new SchemaIssue.InvalidValue({ message: "no\n\u001b[2Jgood\ud800" }))).toBe(
      "no [2Jgood\ufffd"
    )
    expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
    expect(text.isWellFormed()).toBe(true)
  })
})

describe("the length of a message", () => {
  it("is at most 1 KiB of UTF-8 with a thousand errors, long keys and long texts", () => {
    const schema = Schema.Record(
      Schema.String,
      Schema.String.check(Schema.isMinLength(9, { message: "ü€😀".repeat(1000) }))
    )
    const text = message(
      schema,
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}ключ`.repeat(99), "x"]))
    )
    expect(bytes(text)).toBeLessThanOrEqual(IssueMessage.maxBytes)
    expect(bytes(text)).toBeGreaterThan(IssueMessage.maxBytes - 8)
    expect(text.endsWith("…")).toBe(true)
    expect(text.isWellFormed()).toBe(true)
  })

  it("tells that there is more than it shows", () => {
    const text = message(Schema.Array(Schema.Finite), Array.from({ length: 100 }, () => "x"))
    expect(text).toMatch(/^\[0\]: Expected number; \[1\]: .*; and more$/)
    expect(text.split("; ")).toHaveLength(9)
  })

  it("is bounded for the nesting of an input as well, and shows the end of a long path", () => {
    let issue: SchemaIssue.Issue = new SchemaIssue.MissingKey(undefined)
    for (let depth = 0; depth < 100_000; depth++) issue = new SchemaIssue.Pointer(["k"], issue)
    const text = IssueMessage.format(new SchemaIssue.Pointer(["root"], issue))
    expect(text).toBe(`…${".k".repeat(12).replace(/^\./, "")}: Missing key`)
  })

  it.prop("holds for any JSON against any of some Schemas", [
    Schema.Json,
    Schema.Literals([0, 1, 2, 3])
  ], ([input, which]) => {
    const schemas = [
      Schema.Struct({ a: Schema.String, b: Schema.Array(Schema.Finite) }),
      Schema.Record(Schema.String, Schema.Struct({ x: Schema.Literal(1) })),
      Schema.Array(
        Schema.Union([Schema.Struct({ t: Schema.Literal("a") }), Schema.Struct({ t: Schema.Literal("b") })])
      ),
      Schema.Never
    ]
    const exit = SchemaParser.decodeUnknownExit(schemas[which] ?? Schema.Never, worst)(input)
    if (Exit.isSuccess(exit)) return
    for (const reason of exit.cause.reasons) {
      if (reason._tag !== "Fail") throw new Error("not an issue")
      const text = IssueMessage.format(reason.error)
      expect(text).not.toBe("")
      expect(bytes(text)).toBeLessThanOrEqual(IssueMessage.maxBytes)
      expect(text).not.toMatch(/[\n\r]/)
    }
  })
})
