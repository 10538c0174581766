/**
 * JSON Schemas with every keyword that is checked, and JSON values that have a chance to fit them, from a seed.
 *
 * It leaves out what validators do not agree on: decimals in `multipleOf`, names of an object's prototype, `unevaluatedProperties` and
 * `unevaluatedItems` within each other or beside `contains`.
 *
 * @since 0.1.0
 */
import * as CanonicalJson from "../../src/schema/CanonicalJson.ts"
import type { Random } from "../spec/Generator.ts"

/** A JSON Schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The dialect that schemas are generated in. */
export type Draft = "2020-12" | "7"

const below = (random: Random, limit: number): number => Math.floor(random() * limit)

const pick = <A>(random: Random, values: ReadonlyArray<A>): A => {
  const value = values[below(random, values.length)]
  if (value === undefined) throw new Error("Nothing to pick from")
  return value
}

const list = <A>(random: Random, min: number, max: number, make: () => A): ReadonlyArray<A> =>
  Array.from({ length: min + below(random, max - min + 1) }, make)

const names = ["a", "b", "c", "aa", "ab"]
const texts = ["", "a", "b", "ab", "aab", "ba1", "😀", "😀a", "12"]
const patterns = ["^a", "b$", "^[ab]*$", "^(?:ab|ba)\\d?$", "[0-9]", "^\\p{L}+$", "^.$", "^(?!a)"]
const types = ["null", "boolean", "integer", "number", "string", "array", "object"]

/** A value of JSON, of few different parts, so that some of them are equal. */
export const value = (random: Random, depth = 3): unknown => {
  switch (below(random, depth === 0 ? 5 : 9)) {
    case 0:
      return null
    case 1:
      return random() < 0.5
    case 2:
      return below(random, 7) - 2
    case 3:
      return pick(random, [0.5, 1.5, 2.25, -0.5])
    case 4:
      return pick(random, texts)
    case 5:
    case 6:
      return list(random, 0, 4, () => value(random, depth - 1))
    default:
      return Object.fromEntries(list(random, 0, 4, () => [pick(random, names), value(random, depth - 1)]))
  }
}

const object = (random: Random, names: ReadonlyArray<string>, make: () => unknown): JsonSchema =>
  Object.fromEntries(list(random, 1, 3, () => [pick(random, names), make()]))

const some = (random: Random): ReadonlyArray<string> => [...new Set(list(random, 0, 2, () => pick(random, names)))]

const distinct = (
  values: ReadonlyArray<unknown>
): ReadonlyArray<unknown> => [...new Map(values.map((value) => [CanonicalJson.stringify(value), value])).values()]

type Keyword = (random: Random, part: () => unknown) => JsonSchema

const count = (keyword: string, limit: number): Keyword => (random) => ({ [keyword]: below(random, limit) })

const keywords: ReadonlyArray<Keyword> = [
  (random) => ({ type: pick(random, types) }),
  (random) => ({ type: [...new Set(list(random, 1, 3, () => pick(random, types)))] }),
  (random) => ({ const: value(random, 2) }),
  (random) => ({ enum: distinct(list(random, 1, 4, () => value(random, 2))) }),
  (random) => ({ multipleOf: pick(random, [1, 2, 3, 0.5, 0.25]) }),
  (random) => ({ minimum: below(random, 4) - 1, exclusiveMaximum: below(random, 6) }),
  (random) => ({ maximum: below(random, 4), exclusiveMinimum: below(random, 3) - 2 }),
  count("minLength", 3),
  count("maxLength", 3),
  (random) => ({ pattern: pick(random, patterns) }),
  count("minItems", 3),
  count("maxItems", 4),
  (random) => ({ uniqueItems: random() < 0.8 }),
  (_, part) => ({ contains: part() }),
  count("minProperties", 3),
  count("maxProperties", 4),
  (random) => ({ required: some(random) }),
  (_, part) => ({ propertyNames: part() }),
  (random) => ({ format: pick(random, ["email", "uri", "nonsense"]), "x-vendor": { type: "never" } }),
  (random, part) => ({ allOf: list(random, 1, 3, part) }),
  (random, part) => ({ anyOf: list(random, 1, 3, part) }),
  (random, part) => ({ oneOf: list(random, 1, 3, part) }),
  (_, part) => ({ not: part() }),
  (random, part) => ({
    if: part(),
    ...(random() < 0.7 ? { then: part() } : {}),
    ...(random() < 0.7 ? { else: part() } : {})
  }),
  (_, part) => ({ items: part() }),
  (random, part) => ({ properties: object(random, names, part) }),
  (random, part) => ({ properties: object(random, names, part), additionalProperties: part() }),
  (random, part) => ({ patternProperties: object(random, patterns, part), additionalProperties: part() })
]

const of2020: ReadonlyArray<Keyword> = [
  (random, part) => ({ prefixItems: list(random, 1, 3, part) }),
  (random, part) => ({ prefixItems: list(random, 1, 3, part), items: part() }),
  (random, part) => ({ contains: part(), minContains: below(random, 3), maxContains: below(random, 4) }),
  (random) => ({ dependentRequired: object(random, names, () => some(random)) }),
  (random, part) => ({ dependentSchemas: object(random, names, part) })
]

/** What asks for the work of subschemas that differ in their types alone: ajv 8 is wrong about others. */
const unevaluated: ReadonlyArray<Keyword> = [
  (random) => ({ allOf: [named(random)], unevaluatedProperties: { type: pick(random, types) } }),
  (random) => ({ anyOf: list(random, 2, 3, () => named(random)), unevaluatedProperties: false }),
  (random) => ({
    oneOf: list(random, 2, 3, () => named(random)),
    properties: { a: true },
    unevaluatedProperties: false
  }),
  (random) => ({ if: named(random), then: named(random), else: named(random), unevaluatedProperties: false }),
  (random) => ({ allOf: [counted(random)], prefixItems: [true], unevaluatedItems: { type: pick(random, types) } }),
  (random) => ({ anyOf: list(random, 2, 3, () => counted(random)), unevaluatedItems: false })
]

const named = (random: Random): JsonSchema => ({
  properties: object(random, names, () => ({ type: pick(random, types) })),
  required: some(random)
})

const counted = (random: Random): JsonSchema => ({
  prefixItems: list(random, 1, 3, () => ({ type: pick(random, types) }))
})

const of7: ReadonlyArray<Keyword> = [
  (random, part) => ({ items: list(random, 1, 3, part) }),
  (random, part) => ({ items: list(random, 1, 3, part), additionalItems: part() }),
  (random, part) => ({ dependencies: object(random, names, () => random() < 0.5 ? some(random) : part()) })
]

const schema = (random: Random, depth: number, draft: Draft, references: ReadonlyArray<string>): unknown => {
  if (random() < 0.1) return random() < 0.7
  if (references.length > 0 && random() < 0.15) return { $ref: pick(random, references) }
  const part = () => depth === 0 ? { type: pick(random, types) } : schema(random, depth - 1, draft, references)
  const all = [...keywords, ...(draft === "7" ? of7 : of2020)]
  return withoutTuple(Object.assign({}, ...list(random, 1, 3, () => pick(random, all)(random, part))))
}

/** Ajv 8 takes an empty array for one that contains something where there is a list of schemas beside `contains`. */
const withoutTuple = (schema: JsonSchema): JsonSchema => {
  if (!("contains" in schema)) return schema
  const { items, prefixItems: _, ...rest } = schema
  return items === undefined || Array.isArray(items) ? rest : { ...rest, items }
}

/** A schema with definitions, of which each refers to earlier ones alone, so that no reference comes round. */
export const document = (random: Random, draft: Draft): JsonSchema => {
  const isOld = draft === "7"
  const definitions = isOld ? "definitions" : "$defs"
  const references: Array<string> = []
  const defined = list(random, 0, 3, () => {
    const name = `d/${references.length}`
    const part = schema(random, 2, draft, references)
    const anchor = isOld ? { $id: `#n${references.length}` } : { $anchor: `n${references.length}` }
    const isNamed = typeof part === "object" && part !== null && !("$ref" in part) && random() < 0.3
    references.push(isNamed ? `#n${references.length}` : `#/${definitions}/${name.replace("/", "~1")}`)
    return [name, isNamed ? { ...anchor, ...part } : part] as const
  })
  const root = !isOld && random() < 0.3
    ? pick(random, unevaluated)(random, () => true)
    : schema(random, 3, draft, references)
  return {
    ...(isOld ? { $schema: "http://json-schema.org/draft-07/schema#" } : {}),
    ...(typeof root === "object" && !(isOld && root !== null && "$ref" in root) ? root : { allOf: [root] }),
    [definitions]: Object.fromEntries(defined)
  }
}
