/**
 * A `Subscribers` table knows who wants to hear of changes to which resource, and watches a resource while anyone does.
 *
 * It does not send: each client's `Announcements` do.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Announcements } from "./Announcements.ts"

interface Watched {
  readonly clients: Set<Announcements>
  fiber: Fiber.Fiber<void> | undefined
}

/**
 * The subscribers of one server.
 *
 * @category models
 * @since 0.1.0
 */
export class Subscribers {
  readonly #watched = new Map<string, Watched>()
  readonly #scope: Scope.Scope
  readonly #context: Context.Context<never>

  constructor(scope: Scope.Scope, context: Context.Context<never>) {
    this.#scope = scope
    this.#context = context
  }

  /** How many URIs are watched. */
  get size(): number {
    return this.#watched.size
  }

  add(client: Announcements, uri: string, changes: Stream.Stream<unknown> | undefined): void {
    const watched = this.#watched.get(uri)
    if (watched !== undefined) {
      watched.clients.add(client)
      return
    }
    // before the changes run, since there may be one at once
    const added: Watched = { clients: new Set([client]), fiber: undefined }
    this.#watched.set(uri, added)
    if (changes === undefined) return
    added.fiber = Effect.runForkWith(this.#context)(
      Effect.ignoreCause(Stream.runForEach(changes, () => Effect.sync(() => this.updated(uri))), { log: true })
    )
    Fiber.runIn(added.fiber, this.#scope)
  }

  delete(client: Announcements, uri: string): void {
    const watched = this.#watched.get(uri)
    if (watched === undefined || !watched.clients.delete(client) || watched.clients.size > 0) return
    this.#watched.delete(uri)
    watched.fiber?.interruptUnsafe()
  }

  /** Tells every session that is subscribed to this URI (RES-8). */
  updated(uri: string): void {
    for (const client of this.#watched.get(uri)?.clients ?? []) client.updated(uri)
  }
}
