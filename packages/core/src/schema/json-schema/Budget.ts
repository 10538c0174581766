/**
 * How much work may be done for one value.
 *
 * It is not a clock: the same value and schema take the same steps on every machine.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic
 *
 * @since 0.1.0
 */

/**
 * A step is a subschema applied once, or other work of about a microsecond at most: 8 names, 64 UTF-16 units.
 *
 * @category models
 * @since 0.1.0
 */
export interface Budget {
  /** Steps done so far. */
  steps: number
  /** Those that patterns could have taken, which are at most half of all. */
  patternSteps: number
  readonly maxSteps: number
  /** How deep subschemas may lie in each other, and values that are compared. */
  readonly maxDepth: number
}

/**
 * Takes steps from the budget, before the work or after it. False when there are no more.
 *
 * @category combinators
 * @since 0.1.0
 */
export const charge = (budget: Budget, steps: number): boolean => {
  budget.steps += steps
  return budget.steps <= budget.maxSteps
}
