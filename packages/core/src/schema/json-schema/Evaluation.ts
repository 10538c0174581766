/**
 * How a schema is applied to a value: one node for each subschema, made into checks when it is first needed, and one run for each value.
 *
 * It knows no keyword: those are the rules of a `Dialect`.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-7
 *
 * @since 0.1.0
 */
import type { JsonSchema } from "../JsonSchemaDocument.ts"
import type * as Budget from "./Budget.ts"
import { charge } from "./Budget.ts"
import type { Location, Undecided, Verdict } from "./Verdict.ts"
import { exhausted, quoted, tooDeep, undecided } from "./Verdict.ts"

/**
 * What a keyword, or several that go together, do to a value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Check {
  (value: unknown, at: Location, run: Run, evaluated: Evaluated | undefined): Verdict
}

/**
 * How a check is made of the keywords of a schema. It is asked when the schema has one of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rule {
  readonly keywords: ReadonlyArray<string>
  readonly compile: (node: Node, run: Run) => Check
  /** Whether the check asks which members and items other keywords have looked at. */
  readonly tracks?: boolean
}

/**
 * What differs between versions of JSON Schema. The order of the rules counts: what is cheap comes first, and what asks for the work of
 * others comes last.
 *
 * @category models
 * @since 0.1.0
 */
export interface Dialect {
  readonly rules: ReadonlyArray<Rule>
  /** Whether `$ref` makes all that stands beside it void. */
  readonly referenceStandsAlone: boolean
  /** Whether a name within a resource is an `$id` that begins with `#`, and not an `$anchor`. */
  readonly anchorsAreIds: boolean
}

/**
 * A schema with its subschemas, as far as none of them has an `$id`: each of those is a resource of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resource {
  readonly root: JsonSchema
  /** The resource around it. */
  readonly outer: Resource | undefined
  /** What references are relative to, once it is known; it stays `undefined` when its `$id` is no URI. */
  uri: string | undefined
  /** `undefined` when it is not known. */
  readonly dialect: Dialect | undefined
  readonly document: Document
  readonly nodes: Map<JsonSchema, Node>
  readonly anchors: Map<string, JsonSchema>
  readonly dynamicAnchors: Map<string, JsonSchema>
}

/**
 * A whole schema as it came.
 *
 * @category models
 * @since 0.1.0
 */
export interface Document {
  /** The dialect that a `$schema` names. */
  readonly dialectOf: (uri: string) => Dialect | undefined
  readonly resources: Map<JsonSchema, Resource>
  readonly uris: Map<string, Resource>
  isIndexed: boolean
}

/**
 * A subschema.
 *
 * @category models
 * @since 0.1.0
 */
export interface Node {
  readonly resource: Resource
  readonly schema: JsonSchema
  checks: ReadonlyArray<Check> | undefined
  tracks: boolean
}

/**
 * The resources that evaluation has come through, from the inside out: the dynamic scope.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scope {
  readonly resource: Resource
  readonly parent: Scope | undefined
}

/**
 * A reference that is being followed at some place of the value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Hop {
  readonly target: Node
  readonly at: Location
  readonly parent: Hop | undefined
}

/**
 * The evaluation of one value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Run extends Budget.Budget {
  depth: number
  scope: Scope | undefined
  hop: Hop | undefined
}

/**
 * Which members and items of a value a schema has looked at, as far as it fits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Evaluated {
  readonly properties: Set<string>
  /** Items behind the first ones. */
  readonly items: Set<number>
  /** So many of the first items; `Infinity` for all. */
  firstItems: number
  allProperties: boolean
  /** Why there may be more of them. */
  unknown: Undecided | undefined
}

/**
 * The value of a keyword, if the schema itself has it.
 *
 * @category getters
 * @since 0.1.0
 */
export const own = (schema: JsonSchema, keyword: string): unknown =>
  Object.hasOwn(schema, keyword) ? schema[keyword] : undefined

/**
 * Applies a subschema to a value. What it has looked at is added to `outer` when the value fits.
 *
 * @category evaluation
 * @since 0.1.0
 */
export const evaluate = (node: Node, value: unknown, at: Location, run: Run, outer?: Evaluated): Verdict => {
  if (!charge(run, 1)) return exhausted
  if (run.depth >= run.maxDepth) return tooDeep
  const checks = node.checks ?? prepare(node, run)
  if (checks === undefined) return exhausted
  const { scope } = run
  if (scope?.resource !== node.resource) run.scope = { resource: node.resource, parent: scope }
  run.depth += 1
  const own = outer === undefined && !node.tracks ? undefined : nothingEvaluated()
  let verdict: Verdict
  for (const check of checks) {
    const found = check(value, at, run, own)
    if (found === undefined) continue
    verdict ??= found
    // what does not fit is certain, whatever else cannot be told
    if (found._tag === "Misfit") {
      verdict = found
      break
    }
    if (own !== undefined) own.unknown ??= found
  }
  run.depth -= 1
  run.scope = scope
  if (outer === undefined || own === undefined || verdict?._tag === "Misfit") return verdict
  if (verdict === undefined) return merge(own, outer, run)
  outer.unknown ??= verdict
  return verdict
}

const nothingEvaluated = (): Evaluated => ({
  properties: new Set(),
  items: new Set(),
  firstItems: 0,
  allProperties: false,
  unknown: undefined
})

const merge = (own: Evaluated, outer: Evaluated, run: Run): Verdict => {
  outer.allProperties ||= own.allProperties
  outer.firstItems = Math.max(outer.firstItems, own.firstItems)
  outer.unknown ??= own.unknown
  if (!charge(run, (own.properties.size + own.items.size) / 4)) return exhausted
  for (const name of own.properties) outer.properties.add(name)
  for (const index of own.items) outer.items.add(index)
  return undefined
}

/** What is made within the budget is kept, so that it need not be made for the next value. */
const prepare = (node: Node, run: Run): ReadonlyArray<Check> | undefined => {
  const { resource: { dialect, root }, schema } = node
  if (dialect === undefined) return node.checks = [unsupported(own(root, "$schema"))]
  const isReference = dialect.referenceStandsAlone && Object.hasOwn(schema, "$ref")
  const rules = dialect.rules.filter(({ keywords }) =>
    keywords.some((keyword) => Object.hasOwn(schema, keyword) && (!isReference || keyword === "$ref"))
  )
  if (!charge(run, 4)) return undefined
  const checks: Array<Check> = []
  for (const rule of rules) {
    checks.push(rule.compile(node, run))
    if (!charge(run, 0)) return undefined
  }
  node.tracks = rules.some(({ tracks }) => tracks === true)
  return node.checks = checks
}

const unsupported = (uri: unknown): Check => {
  const verdict = undecided(
    "UnsupportedDialect",
    `The schema is written in the dialect ${quoted(typeof uri === "string" ? uri : "")}, which is not supported`
  )
  return () => verdict
}
