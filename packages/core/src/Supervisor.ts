/**
 * A `Supervisor` keeps a `Client` connected: when its server goes away, it is started or connected to again, and what was asked of it meanwhile waits.
 *
 * It is not a pool: there is one connection at a time, and it does not outlive the scope. What the server itself kept (its side of a session) is lost with
 * the connection.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Client from "./Client.ts"
import * as Availability from "./client/Availability.ts"
import * as Backoff from "./client/Backoff.ts"
import type { ServerDescription } from "./client/Caller.ts"
import * as Composition from "./client/Composition.ts"
import type * as Connection from "./client/Connection.ts"
import * as Reconnection from "./client/Reconnection.ts"
import { Supervised } from "./client/Supervised.ts"
import * as SessionError from "./SessionError.ts"
import type { Transport } from "./Transport.ts"
import type { TransportError } from "./TransportError.ts"

/**
 * A client, how its transport is opened (each time in a scope of its own), and how patient it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R = never> extends Client.Options {
  readonly transport: Effect.Effect<Transport["Service"], TransportError, R>
  /** The longest time until the second attempt, which doubles for each one after it; the time is chosen at random below. 100 milliseconds by default. */
  readonly initialDelay?: Duration.Input
  /** The longest time between two attempts; 30 seconds by default. */
  readonly maxDelay?: Duration.Input
  /** How long a connection has to last for the attempts to be counted anew after it; 10 seconds by default. */
  readonly stableAfter?: Duration.Input
  /** After how many failed attempts in a row requests fail at once with `Unavailable`, instead of waiting for the next attempt; 10 by default. */
  readonly maxFailures?: number
  /** How long they do, until the next attempt; 30 seconds by default. */
  readonly openFor?: Duration.Input
  /** After how many failed attempts in a row it is given up; never by default. */
  readonly maxAttempts?: number
  /** How many requests may wait for a connection; 1,000 by default. Further ones fail at once with `Unavailable`. */
  readonly maxWaiting?: number
  /** How often a request that is safe is sent again although it is not known what became of it; 3 times by default. */
  readonly maxRetries?: number
}

/**
 * How it is with the connection.
 *
 * @category models
 * @since 0.1.0
 */
export type State = Availability.State

/**
 * What is known of a client's connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Supervision {
  /** How it is now, and then each change. It ends with `Closed`. */
  readonly state: Stream.Stream<State>
  /** The server, once there is a connection, however long that takes. Fails when requests would fail at once. */
  readonly ready: Effect.Effect<ServerDescription, SessionError.SessionError>
}

/**
 * What is known of the connection of the `Client`.
 *
 * @category services
 * @since 0.1.0
 */
export class Supervisor extends Context.Service<Supervisor, Supervision>()("@mcp-effect/core/Supervisor") {}

/**
 * A client that is kept connected until the scope ends. It is there at once, and connects meanwhile: its requests wait for that, as long as their
 * `timeout` says, and once sent have as long again; `maxTimeout` is over all times that they are sent.
 *
 * When a connection has ended, the next one is tried at once and then after longer and longer times, at random up to a bound (`initialDelay`,
 * `maxDelay`). It is given up (`Closed`) where trying again is of no use: the command does not exist, there is no revision in common, or the server answers
 * 401 or 403.
 *
 * A request that was certainly not taken in is sent again. Of one that was under way when the connection ended it is not known whether it was done: it
 * is sent again if that is safe, and else fails with `OutcomeUnknown`. Safe are requests that only read or may be done twice, and calls of tools for which
 * the caller (`isSafe`) or a trusted server (`trustAnnotations`) says so.
 *
 * After a new connection, `notifications` says of each of the server's lists that it has changed, for it may have.
 *
 * @example
 * ```ts
 * import * as Supervisor from "@mcp-effect/core/Supervisor"
 * import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const tools = Effect.scoped(Effect.gen(function*() {
 *   const { client, state } = yield* Supervisor.make({
 *     name: "host",
 *     version: "1.0.0",
 *     transport: ChildProcessTransport.make({ command: "node", args: ["server.js"] })
 *   })
 *   yield* Effect.forkScoped(Stream.runForEach(state, ({ _tag }) => Effect.logDebug(_tag)))
 *   return yield* client.tools
 * }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<R, E = never, RH = never>(
  options: Options<R>,
  handlers: Layer.Layer<never, E, RH> = Layer.empty
): Effect.fn.Return<
  Supervision & { readonly client: Client.Methods },
  E,
  Scope.Scope | Exclude<R, Scope.Scope> | Exclude<RH, Client.Registry>
> {
  const {
    initialDelay,
    maxAttempts,
    maxDelay,
    maxFailures,
    maxRetries,
    maxWaiting,
    openFor,
    stableAfter,
    transport,
    ...own
  } = options
  // each connection has a scope of its own
  const context = Context.omit(Scope.Scope)(yield* Effect.context<Exclude<R, Scope.Scope>>())
  const availability = yield* Availability.make(yield* Clock.Clock, maxWaiting ?? 1000)
  const backoff = Backoff.make(initialDelay, maxDelay)
  const connect = Effect.fnUntraced(function*(settings: Connection.Options) {
    const kept = Reconnection.keep({
      // all that it needs but for a scope is in the context
      transport: Effect.provideContext(transport, context) as Effect.Effect<
        Transport["Service"],
        TransportError,
        Scope.Scope
      >,
      settings,
      backoff,
      stableAfter: Duration.toMillis(stableAfter ?? Duration.seconds(10)),
      maxFailures: maxFailures ?? 10,
      openFor: Duration.toMillis(openFor ?? Duration.seconds(30)),
      maxAttempts: maxAttempts ?? Number.POSITIVE_INFINITY
    }, availability)
    yield* Effect.forkScoped(Effect.onError(kept, (cause) =>
      Effect.andThen(
        Effect.sync(() => availability.close(ended("The transport cannot be opened"))),
        Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError("The transport of a client failed", cause)
      )))
    // finalizers run last to first: nothing is sent again when the connection is ended
    yield* Effect.addFinalizer(() => Effect.sync(() => availability.close(ended("The client has ended"))))
    return new Supervised({ settings, availability, backoff, maxRetries: maxRetries ?? 3 })
  })
  const client = yield* Composition.make(own, handlers, connect)
  return {
    client,
    state: availability.states,
    ready: Effect.map(
      availability.connection(Number.POSITIVE_INFINITY, () => ended("There is no connection")),
      ({ server }) => server
    )
  }
})

const ended = (message: string): SessionError.SessionError =>
  new SessionError.SessionError({ reason: new SessionError.NotSent({ message }) })

/**
 * A `Client` that is kept connected, and what is known of its connection.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R, E = never, RH = never>(
  options: Options<R>,
  handlers: Layer.Layer<never, E, RH> = Layer.empty
): Layer.Layer<
  Client.Client | Supervisor,
  E,
  Exclude<Exclude<R, Scope.Scope>, Scope.Scope> | Exclude<Exclude<RH, Client.Registry>, Scope.Scope>
> =>
  Layer.effectContext(
    Effect.map(make(options, handlers), ({ client, ...supervision }) =>
      Context.add(Context.make(Client.Client, client), Supervisor, supervision))
  )
