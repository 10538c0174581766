/**
 * A `Script` is a transcript as it is being replayed: it tells what is to be said next for one side, and holds the other side to its lines.
 *
 * It carries nothing and waits for nothing: what does so is `Replay`.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Transcript from "../Transcript.ts"
import { Comparing, type Comparison, type Mode } from "./Difference.ts"
import { Mismatch, type Reason } from "./Mismatch.ts"
import { Names, type Rules } from "./Names.ts"

/**
 * How the side under test is held to its lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Rules {
  readonly mode?: Mode
  readonly secrets?: Readonly<Record<string, unknown>>
  /** Whether all that comes has an order; else only what comes on one stream does. */
  readonly isOrdered: boolean
}

/**
 * The script.
 *
 * @category models
 * @since 0.1.0
 */
export class Script {
  readonly #entries: ReadonlyArray<Transcript.Entry>
  readonly #side: Transcript.Side
  readonly #names: Names
  readonly #comparing: Comparing
  readonly #isOrdered: boolean
  readonly #lines: Array<Transcript.Line> = []
  // lines of the side under test that came
  readonly #done = new Set<number>()
  // the last line that came on each stream
  readonly #lastOf = new Map<unknown, number>()
  // the first line that was neither said nor came
  #at = 0
  #mismatch: Mismatch | undefined

  constructor(entries: ReadonlyArray<Transcript.Entry>, side: Transcript.Side, options: Options) {
    this.#entries = entries
    this.#side = side
    this.#names = new Names(options, options.secrets)
    this.#comparing = new Comparing(this.#names, options, options.mode ?? "strict")
    this.#isOrdered = options.isOrdered
  }

  /** All that was said so far, in this run. */
  get lines(): ReadonlyArray<Transcript.Line> {
    return this.#lines
  }

  /** Where the side under test left the script first. */
  get mismatch(): Mismatch | undefined {
    return this.#mismatch
  }

  /** Whether there is nothing more to say or to wait for. */
  get isOver(): boolean {
    return this.#mismatch !== undefined || this.#at >= this.#entries.length
  }

  /** What is to be said now, if anything. */
  next(): unknown {
    const entry = this.#entries[this.#at]
    if (this.#mismatch !== undefined || entry === undefined || entry.from === this.#side) return undefined
    this.#at++
    const message = this.#comparing.show(entry.message)
    this.#lines.push({ from: entry.from, message })
    this.#advance()
    return message
  }

  /** Takes what the side under test said, on that stream. */
  hear(message: unknown, stream?: unknown): void {
    if (this.#mismatch !== undefined) return
    this.#lines.push({ from: this.#side, message })
    const waiting = this.#waiting()
    const matching = (index: number): Comparison | undefined => {
      const comparison = this.#comparing.compare(this.#entries[index]!.message, message)
      return comparison.differences.length === 0 ? comparison : undefined
    }
    const last = stream === undefined ? -1 : this.#lastOf.get(stream) ?? -1
    const inOrder = this.#isOrdered ? waiting.slice(0, 1) : waiting.filter((index) => index > last)
    for (const index of inOrder) {
      const comparison = matching(index)
      if (comparison === undefined) continue
      this.#names.learn(comparison.bindings)
      this.#done.add(index)
      this.#lastOf.set(stream, index)
      return this.#advance()
    }
    const other = waiting.find((index) => !inOrder.includes(index) && matching(index) !== undefined)
    if (other !== undefined && !this.#isOrdered) {
      return this.#fail({ _tag: "OutOfOrder", expected: this.#entries[other]!, actual: message })
    }
    const alike = inOrder.find((index) => isAlike(this.#entries[index]!.message, message))
    const expected = this.#entries[alike ?? waiting[0] ?? -1]
    if (expected === undefined) this.#fail({ _tag: "Unexpected", actual: message })
    else if (other !== undefined) this.#fail({ _tag: "Missing", expected, instead: message })
    else if (alike === undefined) this.#fail({ _tag: "Unexpected", expected, actual: message })
    else {
      const { differences } = this.#comparing.compare(expected.message, message)
      this.#fail({ _tag: "Changed", expected, actual: message, differences })
    }
  }

  /** Nothing more comes, although it should. */
  lost(): void {
    const expected = this.#entries[this.#at]
    if (expected !== undefined) this.#fail({ _tag: "Missing", expected })
  }

  /** The connection failed. */
  closed(cause: unknown): void {
    const expected = this.#entries[this.#at]
    this.#fail({ _tag: "Closed", cause, ...(expected === undefined ? {} : { expected }) })
  }

  #fail(reason: Reason): void {
    this.#mismatch ??= new Mismatch({
      title: Transcript.title(this.#entries),
      side: this.#side,
      reason,
      lines: this.#lines.slice()
    })
  }

  // The next lines of the side under test until the other one speaks, of those that did not come.
  #waiting(): ReadonlyArray<number> {
    let index = this.#at
    while (this.#entries[index] !== undefined && this.#entries[index]!.from !== this.#side) index++
    const waiting: Array<number> = []
    for (; this.#entries[index]?.from === this.#side; index++) if (!this.#done.has(index)) waiting.push(index)
    return waiting
  }

  #advance(): void {
    while (this.#done.has(this.#at)) this.#at++
  }
}

// Whether a message is meant to be another one: the same notification, or the same request or answer.
const isAlike = (expected: unknown, actual: unknown): boolean =>
  Predicate.isObject(expected) && Predicate.isObject(actual)
    ? expected.method === actual.method && (expected.method !== undefined || expected.id === actual.id)
    : Array.isArray(expected) === Array.isArray(actual)
