/**
 * A `ParameterHeader` is a header that mirrors a parameter of a tool, because the tool's `inputSchema` asks for it by `x-mcp-header` (HDR-1).
 *
 * It is not how authors say it, which is `Tool.header`, nor how a value is written (`HeaderValue`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/tools#x-mcp-header
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * A header that mirrors the argument at `path`, from the root of the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParameterHeader {
  /** Its full name, such as `Mcp-Param-Region`. */
  readonly name: string
  /** As `MirroredHeaders` are found by. */
  readonly key: string
  readonly path: ReadonlyArray<string>
  readonly type: Type
}

/**
 * What a parameter has to be, for a header to mirror it (HDR-7).
 *
 * @category models
 * @since 0.1.0
 */
export type Type = "string" | "integer" | "boolean"

/**
 * What is wrong with the `x-mcp-header` at `path` of an `inputSchema`.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidParameterHeader extends Schema.TaggedError<InvalidParameterHeader>()("InvalidParameterHeader", {
  path: Schema.Array(Schema.String),
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.path.length === 0 ? "the root" : this.path.join(".")}: ${this.reason}`
  }
}

/**
 * The keyword of a JSON Schema, and the annotation of a Schema, that asks for a header.
 *
 * @category constants
 * @since 0.1.0
 */
export const annotation = "x-mcp-header"

/**
 * Whether a text can be the name of a header, an RFC 9110 token (HDR-4, HDR-5).
 *
 * @category guards
 * @since 0.1.0
 */
export const isName = (text: unknown): text is string =>
  typeof text === "string" && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)

/**
 * The headers that an `inputSchema` asks for, or the first rule that it breaks (HDR-4 to HDR-9). A tool that breaks one is invalid as a whole.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scan = (
  inputSchema: object
): Result.Result<ReadonlyArray<ParameterHeader>, InvalidParameterHeader> => {
  const found = new Map<string, ParameterHeader>()
  const pending: Array<Place> = [{ schema: inputSchema, at: undefined, isParameter: true }]
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { at, isParameter, schema } = place
    if (Object.hasOwn(schema, annotation)) {
      const path = pathTo(at)
      const reason = fault(place)
      if (reason !== undefined) return Result.fail(new InvalidParameterHeader({ path, reason }))
      const header = make(schema, path)
      const other = found.get(header.key)
      if (other !== undefined) {
        const reason = `its header ${header.name} is that of ${
          other.path.join(".")
        } already, and case does not tell them apart`
        return Result.fail(new InvalidParameterHeader({ path, reason }))
      }
      found.set(header.key, header)
    }
    // what comes first is looked at first
    for (const [keyword, member] of Object.entries(schema).reverse()) {
      if (data.has(keyword) || keyword.startsWith("x-")) continue
      const isProperties = keyword === "properties"
      const isNamed = isProperties || named.has(keyword)
      for (const [name, inner] of subschemas(member, isNamed).reverse()) {
        const steps = isProperties ? [name] : isNamed ? [keyword, name] : [keyword]
        pending.push({ schema: inner, at: { before: at, steps }, isParameter: isParameter && isProperties })
      }
    }
  }
  return Result.succeed(Array.from(found.values()))
}

interface Place {
  readonly schema: object
  /** The way from the root, which is nothing. */
  readonly at: Way | undefined
  /** Whether the way from the root went through `properties` alone. */
  readonly isParameter: boolean
}

// Backwards: of most places nobody asks for the way, and schemas can be deep.
interface Way {
  readonly before: Way | undefined
  readonly steps: ReadonlyArray<string>
}

const pathTo = (way: Way | undefined): ReadonlyArray<string> => {
  const steps: Array<ReadonlyArray<string>> = []
  for (let at = way; at !== undefined; at = at.before) steps.push(at.steps)
  return steps.reverse().flat()
}

// Values of these are no schemas, whatever they look like.
const data: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"])

// Values of these are schemas by name.
const named: ReadonlySet<string> = new Set([
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies"
])

// Keywords that nobody here knows may hold schemas as well.
const subschemas = (member: unknown, isNamed: boolean): Array<[name: string, schema: object]> => {
  if (!isNamed) return (Array.isArray(member) ? member : [member]).filter(Predicate.isObject).map((one) => ["", one])
  return Predicate.isObject(member)
    ? Object.entries(member).flatMap(([name, one]) => Predicate.isObject(one) ? [[name, one]] : [])
    : []
}

const fault = ({ at, isParameter, schema }: Place): string | undefined => {
  const { maximum, minimum, type, [annotation]: name } = schema as { readonly [keyword: string]: unknown }
  if (!isParameter || at === undefined) {
    return `${annotation} stands on a parameter alone, which is found from the root by \`properties\`, and without \`$ref\``
  }
  if (!isName(name)) {
    return `${annotation} is the end of a header's name, one or more of letters, digits and !#$%&'*+-.^_\`|~`
  }
  if (!isType(type)) return `${annotation} stands on a \`string\`, an \`integer\` or a \`boolean\``
  if (type === "integer" && !(isWithin(minimum) && isWithin(maximum))) {
    return `an integer with ${annotation} has bounds within -(2^53)+1 and (2^53)-1`
  }
  return undefined
}

const isType = (type: unknown): type is Type => type === "string" || type === "integer" || type === "boolean"

const isWithin = (bound: unknown): boolean => typeof bound !== "number" || Math.abs(bound) <= Number.MAX_SAFE_INTEGER

const make = (schema: object, path: ReadonlyArray<string>): ParameterHeader => {
  // without a fault it has a name and a type
  const { type, [annotation]: suffix } = schema as { readonly type: Type; readonly [annotation]: string }
  const name = `Mcp-Param-${suffix}`
  return { name, key: name.toLowerCase(), path, type }
}

/**
 * The argument that a header mirrors; undefined when it is absent or null (HDR-12).
 *
 * @category getters
 * @since 0.1.0
 */
export const argument = ({ path }: ParameterHeader, args: unknown): unknown => {
  let value = args
  for (const name of path) {
    // own members alone: `constructor` is no argument
    if (!Predicate.isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value ?? undefined
}

/**
 * An argument as text (HDR-15), which `HeaderValue.encode` makes a header value of; undefined for what no header can mirror: objects, lists, and
 * numbers beyond the safe integers (HDR-8).
 *
 * @category conversions
 * @since 0.1.0
 */
export const toText = (argument: unknown): string | undefined => {
  switch (typeof argument) {
    case "string":
      return argument
    case "boolean":
      return String(argument)
    case "number":
      return Math.abs(argument) <= Number.MAX_SAFE_INTEGER ? String(argument) : undefined
    default:
      return undefined
  }
}

/**
 * Whether the text of a header says the same as an argument: as text, or as an integer (HDR-22).
 *
 * @category comparing
 * @since 0.1.0
 */
export const equals = (text: string, argument: unknown): boolean => {
  const own = toText(argument)
  if (own === undefined || own === text) return own !== undefined
  return typeof argument === "number" && /^-?\d+(\.0+)?$/.test(text) && Number(text) === argument
}
