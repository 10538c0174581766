/**
 * The flat object schemas that elicitation forms are made of (ELIC-8 to ELIC-12).
 *
 * It is not JSON Schema in general: only these forms may be asked for.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#requested-schema
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A string.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StringSchema = Schema.Struct({
  type: Schema.Literal("string"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  minLength: Schema.optionalKey(Schema.Int),
  maxLength: Schema.optionalKey(Schema.Int),
  format: Schema.optionalKey(Schema.Literals(["email", "uri", "date", "date-time"])),
  default: Schema.optionalKey(Schema.String)
})

export interface StringSchema extends Schema.Schema.Type<typeof StringSchema> {}

/**
 * A number or an integer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NumberSchema = Schema.Struct({
  type: Schema.Literals(["number", "integer"]),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  minimum: Schema.optionalKey(Schema.Finite),
  maximum: Schema.optionalKey(Schema.Finite),
  default: Schema.optionalKey(Schema.Finite)
})

export interface NumberSchema extends Schema.Schema.Type<typeof NumberSchema> {}

/**
 * A boolean.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BooleanSchema = Schema.Struct({
  type: Schema.Literal("boolean"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  default: Schema.optionalKey(Schema.Boolean)
})

export interface BooleanSchema extends Schema.Schema.Type<typeof BooleanSchema> {}

/**
 * One of some values.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UntitledSingleSelectEnumSchema = Schema.Struct({
  type: Schema.Literal("string"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  enum: Schema.Array(Schema.String),
  default: Schema.optionalKey(Schema.String)
})

export interface UntitledSingleSelectEnumSchema extends Schema.Schema.Type<typeof UntitledSingleSelectEnumSchema> {}

/**
 * One of some values that have titles.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TitledSingleSelectEnumSchema = Schema.Struct({
  type: Schema.Literal("string"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  oneOf: Schema.Array(Schema.Struct({ const: Schema.String, title: Schema.String })),
  default: Schema.optionalKey(Schema.String)
})

export interface TitledSingleSelectEnumSchema extends Schema.Schema.Type<typeof TitledSingleSelectEnumSchema> {}

/**
 * One of some values that have titles, as older revisions say it (ELIC-11).
 *
 * @category schemas
 * @since 0.1.0
 */
export const LegacyTitledEnumSchema = Schema.Struct({
  type: Schema.Literal("string"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  enum: Schema.Array(Schema.String),
  enumNames: Schema.optionalKey(Schema.Array(Schema.String)),
  default: Schema.optionalKey(Schema.String)
})

export interface LegacyTitledEnumSchema extends Schema.Schema.Type<typeof LegacyTitledEnumSchema> {}

/**
 * Several of some values.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UntitledMultiSelectEnumSchema = Schema.Struct({
  type: Schema.Literal("array"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  minItems: Schema.optionalKey(Schema.Int),
  maxItems: Schema.optionalKey(Schema.Int),
  items: Schema.Struct({
    type: Schema.Literal("string"),
    enum: Schema.Array(Schema.String)
  }),
  default: Schema.optionalKey(Schema.Array(Schema.String))
})

export interface UntitledMultiSelectEnumSchema extends Schema.Schema.Type<typeof UntitledMultiSelectEnumSchema> {}

/**
 * Several of some values that have titles.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TitledMultiSelectEnumSchema = Schema.Struct({
  type: Schema.Literal("array"),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  minItems: Schema.optionalKey(Schema.Int),
  maxItems: Schema.optionalKey(Schema.Int),
  items: Schema.Struct({
    anyOf: Schema.Array(Schema.Struct({ const: Schema.String, title: Schema.String }))
  }),
  default: Schema.optionalKey(Schema.Array(Schema.String))
})

export interface TitledMultiSelectEnumSchema extends Schema.Schema.Type<typeof TitledMultiSelectEnumSchema> {}

/**
 * A choice.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EnumSchema = Schema.Union([
  TitledSingleSelectEnumSchema,
  UntitledSingleSelectEnumSchema,
  LegacyTitledEnumSchema,
  TitledMultiSelectEnumSchema,
  UntitledMultiSelectEnumSchema
])

export type EnumSchema = typeof EnumSchema.Type

/**
 * A field of a form.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PrimitiveSchemaDefinition = Schema.Union([EnumSchema, StringSchema, NumberSchema, BooleanSchema])

export type PrimitiveSchemaDefinition = typeof PrimitiveSchemaDefinition.Type

/**
 * A form: named fields, some of them required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestedSchema = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  type: Schema.Literal("object"),
  properties: Schema.Record(Schema.String, PrimitiveSchemaDefinition),
  required: Schema.optionalKey(Schema.Array(Schema.String))
})

export interface RequestedSchema extends Schema.Schema.Type<typeof RequestedSchema> {}
