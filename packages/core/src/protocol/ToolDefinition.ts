/**
 * The `Tool` noun: what a client is told about a tool (TOOL-6).
 *
 * It is not an author's declaration of a tool (`core/Tool`), and JSON Schemas are kept verbatim (JSCH-13).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Icon } from "./Icon.ts"
import { JsonObject } from "./JsonObject.ts"
import { Meta } from "./Meta.ts"

/**
 * Hints about what a tool does; untrusted (TOOL-27, TOOL-28).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolAnnotations = Schema.Struct({
  title: Schema.optionalKey(Schema.String),
  readOnlyHint: Schema.optionalKey(Schema.Boolean),
  destructiveHint: Schema.optionalKey(Schema.Boolean),
  idempotentHint: Schema.optionalKey(Schema.Boolean),
  openWorldHint: Schema.optionalKey(Schema.Boolean)
})

export interface ToolAnnotations extends Schema.Schema.Type<typeof ToolAnnotations> {}

/**
 * How a tool may be run (TASK-6 to TASK-8; 2025-11-25).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolExecution = Schema.Struct({
  taskSupport: Schema.optionalKey(Schema.Literals(["forbidden", "optional", "required"]))
})

export interface ToolExecution extends Schema.Schema.Type<typeof ToolExecution> {}

/**
 * The JSON Schema of a tool's arguments: an object at the root, otherwise verbatim (TOOL-7).
 *
 * @category schemas
 * @since 0.1.0
 */
export const InputSchema = Schema.StructWithRest(
  Schema.Struct({
    type: Schema.Literal("object")
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export interface InputSchema extends Schema.Schema.Type<typeof InputSchema> {}

/**
 * A tool as clients see it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Tool = Schema.Struct({
  name: Schema.String,
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  inputSchema: InputSchema,
  outputSchema: Schema.optionalKey(JsonObject),
  annotations: Schema.optionalKey(ToolAnnotations),
  execution: Schema.optionalKey(ToolExecution),
  icons: Schema.optionalKey(Schema.Array(Icon)),
  _meta: Schema.optionalKey(Meta)
})

export interface Tool extends Schema.Schema.Type<typeof Tool> {}
