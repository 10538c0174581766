/**
 * The `resultType` of an answer of the stateless era: whether it is the result that was asked for.
 *
 * It does not know the other kinds that there are: who goes along with one looks for it first (`Rounds`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#result-type
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { Codec } from "../revision/Codec.ts"

/**
 * The kind that an answer says it is of.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (wire: unknown): unknown => Predicate.hasProperty(wire, "resultType") ? wire.resultType : undefined

/**
 * Decodes a result that is complete; a failure says why it is none. A server of an earlier revision does not say what kind its results are
 * (BASE-25); a kind that nobody agreed on is not guessed at (BASE-26).
 *
 * @category conversions
 * @since 0.1.0
 */
export const decodeComplete = <A>(codec: Codec<A>, wire: unknown): Result.Result<A, string> => {
  const type = of(wire)
  const result = codec.decode(
    type === undefined && Predicate.isObject(wire) ? { ...wire, resultType: "complete" } : wire
  )
  return Result.isSuccess(result) && type !== undefined && type !== "complete"
    ? Result.fail("it is of a kind that nobody agreed on")
    : result
}
