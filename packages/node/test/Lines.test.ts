import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Lines } from "../src/Lines.ts"

const read = (chunks: ReadonlyArray<Uint8Array>, maxLength = 1000) => {
  const lines: Array<string> = []
  let tooLong = 0
  const reader = new Lines({ maxLength, onLine: (line) => lines.push(line), onTooLong: () => tooLong++ })
  for (const chunk of chunks) reader.push(Buffer.from(chunk))
  reader.end()
  return { lines, tooLong }
}

const bytes = (text: string) => Buffer.from(text, "utf8")

describe("lines", () => {
  it("end at \\n, with or without \\r; empty ones are skipped (STDIO-10)", () => {
    expect(read([bytes("a\nb\r\n\n\r\n  \t\nc\rd\n\n")])).toEqual({ lines: ["a", "b", "c\rd"], tooLong: 0 })
    expect(read([])).toEqual({ lines: [], tooLong: 0 })
    expect(read([bytes("no end")])).toEqual({ lines: ["no end"], tooLong: 0 })
  })

  it("are the same wherever the chunks are cut, at every byte (STDIO-10, BASE-23)", () => {
    const text = bytes("{\"a\":\"ä€😀\u2028\"}\r\nlong line\n\n🇩🇪\nrest")
    const whole = read([text])
    expect(whole.lines).toEqual(["{\"a\":\"ä€😀\u2028\"}", "long line", "🇩🇪", "rest"])
    for (let i = 0; i <= text.length; i++) {
      expect(read([text.subarray(0, i), text.subarray(i)])).toEqual(whole)
      for (let j = i; j <= text.length; j += 3) {
        expect(read([text.subarray(0, i), text.subarray(i, j), text.subarray(j)])).toEqual(whole)
      }
    }
    expect(read(Array.from(text, (byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  it.prop(
    "of any text are those of the text, whatever the size of the chunks",
    [Schema.Array(Schema.String), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 }))],
    ([texts, size]) => {
      // a lone surrogate is not text that UTF-8 can carry
      const clean = texts.map((text) => text.replace(/[\r\n]/g, " ").toWellFormed())
      const all = bytes(clean.join("\n"))
      const chunks = Array.from(
        { length: Math.ceil(all.length / size) },
        (_, i) => all.subarray(i * size, (i + 1) * size)
      )
      expect(read(chunks).lines).toEqual(clean.filter((text) => text.trim() !== ""))
    }
  )

  it.each([1, 2, 3, 100])("that are too long are reported once and skipped, in chunks of %i (robustness 7)", (size) => {
    const all = bytes(`12345\n123456\n12345678901234567890\nabc\nABCDEF`)
    const chunks = Array.from(
      { length: Math.ceil(all.length / size) },
      (_, i) => all.subarray(i * size, (i + 1) * size)
    )
    expect(read(chunks, 5)).toEqual({ lines: ["12345", "abc"], tooLong: 3 })
  })
})
