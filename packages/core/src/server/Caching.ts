/**
 * `Caching` says of each result that may be kept for how long and for whom (CACHE-1).
 *
 * It keeps nothing: pages that are encoded once are `Pagination`'s, and clients keep what they want.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Cache from "../Cache.ts"
import type { CacheableResult } from "../protocol/Cache.ts"
import type { Registry } from "./Registry.ts"

/**
 * The hints of a server, by method.
 *
 * @category models
 * @since 0.1.0
 */
export type Caching = ReadonlyMap<string, Kept>

/**
 * The hint of a method, and the table that it lists, if it does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kept {
  readonly hint: Members
  readonly table: "tools" | "prompts" | "resources" | "templates" | undefined
}

/**
 * A hint as it travels (CACHE-1 to CACHE-3).
 *
 * @category models
 * @since 0.1.0
 */
export type Members = Required<Pick<CacheableResult, "ttlMs" | "cacheScope">>

const none: Cache.Hint = { ttl: 0 }

/**
 * The hints of a server; without one a result is stale at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (hints: Cache.Hints = {}): Caching => {
  const kept = (hint: Cache.Hint = none, table?: Kept["table"]): Kept => ({ hint: members(hint), table })
  return new Map([
    ["server/discover", kept(hints.discover)],
    ["tools/list", kept(hints.tools, "tools")],
    ["prompts/list", kept(hints.prompts, "prompts")],
    ["resources/list", kept(hints.resources, "resources")],
    ["resources/templates/list", kept(hints.resourceTemplates, "templates")],
    ["resources/read", kept(hints.read)]
  ])
}

/**
 * The members of a result that tell a hint. A duration that is none is a defect.
 *
 * @category conversions
 * @since 0.1.0
 */
export const members = ({ scope, ttl }: Cache.Hint): Members => ({
  // JSON has no infinity, and beyond the safe integers peers do not agree what a number is
  ttlMs: Math.min(Math.max(Math.floor(Duration.toMillis(ttl)) || 0, 0), Number.MAX_SAFE_INTEGER),
  cacheScope: scope ?? "private"
})

/**
 * For how long and for whom a result may be kept; undefined where results of the method are not to be. What the result says itself goes before
 * the hint of the server; of a list that is not the same for everyone, no page is public (CACHE-4, CACHE-18).
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (
  caching: Caching,
  registry: Registry["Service"],
  method: string,
  said: CacheableResult
): Members | undefined => {
  const kept = caching.get(method)
  if (kept === undefined) return undefined
  const { hint, table } = kept
  const isGuarded = table !== undefined && registry[table].isGuarded
  return {
    ttlMs: said.ttlMs ?? hint.ttlMs,
    cacheScope: isGuarded ? "private" : said.cacheScope ?? hint.cacheScope
  }
}
