import { describe, it } from "@effect/vitest"
import * as Interleaving from "./Interleaving.ts"

// Many more were tried once; a fault that is planted is found in these.
const runs = Number(process.env["MCP_EFFECT_RUNS"] ?? 100)

describe("every call ends once, as foreseen, and leaves nothing behind, whatever happens in whatever order", () => {
  for (const isSupervised of [false, true]) {
    for (const era of ["session", "stateless"] as const) {
      it.effect.prop(
        `over ${
          isSupervised ? "a supervised" : "one"
        } connection, in the ${era} era (CANC-1, CANC-2, CANC-8, BASE-39, STDIO-20)`,
        [Interleaving.Calls, Interleaving.Events],
        ([calls, events]) => Interleaving.play(calls, events, { era, isSupervised }),
        { arbitrary: { runs, seed: `${era} ${isSupervised}`, size: 40 }, timeout: runs * 1000 }
      )
    }
  }
})
