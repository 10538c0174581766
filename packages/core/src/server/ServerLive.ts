/**
 * `ServerLive` is a server at work: what it offers, who is connected, and the limits it holds them to.
 *
 * It is not the service that applications see (`Server`), and it speaks no protocol itself.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type * as Peer from "../Peer.ts"
import type { ServerCapabilities } from "../protocol/Capabilities.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import type { RevisionFacts } from "../revision/Revision.ts"
import type { Announcements } from "./Announcements.ts"
import type { Caching } from "./Caching.ts"
import type { Cursors } from "./Cursor.ts"
import { Listens } from "./Listens.ts"
import * as Registry from "./Registry.ts"
import { Subscribers } from "./Subscribers.ts"

/**
 * A feature that a server can advertise before it has anything to offer of it.
 *
 * @category models
 * @since 0.1.0
 */
export type Feature = "tools" | "resources" | "prompts" | "completions"

/**
 * What a server is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly info: Implementation
  readonly instructions: string | undefined
  readonly features: ReadonlySet<Feature>
  readonly experimental: { readonly [name: string]: { readonly [key: string]: unknown } } | undefined
  readonly pageSize: number
  readonly maxSubscriptions: number
  readonly maxListens: number
  readonly limits: Partial<Peer.Limits> | undefined
  readonly eras: ReadonlyArray<RevisionFacts["era"]>
  readonly caching: Caching
  readonly cursors: Cursors
  readonly context: Context.Context<never>
  readonly scope: Scope.Scope
}

/**
 * A server at work.
 *
 * @category models
 * @since 0.1.0
 */
export class ServerLive {
  readonly options: Options
  readonly registry: Registry.Registry["Service"]
  /** The clients that are connected, by how they are told news. */
  readonly clients = new Set<Announcements>()
  /** The subscriptions that are open; a client can have many, and need not be connected for them. */
  readonly listens = new Listens()
  readonly subscribers: Subscribers
  /** What results of the stateless era have in their `_meta` (META-17). */
  readonly resultMeta: { readonly [key: string]: unknown }
  /** What runs the requests that come by themselves. */
  readonly requests: Scope.Closeable = Scope.makeUnsafe("parallel")
  // of what is registered now; each request of the stateless era looks at it
  #offered: ServerCapabilities | undefined
  // every session holds what it was told, so those that were told the same share it
  readonly #capabilities = new Map<string, ServerCapabilities>()

  constructor(options: Options) {
    this.options = options
    this.resultMeta = { "io.modelcontextprotocol/serverInfo": options.info }
    this.registry = Registry.make(options.context, (method) => {
      this.#offered = undefined
      for (const client of this.clients) client.listChanged(method)
      this.listens.listChanged(method)
    }, (uri) => this.subscribers.updated(uri))
    this.subscribers = new Subscribers(options.scope, this.registry.context)
  }

  /** Ends the subscriptions, then all that came by itself. */
  get close(): Effect.Effect<void> {
    return Effect.andThen(this.listens.end, Scope.close(this.requests, Exit.void))
  }

  /** What the server offers now, as it tells a new client (CAP-1 to CAP-4): the same value until it offers something else. */
  get capabilities(): ServerCapabilities {
    return this.#offered ??= this.#offer()
  }

  #offer(): ServerCapabilities {
    const { prompts, resources, templates, tools } = this.registry
    const { experimental, features } = this.options
    const offers = {
      completions: features.has("completions") || this.#isCompletable,
      prompts: features.has("prompts") || prompts.size > 0,
      resources: features.has("resources") || resources.size > 0 || templates.size > 0,
      tools: features.has("tools") || tools.size > 0
    }
    const key = JSON.stringify(offers)
    const known = this.#capabilities.get(key)
    if (known !== undefined) return known
    const capabilities: ServerCapabilities = {
      ...(experimental === undefined ? undefined : { experimental }),
      logging: {},
      ...(offers.completions ? { completions: {} } : undefined),
      ...(offers.prompts ? { prompts: { listChanged: true } } : undefined),
      ...(offers.resources ? { resources: { subscribe: true, listChanged: true } } : undefined),
      ...(offers.tools ? { tools: { listChanged: true } } : undefined)
    }
    this.#capabilities.set(key, capabilities)
    return capabilities
  }

  get #isCompletable(): boolean {
    const { prompts, templates } = this.registry
    return [...prompts.values(), ...templates.values()].some((registered) => registered.complete.size > 0)
  }
}
