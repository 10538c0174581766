/**
 * What every result of the stateless era says beside what it is about: its kind, its server, and for how long it may be kept.
 *
 * It is never part of an answer to an older client (BASE-28).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import type { Caller } from "./Caller.ts"

interface Envelope {
  readonly _meta?: { readonly [key: string]: unknown }
}

// These say how long and for whom they may be kept (CACHE-1).
const cacheable: ReadonlySet<string> = new Set([
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read"
])

/**
 * A result that needs nothing more (BASE-24, META-17).
 *
 * @category combinators
 * @since 0.1.0
 */
export const complete = (caller: Caller, method: string, result: Envelope): object => ({
  ...(cacheable.has(method) ? { ttlMs: 0, cacheScope: "private" } : undefined),
  ...result,
  resultType: "complete",
  _meta: withServerInfo(caller, result)
})

/**
 * The `_meta` of a result, with the server that it is from.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withServerInfo = (
  { server }: Caller,
  { _meta }: Envelope
): { readonly [key: string]: unknown } => ({
  ..._meta,
  "io.modelcontextprotocol/serverInfo": server.options.info
})
