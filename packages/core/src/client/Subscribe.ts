/**
 * `resources/subscribe` on the client: the server is asked once for each resource, however many listen to it (session era).
 *
 * It is not `subscriptions/listen` of the stateless era (`Listen`). What it asked for ends with the session.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SessionError from "../SessionError.ts"
import type { Caller } from "./Caller.ts"

// How many of its requests are under way at a time, so that a thousand resources do not take all the places of a server.
const maxConcurrency = 16

// Nobody waits for it but who wants to subscribe again.
const unsubscribeTimeout = Duration.seconds(5)

// The codes for a resource that is not there, or not to be subscribed to (RES-12).
const refusals: ReadonlySet<number> = new Set([-32002, -32602])

// "unknown" is what was asked for without an answer
interface Entry {
  listeners: number
  state: "off" | "unknown" | "on"
  readonly lock: Semaphore.Semaphore
}

/**
 * The resources that a client is subscribed to in its session.
 *
 * @category models
 * @since 0.1.0
 */
export class Subscribed {
  readonly #caller: Caller
  readonly #scope: Scope.Scope
  readonly #entries = new Map<string, Entry>()
  readonly #places = Semaphore.makeUnsafe(maxConcurrency)
  #renewed = Deferred.makeUnsafe<void>()

  /** What is left to be said to the server when nobody listens any more is said in `scope`. */
  constructor(caller: Caller, scope: Scope.Scope) {
    this.#caller = caller
    this.#scope = scope
  }

  /** How many resources there are that somebody listens to, or that the server was not yet told to forget. */
  get size(): number {
    return this.#entries.size
  }

  /** There is another session, which knows of no subscription. */
  renew(): void {
    for (const entry of this.#entries.values()) entry.state = "off"
    const renewed = this.#renewed
    this.#renewed = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(renewed, Effect.void)
  }

  /** Subscribes to these until the end of the scope, and gives what completes when there is another session. */
  open(uris: ReadonlySet<string>): Effect.Effect<Effect.Effect<void>, SessionError.SessionError, Scope.Scope> {
    return Effect.suspend(() => {
      const renewed = this.#renewed
      return Effect.acquireRelease(
        Effect.sync(() => {
          for (const uri of uris) this.#entry(uri).listeners++
        }),
        () => this.#release(uris)
      ).pipe(
        Effect.andThen(this.#settle(uris)),
        Effect.as(Deferred.await(renewed))
      )
    })
  }

  #entry(uri: string): Entry {
    let entry = this.#entries.get(uri)
    if (entry === undefined) {
      entry = { listeners: 0, state: "off", lock: Semaphore.makeUnsafe(1) }
      this.#entries.set(uri, entry)
    }
    return entry
  }

  // Who leaves does not wait for the server.
  #release(uris: ReadonlySet<string>): Effect.Effect<void> {
    return Effect.suspend(() => {
      for (const uri of uris) this.#entry(uri).listeners--
      return Effect.asVoid(Effect.forkIn(Effect.ignore(this.#settle(uris)), this.#scope))
    })
  }

  #settle(uris: ReadonlySet<string>): Effect.Effect<void, SessionError.SessionError> {
    return Effect.forEach(uris, (uri) => this.#settleOne(uri), { concurrency: maxConcurrency, discard: true })
  }

  // One after the other for each resource: what is said last has to be what is wanted last.
  #settleOne(uri: string): Effect.Effect<void, SessionError.SessionError> {
    return Effect.suspend(() => {
      const entry = this.#entries.get(uri)
      if (entry === undefined) return Effect.void
      return entry.lock.withPermit(Effect.suspend(() => {
        if (entry.listeners > 0) return entry.state === "on" ? Effect.void : this.#subscribe(uri, entry)
        const said = entry.state === "off" ? Effect.void : this.#unsubscribe(uri, entry)
        return Effect.andThen(
          said,
          Effect.sync(() => {
            if (entry.listeners === 0 && this.#entries.get(uri) === entry) this.#entries.delete(uri)
          })
        )
      }))
    })
  }

  #subscribe(uri: string, entry: Entry): Effect.Effect<void, SessionError.SessionError> {
    return this.#places.withPermit(Effect.suspend(() => {
      const renewed = this.#renewed
      entry.state = "unknown"
      return Effect.matchEffect(this.#caller.request("resources/subscribe", { uri }), {
        onSuccess: () => {
          // in another session by now it would be subscribed to again
          if (renewed === this.#renewed) entry.state = "on"
          return Effect.void
        },
        onFailure: ({ reason }) => {
          if (reason._tag !== "ErrorAnswer") return SessionError.fail(reason)
          entry.state = "off"
          return SessionError.fail(
            refusals.has(reason.code)
              ? new SessionError.NotGranted({ lists: [], uris: [uri], because: reason.message })
              : reason
          )
        }
      })
    }))
  }

  #unsubscribe(uri: string, entry: Entry): Effect.Effect<void> {
    return this.#places.withPermit(Effect.suspend(() => {
      // there may be another session by now
      if (entry.state === "off") return Effect.void
      entry.state = "off"
      return Effect.ignore(this.#caller.request("resources/unsubscribe", { uri }, { timeout: unsubscribeTimeout }))
    }))
  }
}
