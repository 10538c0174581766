/**
 * Prints a digest of the history of each seed over each network: `Histories.ts 1 2 3`.
 *
 * @since 0.1.0
 */
import * as History from "@mcp-effect/testkit/History"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"

for (const over of ["pipes", "http"] as const) {
  for (const seed of process.argv.slice(2)) {
    const { events } = await Effect.runPromise(Simulation.run({ seed: Number(seed), over }))
    process.stdout.write(`${createHash("sha256").update(History.format(events)).digest("hex")}\n`)
  }
}
