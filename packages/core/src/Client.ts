/**
 * A `Client` talks to one server, whatever revision of the protocol that speaks: it finds out, and its methods are the same for all.
 *
 * It is not a transport, and it does not come back when its connection has ended (`Supervisor` does).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Caller, Notification } from "./client/Caller.ts"
import * as Completions from "./client/Completions.ts"
import * as Connection from "./client/Connection.ts"
import * as Elicitation from "./client/Elicitation.ts"
import * as Notifications from "./client/Notifications.ts"
import * as Pagination from "./client/Pagination.ts"
import * as Ping from "./client/Ping.ts"
import * as Prompts from "./client/Prompts.ts"
import * as Registry from "./client/Registry.ts"
import * as Resources from "./client/Resources.ts"
import * as Roots from "./client/Roots.ts"
import * as Sampling from "./client/Sampling.ts"
import * as Tools from "./client/Tools.ts"
import type * as Peer from "./Peer.ts"
import type { ClientCapabilities } from "./protocol/Capabilities.ts"
import type { Implementation } from "./protocol/Implementation.ts"
import * as Revisions from "./revision/Revisions.ts"
import type { SessionError } from "./SessionError.ts"
import { Transport } from "./Transport.ts"

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
  /** How long a server may take to say whether it is of the stateless era, before it counts as one that is not; 5 seconds by default (VER-19). */
  readonly probeTimeout?: Duration.Input
  /** How long a server may take to answer what a connection begins with, where there is nothing else to try; 1 minute by default (INIT-20). */
  readonly handshakeTimeout?: Duration.Input
  /** How often a server may ask for input during one request of the stateless era; 16 times by default (MRTR-29). */
  readonly maxRounds?: number
  /** How much of a list is read: 1,000 pages and 100,000 items by default. */
  readonly lists?: Partial<Pagination.Limits>
  /** How many tools are remembered from lists, with what calling them takes; 10,000 by default. Others can be called, but less is known of them. */
  readonly maxKnownTools?: number
  /**
   * Whether a tool that its server says reads only, or is idempotent, may be called again when it is not known what became of a call; false by
   * default, for what a server says of its tools need not be so (TOOL-27).
   */
  readonly trustAnnotations?: boolean
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
    Ping.Ping
{
  /** What the server says without having been asked. */
  readonly notifications: Stream.Stream<Notification>
}

/**
 * A client that is connected.
 *
 * @category services
 * @since 0.1.0
 */
export class Client extends Context.Service<Client, Methods>()("@mcp-effect/core/Client") {}

/**
 * Connects over a transport, and finds out what the server speaks. `handlers` answer what it asks; their capabilities are declared to it. The
 * connection ends with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E = never, R = never>(
  options: Options & { readonly transport: Transport["Service"] },
  handlers: Layer.Layer<never, E, R> = Layer.empty
): Effect.Effect<Methods, SessionError | E, Scope.Scope | Exclude<R, Registry.Registry>> => {
  const { transport, ...own } = options
  return makeWith(own, handlers, (settings) => Connection.make(transport, settings))
}

/**
 * A client over whatever `connect` gives: one connection, or several one after the other.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWith = Effect.fnUntraced(function*<EH, RH, E, R>(
  options: Options,
  handlers: Layer.Layer<never, EH, RH>,
  connect: (settings: Connection.Options) => Effect.Effect<Caller, E, R>
): Effect.fn.Return<Methods, E | EH, R | Scope.Scope | Exclude<RH, Registry.Registry>> {
  const settings = yield* settingsOf(options, handlers)
  return of(yield* connect(settings.connection), settings)
})

/**
 * A client over the `Transport` of the context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never, R = never>(
  options: Options,
  handlers: Layer.Layer<never, E, R> = Layer.empty
): Layer.Layer<Client, SessionError | E, Transport | Exclude<Exclude<R, Registry.Registry>, Scope.Scope>> =>
  Layer.effect(
    Client,
    Effect.flatMap(Transport, (transport) => make({ ...options, transport }, handlers))
  )

/**
 * Answers a server that asks the client's language model to continue a conversation.
 *
 * @category handlers
 * @since 0.1.0
 */
export const sampling = <R = never>(
  handler: Sampling.Handler<R>,
  options?: Sampling.Options
): Layer.Layer<never, never, Registry.Registry | R> => Layer.effectDiscard(Sampling.register(handler, options))

/**
 * Answers a server that asks the user.
 *
 * @category handlers
 * @since 0.1.0
 */
export const elicitation = <R = never>(
  handlers: Elicitation.Handlers<R>
): Layer.Layer<never, never, Registry.Registry | R> => Layer.effectDiscard(Elicitation.register(handlers))

/**
 * Answers a server that asks which directories to work in.
 *
 * @category handlers
 * @since 0.1.0
 */
export const roots = (roots: Roots.Roots): Layer.Layer<never, never, Registry.Registry> =>
  Layer.effectDiscard(Roots.register(roots))

export {
  /**
   * What a client does for its servers.
   *
   * @category services
   * @since 0.1.0
   */
  Registry
} from "./client/Registry.ts"

export type {
  /**
   * A server as a client came to know it.
   *
   * @category models
   * @since 0.1.0
   */
  ServerDescription
} from "./client/Caller.ts"

interface Settings {
  readonly connection: Connection.Options
  readonly lists: Pagination.Limits
  readonly tools: Tools.Settings
}

const settingsOf = Effect.fnUntraced(function*<E, R>(
  options: Options,
  handlers: Layer.Layer<never, E, R>
): Effect.fn.Return<Settings, E, Scope.Scope | Exclude<R, Registry.Registry>> {
  const { capabilities, handshakeTimeout, limits, lists, maxNotifications, maxRounds, probeTimeout, versions, ...info } = options
  const registry = Registry.make(capabilities ?? {})
  yield* Layer.build(Layer.provide(handlers, Layer.succeed(Registry.Registry, registry)))
  return {
    connection: {
      info,
      spoken: spokenOf(versions),
      known: undefined,
      probeTimeout: probeTimeout ?? Duration.seconds(5),
      handshakeTimeout: handshakeTimeout ?? Duration.minutes(1),
      maxRounds: maxRounds ?? 16,
      limits,
      registry,
      notifications: yield* Notifications.make(maxNotifications ?? 1024)
    },
    lists: { ...Pagination.defaultLimits, ...lists }
  }
})

const spokenOf = (versions: ReadonlyArray<string> | undefined) => {
  if (versions === undefined) return Revisions.all
  return versions.map((version) => {
    const revision = Revisions.byVersion(version)
    if (revision === undefined) throw new Error(`There is no revision ${version}`)
    return revision
  })
}

const of = (caller: Caller, { lists }: Settings): Methods => ({
  get server() {
    return caller.server
  },
  request: (method, params, options) => caller.request(method, params, options),
  notify: (method, params) => caller.notify(method, params),
  notifications: caller.notifications.stream,
  ...Tools.make(caller, lists),
  ...Resources.make(caller, lists),
  ...Prompts.make(caller, lists),
  ...Completions.make(caller),
  ...Ping.make(caller)
})
