/**
 * Prints a digest of the history of each seed: `Histories.ts pipes 1 2 3`.
 *
 * @since 0.1.0
 */
import * as History from "@mcp-effect/testkit/History"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"

const [over, ...seeds] = process.argv.slice(2)

for (const seed of seeds) {
  const { events } = await Effect.runPromise(
    Simulation.run({ seed: Number(seed), over: over === "http" ? "http" : "pipes" })
  )
  process.stdout.write(`${createHash("sha256").update(History.format(events)).digest("hex")}\n`)
}
