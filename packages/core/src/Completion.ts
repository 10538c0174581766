/**
 * A `Completion` suggests values for an argument of a prompt or of a resource template while a user types.
 *
 * Suggestions are no permission: what may be read or run is checked when it is.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"

/**
 * The most values one answer holds (COMP-3); more are cut, and `hasMore` says so.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxValues = 100

/**
 * Suggestions, best first (COMP-4). `total` counts all there are, when that is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface Suggestions {
  readonly values: ReadonlyArray<string>
  readonly total?: number
  readonly hasMore?: boolean
}

/**
 * Suggests values for one argument from what was typed so far and the arguments already given (COMP-2).
 *
 * @category models
 * @since 0.1.0
 */
export type Complete<R> = (
  value: string,
  context: { readonly arguments: { readonly [name: string]: string } }
) => Effect.Effect<ReadonlyArray<string> | Suggestions, never, R>

/**
 * The suggestions as they are sent: at most `maxValues`, with the rest accounted for.
 *
 * @category encoding
 * @since 0.1.0
 */
export const cap = (answer: ReadonlyArray<string> | Suggestions): Suggestions => {
  const suggestions = isList(answer) ? { values: answer, total: answer.length } : answer
  return suggestions.values.length <= maxValues
    ? suggestions
    : { ...suggestions, values: suggestions.values.slice(0, maxValues), hasMore: true }
}

const isList = (answer: ReadonlyArray<string> | Suggestions): answer is ReadonlyArray<string> => Array.isArray(answer)
