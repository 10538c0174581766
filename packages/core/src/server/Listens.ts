/**
 * `Listens` are the subscriptions that are open at a server: who has how many, and which of them hear of which list.
 *
 * They are not resources that change: those are `Subscribers`. Nor are they connections, of which a subscription needs none.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { Principal } from "../Principal.ts"
import type { Announcements } from "./Announcements.ts"
import type { ListChanged } from "./Registry.ts"

/**
 * How long the subscriptions that are open when their server ends have for their results; 1 second.
 *
 * @category constants
 * @since 0.1.0
 */
export const endTimeout = Duration.seconds(1)

/**
 * One subscription.
 *
 * @category models
 * @since 0.1.0
 */
export interface Listener {
  readonly principal: Principal
  readonly request: InboundRequest
  readonly announcements: Announcements
  readonly lists: ReadonlySet<ListChanged>
}

/**
 * The subscriptions of one server.
 *
 * @category models
 * @since 0.1.0
 */
export class Listens {
  readonly #open = new Set<Listener>()
  readonly #counts = new Map<string, number>()

  /** How many are open. */
  get size(): number {
    return this.#open.size
  }

  /** How many are open for one principal. */
  count(principal: Principal): number {
    return this.#counts.get(keyOf(principal)) ?? 0
  }

  add(listener: Listener): void {
    this.#open.add(listener)
    this.#counts.set(keyOf(listener.principal), this.count(listener.principal) + 1)
  }

  delete(listener: Listener): void {
    if (!this.#open.delete(listener)) return
    const left = this.count(listener.principal) - 1
    if (left === 0) this.#counts.delete(keyOf(listener.principal))
    else this.#counts.set(keyOf(listener.principal), left)
  }

  /** Tells those who asked for it that a list changed (SUB-13). */
  listChanged(method: ListChanged): void {
    for (const { announcements, lists } of this.#open) {
      if (lists.has(method)) announcements.listChanged(method)
    }
  }

  /** Ends all of them with their results (SUB-16); completes when they are sent, or after `endTimeout`. */
  get end(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const requests = Array.from(this.#open, ({ request }) => request)
      for (const { standing } of requests) standing?.openUnsafe()
      const running = requests.flatMap(({ fiber }) => fiber === undefined ? [] : [fiber])
      return running.length === 0
        ? Effect.void
        : Effect.asVoid(Effect.timeoutOption(Effect.interruptible(Fiber.awaitAll(running)), endTimeout))
    })
  }
}

// Two tokens of one party are one party (`Principal.isSame`).
const keyOf = ({ clientId, issuer, subject }: Principal): string => JSON.stringify([subject, issuer, clientId])
