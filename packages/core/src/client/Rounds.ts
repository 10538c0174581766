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
import * as Result from "effect/Result"
import * as Peer from "../Peer.ts"
import * as InputRequired from "../protocol/InputRequired.ts"
import type { ClientRequests } from "../protocol/Methods.ts"
import type { RequestMeta } from "../protocol/RequestMeta.ts"
import type { RequestCodec } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import * as CallDeadline from "./CallDeadline.ts"
import type { CallerOptions } from "./Caller.ts"
import type * as RequiredElicitations from "./RequiredElicitations.ts"
import * as ResultType from "./ResultType.ts"
import * as ReverseRequests from "./ReverseRequests.ts"

/**
 * What they need of the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asking extends RequiredElicitations.Asking {
  readonly options: { readonly maxRounds: number; readonly limits: Partial<Peer.Limits> | undefined }
  /** The `_meta` of each request. */
  readonly meta: RequestMeta
}

interface Retry {
  readonly inputResponses?: InputRequired.InputResponses
  readonly requestState?: string
}

interface Round {
  /** How often the server has asked for input before. */
  readonly number: number
  /** How often in a row it asked for nothing but to be asked again. */
  readonly waits: number
  readonly params: object
}

/**
 * How long to wait before a request is sent again that the server has asked nothing about, in milliseconds: nothing the first time (MRTR-17), then
 * `first`, and each time twice as long, up to `longest`.
 *
 * @category constants
 * @since 0.1.0
 */
export const backoff = { first: 100, longest: 5000 } as const

/**
 * Sends a request, and goes through its rounds. `maxTimeout` counts from the first request to the last answer (MRTR-29).
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
  const { limits, maxRounds } = connection.options
  // as many as a server may ask in a session
  const maxQuestions = limits?.maxUnanswered ?? Peer.defaultLimits.maxUnanswered
  const inputRequired = InputRequired.methods.has(method) ? connection.revision.inputRequired : undefined
  const sent = rising(options)
  return CallDeadline.make(method, options, (deadline) => {
    // each time all of it again, and another id (MRTR-21, MRTR-24)
    const _meta = metaOf(connection, params._meta)
    const send = (round: Round): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> =>
      Effect.flatMap(
        // with the answers, they are still the params of this method
        connection.send(method, codec.params.encode({ ...round.params, _meta } as typeof params), sent),
        (wire) => {
          if (inputRequired !== undefined && ResultType.of(wire) === "input_required") {
            const asked = inputRequired.decode(wire)
            if (Result.isFailure(asked)) return invalid(method, asked.failure)
            const { inputRequests, requestState } = asked.success
            if (inputRequests === undefined && requestState === undefined) {
              return invalid(method, "it asks for input, and does not say for which (MRTR-3)")
            }
            const questions = countOf(asked.success)
            if (questions > maxQuestions) {
              return invalid(
                method,
                `it asks ${questions} questions at a time, and at most ${maxQuestions} are answered`
              )
            }
            if (round.number === maxRounds) {
              return SessionError.fail(new SessionError.TooManyRounds({ method, rounds: maxRounds }))
            }
            const next = Effect.flatMap(answers(connection, method, asked.success, round.waits), (retry) =>
              send({
                number: round.number + 1,
                waits: isQuestion(asked.success) ? 0 : round.waits + 1,
                params: { ...original(params), ...retry }
              }))
            return round.number === 0 ? deadline(next) : next
          }
          const result = ResultType.decodeComplete(codec.result, wire)
          return Result.isFailure(result) ? invalid(method, result.failure) : Exit.succeed(result.success)
        }
      )
    return send({ number: 0, waits: 0, params })
  })
}

// What a client is, it says itself; from which level on it wants to hear of one request, who makes that may say.
const metaOf = ({ meta, registry: { logLevel } }: Asking, given: RequestMeta | undefined): RequestMeta => {
  if (logLevel === undefined) return given === undefined ? meta : { ...given, ...meta }
  return { "io.modelcontextprotocol/logLevel": logLevel, ...given, ...meta }
}

// Who sent the request may have brought answers and a state to an earlier one: these were for that alone (MRTR-20).
const original = (params: object): object => {
  const { inputResponses: _, requestState: __, ...rest } = params as InputRequired.InputResponseParams
  return rest
}

/**
 * Options for what is sent more than once: the handler begins anew each time, and so does what it reports, but who hears it made one request (PROG-5).
 *
 * @category combinators
 * @since 0.1.0
 */
export const rising = (options: CallerOptions | undefined): CallerOptions | undefined => {
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

const countOf = ({ inputRequests }: InputRequired.InputRequiredResult): number =>
  inputRequests === undefined ? 0 : Object.keys(inputRequests).length

const isQuestion = (asked: InputRequired.InputRequiredResult): boolean => countOf(asked) > 0

// All of them before the request goes on (MRTR-16); the keys are the server's (MRTR-18).
const answers = (
  connection: Asking,
  method: string,
  asked: InputRequired.InputRequiredResult,
  waits: number
): Effect.Effect<Retry, SessionError.SessionError> => {
  const { inputRequests, requestState } = asked
  const state = requestState === undefined ? undefined : { requestState }
  if (inputRequests === undefined || !isQuestion(asked)) {
    const retry = { ...(inputRequests === undefined ? undefined : { inputResponses: {} }), ...state }
    const delay = waits === 0 ? 0 : Math.min(backoff.first * 2 ** (waits - 1), backoff.longest)
    return delay === 0 ? Effect.succeed(retry) : Effect.as(Effect.sleep(delay), retry)
  }
  return Effect.matchEffect(
    Effect.forEach(
      Object.entries(inputRequests),
      ([key, question]) =>
        Effect.map(ReverseRequests.answer(connection, question), (response) => [key, response] as const),
      // how many at a time is up to the connection
      { concurrency: "unbounded" }
    ),
    {
      onSuccess: (responses) => Effect.succeed<Retry>({ inputResponses: Object.fromEntries(responses), ...state }),
      onFailure: ({ message }) => SessionError.fail(new SessionError.InputNotGiven({ method, message }))
    }
  )
}
