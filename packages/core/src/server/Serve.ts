/**
 * How the one client of a `Transport` is served, from its connection to its end.
 *
 * It is not for transports of many clients (HTTP): those connect each of them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Principal from "../Principal.ts"
import * as Transport from "../Transport.ts"
import type { TransportError } from "../TransportError.ts"
import type { Connected } from "./Connected.ts"

/**
 * How a connection ends: what is in progress gets `drainTimeout` to finish (10 seconds by default), and is interrupted then. What does not
 * end even so, within `releaseTimeout` (5 seconds by default), is left behind.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServeOptions {
  readonly sessionId: string
  readonly drainTimeout?: Duration.Input
  readonly releaseTimeout?: Duration.Input
}

/**
 * Connects the client of the transport, and serves it until the transport ends or this is interrupted.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = Effect.fnUntraced(function*(
  connect: (
    transport: Transport.Outgoing,
    options: ServeOptions
  ) => Effect.Effect<Connected, never, Scope.Scope>,
  options: ServeOptions
): Effect.fn.Return<void, TransportError, Transport.Transport> {
  const transport = yield* Transport.Transport
  const principal = yield* Principal.CurrentPrincipal
  yield* Effect.acquireUseRelease(
    Effect.flatMap(Scope.make(), (scope) =>
      Effect.map(
        Scope.provide(connect(transport, options), scope),
        (client) => ({ client, scope })
      )),
    ({ client }) =>
      transport.run(principal === Principal.anonymous ? client.receive : receiveFor(principal, client.receive)),
    ({ client, scope }) =>
      Effect.andThen(
        Effect.timeoutOption(Effect.interruptible(client.drain), options.drainTimeout ?? Duration.seconds(10)),
        closeWithin(scope, options.releaseTimeout ?? Duration.seconds(5))
      )
  )
})

// Handlers that cannot be interrupted would keep the connection, and the process, for as long as they please.
const closeWithin = (scope: Scope.Closeable, timeout: Duration.Input): Effect.Effect<void> =>
  Effect.flatMap(
    Effect.forkDetach(Scope.close(scope, Exit.void), { startImmediately: true }),
    (closing) =>
      Effect.flatMap(
        Effect.timeoutOption(Effect.interruptible(Fiber.await(closing)), timeout),
        (closed) => closed._tag === "Some" ? Effect.void : Effect.logWarning("Left behind work that does not end")
      )
  )

const receiveFor = (principal: Principal.Principal, receive: Transport.Receive): Transport.Receive => {
  const context = Context.make(Principal.CurrentPrincipal, principal)
  return (json, known) => receive(json, known === undefined ? context : Context.merge(context, known))
}
