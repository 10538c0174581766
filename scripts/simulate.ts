/**
 * Simulates servers and clients of both eras, over pipes and over HTTP, seed by seed: `npm run simulate`, with `--seeds 100000` for a longer run, and
 * `--seed 7 --over http` for one of them with all that happened.
 *
 * It fails when a seed breaks a law. What it found is kept as a scenario in packages/testkit/test/corpus/scenarios.
 */
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Effect from "effect/Effect"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import * as Arguments from "./Arguments.ts"

const worlds = ["pipes", "http"] as const

type World = typeof worlds[number]

interface Share {
  readonly worlds: ReadonlyArray<World>
  readonly from: number
  readonly to: number
  readonly step: number
}

interface Breach {
  readonly world: World
  readonly seed: number
  readonly law: string
  readonly reason: string
}

interface Count {
  readonly seeds: number
  /** In milliseconds. */
  readonly time: number
  readonly calls: number
  readonly faults: number
  readonly breaches: ReadonlyArray<Breach>
}

const threads = 2
// how often a thread says how far it is
const stride = 50

const simulate = async (world: World, seed: number): Promise<Count> => {
  const { breaches, events } = await Effect.runPromise(Simulation.run({ seed, over: world }))
  const count = (tag: string) => events.filter(({ _tag }) => _tag === tag).length
  return {
    seeds: 1,
    time: events.at(-1)?.at ?? 0,
    calls: count("CallBegan"),
    faults: count("Fault"),
    breaches: breaches.map(({ law, reason }) => ({ world, seed, law, reason }))
  }
}

const sum = (counts: ReadonlyArray<Count>): Count => ({
  seeds: counts.reduce((sum, { seeds }) => sum + seeds, 0),
  time: counts.reduce((sum, { time }) => sum + time, 0),
  calls: counts.reduce((sum, { calls }) => sum + calls, 0),
  faults: counts.reduce((sum, { faults }) => sum + faults, 0),
  breaches: counts.flatMap(({ breaches }) => breaches)
})

const work = async ({ from, step, to, worlds }: Share): Promise<void> => {
  let counts: Array<Count> = []
  const tell = () => {
    parentPort?.postMessage(sum(counts))
    counts = []
  }
  for (let seed = from; seed <= to; seed += step) {
    for (const world of worlds) counts.push(await simulate(world, seed))
    if (counts.length >= stride) tell()
  }
  tell()
}

const textOf = ({ law, reason, seed, world }: Breach): string =>
  `seed ${seed} over ${world}: ${law}\n  but ${reason}\n  npm run simulate -- --seed ${seed} --over ${world}`

const all = async (worlds: ReadonlyArray<World>, seeds: number): Promise<boolean> => {
  const began = performance.now()
  let total = sum([])
  await Promise.all(Array.from({ length: threads }, (_, index) =>
    new Promise<void>((resolve, reject) => {
      const share: Share = { worlds, from: index + 1, to: seeds, step: threads }
      new Worker(new URL(import.meta.url), { workerData: share })
        .on("message", (count: Count) => {
          total = sum([total, count])
          for (const breach of count.breaches) console.log(textOf(breach))
        })
        .on("error", reject)
        .on("exit", () => resolve())
    })))
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${total.seeds} simulations (${seeds} seeds, ${worlds.join(" and ")}) in ${seconds.toFixed(1)} s: ` +
      `${(total.seeds / seconds).toFixed(0)} a second, ${(total.time / 3_600_000).toFixed(0)} hours of their time, ` +
      `${total.calls} calls, ${total.faults} faults, ${total.breaches.length} laws broken`
  )
  return total.seeds === seeds * worlds.length && total.breaches.length === 0
}

const one = async (worlds: ReadonlyArray<World>, seed: number): Promise<boolean> => {
  let isRight = true
  for (const over of worlds) {
    const report = await Effect.runPromise(Simulation.run({ seed, over }))
    console.log(Simulation.format(report))
    console.log(`seed ${seed} over ${over}: ${report.breaches.length} laws broken`)
    isRight = report.breaches.length === 0 && isRight
  }
  return isRight
}

const usage =
  `npm run simulate -- [--seeds 1000] [--over pipes|http]   all seeds from 1 on, over both unless told otherwise
npm run simulate -- --seed 7 [--over pipes|http]       one of them, with all that happened`

const main = async (): Promise<void> => {
  const { over, seed, seeds } = Arguments.read(usage, {
    seeds: { type: "string" },
    seed: { type: "string" },
    over: { type: "string" }
  })
  if (seed !== undefined && seeds !== undefined) Arguments.refuse(usage, "--seed is one, and --seeds are many")
  const chosen = over === undefined ? worlds : [Arguments.oneOf(usage, "over", over, worlds)]
  const isRight = seed === undefined
    ? await all(chosen, Arguments.wholeNumber(usage, "seeds", seeds ?? "1000", 1))
    : await one(chosen, Arguments.wholeNumber(usage, "seed", seed, 0))
  process.exitCode = isRight ? 0 : 1
}

// the main thread gave it
await (isMainThread ? main() : work(workerData as Share))
