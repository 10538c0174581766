import * as Laws from "@mcp-effect/testkit/Laws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import { join } from "node:path"
import { Calculator } from "./Calculator.ts"

Vitest.laws("the calculator", Laws.server(Calculator), { seed: 1 })

Vitest.transcripts(join(import.meta.dirname, "transcripts"), Calculator, {
  wires: Wire.all,
  update: process.env["UPDATE_TRANSCRIPTS"] === "1"
})
