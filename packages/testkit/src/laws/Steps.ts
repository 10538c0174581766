/**
 * `Steps` is a scheduler that counts the operations of what runs with it, and says when so many are done.
 *
 * From then on it lets others run after every few operations, so that whoever was told comes before the end of what is counted.
 *
 * @since 0.1.0
 */
import type * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"

// Fewer would be used up by going on after letting others run.
const afterwards = 4

/**
 * Counts operations, and leaves all else to another scheduler.
 *
 * @category models
 * @since 0.1.0
 */
export class Steps implements Scheduler.Scheduler {
  readonly executionMode: Scheduler.Scheduler["executionMode"]
  readonly #inner: Scheduler.Scheduler
  readonly #onReached: () => void
  #left: number

  /** `steps` is at least 1. */
  constructor(inner: Scheduler.Scheduler, steps: number, onReached: () => void) {
    this.executionMode = inner.executionMode
    this.#inner = inner
    this.#left = steps
    this.#onReached = onReached
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    if (this.#left === 0) return fiber.currentOpCount > afterwards
    this.#left--
    if (this.#left > 0) return this.#inner.shouldYield(fiber)
    this.#onReached()
    return true
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return this.#inner.makeDispatcher()
  }
}
