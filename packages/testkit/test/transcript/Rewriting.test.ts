import { describe, expect, it } from "@effect/vitest"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Replay from "@mcp-effect/testkit/Replay"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Server from "../../../core/test/transcripts/Server.ts"
import * as Rewriting from "../../src/transcript/Rewriting.ts"
import { answering } from "./Scripts.ts"
import * as TempDirectory from "./TempDirectory.ts"

const transcripts = join(import.meta.dirname, "../../../core/test/transcripts")

describe("writing a transcript anew", () => {
  const locally = Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: {} }))

  it.live.each(["2025-06-18/resources", "2025-11-25/elicitation", "2025-11-25/tools", "2026-07-28/cancellation"])(
    "changes nothing where nothing has changed: %s",
    (name) =>
      Effect.gen(function*() {
        const path = join(yield* TempDirectory.make, "transcript.jsonl")
        const before = readFileSync(join(transcripts, `${name}.jsonl`), "utf8")
        writeFileSync(path, before)
        yield* Replay.update(path)
        expect(readFileSync(path, "utf8")).toBe(before)
      }).pipe(Effect.provide(Server.quiet), locally)
  )

  it.live("writes what the server says now, with names and without secrets, and keeps the client's lines and all remarks", () =>
    Effect.gen(function*() {
      const path = join(yield* TempDirectory.make, "transcript.jsonl")
      const client = `# A title
> {"id":1,"method":"x","params":{"password":"«redacted:2»","apiKey":"in-clear-1"}}
`
      const before = `${client}# what it was
< {"id":1,"result":{}}
# then
> {"id":2,"method":"y","params":{"cursor":"$1"}}
< {"id":2,"result":{}}
`
      writeFileSync(path, before)
      const said: Array<unknown> = []
      const server = answering(
        ({ id, method }) =>
          method === "y"
            ? []
            : [{ id, result: { nextCursor: "abc", text: "hunter2, in-clear-1", token: "t-12345" } }, {
              method: "more"
            }],
        said
      )
      const options = { secrets: { "«redacted:2»": "hunter2" }, patience: 50 }
      yield* locally(Effect.scoped(Rewriting.update(path, server, options)))
      expect(said).toMatchObject([{ params: { password: "hunter2" } }, { params: { cursor: "abc" } }])
      expect(readFileSync(path, "utf8")).toBe(`${client}# what it was
< {"id":1,"result":{"nextCursor":"$1","text":"«redacted:2», «redacted:3»","token":"«redacted:4»"}}
< {"method":"more"}
# then
> {"id":2,"method":"y","params":{"cursor":"$1"}}
`)
    }))

  it.live("makes a transcript of the client's lines alone, with each answer after its request", () =>
    Effect.gen(function*() {
      const path = join(yield* TempDirectory.make, "transcript.jsonl")
      const before = readFileSync(join(transcripts, "2025-11-25", "errors.jsonl"), "utf8")
      writeFileSync(path, before.split("\n").filter((line) => !line.startsWith("<")).join("\n"))
      yield* Replay.update(path)
      expect(readFileSync(path, "utf8")).toBe(before)
    }).pipe(Effect.provide(Server.quiet), locally))

  it.live("is refused where CI is set, and when the connection fails the file stays as it is", () =>
    Effect.gen(function*() {
      const path = join(yield* TempDirectory.make, "transcript.jsonl")
      writeFileSync(path, `> {"id":1,"method":"x"}\n`)
      const inCi = Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: { CI: "true" } }))
      const refused = yield* Effect.flip(inCi(Replay.update(path)))
      expect(refused.message).toBe(`${path}: it is not written anew where CI is set`)
      const failed = yield* Effect.flip(
        locally(Effect.scoped(Rewriting.update(path, Effect.fail(TransportError.closed()), {})))
      )
      expect(failed._tag).toBe("Mismatch")
      expect(readFileSync(path, "utf8")).toBe(`> {"id":1,"method":"x"}\n`)
    }).pipe(Effect.provide(Server.quiet)))
})
