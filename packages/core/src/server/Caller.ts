/**
 * The `Caller` is who a request is served for: what holds between the two sides while it is.
 *
 * It is not the request. In the session era it is the connection, in the stateless era it is made of each request's own `_meta` (VER-6).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { ServerCapabilities } from "../protocol/Capabilities.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import type { ExitCodec, Question, QuestionOptions } from "../RequestContext.ts"
import * as Gate from "../revision/Gate.ts"
import type { Revision } from "../revision/Revision.ts"
import type { Session } from "../Session.ts"
import type { SessionError } from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
import type { Registry } from "./Registry.ts"
import type { ServerLive } from "./ServerLive.ts"

/**
 * What was agreed on: the session, the revision it speaks, and the capabilities that the server told this client.
 *
 * @category models
 * @since 0.1.0
 */
export interface Negotiated {
  readonly session: Session
  readonly revision: Revision
  readonly capabilities: ServerCapabilities
}

/**
 * Whether what was agreed on opens a gate: what was not advertised does not exist (BASE-17, DISC-5).
 *
 * @category guards
 * @since 0.1.0
 */
export const isOpen = ({ capabilities, session }: Negotiated, gate: Gate.Gate | undefined): boolean =>
  Gate.isOpen(gate, { client: session.clientCapabilities, server: capabilities })

/**
 * The wire form of a notification's params; none when the revision or the agreed capabilities do not have the method (INIT-15).
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeNotification = (negotiated: Negotiated, method: string, params: object): object | undefined => {
  const codec = negotiated.revision.serverNotifications.get(method)
  return codec !== undefined && isOpen(negotiated, codec.gate) ? codec.params.encode(params) : undefined
}

/**
 * Who a request is served for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Caller {
  readonly server: ServerLive
  readonly registry: Registry["Service"]
  readonly transport: Transport.Outgoing
  readonly negotiated: Negotiated
  /** Asks a question that a handler has while it serves a request. */
  ask<M extends Question, A>(
    request: InboundRequest,
    method: M,
    params: ServerRequests[M]["params"],
    options: QuestionOptions<M, A> | undefined
  ): Effect.Effect<A, SessionError>
  /** Runs an effect once for the request, however often its handler runs. */
  once<A, E, R>(key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
}
