/**
 * The `RequestContext` that a server's handlers run with.
 *
 * It holds nothing of its own: everything is read from the request and its caller, when it is asked for.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { IsJournaled } from "../Journal.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { ProgressUpdate } from "../peer/OutboundRequests.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import type { ServerNotifications, ServerRequests } from "../protocol/Methods.ts"
import type { ExitCodec, Question, QuestionOptions, RequestContext } from "../RequestContext.ts"
import type { Session } from "../Session.ts"
import type * as SessionError from "../SessionError.ts"
import type { Caller } from "./Caller.ts"

type RequestContextService = RequestContext["Service"]

const noMeta = {}

/**
 * A request, as its handler sees it.
 *
 * @category models
 * @since 0.1.0
 */
export class RequestContextLive implements RequestContextService {
  readonly #caller: Caller
  readonly #request: InboundRequest

  constructor(caller: Caller, request: InboundRequest) {
    this.#caller = caller
    this.#request = request
  }

  get id() {
    return this.#request.id
  }

  get method(): string {
    return this.#request.method
  }

  get meta(): { readonly [key: string]: unknown } {
    return (this.#request.params as { readonly _meta?: { readonly [key: string]: unknown } } | undefined)?._meta ??
      noMeta
  }

  get session(): Session {
    return this.#caller.negotiated.session
  }

  // middleware may have said who asks, in the fiber that runs the handler
  get principal(): Principal {
    return Context.get(Fiber.getCurrent()?.context ?? this.#request.context, CurrentPrincipal)
  }

  get closeStream(): Effect.Effect<void> {
    return Effect.suspend(() => this.#caller.transport.closeStream?.(this.#request.id) ?? Effect.void)
  }

  isCongested(): boolean {
    return this.#caller.transport.isCongested(this.#request.id)
  }

  progress(update: ProgressUpdate): Effect.Effect<void> {
    return this.#request.progress(update)
  }

  notify<M extends keyof ServerNotifications>(
    method: M,
    params: ServerNotifications[M]["params"]
  ): Effect.Effect<void> {
    return this.#request.notify(method, params)
  }

  ask<M extends Question, A = ServerRequests[M]["result"]>(
    method: M,
    params: ServerRequests[M]["params"],
    options?: QuestionOptions<M, A>
  ): Effect.Effect<A, SessionError.SessionError> {
    return Effect.flatMap(IsJournaled, (isJournaled) =>
      isJournaled
        ? Effect.die(new Error("What runs in Journal.once cannot ask the client"))
        : this.#caller.ask(this.#request, method, params, options))
  }

  once<A, E, R>(key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.#caller.once(key, codec, effect)
  }
}
