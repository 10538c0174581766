/**
 * What a tool's Schema looks like to a peer: its `inputSchema`, its `outputSchema`, and the codec that agrees with both.
 *
 * It knows nothing of tools themselves; schemas written by hand as JSON Schema do not pass through here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as EncodedShape from "./EncodedShape.ts"
import * as FiniteNumbers from "./FiniteNumbers.ts"
import * as JsonSchemaDocument from "./JsonSchemaDocument.ts"
import { UnsupportedSchema } from "./UnsupportedSchema.ts"

/**
 * The codec between a tool's values and JSON. It is `Schema.toCodecJson` with finite numbers: `NaN` is neither read
 * from a string nor written as one, `null` is understood as an explicit `undefined`, dates are strings.
 *
 * Every value it encodes satisfies `toOutputSchema`, and every value that satisfies `toInputSchema` has the shape it
 * decodes; the codec remains the authority, since some checks have no words in JSON Schema.
 *
 * @category codecs
 * @since 0.1.0
 */
export const codec = <S extends Schema.Constraint>(
  schema: S
): Schema.Codec<S["Type"], Schema.Json, S["DecodingServices"], S["EncodingServices"]> =>
  Schema.toCodecJson(Schema.make<S>(FiniteNumbers.finiteNumbers(schema.ast)))

/**
 * The `inputSchema` of a tool (TOOL-6, TOOL-7): draft 2020-12 without `$schema`, since that is the default dialect,
 * with `type: "object"` at the root and `$ref` only into its own `$defs`. A tool without parameters gives
 * `{"type":"object","additionalProperties":false}` (TOOL-8). Annotations that start with `x-` are kept as keywords.
 *
 * Throws `UnsupportedSchema` when the schema admits arguments that are no object.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import * as ToolSchema from "@mcp-effect/core/schema/ToolSchema"
 *
 * ToolSchema.toInputSchema(Schema.Struct({ a: Schema.Number, b: Schema.optional(Schema.String) }))
 * // { type: "object", properties: { a: { type: "number" }, b: { type: "string" } }, required: ["a"] }
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const toInputSchema = (schema: Schema.Constraint): JsonSchemaDocument.ObjectJsonSchema => {
  const ast = shape(schema, "input")
  if (isEmptyStruct(ast)) {
    // `additionalProperties: false` is what the specification recommends for "no parameters" (TOOL-8).
    return { ...compile(ast), type: "object", additionalProperties: false }
  }
  const input = JsonSchemaDocument.asObject(compile(ast))
  if (input === undefined) {
    throw new UnsupportedSchema({
      path: [],
      reason: "the arguments of a tool are a JSON object: use Schema.Struct, Schema.Record or a union of structs"
    })
  }
  return input
}

/**
 * The `outputSchema` of a tool: like `toInputSchema`, but with any root, because 2026-07-28 allows one (TOOL-10).
 * Earlier revisions know object roots only (TOOL-9); `type` of the result tells.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toOutputSchema = (schema: Schema.Constraint): JsonSchemaDocument.JsonSchema => {
  const output = compile(shape(schema, "output"))
  return JsonSchemaDocument.asObject(output) ?? output
}

const shape = (schema: Schema.Constraint, direction: EncodedShape.Direction): SchemaAST.AST =>
  EncodedShape.encodedShape(codec(schema).ast, direction)

const compile = (ast: SchemaAST.AST): JsonSchemaDocument.JsonSchema =>
  JsonSchemaDocument.fromDocument(
    Schema.toJsonSchemaDocument(Schema.make<Schema.Top>(ast), { includeAnnotationKey: (key) => key.startsWith("x-") })
  )

const isEmptyStruct = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Objects" && ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0
