/**
 * How a template can be read back: where each of its expressions ends, or that this cannot be told.
 *
 * It reads no URI itself (`Matching`); it makes sure beforehand that reading never has to try and go back.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-1.4
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Expansion from "./Expansion.ts"
import type { Expression, Operator, Part } from "./Expression.ts"
import * as PercentEncoding from "./PercentEncoding.ts"
import { UriTemplateError } from "./UriTemplateError.ts"

/**
 * What to do at each place of a URI.
 *
 * @category models
 * @since 0.1.0
 */
export type Step = Literal | Region

/**
 * Text that must stand there as it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Literal {
  readonly _tag: "Literal"
  readonly text: string
}

/**
 * An expression and the literal text behind it that could belong to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Region {
  readonly _tag: "Region"
  readonly expression: Expression
  readonly tail: string
  /** Characters at which the region is over; `undefined` when only the end of the URI is. */
  readonly stops: string | undefined
}

/**
 * The steps that match a template, or why a match could not be the inverse of its expansion.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  template: string,
  parts: ReadonlyArray<Part>
): Result.Result<ReadonlyArray<Step>, UriTemplateError> => {
  const steps: Array<Step> = []
  const lists = new Map<string, boolean>()
  let taken = 0
  for (const [index, part] of parts.entries()) {
    if (part._tag === "Literal") {
      const text = normalizeLiteral(part.text).slice(taken)
      taken = 0
      if (text !== "") steps.push({ _tag: "Literal", text })
      continue
    }
    const next = parts[index + 1]
    const tail = next?._tag === "Literal" ? prefixWithin(normalizeLiteral(next.text), alphabet(part)) : ""
    const follow = firstOf(parts.slice(index + 1), tail.length)
    const detail = mixed(part, lists) ?? indistinctInside(part) ?? indistinctFrom(part, follow)
    if (detail !== undefined) {
      return Result.fail(new UriTemplateError({ template, position: part.position, reason: "Ambiguous", detail }))
    }
    taken = tail.length
    const boundaries = delimiters[part.operator]
    const stops = boundaries === undefined ? undefined : boundaries + follow.characters
    steps.push({ _tag: "Region", expression: part, tail, stops })
  }
  return Result.succeed(steps)
}

const normalizeLiteral = (text: string): string =>
  PercentEncoding.normalize(PercentEncoding.encodeReserved(text)) ?? text

/** Every character that an expansion may hold; `undefined` for all of them. */
const alphabet = (expression: Expression): string | undefined => {
  const { operator, variables } = expression
  const style = Expansion.styles[operator]
  if (operator === "+" || operator === "#") return undefined
  const several = variables.length > 1 || variables[0].explode
  return PercentEncoding.unreserved + "%" + style.first + (several ? style.separator : "") + (style.named ? "=" : "")
}

const prefixWithin = (text: string, characters: string | undefined): string => {
  if (characters === undefined) return text
  let end = 0
  while (end < text.length && characters.includes(text[end] ?? "")) end++
  return text.slice(0, end)
}

interface Follow {
  /** Characters that may stand right behind an expression and its tail. */
  readonly characters: string
  /** The expression that begins with one of them, if it is not a literal. */
  readonly expression: Expression | undefined
}

/** What may come next: each expression may be empty, so one looks on until a literal. */
const firstOf = (parts: ReadonlyArray<Part>, skip: number): Follow => {
  let characters = ""
  let expression: Expression | undefined
  for (const [index, part] of parts.entries()) {
    if (part._tag === "Literal") {
      const text = normalizeLiteral(part.text)
      const character = text[index === 0 ? skip : 0]
      if (character !== undefined) return { characters: characters + character, expression }
    } else {
      const { first } = Expansion.styles[part.operator]
      characters += first === "" ? PercentEncoding.unreserved + "%" : first
      expression ??= part
    }
  }
  return { characters, expression }
}

const indistinctFrom = (expression: Expression, { characters, expression: next }: Follow): string | undefined => {
  const own = alphabet(expression)
  const shared = own === undefined ? characters[0] : Array.from(characters).find((character) => own.includes(character))
  if (shared === undefined) return undefined
  const where = next === undefined ? "the text behind it" : next.source
  const advice = expression.operator === "+"
    ? `; ${sourceOf("/", expression.variables[0].name, "*")} reads a path in front of something else`
    : "; put a character between them that neither can hold, such as \"/\""
  return `where ${expression.source} ends and ${where} begins cannot be told${advice}`
}

/** A name stands for text or for a list, wherever it occurs. */
const mixed = (expression: Expression, lists: Map<string, boolean>): string | undefined => {
  for (const { explode, name } of expression.variables) {
    if (lists.get(name) === !explode) return `${name} cannot be a text and a list (with "*") at once`
    lists.set(name, explode)
  }
  return undefined
}

/** The separator must not be able to stand in a value. */
const indistinctInside = ({ operator, source, variables }: Expression): string | undefined => {
  const style = Expansion.styles[operator]
  if (style.named) {
    const names = variables.map((variable) => PercentEncoding.normalize(variable.name))
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    return twice === undefined ? undefined : `${source} names ${twice} twice`
  }
  const several = variables.length > 1 || variables[0].explode
  if (several && (operator === "." || operator === "+" || operator === "#")) {
    return `the values of ${source} may hold ${
      JSON.stringify(style.separator)
    } themselves, so they cannot be told apart`
  }
  const early = variables.slice(0, -1).find((variable) => variable.explode)
  return early === undefined
    ? undefined
    : `in ${source} a list can only come last, but ${early.name} is followed by more`
}

const sourceOf = (operator: Operator, name: string, modifier: string): string => `{${operator}${name}${modifier}}`

/** The characters at which the parts of a URI end that an expression can stand in. */
const delimiters: { readonly [K in Operator]: string | undefined } = {
  "": "/?#",
  ".": "/?#",
  ";": "/?#",
  "/": "?#",
  "?": "#",
  "&": "#",
  "+": undefined,
  "#": undefined
}
