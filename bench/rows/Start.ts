/**
 * How long a server takes to start: to its answer to `initialize`, with one tool, and how much more CPU time thousands of tools cost.
 */
import * as Bundle from "../Bundle.ts"
import { initialize } from "../Client.ts"
import { connectStdio, type Contender, stdio } from "../Contenders.ts"
import { measure, median, reason, type Row } from "../Row.ts"

/** Rounds in which every contender starts once. */
const rounds = 9

/** As it was installed, or with all that it imports in one file, as a program that is shipped. */
export const toReply = async (bundled: boolean): Promise<Row> => {
  const times = new Map<Contender, Array<number>>()
  const values = new Map<string, number | string>()
  if (bundled) { for (const contender of stdio) await Bundle.make(contender.file) }
  for (let round = 0; round < rounds; round++) {
    for (const contender of stdio) {
      const start = performance.now()
      const client = await connectStdio(contender, { bundled })
      await initialize(client).then(() => {
        times.set(contender, [...times.get(contender) ?? [], performance.now() - start])
      }, (error) => values.set(contender.name, reason(error)))
      await client.process.end()
    }
  }
  for (const [contender, taken] of times) values.set(contender.name, median(taken))
  return { name: bundled ? "…bundled" : "start to initialize reply", unit: "ms", values }
}

const toStart = async (contender: Contender, tools: number): Promise<number> => {
  const taken: Array<number> = []
  for (let round = 0; round < 3; round++) {
    const client = await connectStdio(contender, { tools, patience: 60_000 })
    try {
      await initialize(client)
      taken.push(await client.process.probe("cpu") / 1000)
    } finally {
      await client.process.end()
    }
  }
  return median(taken)
}

export const registering = async (): Promise<ReadonlyArray<Row>> => {
  const growth = new Map<string, number | string>()
  const row = await measure("registering 10,000 tools", "ms CPU", stdio, async (contender) => {
    const none = await toStart(contender, 0)
    const half = await toStart(contender, 5000) - none
    const all = await toStart(contender, 10_000) - none
    // of the floor nothing but noise would be left
    if (contender.file !== "floor") growth.set(contender.name, all / half)
    return all
  })
  return [
    { ...row, base: "mcp-effect" },
    { name: "…against 5,000 (2 is linear)", unit: "ratio", values: growth }
  ]
}
