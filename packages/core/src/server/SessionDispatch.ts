/**
 * `SessionDispatch` serves a request of the session era: what was negotiated on the connection says what it may be.
 *
 * Requests that carry everything themselves are not its business (`StatelessDispatch`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#operation
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Revisions from "../revision/Revisions.ts"
import * as Telemetry from "../Telemetry.ts"
import * as Caller from "./Caller.ts"
import type { Connection } from "./Connection.ts"
import * as Dispatch from "./Dispatch.ts"
import { sessionHandlers } from "./Handlers.ts"
import * as Initialize from "./Initialize.ts"

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
  const handler = sessionHandlers.get(method)
  if (
    codec === undefined || handler === undefined ||
    (current !== undefined && !Caller.isOpen(current, codec.gate))
  ) {
    return Effect.fail(ProtocolError.methodNotFound(method))
  }
  const params = codec.params.decode(request.params ?? {})
  if (Result.isFailure(params)) {
    return Effect.fail(ProtocolError.invalidParams(`Invalid params: ${params.failure}`))
  }
  request.target = Telemetry.targetOf(params.success)
  if (current !== undefined) Dispatch.prepare(connection, request)
  return Dispatch.perform(connection.registry, {
    request,
    params: params.success,
    session: current?.session,
    revision,
    handler: handler(connection, params.success, request),
    // `initialize` is answered in the revision that it has just agreed on
    encode: (result) => (connection.current?.revision.clientRequests.get(method) ?? codec).result.encode(result)
  })
}
