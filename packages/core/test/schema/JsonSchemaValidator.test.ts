import { describe, expect, it } from "@effect/vitest"
import { Ajv } from "ajv"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as JsonSchemaValidator from "../../src/schema/JsonSchemaValidator.ts"
import * as ToolSchema from "../../src/schema/ToolSchema.ts"
import * as Generator from "../spec/Generator.ts"
import type { JsonSchema } from "./JsonSchemaGenerator.ts"
import * as JsonSchemaGenerator from "./JsonSchemaGenerator.ts"
import { build, recipe } from "./SchemaRecipe.ts"

const draft7 = "http://json-schema.org/draft-07/schema#"

const outcome = (
  schema: JsonSchema,
  value: unknown,
  limits?: Partial<JsonSchemaValidator.Limits>
): JsonSchemaValidator.Outcome => JsonSchemaValidator.validate(JsonSchemaValidator.make(schema, limits), value)

/** `valid`, the keyword and the place that do not fit, or why it cannot be told. */
const verdict = (schema: JsonSchema, value: unknown, limits?: Partial<JsonSchemaValidator.Limits>): string => {
  const found = outcome(schema, value, limits)
  return found._tag === "Valid" ? "valid" : found._tag === "Misfit" ? `${found.keyword} ${found.pointer}` : found.reason
}

/** The same, and the steps it took. */
const metered = (schema: JsonSchema, value: unknown) => {
  const meter = { steps: 0 }
  const found = JsonSchemaValidator.validate(JsonSchemaValidator.make(schema), value, meter)
  return { found, steps: meter.steps }
}

const record = (names: ReadonlyArray<string>, value: (index: number) => unknown): JsonSchema =>
  Object.fromEntries(names.map((name, index) => [name, value(index)]))

const nested = (levels: number, inner: unknown, wrap: (inner: unknown) => unknown): unknown => {
  let value = inner
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

type Example = readonly [schema: JsonSchema, value: unknown, verdict: string]

/** The examples whose verdict is another one. */
const misjudged = (list: ReadonlyArray<Example>) =>
  list.flatMap(([schema, value, expected]) => {
    const found = verdict(schema, value)
    return found === expected ? [] : [{ schema, value, expected, found }]
  })

describe("assertions", () => {
  it("know the types of JSON, and integers by their value", () => {
    expect(misjudged([
      [{ type: "integer" }, 1.0, "valid"],
      [{ type: "integer" }, 1.5, "type "],
      [{ type: "number" }, 1.5, "valid"],
      [{ type: "object" }, [], "type "],
      [{ type: "object" }, null, "type "],
      [{ type: "array" }, {}, "type "],
      [{ type: ["string", "null"] }, null, "valid"],
      [{ type: ["string", "null"] }, 0, "type "]
    ])).toEqual([])
  })

  it("compare values by their members, whatever their order, and never by a prototype", () => {
    expect(misjudged([
      [{ const: { a: [1, { b: null }], c: "d" } }, { c: "d", a: [1.0, { b: null }] }, "valid"],
      [{ const: { a: [1, { b: null }] } }, { a: [1, { b: null, c: 1 }] }, "const "],
      [{ const: {} }, JSON.parse(`{"__proto__":{}}`), "const "],
      [{ const: JSON.parse(`{"__proto__":{"a":1}}`) }, JSON.parse(`{"__proto__":{"a":1}}`), "valid"],
      [{ const: { a: {} } }, JSON.parse(`{"__proto__":{}}`), "const "],
      [{ const: { constructor: 1 } }, {}, "const "],
      [{ const: false }, 0, "const "],
      [{ const: [] }, {}, "const "],
      [{ enum: ["a", 1, { b: [2] }] }, { b: [2] }, "valid"],
      [{ enum: ["a", 1, { b: [2] }] }, { b: [3] }, "enum "],
      [{ enum: ["1"] }, 1, "enum "],
      [{ uniqueItems: true }, [{ a: 1, b: 2 }, { b: 2, a: 1 }], "uniqueItems /1"],
      [{ uniqueItems: true }, [1, "1", true, "true", [1], ["1"], null, "null", {}, []], "valid"],
      [{ uniqueItems: true }, [0, "a", -0], "uniqueItems /2"],
      [{ uniqueItems: false }, [1, 1], "valid"]
    ])).toEqual([])
  })

  it("divide in decimals, as numbers are written", () => {
    expect(misjudged([
      [{ multipleOf: 0.1 }, 0.3, "valid"],
      [{ multipleOf: 0.01 }, 19.99, "valid"],
      [{ multipleOf: 0.01 }, 19.999, "multipleOf "],
      [{ multipleOf: 1e-8 }, 12391239123, "valid"],
      [{ multipleOf: 0.0001 }, 0.00751, "multipleOf "],
      [{ multipleOf: 5e-324 }, 1.7976931348623157e308, "valid"],
      [{ multipleOf: 3 }, -9, "valid"],
      [{ multipleOf: 3 }, 1e22, "multipleOf "],
      [{ multipleOf: 0.5 }, JSON.parse("1e999"), "multipleOf "],
      [{ multipleOf: 2 }, 0, "valid"]
    ])).toEqual([])
  })

  it("bound numbers, texts in code points, arrays and objects", () => {
    expect(misjudged([
      [{ minimum: 1 }, 1, "valid"],
      [{ exclusiveMinimum: 1 }, 1, "exclusiveMinimum "],
      [{ maximum: 1 }, 1.1, "maximum "],
      [{ exclusiveMaximum: 1 }, 1, "exclusiveMaximum "],
      [{ maxLength: 2 }, "😀😀", "valid"],
      [{ maxLength: 1 }, "😀😀", "maxLength "],
      [{ minLength: 2 }, "😀", "minLength "],
      [{ minLength: 2 }, "😀\ud83d", "valid"],
      [{ minLength: 2 }, "\ude00\ud83d", "valid"],
      [{ maxLength: 3 }, "aaaa", "maxLength "],
      [{ minItems: 1 }, [], "minItems "],
      [{ maxItems: 1.0 }, [1, 2], "maxItems "],
      [{ minProperties: 2 }, { a: 1 }, "minProperties "],
      [{ maxProperties: 0 }, { a: 1 }, "maxProperties "],
      [{ minimum: 5, minLength: 5, minItems: 5, minProperties: 5, required: ["a"] }, true, "valid"]
    ])).toEqual([])
  })

  it("take a format for what it says, and keywords that nobody knows for nothing", () => {
    expect(misjudged([
      [{ format: "email", contentMediaType: "application/json", contentSchema: false }, "no", "valid"],
      [{ "x-check": false, nullable: true, examples: [1], default: 2, deprecated: true }, "a", "valid"],
      [{ then: false, else: false, minContains: 5, additionalItems: false, dependencies: { a: false } }, [1], "valid"]
    ])).toEqual([])
  })

  it("do not take a keyword for another one where its value is malformed (JSCH-6)", () => {
    const malformed: ReadonlyArray<JsonSchema> = [
      { type: "any" },
      { type: [] },
      { minimum: "1" },
      { minLength: -1 },
      { multipleOf: 0 },
      { required: true },
      { required: [1] },
      { enum: "a" },
      { pattern: 1 },
      { uniqueItems: "yes" },
      { allOf: [] },
      { anyOf: {} },
      { not: 5 },
      { if: 5 },
      { items: [{}] },
      { prefixItems: {} },
      { $ref: 5 },
      { $dynamicRef: 5 },
      { contains: true, minContains: -1 },
      { contains: 1 }
    ]
    for (const schema of malformed) {
      expect({ schema, verdict: verdict(schema, [1]) }).toEqual({ schema, verdict: "MalformedKeyword" })
    }
    const ofObjects = [
      { properties: [] },
      { properties: { a: 1 } },
      { patternProperties: { a: 1 } },
      { additionalProperties: 1 },
      { propertyNames: 1 },
      { unevaluatedProperties: 1 },
      { dependentSchemas: { a: 1 } },
      { dependentRequired: { a: [1] } }
    ]
    for (const schema of ofObjects) {
      expect({ schema, verdict: verdict(schema, { a: 1 }) }).toEqual({ schema, verdict: "MalformedKeyword" })
    }
  })
})

describe("applicators", () => {
  it("combine subschemas on one value", () => {
    const small = { maximum: 3 }
    const even = { multipleOf: 2 }
    expect(misjudged([
      [{ allOf: [small, even] }, 4, "maximum "],
      [{ anyOf: [small, even] }, 4, "valid"],
      [{ anyOf: [small, even] }, 5, "anyOf "],
      [{ oneOf: [small, even] }, 2, "oneOf "],
      [{ oneOf: [small, even] }, 5, "oneOf "],
      [{ oneOf: [small, even] }, 4, "valid"],
      [{ not: small }, 2, "not "],
      [{ not: small }, 4, "valid"],
      [{ if: small, then: even }, 3, "multipleOf "],
      [{ if: small, then: even }, 5, "valid"],
      [{ if: small, else: even }, 5, "multipleOf "],
      [{ allOf: [true, false] }, 1, "allOf "]
    ])).toEqual([])
  })

  it("apply to members by name, by pattern, and to the others", () => {
    const schema = {
      properties: { a: { type: "string" }, ab: false },
      patternProperties: { "^a": { minLength: 1 } },
      additionalProperties: { type: "integer" }
    }
    expect(misjudged([
      [schema, { a: "x", b: 1 }, "valid"],
      [schema, { a: "" }, "minLength /a"],
      [schema, { ab: "x" }, "properties /ab"],
      [schema, { b: "x" }, "type /b"],
      [{ additionalProperties: false, properties: { a: true } }, { "b/~c": 1 }, "additionalProperties /b~1~0c"],
      [{ propertyNames: { maxLength: 1 } }, { a: 1, bb: 2 }, "maxLength /bb"],
      [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "dependentRequired "],
      [{ dependentRequired: { a: ["b"] } }, { b: 1 }, "valid"],
      [{ dependentSchemas: { a: { required: ["c"] } } }, { a: 1 }, "required "]
    ])).toEqual([])
  })

  it("see own members alone, whatever they are called", () => {
    const proto: unknown = JSON.parse(`{"__proto__":{"polluted":true},"constructor":1}`)
    const properties: unknown = JSON.parse(`{"__proto__":{"type":"string"}}`)
    expect(misjudged([
      [{ required: ["toString"] }, {}, "required "],
      [{ required: ["__proto__"] }, {}, "required "],
      [{ required: ["__proto__", "constructor"] }, proto, "valid"],
      [{ properties }, proto, "type /__proto__"],
      [{ properties: { constructor: { type: "string" } } }, {}, "valid"],
      [{ properties: { a: true }, additionalProperties: false }, proto, "additionalProperties /__proto__"],
      [{ dependentRequired: { toString: ["a"] } }, {}, "valid"],
      [JSON.parse(`{"__proto__":{"type":"string"}}`), 1, "valid"],
      [Object.create({ type: "string" }), 1, "valid"]
    ])).toEqual([])
    expect(({} as { readonly polluted?: boolean }).polluted).toBeUndefined()
  })

  it("apply to items in front, to the rest, and to some of a kind", () => {
    expect(misjudged([
      [{ prefixItems: [{ type: "string" }], items: { type: "integer" } }, ["a", 1, 2], "valid"],
      [{ prefixItems: [{ type: "string" }], items: { type: "integer" } }, [1], "type /0"],
      [{ prefixItems: [true], items: false }, [1, 2], "items /1"],
      [{ items: { minimum: 2 } }, [2, 1], "minimum /1"],
      [{ contains: { const: 1 } }, [], "contains "],
      [{ contains: { const: 1 }, minContains: 2 }, [1, 0, 1], "valid"],
      [{ contains: { const: 1 }, minContains: 2 }, [1, 0], "minContains "],
      [{ contains: { const: 1 }, minContains: 0 }, [], "valid"],
      [{ contains: { const: 1 }, maxContains: 1 }, [1, 1], "maxContains "]
    ])).toEqual([])
  })

  it("know what others have looked at, as far as those fit", () => {
    const either = { anyOf: [{ properties: { a: { const: 1 } }, required: ["a"] }, { properties: { b: true } }] }
    expect(misjudged([
      [{ ...either, unevaluatedProperties: false }, { a: 1, b: 1 }, "valid"],
      [{ ...either, unevaluatedProperties: false }, { a: 2, b: 1 }, "unevaluatedProperties /a"],
      [{ not: { not: either }, unevaluatedProperties: false }, { b: 1 }, "unevaluatedProperties /b"],
      [{ allOf: [{ additionalProperties: true }], unevaluatedProperties: false }, { z: 1 }, "valid"],
      [{ allOf: [{ unevaluatedProperties: true }], unevaluatedProperties: false }, { z: 1 }, "valid"],
      [{ allOf: [{ unevaluatedProperties: false }], properties: { a: true } }, { a: 1 }, "unevaluatedProperties /a"],
      [{ if: { properties: { a: { const: 1 } } }, unevaluatedProperties: false }, { a: 1 }, "valid"],
      [{ if: { properties: { a: { const: 1 } } }, unevaluatedProperties: false }, { a: 2 }, "unevaluatedProperties /a"],
      [
        { $ref: "#/$defs/a", $defs: { a: { properties: { a: true } } }, unevaluatedProperties: false },
        { a: 1 },
        "valid"
      ],
      [
        { properties: { a: { properties: { b: true } } }, unevaluatedProperties: false },
        { a: {}, b: 1 },
        "unevaluatedProperties /b"
      ],
      [{ dependentSchemas: { a: { properties: { b: true } } }, unevaluatedProperties: { type: "string" } }, {
        a: "",
        b: 1
      }, "valid"],
      [
        { patternProperties: { "^x": true }, unevaluatedProperties: false },
        { x1: 1, y: 1 },
        "unevaluatedProperties /y"
      ],
      [
        { anyOf: [{ properties: { a: true }, not: {} }, true], unevaluatedProperties: false },
        { a: 1 },
        "unevaluatedProperties /a"
      ],
      [{ allOf: [{ unevaluatedItems: true }], unevaluatedItems: false }, [1], "valid"],
      [{ allOf: [{ prefixItems: [true] }], unevaluatedItems: false }, [1, 2], "unevaluatedItems /1"],
      [{ allOf: [{ prefixItems: [true] }, { prefixItems: [true, true] }], unevaluatedItems: false }, [1, 2], "valid"],
      [{ allOf: [{ items: true }], unevaluatedItems: false }, [1, 2], "valid"],
      [{ contains: { type: "string" }, unevaluatedItems: { type: "integer" } }, ["a", 1, "b"], "valid"],
      [{ contains: { type: "string" }, unevaluatedItems: { type: "integer" } }, ["a", null], "type /1"],
      [{ oneOf: [{ prefixItems: [{ const: 1 }] }, { prefixItems: [{ const: 2 }, true] }], unevaluatedItems: false }, [
        2,
        0
      ], "valid"],
      [{ oneOf: [{ prefixItems: [{ const: 1 }] }, { prefixItems: [{ const: 2 }, true] }], unevaluatedItems: false }, [
        1,
        0
      ], "unevaluatedItems /1"]
    ])).toEqual([])
  })
})

describe("references within the document", () => {
  it("lead by pointer, by anchor and by the $id of a subschema (JSCH-3, JSCH-7)", () => {
    const schema = {
      $id: "https://example.com/root.json",
      $defs: {
        "a/b ~%": { type: "string" },
        named: { $anchor: "here", type: "integer" },
        other: { $id: "other.json", $defs: { part: { $anchor: "part", type: "null" } }, type: "boolean" }
      },
      properties: {
        pointer: { $ref: "#/$defs/a~1b%20~0%25" },
        plain: { $ref: "#/$defs/a~1b ~0%25" },
        anchor: { $ref: "#here" },
        relative: { $ref: "other.json" },
        absolute: { $ref: "https://example.com/other.json#part" },
        inner: { $ref: "other.json#/$defs/part" },
        self: { $ref: "root.json#here" },
        index: { $ref: "#/allOf/0" }
      },
      allOf: [{ type: "object" }]
    }
    const fitting = {
      pointer: "",
      plain: "",
      anchor: 1,
      relative: true,
      absolute: null,
      inner: null,
      self: 1,
      index: {}
    }
    expect(verdict(schema, fitting)).toBe("valid")
    for (const name of Object.keys(fitting)) expect(verdict(schema, { ...fitting, [name]: [] })).toBe(`type /${name}`)
  })

  it("go round where the value goes on (JSCH-3)", () => {
    const tree = { type: "object", properties: { children: { type: "array", items: { $ref: "#" } } } }
    expect(verdict(tree, { children: [{ children: [] }, {}] })).toBe("valid")
    expect(verdict(tree, { children: [{ children: [1] }, {}] })).toBe("type /children/0/children/0")
  })

  it("may be dynamic, and then lead to the outermost of a name", () => {
    const list = {
      $id: "list",
      $defs: { item: { $dynamicAnchor: "item" } },
      items: { $dynamicRef: "#item" }
    }
    const schema = {
      $id: "https://example.com/strings",
      $ref: "list",
      $defs: { item: { $dynamicAnchor: "item", type: "string" }, list }
    }
    expect(verdict(schema, ["a"])).toBe("valid")
    expect(verdict(schema, [1])).toBe("type /0")
    expect(verdict({ $ref: "list", $defs: { list } }, [1])).toBe("valid")
    const between = { $id: "between", $ref: "list", $defs: schema.$defs }
    expect(verdict({ $ref: "between", $defs: { between } }, [1])).toBe("type /0")
    const fixed = { ...list, items: { $ref: "#item" } }
    expect(verdict({ ...schema, $defs: { ...schema.$defs, list: fixed } }, [1])).toBe("valid")
  })

  it("are not taken from values and keywords that hold no schemas", () => {
    expect(misjudged([
      [{ $ref: "#name", const: { $anchor: "name" } }, 1, "const "],
      [{ allOf: [{ $ref: "#name" }], enum: [{ $anchor: "name" }, 1] }, 1, "UnresolvableReference"],
      [{ allOf: [{ $ref: "inner" }], default: { $id: "inner" } }, 1, "UnresolvableReference"],
      [{ $ref: "#/$defs/toString", $defs: {} }, 1, "UnresolvableReference"],
      [{ $ref: "#/$defs/__proto__", $defs: {} }, 1, "UnresolvableReference"],
      [{ $ref: "#/allOf/", allOf: [true] }, 1, "UnresolvableReference"],
      [{ $ref: "#/allOf/00", allOf: [true] }, 1, "UnresolvableReference"],
      [{ $ref: "#/allOf/length", allOf: [true] }, 1, "UnresolvableReference"],
      [{ $ref: "#/type", type: "integer" }, 1, "UnresolvableReference"],
      [{ $ref: "#/$defs/a%", $defs: { "a%": { type: "string" } } }, 1, "type "]
    ])).toEqual([])
  })

  it("are never fetched from elsewhere (JSCH-7, JSCH-9, JSCH-11)", () => {
    const elsewhere = [
      "http://127.0.0.1:9/schema.json",
      "https://json-schema.org/draft/2020-12/schema",
      "file:///etc/passwd",
      "other.json",
      "//example.com/x",
      "data:application/json,{}",
      "#missing",
      "#/missing",
      "http://[",
      "x".repeat(100_000)
    ]
    for (const $ref of elsewhere) {
      const { found, steps } = metered({ $ref }, 1)
      expect(found).toMatchObject({ _tag: "Undecided", reason: "UnresolvableReference" })
      expect(found._tag === "Undecided" && found.message.length).toBeLessThan(300)
      expect(steps).toBeLessThan(100)
      expect(verdict({ $dynamicRef: $ref }, 1)).toBe("UnresolvableReference")
    }
  })
})

describe("dialects", () => {
  const tuple = { items: [{ type: "string" }], additionalItems: false }

  it("are 2020-12 where none is named (JSCH-1, JSCH-3)", () => {
    const schema = { prefixItems: [{ type: "string" }], dependentRequired: { a: ["b"] } }
    expect(verdict(schema, [1])).toBe("type /0")
    expect(verdict(schema, { a: 1 })).toBe("dependentRequired ")
    for (
      const $schema of ["https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema#"]
    ) {
      expect(verdict({ $schema, ...schema }, [1])).toBe("type /0")
    }
  })

  it("are draft 7 by its name (JSCH-2, JSCH-5)", () => {
    for (
      const $schema of [draft7, "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema#"]
    ) {
      expect(misjudged([
        [{ $schema, ...tuple }, ["a"], "valid"],
        [{ $schema, ...tuple }, [1], "type /0"],
        [{ $schema, ...tuple }, ["a", 1], "additionalItems /1"],
        [{ $schema, items: { type: "string" }, additionalItems: false }, ["a", "b"], "valid"],
        [{ $schema, dependencies: { a: ["b"] } }, { a: 1 }, "dependencies "],
        [{ $schema, dependencies: { a: { required: ["b"] } } }, { a: 1 }, "required "],
        [{ $schema, $ref: "#/definitions/a", definitions: { a: { type: "string" } }, const: 1 }, "x", "valid"],
        [{ $schema, allOf: [{ $ref: "#a" }], definitions: { a: { $id: "#a", type: "string" } } }, 1, "type "],
        [{ $schema, allOf: [{ $ref: "a" }], definitions: { a: { $id: "a", type: "string" } } }, 1, "type "],
        [{ $schema, contains: { const: 1 }, minContains: 0 }, [], "contains "],
        [{ $schema, prefixItems: [false], unevaluatedItems: false, dependentRequired: { a: ["b"] } }, [1], "valid"]
      ])).toEqual([])
    }
  })

  it("may differ for a subschema with an $id", () => {
    const schema = { $defs: { old: { $id: "old", $schema: draft7, ...tuple } }, properties: { a: { $ref: "old" } } }
    expect(verdict(schema, { a: ["x", 1] })).toBe("additionalItems /a/1")
  })

  it("that are not supported are named, and nothing is taken to fit (JSCH-5)", () => {
    const found = outcome({ $schema: "http://json-schema.org/draft-04/schema#", type: "string" }, "a")
    expect(found).toEqual({
      _tag: "Undecided",
      reason: "UnsupportedDialect",
      message: `The schema is written in the dialect "http://json-schema.org/draft-04/schema#", which is not supported`
    })
    expect(verdict({ $schema: "https://json-schema.org/draft/2019-09/schema" }, 1)).toBe("UnsupportedDialect")
    expect(verdict({ $schema: { toString: 1 } }, 1)).toBe("UnsupportedDialect")
    expect(verdict({ properties: { a: { $id: "x", $schema: "my:own" } } }, { a: 1 })).toBe("UnsupportedDialect")
  })
})

describe("what cannot be told", () => {
  const unknown = { $ref: "http://example.com/" }

  it("counts only where it would make a difference (JSCH-11)", () => {
    expect(misjudged([
      [{ allOf: [unknown, { type: "string" }] }, 1, "type "],
      [{ allOf: [unknown, { type: "string" }] }, "a", "UnresolvableReference"],
      [{ anyOf: [unknown, { type: "string" }] }, "a", "valid"],
      [{ anyOf: [unknown, { type: "string" }] }, 1, "UnresolvableReference"],
      [{ oneOf: [unknown, { type: "string" }, { minLength: 1 }] }, "a", "oneOf "],
      [{ oneOf: [unknown, { type: "string" }] }, "a", "UnresolvableReference"],
      [{ oneOf: [unknown, { type: "string" }] }, 1, "UnresolvableReference"],
      [{ not: unknown }, 1, "UnresolvableReference"],
      [{ not: { allOf: [unknown, { type: "string" }] } }, 1, "valid"],
      [{ if: unknown, then: false, else: false }, 1, "UnresolvableReference"],
      [{ properties: { a: unknown, b: { type: "string" } } }, { a: 1, b: 1 }, "type /b"],
      [{ properties: { a: unknown } }, { b: 1 }, "valid"],
      [{ items: unknown }, [], "valid"],
      [{ contains: unknown }, [1], "UnresolvableReference"],
      [{ contains: unknown, minContains: 2 }, [1], "minContains "],
      [{ contains: { anyOf: [{ const: 1 }, unknown] }, maxContains: 1 }, [1, 1], "maxContains "],
      [{ contains: { anyOf: [{ const: 1 }, unknown] } }, [1, 2], "valid"],
      [{ contains: { anyOf: [{ const: 1 }, unknown] }, maxContains: 2 }, [1, 2], "valid"]
    ])).toEqual([])
  })

  it("may have looked at what nothing else has", () => {
    expect(misjudged([
      [{ allOf: [unknown], unevaluatedProperties: false }, { a: 1 }, "UnresolvableReference"],
      [{ anyOf: [true, unknown], unevaluatedProperties: false }, { a: 1 }, "UnresolvableReference"],
      [{ anyOf: [true, unknown], unevaluatedItems: false }, [1], "UnresolvableReference"],
      [{ anyOf: [true, unknown], unevaluatedItems: { type: "integer" } }, [1], "valid"],
      [{ contains: unknown, minContains: 0, unevaluatedItems: false }, [1], "UnresolvableReference"],
      [{ $ref: "http://example.com/", unevaluatedProperties: false }, { a: 1 }, "UnresolvableReference"]
    ])).toEqual([])
  })

  it("is a pattern that could take too long, or is none", () => {
    const pattern = "^(a+)+$"
    expect(misjudged([
      [{ pattern }, "aaa", "UncheckedPattern"],
      [{ pattern, minLength: 4 }, "aaa", "minLength "],
      [{ pattern }, 5, "valid"],
      [{ not: { pattern } }, "aaa", "UncheckedPattern"],
      [{ pattern: "(" }, "(", "UncheckedPattern"],
      [{ pattern: "\\-" }, "-", "UncheckedPattern"],
      [{ pattern: "^a+$" }, "a".repeat(65_537), "UncheckedPattern"],
      [{ patternProperties: { [pattern]: true }, additionalProperties: false }, { b: 1 }, "UncheckedPattern"],
      [{ patternProperties: { [pattern]: true }, additionalProperties: true }, { b: 1 }, "valid"],
      [{ patternProperties: { [pattern]: { type: "string" } } }, { b: 1 }, "UncheckedPattern"],
      [{ patternProperties: { [pattern]: { type: "string" } } }, { b: "" }, "valid"],
      [{ patternProperties: { [pattern]: true }, unevaluatedProperties: false }, { b: 1 }, "UncheckedPattern"],
      [{ patternProperties: { [pattern]: true, "^b": false } }, { b: 1 }, "patternProperties /b"]
    ])).toEqual([])
  })
})

describe("what a peer can send against us", () => {
  const maxSteps = JsonSchemaValidator.defaultLimits.maxSteps
  // the last charge is for at most what one keyword holds
  const overshoot = 25_000

  /** The verdict, if it was found within the budget. */
  const bounded = (schema: JsonSchema, value: unknown): string => {
    const { found, steps } = metered(schema, value)
    if (steps > maxSteps + overshoot) return `${steps} steps`
    return found._tag === "Undecided" ? found.reason : found._tag
  }

  const doubling = (keyword: string, more: JsonSchema) => ({
    $ref: "#/$defs/d20",
    $defs: record(Array.from({ length: 21 }, (_, index) => `d${index}`), (index) =>
      index === 0
        ? { type: "object" }
        : { [keyword]: [{ $ref: `#/$defs/d${index - 1}` }, { $ref: `#/$defs/d${index - 1}` }], ...more })
  })

  it("2^20 subschemas made of twenty end with the budget (JSCH-12)", () => {
    expect(bounded(doubling("allOf", {}), {})).toBe("TooManySteps")
    expect(bounded(doubling("anyOf", { unevaluatedProperties: true }), { a: 1 })).toBe("TooManySteps")
    const wide = record(Array.from({ length: 5000 }, (_, index) => `k${index}`), () => 1)
    expect(bounded(doubling("anyOf", { unevaluatedProperties: true }), wide)).toBe("TooManySteps")
    expect(verdict(doubling("allOf", {}), {}, { maxSteps: 10_000_000 })).toBe("valid")
  })

  it("references that lead only to each other are found out (JSCH-12)", () => {
    const cycles: ReadonlyArray<JsonSchema> = [
      { $ref: "#" },
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { allOf: [{ $ref: "#/$defs/a" }] } } },
      { $dynamicAnchor: "a", $dynamicRef: "#a" },
      { $schema: draft7, $ref: "#/definitions/a", definitions: { a: { $ref: "#/definitions/a" } } }
    ]
    for (const schema of cycles) {
      const { found, steps } = metered(schema, 1)
      expect(found).toMatchObject({ _tag: "Undecided", reason: "ReferenceCycle" })
      expect(steps).toBeLessThan(50)
    }
  })

  it("patterns that go back without end are not run (JSCH-12)", () => {
    const text = `${"a".repeat(50)}b`
    for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){20}$", "^(\\w+\\s?)*$", "^(a?){50}a{50}$"]) {
      const { found, steps } = metered({ pattern }, text)
      expect({ pattern, found }).toMatchObject({ pattern, found: { reason: "UncheckedPattern" } })
      expect(steps).toBeLessThan(500)
    }
  })

  it("patterns that are many or slow leave work for the other keywords (JSCH-12)", () => {
    const slow = { pattern: "^[^@]+@[^@]+\\.[^@]+$" }
    const schema = { properties: { list: { items: slow }, last: { type: "string" } } }
    const list = Array.from({ length: 500 }, () => `a@${"b.".repeat(50)}c`)
    expect(verdict(schema, { list, last: 1 })).toBe("type /last")
    expect(bounded(schema, { list, last: "" })).toBe("UncheckedPattern")
    const patterns = Array.from({ length: 2000 }, (_, index) => `^(?:${"a?".repeat(index)}|b{1,60})*$`)
    expect(bounded({ allOf: patterns.map((pattern) => ({ pattern })) }, "b")).toBe("TooManySteps")
    expect(bounded({ patternProperties: record(patterns, () => true) }, { a: 1 })).toBe("TooManySteps")
  })

  it("schemas and values 100,000 levels deep are no deeper than the limit (JSCH-12)", () => {
    const deep = (wrap: (inner: unknown) => unknown): unknown => nested(100_000, true, wrap)
    expect(bounded({ allOf: [deep((inner) => ({ allOf: [inner] }))] }, 1)).toBe("TooDeep")
    expect(bounded({ not: deep((inner) => ({ not: inner })) }, 1)).toBe("TooDeep")
    expect(bounded({ items: { $ref: "#" } }, deep((inner) => [inner]))).toBe("TooDeep")
    expect(bounded({ const: deep((inner) => [inner]) }, deep((inner) => [inner]))).toBe("TooDeep")
    expect(bounded({ enum: [deep((inner) => ({ inner }))] }, deep((inner) => ({ inner })))).toBe("TooDeep")
    expect(bounded({ uniqueItems: true }, [deep((inner) => [inner]), []])).toBe("TooDeep")
    // to find a name, the whole document is looked through, but not called through
    expect(bounded({ $ref: "#name", items: deep((items) => ({ items })) }, 1)).toBe("TooManySteps")
    expect(bounded({ $ref: "name", items: deep((items) => ({ $id: "x/", items })) }, 1)).toBe("TooManySteps")
    expect(verdict({ items: { $ref: "#" } }, nested(40, [], (inner) => [inner]))).toBe("valid")
    expect(verdict({ items: { $ref: "#" } }, nested(40, [], (inner) => [inner]), { maxDepth: 40 })).toBe("TooDeep")
  })

  it("100,000 values to choose from or to tell apart are not compared each with each (JSCH-12)", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `v${index}`)
    const some = many.slice(0, 30_000)
    expect(bounded({ enum: many }, "v99999")).toBe("Valid")
    expect(bounded({ enum: many }, "none")).toBe("Misfit")
    expect(bounded({ enum: many.map((v) => ({ v })) }, { v: "v99999" })).toBe("Valid")
    expect(bounded({ uniqueItems: true }, many)).toBe("Valid")
    expect(bounded({ uniqueItems: true }, [...many, "v0"])).toBe("Misfit")
    expect(bounded({ uniqueItems: true }, many.slice(0, 20_000).map((v) => ({ v })))).toBe("Valid")
    expect(bounded({ uniqueItems: true }, many.map((v) => ({ v })))).toBe("TooManySteps")
    expect(bounded({ required: many, properties: record(many, () => true) }, record(many, () => 1))).toBe(
      "TooManySteps"
    )
    expect(bounded({ allOf: some.map(() => ({ enum: many })) }, "v1")).toBe("TooManySteps")
    expect(bounded({ allOf: some.map(() => ({ uniqueItems: true })) }, many)).toBe("TooManySteps")
    expect(bounded({ allOf: some.map(() => ({ required: many })) }, record(many, () => 1))).toBe("TooManySteps")
    expect(bounded({ anyOf: some.map((v) => ({ $id: `http://x/${v}`, const: 1 })) }, 2)).toBe("TooManySteps")
    expect(bounded({ allOf: some.map(() => ({ multipleOf: 5e-324 })) }, 1e300)).toBe("TooManySteps")
    expect(bounded({ allOf: some.map(() => ({ maxLength: 30_000 })) }, "😀".repeat(25_000))).toBe("TooManySteps")
  })

  it("work that grows with a value is paid for, whatever comes of it (JSCH-12)", () => {
    const wide = record(Array.from({ length: 4000 }, (_, index) => `k${index}`), () => 1)
    const passedOn = nested(20, { additionalProperties: true }, (inner) => ({ allOf: [inner] }))
    const least: ReadonlyArray<readonly [schema: JsonSchema, value: unknown, steps: number]> = [
      [{ multipleOf: 0.1 }, 0.3, 9],
      [{ maxLength: 30_000 }, "😀".repeat(25_000), 700],
      [{ minProperties: 1 }, wide, 1000],
      [{ const: wide }, { ...wide }, 1000],
      [{ allOf: [passedOn], unevaluatedProperties: false }, wide, 20_000]
    ]
    for (const [schema, value, steps] of least) {
      const { found, steps: taken } = metered(schema, value)
      expect(found).toEqual({ _tag: "Valid" })
      expect(taken).toBeGreaterThanOrEqual(steps)
    }
  })

  it("a schema that is never asked costs nothing", () => {
    const schema = new Proxy<JsonSchema>({}, {
      get: () => expect.unreachable(),
      has: () => expect.unreachable(),
      ownKeys: () => expect.unreachable(),
      getOwnPropertyDescriptor: () => expect.unreachable()
    })
    expect(JsonSchemaValidator.make(schema)).toBeDefined()
  })

  it("what was learned about a schema is not learned again", () => {
    const validator = JsonSchemaValidator.make({
      enum: Array.from({ length: 80_000 }, (_, index) => index),
      pattern: "^(?:a|b)$"
    })
    const steps = [1, 2, 3].map((value) => {
      const meter = { steps: 0 }
      expect(JsonSchemaValidator.validate(validator, value, meter)).toEqual({ _tag: "Valid" })
      return meter.steps
    })
    expect(steps[0]).toBeGreaterThan(10_000)
    expect(steps.slice(1)).toEqual([1, 1])
  })

  it("neither schema nor value is changed", () => {
    const freeze = (value: unknown): unknown => {
      if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
      return value
    }
    const schema = { ...doubling("anyOf", { unevaluatedProperties: true }), properties: { a: { uniqueItems: true } } }
    freeze(schema)
    expect(verdict(schema, freeze({ a: [{ b: 1 }, { b: 1 }] }))).toBe("uniqueItems /a/1")
  })
})

describe("what is said of a misfit", () => {
  it("is where it is, which keyword it is, and what was expected", () => {
    const schema = { properties: { list: { items: { required: ["name"], properties: { name: { maxLength: 3 } } } } } }
    expect(outcome(schema, { list: [{ name: "abc" }, { name: "abcd" }] })).toEqual({
      _tag: "Misfit",
      pointer: "/list/1/name",
      keyword: "maxLength",
      message: "Expected at most 3 characters"
    })
    expect(outcome(schema, { list: [{}] })).toEqual({
      _tag: "Misfit",
      pointer: "/list/0",
      keyword: "required",
      message: "Expected a property \"name\""
    })
  })

  it("is short and in one line, and holds nothing of the value but names on the way", () => {
    const name = `\n\u202e${"x".repeat(10_000)}`
    const secret = "s3cr3t".repeat(10_000)
    const schemas: ReadonlyArray<JsonSchema> = [
      { required: [name] },
      { properties: { secret: { const: name } } },
      { properties: { secret: { enum: [name] } } },
      { properties: { secret: { pattern: "^x+$" } } },
      { properties: { secret: { maxLength: 3 } } },
      { properties: { [name]: false } },
      { $ref: name },
      { $schema: name }
    ]
    for (const schema of schemas) {
      const found = outcome(schema, { secret, [name]: 1 })
      const message = found._tag === "Valid" ? "" : found.message
      expect(message).not.toMatch(/s3cr3t|[\n\u202e]/)
      expect(message.length).toBeLessThan(256)
      expect(found._tag === "Misfit" ? found.pointer.length : 0).toBeLessThanOrEqual(1025)
    }
  })
})

describe("agreement", () => {
  const options = { strict: false, validateFormats: false, logger: false } as const
  const ajvOf = { "2020-12": new Ajv2020(options), "7": new Ajv(options) }

  for (const draft of ["2020-12", "7"] as const) {
    it.prop(
      `with ajv, on schemas of draft ${draft} with every keyword (JSCH-3)`,
      [Schema.Int],
      ([seed]) => {
        const random = Generator.random(seed)
        const schema = JsonSchemaGenerator.document(random, draft)
        const before = JSON.stringify(schema)
        const check = ajvOf[draft].compile(schema)
        const validator = JsonSchemaValidator.make(schema)
        const disputed = Array.from({ length: 12 }, () => JsonSchemaGenerator.value(random)).flatMap((value) => {
          // ajv makes code that refers to variables it does not have of about one schema in 10,000
          const expected = Result.getOrUndefined(Result.try(() => check(value)))
          const found = JsonSchemaValidator.validate(validator, value)
          const agreed = expected === undefined || found._tag === (expected === true ? "Valid" : "Misfit")
          return agreed ? [] : [{ schema, value, expected, found }]
        })
        expect(disputed).toEqual([])
        expect(JSON.stringify(schema)).toBe(before)
      },
      { arbitrary: { runs: 200 } }
    )
  }

  it("with ajv is not agreement on one answer", () => {
    const found = Array.from({ length: 300 }, (_, seed) => {
      const random = Generator.random(seed)
      return outcome(JsonSchemaGenerator.document(random, "2020-12"), JsonSchemaGenerator.value(random))._tag
    })
    expect(found.filter((tag) => tag === "Valid").length).toBeGreaterThan(60)
    expect(found.filter((tag) => tag === "Misfit").length).toBeGreaterThan(60)
  })

  it.effect.prop(
    "with our own output schemas: every value that a Schema encodes fits (JSCH-1, TOOL-18)",
    [recipe(3)],
    Effect.fnUntraced(function*([recipe]) {
      const schema = build(recipe)
      const validator = JsonSchemaValidator.make(ToolSchema.toOutputSchema(schema))
      const encode = Schema.encodeUnknownExit(ToolSchema.codec(schema))
      for (const value of yield* Arbitrary.sampleEffect(Arbitrary.schema(Schema.toType(schema)), { count: 8 })) {
        const exit = encode(value)
        // an unconstrained number may be NaN in memory, which is refused
        if (Exit.isFailure(exit)) continue
        const wire: unknown = JSON.parse(JSON.stringify(exit.value))
        expect({ wire, found: JsonSchemaValidator.validate(validator, wire) }).toEqual({
          wire,
          found: { _tag: "Valid" }
        })
      }
    }),
    { arbitrary: { runs: 100 } }
  )
})
