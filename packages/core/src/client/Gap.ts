/**
 * A `Gap` is a time in which news of a server may have been lost: what it says afterwards is that each of its lists may have changed.
 *
 * It is not a subscription, and it asks the server nothing: who keeps a list reads it again (SUB-21).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 *
 * @since 0.1.0
 */
import type { Caller } from "./Caller.ts"

const lists = ["tools", "prompts", "resources"] as const

/**
 * Says of each kind of list that the server has that it may have changed, as if the server had said so.
 *
 * @category combinators
 * @since 0.1.0
 */
export const announce = (caller: Caller): void => {
  for (const list of lists) {
    if (caller.server.capabilities[list] === undefined) continue
    caller.notifications.publish({ method: `notifications/${list}/list_changed`, params: {} })
  }
}
