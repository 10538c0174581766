/**
 * The `RoundState` is what a round begins with and what it leaves: the journal that the client carries, and the answers that came with it.
 *
 * It does not run the handler (`Round`), and how a journal is sealed is not its business (`RequestState`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { InboundRequest } from "../peer/InboundRequest.ts"
import { CurrentPrincipal, type Principal } from "../Principal.ts"
import { ElicitResult } from "../protocol/Elicitation.ts"
import type { InputRequest, InputResponseParams } from "../protocol/InputRequired.ts"
import { ListRootsResult } from "../protocol/Root.ts"
import { CreateMessageResult } from "../protocol/Sampling.ts"
import * as ProtocolError from "../ProtocolError.ts"
import { type Binding, RequestState } from "../RequestState.ts"
import * as Codec from "../revision/Codec.ts"
import type { Caller } from "./Caller.ts"
import { type Asked, Journal } from "./Journal.ts"

type Decoder = Pick<Codec.Codec<unknown>, "decode">

const answers: ReadonlyMap<string, Decoder> = new Map<InputRequest["method"], Decoder>([
  ["elicitation/create", Codec.make(ElicitResult)],
  ["sampling/createMessage", Codec.make(CreateMessageResult)],
  ["roots/list", Codec.make(ListRootsResult)]
])

const changed = ProtocolError.invalidParams(
  "requestState does not fit what serves the request now; send the request again without it"
)

const tooLarge = ProtocolError.invalidParams("The input responses are too large to be carried to the next round")

/**
 * Fails because the handler is not the one that wrote the journal, and tells its author what it has done instead: a handler has to decide by its
 * arguments, its answers and what is journaled alone.
 *
 * @category errors
 * @since 0.1.0
 */
export const failChanged = (
  request: InboundRequest,
  instead: string
): Effect.Effect<never, ProtocolError.ProtocolError> =>
  Effect.andThen(Effect.logWarning(`The handler of ${nameOf(request)} ${instead}. ${because}`), Effect.fail(changed))

const because =
  "It was deployed in another form meanwhile, or it decides by something else than its arguments, its answers and what " +
  "Journal.once gave it"

const nameOf = ({ method, target }: InboundRequest): string => target === undefined ? method : `${method} ${target}`

const less = "Journal less, or raise the maxSize of RequestState.layer"

/**
 * What is carried of one request.
 *
 * @category models
 * @since 0.1.0
 */
export class RoundState {
  readonly #caller: Caller
  readonly #request: InboundRequest
  readonly #params: InputResponseParams
  readonly #brought: Map<string, unknown> | undefined
  readonly #opened: Effect.Effect<void, ProtocolError.ProtocolError>
  // most requests ask nothing
  #journal: Journal | undefined
  // the answers among what was brought
  #taken: Array<unknown> | undefined
  #principal: Principal | undefined
  #release: Effect.Effect<void> = Effect.void

  constructor(caller: Caller, request: InboundRequest, params: InputResponseParams) {
    this.#caller = caller
    this.#request = request
    this.#params = params
    this.#brought = params.inputResponses && new Map(Object.entries(params.inputResponses))
    this.#opened = params.requestState === undefined
      ? Effect.void
      : Effect.runSync(Effect.cached(Effect.uninterruptible(this.#open(params.requestState))))
  }

  get journal(): Journal {
    return this.#journal ??= new Journal()
  }

  /** Whether the client has brought a state with the request. */
  get isCarried(): boolean {
    return this.#params.requestState !== undefined
  }

  /**
   * Opens the state that came with the request, once. It belongs to who was the first to need it: middleware may ask, and may say who it is that
   * the request is from.
   */
  get open(): Effect.Effect<void, ProtocolError.ProtocolError> {
    return Effect.flatMap(CurrentPrincipal, (principal) => {
      this.#principal ??= principal
      return this.#opened
    })
  }

  #open(requestState: string): Effect.Effect<void, ProtocolError.ProtocolError> {
    return Effect.flatMap(
      Effect.catch(
        Effect.suspend(() => this.#states.open(requestState, this.#binding)),
        (error) =>
          Effect.andThen(
            Effect.logDebug("Refused a requestState", error),
            Effect.fail(ProtocolError.invalidParams(error.message))
          )
      ),
      ({ journal, release }) => {
        this.#release = release
        if (!this.journal.read(journal)) return Effect.fail(changed)
        const misfit = this.#takeAll()
        // nothing has come of it yet, and the client can do better
        return misfit === undefined ? Effect.void : Effect.andThen(release, Effect.fail(misfit))
      }
    )
  }

  // Answers are taken to what was asked, and nothing else (MRTR-26); what is missing is asked again (MRTR-27).
  #takeAll(): ProtocolError.ProtocolError | undefined {
    for (const asked of this.journal.asked) {
      const misfit = this.take(asked)
      if (misfit !== undefined) return misfit
    }
    this.#brought?.clear()
    return undefined
  }

  /** Takes the answer to a question that the client has brought, if it has; gives what is wrong with it. */
  take({ digest, key, method }: Asked): ProtocolError.ProtocolError | undefined {
    if (this.#brought?.has(key) !== true) return undefined
    const answer = answers.get(method)?.decode(this.#brought.get(key))
    // once: an answer that the handler cannot use is asked for again
    this.#brought.delete(key)
    if (answer === undefined) return undefined
    if (Result.isFailure(answer)) {
      return ProtocolError.invalidParams(`The input response ${key.slice(0, 128)} is not valid: ${answer.failure}`)
    }
    const taken = this.#taken ??= []
    taken.push(answer.success)
    this.journal.answer(key, digest, answer.success)
    return undefined
  }

  /** What the client is to bring back with the answers to these questions. */
  seal(asked: ReadonlyArray<Asked>): Effect.Effect<string, ProtocolError.ProtocolError> {
    return Effect.suspend(() => {
      const journal = this.journal.stringify(asked)
      return Effect.catch(this.#states.seal(journal, this.#binding), (error) =>
        // what the client has said just now is more than all else
        JSON.stringify(this.#taken ?? []).length > journal.length / 2
          ? Effect.fail(tooLarge)
          : Effect.andThen(
            Effect.logError(`What ${nameOf(this.#request)} has to carry does not fit its requestState. ${less}`, error),
            Effect.fail(ProtocolError.internalError(error.message))
          ))
    })
  }

  /** A client that has gone before it had its answer may send its retry again. */
  get releaseIfUnheard(): Effect.Effect<void> {
    return Effect.suspend(() => this.#request.isActive ? Effect.void : this.#release)
  }

  get #states(): RequestState {
    return Context.get(this.#caller.registry.context, RequestState)
  }

  get #binding(): Binding {
    const { _meta, inputResponses: _, requestState: __, ...params } = this.#params
    const principal = this.#principal ?? this.#caller.negotiated.session.principal
    return { principal, method: this.#request.method, params }
  }
}
