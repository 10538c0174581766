/**
 * A client and a server in one process, over the memory transports of those who have both.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { median, reason, type Row } from "../Row.ts"

const file = fileURLToPath(new URL("../servers/memory.mjs", import.meta.url))

const measureOnce = async (contender: string, depth: number): Promise<number> => {
  const child = fork(file, [contender, "20000", String(depth)])
  const [message] = await Promise.race([
    once(child, "message") as Promise<[{ readonly cpu: number }]>,
    once(child, "exit").then(() => Promise.reject(new Error("it ended")))
  ])
  return message.cpu
}

const eras = [
  ["", "mcp-effect"],
  [", 2026-07-28", "mcp-effect, 2026-07-28"]
] as const

export const perCall = async (depth: number): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const [era, ours] of eras) rows.push(await inEra(depth, era, ours))
  return rows
}

// The SDK has no other era in this version, and is what both are held against.
const inEra = async (depth: number, era: string, ours: string): Promise<Row> => {
  const times = new Map<string, Array<number>>()
  const values = new Map<string, number | string>()
  for (let round = 0; round < 5; round++) {
    for (const [name, contender] of [["mcp-effect", ours], ["SDK v1", "sdk-v1"]] as const) {
      await measureOnce(contender, depth).then(
        (time) => times.set(name, [...times.get(name) ?? [], time]),
        (error) => values.set(name, reason(error))
      )
    }
  }
  for (const [name, taken] of times) values.set(name, median(taken))
  return {
    name: `client and server in memory, ${depth} in flight${era}`,
    unit: "µs CPU",
    values,
    base: "SDK v1"
  }
}
