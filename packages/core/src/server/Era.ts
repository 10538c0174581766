/**
 * The `Era` of a request: whether it belongs to a session or stands for itself.
 *
 * It is found anew for each request, never for a connection: both kinds may come by the same one (VER-11 to VER-13).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { RevisionFacts } from "../revision/Revision.ts"
import { sessionHandlers, statelessHandlers } from "./Handlers.ts"

/**
 * An era.
 *
 * @category models
 * @since 0.1.0
 */
export type Era = RevisionFacts["era"]

/**
 * The eras that are served unless the server says otherwise.
 *
 * @category constants
 * @since 0.1.0
 */
export const all: ReadonlyArray<Era> = ["session", "stateless"]

/**
 * The era of a request to a server of these eras: stateless when it speaks for itself in its `_meta`, or comes outside a session with a
 * method that no session knows.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (
  eras: ReadonlyArray<Era>,
  request: { readonly method: string; readonly params?: unknown },
  isInSession: boolean
): Era => {
  if (!eras.includes("session")) return "stateless"
  if (!eras.includes("stateless")) return "session"
  return speaksForItself(request.params) ||
      (!isInSession && statelessHandlers.has(request.method) && !sessionHandlers.has(request.method))
    ? "stateless"
    : "session"
}

/**
 * Whether params say in their `_meta` which version they are in, or what their client can do.
 *
 * @category guards
 * @since 0.1.0
 */
export const speaksForItself = (params: unknown): boolean => {
  if (!Predicate.isObject(params) || !Object.hasOwn(params, "_meta")) return false
  const { _meta: meta } = params
  return Predicate.isObject(meta) &&
    (Object.hasOwn(meta, "io.modelcontextprotocol/protocolVersion") ||
      Object.hasOwn(meta, "io.modelcontextprotocol/clientCapabilities"))
}
