/**
 * `Progress` reports how far a handler has come, to whoever asked to know.
 *
 * It is not a log: nothing is sent when the request carries no progress token, once it is answered, or when the value does not increase.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ProgressUpdate } from "./peer/OutboundRequests.ts"
import { RequestContext } from "./RequestContext.ts"

export type {
  /**
   * One step: `progress` increases with every report, `total` is in the same unit and may be unknown (PROG-4 to PROG-6).
   *
   * @category models
   * @since 0.1.0
   */
  ProgressUpdate
} from "./peer/OutboundRequests.ts"

/**
 * The progress of the request being handled.
 *
 * @category services
 * @since 0.1.0
 */
export class Progress extends Context.Service<Progress, {
  readonly report: (update: ProgressUpdate) => Effect.Effect<void, never, RequestContext>
}>()("@mcp-effect/core/Progress") {}

/**
 * The service as a server provides it to its handlers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Progress["Service"] = {
  report: (update) => Effect.flatMap(RequestContext, (request) => request.progress(update))
}

/**
 * Reports one step.
 *
 * @category accessors
 * @since 0.1.0
 */
export const report = (update: ProgressUpdate): Effect.Effect<void, never, Progress | RequestContext> =>
  Effect.flatMap(Progress, (progress) => progress.report(update))

/**
 * Passes a stream through and reports a step for each of its elements.
 *
 * @category combinators
 * @since 0.1.0
 */
export const track =
  <A>(step: (element: A, index: number) => ProgressUpdate) =>
  <E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<A, E, R | Progress | RequestContext> =>
    Stream.mapEffect(
      Stream.zipWithIndex(stream),
      ([element, index]) => Effect.as(report(step(element, index)), element)
    )
