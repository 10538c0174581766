/**
 * Values of a JSON Schema, from a seed: optional members come and go, choices vary, and open objects have members nobody knows.
 *
 * It covers the keywords that the specification's schemas use, not JSON Schema in general.
 *
 * @since 0.1.0
 */
import type { JsonSchema, SpecSchema } from "./SpecSchema.ts"

/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number

/** A small generator of random numbers (mulberry32). */
export const random = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const pick = <A>(random: Random, values: ReadonlyArray<A>): A => {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error("Nothing to pick from")
  return value
}

const words = ["", "a", "text", "0", "Ünïcode", "two words", "https://example.com/x?y=1", "__proto__", "constructor"]

const text = (random: Random): string => pick(random, words) + (random() < 0.5 ? "" : pick(random, words))

const json = (random: Random, depth: number): unknown => {
  const kinds = depth > 2 ? 4 : 6
  switch (Math.floor(random() * kinds)) {
    case 0:
      return null
    case 1:
      return random() < 0.5
    case 2:
      return random() < 0.5 ? Math.floor(random() * 1000) : random() * 100 - 50
    case 3:
      return text(random)
    case 4:
      return Array.from({ length: Math.floor(random() * 3) }, () => json(random, depth + 1))
    default:
      return { [`k${Math.floor(random() * 10)}`]: json(random, depth + 1) }
  }
}

const isSchema = (u: unknown): u is JsonSchema => typeof u === "object" && u !== null && !Array.isArray(u)

const list = (u: unknown): ReadonlyArray<JsonSchema> => Array.isArray(u) ? u.filter(isSchema) : []

const number = (u: unknown, otherwise: number): number => typeof u === "number" ? u : otherwise

/** A value of the schema, whose references lead into the document. */
export const generate = (spec: SpecSchema, schema: JsonSchema, random: Random, depth = 0): unknown => {
  const { $ref, allOf, anyOf, const: constant, enum: choices } = schema
  if (typeof $ref === "string") {
    const definition = spec.definitions[$ref.slice($ref.lastIndexOf("/") + 1)]
    if (definition === undefined) throw new Error(`${$ref} leads nowhere`)
    return generate(spec, definition, random, depth)
  }
  if (Array.isArray(allOf)) {
    return Object.assign({}, ...list(allOf).map((part) => generate(spec, part, random, depth)))
  }
  if (Array.isArray(anyOf)) return generate(spec, pick(random, list(anyOf)), random, depth)
  if (constant !== undefined) return constant
  if (Array.isArray(choices)) return pick(random, choices)
  const type = Array.isArray(schema["type"]) ? pick(random, schema["type"]) : schema["type"]
  switch (type) {
    case "string":
      return text(random)
    case "integer":
      return number(schema["minimum"], -5) + Math.floor(random() * 1000)
    case "number": {
      const minimum = number(schema["minimum"], -100)
      return minimum + random() * (number(schema["maximum"], 100) - minimum)
    }
    case "boolean":
      return random() < 0.5
    case "null":
      return null
    case "array": {
      const items = isSchema(schema["items"]) ? schema["items"] : {}
      const length = depth > 8 ? 0 : Math.floor(random() * 3)
      return Array.from({ length }, () => generate(spec, items, random, depth + 1))
    }
    case "object":
      return object(spec, schema, random, depth)
    default:
      return json(random, depth)
  }
}

const object = (spec: SpecSchema, schema: JsonSchema, random: Random, depth: number): unknown => {
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {}
  const required = Array.isArray(schema["required"]) ? schema["required"] : []
  const members = Object.entries(properties).flatMap(([name, property]): ReadonlyArray<[string, unknown]> =>
    isSchema(property) && (required.includes(name) || random() < (depth > 8 ? 0 : 0.5))
      ? [[name, generate(spec, property, random, depth + 1)]]
      : []
  )
  const additional = schema["additionalProperties"]
  const names = depth > 8 ? [] : Array.from({ length: Math.floor(random() * 2.5) }, (_, index) => `x-${index}`)
  const others = names.map((name): [string, unknown] => [
    name,
    isSchema(additional) && Object.keys(additional).length > 0
      ? generate(spec, additional, random, depth + 1)
      : json(random, depth + 1)
  ])
  return Object.fromEntries([...members, ...others])
}
