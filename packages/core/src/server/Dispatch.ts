/**
 * `Dispatch` finds what a request stands for: its revision's codec, the handler of its method, and the middleware around it.
 *
 * It knows no feature; each has a file of its own, and the table of handlers names them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#operation
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import * as Result from "effect/Result"
import type { InboundRequest } from "../peer/InboundRequests.ts"
import { CurrentPrincipal } from "../Principal.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import * as ProtocolError from "../ProtocolError.ts"
import { RequestContext } from "../RequestContext.ts"
import * as Gate from "../revision/Gate.ts"
import type { RequestCodec, Revision } from "../revision/Revision.ts"
import * as Revisions from "../revision/Revisions.ts"
import * as Telemetry from "../Telemetry.ts"
import type { Connection, Negotiated } from "./Connection.ts"
import { type Handler, handlers } from "./Handlers.ts"
import * as Initialize from "./Initialize.ts"
import * as Pagination from "./Pagination.ts"
import { RequestContextLive } from "./RequestContextLive.ts"

/**
 * Gives the work that a request stands for.
 *
 * @category handlers
 * @since 0.1.0
 */
export const dispatch = (
  connection: Connection,
  request: InboundRequest
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  const { method } = request
  const { current } = connection
  // before the handshake there is only ping beside it (INIT-19)
  if (current === undefined && method !== "initialize" && method !== "ping") {
    return Effect.fail(ProtocolError.invalidRequest("The session begins with initialize"))
  }
  if (current !== undefined && method === "initialize") {
    return Effect.fail(Initialize.alreadyInitialized)
  }
  const revision = current?.revision ?? Revisions.latestOfSessionEra
  const codec = revision.clientRequests.get(method)
  const handler = handlers.get(method)
  if (
    codec === undefined || handler === undefined ||
    (current !== undefined && !isAdvertised(current, codec))
  ) {
    return Effect.fail(ProtocolError.methodNotFound(method))
  }
  const params = codec.params.decode(request.params ?? {})
  if (Result.isFailure(params)) {
    return Effect.fail(ProtocolError.invalidParams(`Invalid params: ${params.failure}`))
  }
  request.target = Telemetry.targetOf(params.success)
  prepare(connection, request)
  const result = handle(connection, request, handler, params.success)
  return Telemetry.observe({
    request,
    params: params.success,
    sessionId: connection.sessionId,
    protocolVersion: current?.revision.version
  }, encode(connection, codec, revision, result))
}

// What was not advertised does not exist (BASE-17).
const isAdvertised = ({ capabilities, session }: Negotiated, codec: RequestCodec<unknown, unknown>): boolean =>
  Gate.isOpen(codec.gate, { client: session.clientCapabilities, server: capabilities })

// What the fiber of a request of a session runs with.
const prepare = (connection: Connection, request: InboundRequest): void => {
  const { current } = connection
  if (current === undefined) return
  request.context = Context.add(request.context, RequestContext, new RequestContextLive(connection, request))
  // a client that asks for debug messages gets those that the server's own log leaves out
  if (current.session.logLevel === "debug") {
    request.context = Context.add(request.context, References.MinimumLogLevel, "Debug")
  }
}

const handle = (
  connection: Connection,
  request: InboundRequest,
  handler: Handler,
  params: unknown
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  const { middleware } = connection.registry
  const result = handler(connection, params, request)
  request.isQuick = Exit.isExit(result)
  if (middleware.length === 0) return result
  const seen = {
    // `handlers` holds no other methods
    method: request.method as keyof ClientRequests,
    id: request.id,
    params: params as ClientRequests[keyof ClientRequests]["params"],
    session: connection.current?.session
  }
  return middleware.reduceRight<Effect.Effect<unknown, ProtocolError.ProtocolError>>(
    // each middleware is generic in the method, and params and result here are those of `request.method`
    (next, around) =>
      // who asks is also what the middleware outside says
      Effect.flatMap(CurrentPrincipal, (principal) =>
        around({ ...seen, principal }, next as Effect.Effect<never, ProtocolError.ProtocolError>)),
    result
  )
}

const encode = (
  connection: Connection,
  codec: RequestCodec<unknown, unknown>,
  revision: Revision,
  result: Effect.Effect<unknown, ProtocolError.ProtocolError>
): Effect.Effect<unknown, ProtocolError.ProtocolError> =>
  Effect.flatMapEager(result, (value) =>
    Exit.succeed(Pagination.encoded(value, revision, () =>
      // `initialize` is answered in the revision that it has just agreed on
      (connection.current?.revision.clientRequests.get(codec.method) ?? codec).result.encode(value))))
