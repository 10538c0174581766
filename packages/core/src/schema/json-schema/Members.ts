/**
 * The keywords that apply subschemas to the members of an object.
 *
 * They see own members alone, whatever these are called.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-10.3.2
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { one } from "./Applicators.ts"
import { always } from "./Assertions.ts"
import { charge } from "./Budget.ts"
import * as Document from "./Document.ts"
import type { Evaluated, Node, Rule, Run } from "./Evaluation.ts"
import { evaluate, own } from "./Evaluation.ts"
import * as Pattern from "./Pattern.ts"
import type { Location, Undecided, Verdict } from "./Verdict.ts"
import { exhausted, malformed } from "./Verdict.ts"

interface Patterned {
  readonly matches: Pattern.Pattern
  readonly node: Node
}

/** `properties`, `patternProperties`, and `additionalProperties` for what is in neither. */
const properties: Rule = {
  keywords: ["properties", "patternProperties", "additionalProperties"],
  compile: ({ resource, schema }, run) => {
    const named = Object.hasOwn(schema, "properties") ? schema["properties"] : {}
    const patterns = Object.hasOwn(schema, "patternProperties") ? schema["patternProperties"] : {}
    if (!Predicate.isObject(named)) return always(malformed("properties"))
    if (!Predicate.isObject(patterns)) return always(malformed("patternProperties"))
    const patterned = Object.entries(patterns).flatMap(([source, member]): ReadonlyArray<Patterned> => {
      const node = Document.nodeOf(resource, member, "patternProperties")
      return node === undefined ? [] : [{ matches: Pattern.make(source), node }]
    })
    if (!charge(run, patterned.length / 2)) return always(exhausted)
    if (patterned.length < Object.keys(patterns).length) return always(malformed("patternProperties"))
    const isClosed = Object.hasOwn(schema, "additionalProperties")
    const additional = Document.nodeOf(resource, own(schema, "additionalProperties"), "additionalProperties")
    if (isClosed && additional === undefined) return always(malformed("additionalProperties"))

    const member = (
      name: string,
      value: unknown,
      at: Location,
      run: Run,
      evaluated: Evaluated | undefined
    ): Verdict => {
      let verdict: Verdict
      let unknown: Undecided | undefined
      let isTaken = Object.hasOwn(named, name)
      if (isTaken) {
        const node = Document.nodeOf(resource, named[name], "properties")
        verdict = node === undefined ? malformed("properties") : evaluate(node, value, at, run)
        if (verdict?._tag === "Misfit") return verdict
      }
      for (const { matches, node } of patterned) {
        const found = charge(run, 1 / 8) ? matches(name, run) : exhausted
        if (found === exhausted) return exhausted
        if (found === false) continue
        const inner = evaluate(node, value, at, run)
        if (found === true) {
          if (inner?._tag === "Misfit") return inner
          verdict ??= inner
          isTaken = true
        } else {
          // it may match, and then the value would have to fit
          unknown ??= found
          if (inner !== undefined) verdict ??= found
        }
      }
      if (!isTaken && additional !== undefined) {
        const found = evaluate(additional, value, at, run)
        if (found?._tag === "Misfit" && unknown === undefined) return found
        verdict ??= found?._tag === "Misfit" ? unknown : found
        isTaken = true
      }
      if (evaluated !== undefined && isTaken) evaluated.properties.add(name)
      else if (evaluated !== undefined) evaluated.unknown ??= unknown
      return verdict
    }

    return (value, at, run, evaluated) =>
      Predicate.isObject(value)
        ? each(Object.keys(value), run, (name) => member(name, value[name], { parent: at, key: name }, run, evaluated))
        : undefined
  }
}

/** Asks about each name until one does not fit. */
const each = (names: ReadonlyArray<string>, run: Run, ask: (name: string) => Verdict): Verdict => {
  if (!charge(run, names.length / 8)) return exhausted
  let verdict: Verdict
  for (const name of names) {
    const found = charge(run, 1 / 8) ? ask(name) : exhausted
    if (found?._tag === "Misfit" || found === exhausted) return found
    verdict ??= found
  }
  return verdict
}

const propertyNames = one("propertyNames", (node) => (value, at, run) =>
  Predicate.isObject(value)
    ? each(Object.keys(value), run, (name) => evaluate(node, name, { parent: at, key: name }, run))
    : undefined)

const unevaluatedProperties: Rule = {
  ...one("unevaluatedProperties", (node) => (value, at, run, evaluated) => {
    if (!Predicate.isObject(value) || evaluated === undefined || evaluated.allProperties) return undefined
    const verdict = each(Object.keys(value), run, (name) => {
      if (evaluated.properties.has(name)) return undefined
      const found = evaluate(node, value[name], { parent: at, key: name }, run)
      return found?._tag === "Misfit" ? evaluated.unknown ?? found : found
    })
    evaluated.allProperties = true
    return verdict
  }),
  tracks: true
}

/**
 * The keywords of members in every dialect.
 *
 * @category rules
 * @since 0.1.0
 */
export const members: ReadonlyArray<Rule> = [properties, propertyNames]

/**
 * The keywords of members that came with later dialects, which come after all others.
 *
 * @category rules
 * @since 0.1.0
 */
export const laterMembers: ReadonlyArray<Rule> = [unevaluatedProperties]
