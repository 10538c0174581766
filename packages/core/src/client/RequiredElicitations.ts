/**
 * A request of the session era that is answered with URLs its user has to go to first (-32042), and is sent again when they have been there.
 *
 * It is not a request for input (`ReverseRequests`, `Rounds`): the request has ended with this, and nothing has been done for it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#url-elicitation-required-error
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { RequestOptions } from "../peer/OutboundRequests.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { RequestCodec, Revision } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import * as CallDeadline from "./CallDeadline.ts"
import type { CallerOptions } from "./Caller.ts"
import * as ReverseRequests from "./ReverseRequests.ts"

/**
 * What it needs of the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asking extends ReverseRequests.Answering {
  readonly revision: Revision
  readonly send: (
    method: string,
    params: object,
    options: RequestOptions | undefined
  ) => Effect.Effect<unknown, SessionError.SessionError>
}

const Data = Schema.Struct({ elicitations: SessionError.UrlElicitationRequired.fields.elicitations })

const decode = Schema.decodeUnknownResult(Data)

/**
 * Sends a request, and once more after the user has been to the URLs that it waits for, where the client does that.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ask = <M extends keyof ClientRequests>(
  connection: Asking,
  method: M,
  codec: RequestCodec<ClientRequests[M]["params"], ClientRequests[M]["result"]>,
  params: ClientRequests[M]["params"],
  options: CallerOptions | undefined
): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> => {
  const onSuccess = (wire: unknown): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> => {
    const result = codec.result.decode(wire)
    return Result.isSuccess(result)
      ? Exit.succeed(result.success)
      : SessionError.fail(new SessionError.InvalidAnswer({ method, message: result.failure }))
  }
  const send = connection.send(method, codec.params.encode(params), options)
  const { elicitationModes } = connection.revision
  if (!elicitationModes.includes("url")) return Effect.flatMap(send, onSuccess)
  const typed = Effect.matchEffect(send, { onSuccess, onFailure: ({ reason }) => SessionError.fail(ofReason(reason)) })
  const { completionTimeout } = connection.registry
  if (completionTimeout === undefined) return typed
  return CallDeadline.make(method, options, (deadline) =>
    Effect.catch(typed, (error) => {
      const { reason } = error
      if (reason._tag !== "UrlElicitationRequired") return Effect.fail(error)
      return deadline(Effect.flatMap(visited(connection, reason), (areVisited) =>
        areVisited
          // they may be done there without a word about it (ELIC-28)
          ? Effect.andThen(Effect.timeoutOption(completed(connection, reason), completionTimeout), typed)
          : Effect.fail(error)))
    }))
}

// One after the other, because each takes the user away; whether they agreed to all of them.
const visited = Effect.fnUntraced(function*(
  connection: Asking,
  { elicitations }: SessionError.UrlElicitationRequired
): Effect.fn.Return<boolean> {
  for (const params of elicitations) {
    const answer = yield* Effect.option(ReverseRequests.answer(connection, { method: "elicitation/create", params }))
    if (answer._tag === "None" || !("action" in answer.value) || answer.value.action !== "accept") return false
  }
  return elicitations.length > 0
})

const completed = (
  connection: Asking,
  { elicitations }: SessionError.UrlElicitationRequired
): Effect.Effect<void> =>
  Effect.forEach(
    elicitations,
    ({ elicitationId }) => connection.registry.completed.await(elicitationId),
    { concurrency: "unbounded", discard: true }
  )

// What does not say where to go is an error like others.
const ofReason = (reason: SessionError.SessionError["reason"]): SessionError.SessionError["reason"] => {
  if (reason._tag !== "ErrorAnswer" || reason.code !== -32042) return reason
  const data = decode(reason.data)
  return Result.isFailure(data)
    ? reason
    : new SessionError.UrlElicitationRequired({ message: reason.message, ...data.success })
}
