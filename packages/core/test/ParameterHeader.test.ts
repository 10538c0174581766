import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as ParameterHeader from "../src/ParameterHeader.ts"

const text = (name: unknown) => ({ "type": "string", "x-mcp-header": name })

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more })

const scanned = (schema: object) => Result.getOrThrow(ParameterHeader.scan(schema))

const fault = (schema: object) => {
  const found = ParameterHeader.scan(schema)
  return Result.isFailure(found) ? found.failure.message : undefined
}

describe("the headers of an inputSchema", () => {
  it("are those of its parameters, at any depth, in order (HDR-1, HDR-9, HDR-27)", () => {
    expect(scanned(object({
      region: text("Region"),
      plain: { type: "string" },
      at: object({ priority: { "type": "integer", "x-mcp-header": "Priority" } }),
      dry: { "type": "boolean", "x-mcp-header": "Method" }
    }))).toEqual([
      { name: "Mcp-Param-Region", key: "mcp-param-region", path: ["region"], type: "string" },
      { name: "Mcp-Param-Priority", key: "mcp-param-priority", path: ["at", "priority"], type: "integer" },
      { name: "Mcp-Param-Method", key: "mcp-param-method", path: ["dry"], type: "boolean" }
    ])
  })

  it("are none where the keyword is a parameter's name, or data", () => {
    expect(scanned(object({
      "x-mcp-header": { type: "string" },
      "a": { type: "string", default: { "x-mcp-header": "A" }, examples: [{ "x-mcp-header": "B" }] },
      "b": { enum: [{ "x-mcp-header": "C" }], const: { "x-mcp-header": "D" }, "x-mine": { "x-mcp-header": "E" } },
      "c": true
    }))).toEqual([])
  })

  it.each(["", " ", "a b", "a:b", "Région", "a\nb", "a\0", 7, null, true, ["A"]])(
    "cannot be named %j (HDR-4, HDR-5)",
    (name) => {
      expect(fault(object({ a: text(name) }))).toMatch(/^a: x-mcp-header is the end of a header's name/)
    }
  )

  it("are told apart whatever their case (HDR-6)", () => {
    expect(fault(object({ a: text("Region"), b: object({ c: text("REGION") }) }))).toBe(
      "b.c: its header Mcp-Param-REGION is that of a already, and case does not tell them apart"
    )
  })

  it.each(["number", "array", "object", "null", undefined, ["string", "null"]])(
    "do not mirror a parameter of type %j (HDR-7)",
    (type) => {
      expect(fault(object({ a: { type, "x-mcp-header": "A" } }))).toBe(
        "a: x-mcp-header stands on a `string`, an `integer` or a `boolean`"
      )
    }
  )

  it.each([{ minimum: -(2 ** 53) }, { maximum: 2 ** 53 }])("do not mirror integers within %j (HDR-8)", (bounds) => {
    expect(fault(object({ a: { "type": "integer", "x-mcp-header": "A", ...bounds } }))).toMatch(/^a: an integer/)
  })

  it.each([
    ["the root", { ...object({}), "x-mcp-header": "A" }],
    ["list.items", object({ list: { type: "array", items: text("A") } })],
    ["list.items", object({ list: { type: "array", items: [text("A")] } })],
    ["pair.prefixItems", object({ pair: { prefixItems: [text("A")] } })],
    ["a.oneOf", object({ a: { oneOf: [{ type: "null" }, text("A")] } })],
    ["anyOf.a", object({}, { anyOf: [object({ a: text("A") })] })],
    ["allOf.a", object({}, { allOf: [object({ a: text("A") })] })],
    ["a.not", object({ a: { not: text("A") } })],
    ["if.a", object({}, { if: object({ a: text("A") }) })],
    ["then.a", object({}, { then: object({ a: text("A") }) })],
    ["else.a", object({}, { else: object({ a: text("A") }) })],
    ["$defs.A", object({ a: { $ref: "#/$defs/A" } }, { $defs: { A: text("A") } })],
    ["definitions.A.b", object({}, { definitions: { A: object({ b: text("A") }) } })],
    ["patternProperties.^a", object({}, { patternProperties: { "^a": text("A") } })],
    ["additionalProperties", object({}, { additionalProperties: text("A") })],
    ["dependentSchemas.a.b", object({}, { dependentSchemas: { a: object({ b: text("A") }) } })],
    ["unheard.a", object({}, { unheard: object({ a: text("A") }) })]
  ])("are not asked for at %s (HDR-9)", (path, schema) => {
    expect(fault(schema)).toMatch(
      new RegExp(`^${path.replaceAll(/[$^.]/g, "\\$&")}: x-mcp-header stands on a parameter`)
    )
  })

  it("are found in a schema of any depth", () => {
    const deep = Array.from({ length: 20_000 }).reduce<object>((inner) => object({ a: inner }), text("Deep"))
    expect(scanned(deep)[0]?.path.length).toBe(20_000)
  })
})

describe("an argument", () => {
  const at = (...path: ReadonlyArray<string>): ParameterHeader.ParameterHeader => ({
    name: "Mcp-Param-A",
    key: "mcp-param-a",
    path,
    type: "string"
  })

  it("is what its path leads to, and nothing when that is absent or null (HDR-12)", () => {
    expect(ParameterHeader.argument(at("a"), { a: "x" })).toBe("x")
    expect(ParameterHeader.argument(at("a", "b"), { a: { b: false } })).toBe(false)
    expect(ParameterHeader.argument(at("a", "b"), { a: { b: null } })).toBe(undefined)
    expect(ParameterHeader.argument(at("a", "b"), { a: null })).toBe(undefined)
    expect(ParameterHeader.argument(at("a", "b"), { a: ["b"] })).toBe(undefined)
    expect(ParameterHeader.argument(at("a", "length"), { a: "text" })).toBe(undefined)
    expect(ParameterHeader.argument(at("a"), undefined)).toBe(undefined)
  })

  it("is an own member, never an inherited one", () => {
    expect(ParameterHeader.argument(at("constructor"), {})).toBe(undefined)
    expect(ParameterHeader.argument(at("__proto__", "toString"), {})).toBe(undefined)
    expect(ParameterHeader.argument(at("__proto__"), JSON.parse(`{"__proto__":"x"}`))).toBe("x")
  })

  it.each([
    ["x", "x"],
    ["", ""],
    [42, "42"],
    [-7, "-7"],
    [-0, "0"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [true, "true"],
    [false, "false"],
    [2 ** 53, undefined],
    [Number.NaN, undefined],
    [{}, undefined],
    [["x"], undefined]
  ])("%j is the text %j (HDR-8, HDR-15)", (argument, text) => {
    expect(ParameterHeader.toText(argument)).toBe(text)
  })

  it.each<[text: string, argument: unknown, equal: boolean]>([
    ["x", "x", true],
    ["X", "x", false],
    ["42", 42, true],
    ["42.0", 42, true],
    ["042", 42, true],
    ["-7.000", -7, true],
    ["42", "42", true],
    ["42.0", "42", false],
    ["42.5", 42, false],
    ["42 ", 42, false],
    ["0x2a", 42, false],
    ["4.2e1", 42, false],
    ["", 0, false],
    ["1.5", 1.5, true],
    ["9007199254740993", 2 ** 53, false],
    ["9007199254740992", 2 ** 53, false],
    ["true", true, true],
    ["True", true, false],
    ["1", true, false],
    ["[object Object]", {}, false]
  ])("%j for %j: %j (HDR-22, HTTP26-26, HTTP26-28)", (text, argument, equal) => {
    expect(ParameterHeader.equals(text, argument)).toBe(equal)
  })
})
