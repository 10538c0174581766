/**
 * A `Caller` is what the features of a client speak through: one connection, or several one after the other.
 *
 * It knows the methods of the protocol and the server that answers, and no feature.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as JsonRpc from "../JsonRpc.ts"
import type { RequestOptions as PeerOptions } from "../peer/OutboundRequests.ts"
import type { ServerCapabilities } from "../protocol/Capabilities.ts"
import type { Implementation } from "../protocol/Implementation.ts"
import type { ClientNotifications, ClientRequests } from "../protocol/Methods.ts"
import type { Revision } from "../revision/Revision.ts"
import type { SessionError } from "../SessionError.ts"
import type { TransportError } from "../TransportError.ts"
import type { Notifications } from "./Notifications.ts"

/**
 * A server as a client came to know it. What it says of itself is for display and logs, not for decisions (META-18).
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerDescription {
  /** The revision that is spoken with it. */
  readonly protocolVersion: string
  readonly era: Revision["era"]
  readonly capabilities: ServerCapabilities
  /** Servers of the stateless era need not say it. */
  readonly info: Implementation | undefined
  /** How to use the server, for the model (INIT-21). */
  readonly instructions: string | undefined
}

/**
 * How a request is sent: `timeout` is reset by progress, `maxTimeout` is not (CANC-15 to CANC-18), and neither runs out by what the server
 * asks the user meanwhile, but for `maxTimeout`.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions extends Pick<PeerOptions, "timeout" | "maxTimeout" | "onProgress"> {
  /**
   * Whether it may be sent again when it is not known what became of it: true for what only reads, and by the caller's word for anything else.
   * By default that of the method.
   */
  readonly isSafe?: boolean | undefined
  /** Whether the server itself has to answer, whatever is known from before; false by default. */
  readonly isFresh?: boolean | undefined
}

/**
 * What the features of a client speak through.
 *
 * @category models
 * @since 0.1.0
 */
export interface Caller {
  /** The server, or the last one that there was. */
  readonly server: ServerDescription
  readonly revision: Revision
  /** Completes once there is a server, within `timeout`: for what depends on its revision before it asks. */
  ready(options?: Pick<RequestOptions, "timeout">): Effect.Effect<void, SessionError>
  /** Asks the server, in its revision, once it is known to have the capability. Interruption cancels the request (CANC-1). */
  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: CallerOptions
  ): Effect.Effect<ClientRequests[M]["result"], SessionError>
  /** Tells the server, if its revision knows the method. */
  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]["params"]): Effect.Effect<void>
  /** What the server says. */
  readonly notifications: Notifications
  /** Completes, or fails, when there is no server any more and will be none. */
  readonly ended: Effect.Effect<void, SessionError | TransportError>
}

/**
 * How features send their requests.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerOptions extends RequestOptions, Pick<PeerOptions, "isStanding"> {
  /** Told the id of the request before it is sent, once for each time that it is sent. */
  readonly onId?: ((id: JsonRpc.RequestId) => void) | undefined
}
