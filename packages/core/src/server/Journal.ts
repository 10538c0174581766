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

/** `digest` is that of the question, so that its answer is never taken for one to another question. */
const Answer = Schema.Struct({
  key: Schema.String,
  digest: Schema.String,
  answer: Schema.Unknown,
  // in how many runs since it came the handler has not had the question
  missed: Schema.Int
})

const Asked = Schema.Struct({ key: Schema.String, digest: Schema.String, method: Schema.String })

const Done = Schema.Struct({ key: Schema.String, exit: Schema.Unknown })

const State = Schema.Struct({
  answers: Schema.Array(Answer),
  asked: Schema.Array(Asked),
  done: Schema.Array(Done)
})

/**
 * A question of the last round.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked extends Schema.Schema.Type<typeof Asked> {}

/**
 * A question as it is known in the journal, with its answer if there is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly digest: string
  readonly answer: unknown
  readonly missed: number
}

// A branch that was cut off may come to its question later, but a question that never comes back belongs to another handler.
const maxMissed = 3

const decode = SchemaParser.decodeUnknownResult(State)

/**
 * What is known of one call.
 *
 * @category models
 * @since 0.1.0
 */
export class Journal {
  readonly #answers = new Map<string, Entry>()
  readonly #done = new Map<string, unknown>()
  readonly #seen = new Set<string>()
  readonly #redone = new Set<string>()
  readonly #counts = new Map<string, number>()
  /** What was asked in the last round. */
  readonly asked: ReadonlyArray<Asked>

  private constructor(state: typeof State.Type) {
    this.asked = state.asked
    for (const { key, ...entry } of state.answers) this.#answers.set(key, entry)
    for (const { exit, key } of state.done) this.#done.set(key, exit)
  }

  /** A journal without entries. */
  static empty(): Journal {
    return new Journal({ answers: [], asked: [], done: [] })
  }

  /** Reads a journal; undefined when the text is none. */
  static parse(text: string): Journal | undefined {
    const json = Result.try((): unknown => JSON.parse(text))
    const state = Result.flatMap(json, decode)
    return Result.isSuccess(state) ? new Journal(state.success) : undefined
  }

  /** Writes it, with what is asked now. */
  stringify(asked: ReadonlyArray<Asked>): string {
    const state: typeof State.Type = {
      answers: Array.from(this.#answers, ([key, { missed, ...entry }]) => ({
        key,
        ...entry,
        missed: this.#seen.has(key) ? 0 : missed + 1
      })),
      asked,
      done: Array.from(this.#done, ([key, exit]) => ({ key, exit }))
    }
    return JSON.stringify(state)
  }

  /** How many there were of this name in this run of the handler, with this one. */
  count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count
  }

  /** The answer to a question, and that the handler still has the question. */
  find(key: string): Entry | undefined {
    this.#seen.add(key)
    return this.#answers.get(key)
  }

  answer(key: string, digest: string, answer: unknown): void {
    this.#answers.set(key, { answer, digest, missed: 0 })
  }

  /** An answer that was none. */
  forget(key: string): void {
    this.#answers.delete(key)
  }

  hasDone(key: string): boolean {
    this.#redone.add(key)
    return this.#done.has(key)
  }

  done(key: string): unknown {
    return this.#done.get(key)
  }

  did(key: string, exit: unknown): void {
    this.#done.set(key, exit)
  }

  /** Whether there is an answer to a question that does not come back. */
  get hasLost(): boolean {
    for (const [key, { missed }] of this.#answers) if (!this.#seen.has(key) && missed + 1 >= maxMissed) return true
    return false
  }

  /** Whether there is an entry that this run of the handler has not come to. */
  get hasUnseen(): boolean {
    for (const key of this.#answers.keys()) if (!this.#seen.has(key)) return true
    for (const key of this.#done.keys()) if (!this.#redone.has(key)) return true
    return false
  }
}
