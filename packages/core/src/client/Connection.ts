/**
 * A `Connection` is one server of a client: its peer, and what was negotiated with it.
 *
 * It does not come back when it has ended, and it knows no feature.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Peer from "../Peer.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as MonotonicTime from "../peer/MonotonicTime.ts"
import type { RequestOptions as PeerOptions } from "../peer/OutboundRequests.ts"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import type { ClientNotifications, ClientRequests } from "../protocol/Methods.ts"
import type { RequestMeta } from "../protocol/RequestMeta.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Gate from "../revision/Gate.ts"
import * as Revision from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import type { Transport } from "../Transport.ts"
import type * as TransportError from "../TransportError.ts"
import type { Caller, CallerOptions, ServerDescription } from "./Caller.ts"
import * as Gap from "./Gap.ts"
import * as Negotiation from "./Negotiation.ts"
import type { Notification, Notifications } from "./Notifications.ts"
import type { Registry } from "./Registry.ts"
import * as RequiredElicitations from "./RequiredElicitations.ts"
import * as ReverseRequests from "./ReverseRequests.ts"
import * as Rounds from "./Rounds.ts"
import * as Telemetry from "./Telemetry.ts"

/**
 * What a connection is made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly info: Implementation
  /** The revisions to speak, the best first. */
  readonly spoken: ReadonlyArray<Revision.Revision>
  /** The era that the server is known to speak: a verdict of before, where there is one. */
  readonly known: Revision.Revision["era"] | undefined
  readonly probeTimeout: Duration.Input
  readonly handshakeTimeout: Duration.Input
  readonly maxRounds: number
  readonly limits: Partial<Peer.Limits> | undefined
  readonly registry: Registry["Service"]
  readonly notifications: Notifications
}

// How many notifications are kept before it is known in which revision they are.
const maxEarly = 64

/**
 * One server of a client.
 *
 * @category models
 * @since 0.1.0
 */
export class Connection implements Caller {
  readonly options: Options
  readonly peer: Peer.Peer
  readonly capabilities: ClientCapabilities
  /** As many questions of rounds are answered at a time as requests of a server in a session. */
  readonly questions: Semaphore.Semaphore
  readonly #ended: Deferred.Deferred<void, TransportError.TransportError>
  readonly #handshake = Latch.makeUnsafe(false)
  #negotiated: Negotiation.Negotiated | undefined
  #meta: RequestMeta | undefined
  #early: Array<readonly [method: string, params: unknown]> = []

  constructor(
    options: Options,
    ended: Deferred.Deferred<void, TransportError.TransportError>,
    makePeer: (connection: Connection) => Peer.Peer
  ) {
    this.options = options
    this.#ended = ended
    this.capabilities = options.registry.capabilities()
    this.questions = Semaphore.makeUnsafe(options.limits?.maxConcurrency ?? Peer.defaultLimits.maxConcurrency)
    this.peer = makePeer(this)
  }

  get registry(): Registry["Service"] {
    return this.options.registry
  }

  get notifications(): Notifications {
    return this.options.notifications
  }

  /** What was negotiated, or undefined before it is. */
  get current(): Negotiation.Negotiated | undefined {
    return this.#negotiated
  }

  /** What was negotiated: nobody has the connection before it is. */
  get negotiated(): Negotiation.Negotiated {
    return this.#negotiated!
  }

  get server(): ServerDescription {
    return this.negotiated.server
  }

  get revision(): Revision.Revision {
    return this.negotiated.revision
  }

  ready(): Effect.Effect<void> {
    return Effect.void
  }

  /** Whether the server has closed the connection. */
  get isEnded(): boolean {
    return Deferred.isDoneUnsafe(this.#ended)
  }

  /** Completes when the server closes the connection, and fails as the transport does. */
  get ended(): Effect.Effect<void, TransportError.TransportError> {
    return Deferred.await(this.#ended)
  }

  negotiate(negotiated: Negotiation.Negotiated): void {
    this.#negotiated = negotiated
    const early = this.#early
    this.#early = []
    for (const [method, params] of early) this.hear(method, params)
  }

  /** The server knows that the client is ready: what it asked before is answered now. */
  finishHandshake(): void {
    this.#handshake.openUnsafe()
  }

  /** Whether the server gets responses: in the stateless era it does not (BASE-30, STDIO-12). */
  get isAnswering(): boolean {
    return this.#negotiated === undefined
      ? this.options.spoken.some(({ era }) => era === "session")
      : this.revision.era === "session"
  }

  /** Gives the work that a request of the server stands for. Before it is known in which revision it is, there is only ping (PING-5). */
  dispatch(request: InboundRequest): Effect.Effect<unknown, ProtocolError.ProtocolError> {
    if (!this.isAnswering) return Effect.fail(ProtocolError.methodNotFound(request.method))
    return request.method === "ping" || this.#handshake.isOpen()
      ? ReverseRequests.dispatch(this, request)
      : Effect.andThen(this.#handshake.await, Effect.suspend(() => ReverseRequests.dispatch(this, request)))
  }

  /** The `_meta` of each request of the stateless era (META-9 to META-11): made once. */
  get meta(): RequestMeta {
    return this.#meta ??= this.metaOf(this.revision)
  }

  metaOf(revision: Revision.Revision): RequestMeta {
    return {
      "io.modelcontextprotocol/protocolVersion": revision.version,
      "io.modelcontextprotocol/clientInfo": this.options.info,
      "io.modelcontextprotocol/clientCapabilities": this.capabilities
    }
  }

  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: CallerOptions
  ): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> {
    return Effect.suspend(() => {
      const { revision, server } = this.negotiated
      const codec = Revision.clientRequest(revision, method)
      if (codec === undefined) {
        return SessionError.fail(
          new SessionError.NotAllowed({ message: `${method} is not part of revision ${revision.version}` })
        )
      }
      if (!Gate.isOpen(codec.gate, { client: this.capabilities, server: server.capabilities })) {
        return SessionError.fail(
          new SessionError.CapabilityMissing({ capability: codec.gate?.path.join(".") ?? method })
        )
      }
      return revision.era === "stateless"
        ? Rounds.ask(this, method, codec, params, options)
        : RequiredElicitations.ask(this, method, codec, params, options)
    })
  }

  /** Sends a request as it is on the wire. */
  send(
    method: string,
    params: object,
    options: PeerOptions | undefined,
    protocolVersion: string | undefined = this.#negotiated?.revision.version
  ): Effect.Effect<unknown, SessionError.SessionError> {
    return Telemetry.request(this.peer, { method, params, options, protocolVersion })
  }

  notify<M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M]["params"]
  ): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { revision, server } = this.negotiated
      const codec = Revision.clientNotification(revision, method)
      return codec === undefined ||
          !Gate.isOpen(codec.gate, { client: this.capabilities, server: server.capabilities })
        ? Effect.void
        : this.peer.notify(method, codec.params.encode(params))
    })
  }

  /** Hears what the server says without having been asked; what its revision does not know is ignored (BASE-40). */
  hear(method: string, params: unknown): void {
    if (this.#negotiated === undefined) {
      // it comes with the answer that opens the session, or a little before
      if (this.#early.length < maxEarly) this.#early.push([method, params])
      return
    }
    const decoded = this.revision.serverNotifications.get(method)?.params.decode(params)
    if (decoded === undefined || Result.isFailure(decoded)) return
    // the codec of a method decodes to that method's params
    this.notifications.publish({ method, params: decoded.success } as Notification)
  }
}

/**
 * Connects: runs the transport, negotiates, and says that the client is ready (INIT-1 to INIT-3). The connection ends with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  transport: Transport["Service"],
  options: Options
): Effect.fn.Return<Connection, SessionError.SessionError, Scope.Scope> {
  const context = yield* Effect.context<never>()
  const clock = yield* Clock.Clock
  const scope = yield* Scope.fork(yield* Effect.scope)
  const working = yield* Scope.fork(scope, "parallel")
  const ended = Deferred.makeUnsafe<void, TransportError.TransportError>()
  const connection = new Connection(options, ended, (connection) =>
    Peer.makeUnsafe({
      transport: {
        isCongested: transport.isCongested,
        send: (message, relatedTo) =>
          "method" in message || connection.isAnswering ? transport.send(message, relatedTo) : Effect.void
      },
      dispatch: (request) => connection.dispatch(request),
      notification: (method, params) => Effect.sync(() => connection.hear(method, params)),
      encodeError: (error) => ProtocolError.toErrorObject(error, connection.current?.revision),
      encodeNotification: (method, params) =>
        connection.current?.revision.clientNotifications.get(method)?.params.encode(params),
      batching: () => connection.current?.revision.batching ?? true,
      limits: options.limits,
      context
    }, working))
  const { peer } = connection
  // since when there is a session
  let opened: number | undefined
  // finalizers run last to first: the tables are emptied before the fibers are interrupted, so nothing is answered
  yield* Scope.addFinalizer(scope, Effect.sync(() => peer.disconnect()))
  yield* Effect.forkIn(
    Effect.onExit(
      transport.run((json, context) => peer.receive(json, context)),
      (exit) =>
        Effect.sync(() => {
          const error = Exit.findErrorOption(exit)
          if (opened !== undefined) {
            const seconds = (MonotonicTime.millis(clock) - opened) / 1000
            Telemetry.sessionEnded(connection.revision.version, seconds, context)
          }
          Deferred.doneUnsafe(ended, exit)
          peer.disconnect(error._tag === "Some" ? error.value.message : undefined)
        })
    ),
    scope
  )
  // a server that nothing can be agreed on with is left (INIT-11)
  const negotiated = yield* Effect.onError(
    Negotiation.negotiate(connection),
    (cause) => Scope.close(scope, Exit.failCause(cause))
  )
  connection.negotiate(negotiated)
  if (transport.gaps !== undefined) {
    yield* Effect.forkIn(Stream.runForEach(transport.gaps, () => Effect.sync(() => Gap.announce(connection))), scope)
  }
  if (negotiated.revision.era === "session") {
    opened = MonotonicTime.millis(clock)
    yield* peer.notify("notifications/initialized")
  }
  connection.finishHandshake()
  yield* Effect.forEach(options.registry.connected, (start) => Scope.provide(start(connection), scope), {
    discard: true
  })
  return connection
})
