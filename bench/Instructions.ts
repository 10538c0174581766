/**
 * Counts the instructions of a call: what the server's process executes in user space, under valgrind's cachegrind.
 *
 * It is exact where time is noise: two runs of different length, and the difference divided by the difference of their calls, so that
 * start, warming up and the end fall out.
 */
import { spawnSync } from "node:child_process"
import { check, type Client, echo, initialize } from "./Client.ts"
import type { Options } from "./Process.ts"

/** Whether valgrind is installed. */
export const available = (): boolean => spawnSync("valgrind", ["--version"]).status === 0

const under = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]

export interface Run {
  readonly connect: (options: Omit<Options, "transport">) => Client | Promise<Client>
  readonly depth: number
  /** The params of the calls; those of the echo by default. */
  readonly params?: object
  /** How many calls the shorter run makes; the longer one makes twice as many. */
  readonly calls: number
}

const total = async ({ connect, depth, params }: Run, calls: number): Promise<number> => {
  const client = await connect({ under, nodeOptions: ["--single-threaded"], patience: 900_000 })
  try {
    await initialize(client)
    await check(client)
    await client.repeat(calls, depth, "tools/call", params ?? echo)
  } finally {
    await client.process.end()
  }
  const [, refs] = /I\s+refs:\s+([\d,]+)/.exec(client.process.stderr) ?? []
  if (refs === undefined) throw new Error("valgrind has not counted")
  return Number(refs.replaceAll(",", ""))
}

/** Instructions per call. */
export const perCall = async (run: Run): Promise<number> => {
  const short = await total(run, run.calls)
  const long = await total(run, 2 * run.calls)
  return (long - short) / run.calls
}
