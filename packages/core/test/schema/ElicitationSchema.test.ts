import { describe, expect, it } from "@effect/vitest"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { RequestedSchema } from "../../src/protocol/ElicitationSchema.ts"
import * as ElicitationSchema from "../../src/schema/ElicitationSchema.ts"
import { UnsupportedSchema } from "../../src/schema/UnsupportedSchema.ts"
import * as SpecSchema from "../spec/SpecSchema.ts"

const field = (schema: ElicitationSchema.Field): unknown =>
  ElicitationSchema.make({ field: schema }).requestedSchema.properties["field"]

const Meal = ElicitationSchema.choice({ veg: "Vegetarian", fish: "Fish of the day" })

const everything = {
  name: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(40)).annotate({ title: "Name", default: "me" }),
  email: Schema.String.annotate({ format: "email", description: "where to write" }),
  site: Schema.optionalKey(Schema.String.annotate({ format: "uri" })),
  born: Schema.optionalKey(Schema.String.annotate({ format: "date" })),
  at: Schema.optional(Schema.Date),
  ratio: Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 1 })).annotate({ default: 0.5 }),
  guests: Schema.Int.check(Schema.isGreaterThan(0), Schema.isLessThan(9)),
  vip: Schema.Boolean.annotate({ default: false }),
  size: Schema.Literals(["s", "m", "l"]).annotate({ default: "m" }),
  meal: Meal.annotate({ title: "Meal", default: "fish" }),
  colour: Schema.Enum({ Red: "#f00", Green: "#0f0" }),
  extras: Schema.Array(Schema.Literals(["wine", "dessert"])).check(Schema.isMaxLength(2)),
  courses: Schema.NonEmptyArray(Meal).annotate({ default: ["veg"] })
} as const

describe("a form", () => {
  it("is a flat object of its fields, of which the optional ones are not required (ELIC-8)", () => {
    const { requestedSchema } = ElicitationSchema.make(everything)
    expect(Object.keys(requestedSchema)).toEqual(["type", "properties", "required"])
    expect(requestedSchema.type).toBe("object")
    expect(Object.keys(requestedSchema.properties)).toEqual(Object.keys(everything))
    expect(requestedSchema.required).toEqual(
      Object.keys(everything).filter((name) => !["site", "born", "at"].includes(name))
    )
    expect(ElicitationSchema.make({ a: Schema.optionalKey(Schema.String) }).requestedSchema).toEqual({
      type: "object",
      properties: { a: { type: "string" } }
    })
    expect(ElicitationSchema.make({}).requestedSchema).toEqual({ type: "object", properties: {} })
  })

  it.each(["2025-11-25.json", "2026-07-28.json"])(
    "is what the schema of the specification admits: %s (ELIC-8)",
    (file) => {
      const spec = SpecSchema.load(file, true)
      const { requestedSchema } = ElicitationSchema.make(everything)
      const params = { mode: "form", message: "Please", requestedSchema }
      expect(spec.misfit(spec.ref("ElicitRequestFormParams"), params)).toBeUndefined()
      expect(Exit.isSuccess(
        Schema.decodeUnknownExit(RequestedSchema, { onExcessProperty: "error" })(requestedSchema)
      )).toBe(true)
    }
  )

  it("is made once for the same fields", () => {
    expect(ElicitationSchema.make(everything)).toBe(ElicitationSchema.make(everything))
  })
})

describe("a field", () => {
  it.each<[string, ElicitationSchema.Field, unknown]>([
    ["text", everything.name, { type: "string", title: "Name", minLength: 1, maxLength: 40, default: "me" }],
    ["e-mail", everything.email, { type: "string", description: "where to write", format: "email" }],
    ["URI", everything.site, { type: "string", format: "uri" }],
    ["day", everything.born, { type: "string", format: "date" }],
    ["date", everything.at, { type: "string", format: "date-time" }],
    ["number", everything.ratio, { type: "number", minimum: 0, maximum: 1, default: 0.5 }],
    ["integer", everything.guests, { type: "integer", minimum: 1, maximum: 8 }],
    ["boolean", everything.vip, { type: "boolean", default: false }]
  ])("has the words of the protocol for it: %s (ELIC-9, ELIC-10)", (_, schema, expected) => {
    expect(field(schema)).toEqual(expected)
  })

  it.each<[string, ElicitationSchema.Field, unknown]>([
    ["untitled, one", everything.size, { type: "string", enum: ["s", "m", "l"], default: "m" }],
    ["titled, one", everything.meal, {
      type: "string",
      title: "Meal",
      oneOf: [{ const: "veg", title: "Vegetarian" }, { const: "fish", title: "Fish of the day" }],
      default: "fish"
    }],
    ["titled by an enum, one", everything.colour, {
      type: "string",
      oneOf: [{ const: "#f00", title: "Red" }, { const: "#0f0", title: "Green" }]
    }],
    ["titled in part", Schema.Union([Schema.Literal("a").annotate({ title: "A" }), Schema.Literal("b")]), {
      type: "string",
      oneOf: [{ const: "a", title: "A" }, { const: "b", title: "b" }]
    }],
    ["untitled, several", everything.extras, {
      type: "array",
      items: { type: "string", enum: ["wine", "dessert"] },
      maxItems: 2
    }],
    ["titled, several", everything.courses, {
      type: "array",
      items: { anyOf: [{ const: "veg", title: "Vegetarian" }, { const: "fish", title: "Fish of the day" }] },
      minItems: 1,
      default: ["veg"]
    }]
  ])("may be a choice: %s (ELIC-12)", (_, schema, expected) => {
    expect(field(schema)).toEqual(expected)
  })

  it("leaves out checks that the protocol has no words for, and the codec keeps them", () => {
    const form = ElicitationSchema.make({
      code: Schema.String.check(Schema.isPattern(/^[A-Z]+$/)).annotate({ format: "uuid" }),
      step: Schema.Finite.check(Schema.isMultipleOf(5), Schema.isGreaterThan(0))
    })
    expect(form.requestedSchema.properties).toEqual({ code: { type: "string" }, step: { type: "number", minimum: 0 } })
    const decode = Schema.decodeUnknownExit(form.codec)
    expect(decode({ code: "AB", step: 5 })).toEqual(Exit.succeed({ code: "AB", step: 5 }))
    expect(Exit.isFailure(decode({ code: "ab", step: 5 }))).toBe(true)
    expect(Exit.isFailure(decode({ code: "AB", step: 0 }))).toBe(true)
  })
})

describe("an answer", () => {
  it("is read by the author's Schemas (ELIC-20)", () => {
    const decode = Schema.decodeUnknownExit(ElicitationSchema.make(everything).codec)
    const answer = {
      name: "Ada",
      email: "ada@example.org",
      at: "2026-01-02T03:04:05Z",
      ratio: 1,
      guests: 2,
      vip: true,
      size: "s",
      meal: "veg",
      colour: "#f00",
      extras: [],
      courses: ["fish", "veg"]
    }
    expect(decode(answer)).toEqual(Exit.succeed({ ...answer, at: new Date("2026-01-02T03:04:05Z") }))
    for (
      const wrong of [
        { name: "" },
        { ratio: 2 },
        { ratio: "1" },
        { guests: 9 },
        { vip: "true" },
        { size: "xl" },
        { meal: "Vegetarian" },
        { extras: "wine" },
        { extras: ["beer"] },
        { courses: [] }
      ]
    ) {
      expect(Exit.isFailure(decode({ ...answer, ...wrong }))).toBe(true)
    }
  })

  it.prop("that the form admits is read, whatever the user chose", [Schema.Struct(everything)], ([value]) => {
    const { codec } = ElicitationSchema.make(everything)
    const wire = Schema.encodeUnknownExit(codec)(value)
    expect(Exit.isSuccess(wire) && Exit.isSuccess(Schema.decodeUnknownExit(codec)(wire.value))).toBe(true)
  })
})

describe("what is no form field", () => {
  // The types refuse most of these; a Schema whose type says less than it does gets here.
  it.each<[string, Schema.Constraint, RegExp]>([
    ["a struct", Schema.Struct({ a: Schema.String }), /flat/],
    ["null", Schema.NullOr(Schema.String), /no null: use Schema.optionalKey/],
    ["a list of texts", Schema.Array(Schema.String), /Schema.Array of Schema.Literals/],
    ["a list of numbers", Schema.Array(Schema.Finite), /Schema.Array of Schema.Literals/],
    ["a tuple", Schema.Tuple([Schema.Literal("a"), Schema.Literal("b")]), /Schema.Array of Schema.Literals/],
    ["a choice of numbers", Schema.Literals([1, 2]), /choices of a form are texts/],
    ["a choice of titled numbers", Schema.Enum({ One: 1, Two: 2 }), /flat/],
    ["either of two types", Schema.Union([Schema.String, Schema.Finite]), /flat/],
    ["anything", Schema.Unknown, /flat/]
  ])("is refused with its name and a way out: %s (ELIC-9)", (_, schema, reason) => {
    const make = () => field(schema as ElicitationSchema.Field)
    expect(make).toThrow(UnsupportedSchema)
    expect(make).toThrow(/^field: /)
    expect(make).toThrow(reason)
  })
})
