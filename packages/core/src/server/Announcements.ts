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
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type { ListChanged } from "./Registry.ts"

/**
 * One piece of news: a list that changed, or a resource that was updated.
 *
 * @category models
 * @since 0.1.0
 */
export type News = ListChanged | { readonly uri: string }

/**
 * How a client is told: `ready` opens with the end of the handshake (INIT-5), `send` waits while the client does not read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly ready: Latch.Latch
  send(news: News): Effect.Effect<void>
  readonly context: Context.Context<never>
  readonly scope: Scope.Scope
}

/**
 * The news that wait for one client.
 *
 * @category models
 * @since 0.1.0
 */
export class Announcements {
  readonly #options: Options
  // none before there is any, since there is one of these for each session
  #pending: Map<string, News> | undefined
  #fiber: Fiber.Fiber<void> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  /** How many wait. */
  get size(): number {
    return this.#pending?.size ?? 0
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
    this.#pending?.delete(uri)
  }

  #add(key: string, news: News): void {
    const pending = this.#pending ??= new Map()
    pending.set(key, news)
    if (this.#fiber !== undefined && this.#fiber.pollUnsafe() === undefined) return
    this.#fiber = Effect.runForkWith(this.#options.context)(this.#flush(pending))
    Fiber.runIn(this.#fiber, this.#options.scope)
  }

  // the yield lets a burst of changes (a layer being built, a loop of registrations) end before it is told
  #flush(pending: Map<string, News>): Effect.Effect<void> {
    return this.#options.ready.await.pipe(
      Effect.andThen(Effect.yieldNow),
      Effect.andThen(Effect.whileLoop({
        while: () => pending.size > 0,
        body: () => {
          const [key, news] = pending.entries().next().value!
          pending.delete(key)
          return this.#options.send(news)
        },
        step: () => {}
      }))
    )
  }
}
