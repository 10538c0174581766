/**
 * What a server asks is answered here, by the handlers of the client: over a session as a request of its own, in the stateless era as part of the
 * round of another request.
 *
 * It does not know what the questions are about.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type * as Semaphore from "effect/Semaphore"
import type { Peer } from "../Peer.ts"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { InputRequest, InputResponse } from "../protocol/InputRequired.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Codec from "../revision/Codec.ts"
import * as MethodTable from "../revision/MethodTable.ts"
import type { Revision } from "../revision/Revision.ts"
import * as Revisions from "../revision/Revisions.ts"
import type { ServerDescription } from "./Caller.ts"
import type { Question, Registry } from "./Registry.ts"

/**
 * What it needs of the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answering {
  readonly peer: Peer
  readonly registry: Registry["Service"]
  /** As many questions of rounds are answered at a time as requests of a server in a session. */
  readonly questions: Semaphore.Semaphore
  /** What was negotiated, or undefined before it is. */
  readonly current: { readonly revision: Revision; readonly server: ServerDescription } | undefined
}

/**
 * Gives the work that a request of the server stands for.
 *
 * @category handlers
 * @since 0.1.0
 */
export const dispatch = (
  connection: Answering,
  request: InboundRequest
): Effect.Effect<unknown, ProtocolError.ProtocolError> => {
  const { method } = request
  if (method === "ping") return Exit.succeed({})
  const revision = connection.current?.revision ?? Revisions.latestOfSessionEra
  const codec = revision.serverRequests.get(method)
  const handler = connection.registry.handler(method)
  if (codec === undefined || handler === undefined) return Effect.fail(ProtocolError.methodNotFound(method))
  const params = codec.params.decode(request.params)
  if (Result.isFailure(params)) return Effect.fail(ProtocolError.invalidParams(`Invalid params: ${params.failure}`))
  return connection.peer.hold(Effect.map(
    // the codec of a method decodes to that method's params
    Effect.suspend(() => handler(params.success as never, connection.current?.server)),
    (result) => codec.result.encode(result)
  ))
}

const results: { readonly [method in Question]: { readonly encode: (result: unknown) => object } } = {
  "elicitation/create": Codec.make(MethodTable.serverRequests["elicitation/create"].result),
  "sampling/createMessage": Codec.make(MethodTable.serverRequests["sampling/createMessage"].result),
  "roots/list": Codec.make(MethodTable.serverRequests["roots/list"].result)
}

/**
 * Answers a question that came as data, with the result as it is. What no handler is there for was not declared, and is not asked.
 *
 * Whatever goes wrong in the handler has gone wrong there, and not in who made the request that the question came with: the log has it.
 *
 * @category handlers
 * @since 0.1.0
 */
export const answer = (
  connection: Answering,
  { method, params }: InputRequest
): Effect.Effect<InputResponse, ProtocolError.ProtocolError> => {
  const handler = connection.registry.handler(method)
  if (handler === undefined) return Effect.fail(ProtocolError.methodNotFound(method))
  return Effect.suspend(() =>
    // a question has the params of its method, and its handler gives the result of it
    Effect.map(
      handler((params ?? {}) as never, connection.current?.server),
      (result) => results[method].encode(result) as InputResponse
    )
  ).pipe(
    connection.questions.withPermit,
    Effect.catchCause((cause) => {
      const error = Cause.findErrorOption(cause)
      return error._tag === "Some"
        ? Effect.fail(error.value)
        : Effect.andThen(
          // a logger that fails does not keep the error back
          Effect.ignoreCause(Effect.logError(`A question of the server was not answered: ${method}`, cause)),
          // it is told to who made the request, and to no server
          Effect.fail(ProtocolError.internalError(`The handler of ${method} failed; the log says why`))
        )
    })
  )
}
