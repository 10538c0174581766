import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { defaults, Limits } from "../src/FileLimits.ts"
import { type Lines, readText } from "../src/ReadText.ts"
import * as Sandbox from "../src/Sandbox.ts"
import { openBelow, tempDirectory } from "./support/TempDirectory.ts"

const read = Effect.fnUntraced(function*(contents: string | Uint8Array, lines?: Lines, limits = {}) {
  const top = yield* tempDirectory({ "f.md": contents })
  const result = yield* readText("f.md", lines).pipe(
    Effect.provideService(Sandbox.Sandbox, yield* Sandbox.make([top])),
    Effect.provideService(Limits, { ...defaults, ...limits }),
    Effect.ensuring(Effect.sync(() => assert.strictEqual(openBelow(top), 0)))
  )
  assert.strictEqual(result.path, `${top}/f.md`)
  return result
})

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`)

it.effect("reads all of a file, and knows its lines and type", () =>
  Effect.gen(function*() {
    const { path: _, ...rest } = yield* read("one\ntwo\nthree")
    assert.deepStrictEqual(rest, {
      text: "one\ntwo\nthree",
      lines: 3,
      before: false,
      after: false,
      size: 13,
      mimeType: "text/markdown"
    })
    assert.strictEqual((yield* read("")).lines, 0)
    assert.strictEqual((yield* read("\n")).lines, 1)
  }))

const texts = ["", "\n", "\n\n", "a", "a\n", "a\nb", "a\nb\n", "\na\n\nb", "ä\nöü\n€\n", numbered(4).join("")]

// Small pieces, so that lines start, end and go on at every place of a piece.
it.effect.each([1, 2, 3, 7, 8, 64, 65536])(
  "head, tail and range agree with the lines, %i bytes at a time",
  (chunkBytes) =>
    Effect.forEach(
      texts,
      Effect.fnUntraced(function*(text) {
        const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
        for (const count of [0, 1, 2, 3, 4, 5]) {
          const head = yield* read(text, { _tag: "Head", lines: count }, { chunkBytes })
          assert.strictEqual(head.text, all.slice(0, count).join(""))
          assert.strictEqual(head.lines, Math.min(count, all.length))
          assert.strictEqual(head.after, count < all.length)
          const tail = yield* read(text, { _tag: "Tail", lines: count }, { chunkBytes })
          assert.strictEqual(tail.text, count === 0 ? "" : all.slice(-count).join(""))
          assert.strictEqual(tail.before, count < all.length)
          for (const limit of [0, 1, 2, undefined]) {
            const range = yield* read(text, { _tag: "Range", offset: count, limit }, { chunkBytes })
            assert.strictEqual(range.text, all.slice(count, limit === undefined ? undefined : count + limit).join(""))
            assert.strictEqual(range.after, limit !== undefined && count + limit < all.length)
          }
        }
      })
    )
)

it.effect("refuses more text than fits, but reads a part of a larger file", () =>
  Effect.gen(function*() {
    const text = numbered(1000).join("")
    const small = { maxTextBytes: 100 }
    assert.strictEqual((yield* Effect.flip(read(text, undefined, small)))._tag, "TooLarge")
    assert.strictEqual((yield* read(text, { _tag: "Head", lines: 2 }, small)).text, "line 0\nline 1\n")
    assert.strictEqual((yield* read(text, { _tag: "Tail", lines: 1 }, small)).text, "line 999\n")
    assert.strictEqual((yield* Effect.flip(read(text, { _tag: "Head", lines: 50 }, small)))._tag, "TooLarge")
    assert.strictEqual((yield* Effect.flip(read(text, { _tag: "Tail", lines: 50 }, small)))._tag, "TooLarge")
    const oneLine = "x".repeat(10_000)
    assert.strictEqual(
      (yield* Effect.flip(read(oneLine, { _tag: "Tail", lines: 1 }, { ...small, chunkBytes: 64 })))._tag,
      "TooLarge"
    )
  }))

it.effect("does not look for lines without end", () =>
  Effect.gen(function*() {
    const lines: Lines = { _tag: "Range", offset: 900, limit: 1 }
    const error = yield* Effect.flip(read(numbered(1000).join(""), lines, { maxScanBytes: 512, chunkBytes: 64 }))
    assert.strictEqual(error._tag, "TooLarge")
  }))

it.effect("refuses what is not UTF-8 text", () =>
  Effect.gen(function*() {
    for (const bytes of [[0xff, 0xfe, 0x41, 0], [0xc3, 0x28], [0x41, 0, 0x42]]) {
      assert.strictEqual((yield* Effect.flip(read(Uint8Array.from(bytes))))._tag, "NotText")
    }
    assert.strictEqual((yield* read("\uFEFFmarked")).text, "marked")
  }))
