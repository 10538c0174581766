/**
 * What a client tells a server: the end of the handshake, and that its roots have changed.
 *
 * Cancellation and progress are not here: they speak about requests, and the `Peer` takes them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Connection } from "./Connection.ts"

/**
 * Takes a notification. One that the session's revision does not know is ignored (BASE-14, BASE-40).
 *
 * @category handlers
 * @since 0.1.0
 */
export const receive = (connection: Connection, method: string): Effect.Effect<void> => {
  if (connection.current === undefined || !connection.current.revision.clientNotifications.has(method)) {
    return Effect.logDebug(`Ignored the notification ${method.slice(0, 128)}`)
  }
  switch (method) {
    case "notifications/initialized":
      return Effect.sync(() => connection.finishHandshake())
    case "notifications/roots/list_changed":
      return Effect.sync(() => connection.roots.changed())
    default:
      return Effect.void
  }
}
