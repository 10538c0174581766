/**
 * `Quiescence` is when a handler has nothing left to run: all its fibers wait for something from outside.
 *
 * It does not know what they wait for. What they do at once (a promise that is kept already, say) is not waited for from outside.
 *
 * @since 0.1.0
 */
import type * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"

/**
 * A scheduler that tells, when asked to watch, that what runs on it has come to rest. Fibers that run on it are forked with it in their context.
 *
 * @category models
 * @since 0.1.0
 */
export class Quiescence implements Scheduler.Scheduler {
  readonly executionMode: "sync" | "async"
  readonly #base: Scheduler.Scheduler
  readonly #onRest: () => void
  #turn: Scheduler.SchedulerDispatcher | undefined
  #tasks = 0
  #held = 0
  // grows with everything that happens, so that rest is what lasts for one turn of the event loop
  #steps = 0
  #isWatching = false
  #isLooking = false

  constructor(base: Scheduler.Scheduler, onRest: () => void) {
    this.executionMode = base.executionMode
    this.#base = base
    this.#onRest = onRest
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    return this.#base.shouldYield(fiber)
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    const dispatcher = this.#base.makeDispatcher()
    return {
      scheduleTask: (task, priority) => {
        this.#tasks++
        dispatcher.scheduleTask(() => {
          this.#tasks--
          this.#steps++
          task()
        }, priority)
      },
      flush: () => dispatcher.flush()
    }
  }

  /** Something begins that rest has to wait for, though it runs elsewhere. */
  hold(): void {
    this.#held++
  }

  /** It has ended. */
  release(): void {
    this.#held--
    this.#steps++
    if (this.#isWatching && this.#held === 0) this.#look()
  }

  /** Tells of the next rest, once. */
  watch(): void {
    this.#steps++
    if (this.#isWatching) return
    this.#isWatching = true
    this.#look()
  }

  #look(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    const before = this.#steps
    this.#turn ??= this.#base.makeDispatcher()
    this.#turn.scheduleTask(() => {
      this.#isLooking = false
      // who is held looks again when it is released: until then that may be a while
      if (this.#held > 0) return
      if (this.#tasks > 0 || this.#steps !== before) return this.#look()
      this.#isWatching = false
      this.#onRest()
    }, 0)
  }
}
