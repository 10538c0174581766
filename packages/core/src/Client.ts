/**
 * A `Client` talks to one server over one `Transport`, in the session era, on the same `Peer` that a server runs on.
 *
 * It is made for tests and for programs that know the server they talk to: it neither detects eras nor reconnects.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Peer from "./Peer.ts"
import type { InboundRequest } from "./peer/InboundRequest.ts"
import type { RequestOptions } from "./peer/OutboundRequests.ts"
import type { ClientCapabilities } from "./protocol/Capabilities.ts"
import type { Implementation } from "./protocol/Implementation.ts"
import type { InitializeResult } from "./protocol/Initialize.ts"
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "./protocol/Methods.ts"
import * as ProtocolError from "./ProtocolError.ts"
import * as Gate from "./revision/Gate.ts"
import * as Revision from "./revision/Revision.ts"
import * as Revisions from "./revision/Revisions.ts"
import * as SessionError from "./SessionError.ts"
import type { Transport } from "./Transport.ts"

/**
 * What a client does when the server asks it something.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestHandlers = {
  readonly [M in keyof ServerRequests]?: (
    params: ServerRequests[M]["params"]
  ) => Effect.Effect<ServerRequests[M]["result"], ProtocolError.ProtocolError>
}

/**
 * What a client does when the server tells it something.
 *
 * @category models
 * @since 0.1.0
 */
export type NotificationHandler = <M extends keyof ServerNotifications>(
  method: M,
  params: ServerNotifications[M]["params"]
) => Effect.Effect<void>

/**
 * What a client is made of. `protocolVersion` is the revision it asks for; the newest of the session era by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly transport: Transport["Service"]
  readonly info?: Implementation
  readonly capabilities?: ClientCapabilities
  readonly protocolVersion?: string
  readonly requests?: RequestHandlers
  readonly onNotification?: NotificationHandler
}

/**
 * A connected client.
 *
 * @category models
 * @since 0.1.0
 */
export interface Client {
  /** What the server said of itself. */
  readonly server: InitializeResult
  readonly revision: Revision.Revision
  /** Asks the server. Interruption cancels the request (CANC-1). */
  readonly request: <M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: RequestOptions
  ) => Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError>
  /** Tells the server. */
  readonly notify: <M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M]["params"]
  ) => Effect.Effect<void>
}

/**
 * Connects: runs the transport, negotiates, and says that the client is ready (INIT-1 to INIT-3). The connection ends with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Client, SessionError.SessionError, Scope.Scope> {
  const capabilities = options.capabilities ?? {}
  const asked = Revisions.negotiate(options.protocolVersion ?? Revisions.latestOfSessionEra.version)
  // what is spoken: first the revision asked for, then the one the server answered with
  const spoken = { revision: asked }
  const peer = yield* Peer.make({
    transport: options.transport,
    dispatch: (request) => answer(options.requests ?? {}, spoken.revision, request),
    notification: (method, params) => {
      const known = spoken.revision.serverNotifications.get(method)?.params.decode(params)
      return known === undefined || Result.isFailure(known) || options.onNotification === undefined
        ? Effect.void
        // the codec of a method decodes to that method's params
        : options.onNotification(method as keyof ServerNotifications, known.success as never)
    },
    encodeError: (error) => ProtocolError.toErrorObject(error, spoken.revision),
    encodeNotification: (method, params) => spoken.revision.clientNotifications.get(method)?.params.encode(params),
    batching: () => spoken.revision.batching,
    context: yield* Effect.context<never>()
  })
  yield* Effect.forkIn(
    Effect.ensuring(
      options.transport.run((json, context) => peer.receive(json, context)),
      Effect.sync(() => peer.disconnect())
    ),
    yield* Effect.scope
  )

  const send = <M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    requestOptions: RequestOptions | undefined,
    server: InitializeResult["capabilities"] | undefined
  ): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> =>
    Effect.suspend(() => {
      const { revision } = spoken
      const codec = Revision.clientRequest(revision, method)
      if (codec === undefined) {
        return SessionError.fail(
          new SessionError.NotAllowed({ message: `${method} is not part of revision ${revision.version}` })
        )
      }
      if (server !== undefined && !Gate.isOpen(codec.gate, { client: capabilities, server })) {
        return SessionError.fail(
          new SessionError.CapabilityMissing({ capability: codec.gate?.path.join(".") ?? method })
        )
      }
      return Effect.flatMap(peer.request(method, codec.params.encode(params), requestOptions), (wire) => {
        const result = codec.result.decode(wire)
        return Result.isSuccess(result)
          ? Effect.succeed(result.success)
          : SessionError.fail(new SessionError.InvalidAnswer({ method, message: result.failure }))
      })
    })

  const server = yield* send(
    "initialize",
    {
      protocolVersion: asked.version,
      capabilities,
      clientInfo: options.info ?? { name: "mcp-effect", version: "0.1.0" }
    },
    undefined,
    undefined
  )
  const negotiated = Revisions.byVersion(server.protocolVersion)
  if (negotiated === undefined || negotiated.era !== "session") {
    return yield* SessionError.fail(
      new SessionError.NotAllowed({ message: `The server answered with revision ${server.protocolVersion}` })
    )
  }
  spoken.revision = negotiated
  yield* peer.notify("notifications/initialized")
  return {
    server,
    revision: negotiated,
    request: (method, params, requestOptions) => send(method, params, requestOptions, server.capabilities),
    notify: (method, params) =>
      Effect.suspend(() => {
        const codec = Revision.clientNotification(negotiated, method)
        return codec === undefined ? Effect.void : peer.notify(method, codec.params.encode(params))
      })
  }
})

const answer = (
  handlers: RequestHandlers,
  revision: Revision.Revision,
  request: InboundRequest
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  if (request.method === "ping") return Effect.succeed({})
  const codec = revision.serverRequests.get(request.method)
  const handler = handlers[request.method as keyof ServerRequests] as
    | ((params: unknown) => Effect.Effect<unknown, ProtocolError.ProtocolError>)
    | undefined
  if (codec === undefined || handler === undefined) return Effect.fail(ProtocolError.methodNotFound(request.method))
  const params = codec.params.decode(request.params)
  return Result.isFailure(params)
    ? Effect.fail(ProtocolError.invalidParams(`Invalid params: ${params.failure}`))
    : Effect.map(handler(params.success), (result) => codec.result.encode(result))
}
