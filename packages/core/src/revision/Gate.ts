/**
 * A `Gate` is the capability that a method needs: without it, the method is not part of what was agreed on (BASE-17).
 *
 * It does not say what a client or server can do, only where in its capabilities to look.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#capability-negotiation
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { ClientCapabilities, ServerCapabilities } from "../protocol/Capabilities.ts"

/**
 * Whose capability is needed, and its path: `["resources", "subscribe"]`. For a request it is the receiver's, for a notification the
 * capability under which it is sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Gate {
  readonly of: "client" | "server"
  readonly path: ReadonlyArray<string>
}

/**
 * A capability of the client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const client = (...path: ReadonlyArray<string>): Gate => ({ of: "client", path })

/**
 * A capability of the server.
 *
 * @category constructors
 * @since 0.1.0
 */
export const server = (...path: ReadonlyArray<string>): Gate => ({ of: "server", path })

/**
 * Whether the capability is there: an object or `true` at the end of the path.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOpen = (gate: Gate | undefined, capabilities: {
  readonly client: ClientCapabilities
  readonly server: ServerCapabilities
}): boolean => {
  if (gate === undefined) return true
  let value: unknown = capabilities[gate.of]
  for (const key of gate.path) value = Predicate.isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value === true || Predicate.isObject(value)
}
