import { describe, expect, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as CanonicalJson from "../../src/schema/CanonicalJson.ts"

/** The same value with the members of every object in the reverse order. */
const reversed = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(reversed)
  if (!Predicate.isObject(json)) return json
  const entries = Object.entries(json).reverse().map(([key, value]) => [key, reversed(value)])
  return Object.fromEntries(entries)
}

describe("the canonical text of a JSON value", () => {
  it.each<[string, unknown, string]>([
    [
      "sorts keys by UTF-16 units",
      { "€": 1, b: 2, a: 3, "😀": 4, "\uffff": 5 },
      `{"a":3,"b":2,"€":1,"😀":4,"\uffff":5}`
    ],
    ["sorts at every level", [{ b: { d: 1, c: 2 }, a: [] }], `[{"a":[],"b":{"c":2,"d":1}}]`],
    ["sorts keys that look like numbers as texts", { 10: 1, 9: 2 }, `{"10":1,"9":2}`],
    ["keeps the order of arrays", [3, 1, 2], "[3,1,2]"],
    ["writes minus zero as zero", [-0], "[0]"],
    ["writes lone surrogates as escapes", "\ud800", `"\\ud800"`],
    ["leaves out members that are undefined", { a: undefined, b: 1 }, `{"b":1}`],
    ["has null for what is not JSON in an array", [undefined, NaN], "[null,null]"],
    ["writes null at the top", null, "null"]
  ])("%s", (_, json, text) => {
    expect(CanonicalJson.stringify(json)).toBe(text)
  })

  it("takes own members alone, whatever they are named", () => {
    const json: unknown = JSON.parse(`{"toString":1,"__proto__":{"polluted":true},"toJSON":2}`)
    expect(CanonicalJson.stringify(json)).toBe(`{"__proto__":{"polluted":true},"toJSON":2,"toString":1}`)
    expect(CanonicalJson.stringify(Object.create({ inherited: 1 }))).toBe("{}")
  })

  it("tells values apart that differ in kind alone", () => {
    const values = [null, "null", [], {}, [[]], "", "1", 1, [1], { 0: 1 }, true, "true", "[]"]
    expect(new Set(values.map(CanonicalJson.stringify)).size).toBe(values.length)
  })

  it.prop("is the text of the same value", { json: Schema.Json }, ({ json }) => {
    expect(JSON.parse(CanonicalJson.stringify(json))).toEqual(JSON.parse(JSON.stringify(json)))
  })

  it.prop("does not depend on the order of keys", { json: Schema.Json }, ({ json }) => {
    expect(CanonicalJson.stringify(reversed(json))).toBe(CanonicalJson.stringify(json))
  })
})
