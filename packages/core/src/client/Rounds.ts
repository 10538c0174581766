/**
 * `Rounds` take a request of the stateless era to its end: while the server asks for input, the client's handlers give it, and the request is
 * sent again with the answers.
 *
 * They do not look into `requestState`, and keep nothing of a round for the next but what the server gave (MRTR-19, MRTR-20).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as InputRequired from "../protocol/InputRequired.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { RequestCodec } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import type { CallerOptions } from "./Caller.ts"
import type { Connection } from "./Connection.ts"
import * as ReverseRequests from "./ReverseRequests.ts"

interface Retry {
  readonly inputResponses?: InputRequired.InputResponses
  readonly requestState?: string
}

/**
 * Sends a request, and goes through its rounds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ask = <M extends keyof ClientRequests>(
  connection: Connection,
  method: M,
  codec: RequestCodec<ClientRequests[M]["params"], ClientRequests[M]["result"]>,
  params: ClientRequests[M]["params"],
  options: CallerOptions | undefined
): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> => {
  const { inputRequired } = connection.negotiated.revision
  const { maxRounds } = connection.options
  const sent = rising(options)
  // each time all of `_meta` again, and another id (MRTR-21, MRTR-24)
  const send = (rounds: number, retry: Retry): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> =>
    Effect.flatMap(
      Effect.suspend(() =>
        connection.peer.request(
          method,
          codec.params.encode({ ...params, ...retry, _meta: { ...connection.meta(), ...params._meta } }),
          sent
        )
      ),
      (wire) => {
        const type = Predicate.hasProperty(wire, "resultType") ? wire.resultType : undefined
        if (type === "input_required" && inputRequired !== undefined && InputRequired.methods.has(method)) {
          const asked = inputRequired.decode(wire)
          if (Result.isFailure(asked)) return invalid(method, asked.failure)
          if (rounds === maxRounds) {
            return SessionError.fail(new SessionError.TooManyRounds({ method, rounds: maxRounds }))
          }
          return Effect.flatMap(answers(connection, method, asked.success), (retry) => send(rounds + 1, retry))
        }
        // a server of an earlier revision does not say what kind of result it is (BASE-25)
        const result = codec.result.decode(type === undefined ? { ...wire as object, resultType: "complete" } : wire)
        if (Result.isFailure(result)) return invalid(method, result.failure)
        return type === undefined || type === "complete"
          ? Exit.succeed(result.success)
          : invalid(method, "it is of a kind that nobody agreed on (BASE-26)")
      }
    )
  return send(0, {})
}

// The handler begins anew in each round, and so does what it reports; who hears it made one request (PROG-5).
const rising = (options: CallerOptions | undefined): CallerOptions | undefined => {
  const onProgress = options?.onProgress
  if (onProgress === undefined) return options
  let last = Number.NEGATIVE_INFINITY
  return {
    ...options,
    onProgress: (update) => {
      if (!(update.progress > last)) return Effect.void
      last = update.progress
      return onProgress(update)
    }
  }
}

const invalid = (method: string, message: string) =>
  SessionError.fail(new SessionError.InvalidAnswer({ method, message }))

// All of them before the request goes on (MRTR-16); the keys are the server's (MRTR-18).
const answers = (
  connection: Connection,
  method: string,
  { inputRequests, requestState }: InputRequired.InputRequiredResult
): Effect.Effect<Retry, SessionError.SessionError> =>
  Effect.map(
    Effect.forEach(
      Object.entries(inputRequests ?? {}),
      ([key, question]) =>
        Effect.map(ReverseRequests.answer(connection, question), (response) => [key, response] as const),
      { concurrency: "unbounded" }
    ),
    (responses): Retry => ({
      ...(inputRequests === undefined ? undefined : { inputResponses: Object.fromEntries(responses) }),
      ...(requestState === undefined ? undefined : { requestState })
    })
  ).pipe(Effect.catch((error) => SessionError.fail(new SessionError.InputNotGiven({ method, message: error.message }))))
