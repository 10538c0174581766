/**
 * The `ResultCache` answers for the server what it has answered before, for as long as it said that the answer is fresh (stateless era).
 *
 * It asks nothing by itself, so nothing is refreshed because it is stale (CACHE-12). Failures, results that took more than one round (MRTR-30) and
 * those whose progress is wanted are not kept. What is private is seen by no other principal (CACHE-7).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { invalidParams } from "../JsonRpc.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import type { CacheableResult } from "../protocol/Cache.ts"
import type { ClientNotifications, ClientRequests } from "../protocol/Methods.ts"
import type { Revision } from "../revision/Revision.ts"
import * as CanonicalJson from "../schema/CanonicalJson.ts"
import type { SessionError } from "../SessionError.ts"
import type { TransportError } from "../TransportError.ts"
import type { Caller, CallerOptions, RequestOptions, ServerDescription } from "./Caller.ts"
import type { Notification, Notifications } from "./Notifications.ts"
import type { Registry } from "./Registry.ts"
import { isWithin } from "./SubResource.ts"

/**
 * How much is kept: `maxEntries` results, of `maxSize` in all (UTF-16 units of their JSON), none for longer than `maxTtl`. Who was used least
 * recently leaves.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly maxEntries: number
  readonly maxSize: number
  readonly maxTtl: Duration.Input
}

/**
 * The default limits: 1,000 results, 16 Mi units, 24 hours.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultLimits: Limits = { maxEntries: 1000, maxSize: 16 * 1024 * 1024, maxTtl: Duration.hours(24) }

// What changes a result: news of a list, of a resource, or of nothing but a new connection (CACHE-15).
const kinds: ReadonlyMap<string, "tools" | "prompts" | "resources" | "resource" | undefined> = new Map([
  ["server/discover", undefined],
  ["tools/list", "tools"],
  ["prompts/list", "prompts"],
  ["resources/list", "resources"],
  ["resources/templates/list", "resources"],
  ["resources/read", "resource"]
])

// What was asked, as far as it matters to news.
interface Asked {
  readonly method: string
  readonly uri: string | undefined
}

// A request that is under way.
interface Asking extends Asked {
  sends: number
  /** Whether what it asks for has changed since it was sent. */
  isStale: boolean
}

interface Entry extends Asked {
  readonly result: unknown
  /** Milliseconds of the clock. */
  readonly receivedAt: number
  readonly expiresAt: number
  readonly size: number
}

/**
 * A caller that remembers.
 *
 * @category models
 * @since 0.1.0
 */
export class ResultCache implements Caller {
  readonly #inner: Caller
  readonly #limits: Limits
  readonly #maxTtl: number
  // the least recently used first
  readonly #entries = new Map<string, Entry>()
  readonly #asking = new Set<Asking>()
  #size = 0

  constructor(inner: Caller, limits: Limits) {
    this.#inner = inner
    this.#limits = limits
    this.#maxTtl = Duration.toMillis(limits.maxTtl)
  }

  /** How much is kept, and how many requests are under way whose results may be. */
  get size(): { readonly entries: number; readonly units: number; readonly asking: number } {
    return { entries: this.#entries.size, units: this.#size, asking: this.#asking.size }
  }

  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: CallerOptions
  ): Effect.Effect<ClientRequests[M]["result"], SessionError> {
    if (!kinds.has(method) || options?.onProgress !== undefined || isRetry(params)) {
      return this.#inner.request(method, params, options)
    }
    return Effect.withFiber((fiber) => {
      const clock = Context.get(fiber.context, Clock.Clock)
      const keys = keysOf(method, params, Context.get(fiber.context, CurrentPrincipal))
      const kept = options?.isFresh === true ? undefined : this.#find(keys, clock.currentTimeMillisUnsafe())
      // what is kept under a method is its result
      if (kept !== undefined) return Exit.succeed(kept.result as ClientRequests[M]["result"])
      const asking: Asking = { method, uri: uriOf(params), sends: 0, isStale: false }
      return Effect.onExitPrimitive(
        // in here, because an interruption may come between any two steps
        Effect.suspend(() => {
          this.#asking.add(asking)
          return this.#inner.request(method, params, {
            ...options,
            onId: (id) => {
              asking.sends++
              options?.onId?.(id)
            }
          })
        }),
        (exit) => {
          this.#asking.delete(asking)
          if (Exit.isSuccess(exit)) this.#received(keys, asking, exit.value, clock.currentTimeMillisUnsafe())
          else if (isCursorInvalid(params, exit)) this.#forget((asked) => asked.method === method)
          return undefined
        }
      )
    })
  }

  get server(): ServerDescription {
    return this.#inner.server
  }

  get revision(): Revision {
    return this.#inner.revision
  }

  get notifications(): Notifications {
    return this.#inner.notifications
  }

  get ended(): Effect.Effect<void, SessionError | TransportError> {
    return this.#inner.ended
  }

  ready(options?: Pick<RequestOptions, "timeout">): Effect.Effect<void, SessionError> {
    return this.#inner.ready(options)
  }

  notify<M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M]["params"]
  ): Effect.Effect<void> {
    return this.#inner.notify(method, params)
  }

  /** Forgets all: there is another connection, and nobody knows what changed meanwhile. */
  clear(): void {
    this.#forget(() => true)
  }

  /** Forgets what the server says has changed (CACHE-15). */
  hear(notification: Notification): void {
    switch (notification.method) {
      case "notifications/tools/list_changed":
        return this.#forget(({ method }) => kinds.get(method) === "tools")
      case "notifications/prompts/list_changed":
        return this.#forget(({ method }) => kinds.get(method) === "prompts")
      case "notifications/resources/list_changed":
        return this.#forget(({ method }) => kinds.get(method) === "resources")
      case "notifications/resources/updated": {
        // what a resource holds may be shown by those that it is in, and those in it may have changed with it
        const { uri: updated } = notification.params
        return this.#forget(({ uri }) => uri !== undefined && (isWithin(uri, updated) || isWithin(updated, uri)))
      }
    }
  }

  #find(keys: Keys, now: number): Entry | undefined {
    for (const key of [keys.private, keys.public]) {
      const entry = this.#entries.get(key)
      if (entry === undefined) continue
      this.#delete(key, entry)
      // a clock that was put back says nothing (CACHE-9)
      if (now < entry.receivedAt || now >= entry.expiresAt) continue
      this.#add(key, entry)
      return entry
    }
    return undefined
  }

  #received(keys: Keys, asking: Asking, result: CacheableResult, now: number): void {
    // it was sent before the news, and may be older
    if (asking.isStale) return
    for (const key of [keys.private, keys.public]) {
      const older = this.#entries.get(key)
      if (older !== undefined) this.#delete(key, older)
    }
    // an earlier server means nothing by members that it does not know
    if (asking.sends > 1 || this.#inner.revision.era === "session") return
    const ttl = Math.min(result.ttlMs ?? 0, this.#maxTtl)
    if (!(ttl > 0)) return
    const key = result.cacheScope === "public" ? keys.public : keys.private
    const size = key.length + JSON.stringify(result).length
    if (size > this.#limits.maxSize) return
    this.#add(key, { method: asking.method, uri: asking.uri, result, receivedAt: now, expiresAt: now + ttl, size })
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#limits.maxEntries && this.#size <= this.#limits.maxSize) return
      this.#delete(key, entry)
    }
  }

  #forget(isStale: (asked: Asked) => boolean): void {
    // what is not sent yet will be answered after the news
    for (const asking of this.#asking) asking.isStale ||= asking.sends > 0 && isStale(asking)
    for (const [key, entry] of this.#entries) {
      if (isStale(entry)) this.#delete(key, entry)
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#size += entry.size
  }

  #delete(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#size -= entry.size
  }
}

/**
 * A caller that remembers what the server behind another said is fresh.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, registry: Registry["Service"], limits?: Partial<Limits>): ResultCache => {
  const cache = new ResultCache(caller, { ...defaultLimits, ...limits })
  caller.notifications.listen((notification) => cache.hear(notification))
  registry.connected.push(() => Effect.sync(() => cache.clear()))
  return cache
}

interface Keys {
  readonly private: string
  readonly public: string
}

// Two tokens of one party may be good for different things, so its scopes count, too (CACHE-6, CACHE-7).
const keysOf = (method: string, params: object, { clientId, issuer, scopes, subject }: Principal): Keys => {
  const asked = CanonicalJson.stringify([method, params])
  const principal = CanonicalJson.stringify([subject, issuer, clientId, scopes === undefined ? [] : [...scopes].sort()])
  return { private: `${principal}${asked}`, public: asked }
}

const uriOf = (params: object): string | undefined =>
  "uri" in params && typeof params.uri === "string" ? params.uri : undefined

const isRetry = (params: object): boolean => "inputResponses" in params || "requestState" in params

// Its pages belong to a list that is no more (CACHE-16).
const isCursorInvalid = (params: object, exit: Exit.Exit<unknown, SessionError>): boolean => {
  if (!("cursor" in params) || params.cursor === undefined) return false
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" && error.value.reason._tag === "ErrorAnswer" && error.value.reason.code === invalidParams
}
