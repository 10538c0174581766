/**
 * The `RequestContext` that a server's handlers run with.
 *
 * It holds nothing of its own: everything is read from the request and its connection, when it is asked for.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type { InboundRequest } from "../peer/InboundRequests.ts"
import type { ProgressUpdate } from "../peer/OutboundRequests.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import type { ServerNotifications, ServerRequests } from "../protocol/Methods.ts"
import type { ListRootsResult } from "../protocol/Root.ts"
import type { AskOptions, RequestContext } from "../RequestContext.ts"
import * as Gate from "../revision/Gate.ts"
import * as Revision from "../revision/Revision.ts"
import type { Session } from "../Session.ts"
import * as SessionError from "../SessionError.ts"
import type { Connection } from "./Connection.ts"

type RequestContextService = RequestContext["Service"]

const noMeta = {}

/**
 * A request of a session, as its handler sees it.
 *
 * @category models
 * @since 0.1.0
 */
export class RequestContextLive implements RequestContextService {
  readonly #connection: Connection
  readonly #request: InboundRequest

  constructor(connection: Connection, request: InboundRequest) {
    this.#connection = connection
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
    return this.#connection.negotiated.session
  }

  // middleware may have said who asks, in the fiber that runs the handler
  get principal(): Principal {
    return Context.get(Fiber.getCurrent()?.context ?? this.#request.context, CurrentPrincipal)
  }

  get closeStream(): Effect.Effect<void> {
    return Effect.suspend(() => this.#connection.transport.closeStream?.(this.#request.id) ?? Effect.void)
  }

  isCongested(): boolean {
    return this.#connection.transport.isCongested(this.#request.id)
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

  ask<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]["params"],
    options?: AskOptions
  ): Effect.Effect<ServerRequests[M]["result"], SessionError.SessionError> {
    const asked = this.#ask(method, params, options)
    if (method !== "roots/list") return asked
    return Effect.suspend(() => {
      const { negotiated, roots } = this.#connection
      const announced = negotiated.session.clientCapabilities.roots?.listChanged === true
      // both ways the result of this one method
      return roots.list(asked as Effect.Effect<ListRootsResult, SessionError.SessionError>, announced) as typeof asked
    })
  }

  #ask<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]["params"],
    options: AskOptions | undefined
  ): Effect.Effect<ServerRequests[M]["result"], SessionError.SessionError> {
    return Effect.suspend(() => {
      const { capabilities, revision, session } = this.#connection.negotiated
      const codec = Revision.serverRequest(revision, method)
      if (codec === undefined) {
        return SessionError.fail(
          new SessionError.NotAllowed({ message: `${method} is not part of protocol revision ${revision.version}` })
        )
      }
      if (!Gate.isOpen(codec.gate, { client: session.clientCapabilities, server: capabilities })) {
        return SessionError.fail(
          new SessionError.CapabilityMissing({ capability: codec.gate?.path.join(".") ?? method })
        )
      }
      return this.#connection.ready.await.pipe(
        Effect.andThen(this.#connection.peer.request(
          method,
          codec.params.encode(params),
          { ...options, relatedTo: this.#request.id }
        )),
        Effect.flatMap((wire) => {
          const result = codec.result.decode(wire)
          return Result.isSuccess(result)
            ? Effect.succeed(result.success)
            : SessionError.fail(new SessionError.InvalidAnswer({ method, message: result.failure }))
        })
      )
    })
  }
}
