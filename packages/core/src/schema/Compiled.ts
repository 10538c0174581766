/**
 * Decoders and encoders that are compiled on first use, once for each Schema and direction.
 *
 * They are not another kind of Schema: where code generation is not allowed, Effect's interpreter does the same work.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"

/**
 * A decoder of JSON values. The result is an `Exit` at once unless the Schema itself has to wait for something.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decoder = <S extends Schema.Constraint>(
  schema: S
): (json: unknown) => Effect.Effect<S["Type"], SchemaIssue.Issue, S["DecodingServices"]> => {
  SchemaJITCompiler.enable(schema.ast)
  return SchemaParser.decodeUnknownEffect(schema)
}

/**
 * An encoder to JSON values. The result is an `Exit` at once unless the Schema itself has to wait for something.
 *
 * @category constructors
 * @since 0.1.0
 */
export const encoder = <S extends Schema.Constraint>(
  schema: S
): (value: unknown) => Effect.Effect<S["Encoded"], SchemaIssue.Issue, S["EncodingServices"]> => {
  SchemaJITCompiler.enable(SchemaAST.flip(schema.ast))
  return SchemaParser.encodeUnknownEffect(schema)
}
