/**
 * The methods that every revision of the session era has, by who sends them.
 *
 * It is not a revision: each adds what is its own.
 *
 * Spec: https://modelcontextprotocol.io/specification/2024-11-05
 *
 * @since 0.1.0
 */
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "../protocol/Methods.ts"

/**
 * Requests a client sends to a server.
 *
 * @category constants
 * @since 0.1.0
 */
export const clientRequests: ReadonlyArray<keyof ClientRequests> = [
  "initialize",
  "ping",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "prompts/list",
  "prompts/get",
  "completion/complete",
  "logging/setLevel"
]

/**
 * Requests a server sends to a client.
 *
 * @category constants
 * @since 0.1.0
 */
export const serverRequests: ReadonlyArray<keyof ServerRequests> = ["ping", "roots/list", "sampling/createMessage"]

/**
 * Notifications a client sends to a server.
 *
 * @category constants
 * @since 0.1.0
 */
export const clientNotifications: ReadonlyArray<keyof ClientNotifications> = [
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "notifications/roots/list_changed"
]

/**
 * Notifications a server sends to a client.
 *
 * @category constants
 * @since 0.1.0
 */
export const serverNotifications: ReadonlyArray<keyof ServerNotifications> = [
  "notifications/cancelled",
  "notifications/progress",
  "notifications/message",
  "notifications/tools/list_changed",
  "notifications/prompts/list_changed",
  "notifications/resources/list_changed",
  "notifications/resources/updated"
]
