/**
 * The keywords that apply subschemas to the same value.
 *
 * They are not those that apply them to members and items (`Members`, `Items`).
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-10.2
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { always, missing } from "./Assertions.ts"
import { charge } from "./Budget.ts"
import * as Document from "./Document.ts"
import type { Check, Evaluated, Node, Resource, Rule, Run } from "./Evaluation.ts"
import { evaluate, own } from "./Evaluation.ts"
import type { Location, Undecided, Verdict } from "./Verdict.ts"
import { exhausted, malformed, misfit, undecided } from "./Verdict.ts"

// --- together

const list = (
  keyword: string,
  make: (nodes: ReadonlyArray<Node>) => Check
): Rule => ({
  keywords: [keyword],
  compile: ({ resource, schema }, run) => {
    const value = own(schema, keyword)
    if (!Array.isArray(value) || value.length === 0) return always(malformed(keyword))
    if (!charge(run, value.length / 4)) return always(exhausted)
    const nodes = value.flatMap((member) => Document.nodeOf(resource, member, keyword) ?? [])
    return nodes.length < value.length ? always(malformed(keyword)) : make(nodes)
  }
})

const allOf = list("allOf", (nodes) => (value, at, run, evaluated) => {
  let verdict: Verdict
  for (const node of nodes) {
    const found = evaluate(node, value, at, run, evaluated)
    if (found?._tag === "Misfit" || found === exhausted) return found
    verdict ??= found
  }
  return verdict
})

const anyOf = list("anyOf", (nodes) => (value, at, run, evaluated) => {
  let fits = false
  let unknown: Undecided | undefined
  for (const node of nodes) {
    const found = evaluate(node, value, at, run, evaluated)
    if (found === exhausted) return exhausted
    if (found === undefined) fits = true
    else if (found._tag === "Undecided") unknown ??= found
    // the others count where it is asked what they have looked at
    if (fits && evaluated === undefined) return undefined
  }
  return fits ? undefined : unknown ?? misfit(at, "anyOf", `Expected one of ${nodes.length} alternatives`)
})

const oneOf = list("oneOf", (nodes) => (value, at, run, evaluated) => {
  let fitting = 0
  let unknown: Undecided | undefined
  for (const node of nodes) {
    const found = evaluate(node, value, at, run, evaluated)
    if (found === exhausted) return exhausted
    if (found === undefined) fitting += 1
    else if (found._tag === "Undecided") unknown ??= found
    if (fitting > 1) return misfit(at, "oneOf", `Expected only one of ${nodes.length} alternatives`)
  }
  if (unknown !== undefined) return unknown
  return fitting === 1 ? undefined : misfit(at, "oneOf", `Expected one of ${nodes.length} alternatives`)
})

// --- alone

/**
 * A rule for a keyword that holds one subschema.
 *
 * @category constructors
 * @since 0.1.0
 */
export const one = (keyword: string, make: (node: Node, parent: Node) => Check): Rule => ({
  keywords: [keyword],
  compile: (parent) => {
    const node = Document.nodeOf(parent.resource, own(parent.schema, keyword), keyword)
    return node === undefined ? always(malformed(keyword)) : make(node, parent)
  }
})

const not = one("not", (node) => (value, at, run) => {
  const found = evaluate(node, value, at, run)
  return found === undefined
    ? misfit(at, "not", "Expected a value that does not fit")
    : found._tag === "Misfit"
    ? undefined
    : found
})

const conditional = one("if", (condition, { resource, schema }) => {
  const branch = (keyword: string): Check => {
    if (!Object.hasOwn(schema, keyword)) return always(undefined)
    const node = Document.nodeOf(resource, own(schema, keyword), keyword)
    return node === undefined
      ? always(malformed(keyword))
      : (value, at, run, evaluated) => evaluate(node, value, at, run, evaluated)
  }
  const [then, otherwise] = [branch("then"), branch("else")]
  return (value, at, run, evaluated) => {
    const found = evaluate(condition, value, at, run, evaluated)
    return found === undefined
      ? then(value, at, run, evaluated)
      : found._tag === "Misfit"
      ? otherwise(value, at, run, evaluated)
      : found
  }
})

// --- depending on members

type Dependency = (
  value: { readonly [key: string]: unknown },
  at: Location,
  run: Run,
  evaluated: Evaluated | undefined
) => Verdict

const dependent = (
  keyword: string,
  make: (dependency: unknown, resource: Resource) => Dependency | undefined
): Rule => ({
  keywords: [keyword],
  compile: ({ resource, schema }, run) => {
    const dependencies = own(schema, keyword)
    if (!Predicate.isObject(dependencies)) return always(malformed(keyword))
    const entries = Object.entries(dependencies).map(([name, dependency]) =>
      [name, make(dependency, resource)] as const
    )
    if (!charge(run, entries.length / 2)) return always(exhausted)
    return (value, at, run, evaluated) => {
      if (!Predicate.isObject(value)) return undefined
      if (!charge(run, entries.length / 8)) return exhausted
      let verdict: Verdict
      for (const [name, dependency] of entries) {
        if (!Object.hasOwn(value, name)) continue
        const found = dependency === undefined ? malformed(keyword) : dependency(value, at, run, evaluated)
        if (found?._tag === "Misfit" || found === exhausted) return found
        verdict ??= found
      }
      return verdict
    }
  }
})

const names = (keyword: string, dependency: unknown): Dependency | undefined =>
  Array.isArray(dependency) && dependency.every(Predicate.isString)
    ? (value, at, run) => missing(value, dependency, keyword, at, run)
    : undefined

const subschema = (keyword: string, dependency: unknown, resource: Resource): Dependency | undefined => {
  const node = Document.nodeOf(resource, dependency, keyword)
  return node === undefined ? undefined : (value, at, run, evaluated) => evaluate(node, value, at, run, evaluated)
}

// --- references

const reference = (
  keyword: string,
  choose: (target: Document.Target, run: Run) => Node
): Rule => ({
  keywords: [keyword],
  compile: ({ resource, schema }) => {
    const uri = own(schema, keyword)
    if (typeof uri !== "string") return always(malformed(keyword))
    let known: Document.Target | Undecided | undefined
    return (value, at, run, evaluated) => {
      const target = known ?? Document.follow(resource, uri, keyword, run)
      if (target === exhausted) return exhausted
      known = target
      return target._tag === "Target" ? hop(choose(target, run), value, at, run, evaluated) : target
    }
  }
})

/** Follows a reference, unless it has led to the same schema at the same place of the value before. */
const hop = (target: Node, value: unknown, at: Location, run: Run, evaluated: Evaluated | undefined): Verdict => {
  const before = run.hop
  for (let step = before; step !== undefined && step.at === at; step = step.parent) {
    if (step.target === target) return cycle
  }
  run.hop = { target, at, parent: before }
  const verdict = evaluate(target, value, at, run, evaluated)
  run.hop = before
  return verdict
}

const cycle = undecided("ReferenceCycle", "The schema has references that lead to each other and to nothing else")

const outermost = (target: Document.Target, run: Run): Node => {
  let { node } = target
  if (target.dynamicAnchor === undefined) return node
  for (let scope = run.scope; scope !== undefined; scope = scope.parent) {
    node = Document.dynamicAnchor(scope.resource, target.dynamicAnchor) ?? node
  }
  return node
}

/**
 * The reference of every dialect.
 *
 * @category rules
 * @since 0.1.0
 */
export const references: ReadonlyArray<Rule> = [reference("$ref", ({ node }) => node)]

/**
 * What stands beside each other in every dialect.
 *
 * @category rules
 * @since 0.1.0
 */
export const applicators: ReadonlyArray<Rule> = [allOf, anyOf, oneOf, not, conditional]

/**
 * The applicators that came with later dialects.
 *
 * @category rules
 * @since 0.1.0
 */
export const laterApplicators: ReadonlyArray<Rule> = [
  reference("$dynamicRef", outermost),
  dependent("dependentRequired", (dependency) => names("dependentRequired", dependency)),
  dependent("dependentSchemas", (dependency, resource) => subschema("dependentSchemas", dependency, resource))
]

/**
 * The applicators that later dialects no longer have.
 *
 * @category rules
 * @since 0.1.0
 */
export const earlierApplicators: ReadonlyArray<Rule> = [
  dependent(
    "dependencies",
    (dependency, resource) => names("dependencies", dependency) ?? subschema("dependencies", dependency, resource)
  )
]
