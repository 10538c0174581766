/**
 * Elicitation: a server asks the user, by a form or by sending them to a URL (ELIC-2 to ELIC-4).
 *
 * It does not validate answers against the form: see `core/Elicitation`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { RequestedSchema } from "./ElicitationSchema.ts"
import { NotificationMeta, ResultMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"
import { TaskMetadata } from "./TaskMetadata.ts"

/**
 * The params of `elicitation/create` for a form; an absent mode means form (ELIC-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ElicitFormParams = Schema.Struct({
  mode: Schema.optionalKey(Schema.Literal("form")),
  message: Schema.String,
  requestedSchema: RequestedSchema,
  task: Schema.optionalKey(TaskMetadata),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface ElicitFormParams extends Schema.Schema.Type<typeof ElicitFormParams> {}

/**
 * The params of `elicitation/create` for a URL; `elicitationId` belongs to 2025-11-25 (ELIC-22 to ELIC-24).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ElicitURLParams = Schema.Struct({
  mode: Schema.Literal("url"),
  message: Schema.String,
  url: Schema.String,
  elicitationId: Schema.optionalKey(Schema.String),
  task: Schema.optionalKey(TaskMetadata),
  _meta: Schema.optionalKey(RequestMeta)
})

export interface ElicitURLParams extends Schema.Schema.Type<typeof ElicitURLParams> {}

/**
 * The params of `elicitation/create`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ElicitParams = Schema.Union([ElicitURLParams, ElicitFormParams])

export type ElicitParams = typeof ElicitParams.Type

/**
 * The result of `elicitation/create` (ELIC-14). Numbers may be fractional, whatever the JSON Schema of the specification says.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ElicitResult = Schema.Struct({
  action: Schema.Literals(["accept", "decline", "cancel"]),
  content: Schema.optionalKey(Schema.Record(
    Schema.String,
    Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Array(Schema.String)])
  )),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface ElicitResult extends Schema.Schema.Type<typeof ElicitResult> {}

/**
 * The params of `notifications/elicitation/complete` (ELIC-25).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ElicitationCompleteParams = Schema.Struct({
  elicitationId: Schema.String,
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface ElicitationCompleteParams extends Schema.Schema.Type<typeof ElicitationCompleteParams> {}
