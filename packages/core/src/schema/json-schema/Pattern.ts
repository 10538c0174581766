/**
 * A regular expression that a peer sent, which is run where it is known beforehand that it ends soon.
 *
 * It is not an engine of its own: what is safe is matched by `RegExp`, and of the rest nothing is known.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { Budget } from "./Budget.ts"
import { charge } from "./Budget.ts"
import * as PatternCost from "./PatternCost.ts"
import * as PatternSyntax from "./PatternSyntax.ts"
import type { Undecided } from "./Verdict.ts"
import { exhausted, quoted, undecided } from "./Verdict.ts"

/**
 * The longest pattern that is looked at, in UTF-16 units.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxLength = 4096

/**
 * The longest text that a pattern is matched with, in UTF-16 units.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxTextLength = 65_536

/**
 * The most positions of a pattern that matching one text may have to try. It makes the longest text shorter where a pattern can go back.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxVisits = 4_000_000

const visitsOfStep = 128

/**
 * Whether a text matches, as far as that can be told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pattern {
  (text: string, budget: Budget): boolean | Undecided
}

/**
 * The pattern of a text. It is made when it is first asked for, and paid for then.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (source: string): Pattern => {
  let known: Compiled | "unsafe" | undefined
  return (text, budget) => {
    known ??= compile(source, budget)
    if (!charge(budget, 0)) return exhausted
    known ??= "unsafe"
    if (known === "unsafe" || text.length > maxTextLength) return unchecked(source)
    const visits = known.visits(text.length, budget)
    if (visits > maxVisits) return unchecked(source)
    // what patterns could cost is far more than what most of them do, and must not keep all else from being checked
    const steps = visits / visitsOfStep
    if (budget.patternSteps + steps > budget.maxSteps / 2) return unchecked(source)
    budget.patternSteps += steps
    return charge(budget, steps) ? known.expression.test(text) : exhausted
  }
}

const unchecked = (source: string): Undecided =>
  undecided("UncheckedPattern", `The pattern ${quoted(source)} is not checked`)

interface Compiled {
  readonly expression: RegExp
  readonly visits: (length: number, budget: Budget) => number
}

const compile = (source: string, budget: Budget): Compiled | undefined => {
  if (source.length > maxLength || !charge(budget, 32 + 2 * source.length)) return undefined
  const expression = Result.getOrUndefined(Result.try(() => new RegExp(source, "u")))
  const tree = expression === undefined ? undefined : PatternSyntax.parse(source)
  const cost = tree === undefined ? undefined : PatternCost.make(tree, budget)
  if (expression === undefined || cost === undefined) return undefined
  const known = new Map<number, number>()
  return {
    expression,
    visits: (length, budget) => {
      // texts of about the same length share one bound
      const size = Math.max(16, 2 ** Math.ceil(Math.log2(length)))
      const visits = known.get(size) ?? cost.visits(size, budget)
      known.set(size, visits)
      return visits
    }
  }
}
