/**
 * Completions on the client: what a server suggests for an argument of a prompt or for a variable of a resource template.
 *
 * It is not how an author suggests (`Completion`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { CompleteParams, CompleteResult } from "../protocol/Completion.ts"
import type { SessionError } from "../SessionError.ts"
import type { Caller, RequestOptions } from "./Caller.ts"

/**
 * The completions of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Completions {
  /** What may be meant by the beginning of an argument. `context` has what is known of the others (COMP-2). */
  readonly complete: (
    params: Pick<CompleteParams, "ref" | "argument" | "context">,
    options?: RequestOptions
  ) => Effect.Effect<CompleteResult["completion"], SessionError>
}

/**
 * The completions of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller): Completions => ({
  complete: (params, options) =>
    Effect.map(caller.request("completion/complete", params, options), ({ completion }) => completion)
})
