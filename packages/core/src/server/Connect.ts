/**
 * `Connect` makes a `Connection` and gives what comes over it to those who understand it.
 *
 * It understands nothing itself: requests go to `Dispatch`, notifications to `Notifications`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Peer from "../Peer.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Telemetry from "../Telemetry.ts"
import type * as Transport from "../Transport.ts"
import { Connection } from "./Connection.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Notifications from "./Notifications.ts"
import type { ServerLive } from "./ServerLive.ts"

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
  const peer = yield* Peer.make({
    transport,
    dispatch: (request) => Dispatch.dispatch(connection, request),
    notification: (method) => Notifications.receive(connection, method),
    encodeError: (error) => ProtocolError.toErrorObject(error, errorsOf(connection)),
    encodeNotification: (method, params) => connection.encodeNotification(method, params),
    batching: () => connection.current?.revision.batching ?? false,
    context: server.registry.context,
    limits: server.options.limits
  })
  // the peer asks for it only once something is received
  const connection = new Connection(server, transport, sessionId, yield* Effect.scope, peer)
  yield* Effect.acquireRelease(
    Clock.clockWith((clock) =>
      Effect.sync(() => {
        server.clients.add(connection.announcements)
        return clock.currentTimeMillisUnsafe()
      })
    ),
    (since) =>
      Clock.clockWith((clock) => Effect.sync(() => leave(connection, (clock.currentTimeMillisUnsafe() - since) / 1000)))
  )
  return connection
})

// How this client is told of errors.
const errorsOf = ({ current }: Connection): Parameters<typeof ProtocolError.toErrorObject>[1] =>
  current && {
    resourceNotFound: current.revision.resourceNotFound,
    urlElicitation: current.revision.elicitationModes.includes("url") &&
      current.session.clientCapabilities.elicitation?.url !== undefined
  }

const leave = ({ announcements, current, server }: Connection, seconds: number): void => {
  server.clients.delete(announcements)
  for (const uri of current?.session.subscriptions ?? []) server.subscribers.delete(announcements, uri)
  if (current !== undefined) Telemetry.sessionEnded(current.revision.version, seconds, server.registry.context)
}
