/**
 * The `Composition` of a client: what its features are made with, and that all of them speak through one `Caller`, whichever that is.
 *
 * It connects nothing: one connection (`Connection`) or several one after the other (`Supervised`) is up to who composes.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type * as Peer from "../Peer.ts"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import * as ExtensionId from "../protocol/ExtensionId.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import * as Revisions from "../revision/Revisions.ts"
import type { Caller } from "./Caller.ts"
import * as CompletedElicitations from "./CompletedElicitations.ts"
import * as Completions from "./Completions.ts"
import type * as Connection from "./Connection.ts"
import * as Logging from "./Logging.ts"
import * as Notifications from "./Notifications.ts"
import * as Pagination from "./Pagination.ts"
import * as Ping from "./Ping.ts"
import * as Prompts from "./Prompts.ts"
import * as Registry from "./Registry.ts"
import * as Resources from "./Resources.ts"
import * as ResultCache from "./ResultCache.ts"
import * as Subscriptions from "./Subscriptions.ts"
import * as Tools from "./Tools.ts"

/**
 * What a client says about itself, and its limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Implementation {
  /** Capabilities to declare beside those of the handlers. */
  readonly capabilities?: ClientCapabilities
  /** The revisions to speak, the best first; all of them by default, the newest first. */
  readonly versions?: ReadonlyArray<string>
  /** How long a server may take to say whether it is of the stateless era, before it counts as one that is not; 10 seconds by default (VER-19). */
  readonly probeTimeout?: Duration.Input
  /** How long a server may take to answer what a connection begins with, where there is nothing else to try; 1 minute by default (INIT-20). */
  readonly handshakeTimeout?: Duration.Input
  /** How often a server may ask for input during one request of the stateless era; 16 times by default (MRTR-29). */
  readonly maxRounds?: number
  /** How much of a list is read: 1,000 pages, 100,000 items and 64 Mi UTF-16 units of JSON by default. */
  readonly lists?: Partial<Pagination.Limits>
  /** How many tools are remembered from lists, with what calling them takes; 10,000 by default. Others can be called, but less is known of them. */
  readonly maxKnownTools?: number
  /**
   * Whether a tool that its server says reads only, or is idempotent, may be called again when it is not known what became of a call; false by
   * default, for what a server says of its tools need not be so (TOOL-27).
   */
  readonly trustAnnotations?: boolean
  /** How much is kept of results that the server says are fresh; false to keep nothing. `ResultCache.defaultLimits` by default. */
  readonly cache?: Partial<ResultCache.Limits> | false
  /** How many notifications wait for who listens to them slowly, before the oldest are dropped; 1,024 by default. */
  readonly maxNotifications?: number
  /** Limits of the connection; `Peer.defaultLimits` by default. */
  readonly limits?: Partial<Peer.Limits>
}

/**
 * What a connected client can do.
 *
 * @category models
 * @since 0.1.0
 */
export interface Methods
  extends
    Pick<Caller, "server" | "request" | "notify">,
    Tools.Tools,
    Resources.Resources,
    Prompts.Prompts,
    Completions.Completions,
    CompletedElicitations.Elicitations,
    Subscriptions.Subscriptions,
    Logging.Logging,
    Ping.Ping
{
  /** What the server says without having been asked. */
  readonly notifications: Stream.Stream<Notifications.Notification>
}

/**
 * A client over whatever `connect` gives: one connection, or several one after the other.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<EH, RH, E, R>(
  options: Options,
  handlers: Layer.Layer<never, EH, RH>,
  connect: (settings: Connection.Options) => Effect.Effect<Caller, E, R>
): Effect.fn.Return<Methods, E | EH, R | Scope.Scope | Exclude<RH, Registry.Registry>> {
  const settings = yield* settingsOf(options, handlers)
  return of(yield* connect(settings.connection), settings)
})

interface Settings {
  readonly connection: Connection.Options
  readonly lists: Pagination.Limits
  readonly tools: Tools.Settings
  readonly cache: Options["cache"]
  readonly scope: Scope.Scope
}

const settingsOf = Effect.fnUntraced(function*<E, R>(
  options: Options,
  handlers: Layer.Layer<never, E, R>
): Effect.fn.Return<Settings, E, Scope.Scope | Exclude<R, Registry.Registry>> {
  const {
    cache,
    capabilities,
    handshakeTimeout,
    limits,
    lists: givenLists,
    maxKnownTools,
    maxNotifications,
    maxRounds,
    probeTimeout,
    trustAnnotations,
    versions,
    ...info
  } = options
  const lists = { ...Pagination.defaultLimits, ...givenLists }
  const registry = Registry.make(declared(capabilities ?? {}))
  yield* Layer.build(Layer.provide(handlers, Layer.succeed(Registry.Registry, registry)))
  return {
    connection: {
      info,
      spoken: spokenOf(versions),
      known: undefined,
      probeTimeout: probeTimeout ?? Duration.seconds(10),
      handshakeTimeout: handshakeTimeout ?? Duration.minutes(1),
      maxRounds: maxRounds ?? 16,
      limits,
      registry,
      notifications: yield* Notifications.make(maxNotifications ?? 1024)
    },
    lists,
    cache,
    scope: yield* Effect.scope,
    tools: { limits: lists, maxKnown: maxKnownTools ?? 10_000, trustAnnotations: trustAnnotations ?? false }
  }
})

// What a client declares beside what it does is checked when it is made (CAP-14).
const declared = (capabilities: ClientCapabilities): ClientCapabilities => {
  for (const name of Object.keys(capabilities.extensions ?? {})) {
    if (!ExtensionId.isExtensionId(name)) throw new Error(`${JSON.stringify(name)} is no identifier of an extension`)
  }
  return capabilities
}

const spokenOf = (versions: ReadonlyArray<string> | undefined) => {
  if (versions === undefined) return Revisions.all
  if (versions.length === 0) throw new Error("There is no revision to speak: `versions` is empty")
  return versions.map((version) => {
    const revision = Revisions.byVersion(version)
    if (revision === undefined) throw new Error(`There is no revision ${version}`)
    return revision
  })
}

const of = (connection: Caller, settings: Settings): Methods => {
  const { cache, connection: { registry }, lists, scope, tools } = settings
  // before what else there is begins with a connection
  const logging = Logging.make(connection, registry)
  const caller = cache === false ? connection : ResultCache.make(connection, registry, cache)
  return {
    get server() {
      return caller.server
    },
    request: (method, params, options) => caller.request(method, params, options),
    notify: (method, params) => caller.notify(method, params),
    notifications: caller.notifications.stream,
    ...Tools.make(caller, tools),
    ...Resources.make(caller, lists),
    ...Prompts.make(caller, lists),
    ...Completions.make(caller),
    ...CompletedElicitations.make(caller.notifications, registry.completed),
    ...Subscriptions.make(caller, { registry, scope }),
    ...logging,
    ...Ping.make(caller)
  }
}
