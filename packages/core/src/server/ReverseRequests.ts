/**
 * Reverse requests: how a handler asks the client in the session era, on the connection that its request came by.
 *
 * It is not how the stateless era asks: there a question is part of a result (`Round`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#operation
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Latch from "effect/Latch"
import * as Result from "effect/Result"
import type { Peer } from "../Peer.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import type { ListRootsResult } from "../protocol/Root.ts"
import type { AskOptions, Question, QuestionOptions } from "../RequestContext.ts"
import * as Revision from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import { isOpen, type Negotiated } from "./Caller.ts"
import type { KnownRoots } from "./Roots.ts"

/**
 * What it needs of the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asking {
  readonly negotiated: Negotiated
  readonly peer: Peer
  /** Open once the client has finished the handshake (INIT-5). */
  readonly ready: Latch.Latch
  readonly roots: KnownRoots
}

/**
 * Asks the client, on the stream of the request whose handler asks. The roots that a client announces changes of are asked for once.
 *
 * @category combinators
 * @since 0.1.0
 */
export const ask = <M extends Question, A>(
  connection: Asking,
  request: InboundRequest,
  method: M,
  params: ServerRequests[M]["params"],
  options: QuestionOptions<M, A> | undefined
): Effect.Effect<A, SessionError.SessionError> => {
  const answer = askOnce(connection, request, method, params, options)
  const decode = options?.decode
  // without `decode`, `A` is the answer itself
  if (decode === undefined) return answer as Effect.Effect<A, SessionError.SessionError>
  return Effect.flatMap(answer, (answer) =>
    Effect.catch(
      decode(answer),
      (message) => SessionError.fail(new SessionError.InvalidAnswer({ method, message }))
    ))
}

const askOnce = <M extends Question>(
  connection: Asking,
  request: InboundRequest,
  method: M,
  params: ServerRequests[M]["params"],
  options: AskOptions | undefined
): Effect.Effect<ServerRequests[M]["result"], SessionError.SessionError> => {
  const asked = send(connection, request, method, params, options)
  if (method !== "roots/list") return asked
  return Effect.suspend(() => {
    const { negotiated, roots } = connection
    const announced = negotiated.session.clientCapabilities.roots?.listChanged === true
    // both ways the result of this one method
    return roots.list(asked as Effect.Effect<ListRootsResult, SessionError.SessionError>, announced) as typeof asked
  })
}

const send = <M extends Question>(
  connection: Asking,
  request: InboundRequest,
  method: M,
  params: ServerRequests[M]["params"],
  options: AskOptions | undefined
): Effect.Effect<ServerRequests[M]["result"], SessionError.SessionError> =>
  Effect.suspend(() => {
    const { revision } = connection.negotiated
    const codec = Revision.serverRequest(revision, method)
    if (codec === undefined) {
      return SessionError.fail(
        new SessionError.NotAllowed({ message: `${method} is not part of protocol revision ${revision.version}` })
      )
    }
    if (!isOpen(connection.negotiated, codec.gate)) {
      return SessionError.fail(
        new SessionError.CapabilityMissing({ capability: codec.gate?.path.join(".") ?? method })
      )
    }
    return connection.ready.await.pipe(
      Effect.andThen(connection.peer.request(
        method,
        codec.params.encode(params),
        { ...options, relatedTo: request.id }
      )),
      Effect.flatMap((wire) => {
        const result = codec.result.decode(wire)
        return Result.isSuccess(result)
          ? Effect.succeed(result.success)
          : SessionError.fail(new SessionError.InvalidAnswer({ method, message: result.failure }))
      })
    )
  })
