/**
 * The `Journal` of one call: what the client has answered and what was done once, so that the handler can run again and go on.
 *
 * It is not sealed here (`RequestState`), and it does not run anything (`Round`).
 *
 * An entry is found by its key, never by its position: branches that run at the same time come in any order.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

/**
 * A question of one round. `digest` is that of what it asks, so that its answer is never taken for one to another question.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  readonly key: string
  readonly digest: string
  readonly method: string
}

/**
 * An answer as it is known in the journal: the round it came with, and in how many runs since then the handler has not had the question.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly digest: string
  readonly answer: unknown
  readonly round: number
  readonly missed: number
}

// Written as lists, and a digest that is the key as "": each client carries this with each of its requests.
const State = Schema.Struct({
  round: Schema.Int,
  answers: Schema.Array(Schema.Tuple([Schema.String, Schema.String, Schema.Unknown, Schema.Int, Schema.Int])),
  asked: Schema.Record(Schema.String, Schema.Array(Schema.Tuple([Schema.String, Schema.String]))),
  done: Schema.Array(Schema.Tuple([Schema.String, Schema.Unknown]))
})

const decode = SchemaParser.decodeUnknownResult(State)

// A branch that was cut off may come to its question later, but a question that never comes back belongs to another handler.
const maxMissed = 3

const numbered = /#\d+$/

/**
 * The key of what has this name, where the name comes up for the `count`th time. No other name has the same key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keyOf = (name: string, count: number): string =>
  count === 1 && !numbered.test(name) ? name : `${name}#${count}`

const short = (key: string, digest: string): string => key.replace(numbered, "") === digest ? "" : digest

const long = (key: string, digest: string): string => digest === "" ? key.replace(numbered, "") : digest

/**
 * What is known of one call.
 *
 * @category models
 * @since 0.1.0
 */
export class Journal {
  readonly #answers = new Map<string, Entry>()
  readonly #done = new Map<string, unknown>()
  readonly #asked: Array<Asked> = []
  readonly #counts = new Map<string, number>()
  readonly #met = new Set<string>()
  readonly #redone = new Set<string>()
  #round = 0
  #hasStrayed = false

  /** Takes over what was written; false when the text is no journal. */
  read(text: string): boolean {
    const json = Result.try((): unknown => JSON.parse(text))
    const state = Result.flatMap(json, decode)
    if (Result.isFailure(state)) return false
    const { answers, asked, done, round } = state.success
    this.#round = round
    for (const [key, digest, answer, round, missed] of answers) {
      this.#answers.set(key, { digest: long(key, digest), answer, round, missed })
    }
    for (const [method, questions] of Object.entries(asked)) {
      for (const [key, digest] of questions) this.#asked.push({ key, digest: long(key, digest), method })
    }
    for (const [key, exit] of done) this.#done.set(key, exit)
    return true
  }

  /** Writes it, with what is asked now. */
  stringify(asked: ReadonlyArray<Asked>): string {
    const byMethod: { [method: string]: Array<readonly [string, string]> } = {}
    for (const { digest, key, method } of asked) (byMethod[method] ??= []).push([key, short(key, digest)])
    const state: typeof State.Type = {
      round: this.#round + 1,
      answers: Array.from(this.#answers, ([key, { answer, digest, missed, round }]) => {
        return [key, short(key, digest), answer, round, this.#met.has(key) ? 0 : missed + 1]
      }),
      asked: byMethod,
      done: Array.from(this.#done)
    }
    return JSON.stringify(state)
  }

  /** What was asked in the last round. */
  get asked(): ReadonlyArray<Asked> {
    return this.#asked
  }

  /** How often this name has come up in this run of the handler, with this time. */
  count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count
  }

  /** The answer to a question, if there is one. The handler has come to the question. */
  find(key: string): Entry | undefined {
    this.#met.add(key)
    return this.#answers.get(key)
  }

  answer(key: string, digest: string, answer: unknown): void {
    this.#answers.set(key, { answer, digest, round: this.#round, missed: 0 })
  }

  /** An answer that was none. */
  forget(key: string): void {
    this.#answers.delete(key)
  }

  /** Whether this was done. The handler has come to it. */
  hasDone(key: string): boolean {
    this.#redone.add(key)
    const isKnown = this.#done.has(key)
    // there was something else, or nothing, to do on the way to the questions that were answered
    if (!isKnown && this.#unmetAnswer !== undefined) this.#hasStrayed = true
    return isKnown
  }

  done(key: string): unknown {
    return this.#done.get(key)
  }

  did(key: string, exit: unknown): void {
    this.#done.set(key, exit)
  }

  /** A question that was answered and does not come back. */
  get lost(): string | undefined {
    for (const [key, { missed }] of this.#answers) if (!this.#met.has(key) && missed + 1 >= maxMissed) return key
    return undefined
  }

  /**
   * An entry that this run of the handler has not come to, and would have if it were the handler that wrote it. That is every answer; what was
   * done may have been in a branch that is now cut off earlier than it was, unless something else was done in its place.
   */
  get unmet(): string | undefined {
    const answer = this.#unmetAnswer
    if (answer !== undefined || !this.#hasStrayed) return answer
    for (const key of this.#done.keys()) if (!this.#redone.has(key)) return key
    return undefined
  }

  get #unmetAnswer(): string | undefined {
    for (const key of this.#answers.keys()) if (!this.#met.has(key)) return key
    return undefined
  }
}
