/**
 * Ping: whether the server answers.
 *
 * The stateless era has no request of this name; there it is `server/discover`, which every server answers (VER-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/ping
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SessionError } from "../SessionError.ts"
import type { Caller, RequestOptions } from "./Caller.ts"

/**
 * Whether the server answers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ping {
  /** Completes when the server has answered. */
  readonly ping: (options?: RequestOptions) => Effect.Effect<void, SessionError>
}

/**
 * Whether the server behind a caller answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller): Ping => ({
  ping: (options) =>
    Effect.flatMap(caller.ready(options), () =>
      Effect.asVoid(
        caller.revision.clientRequests.has("ping")
          ? caller.request("ping", {}, options)
          : caller.request("server/discover", {}, { ...options, isFresh: true })
      ))
})
