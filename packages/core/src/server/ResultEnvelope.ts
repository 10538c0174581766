/**
 * What every result of the stateless era says beside what it is about: its kind, its server, and for how long it may be kept.
 *
 * It is never part of an answer to an older client (BASE-28).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import type { CacheableResult } from "../protocol/Cache.ts"
import * as Caching from "./Caching.ts"
import type { Caller } from "./Caller.ts"

/**
 * A result that needs nothing more (BASE-24, META-17).
 *
 * @category combinators
 * @since 0.1.0
 */
export const complete = ({ registry, server }: Caller, method: string, result: CacheableResult): object => ({
  ...result,
  ...Caching.of(server.options.caching, registry, method, result),
  resultType: "complete",
  _meta: result._meta === undefined ? server.resultMeta : { ...result._meta, ...server.resultMeta }
})
