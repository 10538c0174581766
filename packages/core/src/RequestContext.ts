/**
 * The `RequestContext` tells a handler about the request it serves, and is how a handler reaches the client while it does.
 *
 * It is not for talking to other clients: everything sent here travels on this request's stream.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as JsonRpc from "./JsonRpc.ts"
import type { ProgressUpdate, RequestOptions } from "./peer/OutboundRequests.ts"
import type { Principal } from "./Principal.ts"
import type { ServerNotifications, ServerRequests } from "./protocol/Methods.ts"
import type { Session } from "./Session.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * The options of a reverse request: `timeout` is reset by progress, `maxTimeout` is not.
 *
 * @category models
 * @since 0.1.0
 */
export type AskOptions = Omit<RequestOptions, "relatedTo">

/**
 * How long to wait for an answer that a person gives: ten minutes without progress, thirty in all.
 *
 * @category constants
 * @since 0.1.0
 */
export const patience: AskOptions = { timeout: Duration.minutes(10), maxTimeout: Duration.minutes(30) }

/**
 * The request being handled.
 *
 * @category services
 * @since 0.1.0
 */
export class RequestContext extends Context.Service<RequestContext, {
  /** The JSON-RPC id that the client gave the request. */
  readonly id: JsonRpc.RequestId
  readonly method: string
  /** The request's `_meta`, empty when it has none. */
  readonly meta: { readonly [key: string]: unknown }
  readonly session: Session
  readonly principal: Principal
  /** Reports progress, if the client asked for it and the value increases. */
  readonly progress: (update: ProgressUpdate) => Effect.Effect<void>
  /** Sends a notification on this request's stream. */
  readonly notify: <M extends keyof ServerNotifications>(
    method: M,
    params: ServerNotifications[M]["params"]
  ) => Effect.Effect<void>
  /** Asks the client, once it is known to have the capability. */
  readonly ask: <M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]["params"],
    options?: AskOptions
  ) => Effect.Effect<ServerRequests[M]["result"], SessionError>
  /** Whether the client reads slower than it is written to: what may be dropped had better be. */
  readonly isCongested: () => boolean
  /** Ends the HTTP connection of this request's stream but not the request: the client reconnects and is sent what it missed (HTTP-22). */
  readonly closeStream: Effect.Effect<void>
}>()("@mcp-effect/core/RequestContext") {}
