/**
 * Prompts: listing and getting them.
 *
 * It is not an author's declaration of a prompt (`core/Prompt`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Role } from "./Annotations.ts"
import { CacheableResult } from "./Cache.ts"
import { ContentBlock } from "./Content.ts"
import { Icon } from "./Icon.ts"
import { InputResponseParams } from "./InputRequired.ts"
import { Meta, ResultMeta } from "./Meta.ts"
import { PaginatedParams, PaginatedResult } from "./Pagination.ts"

/**
 * An argument a prompt takes.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PromptArgument = Schema.Struct({
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  required: Schema.optionalKey(Schema.Boolean)
})

export interface PromptArgument extends Schema.Schema.Type<typeof PromptArgument> {}

/**
 * A prompt as clients see it (PROM-4).
 *
 * @category schemas
 * @since 0.1.0
 */
export const Prompt = Schema.Struct({
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  arguments: Schema.optionalKey(Schema.Array(PromptArgument)),
  icons: Schema.optionalKey(Schema.Array(Icon)),
  _meta: Schema.optionalKey(Meta)
})

export interface Prompt extends Schema.Schema.Type<typeof Prompt> {}

/**
 * A message of a prompt: who says it and one content block (PROM-6).
 *
 * @category schemas
 * @since 0.1.0
 */
export const PromptMessage = Schema.Struct({
  role: Role,
  content: ContentBlock
})

export interface PromptMessage extends Schema.Schema.Type<typeof PromptMessage> {}

/**
 * The params of `prompts/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListPromptsParams = PaginatedParams

export type ListPromptsParams = PaginatedParams

/**
 * The result of `prompts/list`: a page of prompts.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListPromptsResult = Schema.Struct({
  ...CacheableResult.fields,
  ...PaginatedResult.fields,
  prompts: Schema.Array(Prompt)
})

export interface ListPromptsResult extends Schema.Schema.Type<typeof ListPromptsResult> {}

/**
 * The params of `prompts/get`; arguments are strings (PROM-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetPromptParams = Schema.Struct({
  ...InputResponseParams.fields,
  name: Schema.String,
  arguments: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})

export interface GetPromptParams extends Schema.Schema.Type<typeof GetPromptParams> {}

/**
 * The result of `prompts/get` (PROM-6).
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetPromptResult = Schema.Struct({
  description: Schema.optionalKey(Schema.String),
  messages: Schema.Array(PromptMessage),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface GetPromptResult extends Schema.Schema.Type<typeof GetPromptResult> {}
