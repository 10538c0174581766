/**
 * All revisions of the protocol, and how one is chosen.
 *
 * It does not support a version that is not here: whoever asks for one is offered the newest of the session era.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#version-negotiation
 *
 * @since 0.1.0
 */
import type { Revision } from "./Revision.ts"
import { revision as revision20241105 } from "./Revision20241105.ts"
import { revision as revision20250326 } from "./Revision20250326.ts"
import { revision as revision20250618 } from "./Revision20250618.ts"
import { revision as revision20251125 } from "./Revision20251125.ts"
import { revision as revision20260728 } from "./Revision20260728.ts"

/**
 * The newest revision of the session era.
 *
 * @category revisions
 * @since 0.1.0
 */
export const latestOfSessionEra: Revision = revision20251125

/**
 * The newest revision.
 *
 * @category revisions
 * @since 0.1.0
 */
export const latest: Revision = revision20260728

/**
 * The revisions that open with `initialize`, newest first.
 *
 * @category revisions
 * @since 0.1.0
 */
export const sessionEra: ReadonlyArray<Revision> = [
  revision20251125,
  revision20250618,
  revision20250326,
  revision20241105
]

/**
 * The revisions whose every request stands for itself, newest first.
 *
 * @category revisions
 * @since 0.1.0
 */
export const statelessEra: ReadonlyArray<Revision> = [revision20260728]

/**
 * All revisions, newest first.
 *
 * @category revisions
 * @since 0.1.0
 */
export const all: ReadonlyArray<Revision> = [...statelessEra, ...sessionEra]

const versions: ReadonlyMap<string, Revision> = new Map(all.map((revision) => [revision.version, revision]))

/**
 * The revision of a version string, if there is one.
 *
 * @category accessors
 * @since 0.1.0
 */
export const byVersion = (version: string): Revision | undefined => versions.get(version)

/**
 * The revision a server answers `initialize` with: the one asked for if it is of the session era, else the newest of that era (INIT-8 to
 * INIT-10). The stateless era is never negotiated (INIT-13).
 *
 * @category accessors
 * @since 0.1.0
 */
export const negotiate = (requested: string): Revision => {
  const revision = byVersion(requested)
  return revision?.era === "session" ? revision : latestOfSessionEra
}
