/**
 * What did not fit a Schema, as one line that may be shown to a peer: where, and what was expected there.
 *
 * It is not for logs: it never repeats the input, holds no line breaks, and ends after 1 KiB however much was wrong.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling
 *
 * @since 0.1.0
 */
import * as SchemaIssue from "effect/SchemaIssue"

/**
 * The longest message, in bytes of UTF-8.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxBytes = 1024

/**
 * The message of an issue, such as `items[3].price: Expected a finite number; name: Missing key`. Texts that the author
 * put into `message` annotations are shown, the rejected input is not, even when the issue holds it. Time and memory are
 * bounded by what is shown, not by the size of the issue.
 *
 * @category conversions
 * @since 0.1.0
 */
export const format = (issue: SchemaIssue.Issue): string => {
  const entries = collect(issue)
  const shown = entries.length > maxEntries ? entries.slice(0, maxEntries) : entries
  const groups = Map.groupBy(shown, (entry) => entry.group ?? entry)
  const text = Array.from(groups.values(), alternatives).join("; ")
  return truncate(oneLine(shown === entries ? text : `${text}; and more`), maxBytes)
}

const maxEntries = 8
const maxMessageBytes = 256
const maxKeyBytes = 48
const maxPathSegments = 12

interface Path {
  readonly parent: Path | undefined
  readonly key: PropertyKey
}

interface Frame {
  readonly issue: SchemaIssue.Issue
  readonly path: Path | undefined
  /** The outermost choice this issue is one alternative of. */
  readonly group: SchemaIssue.Issue | undefined
  /** What the author said about the check that failed, in place of what failed inside it. */
  readonly message: string | undefined
}

interface Entry {
  readonly path: string
  readonly message: string
  readonly group: SchemaIssue.Issue | undefined
}

/** Depth first with an own stack: an issue is as deep as the input that caused it. */
const collect = (root: SchemaIssue.Issue): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  const stack: Array<Frame> = [{ issue: root, path: undefined, group: undefined, message: undefined }]
  for (let frame = stack.pop(); frame !== undefined && entries.length <= maxEntries; frame = stack.pop()) {
    const { issue, path } = frame
    switch (issue._tag) {
      case "Pointer":
        stack.push({ ...frame, issue: issue.issue, path: issue.path.reduce<Path | undefined>(child, path) })
        break
      case "Encoding":
        stack.push({ ...frame, issue: issue.issue })
        break
      case "Filter":
        stack.push({ ...frame, issue: issue.issue, message: frame.message ?? filterMessage(issue) })
        break
      case "Composite":
        pushAll(stack, issue.issues, frame)
        break
      case "AnyOf":
        if (issue.issues.length === 0) entries.push(entry(frame, new SchemaIssue.AnyOf(issue.ast, [])))
        else pushAll(stack, issue.issues, { ...frame, group: frame.group ?? issue })
        break
      default:
        entries.push(entry(frame, withoutInput(issue)))
    }
  }
  return entries
}

const child = (parent: Path | undefined, key: PropertyKey): Path => ({ parent, key })

/** Each issue leads to an entry at least, so those that cannot be shown need not be looked at. */
const pushAll = (stack: Array<Frame>, issues: ReadonlyArray<SchemaIssue.Issue>, frame: Frame): void => {
  for (const issue of issues.slice(0, maxEntries + 1).reverse()) stack.push({ ...frame, issue })
}

const entry = ({ group, message, path }: Frame, issue: SchemaIssue.Issue): Entry => ({
  path: formatPath(path),
  message: truncate(message ?? formatOne(issue), maxMessageBytes),
  group
})

const standard = SchemaIssue.makeFormatterStandardSchemaV1()

const formatOne = (issue: SchemaIssue.Issue): string => standard(issue).issues[0]?.message ?? "Invalid value"

/** A check that failed as a whole is named by what it expects; one that points into the value is named by its parts. */
const filterMessage = (issue: SchemaIssue.Filter): string | undefined => {
  if (issue.issue._tag === "InvalidValue") {
    return formatOne(new SchemaIssue.Filter(issue.filter, withoutInput(issue.issue)))
  }
  const message = issue.filter.annotations?.message
  return typeof message === "string" ? message : undefined
}

/** Issues hold their input when the parser was asked to report it; a message for a peer is made without it. */
const withoutInput = (issue: SchemaIssue.Leaf): SchemaIssue.Leaf => {
  switch (issue._tag) {
    case "InvalidType":
      return new SchemaIssue.InvalidType(issue.ast)
    case "InvalidValue":
      return new SchemaIssue.InvalidValue(issue.annotations)
    case "UnexpectedKey":
      return new SchemaIssue.UnexpectedKey(issue.ast)
    case "Forbidden":
      return new SchemaIssue.Forbidden(issue.annotations)
    case "OneOf":
      return new SchemaIssue.OneOf(issue.ast, issue.successes)
    case "MissingKey":
      return issue
  }
}

// --- text

const expected = "Expected "

/** The alternatives of one choice: `a: Expected string or number`, `a.b: Missing key or a.c: Missing key`. */
const alternatives = (entries: ReadonlyArray<Entry>): string => {
  const places = Map.groupBy(entries, (entry) => entry.path)
  return Array.from(places, ([path, place]) => {
    const messages = [...new Set(place.map((entry) => entry.message))]
    const [first = ""] = messages
    const text = messages.length > 1 && messages.every((message) => message.startsWith(expected))
      ? first + messages.slice(1).map((message) => ` or ${message.slice(expected.length)}`).join("")
      : messages.join(" or ")
    return path === "" ? text : `${path}: ${text}`
  }).join(" or ")
}

const formatPath = (path: Path | undefined): string => {
  const keys: Array<PropertyKey> = []
  let step = path
  for (; step !== undefined && keys.length < maxPathSegments; step = step.parent) keys.push(step.key)
  const text = keys.reverse().map((key, index) => formatKey(key, index === 0)).join("")
  // The end of a path says more than its beginning.
  return step === undefined ? text : `…${text}`
}

const formatKey = (key: PropertyKey, isFirst: boolean): string => {
  if (typeof key === "number") return `[${key}]`
  const name = truncate(String(key), maxKeyBytes)
  return /^[A-Za-z_$][\w$-]*$/.test(name) ? (isFirst ? name : `.${name}`) : `[${JSON.stringify(name)}]`
}

/** Control characters could forge lines in a log or move a terminal's cursor; bidirectional marks could reorder text. */
const oneLine = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")

const ellipsis = "…"

const truncate = (text: string, limit: number): string => {
  if (text.length * 3 <= limit) return text
  let bytes = 0
  let end = 0
  let fitting = 0
  for (const char of text) {
    bytes += utf8Length(char)
    if (bytes > limit) return text.slice(0, fitting) + ellipsis
    end += char.length
    if (bytes <= limit - utf8Length(ellipsis)) fitting = end
  }
  return text
}

const utf8Length = (char: string): number => {
  const code = char.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
