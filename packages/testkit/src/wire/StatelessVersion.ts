/**
 * A `StatelessVersion` is the revision that a request names when it stands for itself.
 *
 * It is not what a session has negotiated.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#protocol-version
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * The revision that a message names, whatever it is.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (message: unknown): unknown => {
  if (!Predicate.isObject(message) || !Predicate.isObject(message.params)) return undefined
  const meta = message.params._meta
  return Predicate.isObject(meta) ? meta["io.modelcontextprotocol/protocolVersion"] : undefined
}
