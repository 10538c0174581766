/**
 * `Fibers` counts the fibers that were started by what runs with it, and have not ended.
 *
 * It does not know which they are, nor the fiber that it is run in.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"

/**
 * Counts fibers, and tells whoever counted them before.
 *
 * @category models
 * @since 0.1.0
 */
export class Fibers {
  #alive = 0

  /** How many have not ended. */
  get alive(): number {
    return this.#alive
  }

  /** Counts what an effect starts; not the fiber that it is run in. */
  count<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.flatMap(
      Metric.FiberRuntimeMetrics,
      (outer) =>
        Effect.provideService(effect, Metric.FiberRuntimeMetrics, {
          recordFiberStart: (context: Context.Context<never>) => {
            this.#alive++
            outer?.recordFiberStart(context)
          },
          recordFiberEnd: (context: Context.Context<never>, exit: Exit.Exit<unknown, unknown>) => {
            this.#alive--
            outer?.recordFiberEnd(context, exit)
          }
        })
    )
  }
}
