/**
 * Sampling: a server asks the client's model for a message (SAMP-2 to SAMP-6).
 *
 * It does not check that tool uses and results are balanced (SAMP-18, SAMP-19).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Role } from "./Annotations.ts"
import { AudioContent, ContentBlock, ImageContent, TextContent, UnknownContent } from "./Content.ts"
import { JsonObject } from "./JsonObject.ts"
import { Meta, ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"
import { TaskMetadata } from "./TaskMetadata.ts"
import { Tool } from "./ToolDefinition.ts"

/**
 * The model calls a tool.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolUseContent = Schema.Struct({
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: JsonObject,
  _meta: Schema.optionalKey(Meta)
})

export interface ToolUseContent extends Schema.Schema.Type<typeof ToolUseContent> {}

/**
 * What the call of a tool gave.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolResultContent = Schema.Struct({
  type: Schema.Literal("tool_result"),
  toolUseId: Schema.String,
  content: Schema.Array(ContentBlock),
  structuredContent: Schema.optionalKey(Schema.Unknown),
  isError: Schema.optionalKey(Schema.Boolean),
  _meta: Schema.optionalKey(Meta)
})

export interface ToolResultContent extends Schema.Schema.Type<typeof ToolResultContent> {}

/**
 * A block of a sampling message. At run time it may also be an `UnknownContent` (CONT-7).
 *
 * @category schemas
 * @since 0.1.0
 */
export const SamplingMessageContentBlock =
  // As with `ContentBlock`, the type leaves the unknown member out to keep narrowing by `type`.
  Schema.Union([
    Schema.Union([TextContent, ImageContent, AudioContent, ToolUseContent, ToolResultContent]),
    UnknownContent
  ]) as unknown as Schema.Codec<SamplingMessageContentBlock>

export type SamplingMessageContentBlock =
  | TextContent
  | ImageContent
  | AudioContent
  | ToolUseContent
  | ToolResultContent

const content = Schema.Union([SamplingMessageContentBlock, Schema.Array(SamplingMessageContentBlock)])

/**
 * A message: one block, or from 2025-11-25 several (SAMP-4, SAMP-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const SamplingMessage = Schema.Struct({
  role: Role,
  content,
  _meta: Schema.optionalKey(Meta)
})

export interface SamplingMessage extends Schema.Schema.Type<typeof SamplingMessage> {}

const priority = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/**
 * Part of a model's name (SAMP-9).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelHint = Schema.Struct({
  name: Schema.optionalKey(Schema.String)
})

export interface ModelHint extends Schema.Schema.Type<typeof ModelHint> {}

/**
 * What the server wants of the model; the client decides (SAMP-10, SAMP-11).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelPreferences = Schema.Struct({
  hints: Schema.optionalKey(Schema.Array(ModelHint)),
  costPriority: Schema.optionalKey(priority),
  speedPriority: Schema.optionalKey(priority),
  intelligencePriority: Schema.optionalKey(priority)
})

export interface ModelPreferences extends Schema.Schema.Type<typeof ModelPreferences> {}

/**
 * Whether the model may or must call tools (SAMP-17).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolChoice = Schema.Struct({
  mode: Schema.optionalKey(Schema.Literals(["auto", "required", "none"]))
})

export interface ToolChoice extends Schema.Schema.Type<typeof ToolChoice> {}

/**
 * The params of `sampling/createMessage` (SAMP-3).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CreateMessageParams = Schema.Struct({
  messages: Schema.Array(SamplingMessage),
  modelPreferences: Schema.optionalKey(ModelPreferences),
  systemPrompt: Schema.optionalKey(Schema.String),
  includeContext: Schema.optionalKey(Schema.Literals(["none", "thisServer", "allServers"])),
  temperature: Schema.optionalKey(Schema.Finite),
  maxTokens: Schema.Int,
  stopSequences: Schema.optionalKey(Schema.Array(Schema.String)),
  metadata: Schema.optionalKey(JsonObject),
  tools: Schema.optionalKey(Schema.Array(Tool)),
  toolChoice: Schema.optionalKey(ToolChoice),
  task: Schema.optionalKey(TaskMetadata),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface CreateMessageParams extends Schema.Schema.Type<typeof CreateMessageParams> {}

/**
 * The result of `sampling/createMessage` (SAMP-6).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CreateMessageResult = Schema.Struct({
  role: Role,
  content,
  model: Schema.String,
  stopReason: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface CreateMessageResult extends Schema.Schema.Type<typeof CreateMessageResult> {}
