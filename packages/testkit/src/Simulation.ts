/**
 * A `Simulation` runs a server and its clients under virtual time, over connections to which happens what a scenario says, and writes down all that
 * happens.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as History from "./History.ts"
import * as Pipes from "./simulation/Pipes.ts"
import * as Playground from "./simulation/Playground.ts"
import * as Run from "./simulation/Run.ts"
import * as Scenario from "./simulation/Scenario.ts"
import type * as VirtualTime from "./VirtualTime.ts"

const own = { server: Playground.layer, workload: Playground.workload, networks: Pipes.networks }

export const run = (
  { seed }: { readonly seed: number }
): Effect.Effect<ReadonlyArray<History.Event>, VirtualTime.Stuck> =>
  Effect.flatMap(
    Effect.orDie(Arbitrary.sampleEffect(Scenario.arbitrary(own.workload.asks, own.networks), { seed, count: 1 })),
    ([scenario]) => Run.make(own, scenario!)
  )
