/**
 * Whether a JSON value fits a JSON Schema that a peer sent, in bounded work: draft 2020-12, and draft 7 where `$schema` names it.
 *
 * It is not for schemas of our own authors, whose Schemas decode: nothing is compiled to code from what a peer sent, nothing is fetched, and what
 * would take too long is not tried.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic#json-schema-usage
 *
 * @since 0.1.0
 */
import * as Dialects from "./json-schema/Dialects.ts"
import * as Document from "./json-schema/Document.ts"
import type { Node, Run } from "./json-schema/Evaluation.ts"
import { evaluate } from "./json-schema/Evaluation.ts"
import type { Reason, Undecided } from "./json-schema/Verdict.ts"
import { pointer, root } from "./json-schema/Verdict.ts"
import type { JsonSchema } from "./JsonSchemaDocument.ts"

export type {
  /**
   * Why it cannot be told whether a value fits.
   *
   * @category models
   * @since 0.1.0
   */
  Reason,
  /**
   * It cannot be told whether the value fits.
   *
   * @category models
   * @since 0.1.0
   */
  Undecided
}

/**
 * A schema that values can be held against. It learns about the schema what a value asks for, and keeps it for the next one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Validator {
  readonly root: () => Node
  readonly limits: Limits
}

/**
 * How much work is done for one value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  /** Subschemas that are applied, and other work of about a microsecond. */
  readonly maxSteps: number
  /** How many subschemas may lie in each other, counted with the references between them, and how deep values may be that are compared. */
  readonly maxDepth: number
}

/**
 * Whether a value fits.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = Valid | Misfit | Undecided

/**
 * The value fits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Valid {
  readonly _tag: "Valid"
}

/**
 * The value does not fit, and this is the first reason found. `message` is one line of less than 1,024 UTF-16 units, made of
 * the schema alone; `pointer` has the names of the value's members.
 *
 * @category models
 * @since 0.1.0
 */
export interface Misfit {
  readonly _tag: "Misfit"
  /** Where in the value, as a JSON Pointer of at most 1,024 UTF-16 units: an ellipsis stands for the beginning of a longer one. */
  readonly pointer: string
  readonly keyword: string
  readonly message: string
}

/**
 * Counts the steps that were done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Meter {
  steps: number
}

/**
 * 100,000 steps, and 128 levels.
 *
 * @category limits
 * @since 0.1.0
 */
export const defaultLimits: Limits = { maxSteps: 100_000, maxDepth: 128 }

/**
 * The validator of a schema. Nothing is done with the schema before the first value: what is wrong with it is found where it matters.
 *
 * @example
 * ```ts
 * import * as JsonSchemaValidator from "@mcp-effect/core/schema/JsonSchemaValidator"
 *
 * const validator = JsonSchemaValidator.make({ type: "object", properties: { sum: { type: "number" } }, required: ["sum"] })
 *
 * JsonSchemaValidator.validate(validator, { sum: "3" })
 * // { _tag: "Misfit", pointer: "/sum", keyword: "type", message: "Expected number" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (schema: JsonSchema, limits?: Partial<Limits>): Validator => {
  let node: Node | undefined
  return {
    root: () => node ??= Document.make(schema, Dialects.draft202012, Dialects.find),
    limits: { ...defaultLimits, ...limits }
  }
}

/**
 * Holds a value against a schema. Neither is changed, and own members alone count. What is `Valid` or a `Misfit` is so, whatever could not be told
 * about other parts of the schema.
 *
 * @category conversions
 * @since 0.1.0
 */
export const validate = (validator: Validator, value: unknown, meter: Meter = { steps: 0 }): Outcome => {
  const run: Run = { ...validator.limits, steps: 0, patternSteps: 0, depth: 0, scope: undefined, hop: undefined }
  const verdict = evaluate(validator.root(), value, root, run)
  meter.steps += run.steps
  if (verdict === undefined) return valid
  if (verdict._tag === "Undecided") return verdict
  const { at, keyword, message } = verdict
  return { _tag: "Misfit", pointer: pointer(at), keyword, message }
}

const valid: Valid = { _tag: "Valid" }
