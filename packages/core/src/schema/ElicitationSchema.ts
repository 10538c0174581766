/**
 * A form for the user, made from the author's Schemas: what the client is asked to show, and how its answer is read.
 *
 * It is not the exchange itself (see `Elicitation`), nor the wire noun (`protocol/ElicitationSchema`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#requested-schema
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { PrimitiveSchemaDefinition, RequestedSchema } from "../protocol/ElicitationSchema.ts"
import * as JsonSchemaDocument from "./JsonSchemaDocument.ts"
import * as ToolSchema from "./ToolSchema.ts"
import { UnsupportedSchema } from "./UnsupportedSchema.ts"

/**
 * What a field of a form can hold: text, a number, yes or no, or several choices. Dates are written as text. Objects, `null` and lists of anything but choices have no form field.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldValue = string | number | boolean | ReadonlyArray<string> | Date | DateTime.Utc | undefined

/**
 * The Schema of a form field.
 *
 * @category models
 * @since 0.1.0
 */
export interface Field extends Schema.Constraint {
  readonly Encoded: FieldValue
  readonly DecodingServices: never
  readonly EncodingServices: never
}

/**
 * The fields of a form, by name.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = { readonly [name: string]: Field }

/**
 * A form ready to be asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface ElicitationSchema<out A> {
  /** What the client is asked to show (ELIC-8). */
  readonly requestedSchema: RequestedSchema
  /** How the client's answer is read. */
  readonly codec: Schema.Codec<A, Schema.Json>
}

/**
 * The form of some fields. Titles, descriptions and `default` come from annotations; optional fields are not required.
 *
 * Checks that the protocol has words for are shown to the user: lengths, the formats `email`, `uri`, `date` and
 * `date-time`, inclusive bounds, numbers of choices. All others are left to the codec, which has the last word anyway.
 *
 * Throws `UnsupportedSchema` for a field that no form has, as far as the types have not refused it.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import * as ElicitationSchema from "@mcp-effect/core/schema/ElicitationSchema"
 *
 * ElicitationSchema.make({
 *   email: Schema.String.annotate({ title: "Your e-mail", format: "email" }),
 *   guests: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
 *   meal: ElicitationSchema.choice({ veg: "Vegetarian", fish: "Fish of the day" }),
 *   extras: Schema.optionalKey(Schema.Array(Schema.Literals(["wine", "dessert"])))
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const F extends Fields>(fields: F): ElicitationSchema<Schema.Struct.Type<F>> => {
  const known = forms.get(fields)
  // What is kept under some fields was made from these very fields.
  if (known !== undefined) return known as ElicitationSchema<Schema.Struct.Type<F>>
  const form = compile(fields)
  forms.set(fields, form)
  return form
}

/** A handler asks with the same fields each time it runs. */
const forms = new WeakMap<Fields, ElicitationSchema<unknown>>()

const compile = <const F extends Fields>(fields: F): ElicitationSchema<Schema.Struct.Type<F>> => {
  const schema = Schema.Struct(fields)
  const root = ToolSchema.toInputSchema(schema)
  const { required } = root
  const properties = Object.entries(JsonSchemaDocument.properties(root))
  return {
    requestedSchema: {
      type: "object",
      properties: Object.fromEntries(
        properties.map(([name, property]) => [name, definition(name, JsonSchemaDocument.dereference(property, root))])
      ),
      ...(Array.isArray(required) ? { required } : {})
    },
    codec: ToolSchema.codec(schema)
  }
}

/**
 * A choice of one of some values that the user sees by their titles; put it into `Schema.Array` for a choice of several.
 *
 * @category schemas
 * @since 0.1.0
 */
export const choice = <const Titles extends { readonly [value: string]: string }>(
  titles: Titles
): Schema.Codec<keyof Titles & string> =>
  Schema.make<Schema.Codec<keyof Titles & string>>(
    Schema.Union(Object.entries(titles).map(([value, title]) => Schema.Literal(value).annotate({ title }))).ast
  )

type Property = JsonSchemaDocument.JsonSchema

const definition = (name: string, property: Property): PrimitiveSchemaDefinition => {
  const options = titledOptions(property)
  if (options !== undefined) {
    return { type: "string", ...described(property), oneOf: options, ...only(property, "default", Predicate.isString) }
  }
  switch (property["type"]) {
    case "string":
      return text(name, property)
    case "number":
    case "integer":
      if (property["enum"] !== undefined) {
        return refuse(name, "the choices of a form are texts: use Schema.Literals of strings")
      }
      return {
        type: property["type"],
        ...described(property),
        ...bounds(property),
        ...only(property, "default", Predicate.isNumber)
      }
    case "boolean":
      return { type: "boolean", ...described(property), ...only(property, "default", Predicate.isBoolean) }
    case "array":
      return several(name, property)
    default:
      return refuse(
        name,
        isNullable(property)
          ? "a form has no null: use Schema.optionalKey for what the user may leave out"
          : "a form is flat: use String, Finite, Int, Boolean, Literals, Date, or an Array of Literals"
      )
  }
}

const text = (name: string, property: Property): PrimitiveSchemaDefinition => {
  const values = property["enum"]
  return values === undefined
    ? {
      type: "string",
      ...described(property),
      ...only(property, "minLength", Predicate.isNumber),
      ...only(property, "maxLength", Predicate.isNumber),
      ...only(property, "format", isFormat),
      ...only(property, "default", Predicate.isString)
    }
    : {
      type: "string",
      ...described(property),
      enum: strings(values) ?? refuse(name, "the choices of a form are texts: use Schema.Literals of strings"),
      ...only(property, "default", Predicate.isString)
    }
}

const several = (name: string, property: Property): PrimitiveSchemaDefinition => {
  const items = isSchema(property["items"]) ? property["items"] : {}
  const options = titledOptions(items)
  const values = strings(items["enum"])
  const rest = {
    ...described(property),
    ...only(property, "minItems", Predicate.isNumber),
    ...only(property, "maxItems", Predicate.isNumber),
    ...only(property, "default", isStrings)
  }
  if (options !== undefined) return { type: "array", ...rest, items: { anyOf: options } }
  return values === undefined
    ? refuse(name, "a list in a form is a choice of several: use Schema.Array of Schema.Literals")
    : { type: "array", ...rest, items: { type: "string", enum: values } }
}

/** A union of single texts, at least one of which has a title of its own. */
const titledOptions = (
  property: Property
): ReadonlyArray<{ readonly const: string; readonly title: string }> | undefined => {
  const { anyOf } = property
  if (!Array.isArray(anyOf)) return undefined
  const options = anyOf.flatMap((member: unknown) => {
    if (!isSchema(member) || member["type"] !== "string") return [undefined]
    return strings(member["enum"])?.map((value) => ({
      const: value,
      title: typeof member["title"] === "string" ? member["title"] : value
    })) ?? [undefined]
  })
  return options.every((option) => option !== undefined) ? options : undefined
}

const isNullable = ({ anyOf }: Property): boolean =>
  Array.isArray(anyOf) && anyOf.some((member: unknown) => isSchema(member) && member["type"] === "null")

const described = (property: Property): { readonly title?: string; readonly description?: string } => ({
  ...only(property, "title", Predicate.isString),
  ...only(property, "description", Predicate.isString)
})

/** Forms know inclusive bounds only; the codec still refuses the bound itself where it is exclusive. */
const bounds = (property: Property): { readonly minimum?: number; readonly maximum?: number } => {
  const step = property["type"] === "integer" ? 1 : 0
  const { exclusiveMaximum, exclusiveMinimum } = property
  return {
    ...(Predicate.isNumber(exclusiveMinimum) ? { minimum: exclusiveMinimum + step } : {}),
    ...(Predicate.isNumber(exclusiveMaximum) ? { maximum: exclusiveMaximum - step } : {}),
    ...only(property, "minimum", Predicate.isNumber),
    ...only(property, "maximum", Predicate.isNumber)
  }
}

const only = <const K extends string, A>(
  property: Property,
  key: K,
  is: (value: unknown) => value is A
): { readonly [P in K]?: A } => {
  const value = property[key]
  // The computed key is K, which the compiler widens to string.
  return (is(value) ? { [key]: value } : {}) as { readonly [P in K]?: A }
}

const isSchema = (value: unknown): value is Property => Predicate.isObject(value)

type Format = "email" | "uri" | "date" | "date-time"

const isFormat = (value: unknown): value is Format =>
  value === "email" || value === "uri" || value === "date" || value === "date-time"

const isStrings = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(Predicate.isString)

const strings = (value: unknown): ReadonlyArray<string> | undefined => isStrings(value) ? value : undefined

const refuse = (name: string, reason: string): never => {
  throw new UnsupportedSchema({ path: [name], reason })
}
