/**
 * A `Mismatch` is where a conversation went another way than its transcript, told for people.
 *
 * It is not a failure of what replays it: the side under test said something else, nothing, or too much.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Transcript from "../Transcript.ts"
import type { Difference } from "./Difference.ts"

/**
 * What was wrong.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason =
  /** A message came in the place of this one, and differs here and there. */
  | {
    readonly _tag: "Changed"
    readonly expected: Transcript.Entry
    readonly actual: unknown
    readonly differences: ReadonlyArray<Difference>
  }
  /** This one did not come: nothing did, or the one that comes after it. */
  | { readonly _tag: "Missing"; readonly expected: Transcript.Entry; readonly instead?: unknown }
  /** A message came that the transcript does not have, at least not here. */
  | { readonly _tag: "Unexpected"; readonly expected?: Transcript.Entry; readonly actual: unknown }
  /** This one came after another of the same stream that it stands before. */
  | { readonly _tag: "OutOfOrder"; readonly expected: Transcript.Entry; readonly actual: unknown }
  /** The connection failed, or could not be made. */
  | { readonly _tag: "Closed"; readonly expected?: Transcript.Entry; readonly cause: unknown }

/**
 * The mismatch, and all that was said until then.
 *
 * @category errors
 * @since 0.1.0
 */
export class Mismatch extends Data.TaggedError("Mismatch")<{
  /** What the transcript is of. */
  readonly title: string | undefined
  readonly side: Transcript.Side
  readonly reason: Reason
  readonly lines: ReadonlyArray<Transcript.Line>
}> {
  /** The number of the line that was not met. */
  get line(): number | undefined {
    return this.reason.expected?.number
  }

  override get message(): string {
    const where = this.line === undefined ? "" : `line ${this.line}: `
    return `${this.title === undefined ? "" : `${this.title}: `}${where}${explain(this.side, this.reason)}`
  }
}

// The longest value that is shown whole, in UTF-16 units.
const maxShown = 500

// How many differences of one message are shown.
const maxDifferences = 20

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length} in all)` : text
}

const explain = (side: Transcript.Side, reason: Reason): string => {
  switch (reason._tag) {
    case "Changed":
      return [
        `the ${side} said something else`,
        ...reason.differences.slice(0, maxDifferences).map(({ actual, expected, pointer }) =>
          `  ${pointer === "" ? "the message" : pointer}: ${
            expected === undefined
              ? `not expected: ${show(actual)}`
              : `expected ${show(expected)}, but it was ${show(actual)}`
          }`
        ),
        ...reason.differences.length > maxDifferences
          ? [`  and ${reason.differences.length - maxDifferences} more`]
          : []
      ].join("\n")
    case "Missing":
      return [
        `the ${side} did not say this`,
        `  expected: ${show(reason.expected.message)}`,
        `  instead:  ${show(reason.instead)}`
      ].join("\n")
    case "Unexpected":
      return [
        `the ${side} said what is not expected`,
        ...reason.expected === undefined ? [] : [`  expected: ${show(reason.expected.message)}`],
        `  it was:   ${show(reason.actual)}`
      ].join("\n")
    case "OutOfOrder":
      return `the ${side} said this too late: ${show(reason.actual)}`
    case "Closed":
      return `the connection failed: ${reason.cause instanceof Error ? reason.cause.message : String(reason.cause)}`
  }
}
