import { expect, it } from "@effect/vitest"
import * as Corpus from "@mcp-effect/testkit/Corpus"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import * as TempDirectory from "./transcript/TempDirectory.ts"

const bytesOf = (text: string) => new TextEncoder().encode(text)

it.live("what is added is read again, byte by byte, and once", () =>
  Effect.gen(function*() {
    const path = yield* TempDirectory.make
    const said = [
      bytesOf(`{"jsonrpc":"2.0","method":"ping","id":1}`),
      bytesOf(`{"id":1,"id":2}`),
      bytesOf("no JSON,\nof two lines\ufeff"),
      Uint8Array.of(0xff, 0, 10, 13)
    ]
    yield* Corpus.add(path, { about: "an answer too many\nfor one id", said })
    yield* Corpus.add(path, { about: "an answer too many\nfor one id", said })
    const [found, ...others] = yield* Corpus.read(path)
    expect(others).toEqual([])
    expect(found?.about).toBe("an answer too many\nfor one id")
    expect(found?.said.map((bytes) => [...bytes])).toEqual(said.map((bytes) => [...bytes]))
  }).pipe(Effect.scoped))

it.prop("any bytes are the same after they were written", { said: Schema.Array(Schema.Uint8Array) }, ({ said }) => {
  const parsed = Corpus.parse("a", Corpus.format({ about: "", said }))
  expect(parsed.said.map((bytes) => [...bytes])).toEqual(said.map((bytes) => [...bytes]))
})

it("messages are written for people to read", () => {
  const said = [`{"id":1}`, `{"id":1,}`, `"\\ud800"`].map(bytesOf)
  expect(Corpus.format({ about: "why", said })).toBe(`# why\n> {"id":1}\n>" "{\\"id\\":1,}"\n> "\\ud800"\n`)
})

it.live("a file that is no case is told by its name", () =>
  Effect.gen(function*() {
    const path = yield* TempDirectory.make
    yield* Effect.promise(() => writeFile(join(path, "a.txt"), "< {}\n"))
    const error = yield* Effect.flip(Corpus.read(path))
    expect(error.message).toContain("a.txt:1 is no line of a case")
  }).pipe(Effect.scoped))
