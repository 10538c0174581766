/**
 * A `Connection` is one client of a server: its peer, and what was negotiated with it.
 *
 * It is not the session record, which it holds and replaces as things change, and it ends with its scope.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type * as Peer from "../Peer.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { ServerNotifications, ServerRequests } from "../protocol/Methods.ts"
import type { ExitCodec, Question, QuestionOptions } from "../RequestContext.ts"
import type { Session } from "../Session.ts"
import type { SessionError } from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
import { Announcements, type News, type Options as AnnouncementsOptions } from "./Announcements.ts"
import { type Caller, encodeNotification, type Negotiated } from "./Caller.ts"
import type { Registry } from "./Registry.ts"
import * as ReverseRequests from "./ReverseRequests.ts"
import { KnownRoots } from "./Roots.ts"
import type { ServerLive } from "./ServerLive.ts"

// Of all that have finished: such a latch is never closed again.
const finished = Latch.makeUnsafe(true)

/**
 * One client of a server.
 *
 * @category models
 * @since 0.1.0
 */
export class Connection implements AnnouncementsOptions, Caller {
  readonly server: ServerLive
  readonly sessionId: string
  readonly transport: Transport.Outgoing
  readonly scope: Scope.Scope
  readonly peer: Peer.Peer
  readonly announcements: Announcements
  readonly roots = new KnownRoots()
  #negotiated: Negotiated | undefined
  #handshake: Latch.Latch = Latch.makeUnsafe(false)

  constructor(
    server: ServerLive,
    transport: Transport.Outgoing,
    sessionId: string,
    scope: Scope.Scope,
    makePeer: (connection: Connection) => Peer.Peer
  ) {
    this.server = server
    this.transport = transport
    this.sessionId = sessionId
    this.scope = scope
    this.announcements = new Announcements(this)
    this.peer = makePeer(this)
  }

  /** Open once the client has finished the handshake: before, the server asks and announces nothing (INIT-5). */
  get ready(): Latch.Latch {
    return this.#handshake
  }

  /** The client has finished the handshake. */
  finishHandshake(): void {
    this.#handshake.openUnsafe()
    this.#handshake = finished
  }

  get context(): Context.Context<never> {
    return this.server.registry.context
  }

  /** Tells the client news. */
  send(news: News): Effect.Effect<void> {
    return typeof news === "string" ? this.notify(news, {}) : this.notify("notifications/resources/updated", news)
  }

  get registry(): Registry["Service"] {
    return this.server.registry
  }

  /** What was negotiated, or undefined before `initialize`. */
  get current(): Negotiated | undefined {
    return this.#negotiated
  }

  /** What was negotiated. Only for what is reached through a request of a session, of which `Dispatch` makes sure. */
  get negotiated(): Negotiated {
    if (this.#negotiated === undefined) throw new Error("The connection has no session yet")
    return this.#negotiated
  }

  negotiate(negotiated: Negotiated): void {
    this.#negotiated = negotiated
  }

  /** Replaces members of the session record. */
  update(change: Partial<Session>): void {
    this.#negotiated = { ...this.negotiated, session: { ...this.negotiated.session, ...change } }
  }

  ask<M extends Question, A>(
    request: InboundRequest,
    method: M,
    params: ServerRequests[M]["params"],
    options: QuestionOptions<M, A> | undefined
  ): Effect.Effect<A, SessionError> {
    return ReverseRequests.ask(this, request, method, params, options)
  }

  // the handler of a request runs once; what could not be written down in another era is a defect in this one too
  once<A, E, R>(_key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.onExit(effect, (exit) => Effect.asVoid(codec.encode(exit)))
  }

  /** Sends a notification that belongs to no request. Nothing is sent before the session, nor what was not agreed on in it. */
  notify<M extends keyof ServerNotifications>(
    method: M,
    params: ServerNotifications[M]["params"]
  ): Effect.Effect<void> {
    return Effect.suspend(() => {
      const encoded = this.encodeNotification(method, params)
      return encoded === undefined ? Effect.void : this.peer.notify(method, encoded)
    })
  }

  /** The wire form of a notification's params; none before there is a session. */
  encodeNotification(method: string, params: object): object | undefined {
    return this.#negotiated && encodeNotification(this.#negotiated, method, params)
  }
}
