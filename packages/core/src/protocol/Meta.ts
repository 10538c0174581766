/**
 * The `_meta` object: out-of-band metadata on params, results and nouns (META-1).
 *
 * It does not interpret keys: unknown ones pass through unchanged (META-21). The request's `_meta` is `RequestMeta`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#_meta
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as JsonRpc from "../JsonRpc.ts"
import { Implementation } from "./Implementation.ts"
import { JsonObject } from "./JsonObject.ts"

/**
 * Metadata of a noun.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Meta = JsonObject

export interface Meta extends Schema.Schema.Type<typeof Meta> {}

/**
 * The token that links progress notifications to a request: a string or an integer (PROG-3).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProgressToken = Schema.Union([Schema.String, Schema.Int])

export type ProgressToken = typeof ProgressToken.Type

/**
 * The `_meta` of a notification; on a listen stream it names the subscription (META-19).
 *
 * @category schemas
 * @since 0.1.0
 */
export const NotificationMeta = Schema.StructWithRest(
  Schema.Struct({
    "io.modelcontextprotocol/subscriptionId": Schema.optionalKey(JsonRpc.RequestId)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export interface NotificationMeta extends Schema.Schema.Type<typeof NotificationMeta> {}

/**
 * The `_meta` of a result; in the stateless era it says which server answered (META-17).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResultMeta = Schema.StructWithRest(
  Schema.Struct({
    "io.modelcontextprotocol/serverInfo": Schema.optionalKey(Implementation)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export interface ResultMeta extends Schema.Schema.Type<typeof ResultMeta> {}

/**
 * The params of a notification that has none of its own.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NotificationParams = Schema.Struct({
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface NotificationParams extends Schema.Schema.Type<typeof NotificationParams> {}

/**
 * A result that says nothing but success; `resultType` belongs to the stateless era (BASE-24).
 *
 * @category schemas
 * @since 0.1.0
 */
export const EmptyResult = Schema.Struct({
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface EmptyResult extends Schema.Schema.Type<typeof EmptyResult> {}
