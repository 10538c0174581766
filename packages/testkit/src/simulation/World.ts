/**
 * A `World` has a clock and a scheduler of its own, and moves the clock on when nothing is left to run.
 *
 * It knows nothing of what is run in it. A turn of it is one of the event loop, so that promises which are kept already come before the next one.
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Metric from "effect/Metric"
import type * as Scheduler from "effect/Scheduler"
import type { Dice } from "./Dice.ts"
import { Sleepers } from "./Sleepers.ts"

// How many tasks may run at one moment before it counts as running on and on.
const maxTasksAtOnce = 100_000

// The longest time that a fiber keeps to itself, in operations. Far more than it takes where there is something to wait for: how many operations
// something takes is not the same in each run, for what is made when it is first needed is there in the next one.
const maxOperations = 1_000_000

interface Task {
  readonly run: () => void
  readonly priority: number
}

/**
 * A world.
 *
 * @category models
 * @since 0.1.0
 */
export class World implements Clock.Clock, Scheduler.Scheduler, Metric.FiberRuntimeMetricsService {
  readonly executionMode = "async"
  readonly currentTimeMillis: Effect.Effect<number> = Effect.sync(() => this.#now)
  readonly currentTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos: Effect.Effect<bigint> = this.currentTimeNanos
  /** How many fibers have not ended. */
  fibers = 0
  /** How often the clock has jumped. */
  jumps = 0
  readonly #limit: number
  readonly #patience: number
  readonly #dice: Dice | undefined
  readonly #sleepers = new Sleepers()
  #now = 0
  #tasks: Array<Task> = []
  #atOnce = 0
  #idleSince: number | undefined
  #isOver = false
  #onStuck: (reason: "Idle" | "Busy" | "Endless") => void = () => {}

  /**
   * Times in milliseconds: the longest of its own, and the longest real one to wait for what is outside. With dice, what is to run next runs in any
   * order, else as it came.
   */
  constructor(limit: number, patience: number, dice?: Dice) {
    this.#limit = limit
    this.#patience = patience
    this.#dice = dice
  }

  get sleepers(): number {
    return this.#sleepers.size
  }

  currentTimeMillisUnsafe(): number {
    return this.#now
  }

  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.#now * 1_000_000))
  }

  monotonicTimeNanosUnsafe(): bigint {
    return this.currentTimeNanosUnsafe()
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const at = this.#now + Math.max(0, Duration.toMillis(duration))
      // nobody comes to wake who sleeps for ever
      if (at === Infinity) return
      const sleeper = this.#sleepers.add(at, () => resume(Effect.void))
      return Effect.sync(() => this.#sleepers.remove(sleeper))
    })
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    return fiber.currentOpCount >= maxOperations
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return {
      scheduleTask: (run, priority) => void this.#tasks.push({ run, priority }),
      flush: () => {
        while (this.#tasks.length > 0) this.#runTasks()
      }
    }
  }

  recordFiberStart(_context: Context.Context<never>): void {
    this.fibers++
  }

  recordFiberEnd(_context: Context.Context<never>): void {
    this.fibers--
  }

  /** Lets it turn, until it is stopped or stuck. */
  start(onStuck: (reason: "Idle" | "Busy" | "Endless") => void): void {
    this.#onStuck = onStuck
    setImmediate(this.#turn)
  }

  stop(): void {
    this.#isOver = true
  }

  readonly #turn = (): void => {
    if (this.#isOver) return
    if (this.#tasks.length > 0) {
      this.#idleSince = undefined
      if (this.#atOnce > maxTasksAtOnce) return this.#stuck("Busy")
      this.#runTasks()
    } else if (this.#sleepers.size === 0 || isReading()) {
      this.#idleSince ??= performance.now()
      if (performance.now() - this.#idleSince > this.#patience) {
        if (this.#sleepers.size === 0) return this.#stuck("Idle")
        this.#jump()
      } else {
        setTimeout(this.#turn, 1)
        return
      }
    } else {
      this.#jump()
    }
    setImmediate(this.#turn)
  }

  #runTasks(): void {
    const tasks = this.#tasks
    this.#tasks = []
    this.#atOnce += tasks.length
    if (this.#dice !== undefined) shuffle(tasks, this.#dice)
    // a stable sort: those of one priority run as they came
    if (tasks.some(({ priority }) => priority !== 0)) tasks.sort((self, that) => self.priority - that.priority)
    for (const { run } of tasks) run()
  }

  #jump(): void {
    const sleeper = this.#sleepers.take()
    if (sleeper === undefined) return
    if (sleeper.at > this.#limit) return this.#stuck("Endless")
    if (sleeper.at > this.#now) this.#atOnce = 0
    else this.#atOnce++
    this.#now = sleeper.at
    this.#idleSince = undefined
    this.jumps++
    sleeper.wake()
  }

  #stuck(reason: "Idle" | "Busy" | "Endless"): void {
    this.stop()
    this.#onStuck(reason)
  }
}

const shuffle = (tasks: Array<Task>, dice: Dice): void => {
  for (let i = tasks.length - 1; i > 0; i--) {
    const j = dice.between(0, i)
    const task = tasks[i]!
    tasks[i] = tasks[j]!
    tasks[j] = task
  }
}

// Whether a file is being read or written, by whomever: what comes of it comes before the clock moves on.
const isReading = (): boolean =>
  process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq") || name === "CloseReq")
