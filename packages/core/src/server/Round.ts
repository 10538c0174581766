/**
 * A `Round` is one run of a handler in the stateless era: it goes on as far as the client's answers reach, and ends in a result or in questions.
 *
 * Questions that wait together go out together (MRTR-4): the round ends when the handler has nothing left to run. What else it was doing then is cut off and
 * happens again in the next round, at least once in all, unless it is journaled (`Journal.once`).
 *
 * It is not how the session era asks (`ReverseRequests`), and a handler cannot tell the difference.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scheduler from "effect/Scheduler"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import { ElicitResult } from "../protocol/Elicitation.ts"
import type { InputRequest, InputRequiredResult, InputResponseParams } from "../protocol/InputRequired.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import { ListRootsResult } from "../protocol/Root.ts"
import { CreateMessageResult } from "../protocol/Sampling.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ExitCodec, Question, QuestionOptions } from "../RequestContext.ts"
import { type Binding, RequestState } from "../RequestState.ts"
import * as Codec from "../revision/Codec.ts"
import * as CanonicalJson from "../schema/CanonicalJson.ts"
import type { Caller } from "./Caller.ts"
import * as ContentDigest from "./ContentDigest.ts"
import { type Asked, Journal } from "./Journal.ts"
import { Quiescence } from "./Quiescence.ts"
import * as ResultEnvelope from "./ResultEnvelope.ts"

const answers: ReadonlyMap<string, Pick<Codec.Codec<unknown>, "decode">> = new Map<
  InputRequest["method"],
  Pick<Codec.Codec<unknown>, "decode">
>([
  ["elicitation/create", Codec.make(ElicitResult)],
  ["sampling/createMessage", Codec.make(CreateMessageResult)],
  ["roots/list", Codec.make(ListRootsResult)]
])

interface Waiting {
  readonly asked: Asked
  readonly question: InputRequest
  readonly answer: unknown
  readonly resume: (exit: Exit.Exit<unknown>) => void
}

const changed = ProtocolError.invalidParams(
  "requestState does not fit what serves the request now; send the request again without it"
)

const cutOff: Exit.Exit<never> = Exit.interrupt()

/**
 * One run of a handler.
 *
 * @category models
 * @since 0.1.0
 */
export class Round {
  readonly #caller: Caller
  readonly #request: InboundRequest
  readonly #codec: Codec.Codec<InputRequiredResult>
  readonly #params: InputResponseParams
  readonly #quiescence: Quiescence
  readonly #waiting = new Map<string, Waiting>()
  #journal = Journal.empty()
  #principal: Principal
  #isOver = false

  private constructor(
    caller: Caller,
    request: InboundRequest,
    codec: Codec.Codec<InputRequiredResult>,
    params: InputResponseParams
  ) {
    this.#caller = caller
    this.#request = request
    this.#codec = codec
    this.#params = params
    this.#principal = caller.negotiated.session.principal
    this.#quiescence = new Quiescence(Context.get(request.context, Scheduler.Scheduler), () => this.#rest())
  }

  /** The round of a request, whose handler is then run so that its rest is noticed. */
  static make(
    caller: Caller,
    request: InboundRequest,
    codec: Codec.Codec<InputRequiredResult>,
    params: InputResponseParams
  ): Round {
    const round = new Round(caller, request, codec, params)
    request.context = Context.add(request.context, Scheduler.Scheduler, round.#quiescence)
    return round
  }

  /** Runs the handler with the answers that the client has brought. */
  run<A>(handler: Effect.Effect<A, ProtocolError.ProtocolError>): Effect.Effect<A, ProtocolError.ProtocolError> {
    return Effect.flatMap(CurrentPrincipal, (principal) => {
      this.#principal = principal
      const { requestState } = this.#params
      return requestState === undefined ? this.#finish(handler) : this.#resume(requestState, handler)
    })
  }

  #resume<A>(
    requestState: string,
    handler: Effect.Effect<A, ProtocolError.ProtocolError>
  ): Effect.Effect<A, ProtocolError.ProtocolError> {
    return Effect.acquireUseRelease(
      Effect.catch(this.#states.open(requestState, this.#binding), (error) =>
        Effect.andThen(
          Effect.logDebug("Refused a requestState", error),
          Effect.fail(ProtocolError.invalidParams(error.message))
        )),
      ({ journal }) => {
        const known = Journal.parse(journal)
        if (known === undefined) return Effect.fail(changed)
        this.#journal = known
        const misfit = this.#takeResponses()
        return misfit === undefined ? this.#finish(handler) : Effect.fail(misfit)
      },
      // a client that has gone before it saw an answer may send its retry again
      ({ release }, exit) => Exit.hasInterrupts(exit) && !this.#isOver ? release : Effect.void
    )
  }

  // Answers are taken to what was asked, and nothing else (MRTR-26); what is missing is asked again (MRTR-27).
  #takeResponses(): ProtocolError.ProtocolError | undefined {
    const responses = this.#params.inputResponses ?? {}
    for (const { digest, key, method } of this.#journal.asked) {
      const answer = Object.hasOwn(responses, key) ? answers.get(method)?.decode(responses[key]) : undefined
      if (answer === undefined) continue
      if (Result.isFailure(answer)) {
        return ProtocolError.invalidParams(`The input response ${key.slice(0, 128)} is not valid: ${answer.failure}`)
      }
      this.#journal.answer(key, digest, answer.success)
    }
    return undefined
  }

  // A handler that did not come to all that is in its journal is not the one that wrote it.
  #finish<A>(handler: Effect.Effect<A, ProtocolError.ProtocolError>): Effect.Effect<A, ProtocolError.ProtocolError> {
    return Effect.flatMap(handler, (result) => this.#journal.hasUnseen ? Effect.fail(changed) : Effect.succeed(result))
  }

  get #states(): RequestState["Service"] {
    return Context.get(this.#caller.registry.context, RequestState)
  }

  get #binding(): Binding {
    const { _meta, inputResponses: _, requestState: __, ...params } = this.#params
    return { principal: this.#principal, method: this.#request.method, params }
  }

  /** The client's answer, if it is known and fits; else the question waits for the end of the round. */
  ask<M extends Question, A>(
    method: M,
    params: ServerRequests[M]["params"],
    options: QuestionOptions<M, A> | undefined
  ): Effect.Effect<A> {
    return Effect.suspend(() => {
      if (this.#isOver) return cutOff
      const question = this.#question(method, params)
      const content = CanonicalJson.stringify(question)
      // counted in the order of asking, which is the same in every run; the digest takes its time
      const count = this.#journal.count(options?.key ?? content)
      return Effect.flatMap(this.#held(ContentDigest.make(content)), (digest) => {
        const name = options?.key ?? digest
        return this.#fitting(question, digest, count === 1 ? name : `${name}#${count}`, options?.decode)
      })
    })
  }

  // As the client will see it: what is left out for it is no part of the question.
  #question<M extends Question>(method: M, params: ServerRequests[M]["params"]): InputRequest {
    const encoded: InputRequiredResult = this.#codec.encode({
      // the method and its params are typed by each other
      inputRequests: { question: { method, params } as InputRequest },
      resultType: "input_required"
    })
    return encoded.inputRequests!["question"]!
  }

  #fitting<M extends Question, A>(
    question: InputRequest,
    digest: string,
    key: string,
    decode: QuestionOptions<M, A>["decode"]
  ): Effect.Effect<A> {
    // it was decoded as an answer to this method when it came
    const answer = this.#answerTo(question, digest, key) as Effect.Effect<ServerRequests[M]["result"]>
    // without `decode`, `A` is the answer itself
    if (decode === undefined) return answer as Effect.Effect<never>
    return Effect.flatMap(answer, (answer) =>
      Effect.catch(decode(answer), () => {
        this.#journal.forget(key)
        return this.#fitting(question, digest, key, decode)
      }))
  }

  #answerTo(question: InputRequest, digest: string, key: string): Effect.Effect<unknown> {
    return Effect.callback<unknown>((resume) => {
      const known = this.#journal.find(key)
      if (known !== undefined && known.digest !== digest) return this.#endWith(Effect.fail(changed))
      this.#waiting.set(key, {
        asked: { key, digest, method: question.method },
        question,
        answer: known?.answer,
        resume
      })
      this.#quiescence.watch()
      return Effect.sync(() => this.#waiting.delete(key))
    })
  }

  /** Runs an effect once for all rounds. */
  once<A, E, R>(key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      if (this.#isOver) return cutOff
      const name = `${key}#${this.#journal.count(`once:${key}`)}`
      if (this.#journal.hasDone(name)) return Effect.flatten(codec.decode(this.#journal.done(name)))
      return this.#held(
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(
            Effect.exit(restore(effect)),
            (exit) =>
              Effect.flatMap(codec.encode(exit), (json) => {
                if (json !== undefined) this.#journal.did(name, json)
                return exit
              })
          )
        )
      )
    })
  }

  // What is under way here does not let the round end.
  #held<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      this.#quiescence.hold()
      return Effect.ensuring(effect, Effect.sync(() => this.#quiescence.release()))
    })
  }

  // Answers that are known are given out together, as they would have come in; without any, the questions go to the client.
  #rest(): void {
    const waiting = Array.from(this.#waiting.values())
    const answered = waiting.filter(({ answer }) => answer !== undefined)
    if (answered.length > 0) {
      for (const { answer, asked, resume } of answered) {
        this.#waiting.delete(asked.key)
        resume(Exit.succeed(answer))
      }
      if (this.#waiting.size > 0) this.#quiescence.watch()
      return
    }
    if (waiting.length > 0) this.#endWith(this.#journal.hasLost ? Effect.fail(changed) : this.#inputRequired(waiting))
  }

  #endWith(instead: Effect.Effect<unknown, ProtocolError.ProtocolError>): void {
    if (this.#isOver) return
    const waiting = Array.from(this.#waiting.values())
    this.#isOver = true
    this.#waiting.clear()
    this.#request.suspend(instead)
    // what cannot be interrupted goes on from its question all the same: as one that was interrupted there
    for (const { resume } of waiting) resume(cutOff)
  }

  #inputRequired(waiting: ReadonlyArray<Waiting>): Effect.Effect<unknown, ProtocolError.ProtocolError> {
    return Effect.matchEffect(
      Effect.suspend(() =>
        this.#states.seal(this.#journal.stringify(waiting.map(({ asked }) => asked)), this.#binding)
      ),
      {
        onFailure: (error) =>
          Effect.andThen(
            Effect.logError("What is known of a call does not fit its requestState", error),
            Effect.fail(ProtocolError.internalError())
          ),
        onSuccess: (requestState) => {
          const inputRequests = Object.fromEntries(waiting.map(({ asked, question }) => [asked.key, question]))
          return Effect.sync(() =>
            this.#codec.encode({
              inputRequests,
              requestState,
              resultType: "input_required",
              _meta: ResultEnvelope.withServerInfo(this.#caller, {})
            })
          )
        }
      }
    )
  }
}
