import { describe, expect, it } from "@effect/vitest"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"

Vitest.laws("servers and clients of both eras over HTTP", Simulation.laws({ over: "http" }), { seed: 1, runs: 40 })

describe("a simulation over HTTP", () => {
  it.live("has faults of all kinds, calls that they fail and calls that come through", () =>
    Effect.gen(function*() {
      const faults = new Set<string>()
      const ends = new Set<string>()
      for (let seed = 0; seed < 50; seed++) {
        for (const event of (yield* Simulation.run({ seed, over: "http" })).events) {
          if (event._tag === "Fault") faults.add(event.fault.split(" ")[0]!)
          if (event._tag === "CallEnded") ends.add(event.outcome._tag)
        }
      }
      expect([...faults].sort()).toEqual(["cut", "delay", "late", "lose", "proxy", "refuse", "silence", "slow"])
      expect([...ends].sort()).toEqual(["Failed", "Interrupted", "Succeeded"])
    }))
})
