/**
 * The `Notifications` of a server are told to all who want to hear them: at once to those who may miss nothing, and as a stream to anyone.
 *
 * They know no method, and route nothing: whoever listens takes what is for it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#notifications
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type { ServerNotifications } from "../protocol/Methods.ts"

/**
 * What the server says without having been asked.
 *
 * @category models
 * @since 0.1.0
 */
export type Notification = {
  readonly [M in keyof ServerNotifications]: { readonly method: M; readonly params: ServerNotifications[M]["params"] }
}[keyof ServerNotifications]

/**
 * The notifications that a client hears, over one connection or several one after the other.
 *
 * @category models
 * @since 0.1.0
 */
export class Notifications {
  readonly #listeners: Array<(notification: Notification) => void> = []
  readonly #heard: PubSub.PubSub<Notification>

  constructor(heard: PubSub.PubSub<Notification>) {
    this.#heard = heard
  }

  /** Tells all who listen. */
  publish(notification: Notification): void {
    for (const listener of this.#listeners) listener(notification)
    // when there is no room, only the effect makes some; it does not wait for it
    if (!PubSub.publishUnsafe(this.#heard, notification)) Effect.runSync(PubSub.publish(this.#heard, notification))
  }

  /** Calls this with each notification, while it is published and for as long as the client lives: for what only takes note. */
  listen(listener: (notification: Notification) => void): void {
    this.#listeners.push(listener)
  }

  /** What is said from here on; who does not keep up misses the oldest. */
  get stream(): Stream.Stream<Notification> {
    return Stream.fromPubSub(this.#heard)
  }
}

/**
 * Nothing was heard yet. At most `capacity` notifications wait for who is slow.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (capacity: number): Effect.Effect<Notifications> =>
  Effect.map(PubSub.sliding<Notification>(capacity), (heard) => new Notifications(heard))
