/**
 * From a URI back to the values it was expanded from, in one pass over the URI.
 *
 * It is not a regular expression and never goes back: where an expression ends is known from the first character that
 * cannot belong to it (`Plan`).
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-1.4
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Expansion from "./Expansion.ts"
import type { Expression, Variable } from "./Expression.ts"
import * as PercentEncoding from "./PercentEncoding.ts"
import type * as Plan from "./Plan.ts"

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
 * Counts the characters that a match looks at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Meter {
  steps: number
}

/**
 * The values of a URI, or `undefined` when the template does not describe it. Looks at each character of the URI a
 * constant number of times; `meter` counts them.
 *
 * @category conversions
 * @since 0.1.0
 */
export const match = (
  steps: ReadonlyArray<Plan.Step>,
  uri: string,
  meter: Meter = { steps: 0 }
): Values | undefined => {
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
    record(found, variable, value)
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
    record(found, variable, variable.explode ? list : list[0] ?? "")
  }
  return true
}

const record = (found: Found, variable: Variable, value: string | ReadonlyArray<string>): void => {
  const seen = found.get(variable.name)
  if (seen === undefined) found.set(variable.name, [{ variable, value }])
  else seen.push({ variable, value })
}

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
  return typeof other !== "string" && other.length === value.length &&
    value.every((item, index) => item === other[index])
}
