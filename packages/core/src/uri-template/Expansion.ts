/**
 * From a template and values to a URI.
 *
 * It is complete (levels 1 to 4 of RFC 6570), so that a client can expand any server's template.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-3.2
 *
 * @since 0.1.0
 */
import type { Expression, Operator, Part, Variable } from "./Expression.ts"
import * as PercentEncoding from "./PercentEncoding.ts"

/**
 * A value of a variable: text, a list, or an associative array. An empty list or array is the same as no value.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = string | ReadonlyArray<string> | { readonly [key: string]: string }

/**
 * The URI of some values. Variables without a value are left out, names that the template does not know are ignored.
 *
 * @category conversions
 * @since 0.1.0
 */
export const expand = (
  parts: ReadonlyArray<Part>,
  values: { readonly [name: string]: Value | undefined }
): string =>
  parts.map((part) =>
    part._tag === "Literal" ? PercentEncoding.encodeReserved(part.text) : expandExpression(part, values)
  ).join("")

/**
 * What makes the operators differ.
 *
 * @category models
 * @since 0.1.0
 */
export interface Style {
  /** What an expansion begins with, when it is not empty. */
  readonly first: string
  readonly separator: string
  /** Whether values stand after the names of their variables. */
  readonly named: boolean
  /** What stands after a name in front of an empty value. */
  readonly ifEmpty: string
  readonly encode: (text: string) => string
}

const style = (
  first: string,
  separator: string,
  named: boolean,
  ifEmpty = "",
  encode: Style["encode"] = PercentEncoding.encode
): Style => ({ first, separator, named, ifEmpty, encode })

/**
 * The table of RFC 6570, appendix A.
 *
 * @category constants
 * @since 0.1.0
 */
export const styles: { readonly [K in Operator]: Style } = {
  "": style("", ",", false),
  "+": style("", ",", false, "", PercentEncoding.encodeReserved),
  "#": style("#", ",", false, "", PercentEncoding.encodeReserved),
  ".": style(".", ".", false),
  "/": style("/", "/", false),
  ";": style(";", ";", true),
  "?": style("?", "&", true, "="),
  "&": style("&", "&", true, "=")
}

const expandExpression = (
  expression: Expression,
  values: { readonly [name: string]: Value | undefined }
): string => {
  const style = styles[expression.operator]
  const items = expression.variables.flatMap((variable) => {
    // A template may name a variable `constructor`; only what the caller gave is a value.
    const value = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined
    return value === undefined ? [] : expandVariable(variable, value, style)
  })
  return items.length === 0 ? "" : style.first + items.join(style.separator)
}

const expandVariable = (variable: Variable, value: Value, style: Style): ReadonlyArray<string> => {
  const named = (name: string, text: string) => name + (text === "" ? style.ifEmpty : `=${text}`)
  const own = (text: string) => style.named ? named(variable.name, text) : text
  if (typeof value === "string") {
    const text = variable.prefix === undefined ? value : Array.from(value).slice(0, variable.prefix).join("")
    return [own(style.encode(text))]
  }
  if (isList(value)) {
    if (value.length === 0) return []
    const texts = value.map(style.encode)
    return variable.explode ? texts.map(own) : [own(texts.join(","))]
  }
  const pairs = Object.entries(value).map(([key, text]) => [style.encode(key), style.encode(text)] as const)
  if (pairs.length === 0) return []
  if (!variable.explode) return [own(pairs.flat().join(","))]
  return pairs.map(([key, text]) => style.named ? named(key, text) : `${key}=${text}`)
}

const isList = (value: Exclude<Value, string>): value is ReadonlyArray<string> => Array.isArray(value)
