/**
 * Roots on the server: what a client answered when it was last asked, for as long as that holds.
 *
 * It is not the service of handlers (the root's `Roots`), and it does not ask by itself.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ListRootsResult } from "../protocol/Root.ts"

/**
 * The roots of one client.
 *
 * @category models
 * @since 0.1.0
 */
export class KnownRoots {
  #listed: ListRootsResult | undefined
  #changes = 0

  /**
   * The roots as they are known, else as `ask` finds them. An answer is kept if the client says when its roots change (`announced`; ROOT-4,
   * ROOT-9) and has not said so while it was asked.
   */
  list<E>(ask: Effect.Effect<ListRootsResult, E>, announced: boolean): Effect.Effect<ListRootsResult, E> {
    return Effect.suspend(() => {
      if (this.#listed !== undefined) return Effect.succeed(this.#listed)
      if (!announced) return ask
      const changes = this.#changes
      return Effect.map(ask, (listed) => {
        if (changes === this.#changes) this.#listed = listed
        return listed
      })
    })
  }

  /** The client has said that its roots changed. */
  changed(): void {
    this.#changes++
    this.#listed = undefined
  }
}
