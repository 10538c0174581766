/**
 * `Dispatch` performs what a request stands for: its handler, with what that may need, middleware and telemetry around it, and its result encoded.
 *
 * It knows no feature and no era: which handler it is, and what each era asks of a request, is in `SessionDispatch` and `StatelessDispatch`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type * as ProtocolError from "../ProtocolError.ts"
import { RequestContext } from "../RequestContext.ts"
import type { Revision } from "../revision/Revision.ts"
import type { Session } from "../Session.ts"
import type { Caller } from "./Caller.ts"
import * as Pagination from "./Pagination.ts"
import type { Registry } from "./Registry.ts"
import { RequestContextLive } from "./RequestContextLive.ts"
import * as Telemetry from "./Telemetry.ts"

/**
 * Gives the fiber of a request what its handler may need of it.
 *
 * @category handlers
 * @since 0.1.0
 */
export const prepare = (caller: Caller, request: InboundRequest): void => {
  request.context = Context.add(request.context, RequestContext, new RequestContextLive(caller, request))
  // a client that asks for debug messages gets those that the server's own log leaves out
  if (caller.negotiated.session.logLevel === "debug") {
    request.context = Context.add(request.context, References.MinimumLogLevel, "Debug")
  }
}

/**
 * What is performed: a handler's effect for decoded params, and how its result is encoded. `handlerFor` is that of somebody else, where
 * middleware may still say who a request is from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Work {
  readonly request: InboundRequest
  readonly params: unknown
  readonly session: Session | undefined
  readonly handler: Effect.Effect<unknown, ProtocolError.ProtocolError>
  readonly handlerFor?: (principal: Principal) => Effect.Effect<unknown, ProtocolError.ProtocolError>
  readonly revision: Revision
  readonly encode: (result: unknown) => object
}

/**
 * The work that a request stands for, observed, and with all middleware around it.
 *
 * @category handlers
 * @since 0.1.0
 */
export const perform = (
  registry: Registry["Service"],
  work: Work
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  const { encode, params, request, revision, session } = work
  return Telemetry.observe(
    { request, params, sessionId: session?.id, protocolVersion: session?.protocolVersion },
    Effect.flatMapEager(
      around(registry, work),
      (value) => Exit.succeed(Pagination.encoded(value, revision, () => encode(value)))
    )
  )
}

const around = (
  { middleware }: Registry["Service"],
  { handler, handlerFor, params, request, session }: Work
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  request.isQuick = Exit.isExit(handler)
  if (middleware.length === 0) return handler
  const seen = {
    // the tables of handlers hold no other methods
    method: request.method as keyof ClientRequests,
    id: request.id,
    params: params as ClientRequests[keyof ClientRequests]["params"],
    session
  }
  return middleware.reduceRight<Effect.Effect<unknown, ProtocolError.ProtocolError>>(
    // each middleware is generic in the method, and params and result here are those of `request.method`
    (next, run) =>
      // who asks is also what the middleware outside says
      Effect.flatMap(CurrentPrincipal, (principal) =>
        run({ ...seen, principal }, next as Effect.Effect<never, ProtocolError.ProtocolError>)),
    handlerFor === undefined
      ? handler
      : Effect.flatMap(
        CurrentPrincipal,
        (principal) => principal === session?.principal ? handler : handlerFor(principal)
      )
  )
}
