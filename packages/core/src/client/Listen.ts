/**
 * `subscriptions/listen` on the client: a request that stands, and carries the news that one listener asked for (stateless era).
 *
 * It is not `resources/subscribe` of the session era (`Subscribe`), and it does not open again what has ended (`Subscriptions` does).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "../JsonRpc.ts"
import { defaultTimeouts } from "../peer/OutboundRequests.ts"
import type { SubscriptionFilter } from "../protocol/Subscription.ts"
import * as SessionError from "../SessionError.ts"
import type { Caller } from "./Caller.ts"
import type { Listener, Wanted } from "./Listener.ts"
import type { Notification } from "./Notifications.ts"

const method = "subscriptions/listen"

/**
 * A subscription: `id` is that of its request, `ended` completes when the server ends it, and fails when it just ends.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subscription {
  readonly id: JsonRpc.RequestId
  readonly ended: Effect.Effect<void, SessionError.SessionError>
}

interface Open {
  readonly listener: Listener
  readonly acknowledged: Deferred.Deferred<SubscriptionFilter>
}

/**
 * The subscriptions of one client that are open.
 *
 * @category models
 * @since 0.1.0
 */
export class Listens {
  readonly #caller: Caller
  readonly #open = new Map<JsonRpc.RequestId, Open>()

  constructor(caller: Caller) {
    this.#caller = caller
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size
  }

  /** Hands what is said on a subscription to the listener that it is for (SUB-8). */
  hear(id: JsonRpc.RequestId, notification: Notification): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    if (notification.method === "notifications/subscriptions/acknowledged") {
      Deferred.doneUnsafe(open.acknowledged, Effect.succeed(notification.params.notifications))
    } else open.listener.hearOwn(notification)
  }

  /** Opens one, which counts as open when it is acknowledged, with all that was asked for (SUB-7). The end of the scope ends it (SUB-15). */
  open(listener: Listener): Effect.Effect<Subscription, SessionError.SessionError, Scope.Scope> {
    return Effect.gen({ self: this }, function*() {
      const open: Open = { listener, acknowledged: Deferred.makeUnsafe() }
      let id: JsonRpc.RequestId | undefined
      const forget = () => {
        if (id !== undefined && this.#open.get(id) === open) this.#open.delete(id)
      }
      const request = this.#caller.request(method, { notifications: filterOf(listener.wanted) }, {
        isStanding: true,
        isSafe: false,
        onId: (next) => {
          forget()
          id = next
          this.#open.set(id, open)
        }
      })
      const ended = Fiber.join(yield* Effect.forkScoped(Effect.ensuring(request, Effect.sync(forget))))
      const granted = yield* Effect.raceFirst(
        Deferred.await(open.acknowledged),
        Effect.andThen(
          ended,
          SessionError.fail(new SessionError.InvalidAnswer({ method, message: "it ended without an acknowledgement" }))
        )
      ).pipe(Effect.timeoutOrElse({
        duration: defaultTimeouts.timeout,
        orElse: () =>
          SessionError.fail(
            new SessionError.RequestTimeout({ method, timeout: Duration.toMillis(defaultTimeouts.timeout) })
          )
      }))
      const missing = missingOf(listener.wanted, granted)
      if (missing !== undefined) return yield* SessionError.fail(missing)
      // an acknowledgement has come, and it was found by the id
      return { id: id!, ended: Effect.asVoid(ended) }
    })
  }
}

const filterOf = ({ lists, uris }: Wanted): SubscriptionFilter => ({
  ...Object.fromEntries(Array.from(lists, (list) => [`${list}ListChanged`, true])),
  ...(uris.size === 0 ? undefined : { resourceSubscriptions: Array.from(uris) })
})

const missingOf = (wanted: Wanted, granted: SubscriptionFilter): SessionError.NotGranted | undefined => {
  const resources = new Set(granted.resourceSubscriptions)
  const lists = Array.from(wanted.lists).filter((list) => granted[`${list}ListChanged`] !== true)
  const uris = Array.from(wanted.uris).filter((uri) => !resources.has(uri))
  return lists.length === 0 && uris.length === 0 ? undefined : new SessionError.NotGranted({ lists, uris })
}
