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
import type * as Exit from "effect/Exit"
import type * as JsonRpc from "./JsonRpc.ts"
import type { ProgressUpdate, RequestOptions } from "./peer/OutboundRequests.ts"
import type { Principal } from "./Principal.ts"
import type { ServerNotifications, ServerRequests } from "./protocol/Methods.ts"
import type { Session } from "./Session.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * How the client is asked. `timeout` is reset by progress, `maxTimeout` is not; in the stateless era the client takes its time, and both mean
 * nothing. `key` is the name that the question has there (MRTR-4), unique within the handler; without one, its content is its name.
 *
 * @category models
 * @since 0.1.0
 */
export interface AskOptions extends Omit<RequestOptions, "relatedTo"> {
  readonly key?: string | undefined
}

/**
 * How a question of one kind is asked. `decode` makes of its answer what is wanted of it, or says why the answer does not fit: that fails in
 * the session era, and is asked again in the stateless era (MRTR-27).
 *
 * @category models
 * @since 0.1.0
 */
export interface QuestionOptions<M extends Question, A> extends AskOptions {
  readonly decode?: (answer: ServerRequests[M]["result"]) => Effect.Effect<A, string>
}

/**
 * What a handler may ask the client. In the stateless era it may not ask all of it (MRTR-5): elicitation, sampling and roots are for every era.
 *
 * @category models
 * @since 0.1.0
 */
export type Question = keyof ServerRequests

/**
 * How the exit of an effect is written down as JSON, and read again.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExitCodec<A, E> {
  readonly encode: (exit: Exit.Exit<A, E>) => Effect.Effect<unknown>
  /** Fails where the JSON is not of such an exit. */
  readonly decode: (json: unknown) => Effect.Effect<Exit.Exit<A, E>, unknown>
}

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
  /**
   * Asks the client, once it is known to have the capability. In the stateless era the answer is one that the client has brought with the
   * request, or else the request ends here with `input_required`, and its handler runs again when the client brings the answer.
   */
  readonly ask: <M extends Question, A = ServerRequests[M]["result"]>(
    method: M,
    params: ServerRequests[M]["params"],
    options?: QuestionOptions<M, A>
  ) => Effect.Effect<A, SessionError>
  /** Runs an effect once, even if the handler runs again: see `Journal.once`. */
  readonly once: <A, E, R>(
    key: string,
    codec: ExitCodec<A, E>,
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E, R>
  /** Whether the client reads slower than it is written to: what may be dropped had better be. */
  readonly isCongested: () => boolean
  /** Ends the HTTP connection of this request's stream but not the request: the client reconnects and is sent what it missed (HTTP-22). */
  readonly closeStream: Effect.Effect<void>
}>()("@mcp-effect/core/RequestContext") {}
