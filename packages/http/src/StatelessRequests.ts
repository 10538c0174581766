/**
 * `StatelessRequests` are the requests of the stateless era that are in progress at one endpoint: so many at most, and what nobody waits for ends.
 *
 * They are not told apart by id or client: each has a POST of its own, and nothing links two of them (VER-6).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 *
 * @since 0.1.0
 */
import type { Answering } from "@mcp-effect/core/Server"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type * as SseConnection from "./SseConnection.ts"

/**
 * A request in progress, as the table sees it.
 *
 * @category models
 * @since 0.1.0
 */
export interface InProgress {
  /** When its reply becomes a stream, in milliseconds. */
  readonly deadline: number
  /** Whether its body is long, which it holds for as long as it goes on. */
  readonly isLong: boolean
  /** Makes the reply a stream. */
  readonly upgrade: () => void
  /** Called now and then: a stream that no connection has taken up since the last time was dropped before it began. */
  readonly sweep: () => void
  /** Ends what only stands and waits, and no other. */
  readonly complete: () => void
  /** Ends it, whatever it is. */
  readonly end: () => void
}

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
  readonly maxLongBodies: number
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
  readonly #undecided = new Set<InProgress>()
  readonly #streaming = new Set<InProgress>()
  // nobody waits for them, but their handlers have not ended
  #abandoned = 0
  #long = 0
  #watcher: Fiber.Fiber<void> | undefined
  #isEnding = false
  // opened when the last of them is over, and no more are taken in
  readonly #idle = Latch.makeUnsafe(false)

  constructor(options: Options) {
    this.#options = options
    this.#clock = Context.get(options.context, Clock.Clock)
  }

  get connections(): SseConnection.Environment {
    return this.#options.connections
  }

  /** How many there are, with those that nobody waits for and whose handlers have not ended. */
  get size(): number {
    return this.#awaited + this.#abandoned
  }

  /** Whether there can be no more now. */
  get isFull(): boolean {
    return this.#isEnding || this.size >= this.#options.maxRequests
  }

  /** Whether there can be no more with long bodies now. */
  get isFullOfLong(): boolean {
    return this.#long >= this.#options.maxLongBodies
  }

  /** When a request that comes now has waited long enough for a reply of one piece. */
  get deadline(): number {
    return this.#clock.currentTimeMillisUnsafe() + this.#options.streamAfter
  }

  /** It begins. Of what is answered at once, no more is to be known. */
  begin(request: InProgress): void {
    if (request.isLong) this.#long++
  }

  /** Takes in a request that was not answered at once. */
  add(request: InProgress): void {
    this.#undecided.add(request)
    this.#watcher ??= Effect.runForkWith(this.#options.context)(this.#watch(this.#options.streamAfter))
  }

  /** Its reply is a stream now. */
  stream(request: InProgress): void {
    this.#undecided.delete(request)
    this.#streaming.add(request)
  }

  /** It is over. */
  delete(request: InProgress): void {
    this.#undecided.delete(request)
    this.#streaming.delete(request)
    if (request.isLong) this.#long--
    this.#settled()
  }

  /** Nobody waits for it any more: it is cancelled, and keeps its place until its handler has ended. */
  abandon(request: InProgress, answering: Answering): void {
    this.#abandoned++
    this.begin(request)
    answering.cancel(() => {
      this.#abandoned--
      if (request.isLong) this.#long--
    })
  }

  /** Ends the streams that no connection has taken up since the last time: their clients were gone before they began. */
  sweep(): void {
    for (const request of this.#streaming) request.sweep()
  }

  /** Ends all, once they are answered or the time for it is over. Nothing is taken in any more. */
  closeAll(timeout: Duration.Input): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#isEnding = true
      for (const request of this.#all) request.complete()
      this.#settled()
      return Effect.andThen(
        Effect.timeoutOption(this.#idle.await, timeout),
        Effect.sync(() => {
          this.#watcher?.interruptUnsafe()
          for (const request of this.#all) request.end()
        })
      )
    })
  }

  get #awaited(): number {
    return this.#undecided.size + this.#streaming.size
  }

  get #all(): ReadonlyArray<InProgress> {
    return [...this.#undecided, ...this.#streaming]
  }

  #settled(): void {
    if (this.#isEnding && this.#awaited === 0) this.#idle.openUnsafe()
  }

  // One fiber looks after all that wait, as long as some do, instead of a race for each.
  #watch(millis: number): Effect.Effect<void> {
    return Effect.flatMap(Effect.sleep(millis), () => {
      const now = this.#clock.currentTimeMillisUnsafe()
      for (const request of this.#undecided) {
        if (request.deadline > now) return this.#watch(request.deadline - now)
        request.upgrade()
      }
      this.#watcher = undefined
      return Effect.void
    })
  }
}
