/**
 * `Availability` says whether there is a connection, and lets those wait who need one.
 *
 * It connects nothing (`Reconnection` does), and it does not know what is asked.
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as MonotonicTime from "../peer/MonotonicTime.ts"
import * as SessionError from "../SessionError.ts"
import type { ServerDescription } from "./Caller.ts"
import type { Connection } from "./Connection.ts"

/**
 * How it is with the connection: there has been none yet; there is one; there was one, and it is tried to have another; there will be none any more.
 *
 * `attempt` counts from 1 since there was a connection that lasted; `retryAt`, in milliseconds of the clock, is when it begins, if it has not yet.
 * `reason` is why the last one failed or ended, and `since` is when there was a connection last.
 *
 * @category models
 * @since 0.1.0
 */
export type State =
  | {
    readonly _tag: "Connecting"
    readonly attempt: number
    readonly retryAt: number | undefined
    readonly reason: SessionError.SessionError | undefined
  }
  | { readonly _tag: "Ready"; readonly server: ServerDescription }
  | {
    readonly _tag: "Degraded"
    readonly attempt: number
    readonly retryAt: number | undefined
    readonly reason: SessionError.SessionError
    readonly since: number
  }
  | { readonly _tag: "Closed"; readonly reason: SessionError.SessionError }

// Who looks so seldom that more of them were said has no use for the oldest.
const maxStates = 64

/**
 * Whether there is a connection.
 *
 * @category models
 * @since 0.1.0
 */
export class Availability {
  readonly clock: Clock.Clock
  readonly #maxWaiting: number
  readonly #states: PubSub.PubSub<State>
  readonly #closing = Deferred.makeUnsafe<never, SessionError.SessionError>()
  #next = Deferred.makeUnsafe<Connection, SessionError.SessionError>()
  #waiting = 0
  #connection: Connection | undefined
  #last: Connection | undefined
  #lostAt: number | undefined
  #retryAt: number | undefined
  #reason: SessionError.SessionError | undefined
  #isOpen = false

  constructor(clock: Clock.Clock, states: PubSub.PubSub<State>, maxWaiting: number) {
    this.clock = clock
    this.#states = states
    this.#maxWaiting = maxWaiting
    this.attempting(1)
  }

  /** In milliseconds of the clock: for who is told. */
  get now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  /** In milliseconds since whenever: for what waits, or lasts. */
  get elapsed(): number {
    return MonotonicTime.millis(this.clock)
  }

  /** The last connection that there was. */
  get last(): Connection | undefined {
    return this.#last
  }

  get isClosed(): boolean {
    return Deferred.isDoneUnsafe(this.#closing)
  }

  /** Why the last attempt failed, or the last connection ended. */
  get reason(): SessionError.SessionError | undefined {
    return this.#reason
  }

  /** Fails when there will be no connection any more. */
  get closed(): Effect.Effect<never, SessionError.SessionError> {
    return Deferred.await(this.#closing)
  }

  /** How it is, and each change. It ends when there will be no connection any more. */
  get states(): Stream.Stream<State> {
    return Stream.takeUntil(Stream.fromPubSub(this.#states), ({ _tag }) => _tag === "Closed")
  }

  /** A connection, now or within so many milliseconds. */
  connection(
    within: number,
    orElse: () => SessionError.SessionError
  ): Effect.Effect<Connection, SessionError.SessionError> {
    return Effect.suspend(() => {
      if (this.isClosed) return this.closed
      if (this.#connection !== undefined && !this.#connection.isEnded) return Exit.succeed(this.#connection)
      if (this.#isOpen || this.#waiting >= this.#maxWaiting) return Effect.fail(this.#unavailable())
      let isWaiting = false
      return Effect.onExitPrimitive(
        // in here, because an interruption may come between any two steps
        Effect.suspend(() => {
          isWaiting = true
          this.#waiting++
          return Effect.timeoutOrElse(Deferred.await(this.#next), {
            duration: Duration.millis(within),
            orElse: () => Effect.fail(orElse())
          })
        }),
        () => {
          if (isWaiting) this.#waiting--
          return undefined
        }
      )
    })
  }

  /** Waits so many milliseconds, and fails as soon as there will be no connection any more. */
  pause(millis: number): Effect.Effect<void, SessionError.SessionError> {
    return Effect.asVoid(Effect.timeoutOption(this.closed, Duration.millis(millis)))
  }

  /** There is a connection. */
  connected(connection: Connection): void {
    this.#connection = connection
    this.#last = connection
    this.#say({ _tag: "Ready", server: connection.server })
    this.#settle(Effect.succeed(connection))
  }

  /** The connection has ended. */
  lost(): void {
    this.#connection = undefined
    this.#lostAt = this.now
  }

  /** It is tried to connect, or will be at a time. */
  attempting(attempt: number, retryAt?: number, reason = this.#reason): void {
    this.#reason = reason
    this.#retryAt = retryAt
    this.#isOpen = false
    this.#say(
      this.#lostAt === undefined || reason === undefined
        ? { _tag: "Connecting", attempt, retryAt, reason }
        : { _tag: "Degraded", attempt, retryAt, reason, since: this.#lostAt }
    )
  }

  /** Nobody waits until it is tried again. */
  open(): void {
    this.#isOpen = true
    this.#settle(Effect.fail(this.#unavailable()))
  }

  /** There will be no connection any more. */
  close(reason: SessionError.SessionError): void {
    if (!Deferred.doneUnsafe(this.#closing, Effect.fail(reason))) return
    this.#connection = undefined
    this.#say({ _tag: "Closed", reason })
    this.#settle(Effect.fail(reason))
  }

  #say(state: State): void {
    PubSub.publishUnsafe(this.#states, state)
  }

  #settle(outcome: Effect.Effect<Connection, SessionError.SessionError>): void {
    const waiting = this.#next
    this.#next = Deferred.makeUnsafe()
    Deferred.doneUnsafe(waiting, outcome)
  }

  #unavailable(): SessionError.SessionError {
    const retryAfter = Math.max(0, (this.#retryAt ?? 0) - this.now)
    const because = this.#reason?.message
    return new SessionError.SessionError({
      reason: new SessionError.Unavailable({ retryAfter, ...(because === undefined ? undefined : { because }) })
    })
  }
}

/**
 * No connection yet. So many may wait for one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (clock: Clock.Clock, maxWaiting: number): Effect.Effect<Availability> =>
  Effect.map(
    PubSub.sliding<State>({ capacity: maxStates, replay: 1 }),
    (states) => new Availability(clock, states, maxWaiting)
  )
