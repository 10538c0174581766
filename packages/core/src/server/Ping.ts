/**
 * Ping on the server: says that it is alive, at once and in any state (PING-2, PING-5).
 *
 * It is not work: it is answered without a fiber, so that nothing in progress can hold it up.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/ping
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PingResult } from "../protocol/Ping.ts"

const alive: Effect.Effect<PingResult> = Effect.succeed({})

/**
 * Answers `ping`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const ping = (): Effect.Effect<PingResult> => alive
