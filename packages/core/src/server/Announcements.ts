/**
 * `Announcements` tell one client what changed: a list, or a resource it is subscribed to.
 *
 * They are not a queue: however often something changes before the client has taken the news, it is told once, so what waits is bounded by
 * the number of things that can change.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Connection } from "./Connection.ts"
import type { ListChanged } from "./Registry.ts"

type News = ListChanged | { readonly uri: string }

/**
 * The news that wait for one client.
 *
 * @category models
 * @since 0.1.0
 */
export class Announcements {
  readonly #connection: Connection
  readonly #pending = new Map<string, News>()
  #fiber: Fiber.Fiber<void> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** How many wait. */
  get size(): number {
    return this.#pending.size
  }

  /** Tells the client that a list changed. */
  listChanged(method: ListChanged): void {
    this.#add(method, method)
  }

  /** Tells the client that a resource was updated. */
  updated(uri: string): void {
    this.#add(uri, { uri })
  }

  /** Forgets news about a resource that the client no longer wants. */
  forget(uri: string): void {
    this.#pending.delete(uri)
  }

  #add(key: string, news: News): void {
    this.#pending.set(key, news)
    if (this.#fiber !== undefined && this.#fiber.pollUnsafe() === undefined) return
    this.#fiber = Effect.runForkWith(this.#connection.registry.context)(this.#flush)
    Fiber.runIn(this.#fiber, this.#connection.scope)
  }

  // the yield lets a burst of changes (a layer being built, a loop of registrations) end before it is told
  get #flush(): Effect.Effect<void> {
    return this.#connection.ready.await.pipe(
      Effect.andThen(Effect.yieldNow),
      Effect.andThen(Effect.whileLoop({
        while: () => this.#pending.size > 0,
        body: () => {
          const [key, news] = this.#pending.entries().next().value!
          this.#pending.delete(key)
          return typeof news === "string"
            ? this.#connection.notify(news, {})
            : this.#connection.notify("notifications/resources/updated", news)
        },
        step: () => {}
      }))
    )
  }
}
