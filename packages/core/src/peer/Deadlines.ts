/**
 * `Deadlines` says when something has waited long enough, with one fiber for all that waits.
 *
 * It does not hold what waits, and takes no note of what no longer does: it looks at what is there when the earliest deadline is over.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as MonotonicTime from "./MonotonicTime.ts"

/**
 * Something that waits. The deadline, in milliseconds of `Deadlines.now`, may be put off at any time, also by `expire`; infinite once it is over.
 *
 * @category models
 * @since 0.1.0
 */
export interface Timed {
  readonly deadline: number
  readonly expire: () => void
}

// In milliseconds: how long it takes at most until the fiber ends for which nothing waits any more. To end it at once, and to start another for
// the next one, would be half the cost of a short request.
const longestSleep = 1000

/**
 * The deadlines of one table.
 *
 * @category models
 * @since 0.1.0
 */
export class Deadlines {
  readonly #context: Context.Context<never>
  readonly #clock: Clock.Clock
  readonly #waiting: () => Iterable<Timed>
  #watcher: Fiber.Fiber<void> | undefined
  #wakesAt = 0

  /** `context` is what the fiber runs with; its clock is the one that counts. */
  constructor(context: Context.Context<never>, waiting: () => Iterable<Timed>) {
    this.#context = context
    this.#clock = Context.get(context, Clock.Clock)
    this.#waiting = waiting
  }

  /** In milliseconds since whenever: what the time of day does is nothing to who waits. */
  get now(): number {
    return MonotonicTime.millis(this.#clock)
  }

  /** Sees to it that somebody looks when this deadline is over. */
  watch(deadline: number): void {
    if (this.#watcher !== undefined) {
      // it looks in time, and then at this one too
      if (this.#wakesAt <= deadline) return
      this.#watcher.interruptUnsafe()
    }
    this.#wakesAt = Math.min(deadline, this.now + longestSleep)
    this.#watcher = Effect.runForkWith(this.#context)(this.#watch())
  }

  /** Nothing expires any more. */
  stop(): void {
    this.#watcher?.interruptUnsafe()
    this.#watcher = undefined
  }

  #watch(): Effect.Effect<void> {
    return Effect.flatMap(Effect.sleep(Math.max(0, this.#wakesAt - this.now)), () => {
      const { now } = this
      for (const timed of this.#waiting()) {
        if (timed.deadline <= now) timed.expire()
      }
      let next = Number.POSITIVE_INFINITY
      // looked at anew, for whoever learns that it is over may wait for something else at once
      for (const { deadline } of this.#waiting()) {
        if (deadline < next) next = deadline
      }
      if (next === Number.POSITIVE_INFINITY) {
        this.#watcher = undefined
        return Effect.void
      }
      this.#wakesAt = Math.min(next, now + longestSleep)
      return this.#watch()
    })
  }
}
