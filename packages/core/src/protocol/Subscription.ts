/**
 * Subscriptions: a listen stream carries the notifications a client asked for (SUB; stateless era).
 *
 * It is not `resources/subscribe` of the session era (`Resource`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as JsonRpc from "../JsonRpc.ts"
import { Implementation } from "./Implementation.ts"
import { NotificationMeta } from "./Meta.ts"
import { RequestMeta } from "./RequestMeta.ts"

/**
 * Which notifications a client wants; `taskIds` belongs to the tasks extension (XTASK-28).
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscriptionFilter = Schema.Struct({
  toolsListChanged: Schema.optionalKey(Schema.Boolean),
  promptsListChanged: Schema.optionalKey(Schema.Boolean),
  resourcesListChanged: Schema.optionalKey(Schema.Boolean),
  resourceSubscriptions: Schema.optionalKey(Schema.Array(Schema.String)),
  taskIds: Schema.optionalKey(Schema.Array(Schema.String))
})

export interface SubscriptionFilter extends Schema.Schema.Type<typeof SubscriptionFilter> {}

/**
 * The params of `subscriptions/listen`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscriptionsListenParams = Schema.Struct({
  notifications: SubscriptionFilter,
  _meta: Schema.optionalKey(RequestMeta)
})

export interface SubscriptionsListenParams extends Schema.Schema.Type<typeof SubscriptionsListenParams> {}

/**
 * The result of `subscriptions/listen`, sent when the stream ends.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscriptionsListenResult = Schema.Struct({
  _meta: Schema.StructWithRest(
    Schema.Struct({
      "io.modelcontextprotocol/subscriptionId": JsonRpc.RequestId,
      "io.modelcontextprotocol/serverInfo": Schema.optionalKey(Implementation)
    }),
    [Schema.Record(Schema.String, Schema.Unknown)]
  ),
  resultType: Schema.optionalKey(Schema.String)
})

export interface SubscriptionsListenResult extends Schema.Schema.Type<typeof SubscriptionsListenResult> {}

/**
 * The params of `notifications/subscriptions/acknowledged`: what the server agreed to.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscriptionsAcknowledgedParams = Schema.Struct({
  notifications: SubscriptionFilter,
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface SubscriptionsAcknowledgedParams extends Schema.Schema.Type<typeof SubscriptionsAcknowledgedParams> {}
