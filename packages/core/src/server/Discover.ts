/**
 * Discovery on the server: says which versions of the stateless era it speaks and what it offers.
 *
 * It opens nothing and remembers nothing (VER-5, VER-6), and names no version that would need `initialize` (VER-25).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/discover
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { DiscoverResult } from "../protocol/Discover.ts"
import * as Revisions from "../revision/Revisions.ts"
import type { Caller } from "./Caller.ts"

/**
 * The versions that a request may be in, as discovery and refusals name them alike (DISC-7).
 *
 * @category constants
 * @since 0.1.0
 */
export const supportedVersions: ReadonlyArray<string> = Revisions.statelessEra.map((revision) => revision.version)

/**
 * Answers `server/discover` (DISC-2 to DISC-4).
 *
 * @category handlers
 * @since 0.1.0
 */
export const discover = ({ negotiated, server }: Caller): Effect.Effect<DiscoverResult> =>
  Effect.succeed({
    supportedVersions,
    capabilities: negotiated.capabilities,
    ...(server.options.instructions === undefined ? undefined : { instructions: server.options.instructions })
  })
