/**
 * What every result of the stateless era says beside what it is about: its kind, its server, and for how long it may be kept.
 *
 * It is never part of an answer to an older client (BASE-28).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import * as Caching from "./Caching.ts"
import type { Caller } from "./Caller.ts"

interface Envelope extends Caching.Said {
  readonly _meta?: { readonly [key: string]: unknown }
}

/**
 * A result that needs nothing more (BASE-24, META-17).
 *
 * @category combinators
 * @since 0.1.0
 */
export const complete = (caller: Caller, method: string, result: Envelope): object => {
  const kept = Caching.of(caller.server.options.caching, caller.registry, method, result)
  const _meta = withServerInfo(caller, result)
  return kept === undefined
    ? { ...result, resultType: "complete", _meta }
    : { ...result, ...kept, resultType: "complete", _meta }
}

/**
 * The `_meta` of a result, with the server that it is from.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withServerInfo = (
  { server }: Caller,
  { _meta }: Envelope
): { readonly [key: string]: unknown } => _meta === undefined ? server.resultMeta : { ..._meta, ...server.resultMeta }
