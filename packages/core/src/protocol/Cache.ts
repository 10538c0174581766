/**
 * How long and for whom a result may be kept (CACHE-1 to CACHE-3; stateless era).
 *
 * It is not access control (CACHE-17), and never part of an answer to an older client (BASE-28).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ResultMeta } from "./Meta.ts"

/**
 * Whether a result may be shared between users.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CacheScope = Schema.Literals(["public", "private"])

export type CacheScope = typeof CacheScope.Type

/**
 * A result with its time to live in milliseconds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CacheableResult = Schema.Struct({
  ttlMs: Schema.optionalKey(Schema.Int),
  cacheScope: Schema.optionalKey(CacheScope),
  _meta: Schema.optionalKey(ResultMeta),
  resultType: Schema.optionalKey(Schema.String)
})

export interface CacheableResult extends Schema.Schema.Type<typeof CacheableResult> {}
