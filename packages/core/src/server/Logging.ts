/**
 * Log messages on the server: the level that each session wants.
 *
 * It is not where messages are sent: that is the root's `Logging`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SetLevelParams } from "../protocol/Logging.ts"
import type { EmptyResult } from "../protocol/Meta.ts"
import type { Connection } from "./Connection.ts"

/**
 * Answers `logging/setLevel`. The level is this session's alone (LOG-6).
 *
 * @category handlers
 * @since 0.1.0
 */
export const setLevel = (connection: Connection, { level }: SetLevelParams): Effect.Effect<EmptyResult> =>
  Effect.sync(() => {
    connection.update({ logLevel: level })
    return {}
  })
