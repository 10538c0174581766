import { describe, expect, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as ToolSchema from "../../src/schema/ToolSchema.ts"
import { UnsupportedSchema } from "../../src/schema/UnsupportedSchema.ts"
import { build, Person, recipe } from "./SchemaRecipe.ts"

const ajv = () => new Ajv2020({ strict: false, validateFormats: false, allErrors: true })

const property = (field: Schema.Top, direction: "input" | "output" = "input"): unknown => {
  const schema = Schema.Struct({ field })
  const root = direction === "input" ? ToolSchema.toInputSchema(schema) : ToolSchema.toOutputSchema(schema)
  return (root["properties"] as { readonly field: unknown }).field
}

interface Tree {
  readonly value: number
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  value: Schema.Number,
  children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
}).annotate({ identifier: "Tree" })

describe("the root of an input schema", () => {
  it("is an object with its properties and what is required, and no $schema (TOOL-6, TOOL-7, TOOL-9)", () => {
    expect(ToolSchema.toInputSchema(Schema.Struct({ a: Schema.Finite, b: Schema.optionalKey(Schema.String) })))
      .toEqual({ type: "object", properties: { a: { type: "number" }, b: { type: "string" } }, required: ["a"] })
  })

  it("says that a tool without parameters takes none (TOOL-8)", () => {
    expect(ToolSchema.toInputSchema(Schema.Struct({}))).toEqual({ type: "object", additionalProperties: false })
    expect(ToolSchema.toInputSchema(class Empty extends Schema.Class<Empty>("Empty")({}) {}))
      .toEqual({ type: "object", additionalProperties: false })
  })

  it("holds the definition itself where the schema has an identifier", () => {
    expect(ToolSchema.toInputSchema(Person))
      .toEqual({ type: "object", properties: { name: { type: "string" } }, required: ["name"] })
  })

  it("is an object beside the alternatives of a union, none of which is lost (TOOL-6)", () => {
    const schema = ToolSchema.toInputSchema(
      Schema.Union([Schema.Struct({ by: Schema.Literal("id"), id: Schema.Int }), Person])
    )
    expect(schema.type).toBe("object")
    expect(schema["anyOf"]).toEqual([
      {
        type: "object",
        properties: { by: { type: "string", enum: ["id"] }, id: { type: "integer" } },
        required: ["by", "id"]
      },
      { $ref: "#/$defs/Person" }
    ])
    const validate = ajv().compile(schema)
    expect(validate({ name: "Ada" })).toBe(true)
    expect(validate({ by: "id", id: 1.5 })).toBe(false)
  })

  it("keeps the keys of a record open", () => {
    expect(ToolSchema.toInputSchema(Schema.Record(Schema.String, Schema.Number)))
      .toEqual({ type: "object", additionalProperties: { type: "number" } })
  })

  it.each([
    Schema.String,
    Schema.Array(Schema.String),
    Schema.Unknown,
    Schema.Union([Schema.Struct({}), Schema.String]),
    Schema.NullOr(Person)
  ])("is refused when it admits something that is no object", (schema) => {
    expect(() => ToolSchema.toInputSchema(schema)).toThrow(UnsupportedSchema)
    expect(() => ToolSchema.toInputSchema(schema)).toThrow(/Schema\.Struct/)
  })
})

describe("the root of an output schema", () => {
  it("may be anything (TOOL-10)", () => {
    expect(ToolSchema.toOutputSchema(Schema.Array(Schema.Number))).toEqual({ type: "array", items: { type: "number" } })
    expect(ToolSchema.toOutputSchema(Schema.String)).toEqual({ type: "string" })
  })

  it("stays open for a struct without fields, since such a struct lets fields through", () => {
    expect(ToolSchema.toOutputSchema(Schema.Struct({}))).toEqual({ type: "object" })
  })
})

describe("numbers", () => {
  it.each([
    ["Number", Schema.Number, { type: "number" }],
    ["Finite", Schema.Finite, { type: "number" }],
    ["Int", Schema.Int, { type: "integer" }],
    ["Number with a check", Schema.Number.check(Schema.isGreaterThan(1)), { type: "number", exclusiveMinimum: 1 }],
    ["a description", Schema.Number.annotate({ description: "d" }), { type: "number", description: "d" }],
    ["a bounded integer", Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })), {
      type: "integer",
      minimum: 1,
      maximum: 9
    }]
  ])("are plain numbers: %s", (_, schema, expected) => {
    expect(property(schema)).toEqual(expected)
  })

  it("are finite wherever they stand, also behind a transformation", () => {
    const wrapped = Schema.Struct({ at: Schema.Number }).pipe(
      Schema.decodeTo(Schema.Struct({ at: Schema.Number, more: Schema.optionalKey(Schema.Number) }))
    )
    const schema = Schema.Struct({
      list: Schema.Array(Schema.Number),
      tuple: Schema.Tuple([Schema.String, Schema.Number]),
      record: Schema.Record(Schema.String, Schema.Number),
      union: Schema.Union([Schema.Number, Schema.String]),
      option: Schema.Option(Schema.Number),
      tree: Tree,
      wrapped
    })
    expect(JSON.stringify(ToolSchema.toInputSchema(schema))).not.toMatch(/NaN|Infinity/)
  })

  it("are not decoded from the names of numbers that JSON does not have", () => {
    const decode = Schema.decodeUnknownExit(ToolSchema.codec(Schema.Struct({ n: Schema.Number })))
    expect(decode({ n: 1.5 })).toEqual(Exit.succeed({ n: 1.5 }))
    for (const n of ["NaN", "Infinity", "-Infinity", "1", null, Number.NaN]) {
      expect(Exit.isFailure(decode({ n }))).toBe(true)
    }
  })

  it("are not encoded when they are not finite, because JSON.stringify would write null", () => {
    const encode = Schema.encodeUnknownExit(ToolSchema.codec(Schema.Struct({ n: Schema.Number, tree: Tree })))
    expect(Exit.isSuccess(encode({ n: 1, tree: { value: 1, children: [] } }))).toBe(true)
    expect(Exit.isFailure(encode({ n: Number.NaN, tree: { value: 1, children: [] } }))).toBe(true)
    expect(Exit.isFailure(encode({ n: 1, tree: { value: 1, children: [{ value: Infinity, children: [] }] } }))).toBe(
      true
    )
  })

  it("keep the identity of a schema that has no loose numbers", () => {
    const schema = Schema.Struct({ a: Schema.Finite, b: Schema.Array(Schema.String) })
    expect(ToolSchema.codec(schema).ast).toBe(schema.ast)
  })
})

describe("what an author says about a field", () => {
  it("stays on the field, also where the field is transformed", () => {
    expect(property(Schema.Date.annotate({
      title: "When",
      description: "the day",
      examples: [DateTime.toDate(DateTime.makeUnsafe(0))]
    })))
      .toEqual({
        type: "string",
        format: "date-time",
        title: "When",
        description: "the day",
        examples: ["1970-01-01T00:00:00.000Z"]
      })
    expect(property(Schema.FiniteFromString.annotate({ description: "a count", default: 5 })))
      .toEqual({ type: "string", description: "a count", default: "5" })
  })

  it("is left out where the schema itself would refuse it", () => {
    expect(property(Schema.Date.annotate({ default: new Date(Number.NaN) }))).toEqual({
      type: "string",
      format: "date-time"
    })
  })

  it("is found on the field, not inside allOf, and the word of the key wins", () => {
    expect(property(
      Schema.String.annotate({ description: "a text" }).pipe(
        Schema.annotateKey({ description: "the name", default: "x" })
      )
    ))
      .toEqual({ type: "string", description: "the name", default: "x" })
    expect(property(Person.pipe(Schema.annotateKey({ description: "who" }))))
      .toEqual({ $ref: "#/$defs/Person", description: "who" })
    expect(property(Schema.String.check(Schema.isBetweenCodePoints(1, 3))))
      .toEqual({ type: "string", minLength: 1, maxLength: 3 })
  })

  it("may be a keyword of its own that begins with x-", () => {
    expect(property(Schema.Finite.annotate({ "x-mcp-header": "Region", internal: true })))
      .toEqual({ type: "number", "x-mcp-header": "Region" })
  })
})

describe("optional fields", () => {
  it("are left out by a sender, and their explicit undefined is null to a reader", () => {
    expect(property(Schema.optional(Schema.Number).annotate({ description: "d" })))
      .toEqual({ type: "number", description: "d" })
    expect(property(Schema.optional(Schema.Number), "output")).toEqual({
      anyOf: [{ type: "number" }, { type: "null" }]
    })
    expect(property(Schema.optional(Schema.NullOr(Schema.Number)), "output"))
      .toEqual({ anyOf: [{ type: "number" }, { type: "null" }] })
    expect(property(Schema.optional(Schema.Union([Schema.Number, Schema.String]))))
      .toEqual({ anyOf: [{ type: "number" }, { type: "string" }] })
  })

  it("keep what is said about their key", () => {
    expect(property(Schema.optional(Schema.String).pipe(Schema.annotateKey({ title: "T" }))))
      .toEqual({ type: "string", title: "T" })
  })

  it("are understood as absent when a client sends null", () => {
    const decode = Schema.decodeUnknownExit(ToolSchema.codec(Schema.Struct({ a: Schema.optional(Schema.Number) })))
    expect(decode({ a: null })).toEqual(Exit.succeed({ a: undefined }))
    expect(decode({})).toEqual(Exit.succeed({}))
  })

  it("include those that have a default for decoding", () => {
    const schema = Schema.Struct({ a: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) })
    expect(ToolSchema.toInputSchema(schema)).toEqual({ type: "object", properties: { a: { type: "integer" } } })
  })
})

describe("definitions", () => {
  it("are local, named by identifier, and shared", () => {
    const schema = ToolSchema.toInputSchema(
      Schema.Struct({
        a: Person,
        b: Schema.optionalKey(Person),
        c: Schema.Array(Person),
        d: Person.pipe(Schema.annotateKey({ title: "D" }))
      })
    )
    expect(Object.keys(schema["$defs"] as object)).toEqual(["Person"])
    expect(schema["properties"]).toEqual({
      a: { $ref: "#/$defs/Person" },
      b: { $ref: "#/$defs/Person" },
      c: { type: "array", items: { $ref: "#/$defs/Person" } },
      d: { $ref: "#/$defs/Person", title: "D" }
    })
  })

  it("carry recursion, at the root too", () => {
    const schema = ToolSchema.toInputSchema(Tree)
    const validate = ajv().compile(schema)
    expect(validate({ value: 1, children: [{ value: 2, children: [] }] })).toBe(true)
    expect(validate({ value: 1, children: [{ value: "2", children: [] }] })).toBe(false)
  })

  it("have a $ref that resolves whatever characters the identifier has", () => {
    const odd = Schema.Struct({ a: Schema.String }).annotate({ identifier: "a/b ~c%#ü" })
    const schema = ToolSchema.toInputSchema(Schema.Struct({ odd, list: Schema.Array(odd) }))
    const validate = ajv().compile(schema)
    expect(validate({ odd: { a: "" }, list: [{ a: "" }] })).toBe(true)
    expect(validate({ odd: {}, list: [] })).toBe(false)
  })

  it("stay apart when one identifier stands for two things", () => {
    const one = Schema.Struct({ a: Schema.String }).annotate({ identifier: "Same" })
    const two = Schema.Struct({ b: Schema.String }).annotate({ identifier: "Same" })
    const validate = ajv().compile(ToolSchema.toInputSchema(Schema.Struct({ one, two })))
    expect(validate({ one: { a: "" }, two: { b: "" } })).toBe(true)
    expect(validate({ one: { b: "" }, two: { b: "" } })).toBe(false)
  })
})

it("a property named __proto__ is a property like any other", () => {
  const schema = ToolSchema.toInputSchema(Schema.Struct({ ["__proto__"]: Schema.String }))
  expect(Object.keys(schema["properties"] as object)).toEqual(["__proto__"])
  expect(Object.getPrototypeOf(schema["properties"])).toBe(Object.prototype)
})

it("a non-empty list is minItems, not a tuple", () => {
  expect(property(Schema.NonEmptyArray(Schema.String))).toEqual({
    type: "array",
    minItems: 1,
    items: { type: "string" }
  })
})

// --- laws

describe("laws", () => {
  it.effect.prop(
    "every value of every Schema is encoded to JSON that satisfies the published schema and is decoded again",
    [recipe(3)],
    Effect.fnUntraced(function*([recipe]) {
      const schema = build(recipe)
      const published = ToolSchema.toOutputSchema(schema)
      const checker = ajv()
      expect(checker.validateSchema(published)).toBe(true)
      expect(JSON.stringify(published)).not.toMatch(/"NaN"|"Infinity"/)
      const validate = checker.compile(published)
      const codec = ToolSchema.codec(schema)
      // an unconstrained number may be NaN in memory, which is refused: only what is encoded has to fit
      for (const value of yield* Arbitrary.sampleEffect(Arbitrary.schema(Schema.toType(schema)), { count: 8 })) {
        const exit = Schema.encodeUnknownExit(codec)(value)
        if (Exit.isFailure(exit)) continue
        const wire: unknown = JSON.parse(JSON.stringify(exit.value))
        expect({ valid: validate(wire), wire, errors: validate.errors ?? null })
          .toEqual({ valid: true, wire, errors: null })
        const decoded = yield* Schema.decodeUnknownEffect(codec)(wire)
        // members of a union may read each other's JSON, so what comes out again only has to fit, too
        expect(validate(yield* Schema.encodeUnknownEffect(codec)(decoded))).toBe(true)
      }
    }),
    { arbitrary: { runs: 100 } }
  )

  it.effect.prop(
    "every input schema is a valid JSON Schema with an object root and local references",
    [recipe(3)],
    ([recipe]) =>
      Effect.sync(() => {
        const published = ToolSchema.toInputSchema(Schema.Struct({ field: build(recipe) }))
        expect(published.type).toBe("object")
        expect(published["$schema"]).toBeUndefined()
        const checker = ajv()
        expect(checker.validateSchema(published)).toBe(true)
        // an unresolvable reference does not compile
        checker.compile(published)
        for (const [reference] of JSON.stringify(published).matchAll(/"\$ref":"[^"]*"/g)) {
          expect(reference).toMatch(/^"\$ref":"#\/\$defs\//)
        }
      }),
    { arbitrary: { runs: 100 } }
  )
})
