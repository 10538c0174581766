import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as HeaderValue from "../src/HeaderValue.ts"

const Visible = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/))

// what a header cannot hold as it is, often enough
const Odd = Schema.Array(Schema.Union([
  Schema.Literals([" ", "\t", "\r\n", "\0", "é", "東", "🙂", "\ufeff", "=?base64?", "?="]),
  Schema.String
]))

const isPlain = (value: string) => /^[\x20-\x7e]*$/.test(value)

describe("a header value", () => {
  it.prop("that is written and read is the same text (HDR-16, HDR-17, HDR-19)", [Odd], ([parts]) => {
    const text = parts.join("").toWellFormed()
    const value = HeaderValue.encode(text)
    expect(isPlain(value)).toBe(true)
    expect(HeaderValue.decode(value)).toEqual(Result.succeed(text))
    expect(HeaderValue.decode(` \t${value}\t `)).toEqual(Result.succeed(text))
  })

  it.prop("stays as it is where a header can hold it (HDR-16, HDR-27)", [Visible], ([text]) => {
    if (text.startsWith("=?base64?") && text.endsWith("?=")) return
    expect(HeaderValue.encode(text)).toBe(text)
  })

  it.each([
    ["", ""],
    ["us west 1", "us west 1"],
    [" x", "=?base64?IHg=?="],
    ["x ", "=?base64?eCA=?="],
    ["a\tb", "=?base64?YQli?="],
    ["a\r\nb", "=?base64?YQ0KYg==?="],
    ["Zürich", "=?base64?WsO8cmljaA==?="],
    ["\x7f", "=?base64?fw==?="],
    ["=?base64?SGk=?=", "=?base64?PT9iYXNlNjQ/U0drPT89?="],
    ["=?base64?=", "=?base64?PT9iYXNlNjQ/PQ==?="],
    ["=?base64?SGk=", "=?base64?SGk="],
    ["=?BASE64?SGk=?=", "=?BASE64?SGk=?="],
    ["\ud800", "=?base64?77+9?="]
  ])("of %j is %j (HDR-15, HDR-16, HDR-17, HDR-27)", (text, value) => {
    expect(HeaderValue.encode(text)).toBe(value)
  })

  it.each([
    ["=?base64?SGVsbG8=?=", "Hello"],
    ["=?base64??=", ""],
    ["=?base64?77u/eA==?=", "\ufeffx"],
    // without both markers, or in another case, it says what it says
    ["=?base64?SGVsbG8=", "=?base64?SGVsbG8="],
    ["SGVsbG8=?=", "SGVsbG8=?="],
    ["=?Base64?SGVsbG8=?=", "=?Base64?SGVsbG8=?="],
    ["=?base64?=", "=?base64?="],
    ["a\tb", "a\tb"],
    [" \t a b \t", "a b"],
    [" \t ", ""]
  ])("%j says %j (HDR-19, HDR-20, HTTP26-29)", (value, text) => {
    expect(HeaderValue.decode(value)).toEqual(Result.succeed(text))
  })

  it.each([
    ["no padding", "=?base64?SGVsbG8?="],
    ["too much padding", "=?base64?SGVsbG8==?="],
    ["padding within", "=?base64?SGk=SGk=?="],
    ["another alphabet", "=?base64?SGVs!!!bG8=?="],
    ["the alphabet of URLs", "=?base64?PT9iYXNlNjQ_PQ==?="],
    ["a space within", "=?base64?SGVs bG8=?="],
    ["bits that no text has", "=?base64?SGVsbG9=?="],
    ["no UTF-8", "=?base64?/w==?="],
    ["half a surrogate pair", "=?base64?7aCA?="]
  ])("with %s is refused (HDR-20)", (_, value) => {
    const read = HeaderValue.decode(value)
    expect(Result.isFailure(read) && read.failure.reason).toBe("Base64")
    expect(Result.isFailure(read) && read.failure.message).not.toContain("SG")
  })

  it.each(["a\0b", "a\nb", "\x7f", "Zürich", "東", "\u00a0x", "x\u2003"])(
    "%j is refused (HTTP26-27, HDR-21)",
    (value) => {
      const read = HeaderValue.decode(value)
      expect(Result.isFailure(read) && read.failure.reason).toBe("Characters")
    }
  )
})
