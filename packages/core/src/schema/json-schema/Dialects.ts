/**
 * The dialects of JSON Schema that are known, by the `$schema` that names them.
 *
 * No other is read as if it were one of them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#json-schema-usage
 *
 * @since 0.1.0
 */
import * as Applicators from "./Applicators.ts"
import { assertions } from "./Assertions.ts"
import type { Dialect } from "./Evaluation.ts"
import * as Items from "./Items.ts"
import * as Members from "./Members.ts"

/**
 * Draft 2020-12, which a schema is written in that names no other (JSCH-1).
 *
 * @category dialects
 * @since 0.1.0
 */
export const draft202012: Dialect = {
  referenceStandsAlone: false,
  anchorsAreIds: false,
  rules: [
    ...assertions,
    ...Members.members,
    ...Items.laterItems,
    ...Applicators.references,
    ...Applicators.laterApplicators,
    ...Applicators.applicators,
    ...Items.restOfItems,
    ...Members.laterMembers
  ]
}

/**
 * Draft 7.
 *
 * @category dialects
 * @since 0.1.0
 */
export const draft7: Dialect = {
  referenceStandsAlone: true,
  anchorsAreIds: true,
  rules: [
    ...assertions,
    ...Members.members,
    ...Items.earlierItems,
    ...Applicators.references,
    ...Applicators.earlierApplicators,
    ...Applicators.applicators
  ]
}

/**
 * The dialect of a `$schema`, with or without an empty fragment.
 *
 * @category getters
 * @since 0.1.0
 */
export const find = (uri: string): Dialect | undefined =>
  byUri.get(uri.replace(/^http:|#$/g, (part) => part === "#" ? "" : "https:"))

const byUri: ReadonlyMap<string, Dialect> = new Map([
  ["https://json-schema.org/draft/2020-12/schema", draft202012],
  ["https://json-schema.org/draft-07/schema", draft7]
])
