import { describe, expect, it } from "@effect/vitest"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Server from "./Server.ts"

const revisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

describe.each(revisions)("transcripts of %s", (revision) => {
  const folder = join(import.meta.dirname, revision)

  Vitest.transcripts(folder, Server.quiet, { wires: [Wire.memory] })

  it("are of every feature", () => {
    expect(readdirSync(folder).filter((file) => file.endsWith(".jsonl")).length).toBeGreaterThanOrEqual(17)
  })
})
