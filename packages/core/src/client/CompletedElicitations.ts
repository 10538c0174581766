/**
 * The elicitations that the server said are complete, and who waits to hear it (ELIC-25).
 *
 * It does not know which elicitations there are: a word about one that nobody waits for changes nothing (ELIC-27).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#completion-notifications-for-url-mode-elicitation
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as JsonRpc from "../JsonRpc.ts"
import type { Notifications } from "./Notifications.ts"

// The word may come before somebody waits for it, but not long before.
const maxRemembered = 256

/**
 * The elicitations of one server that are complete.
 *
 * @category models
 * @since 0.1.0
 */
export class CompletedElicitations {
  // in the order in which they were completed
  readonly #completed = new Set<string>()
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Takes note of the word that one is complete. The oldest of more than 256 is forgotten, and an id that is longer than any need be at once. */
  complete(id: string): void {
    if (id.length <= JsonRpc.maxIdLength) this.#remember(id)
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    for (const resume of waiting ?? []) resume()
  }

  #remember(id: string): void {
    this.#completed.delete(id)
    this.#completed.add(id)
    if (this.#completed.size <= maxRemembered) return
    const [oldest] = this.#completed
    this.#completed.delete(oldest!)
  }

  /** Completes when this one is complete, which the server need not say: whoever waits lets the user say it too (ELIC-28). */
  await(id: string): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      if (this.#completed.has(id)) return resume(Effect.void)
      const waiting = this.#waiting.get(id) ?? new Set()
      const done = () => resume(Effect.void)
      this.#waiting.set(id, waiting.add(done))
      return Effect.sync(() => {
        waiting.delete(done)
        if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id)
      })
    })
  }
}

/**
 * What is told of elicitations that the user was sent away for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Elicitations {
  /**
   * Completes when the server says that this elicitation is complete, or has just said so (ELIC-25): for one that a request waits for
   * (`UrlElicitationRequired`). It need not say it, and for an id that it does not know it never does (ELIC-28).
   */
  readonly elicitationCompleted: (id: string) => Effect.Effect<void>
}

/**
 * Takes note of what the server says.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (notifications: Notifications, completed: CompletedElicitations): Elicitations => {
  notifications.listen(({ method, params }) => {
    if (method === "notifications/elicitation/complete") completed.complete(params.elicitationId)
  })
  return { elicitationCompleted: (id) => completed.await(id) }
}
