/**
 * URI templates: a pattern of URIs with variables, to be filled in (`expand`) and to be recognised (`match`).
 *
 * They are not routes: no path is cleaned, no host or method is involved, nothing is compared but the URI itself.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570 and
 * https://modelcontextprotocol.io/specification/2025-11-25/server/resources#resource-templates
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Expansion from "./uri-template/Expansion.ts"
import * as Expression from "./uri-template/Expression.ts"
import * as Matching from "./uri-template/Matching.ts"
import * as Plan from "./uri-template/Plan.ts"
import { UriTemplateError } from "./uri-template/UriTemplateError.ts"

export {
  /**
   * Why a text is not a template that can be used: `Syntax` or `Ambiguous`, with the position.
   *
   * @category errors
   * @since 0.1.0
   */
  UriTemplateError
}

const TypeId = "~@mcp-effect/core/UriTemplate"

/**
 * A template that can be filled in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expandable {
  readonly [TypeId]: typeof TypeId
  /** The template as it was written. */
  readonly text: string
  /** The names of its variables, in order, each once. */
  readonly variables: ReadonlyArray<string>
  /** The names of those among them that are lists: written with `*`. */
  readonly lists: ReadonlyArray<string>
  /** The URI of some values. A variable without a value is left out. */
  readonly expand: (values: { readonly [name: string]: Expansion.Value | undefined }) => string
}

/**
 * A template that can also be recognised.
 *
 * The law: `match(expand(values))` gives `values` back, when a variable without `*` has text and a variable with `*` a
 * list that is not empty. RFC 6570 itself leaves out what narrows this: `{a}` and `{+a}` write empty text like no value,
 * `{a,b}` and `{/a,b}` do not say which value is missing, `{a:3}` cuts, and `{+a}` keeps triplets that its value holds.
 *
 * @category models
 * @since 0.1.0
 */
export interface UriTemplate extends Expandable {
  /**
   * The values a URI was made from, or `undefined` when the template does not describe the URI. A variable whose part
   * of the URI is empty is absent. Time is linear in the length of the URI, whatever the template.
   *
   * Reserved characters that should have been percent-encoded are accepted where they can only belong to one variable;
   * parameters of `{?a,b}` may come in any order. A `%` that begins no triplet, or octets that are no UTF-8, never match.
   */
  readonly match: (uri: string) => Values | undefined
}

/**
 * Values of variables by name: a list for a variable with `*`, else text.
 *
 * @category models
 * @since 0.1.0
 */
export type Values = Matching.Values

/**
 * Parses a template that can be matched. Fails with reason `Syntax` when the text is not RFC 6570, and with reason
 * `Ambiguous` when no match could give the values back that an expansion was made from: `{a}{b}`, `{a}-{b}`,
 * `{+path}{?q}`. Use `parseExpandable` for templates of others, which are only filled in.
 *
 * @example
 * ```ts
 * import * as Result from "effect/Result"
 * import * as UriTemplate from "@mcp-effect/core/UriTemplate"
 *
 * const issues = Result.getOrThrow(UriTemplate.parse("repo://{owner}/{name}{/path*}{?state}"))
 *
 * issues.expand({ owner: "effect", name: "mcp", path: ["src", "a b"] }) // "repo://effect/mcp/src/a%20b"
 * issues.match("repo://effect/mcp?state=open") // { owner: "effect", name: "mcp", state: "open" }
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (template: string): Result.Result<UriTemplate, UriTemplateError> =>
  Result.flatMap(Expression.parse(template), (parts) =>
    Result.map(Plan.make(template, parts), (steps) => ({
      ...expandable(template, parts),
      match: (uri) => Matching.match(steps, uri)
    })))

/**
 * Parses any template of RFC 6570, levels 1 to 4, for filling it in. Fails with reason `Syntax`.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parseExpandable = (template: string): Result.Result<Expandable, UriTemplateError> =>
  Result.map(Expression.parse(template), (parts) => expandable(template, parts))

const expandable = (text: string, parts: ReadonlyArray<Expression.Part>): Expandable => ({
  [TypeId]: TypeId,
  text,
  variables: names(parts, () => true),
  lists: names(parts, (variable) => variable.explode),
  expand: (values) => Expansion.expand(parts, values)
})

const names = (
  parts: ReadonlyArray<Expression.Part>,
  wanted: (variable: Expression.Variable) => boolean
): ReadonlyArray<string> => [
  ...new Set(
    parts.flatMap((part) =>
      part._tag === "Literal" ? [] : part.variables.filter(wanted).map((variable) => variable.name)
    )
  )
]

/**
 * The template of a constant in the author's program. Throws the `UriTemplateError` of `parse`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (template: string): UriTemplate => Result.getOrThrow(parse(template))

/**
 * Whether a value is a template.
 *
 * @category guards
 * @since 0.1.0
 */
export const isExpandable = (u: unknown): u is Expandable => typeof u === "object" && u !== null && TypeId in u

// --- types

/**
 * The names of a template's variables: `"owner" | "name"` for `"repo://{owner}/{name}"`, `string` when the template is
 * not known to the compiler, `never` when it has none.
 *
 * @category types
 * @since 0.1.0
 */
export type Variables<Template extends string> = string extends Template ? string : NameOf<Specs<Template>>

/**
 * The values of a template's variables, each of which may be absent from a URI.
 *
 * @category types
 * @since 0.1.0
 */
export type ValuesOf<Template extends string> = string extends Template ? Values : {
  readonly [Spec in Specs<Template> as NameOf<Spec>]?: Spec extends `${string}*` ? ReadonlyArray<string> : string
}

/**
 * The template itself when it can be one, else a text that says what is wrong, for the type of a parameter:
 * `<const Template extends string>(template: Checked<Template>)`. Only slips of the pen are found; `make` finds the rest.
 *
 * @category types
 * @since 0.1.0
 */
export type Checked<Template extends string> = Template extends Valid<Template> ? Template : Valid<Template>

type Valid<Template extends string> = string extends Template ? string
  : Template extends `${infer Text}{${infer Rest}` ?
    Text extends `${string}}${string}` ? `A "}" without "{" in: ${Text}`
    : Rest extends `${infer Inner}}${infer Tail}` ? Remainder<Template, Tail, ValidExpression<Inner, Tail>>
    : `A "{" without "}" in: {${Rest}`
  : Template extends `${string}}${string}` ? `A "}" without "{" in: ${Template}`
  : Template

type Remainder<Template extends string, Tail extends string, Problem extends string | undefined> = Problem extends
  string ? Problem
  : Valid<Tail> extends Tail ? Template
  : Valid<Tail>

type ValidExpression<Inner extends string, Tail extends string> = Inner extends "" | Operators ?
  `An expression without variables: {${Inner}}`
  : Inner extends `${string}{${string}` ? `A "{" without "}" in: {${Inner}`
  : Inner extends `${string} ${string}` ? `A space in: {${Inner}}`
  : Inner extends `${"=" | "!" | "@" | "|" | "$" | "-"}${string}` ? `Not an operator of RFC 6570 in: {${Inner}}`
  : Tail extends `{${Operators}${string}` ? undefined
  : Tail extends `{${string}` ? `Nothing tells where {${Inner}} ends and ${Tail} begins`
  : undefined

type Operators = "+" | "#" | "." | "/" | ";" | "?" | "&"

/** The variables with their modifiers, as a union. */
type Specs<Template extends string, Found = never> = Template extends `${string}{${infer Inner}}${infer Tail}`
  ? Specs<Tail, Found | Split<Inner extends `${Operators}${infer List}` ? List : Inner>>
  : Found

type Split<List extends string> = List extends `${infer Spec},${infer Rest}` ? Spec | Split<Rest> : List

type NameOf<Spec> = Spec extends `${infer Name}:${string}` ? Name : Spec extends `${infer Name}*` ? Name
: Spec extends string ? Spec
: never
