/**
 * `Subscriptions` know which sessions want to hear of changes to which resource, and watch a resource while anyone does.
 *
 * They do not send: each connection's `Announcements` do.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Context from "effect/Context"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Resource from "../Resource.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { EmptyResult } from "../protocol/Meta.ts"
import type { Connection } from "./Connection.ts"
import * as Resources from "./Resources.ts"

interface Watched {
  readonly connections: Set<Connection>
  readonly fiber: Fiber.Fiber<void> | undefined
}

/**
 * The subscriptions of all sessions of one server.
 *
 * @category models
 * @since 0.1.0
 */
export class Subscriptions {
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

  add(connection: Connection, uri: string, changes: Stream.Stream<unknown> | undefined): void {
    const watched = this.#watched.get(uri)
    if (watched !== undefined) {
      watched.connections.add(connection)
      return
    }
    const fiber = changes && Effect.runForkWith(this.#context)(
      Effect.ignoreCause(Stream.runForEach(changes, () => Effect.sync(() => this.updated(uri))), { log: true })
    )
    if (fiber !== undefined) Fiber.runIn(fiber, this.#scope)
    this.#watched.set(uri, { connections: new Set([connection]), fiber })
  }

  delete(connection: Connection, uri: string): void {
    const watched = this.#watched.get(uri)
    if (watched === undefined || !watched.connections.delete(connection) || watched.connections.size > 0) return
    this.#watched.delete(uri)
    watched.fiber?.interruptUnsafe()
  }

  /** Tells every session that is subscribed to this URI (RES-8). */
  updated(uri: string): void {
    for (const connection of this.#watched.get(uri)?.connections ?? []) connection.announcements.updated(uri)
  }
}

const none: EmptyResult = {}

/**
 * Answers `resources/subscribe`. A session has at most `maxSubscriptions`; subscribing again to the same URI changes nothing.
 *
 * @category handlers
 * @since 0.1.0
 */
export const subscribe = (
  connection: Connection,
  { uri }: { readonly uri: string }
): Effect.Effect<EmptyResult, ProtocolError.ProtocolError> =>
  Effect.suspend(() => {
    if (!Resource.isUri(uri)) return Effect.fail(ProtocolError.invalidParams("uri is not an absolute URI"))
    const resource = Resources.find(connection, uri)
    if (resource === undefined) return Effect.fail(ProtocolError.resourceNotFound(uri))
    const { subscriptions } = connection.negotiated.session
    if (subscriptions.includes(uri)) return Effect.succeed(none)
    const { maxSubscriptions } = connection.server
    if (subscriptions.length >= maxSubscriptions) {
      return Effect.fail(ProtocolError.invalidParams(`A session has at most ${maxSubscriptions} subscriptions`))
    }
    connection.update({ subscriptions: [...subscriptions, uri] })
    connection.server.subscriptions.add(connection, uri, resource.changes?.(uri))
    return Effect.succeed(none)
  })

/**
 * Answers `resources/unsubscribe`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const unsubscribe = (
  connection: Connection,
  { uri }: { readonly uri: string }
): Effect.Effect<EmptyResult> =>
  Effect.sync(() => {
    const { subscriptions } = connection.negotiated.session
    connection.update({ subscriptions: subscriptions.filter((other) => other !== uri) })
    connection.server.subscriptions.delete(connection, uri)
    connection.announcements.forget(uri)
    return none
  })
