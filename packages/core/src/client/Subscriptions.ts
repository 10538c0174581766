/**
 * Subscriptions on the client: streams of what changes, the same in both eras.
 *
 * They are not the requests for it, which are `resources/subscribe` in a session (`Subscribe`) and `subscriptions/listen` without (`Listen`). What
 * happens while there is no connection is not known afterwards; so everything that is listened to counts as changed then.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { internalError } from "../JsonRpc.ts"
import * as MonotonicTime from "../peer/MonotonicTime.ts"
import type { ServerCapabilities } from "../protocol/Capabilities.ts"
import type { NotificationMeta } from "../protocol/Meta.ts"
import * as SessionError from "../SessionError.ts"
import * as Backoff from "./Backoff.ts"
import type { Caller } from "./Caller.ts"
import { Listens } from "./Listen.ts"
import { type List, Listener, type Wanted } from "./Listener.ts"
import type { Notification } from "./Notifications.ts"
import type { Registry } from "./Registry.ts"
import { Subscribed } from "./Subscribe.ts"

export type {
  /**
   * A list of a server that can change.
   *
   * @category models
   * @since 0.1.0
   */
  List
} from "./Listener.ts"

/**
 * A resource has changed: one that is subscribed to, or one within it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResourceUpdated {
  readonly uri: string
}

/**
 * What a server tells of its changes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subscriptions {
  /**
   * Hears of changes to resources, from when this completes until the scope ends. Fails with `NotGranted` if the server does not tell of one of them;
   * each call is a subscription of its own, so who listens to many gives them together.
   *
   * However often a resource changes before its news is taken, it is told once. When the connection was lost and is back, all of them are told.
   *
   * @example
   * ```ts
   * import * as Client from "@mcp-effect/core/Client"
   * import * as Effect from "effect/Effect"
   * import * as Stream from "effect/Stream"
   *
   * const program = Effect.scoped(Effect.gen(function*() {
   *   const client = yield* Client.Client
   *   const updates = yield* client.subscribe("file:///notes.md")
   *   // from here on no change is missed, so what is read now is not older than what is told
   *   yield* client.readResource("file:///notes.md")
   *   yield* Stream.runForEach(updates, ({ uri }) => client.readResource(uri))
   * }))
   * ```
   */
  readonly subscribe: (
    uris: string | ReadonlyArray<string>
  ) => Effect.Effect<Stream.Stream<ResourceUpdated, SessionError.SessionError>, SessionError.SessionError, Scope.Scope>
  /** Hears of changes to lists in the same way. What has changed, the list itself says. */
  readonly changes: (
    lists: List | ReadonlyArray<List>
  ) => Effect.Effect<Stream.Stream<List, SessionError.SessionError>, SessionError.SessionError, Scope.Scope>
}

/**
 * What subscriptions are made with: `scope` is that of the client.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly registry: Registry["Service"]
  readonly scope: Scope.Scope
}

const backoff = Backoff.make(Duration.millis(500), Duration.seconds(30))

// What lasted so long, in milliseconds, had not failed.
const stableAfter = 10_000

const subscriptionId = "io.modelcontextprotocol/subscriptionId"

// How the subscription of a listener came to its end: there will be nothing more, or it has to be opened again at once.
type End = "over" | "renewed"

// A subscription of a listener. `meta` is what its news are tagged with.
interface Held {
  readonly ended: Effect.Effect<End, SessionError.SessionError>
  readonly meta: NotificationMeta | undefined
}

class Opener {
  readonly #caller: Caller
  readonly #listens: Listens
  readonly #subscribed: Subscribed
  // those of a session, where the server does not say whom it tells
  readonly #inSession = new Set<Listener>()

  constructor(caller: Caller, { registry, scope }: Options) {
    this.#caller = caller
    this.#listens = new Listens(caller)
    this.#subscribed = new Subscribed(caller, scope)
    registry.connected.push(() => Effect.sync(() => this.#subscribed.renew()))
    caller.notifications.listen((notification) => this.#hear(notification))
  }

  #hear(notification: Notification): void {
    if (!isNews(notification)) return
    const id = notification.params._meta?.[subscriptionId]
    if (id !== undefined) this.#listens.hear(id, notification)
    for (const listener of this.#inSession) listener.hear(notification)
  }

  /** Keeps a listener subscribed, and tells when it is for the first time. Completes when the server has ended it. */
  keep(
    listener: Listener,
    opened: Deferred.Deferred<void, SessionError.SessionError>
  ): Effect.Effect<void, SessionError.SessionError> {
    return Effect.raceFirst(
      Effect.gen({ self: this }, function*() {
        let failures = 0
        while (true) {
          let since = Number.POSITIVE_INFINITY
          const end = yield* Effect.result(Effect.scoped(Effect.gen({ self: this }, function*() {
            const held = yield* this.#hold(listener)
            // there was a gap (SUB-21)
            if (!Deferred.doneUnsafe(opened, Effect.void)) this.#synthesize(listener, held.meta)
            since = MonotonicTime.millis(yield* Clock.Clock)
            return yield* held.ended
          })))
          if (Result.isSuccess(end)) {
            if (end.success === "over") return
            continue
          }
          if (!Deferred.isDoneUnsafe(opened) || !isPassing(end.failure)) return yield* Effect.fail(end.failure)
          const now = MonotonicTime.millis(yield* Clock.Clock)
          failures = now - since >= stableAfter ? 1 : failures + 1
          yield* Effect.sleep(yield* Backoff.delay(backoff, failures))
        }
      }),
      this.#gone
    )
  }

  get #gone(): Effect.Effect<never, SessionError.SessionError> {
    return Effect.flatMap(Effect.exit(this.#caller.ended), (exit) => {
      const error = Exit.findErrorOption(exit)
      return SessionError.fail(
        new SessionError.Disconnected(error._tag === "Some" ? { because: error.value.message } : {})
      )
    })
  }

  #hold(listener: Listener): Effect.Effect<Held, SessionError.SessionError, Scope.Scope> {
    return Effect.flatMap(this.#caller.ready(), () => {
      const { revision, server } = this.#caller
      const missing = missingOf(listener.wanted, server.capabilities)
      if (missing !== undefined) return SessionError.fail(new SessionError.CapabilityMissing({ capability: missing }))
      return revision.era === "stateless" ? this.#listen(listener) : this.#subscribe(listener)
    })
  }

  #listen(listener: Listener): Effect.Effect<Held, SessionError.SessionError, Scope.Scope> {
    return Effect.map(this.#listens.open(listener), ({ ended, id }) => ({
      ended: Effect.as(ended, "over"),
      meta: { [subscriptionId]: id }
    }))
  }

  #subscribe(listener: Listener): Effect.Effect<Held, SessionError.SessionError, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => this.#inSession.add(listener)),
      () => Effect.sync(() => this.#inSession.delete(listener))
    ).pipe(
      Effect.andThen(this.#subscribed.open(listener.wanted.uris)),
      Effect.map((renewed) => ({ ended: Effect.as(renewed, "renewed"), meta: undefined }))
    )
  }

  // All hear it, as if the server had said it: what is remembered of what is listened to is out of date, too.
  #synthesize({ wanted }: Listener, meta: NotificationMeta | undefined): void {
    const tagged = meta === undefined ? {} : { _meta: meta }
    for (const list of wanted.lists) {
      this.#caller.notifications.publish({ method: `notifications/${list}/list_changed`, params: tagged })
    }
    for (const uri of wanted.uris) {
      this.#caller.notifications.publish({ method: "notifications/resources/updated", params: { uri, ...tagged } })
    }
  }
}

type News = Extract<
  Notification,
  { readonly method: `${string}/list_changed` | `${string}/updated` | `${string}/acknowledged` }
>

const news: ReadonlySet<string> = new Set<News["method"]>([
  "notifications/tools/list_changed",
  "notifications/prompts/list_changed",
  "notifications/resources/list_changed",
  "notifications/resources/updated",
  "notifications/subscriptions/acknowledged"
])

const isNews = (notification: Notification): notification is News => news.has(notification.method)

const missingOf = ({ lists, uris }: Wanted, capabilities: ServerCapabilities): string | undefined => {
  for (const list of lists) {
    if (capabilities[list]?.listChanged !== true) return `${list}.listChanged`
  }
  return uris.size > 0 && capabilities.resources?.subscribe !== true ? "resources.subscribe" : undefined
}

// Whether another attempt may come to something else.
const isPassing = ({ reason }: SessionError.SessionError): boolean => {
  switch (reason._tag) {
    case "Disconnected":
    case "NotSent":
    case "OutcomeUnknown":
    case "RequestTimeout":
    case "Unavailable":
      return true
    case "Refused":
      return reason.status === 408 || reason.status === 429 || reason.status >= 500
    case "ErrorAnswer":
      // a server that has no place for it at present
      return reason.code === internalError
    default:
      return false
  }
}

/**
 * The subscriptions of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, options: Options): Subscriptions => {
  const opener = new Opener(caller, options)
  return {
    subscribe: (uris) =>
      Effect.map(
        Effect.suspend(() => listen(opener, new Set(), new Set(typeof uris === "string" ? [uris] : uris))),
        Stream.map((uri) => ({ uri }))
      ),
    changes: (lists) =>
      Effect.map(
        Effect.suspend(() => listen(opener, new Set(typeof lists === "string" ? [lists] : lists), new Set())),
        // what is told to who wants lists alone are names of lists
        Stream.map((list) => list as List)
      )
  }
}

const listen = Effect.fnUntraced(function*(
  opener: Opener,
  lists: Wanted["lists"],
  uris: Wanted["uris"]
): Effect.fn.Return<Stream.Stream<string, SessionError.SessionError>, SessionError.SessionError, Scope.Scope> {
  const listener = new Listener({ lists, uris })
  const opened = Deferred.makeUnsafe<void, SessionError.SessionError>()
  yield* Effect.forkScoped(Effect.onExit(
    opener.keep(listener, opened),
    (exit) =>
      Effect.sync(() => {
        Deferred.doneUnsafe(opened, exit)
        // who left, and who was told that there is no more, hears of no error
        listener.end(
          Exit.isSuccess(exit) || Exit.hasInterrupts(exit) ? Exit.fail(Cause.Done()) : Exit.failCause(exit.cause)
        )
      })
  ))
  yield* Deferred.await(opened)
  return listener.stream
})
