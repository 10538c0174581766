/**
 * Progress of one read for the client that waits for it.
 *
 * Not for small files: those are read before anyone could look at a progress bar.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 */
import * as Progress from "@mcp-effect/core/Progress"
import type { RequestContext } from "@mcp-effect/core/RequestContext"
import * as Effect from "effect/Effect"
import type { ReadProgress } from "./ReadChunks.ts"

// Bytes between two reports: a few dozen of them even for the largest scan.
const STEP = 1024 * 1024

/**
 * A reporter for one read, to be handed to the operation that reads.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<
  (progress: ReadProgress) => Effect.Effect<void, never, Progress.Progress | RequestContext>
> = Effect.sync(() => {
  let reported = 0
  return ({ done, total }) => {
    if (done - reported < STEP) return Effect.void
    reported = done
    return Progress.report({ progress: done, total, message: "bytes read" })
  }
})
