/**
 * `Connect` makes a `Connection` and gives what comes over it to those who understand it.
 *
 * It understands nothing itself: requests go to the dispatch of their era, notifications to `Notifications`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type * as JsonRpc from "../JsonRpc.ts"
import * as Peer from "../Peer.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type * as Transport from "../Transport.ts"
import { Connection } from "./Connection.ts"
import * as Era from "./Era.ts"
import * as Notifications from "./Notifications.ts"
import type { ServerLive } from "./ServerLive.ts"
import * as SessionDispatch from "./SessionDispatch.ts"
import * as StatelessDispatch from "./StatelessDispatch.ts"
import * as Telemetry from "./Telemetry.ts"

// What the peer asks of a connection. An object of a class, and no closures: there is one for each session, and most sessions are idle.
class Served implements Peer.Options {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get transport(): Transport.Outgoing {
    return this.#connection.transport
  }

  get context(): Context.Context<never> {
    return this.#connection.context
  }

  get limits(): Partial<Peer.Limits> | undefined {
    return this.#connection.server.options.limits
  }

  batching(): boolean {
    return this.#connection.current?.revision.batching ?? false
  }

  dispatch(request: InboundRequest): Effect.Effect<unknown, ProtocolError.ProtocolError> {
    const { current, server, transport } = this.#connection
    return Era.of(server.options.eras, request, current !== undefined) === "stateless"
      ? StatelessDispatch.dispatch(server, transport, request)
      : SessionDispatch.dispatch(this.#connection, request)
  }

  notification(method: string): Effect.Effect<void> {
    return Notifications.receive(this.#connection, method)
  }

  encodeError(error: ProtocolError.ProtocolError): JsonRpc.ErrorObject {
    return ProtocolError.toErrorObject(error, errorsOf(this.#connection))
  }

  encodeNotification(method: string, params: object): object | undefined {
    return this.#connection.encodeNotification(method, params)
  }
}

/**
 * Connects a client: from here on, `receive` takes what the transport brings until the scope ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  server: ServerLive,
  transport: Transport.Outgoing,
  sessionId: string
): Effect.fn.Return<Connection, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const requests = yield* Scope.fork(scope, "parallel")
  const connection = new Connection(
    server,
    transport,
    sessionId,
    scope,
    (connection) => Peer.makeUnsafe(new Served(connection), requests)
  )
  const since = yield* Clock.currentTimeMillis
  server.clients.add(connection.announcements)
  // finalizers run last to first: the tables are emptied before the fibers are interrupted, so nothing is answered
  yield* Scope.addFinalizer(
    scope,
    Clock.clockWith((clock) => Effect.sync(() => leave(connection, (clock.currentTimeMillisUnsafe() - since) / 1000)))
  )
  return connection
})

// How this client is told of errors.
const errorsOf = ({ current }: Connection): Parameters<typeof ProtocolError.toErrorObject>[1] =>
  current && {
    resourceNotFound: current.revision.resourceNotFound,
    capabilityError: current.revision.capabilityError,
    urlElicitation: current.revision.elicitationModes.includes("url") &&
      current.session.clientCapabilities.elicitation?.url !== undefined
  }

const leave = ({ announcements, current, peer, server }: Connection, seconds: number): void => {
  peer.disconnect()
  server.clients.delete(announcements)
  for (const uri of current?.session.subscriptions ?? []) server.subscribers.delete(announcements, uri)
  if (current !== undefined) Telemetry.sessionEnded(current.revision.version, seconds, server.registry.context)
}
