/**
 * Discovery: what a server of the stateless era speaks and offers (DISC-1).
 *
 * It opens nothing: no session follows.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/discover
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheableResult } from "./Cache.ts"
import { ServerCapabilities } from "./Capabilities.ts"
import { RequestParams } from "./RequestMeta.ts"

/**
 * The params of `server/discover`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DiscoverParams = RequestParams

export type DiscoverParams = RequestParams

/**
 * The result of `server/discover`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DiscoverResult = Schema.Struct({
  ...CacheableResult.fields,
  supportedVersions: Schema.Array(Schema.String),
  capabilities: ServerCapabilities,
  instructions: Schema.optionalKey(Schema.String)
})

export interface DiscoverResult extends Schema.Schema.Type<typeof DiscoverResult> {}
