/**
 * Completion: suggestions for an argument of a prompt or resource template (COMP-1 to COMP-3).
 *
 * It is not the source of suggestions (`core/Completion`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"

/**
 * A prompt, by name (COMP-8).
 *
 * @category schemas
 * @since 0.1.0
 */
export const PromptReference = Schema.Struct({
  type: Schema.Literal("ref/prompt"),
  name: Schema.String,
  title: Schema.optionalKey(Schema.String)
})

export interface PromptReference extends Schema.Schema.Type<typeof PromptReference> {}

/**
 * A resource or template, by URI or URI template.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceTemplateReference = Schema.Struct({
  type: Schema.Literal("ref/resource"),
  uri: Schema.String
})

export interface ResourceTemplateReference extends Schema.Schema.Type<typeof ResourceTemplateReference> {}

/**
 * The params of `completion/complete` (COMP-1, COMP-2).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CompleteParams = Schema.Struct({
  ref: Schema.Union([PromptReference, ResourceTemplateReference]),
  argument: Schema.Struct({
    name: Schema.String,
    value: Schema.String
  }),
  context: Schema.optionalKey(Schema.Struct({
    arguments: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
  })),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface CompleteParams extends Schema.Schema.Type<typeof CompleteParams> {}

/**
 * The result of `completion/complete`: at most 100 values (COMP-3).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CompleteResult = Schema.Struct({
  completion: Schema.Struct({
    values: Schema.Array(Schema.String),
    total: Schema.optionalKey(Schema.Int),
    hasMore: Schema.optionalKey(Schema.Boolean)
  }),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface CompleteResult extends Schema.Schema.Type<typeof CompleteResult> {}
