/**
 * `StatelessDispatch` serves a request of the stateless era: the request itself says its version and what its client can do.
 *
 * It has no memory: two requests of one connection have nothing to do with each other (VER-6, VER-11).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { MirroredHeaders } from "../MirroredHeaders.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import * as InputRequired from "../protocol/InputRequired.ts"
import { StatelessRequestParams } from "../protocol/RequestMeta.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Codec from "../revision/Codec.ts"
import type { Revision } from "../revision/Revision.ts"
import * as Revisions from "../revision/Revisions.ts"
import * as Telemetry from "../Telemetry.ts"
import type * as Transport from "../Transport.ts"
import * as Caller from "./Caller.ts"
import * as Discover from "./Discover.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Era from "./Era.ts"
import { statelessHandlers } from "./Handlers.ts"
import * as Mirror from "./Mirror.ts"
import * as ResultEnvelope from "./ResultEnvelope.ts"
import { Round } from "./Round.ts"
import type { ServerLive } from "./ServerLive.ts"
import { StatelessCaller } from "./StatelessCaller.ts"

const statelessParams = Codec.make(StatelessRequestParams)

type Refusal = ProtocolError.ProtocolError

/**
 * Gives the work that a request stands for. What is wrong with it is found in the order of HTTP26-35, on every transport.
 *
 * @category handlers
 * @since 0.1.0
 */
export const dispatch = (
  server: ServerLive,
  transport: Transport.Outgoing,
  request: InboundRequest
): Effect.Effect<unknown, Refusal> => {
  const { method } = request
  // a client of the session era, at a server that has none, is told what it could speak (VER-14)
  if (method === "initialize" && !Era.speaksForItself(request.params)) {
    return Effect.fail(unsupported(requestedBy(request)))
  }
  const headers = Context.get(request.context, MirroredHeaders)
  const unversioned = headers && Mirror.withoutVersion(headers)
  if (unversioned !== undefined) return Effect.fail(unversioned)
  const given = statelessParams.decode(request.params)
  if (Result.isFailure(given)) return Effect.fail(ProtocolError.invalidMeta(`Invalid params: ${given.failure}`))
  const { _meta: meta } = given.success
  const version = meta["io.modelcontextprotocol/protocolVersion"]
  const otherVersion = headers && Mirror.otherVersion(headers, version)
  if (otherVersion !== undefined) return Effect.fail(otherVersion)
  const revision = Revisions.byVersion(version)
  if (revision?.era !== "stateless") return Effect.fail(unsupported(version))
  const otherRequest = headers && Mirror.otherRequest(headers, request)
  if (otherRequest !== undefined) return Effect.fail(otherRequest)
  const caller = new StatelessCaller(server, transport, request, meta, revision)
  request.wire = caller
  const codec = revision.clientRequests.get(method)
  const handler = statelessHandlers.get(method)
  if (codec === undefined || handler === undefined || !Caller.isOpen(caller.negotiated, codec.gate)) {
    return Effect.fail(ProtocolError.methodNotFound(method))
  }
  const params = codec.params.decode(request.params)
  if (Result.isFailure(params)) {
    return Effect.fail(ProtocolError.invalidParams(`Invalid params: ${params.failure}`))
  }
  const otherParams = headers && Mirror.otherParams(headers, caller, method, params.success)
  if (otherParams !== undefined) return Effect.fail(otherParams)
  request.target = Telemetry.targetOf(params.success)
  Dispatch.prepare(caller, request)
  const round = roundOf(caller, request, revision, params.success)
  caller.round = round
  const inRound = <A>(work: Effect.Effect<A, Refusal>) => round === undefined ? work : round.run(work)
  const performed = Dispatch.perform(server.registry, {
    request,
    params: params.success,
    session: caller.negotiated.session,
    revision,
    handler: inRound(handler(caller, params.success, request)),
    // who may see what depends on who asks, and so does which headers there are
    handlerFor: (principal) => {
      caller.become(principal)
      const otherParams = headers && Mirror.otherParams(headers, caller, method, params.success)
      return otherParams === undefined ? inRound(handler(caller, params.success, request)) : Effect.fail(otherParams)
    },
    // results of this protocol are objects
    encode: (result) => codec.result.encode(ResultEnvelope.complete(caller, method, result as object))
  })
  return round === undefined ? performed : round.around(performed)
}

// The refusal names the versions that are served in this era (VER-2).
const unsupported = (requested: string): Refusal =>
  ProtocolError.unsupportedProtocolVersion(Discover.supportedVersions, requested)

const requestedBy = ({ params }: InboundRequest): string =>
  Predicate.hasProperty(params, "protocolVersion") && typeof params.protocolVersion === "string"
    ? params.protocolVersion
    : ""

// Where nobody can be asked, and nothing was answered, there are no rounds. The codec has decoded the params of a method that has them.
const roundOf = (
  caller: StatelessCaller,
  request: InboundRequest,
  revision: Revision,
  params: unknown
): Round | undefined => {
  if (revision.inputRequired === undefined || !InputRequired.methods.has(request.method)) return undefined
  const { elicitation, roots, sampling } = caller.negotiated.session.clientCapabilities
  const mayAsk = elicitation !== undefined || sampling !== undefined || roots !== undefined
  return mayAsk || Predicate.hasProperty(params, "requestState")
    ? Round.make(caller, request, revision.inputRequired, params as InputRequired.InputResponseParams)
    : undefined
}
