/**
 * What is known of a value and a schema at some place: that it fits, that it does not, or that this cannot be told.
 *
 * It is not what users get: `JsonSchemaValidator` makes that of the verdict on the whole value.
 *
 * Spec: https://json-schema.org/draft/2020-12/json-schema-core#section-7.5
 *
 * @since 0.1.0
 */
import * as JsonPointer from "effect/JsonPointer"

/**
 * A place in a value, from the inside out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Location {
  readonly parent: Location | undefined
  readonly key: string | number
}

/**
 * A keyword that the value at a place does not satisfy. `message` is made of the schema, never of the value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Misfit {
  readonly _tag: "Misfit"
  readonly at: Location
  readonly keyword: string
  readonly message: string
}

/**
 * Why it cannot be told whether a value fits: what the schema asks for is too much work, or is nothing that can be done.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason =
  /** More work than `maxSteps`. */
  | "TooManySteps"
  /** Subschemas that lie deeper in each other, or values that do, than `maxDepth`. */
  | "TooDeep"
  /** A `$schema` that is none of the dialects that are known. */
  | "UnsupportedDialect"
  /** A reference that leads out of the schema, or nowhere in it. */
  | "UnresolvableReference"
  /** References that lead to each other and to nothing else. */
  | "ReferenceCycle"
  /** A keyword with a value that it cannot have. */
  | "MalformedKeyword"
  /** A pattern that is no regular expression, or one that could take too long for this text. */
  | "UncheckedPattern"

/**
 * It cannot be told whether the value fits, whatever the rest of the schema says. `message` is one line, made of the schema.
 *
 * @category models
 * @since 0.1.0
 */
export interface Undecided {
  readonly _tag: "Undecided"
  readonly reason: Reason
  readonly message: string
}

/**
 * `undefined` when the value fits.
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict = Misfit | Undecided | undefined

/**
 * Where a value begins.
 *
 * @category constructors
 * @since 0.1.0
 */
export const root: Location = { parent: undefined, key: "" }

/**
 * A value that does not fit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const misfit = (at: Location, keyword: string, message: string): Misfit => ({
  _tag: "Misfit",
  at,
  keyword,
  message
})

/**
 * A value of which nothing can be told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const undecided = (reason: Reason, message: string): Undecided => ({ _tag: "Undecided", reason, message })

/**
 * The budget of steps is used up.
 *
 * @category constructors
 * @since 0.1.0
 */
export const exhausted = undecided("TooManySteps", "The schema asks for more work than is done for one value")

/**
 * The limit of depth is reached.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooDeep = undecided("TooDeep", "Schemas or values lie deeper in each other than is looked at")

/**
 * A keyword that has a value it cannot have.
 *
 * @category constructors
 * @since 0.1.0
 */
export const malformed = (keyword: string): Undecided =>
  undecided("MalformedKeyword", `The schema has a value under ${quoted(keyword)} that this keyword cannot have`)

/**
 * A text of the peer's for a message: in quotes, at most 128 UTF-16 units of it, and in one line.
 *
 * @category formatting
 * @since 0.1.0
 */
export const quoted = (text: string): string =>
  JSON.stringify(text.slice(0, 128)).replace(/[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ")

/**
 * The JSON Pointer of a place. One of more than 1,024 UTF-16 units has lost its beginning, and an ellipsis stands for it.
 *
 * @category formatting
 * @since 0.1.0
 */
export const pointer = (at: Location): string => {
  let text = ""
  for (let place = at; place.parent !== undefined; place = place.parent) {
    const key = typeof place.key === "number" ? String(place.key) : place.key.slice(-maxPointer - 1)
    text = `/${JsonPointer.escapeToken(key)}${text}`
    if (text.length > maxPointer) return `…${text.slice(-maxPointer)}`
  }
  return text
}

const maxPointer = 1024
