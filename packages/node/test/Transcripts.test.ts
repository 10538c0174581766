import { describe, it } from "@effect/vitest"
import * as RawWire from "@mcp-effect/testkit/RawWire"
import * as Replay from "@mcp-effect/testkit/Replay"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { join } from "node:path"
import { quiet } from "../../core/test/transcripts/Server.ts"
import * as ChildProcessTransport from "../src/ChildProcessTransport.ts"

const transcripts = join(import.meta.dirname, "../../core/test/transcripts")

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const program = ChildProcessTransport.make({
  command: process.execPath,
  args: ["--conditions=@mcp-effect/source", join(import.meta.dirname, "transcripts", "Program.ts")]
})

describe.each([...sessionEra, "2026-07-28"])("transcripts of %s", (revision) => {
  const folder = join(transcripts, revision)

  Vitest.transcripts(folder, quiet, { wires: [Wire.stdio] })

  it.live.each(["tools.jsonl", "sampling.jsonl"])("%s, with the server as a process", (file) =>
    Effect.scoped(
      Effect.flatMap(Transcript.read(join(folder, file)), (entries) =>
        Replay.over(entries, program, { patience: "30 seconds" }))
    ).pipe(Effect.provide(Logger.layer([]))), 30_000)
})

describe.each(sessionEra.slice(1))("transcripts of %s", (revision) => {
  // Over HTTP a session begins with `initialize`: what would come before it is refused at the door.
  Vitest.transcripts(join(transcripts, revision), quiet, { wires: [RawWire.http], except: ["lifecycle.jsonl"] })
})

describe("transcripts of 2026-07-28", () => {
  // Over HTTP a request without the headers for what it lacks is refused for these.
  Vitest.transcripts(join(transcripts, "2026-07-28"), quiet, {
    wires: [RawWire.http],
    except: ["without-headers.jsonl"]
  })
})

describe("transcripts of 2024-11-05", () => {
  Vitest.transcripts(join(transcripts, "2024-11-05"), quiet, { wires: [RawWire.sse] })
})
