/**
 * A `Round` is one run of a handler in the stateless era: it goes on as far as the client's answers reach, and ends in a result or in questions.
 *
 * Questions that wait together go out together (MRTR-4): the round ends when the handler has nothing left to run. What else it was waiting for
 * then is cut off and happens again in the next round, at least once in all, unless it is journaled (`Journal.once`).
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
import * as Predicate from "effect/Predicate"
import * as Scheduler from "effect/Scheduler"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import type { InputRequest, InputRequiredResult, InputResponseParams } from "../protocol/InputRequired.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import type * as ProtocolError from "../ProtocolError.ts"
import type { ExitCodec, Question, QuestionOptions } from "../RequestContext.ts"
import type * as Codec from "../revision/Codec.ts"
import * as CanonicalJson from "../schema/CanonicalJson.ts"
import type { Caller } from "./Caller.ts"
import * as ContentDigest from "./ContentDigest.ts"
import { type Asked, type Entry, type Journal, keyOf } from "./Journal.ts"
import { Quiescence } from "./Quiescence.ts"
import { failChanged, RoundState } from "./RoundState.ts"

interface Pending extends Asked {
  readonly question: InputRequest
  /** In the order of asking: digests take different times. */
  readonly order: number
}

interface Waiting extends Pending {
  readonly known: Entry | undefined
  readonly resume: (effect: Effect.Effect<unknown>) => void
}

// Nobody is left to be asked. Not an interruption of the fiber itself: who asks may be working for other requests too.
const cutOff: Effect.Effect<never> = Exit.interrupt()

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
  readonly #state: RoundState
  readonly #quiescence: Quiescence
  readonly #waiting = new Map<string, Waiting>()
  #asks = 0
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
    this.#state = new RoundState(caller, request, params)
    this.#quiescence = new Quiescence(Context.get(request.context, Scheduler.Scheduler), () => this.#rest())
  }

  /** The round of a request, whose work is then run so that its rest is noticed. */
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

  get #journal(): Journal {
    return this.#state.journal
  }

  /** Runs the handler with the answers that the client has brought. */
  run<A>(handler: Effect.Effect<A, ProtocolError.ProtocolError>): Effect.Effect<A, ProtocolError.ProtocolError> {
    return Effect.andThen(this.#state.open, handler)
  }

  /** Runs all of the work on the request, with what is around its handler and may ask too. */
  around<A>(work: Effect.Effect<A, ProtocolError.ProtocolError>): Effect.Effect<A, ProtocolError.ProtocolError> {
    // without a state there is nothing to come to again, and nothing to give back
    if (!this.#state.isCarried) return work
    return Effect.onExit(
      Effect.flatMap(work, (result) => {
        const { unmet } = this.#journal
        return unmet === undefined
          ? Effect.succeed(result)
          : failChanged(this.#request, `did not come to ${quoted(unmet)} again`)
      }),
      () => this.#state.releaseIfUnheard
    )
  }

  /** The client's answer, if it is known and fits; else the question waits for the end of the round. */
  ask<M extends Question, A>(
    method: M,
    params: ServerRequests[M]["params"],
    options: QuestionOptions<M, A> | undefined
  ): Effect.Effect<A> {
    return Effect.suspend(() => {
      const question = this.#question(method, params)
      const content = CanonicalJson.stringify(question)
      // counted in the order of asking, which is the same in every run; what comes next takes its time
      const count = this.#journal.count(options?.key ?? content)
      const order = this.#asks++
      return Effect.flatMap(
        this.#held(Effect.andThen(this.#ready, ContentDigest.make(content))),
        (digest) => {
          const key = keyOf(options?.key ?? digest, count)
          return this.#fitting({ key, digest, method, question, order }, options?.decode)
        }
      )
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
    pending: Pending,
    decode: QuestionOptions<M, A>["decode"]
  ): Effect.Effect<A> {
    // it was decoded as an answer to this method when it came
    const answer = this.#answerTo(pending) as Effect.Effect<ServerRequests[M]["result"]>
    // without `decode`, `A` is the answer itself
    if (decode === undefined) return answer as Effect.Effect<never>
    return Effect.flatMap(answer, (answer) =>
      Effect.catch(decode(answer), () => {
        this.#journal.forget(pending.key)
        return this.#fitting(pending, decode)
      }))
  }

  #answerTo(pending: Pending): Effect.Effect<unknown> {
    const { digest, key } = pending
    return Effect.suspend(() => {
      if (this.#isOver) return cutOff
      // a client that brings answers without a state knows what it will be asked: they are to the questions of their keys
      const misfit = this.#state.take(pending)
      if (misfit !== undefined) return this.#endWith(Effect.fail(misfit))
      const known = this.#journal.find(key)
      if (known !== undefined && known.digest !== digest) {
        return this.#endWith(failChanged(this.#request, `asks something else as ${quoted(key)} than it did`))
      }
      if (this.#waiting.has(key)) return Effect.die(new Error(`Two questions have the key ${key}`))
      return Effect.callback<unknown>((resume) => {
        this.#waiting.set(key, { ...pending, known, resume })
        this.#quiescence.watch()
        return Effect.sync(() => this.#waiting.delete(key))
      })
    })
  }

  /** Runs an effect once for all rounds. */
  once<A, E, R>(key: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      const name = `${key}#${this.#journal.count(`once:${key}`)}`
      const done = Effect.suspend((): Effect.Effect<A, E, R> => {
        if (this.#isOver) return cutOff
        if (!this.#journal.hasDone(name)) return this.#noted(name, codec, effect)
        return Effect.flatten(
          Effect.catch(
            codec.decode(this.#journal.done(name)),
            () =>
              this.#endWith(
                failChanged(this.#request, `has another Schema for Journal.once(${quoted(key)}) than it had`)
              )
          )
        )
      })
      return Effect.andThen(this.#held(this.#ready), done)
    })
  }

  // The round does not end before it is known how it ended.
  #noted<A, E, R>(name: string, codec: ExitCodec<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.#held(Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        Effect.exit(restore(effect)),
        (exit) =>
          Effect.flatMap(codec.encode(exit), (json) => {
            if (json !== undefined) this.#journal.did(name, json)
            return exit
          })
      )
    ))
  }

  // What is under way here does not let the round end.
  #held<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.acquireUseRelease(
      Effect.sync(() => this.#quiescence.hold()),
      () => effect,
      () => Effect.sync(() => this.#quiescence.release())
    )
  }

  // A question has no way to fail with what is wrong with the whole request.
  get #ready(): Effect.Effect<void> {
    return Effect.catch(this.#state.open, (error) => this.#endWith(Effect.fail(error)))
  }

  // Known answers are given out as they came in, those of one round together; without any, the questions go to the client.
  #rest(): void {
    const waiting = Array.from(this.#waiting.values()).sort((self, that) => self.order - that.order)
    const round = waiting.reduce((first, { known }) => Math.min(first, known?.round ?? Infinity), Infinity)
    if (round < Infinity) {
      for (const { key, known, resume } of waiting) {
        if (known?.round !== round) continue
        this.#waiting.delete(key)
        resume(Effect.succeed(known.answer))
      }
      if (this.#waiting.size > 0) this.#quiescence.watch()
    } else if (waiting.length > 0) {
      const { lost } = this.#journal
      this.#end(
        lost === undefined
          ? this.#inputRequired(waiting)
          : failChanged(
            this.#request,
            `did not come to ${quoted(lost)} again, and asks ${textOf(waiting[0]!.question)}`
          )
      )
    }
  }

  #endWith(instead: Effect.Effect<never, ProtocolError.ProtocolError>): Effect.Effect<never> {
    return Effect.suspend(() => {
      this.#end(instead)
      return cutOff
    })
  }

  #end(instead: Effect.Effect<unknown, ProtocolError.ProtocolError>): void {
    if (this.#isOver) return
    const waiting = Array.from(this.#waiting.values())
    this.#isOver = true
    this.#waiting.clear()
    this.#request.suspend(instead)
    // what the end of the request does not interrupt goes on from its question all the same
    for (const { resume } of waiting) resume(cutOff)
  }

  #inputRequired(waiting: ReadonlyArray<Waiting>): Effect.Effect<object, ProtocolError.ProtocolError> {
    return Effect.tap(
      Effect.map(this.#state.seal(waiting), (requestState) =>
        this.#codec.encode({
          inputRequests: Object.fromEntries(waiting.map(({ key, question }) => [key, question])),
          requestState,
          resultType: "input_required",
          _meta: this.#caller.server.resultMeta
        })),
      () => this.#state.releaseIfUnheard
    )
  }
}

const quoted = (key: string): string => JSON.stringify(key.slice(0, 128))

// For a log, by which its author finds the place.
const textOf = ({ method, params }: InputRequest): string =>
  Predicate.hasProperty(params, "message") && typeof params.message === "string" ? quoted(params.message) : method
