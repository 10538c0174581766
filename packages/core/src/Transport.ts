/**
 * A `Transport` carries JSON-RPC messages between two peers and ends when the connection does.
 *
 * It is not a session: it owns framing, limits and backpressure, and knows neither methods nor revisions.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type * as JsonRpc from "./JsonRpc.ts"
import type { TransportError } from "./TransportError.ts"

/**
 * Where a peer's messages go. A transport of several streams (HTTP) puts a message on the stream of the request that it relates to:
 * a response relates to its own request, progress and reverse requests to the request whose handler sent them; nothing else relates to one.
 *
 * `send` completes once the message is handed over; while the other side does not read, it suspends. A transport that asks by HTTP hands a request
 * over with all that comes back for it: its `send` ends with the reply, fails when there will be none, and interruption gives the request up.
 * `isCongested` says that a message
 * which may be dropped (a log line) had better be; it asks about the stream of one request, or else about the one for everything else.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outgoing {
  readonly send: (message: JsonRpc.Message, relatedTo?: JsonRpc.RequestId) => Effect.Effect<void, TransportError>
  readonly isCongested: (relatedTo?: JsonRpc.RequestId) => boolean
  /** A request was cancelled: nothing that relates to it will follow. */
  readonly cancelled?: (relatedTo: JsonRpc.RequestId) => Effect.Effect<void>
  /**
   * Ends the connection that carries one request's stream; the stream itself goes on and can be resumed. A transport without it is one pipe for all.
   */
  readonly closeStream?: (relatedTo: JsonRpc.RequestId) => Effect.Effect<void>
}

/**
 * Takes one parsed JSON value from the wire: a message, or in 2025-03-26 a batch of them. `context` holds what the transport knows about
 * this one message (its `Principal`, say); the handler of a request sees it.
 *
 * @category models
 * @since 0.1.0
 */
export type Receive = (json: unknown, context?: Context.Context<never>) => void

/**
 * One connection to the other side. `run` feeds `receive` until the other side has closed, and then succeeds; it is run once. Text that is
 * not JSON the transport answers itself, with -32700, and goes on.
 *
 * @category services
 * @since 0.1.0
 */
export class Transport extends Context.Service<
  Transport,
  Outgoing & {
    readonly run: (receive: Receive) => Effect.Effect<void, TransportError>
    /** Says each time that what nobody asked for (news, log lines) may have been lost, although the connection lives. */
    readonly gaps?: Stream.Stream<void>
  }
>()("@mcp-effect/core/Transport") {}
