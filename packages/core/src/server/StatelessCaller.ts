/**
 * The `StatelessCaller` is whoever sends one request of the stateless era: all that is known of them is what the request says.
 *
 * It is not kept: nothing of it is there for the next request (VER-6, META-15).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as JsonRpc from "../JsonRpc.ts"
import type { InboundRequest, Wire } from "../peer/InboundRequest.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import * as InputRequired from "../protocol/InputRequired.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import type { StatelessRequestMeta } from "../protocol/RequestMeta.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ExitCodec, Question, QuestionOptions } from "../RequestContext.ts"
import type { Revision } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
import { type Caller, encodeNotification, type Negotiated } from "./Caller.ts"
import type { Registry } from "./Registry.ts"
import type { Round } from "./Round.ts"
import type { ServerLive } from "./ServerLive.ts"

/**
 * Whoever sends one request.
 *
 * @category models
 * @since 0.1.0
 */
export class StatelessCaller implements Caller, Wire {
  readonly server: ServerLive
  readonly transport: Transport.Outgoing
  negotiated: Negotiated
  /** Where the handler's questions go; none where there is nobody to answer them. */
  round: Round | undefined = undefined

  constructor(
    server: ServerLive,
    transport: Transport.Outgoing,
    request: InboundRequest,
    meta: StatelessRequestMeta,
    revision: Revision
  ) {
    const clientInfo = meta["io.modelcontextprotocol/clientInfo"]
    const logLevel = meta["io.modelcontextprotocol/logLevel"]
    this.server = server
    this.transport = transport
    this.negotiated = {
      revision,
      capabilities: server.capabilities,
      session: {
        protocolVersion: revision.version,
        clientCapabilities: meta["io.modelcontextprotocol/clientCapabilities"],
        principal: Context.get(request.context, CurrentPrincipal),
        subscriptions: [],
        ...(clientInfo === undefined ? undefined : { clientInfo }),
        ...(logLevel === undefined ? undefined : { logLevel })
      }
    }
  }

  get registry(): Registry["Service"] {
    return this.server.registry
  }

  /** Is whoever middleware says that it is, from here on. */
  become(principal: Principal): void {
    this.negotiated = { ...this.negotiated, session: { ...this.negotiated.session, principal } }
  }

  encodeError(error: ProtocolError.ProtocolError): JsonRpc.ErrorObject {
    const { capabilityError, resourceNotFound } = this.negotiated.revision
    return ProtocolError.toErrorObject(error, { capabilityError, resourceNotFound, urlElicitation: false })
  }

  // a handler says nothing that is not about its request (HTTP26-9), and logs to who asked for it alone (LOG-7)
  encodeNotification(method: string, params: object): object | undefined {
    switch (method) {
      case "notifications/progress":
        return this.encodeNews(method, params)
      case "notifications/message":
        return this.negotiated.session.logLevel === undefined ? undefined : this.encodeNews(method, params)
      default:
        return undefined
    }
  }

  /** Encodes any notification, also those that a subscription alone carries. */
  encodeNews(method: string, params: object): object | undefined {
    return encodeNotification(this.negotiated, method, params)
  }

  ask<M extends Question, A>(
    _request: InboundRequest,
    method: M,
    params: ServerRequests[M]["params"],
    options: QuestionOptions<M, A> | undefined
  ): Effect.Effect<A, SessionError.SessionError> {
    const capability = unmet(method, params, this.negotiated.session.clientCapabilities)
    if (capability !== undefined) return SessionError.fail(new SessionError.CapabilityMissing({ capability }))
    if (!InputRequired.questions.has(method)) {
      return notAllowed(`${method} is not part of protocol revision ${this.negotiated.revision.version}`)
    }
    return this.round === undefined
      ? notAllowed("What serves this request cannot ask for input")
      : this.round.ask(method, params, options)
  }

  once<A, E, R>(key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.round === undefined ? effect : this.round.once(key, codec, effect)
  }
}

// What the client has not declared, it is not asked (MRTR-6).
const unmet = (method: string, params: object, client: ClientCapabilities): string | undefined => {
  const { elicitation, roots, sampling } = client
  switch (method) {
    case "elicitation/create":
      if (elicitation === undefined) return "elicitation"
      return "url" in params && elicitation.url === undefined ? "elicitation.url" : undefined
    case "sampling/createMessage":
      if (sampling === undefined) return "sampling"
      return ("tools" in params || "toolChoice" in params) && sampling.tools === undefined
        ? "sampling.tools"
        : undefined
    case "roots/list":
      return roots === undefined ? "roots" : undefined
    default:
      return undefined
  }
}

const notAllowed = (message: string): Effect.Effect<never, SessionError.SessionError> =>
  SessionError.fail(new SessionError.NotAllowed({ message }))
