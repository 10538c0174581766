/**
 * From a URI back to the values it was expanded from, in one pass over the URI.
 *
 * It is not a regular expression and never goes back: where an expression ends is known from the first character that
 * cannot belong to it, and templates for which that is not known are refused beforehand.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-1.4
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Expansion from "./Expansion.ts"
import type { Expression, Operator, Part, Variable } from "./Expression.ts"
import * as PercentEncoding from "./PercentEncoding.ts"
import { UriTemplateError } from "./UriTemplateError.ts"

/**
 * The values that a match gives: a list for a variable with `*`, else text.
 *
 * @category models
 * @since 0.1.0
 */
export interface Values {
  readonly [name: string]: string | ReadonlyArray<string>
}

/**
 * What to do at each place of a URI.
 *
 * @category models
 * @since 0.1.0
 */
export type Step = Literal | Region

interface Literal {
  readonly _tag: "Literal"
  readonly text: string
}

/** An expression and the literal text behind it that could belong to it. */
interface Region {
  readonly _tag: "Region"
  readonly expression: Expression
  readonly tail: string
  /** Characters at which the region is over; `undefined` when only the end of the URI is. */
  readonly stops: string | undefined
}

/**
 * Counts the characters that a match looks at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Meter {
  steps: number
}

/**
 * The steps that match a template, or why a match could not be the inverse of its expansion.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = (
  template: string,
  parts: ReadonlyArray<Part>
): Result.Result<ReadonlyArray<Step>, UriTemplateError> => {
  const steps: Array<Step> = []
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
    const detail = indistinctInside(part) ?? indistinctFrom(part, follow)
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

// --- which templates can be read back

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
    return `the values of ${source} may hold ${JSON.stringify(style.separator)} themselves, so they cannot be told apart`
  }
  const early = variables.slice(0, -1).find((variable) => variable.explode)
  return early === undefined ? undefined : `in ${source} a list can only come last, but ${early.name} is followed by more`
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

// --- reading

/**
 * The values of a URI, or `undefined` when the template does not describe it. Looks at each character of the URI a
 * constant number of times; `meter` counts them.
 *
 * @category conversions
 * @since 0.1.0
 */
export const match = (steps: ReadonlyArray<Step>, uri: string, meter: Meter = { steps: 0 }): Values | undefined => {
  meter.steps += uri.length
  const text = PercentEncoding.normalize(uri)
  if (text === undefined) return undefined
  const found: Found = new Map()
  let position = 0
  for (const step of steps) {
    meter.steps += 1
    if (step._tag === "Literal") {
      meter.steps += step.text.length
      if (!text.startsWith(step.text, position)) return undefined
      position += step.text.length
      continue
    }
    const end = endOfRegion(text, position, step.stops, meter)
    const region = text.slice(position, end)
    meter.steps += step.tail.length
    if (!region.endsWith(step.tail)) return undefined
    const body = region.slice(0, region.length - step.tail.length)
    if (body !== "" && !read(step.expression, body, found, meter)) return undefined
    position = end
  }
  return position === text.length ? agreed(found) : undefined
}

const endOfRegion = (text: string, start: number, stops: string | undefined, meter: Meter): number => {
  if (stops === undefined) return text.length
  let end = start
  while (end < text.length && !stops.includes(text[end] ?? "")) end++
  meter.steps += end - start
  return end
}

/** What was read for each variable: a template may name one more than once. */
type Found = Map<string, Array<{ readonly variable: Variable; readonly value: string | ReadonlyArray<string> }>>

const read = (expression: Expression, body: string, found: Found, meter: Meter): boolean => {
  const { operator, variables } = expression
  const style = Expansion.styles[operator]
  meter.steps += body.length
  if (!body.startsWith(style.first)) return false
  const content = body.slice(style.first.length)
  if (style.named) return readNamed(variables, content.split(style.separator), found, meter)
  const decode = operator === "+" || operator === "#" ? PercentEncoding.decodeReserved : PercentEncoding.decode
  const [only] = variables
  // One text may hold the separator unencoded, except where it would begin another part of the URI.
  const whole = variables.length === 1 && !only.explode && operator !== "/"
  const items = whole ? [content] : content.split(style.separator)
  return readPositional(variables, items, found, meter, decode)
}

type Decode = (text: string) => Option.Option<string>

const readPositional = (
  variables: ReadonlyArray<Variable>,
  items: ReadonlyArray<string>,
  found: Found,
  meter: Meter,
  decode: Decode
): boolean => {
  const texts: Array<string> = []
  for (const item of items) {
    meter.steps += item.length + 1
    const text = decode(item)
    if (Option.isNone(text)) return false
    texts.push(text.value)
  }
  for (const [index, variable] of variables.entries()) {
    if (index >= texts.length) return true
    const value = variable.explode ? texts.slice(index) : texts[index] ?? ""
    if (!record(found, variable, value)) return false
    if (variable.explode) return true
  }
  return texts.length <= variables.length
}

/** In any order, since the names tell; a name that the expression does not know is no match. */
const readNamed = (
  variables: ReadonlyArray<Variable>,
  items: ReadonlyArray<string>,
  found: Found,
  meter: Meter
): boolean => {
  const known = new Map(variables.map((variable) => [PercentEncoding.normalize(variable.name), variable]))
  const lists = new Map<Variable, Array<string>>()
  for (const item of items) {
    meter.steps += item.length + 1
    const equals = item.indexOf("=")
    const variable = known.get(equals === -1 ? item : item.slice(0, equals))
    const text = PercentEncoding.decode(equals === -1 ? "" : item.slice(equals + 1))
    if (variable === undefined || Option.isNone(text)) return false
    const list = lists.get(variable)
    if (list === undefined) lists.set(variable, [text.value])
    else if (variable.explode) list.push(text.value)
    else return false
  }
  for (const [variable, list] of lists) {
    if (!record(found, variable, variable.explode ? list : list[0] ?? "")) return false
  }
  return true
}

const record = (found: Found, variable: Variable, value: string | ReadonlyArray<string>): boolean => {
  if (variable.prefix !== undefined && codePoints(value) > variable.prefix) return false
  const seen = found.get(variable.name)
  if (seen === undefined) found.set(variable.name, [{ variable, value }])
  else seen.push({ variable, value })
  return true
}

const codePoints = (value: string | ReadonlyArray<string>): number =>
  typeof value === "string" ? Array.from(value).length : 0

/** One value for each name: all its occurrences say the same, a prefix as much of it as it holds. */
const agreed = (found: Found): Values | undefined => {
  const values: Array<[string, string | ReadonlyArray<string>]> = []
  for (const [name, seen] of found) {
    const [first, ...rest] = seen
    if (first === undefined) continue
    const { value } = rest.reduce((best, other) => (lengthOf(other.value) > lengthOf(best.value) ? other : best), first)
    if (!seen.every((other) => isSame(value, other.value, other.variable.prefix))) return undefined
    values.push([name, value])
  }
  // From entries, because `__proto__` is a variable name like any other.
  return Object.fromEntries(values)
}

const lengthOf = (value: string | ReadonlyArray<string>): number => typeof value === "string" ? value.length : -1

const isSame = (
  value: string | ReadonlyArray<string>,
  other: string | ReadonlyArray<string>,
  prefix: number | undefined
): boolean => {
  if (typeof value === "string") {
    return other === (prefix === undefined ? value : Array.from(value).slice(0, prefix).join(""))
  }
  return typeof other !== "string" && other.length === value.length && value.every((item, index) => item === other[index])
}
