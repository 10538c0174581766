import { describe, expect, it } from "@effect/vitest"
import * as Utf8 from "../../src/schema/Utf8.ts"

describe("UTF-8", () => {
  it.each(["", "a", "é", "€", "😀", "\0", "\ufeffa", "\ufeff"])("gives back %j", (text) => {
    const bytes = Utf8.encode(text)
    expect([...bytes]).toEqual([...Buffer.from(text)])
    expect(Utf8.decode(bytes)).toBe(text)
  })

  it("has one character for all that is not well-formed", () => {
    expect(Utf8.decode(Utf8.encode("\ud800"))).toBe("\ufffd")
    expect(Utf8.decode(Uint8Array.of(0xff))).toBe("\ufffd")
  })
})
