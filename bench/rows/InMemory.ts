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

export const perCall = async (depth: number): Promise<Row> => {
  const times = new Map<string, Array<number>>()
  const values = new Map<string, number | string>()
  for (let round = 0; round < 5; round++) {
    for (const [name, contender] of [["mcp-effect", "mcp-effect"], ["SDK v1", "sdk-v1"]] as const) {
      await measureOnce(contender, depth).then(
        (time) => times.set(name, [...times.get(name) ?? [], time]),
        (error) => values.set(name, reason(error))
      )
    }
  }
  for (const [name, taken] of times) values.set(name, median(taken))
  return {
    name: `client and server in memory, ${depth} in flight`,
    unit: "µs CPU",
    values,
    base: "SDK v1"
  }
}
