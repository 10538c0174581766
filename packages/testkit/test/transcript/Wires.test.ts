import { describe } from "@effect/vitest"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import { join } from "node:path"
import { quiet } from "../../../core/test/transcripts/Server.ts"

const transcripts = join(import.meta.dirname, "../../../core/test/transcripts")

// A client of ours does not speak before `initialize`.
describe("transcripts of 2025-11-25, as our HTTP client says them", () => {
  Vitest.transcripts(join(transcripts, "2025-11-25"), quiet, { wires: [Wire.http], except: ["lifecycle.jsonl"] })
})

describe("transcripts of 2024-11-05, as our HTTP client says them", () => {
  Vitest.transcripts(join(transcripts, "2024-11-05"), quiet, { wires: [Wire.sse], except: ["lifecycle.jsonl"] })
})

// Nor does it say what is of no era.
describe("transcripts of 2026-07-28, as our HTTP client says them", () => {
  Vitest.transcripts(join(transcripts, "2026-07-28"), quiet, {
    wires: [Wire.http],
    except: ["errors.jsonl", "without-headers.jsonl"]
  })
})
