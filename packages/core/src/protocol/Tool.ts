/**
 * Tools: listing and calling them.
 *
 * It is not an author's declaration of a tool (`core/Tool`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheableResult } from "./Cache.ts"
import { ContentBlock } from "./Content.ts"
import { InputResponseParams } from "./InputRequired.ts"
import { JsonObject } from "./JsonObject.ts"
import { ResultMeta } from "./Meta.ts"
import { PaginatedParams, PaginatedResult } from "./Pagination.ts"
import { TaskMetadata } from "./TaskMetadata.ts"
import { Tool } from "./ToolDefinition.ts"

export { InputSchema, Tool, ToolAnnotations, ToolExecution } from "./ToolDefinition.ts"

/**
 * The params of `tools/list`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListToolsParams = PaginatedParams

export type ListToolsParams = PaginatedParams

/**
 * The result of `tools/list`: a page of tools.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListToolsResult = Schema.Struct({
  ...CacheableResult.fields,
  ...PaginatedResult.fields,
  tools: Schema.Array(Tool)
})

export interface ListToolsResult extends Schema.Schema.Type<typeof ListToolsResult> {}

/**
 * The params of `tools/call` (TOOL-13).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CallToolParams = Schema.Struct({
  ...InputResponseParams.fields,
  name: Schema.String,
  arguments: Schema.optionalKey(JsonObject),
  task: Schema.optionalKey(TaskMetadata)
})

export interface CallToolParams extends Schema.Schema.Type<typeof CallToolParams> {}

/**
 * The result of `tools/call`; an absent `isError` means false (TOOL-14, TOOL-37).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CallToolResult = Schema.Struct({
  content: Schema.Array(ContentBlock),
  structuredContent: Schema.optionalKey(Schema.Unknown),
  isError: Schema.optionalKey(Schema.Boolean),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface CallToolResult extends Schema.Schema.Type<typeof CallToolResult> {}
