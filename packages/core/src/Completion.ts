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
 * Suggests values for one argument from what was typed so far and the arguments already given (COMP-2). It is no place to ask the client: in the
 * stateless era nobody would be there to answer.
 *
 * @category models
 * @since 0.1.0
 */
export type Complete<R> = (
  value: string,
  context: { readonly arguments: { readonly [name: string]: string } }
) => Effect.Effect<ReadonlyArray<string> | Suggestions, never, R>

/**
 * What suggests values, by argument.
 *
 * @category models
 * @since 0.1.0
 */
export type ByArgument<Arguments> = { readonly [K in keyof Arguments]?: Complete<unknown> }

/**
 * Options whose suggestions are for these arguments and no others.
 *
 * @category models
 * @since 0.1.0
 */
export type Only<Arguments, C> = [Exclude<keyof C, keyof Arguments>] extends [never] ? unknown
  : { readonly complete: { readonly [K in Exclude<keyof C, keyof Arguments>]: never } }

/**
 * The services that suggestions need, whichever argument they are for.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<C> = { [K in keyof C]-?: C[K] extends Complete<infer R> | undefined ? R : never }[keyof C]

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
