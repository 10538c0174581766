/**
 * `subscriptions/listen` on the server: a request that stays, and carries the news its client asked for (SUB).
 *
 * It is not `resources/subscribe` of the session era (`Subscriptions`), and nothing that belongs to another request travels here (SUB-11).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { SubscriptionsListenParams, SubscriptionsListenResult } from "../protocol/Subscription.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Caller } from "./Caller.ts"

/**
 * Answers `subscriptions/listen`, in the end.
 *
 * @category handlers
 * @since 0.1.0
 */
export const listen = (
  _caller: Caller,
  _params: SubscriptionsListenParams,
  request: InboundRequest
): Effect.Effect<SubscriptionsListenResult, ProtocolError.ProtocolError> =>
  Effect.fail(ProtocolError.methodNotFound(request.method))
