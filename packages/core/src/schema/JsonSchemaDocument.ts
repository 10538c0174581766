/**
 * A generated JSON Schema document made into the plain, self-contained draft 2020-12 schema that peers can use.
 *
 * It does not validate and does not fetch: every `$ref` it leaves points into the schema's own `$defs`.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core
 *
 * @since 0.1.0
 */
import * as JsonPointer from "effect/JsonPointer"
import type * as EffectJsonSchema from "effect/JsonSchema"
import * as Predicate from "effect/Predicate"

/**
 * A JSON Schema as a plain object.
 *
 * @category models
 * @since 0.1.0
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/**
 * A JSON Schema that only objects satisfy, the root that `tools/list` asks for (TOOL-6).
 *
 * @category models
 * @since 0.1.0
 */
export interface ObjectJsonSchema extends JsonSchema {
  readonly type: "object"
}

/**
 * One schema from a document: the root is never a `$ref`, `$defs` holds exactly what is referred to, and what says
 * nothing is left out (`additionalProperties: true`, the bounds of safe integers, `allOf` around annotations).
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromDocument = (document: EffectJsonSchema.Document<EffectJsonSchema.Dialect>): JsonSchema => {
  const { definitions, schema } = merge(tidy(document.schema), mapValues(document.definitions, tidy))
  const root = inlined(schema, definitions)
  const used = reachable(root, definitions)
  const $defs = Object.fromEntries(Object.entries(definitions).filter(([key]) => used.has(key)))
  return used.size === 0 ? root : { ...root, $defs }
}

/**
 * The same schema with `type: "object"` at its root, or `undefined` when it admits something that is no object.
 *
 * @category combinators
 * @since 0.1.0
 */
export const asObject = (schema: JsonSchema): ObjectJsonSchema | undefined => {
  return isObjects(schema, definitionsOf(schema), new Set()) ? { type: "object", ...withoutType(schema) } : undefined
}

const withoutType = ({ type: _, ...rest }: JsonSchema): JsonSchema => rest

/**
 * A member of a schema with its `$ref` into the root's `$defs` replaced by what it refers to; what stands beside the
 * reference goes before what the definition says.
 *
 * @category getters
 * @since 0.1.0
 */
export const dereference = (member: JsonSchema, root: JsonSchema): JsonSchema => inlined(member, definitionsOf(root))

/**
 * The schemas of an object schema's properties, by name.
 *
 * @category getters
 * @since 0.1.0
 */
export const properties = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> => schemasAt(schema, "properties")

const definitionsOf = (root: JsonSchema): Definitions => schemasAt(root, "$defs")

const schemasAt = (schema: JsonSchema, keyword: string): Definitions => {
  const schemas = schema[keyword]
  // The generator puts nothing but schemas under these keywords.
  return Predicate.isObject(schemas) ? schemas as Definitions : {}
}

type Definitions = Readonly<Record<string, JsonSchema>>

const isSchema = (value: unknown): value is JsonSchema => Predicate.isObject(value)

const isObjects = (schema: JsonSchema, definitions: Definitions, seen: Set<string>): boolean => {
  if (schema["type"] === "object") return true
  const key = referenceKey(schema["$ref"])
  if (key !== undefined && !seen.has(key)) {
    const target = definitions[key]
    return target !== undefined && isObjects(target, definitions, new Set(seen).add(key))
  }
  const alternatives = schema["anyOf"] ?? schema["oneOf"]
  if (Array.isArray(alternatives)) {
    return alternatives.length > 0 &&
      alternatives.every((member) => isSchema(member) && isObjects(member, definitions, seen))
  }
  const parts = schema["allOf"]
  return Array.isArray(parts) && parts.some((part) => isSchema(part) && isObjects(part, definitions, seen))
}

// --- references

const reference = (key: string): string => JsonPointer.formatUriFragment(["$defs", key])

const referenceKey = (ref: unknown): string | undefined => {
  const path = typeof ref === "string" ? JsonPointer.parseUriFragment(ref) : undefined
  return path?.length === 2 && path[0] === "$defs" ? path[1] : undefined
}

const inlined = (schema: JsonSchema, definitions: Definitions): JsonSchema => {
  const key = referenceKey(schema["$ref"])
  const target = key === undefined ? undefined : definitions[key]
  if (target === undefined) return schema
  const { $ref: _, ...rest } = schema
  return inlined({ ...target, ...rest }, definitions)
}

/** One definition for each meaning: the generator numbers a class anew for each kind of field it stands in. */
const merge = (
  schema: JsonSchema,
  definitions: Definitions
): { readonly schema: JsonSchema; readonly definitions: Definitions } => {
  const names = new Map<string, string>()
  const aliases = new Map<string, string>()
  for (const [key, definition] of Object.entries(definitions)) {
    const self = reference(key)
    const meaning = JSON.stringify(
      [key.replace(/_\d+$/, ""), rewriteReferences(definition, (ref) => ref === self ? "" : ref)]
    )
    const first = names.get(meaning)
    if (first === undefined) names.set(meaning, key)
    else aliases.set(self, reference(first))
  }
  if (aliases.size === 0) return { schema, definitions }
  const rewrite = (member: JsonSchema) => rewriteReferences(member, (ref) => aliases.get(ref) ?? ref)
  return { schema: rewrite(schema), definitions: mapValues(definitions, rewrite) }
}

const rewriteReferences = (schema: JsonSchema, f: (reference: string) => string): JsonSchema => {
  const { $ref } = schema
  const members = mapSubschemas(schema, (member) => rewriteReferences(member, f))
  return typeof $ref === "string" ? { ...members, $ref: f($ref) } : members
}

const reachable = (root: JsonSchema, definitions: Definitions): Set<string> => {
  const used = new Set<string>()
  const pending: Array<JsonSchema> = [root]
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    const key = referenceKey(schema["$ref"])
    const target = key === undefined ? undefined : definitions[key]
    if (key !== undefined && target !== undefined && !used.has(key)) {
      used.add(key)
      pending.push(target)
    }
    mapSubschemas(schema, (member) => {
      pending.push(member)
      return member
    })
  }
  return used
}

// --- shape of a schema

const subschemaMaps = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"])
const subschemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"])
const subschemas = new Set([
  "items",
  "additionalProperties",
  "propertyNames",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema"
])

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))

const mapSubschemas = (schema: JsonSchema, f: (member: JsonSchema) => JsonSchema): JsonSchema => {
  const each = (member: unknown) => isSchema(member) ? f(member) : member
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (subschemas.has(key)) return [key, each(value)]
      if (subschemaLists.has(key) && Array.isArray(value)) return [key, value.map(each)]
      if (subschemaMaps.has(key) && isSchema(value)) return [key, mapValues(value, each)]
      return [key, value]
    })
  )
}

// --- tidying

const tidy = (schema: JsonSchema): JsonSchema =>
  plainUnion(plainList(plainObject(plainInteger(flatten(mapSubschemas(schema, tidy))))))

/** What describes without constraining; the latest word on a schema wins. */
const annotations = new Set(["title", "description", "default", "examples", "readOnly", "writeOnly", "deprecated"])

/** What constrains the same value wherever it stands beside `allOf`. */
const assertions = new Set([
  "$ref",
  "format",
  "pattern",
  "multipleOf",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "propertyNames"
])

/** Moves the members of `allOf` up where that changes nothing, so that readers find a field's description on the field. */
const flatten = (schema: JsonSchema): JsonSchema => {
  const { allOf, ...rest } = schema
  if (!Array.isArray(allOf)) return schema
  const kept: Array<unknown> = []
  let merged: JsonSchema = rest
  for (const member of allOf) {
    const fits = isSchema(member) &&
      Object.entries(member).every(([key, value]) =>
        annotations.has(key) || key.startsWith("x-") ||
        (assertions.has(key) && (!Object.hasOwn(merged, key) || merged[key] === value))
      )
    if (fits) merged = { ...merged, ...member }
    else kept.push(member)
  }
  return kept.length === 0 ? merged : { ...merged, allOf: kept }
}

/** JSON numbers beyond the safe integers are not interoperable anyway, so saying so on each integer is noise. */
const plainInteger = (schema: JsonSchema): JsonSchema =>
  schema["type"] !== "integer" ? schema : Object.fromEntries(
    Object.entries(schema).filter(([key, value]) =>
      !(key === "minimum" && value === Number.MIN_SAFE_INTEGER) &&
      !(key === "maximum" && value === Number.MAX_SAFE_INTEGER)
    )
  )

const plainObject = (schema: JsonSchema): JsonSchema => {
  if (schema["additionalProperties"] === true) {
    const { additionalProperties: _, ...rest } = schema
    return rest
  }
  // The encoding of a struct without fields, which is "anything but null".
  const { not, ...rest } = schema
  return isSchema(not) && not["type"] === "null" && Object.keys(not).length === 1 ? { type: "object", ...rest } : schema
}

/** A non-empty list is `minItems`, not a tuple: many readers know `items` only. */
const plainList = (schema: JsonSchema): JsonSchema => {
  const { prefixItems, ...rest } = schema
  if (!Array.isArray(prefixItems) || !isSchema(rest["items"])) return schema
  const item = JSON.stringify(rest["items"])
  return prefixItems.every((member) => JSON.stringify(member) === item) ? rest : schema
}

/** An alternative said once: "explicit undefined" and "null" are the same on the wire. */
const plainUnion = (schema: JsonSchema): JsonSchema => {
  const { anyOf } = schema
  if (!Array.isArray(anyOf)) return schema
  const distinct = [...new Map(anyOf.map((member) => [JSON.stringify(member), member])).values()]
  return distinct.length === anyOf.length ? schema : { ...schema, anyOf: distinct }
}
