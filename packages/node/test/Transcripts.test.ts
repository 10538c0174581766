import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Transcript from "../../core/test/transcripts/Transcript.ts"
import * as HttpWire from "./transcripts/HttpWire.ts"
import * as StdioWire from "./transcripts/StdioWire.ts"

const transcripts = join(import.meta.dirname, "../../core/test/transcripts")

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
const revisions = [...sessionEra, "2026-07-28"]

const files = (revision: string) => readdirSync(join(transcripts, revision)).filter((file) => file.endsWith(".jsonl"))

const replay = (revision: string, file: string, connect: Effect.Effect<Transcript.Wire, never, Scope.Scope>) =>
  Effect.gen(function*() {
    const lines = Transcript.parse(readFileSync(join(transcripts, revision, file), "utf8"))
    const wire = yield* connect
    yield* Effect.promise(() => Transcript.replay(lines, wire))
  })

describe.each(revisions)("transcripts of %s over stdio", (revision) => {
  it.live.each(files(revision))("%s", (file) => replay(revision, file, StdioWire.streams))

  it.live.each(["tools.jsonl", "sampling.jsonl"])(
    "%s, with the server as a process",
    (file) => replay(revision, file, StdioWire.child),
    30_000
  )
})

// Over HTTP a session begins with `initialize`: what would come before it is refused at the door.
const overHttp = (file: string) => file !== "lifecycle.jsonl"

describe.each(sessionEra.slice(1))("transcripts of %s over Streamable HTTP", (revision) => {
  it.live.each(files(revision).filter(overHttp))("%s", (file) => replay(revision, file, HttpWire.make({ sse: false })))
})

// Over HTTP a request without the headers for what it lacks is refused for these.
const overHttpAlone = (file: string) => file !== "without-headers.jsonl"

describe("transcripts of 2026-07-28 over Streamable HTTP", () => {
  it.live.each(files("2026-07-28").filter(overHttpAlone))(
    "%s",
    (file) => replay("2026-07-28", file, HttpWire.make({ sse: false }))
  )
})

describe("transcripts of 2024-11-05 over HTTP+SSE", () => {
  it.live.each(files("2024-11-05"))("%s", (file) => replay("2024-11-05", file, HttpWire.make({ sse: true })))
})
