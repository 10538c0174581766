/**
 * `StatelessRequests` are the requests of the stateless era that are in progress at one endpoint: so many at most, and none that nobody waits for.
 *
 * They are not told apart by id or client: each has a POST of its own, and nothing links two of them (VER-6).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as SseConnection from "./SseConnection.ts"
import type { StatelessExchange } from "./StatelessExchange.ts"

/**
 * What it needs of the endpoint: `context` is what its own fiber runs with, times are in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly connections: SseConnection.Environment
  readonly context: Context.Context<never>
  readonly maxRequests: number
  readonly streamAfter: number
}

/**
 * The requests in progress.
 *
 * @category models
 * @since 0.1.0
 */
export class StatelessRequests {
  readonly #options: Options
  readonly #clock: Clock.Clock
  // in the order in which they came, which is that of their deadlines
  readonly #undecided = new Set<StatelessExchange>()
  readonly #streaming = new Set<StatelessExchange>()
  #watcher: Fiber.Fiber<void> | undefined
  #isEnding = false
  #onIdle: (() => void) | undefined

  constructor(options: Options) {
    this.#options = options
    this.#clock = Context.get(options.context, Clock.Clock)
  }

  get connections(): SseConnection.Environment {
    return this.#options.connections
  }

  /** How many there are. */
  get size(): number {
    return this.#undecided.size + this.#streaming.size
  }

  /** Whether there can be no more now. */
  get isFull(): boolean {
    return this.#isEnding || this.size >= this.#options.maxRequests
  }

  /** When a request that comes now has waited long enough for a reply of one piece. */
  get deadline(): number {
    return this.#clock.currentTimeMillisUnsafe() + this.#options.streamAfter
  }

  /** Takes in a request that was not answered at once. */
  add(exchange: StatelessExchange): void {
    this.#undecided.add(exchange)
    this.#watcher ??= Effect.runForkWith(this.#options.context)(this.#watch(this.#options.streamAfter))
  }

  /** Its reply is a stream now. */
  stream(exchange: StatelessExchange): void {
    this.#undecided.delete(exchange)
    this.#streaming.add(exchange)
  }

  /** It is over. */
  delete(exchange: StatelessExchange): void {
    this.#undecided.delete(exchange)
    this.#streaming.delete(exchange)
    if (this.size === 0) this.#onIdle?.()
  }

  /** Ends the streams that no connection has taken up since the last time: their clients were gone before they began. */
  sweep(): void {
    for (const exchange of this.#streaming) exchange.sweep()
  }

  /** Ends all, once they are answered or the time for it is over. Nothing is taken in any more. */
  closeAll(timeout: Duration.Input): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#isEnding = true
      return Effect.andThen(
        Effect.timeoutOption(this.#idle, timeout),
        Effect.sync(() => {
          this.#watcher?.interruptUnsafe()
          for (const exchange of [...this.#undecided, ...this.#streaming]) exchange.end()
        })
      )
    })
  }

  get #idle(): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      this.#onIdle = () => resume(Effect.void)
      if (this.size === 0) this.#onIdle()
    })
  }

  // One fiber looks after all that wait, as long as some do, instead of a race for each.
  #watch(millis: number): Effect.Effect<void> {
    return Effect.flatMap(Effect.sleep(millis), () => {
      const now = this.#clock.currentTimeMillisUnsafe()
      for (const exchange of this.#undecided) {
        if (exchange.deadline > now) return this.#watch(exchange.deadline - now)
        exchange.upgrade()
      }
      this.#watcher = undefined
      return Effect.void
    })
  }
}
