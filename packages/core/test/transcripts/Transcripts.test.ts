import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Memory from "./Memory.ts"
import * as Transcript from "./Transcript.ts"

const revisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

describe.each(revisions)("transcripts of %s in memory", (revision) => {
  const folder = join(import.meta.dirname, revision)
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"))

  it.live.each(files)("%s", (file) =>
    Effect.gen(function*() {
      const lines = Transcript.parse(readFileSync(join(folder, file), "utf8"))
      const wire = yield* Memory.make
      yield* Effect.promise(() => Transcript.replay(lines, wire))
    }))

  it("are of every feature", () => {
    expect(files.length).toBeGreaterThanOrEqual(17)
  })
})

describe("replaying", () => {
  const heard = [{ jsonrpc: "2.0", id: 1, result: { nextCursor: "abc" } }, { jsonrpc: "2.0", id: 2, result: {} }]
  const wire = (heard: ReadonlyArray<unknown>, said: Array<unknown> = []): Transcript.Wire => ({
    say: (message) => Promise.resolve(void said.push(message)),
    heard,
    more: () => Promise.resolve(),
    ordered: true
  })
  const lines = Transcript.parse(`# title
> {"jsonrpc":"2.0","id":1,"method":"x"}
< {"jsonrpc":"2.0","id":1,"result":{"nextCursor":"$1"}}
> {"jsonrpc":"2.0","id":2,"method":"x","params":{"cursor":"$1"}}
< {"jsonrpc":"2.0","id":2,"result":{}}
`)

  it.live("gives cursors back that the server gave out", () =>
    Effect.promise(async () => {
      const said: Array<unknown> = []
      await Transcript.replay(lines, wire(heard, said))
      expect(said.at(-1)).toMatchObject({ params: { cursor: "abc" } })
    }))

  it.live("gives a requestState back that the server gave out, and one that it did not as it is", () =>
    Effect.promise(async () => {
      const said: Array<unknown> = []
      const state = { jsonrpc: "2.0", id: 1, result: { requestState: "sealed" } }
      const lines = Transcript.parse(`> {"id":1}
< {"jsonrpc":"2.0","id":1,"result":{"requestState":"$1"}}
> {"id":2,"params":{"requestState":"$1"}}
> {"id":3,"params":{"requestState":"made-up"}}
`)
      await Transcript.replay(lines, wire([state], said))
      expect(said.slice(1)).toEqual([
        { id: 2, params: { requestState: "sealed" } },
        { id: 3, params: { requestState: "made-up" } }
      ])
    }))

  it.live("fails on another message, and on one too many", () =>
    Effect.promise(async () => {
      await expect(Transcript.replay(lines, wire([heard[0], { ...heard[1], id: 3 }]))).rejects.toThrow("deeply equal")
      await expect(Transcript.replay(lines, wire([...heard, heard[1]]))).rejects.toThrow("deeply equal")
    }))
})
