/**
 * Whether two JSON values are equal, and whether some are among many, in bounded work.
 *
 * It knows no instances of classes: whatever is not an array holds its own members, in any order.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as CanonicalJson from "../CanonicalJson.ts"
import type { Budget } from "./Budget.ts"
import { charge } from "./Budget.ts"
import type { Undecided } from "./Verdict.ts"
import { exhausted, tooDeep } from "./Verdict.ts"

/**
 * Whether a value is neither an array nor an object.
 *
 * @category guards
 * @since 0.1.0
 */
export const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null

/**
 * Whether two values are equal. Numbers are compared as numbers, so that 1 is 1.0.
 *
 * @category comparing
 * @since 0.1.0
 */
export const equal = (one: unknown, other: unknown, budget: Budget, depth = 0): boolean | Undecided => {
  if (one === other) return true
  if (isScalar(one) || isScalar(other) || Array.isArray(one) !== Array.isArray(other)) return false
  if (depth >= budget.maxDepth) return tooDeep
  if (!charge(budget, 1 / 8)) return exhausted
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return false
    for (const [index, item] of one.entries()) {
      const same = member(item, other[index], budget, depth)
      if (same !== true) return same
    }
    return true
  }
  if (!Predicate.isObject(one) || !Predicate.isObject(other)) return false
  const keys = Object.keys(one)
  const count = Object.keys(other).length
  if (!charge(budget, (keys.length + count) / 8)) return exhausted
  if (keys.length !== count) return false
  for (const key of keys) {
    const same = Object.hasOwn(other, key) ? member(one[key], other[key], budget, depth) : false
    if (same !== true) return same
  }
  return true
}

const member = (one: unknown, other: unknown, budget: Budget, depth: number): boolean | Undecided =>
  charge(budget, 1 / 8) ? equal(one, other, budget, depth + 1) : exhausted

/**
 * The first index whose item is equal to an earlier one, or -1.
 *
 * @category comparing
 * @since 0.1.0
 */
export const repeated = (items: ReadonlyArray<unknown>, budget: Budget): number | Undecided => {
  if (!charge(budget, items.length / 4)) return exhausted
  const scalars = new Set<unknown>()
  const texts = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (isScalar(item)) {
      if (scalars.has(item)) return index
      scalars.add(item)
      continue
    }
    // equal values have equal texts, which a set finds without comparing each with each
    const excess = measure(item, budget, 0)
    if (excess !== undefined) return excess
    const text = CanonicalJson.stringify(item)
    if (texts.has(text)) return index
    texts.add(text)
  }
  return -1
}

/** Pays for the text of a value. */
const measure = (value: unknown, budget: Budget, depth: number): Undecided | undefined => {
  if (typeof value === "string") return charge(budget, 1 / 8 + value.length / 64) ? undefined : exhausted
  if (typeof value !== "object" || value === null) return charge(budget, 1 / 8) ? undefined : exhausted
  if (depth >= budget.maxDepth) return tooDeep
  const keys = Object.keys(value)
  if (!charge(budget, 1 + keys.length / 4)) return exhausted
  for (const key of keys) {
    // an array, too, has its items under their index
    const excess = charge(budget, key.length / 64)
      ? measure((value as { readonly [key: string]: unknown })[key], budget, depth + 1)
      : exhausted
    if (excess !== undefined) return excess
  }
  return undefined
}
