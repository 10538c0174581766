/**
 * The parts of a URI template, and the parser that finds them.
 *
 * It says nothing about what the parts become (`Expansion`) or how they are read back (`Matching`).
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-2
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { UriTemplateError } from "./UriTemplateError.ts"

/**
 * How an expression is written: the character in front of its variables, `""` for simple expansion.
 *
 * @category models
 * @since 0.1.0
 */
export type Operator = "" | "+" | "#" | "." | "/" | ";" | "?" | "&"

/**
 * A variable of an expression: `{name}`, `{name:prefix}` or `{name*}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Variable {
  readonly name: string
  readonly explode: boolean
  readonly prefix: number | undefined
}

/**
 * A part of a template: text, or an expression. `position` counts UTF-16 units from the beginning of the template.
 *
 * @category models
 * @since 0.1.0
 */
export type Part = Literal | Expression

/**
 * Text between expressions, as it stands in the template.
 *
 * @category models
 * @since 0.1.0
 */
export interface Literal {
  readonly _tag: "Literal"
  readonly position: number
  readonly text: string
}

/**
 * What stands between `{` and `}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expression {
  readonly _tag: "Expression"
  readonly position: number
  readonly source: string
  readonly operator: Operator
  readonly variables: readonly [Variable, ...Array<Variable>]
}

/**
 * The parts of a template, in order; two literals are never adjacent.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (template: string): Result.Result<ReadonlyArray<Part>, UriTemplateError> => {
  const parts: Array<Part> = []
  let position = 0
  while (position < template.length) {
    const part = template[position] === "{" ? expression(template, position) : literal(template, position)
    if (part._tag === "Problem") {
      const { detail, position } = part
      return Result.fail(new UriTemplateError({ template, position, reason: "Syntax", detail }))
    }
    parts.push(part)
    position += part._tag === "Literal" ? part.text.length : part.source.length
  }
  return Result.succeed(parts)
}

interface Problem {
  readonly _tag: "Problem"
  readonly position: number
  readonly detail: string
}

const problem = (position: number, detail: string): Problem => ({ _tag: "Problem", position, detail })

const literal = (template: string, position: number): Literal | Problem => {
  const next = template.indexOf("{", position)
  const text = template.slice(position, next === -1 ? template.length : next)
  // eslint-disable-next-line no-control-regex -- controls are what is looked for
  const bad = /[\0-\x20\x7f-\x9f"<>\\^`|}]|%(?![0-9A-Fa-f]{2})|\p{Surrogate}/u.exec(text)
  return bad === null
    ? { _tag: "Literal", position, text }
    : problem(position + bad.index, `${JSON.stringify(bad[0])} cannot stand in a URI; write it percent-encoded`)
}

const expression = (template: string, position: number): Expression | Problem => {
  const end = template.indexOf("}", position)
  const next = template.indexOf("{", position + 1)
  if (end === -1 || (next !== -1 && next < end)) return problem(position, "this \"{\" has no \"}\"")
  const source = template.slice(position, end + 1)
  const operator = operators.find((operator) => source[1] === operator) ?? ""
  const variables: Array<Variable> = []
  let at = position + 1 + operator.length
  for (const spec of source.slice(1 + operator.length, -1).split(",")) {
    const [, name, prefix, explode] = variable.exec(spec) ?? []
    if (name === undefined) return problem(at, explain(spec))
    variables.push({ name, explode: explode !== undefined, prefix: prefix === undefined ? undefined : Number(prefix) })
    at += spec.length + 1
  }
  const [first, ...rest] = variables
  return first === undefined
    ? problem(at, explain(""))
    : { _tag: "Expression", position, source, operator, variables: [first, ...rest] }
}

const operators: ReadonlyArray<Operator> = ["+", "#", ".", "/", ";", "?", "&"]

/** A name of word characters and triplets with single dots inside, and a modifier. */
const variable = /^((?:\w|%[0-9A-Fa-f]{2})+(?:\.(?:\w|%[0-9A-Fa-f]{2})+)*)(?::([1-9]\d{0,3})|(\*))?$/

const explain = (spec: string): string =>
  spec === ""
    ? "a variable is missing"
    : /^[=,!@|]/.test(spec)
    ? `the operator ${JSON.stringify(spec[0])} is reserved for extensions`
    : `${
      JSON.stringify(spec)
    } is no variable: a name has letters, digits, "_" and "." and may end with "*" or ":" and a length`
