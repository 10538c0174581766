/**
 * The content of an answered form: what the form itself fills in, and whether the rest fits what was asked for.
 *
 * It is not the server's reading of an answer (`schema/ElicitationSchema`), and it knows no JSON Schema but that of forms.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#requested-schema
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { RawContent } from "../Elicitation.ts"
import {
  type PrimitiveSchemaDefinition,
  type RequestedSchema,
  TitledSingleSelectEnumSchema
} from "../protocol/ElicitationSchema.ts"
import * as Resource from "../Resource.ts"

/**
 * What is wrong with the value of a field, in words for who fills in the form.
 *
 * @category models
 * @since 0.1.0
 */
export interface Violation {
  readonly field: string
  readonly message: string
}

/**
 * The values that a form is filled in with before anybody has (ELIC-13). A default that its own field does not allow is none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const defaults = ({ properties }: RequestedSchema): RawContent =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([field, definition]) => {
      const value = definition.default
      return value === undefined || misfit(definition, value) !== undefined ? [] : [[field, value]]
    })
  )

/**
 * The content with defaults for what it leaves out, and without what was not asked for.
 *
 * @category combinators
 * @since 0.1.0
 */
export const complete = (form: RequestedSchema, content: RawContent): RawContent => {
  const filled = new Map(Object.entries(defaults(form)))
  for (const [field, value] of Object.entries(content)) {
    // whoever is not strict about it means by `undefined` that it is left out
    if (Object.hasOwn(form.properties, field) && value !== undefined) filled.set(field, value)
  }
  return Object.fromEntries(filled)
}

/**
 * Where the content does not fit the form (ELIC-20).
 *
 * @category guards
 * @since 0.1.0
 */
export const violations = (
  { properties, required }: RequestedSchema,
  content: RawContent
): ReadonlyArray<Violation> => [
  ...(required ?? []).flatMap((field) => Object.hasOwn(content, field) ? [] : [{ field, message: "is required" }]),
  ...Object.entries(properties).flatMap(([field, definition]) => {
    const message = Object.hasOwn(content, field) ? misfit(definition, content[field]) : undefined
    return message === undefined ? [] : [{ field, message }]
  })
]

const misfit = (definition: PrimitiveSchemaDefinition, value: unknown): string | undefined => {
  switch (definition.type) {
    case "string":
      return Predicate.isString(value) ? text(definition, value) : "is not a text"
    case "boolean":
      return Predicate.isBoolean(value) ? undefined : "is neither true nor false"
    case "array":
      return Array.isArray(value) ? several(definition, value) : "is not a list"
    default:
      return Predicate.isNumber(value) && Number.isFinite(value) ? number(definition, value) : "is not a number"
  }
}

type Definition<T extends PrimitiveSchemaDefinition["type"]> = Extract<PrimitiveSchemaDefinition, { readonly type: T }>

const text = (definition: Definition<"string">, value: string): string | undefined => {
  // what fits as a plain text may carry anything under these names
  const choices = "oneOf" in definition ? consts(definition.oneOf) : "enum" in definition ? definition.enum : undefined
  if (Array.isArray(choices)) return choices.includes(value) ? undefined : "is not one of the choices"
  if ("minLength" in definition && lengthOf(value) < definition.minLength!) {
    return `has fewer than ${definition.minLength} characters`
  }
  if ("maxLength" in definition && lengthOf(value) > definition.maxLength!) {
    return `has more than ${definition.maxLength} characters`
  }
  return "format" in definition && !formats[definition.format!](value)
    ? `is not a valid ${definition.format}`
    : undefined
}

const number = (
  { maximum, minimum, type }: Definition<"number" | "integer">,
  value: number
): string | undefined => {
  if (type === "integer" && !Number.isInteger(value)) return "is not a whole number"
  if (minimum !== undefined && value < minimum) return `is less than ${minimum}`
  return maximum !== undefined && value > maximum ? `is more than ${maximum}` : undefined
}

const several = (
  { items, maxItems, minItems }: Definition<"array">,
  values: ReadonlyArray<unknown>
): string | undefined => {
  const choices: ReadonlyArray<unknown> = "anyOf" in items ? items.anyOf.map((option) => option.const) : items.enum
  if (minItems !== undefined && values.length < minItems) return `has fewer than ${minItems} choices`
  if (maxItems !== undefined && values.length > maxItems) return `has more than ${maxItems} choices`
  return values.every((value) => choices.includes(value)) ? undefined : "has a choice that there is not"
}

const consts = (options: unknown): ReadonlyArray<string> | undefined =>
  isTitled(options) ? options.map((option) => option.const) : undefined

const isTitled = Schema.is(TitledSingleSelectEnumSchema.fields.oneOf)

// JSON Schema counts characters, not their halves.
const lengthOf = (value: string): number => {
  let length = 0
  for (const _ of value) length++
  return length
}

const isDate = (value: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false
  const time = Date.parse(`${value}T00:00:00Z`)
  // there are dates that it takes for those of the next month
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}

const isTime = (value: string): boolean =>
  /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i.test(value)

const formats: { readonly [format in "email" | "uri" | "date" | "date-time"]: (value: string) => boolean } = {
  "email": (value) => value.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(value),
  "uri": Resource.isUri,
  "date": isDate,
  "date-time": (value) => isDate(value.slice(0, 10)) && /^[ t]$/i.test(value.slice(10, 11)) && isTime(value.slice(11))
}
