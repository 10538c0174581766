/**
 * A schema as a document: its resources, its anchors, and what a reference within it leads to.
 *
 * It fetches nothing: a reference that leads out of the document leads nowhere.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { JsonSchema } from "../JsonSchemaDocument.ts"
import { charge } from "./Budget.ts"
import type { Check, Dialect, Document, Node, Resource, Run } from "./Evaluation.ts"
import { own } from "./Evaluation.ts"
import type { Undecided } from "./Verdict.ts"
import { exhausted, misfit, quoted, undecided } from "./Verdict.ts"

// Every platform has it, but the types that core is compiled with know no platform.
declare const URL: {
  readonly parse: (url: string, base: string) => { readonly href: string } | null
}

/**
 * The node of a whole schema. `dialect` is that of a schema which names none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (root: JsonSchema, dialect: Dialect, dialectOf: Document["dialectOf"]): Node => {
  const document: Document = { dialectOf, resources: new Map(), uris: new Map(), isIndexed: false }
  return nodeIn(resourceOf(document, root, undefined, dialect), root)
}

/** What relative references are relative to in a schema that has no `$id`. */
const base = "schema://document/"

/**
 * The node of a subschema within a resource, or `undefined` for what is no schema. `keyword` is the one it stands under.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nodeOf = (resource: Resource, schema: unknown, keyword: string): Node | undefined => {
  if (typeof schema === "boolean") {
    const checks = schema ? [] : [nothing(keyword)]
    return { resource, schema: empty, checks, tracks: false }
  }
  return Predicate.isObject(schema) ? nodeIn(homeOf(schema, resource), schema) : undefined
}

const empty: JsonSchema = {}

const nothing = (keyword: string): Check => (_, at) => misfit(at, keyword, "Expected nothing here")

const nodeIn = (resource: Resource, schema: JsonSchema): Node => {
  const known = resource.nodes.get(schema)
  if (known !== undefined) return known
  const node: Node = { resource, schema, checks: undefined, tracks: false }
  resource.nodes.set(schema, node)
  return node
}

// --- resources

const homeOf = (schema: JsonSchema, outer: Resource): Resource => {
  const { dialect, document } = outer
  if (schema === outer.root || dialect === undefined || idOf(schema, dialect) === undefined) return outer
  return document.resources.get(schema) ?? resourceOf(document, schema, outer, dialect)
}

const resourceOf = (
  document: Document,
  root: JsonSchema,
  outer: Resource | undefined,
  inherited: Dialect
): Resource => {
  const named = own(root, "$schema")
  const dialect = named === undefined ? inherited : typeof named === "string" ? document.dialectOf(named) : undefined
  const resource: Resource = {
    root,
    outer,
    dialect,
    document,
    nodes: new Map(),
    anchors: new Map(),
    dynamicAnchors: new Map(),
    uri: undefined
  }
  document.resources.set(root, resource)
  return resource
}

/** The `$id` that makes a resource of a schema, without its fragment. */
const idOf = (schema: JsonSchema, dialect: Dialect): string | undefined => {
  const id = own(schema, "$id")
  if (typeof id !== "string" || (dialect.referenceStandsAlone && Object.hasOwn(schema, "$ref"))) return undefined
  const [uri] = split(id)
  return uri === "" ? undefined : uri
}

const split = (reference: string): readonly [uri: string, fragment: string] => {
  const hash = reference.indexOf("#")
  return hash === -1 ? [reference, ""] : [reference.slice(0, hash), reference.slice(hash + 1)]
}

const maxReferenceLength = 2048

const resolve = (reference: string, against: string): string | undefined =>
  reference.length > maxReferenceLength || against.length > maxReferenceLength
    ? undefined
    : URL.parse(reference, against)?.href

/** Only needed where there is a reference by URI; those around it come first. */
const uriOf = (resource: Resource): string | undefined => {
  const { dialect, outer, root, uri } = resource
  if (uri !== undefined) return uri
  const against = outer === undefined ? base : outer.uri
  const id = dialect === undefined ? own(root, "$id") : idOf(root, dialect) ?? ""
  return resource.uri = against === undefined || typeof id !== "string" ? undefined : resolve(id, against)
}

// --- references

/**
 * A schema that a reference leads to, and the name under which it is a dynamic anchor.
 *
 * @category models
 * @since 0.1.0
 */
export interface Target {
  readonly _tag: "Target"
  readonly node: Node
  readonly dynamicAnchor: string | undefined
}

/**
 * What a reference within a resource leads to. Only the document itself is looked at.
 *
 * @category references
 * @since 0.1.0
 */
export const follow = (from: Resource, reference: string, keyword: string, run: Run): Target | Undecided => {
  if (reference.length > maxReferenceLength) return unresolvable(reference)
  if (!charge(run, 4 + reference.length / 64)) return exhausted
  const [uri, fragment] = split(reference)
  const isName = fragment !== "" && !fragment.startsWith("/")
  if ((uri !== "" || isName) && !index(from.document, run)) return exhausted
  const resource = uri === "" ? from : find(from, uri)
  if (resource === undefined) return unresolvable(reference)
  const dynamic = resource.dynamicAnchors.get(fragment)
  const named = dynamic ?? resource.anchors.get(fragment)
  const schema = named === undefined ? undefined : nodeIn(resource, named)
  const node = isName ? schema : at(resource, fragment, keyword)
  return node === undefined
    ? unresolvable(reference)
    : { _tag: "Target", node, dynamicAnchor: dynamic === undefined ? undefined : fragment }
}

/**
 * The node of a dynamic anchor of a resource.
 *
 * @category references
 * @since 0.1.0
 */
export const dynamicAnchor = (resource: Resource, name: string): Node | undefined => {
  const schema = resource.dynamicAnchors.get(name)
  return schema === undefined ? undefined : nodeIn(resource, schema)
}

const unresolvable = (reference: string): Undecided =>
  undecided(
    "UnresolvableReference",
    `The reference ${quoted(reference)} leads to nothing within the schema, and nothing is fetched`
  )

const find = (from: Resource, uri: string): Resource | undefined => {
  const against = uriOf(from)
  const absolute = against === undefined ? undefined : resolve(uri, against)
  return absolute === undefined ? undefined : from.document.uris.get(absolute)
}

/** By a JSON Pointer, which may lead into another resource on its way. */
const at = (start: Resource, pointer: string, keyword: string): Node | undefined => {
  // it is written with and without percent-encoding
  const text = Result.getOrElse(Result.try(() => decodeURIComponent(pointer)), () => pointer)
  let resource = start
  let current: unknown = start.root
  for (const token of text.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~")
    if (Array.isArray(current)) {
      current = /^(0|[1-9]\d*)$/.test(key) ? current[Number(key)] : undefined
    } else if (Predicate.isObject(current)) {
      resource = homeOf(current, resource)
      current = own(current, key)
    } else return undefined
  }
  return current === resource.root ? nodeIn(resource, resource.root) : nodeOf(resource, current, keyword)
}

// --- the index

/** Finds every resource and anchor of the document, once. False when that is too much work. */
const index = (document: Document, run: Run): boolean => {
  if (document.isIndexed) return true
  const [root] = document.resources.values()
  const pending: Array<readonly [schema: JsonSchema, outer: Resource]> = root === undefined ? [] : [[root.root, root]]
  const seen = new Set<JsonSchema>()
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const [schema, outer] = entry
    if (seen.has(schema)) continue
    seen.add(schema)
    if (!charge(run, 2)) return false
    const resource = homeOf(schema, outer)
    if (resource.root === schema) {
      if (!charge(run, 16)) return false
      const uri = uriOf(resource)
      if (uri !== undefined && !document.uris.has(uri)) document.uris.set(uri, resource)
    }
    name(schema, resource)
    for (const [keyword, place] of subschemas) {
      const value = own(schema, keyword)
      if (typeof value !== "object" || value === null) continue
      const list: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
      const members = place === "named" ? Object.values(value) : list
      if (!charge(run, members.length / 8)) return false
      for (const member of members) if (Predicate.isObject(member)) pending.push([member, resource])
    }
  }
  return document.isIndexed = true
}

/** Of two schemas of one name the first one found has it. */
const name = (schema: JsonSchema, { anchors, dialect, dynamicAnchors }: Resource): void => {
  if (dialect === undefined) return
  if (dialect.anchorsAreIds) {
    const id = own(schema, "$id")
    const fragment = typeof id === "string" && !Object.hasOwn(schema, "$ref") ? split(id)[1] : ""
    if (fragment !== "" && !anchors.has(fragment)) anchors.set(fragment, schema)
    return
  }
  const anchor = own(schema, "$anchor")
  const dynamic = own(schema, "$dynamicAnchor")
  if (typeof anchor === "string" && !anchors.has(anchor)) anchors.set(anchor, schema)
  if (typeof dynamic === "string" && !dynamicAnchors.has(dynamic)) dynamicAnchors.set(dynamic, schema)
}

/** Where subschemas stand in any dialect: one or a list of them, or each under a name. */
const subschemas: ReadonlyMap<string, "direct" | "named"> = new Map([
  ["$defs", "named"],
  ["additionalItems", "direct"],
  ["additionalProperties", "direct"],
  ["allOf", "direct"],
  ["anyOf", "direct"],
  ["contains", "direct"],
  ["contentSchema", "direct"],
  ["definitions", "named"],
  ["dependencies", "named"],
  ["dependentSchemas", "named"],
  ["else", "direct"],
  ["if", "direct"],
  ["items", "direct"],
  ["not", "direct"],
  ["oneOf", "direct"],
  ["patternProperties", "named"],
  ["prefixItems", "direct"],
  ["properties", "named"],
  ["propertyNames", "direct"],
  ["then", "direct"],
  ["unevaluatedItems", "direct"],
  ["unevaluatedProperties", "direct"]
])
