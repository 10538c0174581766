import { describe, expect, it } from "@effect/vitest"
import * as FieldIssues from "@mcp-effect/core/schema/FieldIssues"
import * as IssueMessage from "@mcp-effect/core/schema/IssueMessage"
import * as ToolSchema from "@mcp-effect/core/schema/ToolSchema"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const explain = <S extends Schema.Codec<unknown>>(schema: S, value: unknown): string => {
  const decoded = Schema.decodeUnknownResult(ToolSchema.codec(schema))(value)
  const failure = Result.isFailure(decoded) ? decoded.failure : undefined
  return IssueMessage.format(FieldIssues.make(schema, ToolSchema.codec)(value, failure!.issue))
}

const Note = Schema.Struct({
  title: Schema.NonEmptyString,
  body: Schema.String,
  tags: Schema.optionalKey(Schema.Array(Schema.String))
})

describe("what is wrong with arguments", () => {
  it("is told for each field at once (TOOL-23)", () => {
    const message = explain(Note, { title: "", body: 7, tags: [1] })
    expect(message).toContain("title: ")
    expect(message).toContain("body: Expected string")
    expect(message).toContain("tags[0]: Expected string")
  })

  it("is told of a field that is missing beside one that does not fit", () => {
    expect(explain(Note, { title: "" })).toMatch(/title: .*; body: /)
  })

  it("is what the whole said when each field fits by itself", () => {
    const ordered = Schema.Struct({ from: Schema.Finite, to: Schema.Finite }).check(
      Schema.makeFilter(({ from, to }) => from < to ? undefined : "from comes before to")
    )
    expect(explain(ordered, { from: 2, to: 1 })).toBe("from comes before to")
  })

  it("is what the whole said when it is no object", () => {
    expect(explain(Note, 7)).toBe("Expected object")
  })

  it("stays one bounded line however many fields are wrong", () => {
    const many = Schema.Struct(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field${i}`, Schema.String])))
    const message = explain(many as Schema.Codec<unknown>, {})
    expect(message.length).toBeLessThanOrEqual(IssueMessage.maxBytes)
    expect(message).toContain("field0")
    expect(message).toContain("and more")
  })
})
