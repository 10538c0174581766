/**
 * `VirtualTime` runs an effect in a world of its own: whenever nothing is left to run there, its clock jumps to who sleeps the least.
 *
 * It is not `TestClock`, which a test moves by hand. What is random, digested or sealed in there comes from a seed, so that the same seed gives the same
 * run, event by event, unless something outside has a part in it: of that, only what is read from files is waited for before the clock moves on.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Scheduler from "effect/Scheduler"
import { Dice } from "./simulation/Dice.ts"
import * as Seeded from "./simulation/Seeded.ts"
import { World } from "./simulation/World.ts"

/**
 * How a run begins, and for how long it may go on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Of all that is random in the run; 0 by default. */
  readonly seed?: string | number
  /** Whether what is to run next runs in any order, by the seed, instead of as it came; false by default. */
  readonly isShuffled?: boolean
  /** How long the run may be, of its own time; a year by default. */
  readonly limit?: Duration.Input
  /** How long, of real time, it is waited for what is outside when nothing is left to run; 1 second by default. */
  readonly patience?: Duration.Input
}

/**
 * The run cannot end: nothing is left that would go on (`Idle`), something runs on and on at one moment (`Busy`), or it lasts too long (`Endless`).
 *
 * @category errors
 * @since 0.1.0
 */
export class Stuck extends Data.TaggedError("Stuck")<{
  readonly reason: "Idle" | "Busy" | "Endless"
  /** In milliseconds since the run began. */
  readonly at: number
}> {
  override get message(): string {
    switch (this.reason) {
      case "Idle":
        return `After ${this.at} ms nothing is left to run, and what was run has not ended`
      case "Busy":
        return `At ${this.at} ms something runs on and on, and lets no time go by`
      case "Endless":
        return `After ${this.at} ms what was run has not ended`
    }
  }
}

/**
 * What goes on in a world: fibers that have not ended, those among them that sleep, and how often its clock has jumped.
 *
 * @category models
 * @since 0.1.0
 */
export interface Census {
  readonly fibers: number
  readonly sleepers: number
  readonly jumps: number
}

/**
 * What goes on in the world that this is run in; nothing outside of any.
 *
 * @category accessors
 * @since 0.1.0
 */
export const census: Effect.Effect<Census> = Clock.clockWith((clock) =>
  Effect.sync(() =>
    clock instanceof World
      ? { fibers: clock.fibers, sleepers: clock.sleepers, jumps: clock.jumps }
      : { fibers: 0, sleepers: 0, jumps: 0 }
  )
)

/**
 * Runs an effect in a world of its own, from the time 0 on. What it has forked into nothing does not outlive it: nobody wakes it any more.
 *
 * @example
 * ```ts
 * import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
 * import * as Effect from "effect/Effect"
 *
 * // takes no time
 * const aCentury = VirtualTime.run(Effect.sleep("36500 days"), { limit: "40000 days" })
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const run = <A, E, R>(effect: Effect.Effect<A, E, R>, options: Options = {}): Effect.Effect<A, E | Stuck, R> =>
  Effect.contextWith((context: Context.Context<R>) => {
    const limit = Duration.toMillis(options.limit ?? Duration.days(365))
    const patience = Duration.toMillis(options.patience ?? Duration.seconds(1))
    return Effect.callback<A, E | Stuck>((resume) => {
      const dice = new Dice(options.seed ?? 0)
      const world = new World(limit, patience, options.isShuffled === true ? dice.of("order") : undefined)
      const inside = context.pipe(
        Context.add(Clock.Clock, world),
        Context.add(Scheduler.Scheduler, world),
        Context.add(Metric.FiberRuntimeMetrics, world)
      )
      const fiber = Effect.runForkWith(inside)(
        Effect.flatMap(
          Seeded.make(dice),
          (seeded) => Effect.provideContext(effect, Context.merge(inside, seeded))
        )
      )
      fiber.addObserver((exit) => {
        world.stop()
        resume(exit)
      })
      world.start((reason) => resume(Effect.fail(new Stuck({ reason, at: world.currentTimeMillisUnsafe() }))))
      // its finalizers may take their time, which has to go on meanwhile
      return Fiber.interrupt(fiber)
    })
  })
