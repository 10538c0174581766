/**
 * A `Codec` takes values of the neutral model from and to the wire of one revision.
 *
 * It does not copy or strip: what was received is checked and passed on as it is, so that members nobody knows survive (BASE-10, BASE-41).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import * as SchemaParser from "effect/SchemaParser"
import { format } from "../schema/IssueMessage.ts"
import { identity, type Step } from "./Step.ts"

/**
 * The two directions between the wire of a revision and the neutral model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Codec<A> {
  /** Absent params count as empty ones. A failure is a line of text that may be shown to the peer. */
  readonly decode: (wire: unknown) => Result.Result<A, string>
  /** The wire form in this revision: what it does not know is degraded or left out. Throws if the value is not an `A`, a defect of ours. */
  readonly encode: (value: A) => object
}

/** `encode` accepts anything, because it checks what it is given. */
interface CheckedCodec<A> extends Codec<A> {
  readonly encode: (value: unknown) => object
}

/**
 * A codec of values that fit the `schema`. On the wire they also fit the `required` schema, when there is one: what this revision demands
 * and the neutral model leaves optional. `sent` is demanded of what we send alone. `project` gives the form that this revision knows.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A extends object>(schema: Schema.Codec<A>, options?: {
  readonly required?: Schema.Codec<object> | undefined
  readonly sent?: Schema.Codec<object> | undefined
  readonly project?: Step<A> | undefined
}): CheckedCodec<A> => {
  const fits = guard(schema)
  const required = options?.required === undefined ? undefined : guard(options.required)
  const sent = options?.sent === undefined ? undefined : guard(options.sent)
  const project = options?.project ?? identity

  const misfit = (value: unknown): string =>
    fits.explain(value) ?? required?.explain(value) ?? sent?.explain(value) ?? "Not the expected value"

  return {
    decode: (wire) => {
      const value = wire === undefined ? {} : wire
      return fits.is(value) && (required === undefined || required.is(value))
        ? Result.succeed(value)
        : Result.fail(misfit(value))
    },
    encode: (value) => {
      const given = fits.is(value) ? value : withoutUndefined(value)
      if (!fits.is(given)) throw new Error(`Not a value of this revision: ${misfit(given)}`)
      const projected = project(given)
      if ((required !== undefined && !required.is(projected)) || (sent !== undefined && !sent.is(projected))) {
        throw new Error(`Not a value of this revision: ${misfit(projected)}`)
      }
      return projected
    }
  }
}

interface Guard<A> {
  readonly is: (value: unknown) => value is A
  readonly explain: (value: unknown) => string | undefined
}

/** No schema of the protocol transforms, so to decode is to check: compiled, a guard costs no allocation and keeps the value's identity. */
const guard = <A>(schema: Schema.Codec<A>): Guard<A> => {
  SchemaJITCompiler.enable(schema.ast)
  const is = SchemaParser.is(schema)
  const decode = SchemaParser.decodeUnknownResult(schema)
  return {
    is: (value): value is A => is(value),
    explain: (value) => {
      const result = decode(value)
      return Result.isFailure(result) ? format(result.failure) : undefined
    }
  }
}

/** JSON has no `undefined`; authors without `exactOptionalPropertyTypes` produce it, and it means absent. */
const withoutUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => member === undefined ? [] : [[key, withoutUndefined(member)]])
  )
}
