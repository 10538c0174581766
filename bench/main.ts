/**
 * Measures mcp-effect beside its peers and the floor, and prints one table. `--instructions` counts instructions instead, under valgrind.
 *
 * The servers are plain programs in `servers/`; what each row means is in `README.md`.
 */
import { existsSync } from "node:fs"
import { ask } from "./Client.ts"
import { asking, connectHttp, connectStateless, connectStdio, http, stateless, stdio } from "./Contenders.ts"
import * as Instructions from "./Instructions.ts"
import { measure, type Row, table } from "./Row.ts"
import * as Calls from "./rows/Calls.ts"
import * as Heap from "./rows/Heap.ts"
import * as InMemory from "./rows/InMemory.ts"
import * as Start from "./rows/Start.ts"

const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length).split(",")

const wanted = <A extends { readonly file: string }>(who: ReadonlyArray<A>): ReadonlyArray<A> =>
  only === undefined ? who : who.filter(({ file }) => only.includes(file))

const instructions = async (): Promise<ReadonlyArray<Row>> => [
  await measure(
    "stdio call",
    "instructions",
    wanted(stdio),
    (contender) =>
      Instructions.perCall({ connect: (options) => connectStdio(contender, options), depth: 1, calls: 16_000 })
  ),
  await measure(
    "stdio call, 64 in flight",
    "instructions",
    wanted(stdio),
    (contender) =>
      Instructions.perCall({ connect: (options) => connectStdio(contender, options), depth: 64, calls: 16_000 })
  ),
  await measure(
    "HTTP call",
    "instructions",
    wanted(http),
    (contender) =>
      Instructions.perCall({ connect: (options) => connectHttp(contender, options), depth: 4, calls: 8000 })
  ),
  await measure(
    "HTTP call, 2026-07-28",
    "instructions",
    wanted(stateless),
    (contender) =>
      Instructions.perCall({ connect: (options) => connectStateless(contender, options), depth: 4, calls: 8000 })
  ),
  await measure(
    "HTTP call that asks its user, 2026-07-28",
    "instructions",
    wanted(asking),
    (contender) =>
      Instructions.perCall({
        connect: (options) => connectStateless(contender, options),
        depth: 4,
        params: ask,
        calls: 3000
      })
  )
]

const times = async (): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const say = (text: string) => process.stderr.write(`${text}\n`)
  for (const work of Calls.works) {
    rows.push(await work())
    say(`measured: ${rows.at(-1)?.name}`)
  }
  for (const depth of [1, 64]) rows.push(...await InMemory.perCall(depth))
  say("measured: in memory")
  rows.push(await Start.toReply(false), await Start.toReply(true))
  say("measured: start")
  rows.push(...await Start.registering())
  say("measured: registering")
  rows.push(await Heap.idleSessions())
  rows.push(await Heap.afterCalls())
  return rows
}

if (!existsSync(new URL("./node_modules", import.meta.url))) {
  process.stderr.write("The peers are not installed: npm --prefix bench ci\n")
  process.exit(1)
}
const counting = process.argv.includes("--instructions")
if (counting && !Instructions.available()) {
  process.stderr.write("Counting instructions needs valgrind, which is not installed\n")
  process.exit(1)
}
process.stdout.write(`${table(await (counting ? instructions() : times()))}\n`)
