/**
 * The keywords that apply subschemas to the items of an array.
 *
 * They do not count or compare items: that is done by assertions.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-10.3.1
 *
 * @since 0.1.0
 */
import { one } from "./Applicators.ts"
import { always } from "./Assertions.ts"
import { charge } from "./Budget.ts"
import * as Document from "./Document.ts"
import type { Check, Node, Resource, Rule, Run } from "./Evaluation.ts"
import { evaluate, own } from "./Evaluation.ts"
import type { Undecided, Verdict } from "./Verdict.ts"
import { exhausted, malformed, misfit } from "./Verdict.ts"

/** A check of the first items, each by a schema of its own, and of all others by one. */
const itemsOf = (
  resource: Resource,
  run: Run,
  first: readonly [keyword: string, schemas: unknown],
  rest: readonly [keyword: string, schema: unknown] | undefined
): Check => {
  const [keyword, schemas] = first
  if (!Array.isArray(schemas)) return always(malformed(keyword))
  if (!charge(run, schemas.length / 4)) return always(exhausted)
  const nodes = schemas.flatMap((schema) => Document.nodeOf(resource, schema, keyword) ?? [])
  if (nodes.length < schemas.length) return always(malformed(keyword))
  const others = rest === undefined ? undefined : Document.nodeOf(resource, rest[1], rest[0])
  if (rest !== undefined && others === undefined) return always(malformed(rest[0]))
  return (value, at, run, evaluated) => {
    if (!Array.isArray(value)) return undefined
    const count = others === undefined ? Math.min(nodes.length, value.length) : value.length
    let verdict: Verdict
    for (let index = 0; index < count; index++) {
      const node = nodes[index] ?? others
      const found = node === undefined ? undefined : evaluate(node, value[index], { parent: at, key: index }, run)
      if (found?._tag === "Misfit" || found === exhausted) return found
      verdict ??= found
    }
    if (evaluated !== undefined) {
      evaluated.firstItems = Math.max(evaluated.firstItems, others === undefined ? count : Infinity)
    }
    return verdict
  }
}

const items: Rule = {
  keywords: ["prefixItems", "items"],
  compile: ({ resource, schema }, run) =>
    itemsOf(
      resource,
      run,
      ["prefixItems", Object.hasOwn(schema, "prefixItems") ? schema["prefixItems"] : []],
      Object.hasOwn(schema, "items") ? ["items", schema["items"]] : undefined
    )
}

/** Where `items` may be a list, and `additionalItems` means nothing unless it is. */
const itemsOrList: Rule = {
  keywords: ["items"],
  compile: ({ resource, schema }, run) => {
    const items = own(schema, "items")
    if (!Array.isArray(items)) return itemsOf(resource, run, ["items", []], ["items", items])
    const hasRest = Object.hasOwn(schema, "additionalItems")
    const rest = hasRest ? ["additionalItems", schema["additionalItems"]] as const : undefined
    return itemsOf(resource, run, ["items", items], rest)
  }
}

// --- contains

interface Bounds {
  readonly min: number
  readonly max: number
}

const contained = (node: Node, { max, min }: Bounds): Check => (value, at, run, evaluated) => {
  if (!Array.isArray(value)) return undefined
  let fitting = 0
  let unknown: Undecided | undefined
  let unknowns = 0
  for (let index = 0; index < value.length; index++) {
    const found = evaluate(node, value[index], { parent: at, key: index }, run)
    if (found === exhausted) return exhausted
    if (found === undefined) {
      fitting += 1
      evaluated?.items.add(index)
    } else if (found._tag === "Undecided") {
      unknown ??= found
      unknowns += 1
    }
    if (fitting > max) return misfit(at, "maxContains", `Expected at most ${max} items of a kind`)
    // the others count where there may be too many, or where it is asked what has been looked at
    if (fitting >= min && max === Infinity && evaluated === undefined) return undefined
  }
  if (evaluated !== undefined) evaluated.unknown ??= unknown
  if (fitting + unknowns < min) {
    return misfit(at, min === 1 ? "contains" : "minContains", `Expected at least ${min} items of a kind`)
  }
  return fitting < min || fitting + unknowns > max ? unknown : undefined
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0

const contains = one("contains", (node, { schema }) => {
  const min = Object.hasOwn(schema, "minContains") ? schema["minContains"] : 1
  const max = Object.hasOwn(schema, "maxContains") ? schema["maxContains"] : Infinity
  if (!isCount(min)) return always(malformed("minContains"))
  return max === Infinity || isCount(max) ? contained(node, { min, max }) : always(malformed("maxContains"))
})

const containsOne = one("contains", (node) => contained(node, { min: 1, max: Infinity }))

const unevaluatedItems: Rule = {
  ...one("unevaluatedItems", (node) => (value, at, run, evaluated) => {
    if (!Array.isArray(value) || evaluated === undefined) return undefined
    let verdict: Verdict
    for (let index = evaluated.firstItems; index < value.length; index++) {
      if (!charge(run, 1 / 8)) return exhausted
      if (evaluated.items.has(index)) continue
      const found = evaluate(node, value[index], { parent: at, key: index }, run)
      if (found === exhausted) return exhausted
      if (found?._tag === "Misfit" && evaluated.unknown === undefined) return found
      verdict ??= found?._tag === "Misfit" ? evaluated.unknown : found
    }
    evaluated.firstItems = Infinity
    return verdict
  }),
  tracks: true
}

/**
 * The keywords of items where a list of schemas is `prefixItems`.
 *
 * @category rules
 * @since 0.1.0
 */
export const laterItems: ReadonlyArray<Rule> = [items, contains]

/**
 * The keyword of items that comes after all others.
 *
 * @category rules
 * @since 0.1.0
 */
export const restOfItems: ReadonlyArray<Rule> = [unevaluatedItems]

/**
 * The keywords of items where a list of schemas is `items`.
 *
 * @category rules
 * @since 0.1.0
 */
export const earlierItems: ReadonlyArray<Rule> = [itemsOrList, containsOne]
