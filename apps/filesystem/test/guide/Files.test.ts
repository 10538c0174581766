import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import { join } from "node:path"
import * as Files from "./Files.ts"
import * as FilesLaws from "./FilesLaws.ts"
import * as FilesSimulation from "./FilesSimulation.ts"
import * as FilesTranscript from "./FilesTranscript.ts"

const laws = [...FilesLaws.laws(), ...FilesTranscript.laws(), ...FilesSimulation.laws()]

Vitest.laws("the server of files", laws, { seed: 1, runs: 10 })

Vitest.transcripts(join(import.meta.dirname, "transcripts"), Files.server, { wires: Wire.all, varying: ["path"] })
