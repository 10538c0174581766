/**
 * A `HeaderValue` is how a text travels in the headers `Mcp-Name` and `Mcp-Param-*`: as it is where a header can hold it, else as Base64 between
 * markers.
 *
 * It is not what the text means: which header mirrors what is in `MirroredHeaders` and `ParameterHeader`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#value-encoding
 *
 * @since 0.1.0
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Utf8 from "./schema/Utf8.ts"

// Lower-case and exact: in any other case they are text like any other (HDR-20).
const prefix = "=?base64?"
const suffix = "?="

/**
 * A header value that no sender of this protocol makes. What it holds is not in the message, since a log must not have it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidHeaderValue extends Schema.TaggedError<InvalidHeaderValue>()("InvalidHeaderValue", {
  reason: Schema.Literals(["Characters", "Base64"])
}) {
  override get message(): string {
    return this.reason === "Characters"
      ? "holds characters that a header cannot"
      : "is not the Base64 of a text, in UTF-8 and with its padding"
  }
}

/**
 * The header value of a text (HDR-16, HDR-17). Visible ASCII stays as it is, with spaces inside; all else becomes Base64. Half of a surrogate
 * pair is no text, and becomes U+FFFD.
 *
 * @example
 * ```ts
 * import * as HeaderValue from "@mcp-effect/core/HeaderValue"
 *
 * HeaderValue.encode("us-west1") // "us-west1"
 * HeaderValue.encode("Zürich") // "=?base64?WsO8cmljaA==?="
 * ```
 *
 * @category codecs
 * @since 0.1.0
 */
export const encode = (text: string): string =>
  /^(?! )[\x20-\x7e]*$/.test(text) && !text.endsWith(" ") && !isMarked(text) ? text : marked(text)

/**
 * The text of a header value (HDR-19, HDR-20), without the white space around it (HTTP26-29).
 *
 * @category codecs
 * @since 0.1.0
 */
export const decode = (value: string): Result.Result<string, InvalidHeaderValue> => {
  const given = trim(value)
  if (!/^[\t\x20-\x7e]*$/.test(given)) return Result.fail(new InvalidHeaderValue({ reason: "Characters" }))
  if (!isMarked(given) || given.length < prefix.length + suffix.length) return Result.succeed(given)
  const bytes = Base64.decode(given.slice(prefix.length, -suffix.length))
  const text = Result.isSuccess(bytes) ? Utf8.decode(bytes.success) : undefined
  // written again it is the same only if padding, alphabet and UTF-8 are as they have to be
  return text !== undefined && marked(text) === given
    ? Result.succeed(text)
    : Result.fail(new InvalidHeaderValue({ reason: "Base64" }))
}

/**
 * A header value without the optional white space around it (RFC 9110), which is spaces and tabs alone.
 *
 * @category codecs
 * @since 0.1.0
 */
export const trim = (value: string): string => {
  let start = 0
  let end = value.length
  while (start < end && isSpace(value.charCodeAt(start))) start++
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--
  return start === 0 && end === value.length ? value : value.slice(start, end)
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09

const isMarked = (text: string): boolean => text.startsWith(prefix) && text.endsWith(suffix)

const marked = (text: string): string => `${prefix}${Base64.encode(Utf8.encode(text))}${suffix}`
