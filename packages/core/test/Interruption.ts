/**
 * `Interruption` between two steps of a fiber: it may come when one has had its share of time, wherever that is.
 *
 * It is not the interruption of what waits, which tests do by hand.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import { settle } from "./Conversation.ts"

/** Lets a fiber that is run with it stop once, after so many steps. */
const stopsAfter = (steps: number): Scheduler.Scheduler => {
  const scheduler = new Scheduler.MixedScheduler()
  let count = 0
  return {
    executionMode: scheduler.executionMode,
    shouldYield: () => count++ === steps,
    makeDispatcher: () => scheduler.makeDispatcher()
  }
}

/** Runs an effect again and again, each time interrupted after one step more, and then looks. */
export const atEachStep = <A, E>(
  steps: number,
  effect: Effect.Effect<A, E>,
  look: (step: number, fiber: Fiber.Fiber<A, E>) => void = () => {}
): Effect.Effect<void> =>
  Effect.forEach(Array.from({ length: steps }, (_, index) => index), (step) => {
    const fiber = Effect.runFork(Effect.provideService(effect, Scheduler.Scheduler, stopsAfter(step)))
    fiber.interruptUnsafe()
    return Effect.map(settle, () => look(step, fiber))
  }, { discard: true })
