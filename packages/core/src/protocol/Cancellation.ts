/**
 * Cancellation of a request by the side that sent it (CANC-1).
 *
 * Tasks are not cancelled this way (CANC-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as JsonRpc from "../JsonRpc.ts"
import { NotificationMeta } from "./Meta.ts"

/**
 * The params of `notifications/cancelled`; only 2025-11-25 lets `requestId` be absent (CANC-5).
 *
 * @category schemas
 * @since 0.1.0
 */
export const CancelledParams = Schema.Struct({
  requestId: Schema.optionalKey(JsonRpc.RequestId),
  reason: Schema.optionalKey(Schema.String),
  _meta: Schema.optionalKey(NotificationMeta)
})

export interface CancelledParams extends Schema.Schema.Type<typeof CancelledParams> {}
