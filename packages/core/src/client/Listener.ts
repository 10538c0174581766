/**
 * A `Listener` is who wants to hear of changes to some lists and resources, and the news that wait for it.
 *
 * The news are not a queue: however often something changes before the listener takes the news, it is told once. Nor does it ask the server for
 * anything: `Listen` and `Subscribe` do.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { SessionError } from "../SessionError.ts"
import type { Notification } from "./Notifications.ts"
import { isWithin } from "./SubResource.ts"

/**
 * A list of a server that can change.
 *
 * @category models
 * @since 0.1.0
 */
export type List = "tools" | "prompts" | "resources"

/**
 * What is listened to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wanted {
  readonly lists: ReadonlySet<List>
  readonly uris: ReadonlySet<string>
}

/**
 * How many different sub-resources wait for a listener that is slow; when there are more, it is told of the resources that they are in. 1,024.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxSubResources = 1024

/**
 * How long the URI of such a sub-resource may be, in UTF-16 units, for it to be told; 8,192.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxUriLength = 8192

const lists: ReadonlyMap<string, List> = new Map([
  ["notifications/tools/list_changed", "tools"],
  ["notifications/prompts/list_changed", "prompts"],
  ["notifications/resources/list_changed", "resources"]
])

/**
 * One who listens.
 *
 * @category models
 * @since 0.1.0
 */
export class Listener {
  readonly wanted: Wanted
  // names of lists, or URIs
  readonly #pending = new Set<string>()
  readonly #isThere = Latch.makeUnsafe(false)
  #ended: Exit.Exit<never, Cause.Done | SessionError> | undefined

  constructor(wanted: Wanted) {
    this.wanted = wanted
  }

  /** How much waits: at most what is wanted, and `maxSubResources`. */
  get size(): number {
    return this.#pending.size
  }

  /** Hears what a server says to all; of resources, only what lies within those that are wanted. */
  hear(notification: Notification): void {
    if (notification.method === "notifications/resources/updated") {
      const { uri } = notification.params
      if (this.wanted.uris.has(uri) || this.#resources(uri).next().done !== true) this.#updated(uri)
    } else this.#listChanged(notification)
  }

  /** Hears what a server says to this one: it knows best what lies within what. */
  hearOwn(notification: Notification): void {
    if (notification.method !== "notifications/resources/updated") return this.#listChanged(notification)
    if (this.wanted.uris.size > 0) this.#updated(notification.params.uri)
  }

  /** There will be no more news. Those that wait are told before. */
  end(exit: Exit.Exit<never, Cause.Done | SessionError>): void {
    this.#ended ??= exit
    this.#isThere.openUnsafe()
  }

  /** The news, each told once to one who takes it. */
  get stream(): Stream.Stream<string, SessionError> {
    return Stream.fromEffectRepeat(this.#take)
  }

  get #take(): Effect.Effect<string, Cause.Done | SessionError> {
    return Effect.suspend(() => {
      for (const news of this.#pending) {
        this.#pending.delete(news)
        return Exit.succeed(news)
      }
      if (this.#ended !== undefined) return this.#ended
      this.#isThere.closeUnsafe()
      return Effect.andThen(this.#isThere.await, this.#take)
    })
  }

  #listChanged({ method }: Notification): void {
    const list = lists.get(method)
    if (list !== undefined && this.wanted.lists.has(list)) this.#add(list)
  }

  #updated(uri: string): void {
    const { uris } = this.wanted
    if (uris.has(uri) || this.#pending.has(uri)) return this.#add(uri)
    if (this.#pending.size < maxSubResources && uri.length <= maxUriLength) return this.#add(uri)
    const within = Array.from(this.#resources(uri))
    for (const resource of within.length === 0 ? uris : within) this.#add(resource)
  }

  // Those that are wanted and that it lies within.
  *#resources(uri: string): Generator<string> {
    for (const resource of this.wanted.uris) {
      if (isWithin(uri, resource)) yield resource
    }
  }

  #add(news: string): void {
    this.#pending.add(news)
    this.#isThere.openUnsafe()
  }
}
