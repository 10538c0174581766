/**
 * `Turns` of the event loop are given to bodies that take long to understand, one at a time, so that everyone else is served in between.
 *
 * They are no limit of how long a body may be, and a short one needs none.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

/**
 * Turns, for so many at a time that wait for theirs.
 *
 * @category models
 * @since 0.1.0
 */
export class Turns {
  readonly #max: number
  readonly #turn = Semaphore.makeUnsafe(1)
  #waiting = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Whether as many wait as may. */
  get isFull(): boolean {
    return this.#waiting >= this.#max
  }

  /** Does the work in a turn of its own, and what follows at once in the same one. */
  take<A>(work: () => A): Effect.Effect<A> {
    return Effect.suspend(() => {
      this.#waiting++
      return Effect.ensuring(
        this.#turn.withPermit(Effect.andThen(Effect.yieldNow, Effect.sync(work))),
        Effect.sync(() => this.#waiting--)
      )
    })
  }
}
