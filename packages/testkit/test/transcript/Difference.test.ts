import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Comparing } from "../../src/transcript/Difference.ts"
import { Names, type Rules } from "../../src/transcript/Names.ts"

const differences = (expected: unknown, actual: unknown, rules: Rules = {}) =>
  new Comparing(new Names(rules), rules, "strict").compare(expected, actual).differences

const json = Schema.Record(Schema.String, Schema.MutableJson)

describe("differences of messages", () => {
  it.effect.prop("are none between a message and its copy", [json], ([message]) =>
    Effect.sync(() => {
      const copy: unknown = JSON.parse(JSON.stringify(message))
      expect(differences(JSON.parse(JSON.stringify(message)), copy)).toEqual([])
    }))

  it.effect.prop("are found wherever a member is added, and not minded where that is lenient", [
    json,
    Arbitrary.schema(Schema.String)
  ], ([message, key]) =>
    Effect.sync(() => {
      const expected: unknown = JSON.parse(JSON.stringify({ message }))
      const actual: unknown = JSON.parse(JSON.stringify({ message: { ...message, [`more ${key}`]: 1 } }))
      expect(differences(expected, actual)).toMatchObject([{ expected: undefined, actual: 1 }])
      expect(differences(actual, expected)).toMatchObject([{ expected: 1, actual: undefined }])
      const lenient = new Comparing(new Names({}), {}, "lenient")
      expect(lenient.compare(expected, actual).differences).toEqual([])
      expect(lenient.compare(actual, expected).differences).toHaveLength(1)
    }))

  it("are not hidden by what every object has", () => {
    expect(differences({ a: { constructor: "x" } }, { a: {} })).toEqual([
      { pointer: "/a/constructor", expected: "x", actual: undefined }
    ])
    const polluting: unknown = JSON.parse(`{"__proto__":{"x":1}}`)
    expect(differences(polluting, {})).toEqual([{ pointer: "/__proto__", expected: { x: 1 }, actual: undefined }])
    expect(differences({}, polluting)).toEqual([{ pointer: "/__proto__", expected: undefined, actual: { x: 1 } }])
    expect(differences(polluting, polluting)).toEqual([])
  })

  it("are of types, too", () => {
    expect(differences({ a: 1, b: [], c: null }, { a: "1", b: {}, c: {} })).toHaveLength(3)
    expect(differences({ at: "now" }, { at: "then" }, { varying: ["at"] })).toEqual([])
    expect(differences({ at: "now" }, { at: 7 }, { varying: ["at"] })).toHaveLength(1)
    expect(differences({ at: "now" }, {}, { varying: ["at"] })).toHaveLength(1)
  })

  it("are not looked for in what nests too deeply, which is one", () => {
    const nested = (): unknown => JSON.parse(`${"[".repeat(5000)}1${"]".repeat(5000)}`)
    expect(differences(nested(), nested())).toHaveLength(1)
  })
})
