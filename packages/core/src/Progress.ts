/**
 * `Progress` reports how far a handler has come, to whoever asked to know; and who asked hears it as a stream.
 *
 * It is not a log: nothing is sent when the request carries no progress token, once it is answered, or when the value does not increase.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
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

/**
 * What is heard of a request: its progress, and in the end its result.
 *
 * @category models
 * @since 0.1.0
 */
export type Event<A> =
  | { readonly _tag: "Progress"; readonly update: ProgressUpdate }
  | { readonly _tag: "Result"; readonly value: A }

/**
 * Any request as a stream of its progress and, as the last element, its result. The stream fails as the request does, and who stops reading cancels
 * it. Of the progress that waits for a slow reader the oldest steps are dropped, beyond `bufferSize` elements (16 by default).
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as Progress from "@mcp-effect/core/Progress"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const events = Stream.unwrap(Effect.map(Client.Client, (client) =>
 *   Progress.stream((onProgress) => client.callTool("build", {}, { onProgress }))))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <A, E, R>(
  request: (onProgress: (update: ProgressUpdate) => Effect.Effect<void>) => Effect.Effect<A, E, R>,
  options?: { readonly bufferSize?: number }
): Stream.Stream<Event<A>, E, R> =>
  Stream.callback<Event<A>, E, R>((queue) =>
    Effect.flatMap(
      request((update) => Effect.asVoid(Queue.offer(queue, { _tag: "Progress", update }))),
      (value) => Effect.andThen(Queue.offer(queue, { _tag: "Result", value }), Queue.end(queue))
    ), { bufferSize: options?.bufferSize ?? 16, strategy: "sliding" })
