/**
 * The JSON Schemas that the specification publishes, one document for each revision, with validators of their definitions.
 *
 * @since 0.1.0
 */
import { Ajv } from "ajv"
import { Ajv2020 } from "ajv/dist/2020.js"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A JSON Schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The document of a revision. */
export interface SpecSchema {
  readonly definitions: { readonly [name: string]: JsonSchema }
  /** A schema that refers to a definition. */
  readonly ref: (name: string) => JsonSchema
  /** What is wrong with the value under this schema, whose references lead into the document. */
  readonly misfit: (schema: JsonSchema, value: unknown) => string | undefined
}

/** Where the specification's files are. */
export const folder = join(import.meta.dirname, "..", "fixtures", "spec")

const isSchema = (u: unknown): u is JsonSchema => typeof u === "object" && u !== null && !Array.isArray(u)

/** A member of a schema that is a schema itself. */
export const member = (schema: unknown, ...path: ReadonlyArray<string>): JsonSchema | undefined => {
  let current = schema
  for (const key of path) current = isSchema(current) ? current[key] : undefined
  return isSchema(current) ? current : undefined
}

/**
 * `schema.json` is generated from TypeScript, and takes the type `number` for `integer` in places: in the answers of elicitation, and in
 * JSON values at large, which also lose `null`. The prose is right, so the schema is made to follow it.
 */
const corrected = (definitions: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      name === "ElicitResult" || name === "JSONValue" ?
        JSON.parse(
          JSON.stringify(schema).replace(
            "[\"string\",\"integer\",\"boolean\"]",
            name === "JSONValue"
              ? "[\"string\",\"number\",\"boolean\",\"null\"]"
              : "[\"string\",\"number\",\"boolean\"]"
          )
        ) :
        schema
    ])
  )

/** Where anything may stand, by the name of the member or definition; some occur as parts of other objects. */
const open = /^(_meta|.*MetaObject|inputSchema|outputSchema|Task|NotificationParams)$/

/**
 * Extensions are welcome in the capabilities of every revision (CAP-17), `_meta` in the params of every request, and tasks in what an
 * extension adds to a filter (XTASK-28).
 */
const welcome: { readonly [name: string]: JsonSchema } = {
  ClientCapabilities: { extensions: {} },
  ServerCapabilities: { extensions: {} },
  SubscriptionFilter: { taskIds: {} },
  params: { _meta: {} }
}

/** The same schema without members nobody knows. Parts of an `allOf` stay open, since each knows only its own. */
const closed = (schema: unknown, name: string): unknown => {
  if (Array.isArray(schema)) return schema.map((part) => closed(part, name))
  if (!isSchema(schema) || open.test(name) || "allOf" in schema) return schema
  const parts = Object.fromEntries(
    Object.entries(schema).map(([keyword, part]) => [
      keyword,
      keyword === "properties" && isSchema(part) ?
        Object.fromEntries(Object.entries(part).map(([member, property]) => [member, closed(property, member)])) :
        closed(part, keyword)
    ])
  )
  return !isSchema(parts["properties"]) || "additionalProperties" in schema
    ? parts
    : { ...parts, properties: { ...parts["properties"], ...welcome[name] }, additionalProperties: false }
}

/** The document of a revision or extension, by its file; `strict` without members nobody knows. */
export const load = (file: string, strict = false): SpecSchema => {
  const document: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"))
  const keyword = member(document, "$defs") === undefined ? "definitions" : "$defs"
  const written = corrected(member(document, keyword) ?? {})
  const definitions = Object.fromEntries(
    Object.entries(written).flatMap(([name, schema]) => {
      const definition = strict ? closed(schema, name) : schema
      return isSchema(definition) ? [[name, definition]] : []
    })
  )
  const options = { strict: false, validateFormats: false }
  const ajv = keyword === "definitions" ? new Ajv(options) : new Ajv2020(options)
  ajv.addSchema({ [keyword]: definitions, $id: "spec" })
  const compiled = new Map<JsonSchema, ReturnType<typeof ajv.compile>>()
  return {
    definitions,
    ref: (name) => ({ $ref: `#/${keyword}/${name}` }),
    misfit: (schema, value) => {
      const validate = compiled.get(schema) ?? ajv.compile(absolute(schema))
      compiled.set(schema, validate)
      return validate(value) ? undefined : ajv.errorsText(validate.errors)
    }
  }
}

/** A part of the document refers to the whole of it. */
const absolute = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll("\"$ref\":\"#", "\"$ref\":\"spec#"))

/** The schemas of a method's params and result in a document, if it has the method. */
export const method = (spec: SpecSchema, name: string): {
  readonly params: JsonSchema
  readonly result: JsonSchema | undefined
} | undefined => {
  for (const [definition, schema] of Object.entries(spec.definitions)) {
    const params = member(schema, "properties", "params")
    if (member(schema, "properties", "method")?.["const"] !== name || params === undefined) continue
    if (!definition.endsWith("Request")) return { params, result: undefined }
    const result = definition.replace(/Request$/, "Result")
    const known = result in spec.definitions ? result : "EmptyResult"
    return { params, result: spec.ref(known) }
  }
  return undefined
}
