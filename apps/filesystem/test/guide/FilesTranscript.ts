/**
 * A session with the server of files as it was recorded once, as a law.
 *
 * It is no test yet.
 */
import * as Replay from "@mcp-effect/testkit/Replay"
import * as Transcript from "@mcp-effect/testkit/Transcript"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as Files from "./Files.ts"

const reading = Effect.runSync(Transcript.read(join(import.meta.dirname, "transcripts", "reading.jsonl")))

export const laws = () => [
  Replay.law("files are read as they were", reading, Files.server, { varying: ["path"] })
]
