/**
 * Annotations tell a client for whom content is, how much it matters and when it last changed (RES-21).
 *
 * They are hints, never access control.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#annotations
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Who a message or content is from or for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Role = Schema.Literals(["user", "assistant"])

export type Role = typeof Role.Type

/**
 * Hints about content.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Annotations = Schema.Struct({
  audience: Schema.optionalKey(Schema.Array(Role)),
  priority: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  lastModified: Schema.optionalKey(Schema.String)
})

export interface Annotations extends Schema.Schema.Type<typeof Annotations> {}
