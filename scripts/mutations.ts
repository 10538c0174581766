/**
 * `npm run mutations`: hostile messages, made of good ones, into each entry of a server, with good requests among them.
 *
 * It is not part of the tests: it takes minutes. It fails if a request is not answered or answered twice, a good one not rightly, if the server fails,
 * logs an error or lets its prototype be changed, or if memory or handles do not come back to where they were. What it finds goes into the corpus.
 * Options:
 *
 * - `--count 1000000`: messages for each entry;
 * - `--wire memory` (repeatable): the entries, by default all of them;
 * - `--seed 1`: other messages for another seed.
 */
import * as Server from "@mcp-effect/core/Server"
import * as Corpus from "@mcp-effect/testkit/Corpus"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { fileURLToPath } from "node:url"
import * as Arguments from "./Arguments.ts"
import * as Entries from "./mutations/Entries.ts"
import * as Run from "./mutations/Run.ts"
import * as Target from "./mutations/Target.ts"

const entries = Object.keys(Entries.all)

const usage = `npm run mutations -- [--count 1000000] [--seed 1] [--wire ${
  entries.join("|")
}]...   by default all entries`

const options = Arguments.read(usage, {
  count: { type: "string", default: "1000000" },
  wire: { type: "string", multiple: true, default: entries },
  seed: { type: "string", default: "1" }
})

const total = Arguments.wholeNumber(usage, "count", options.count, 1)
const seed = Arguments.wholeNumber(usage, "seed", options.seed, 0)
const wires = options.wire.map((wire) => Arguments.oneOf(usage, "wire", wire, entries))

const corpus = fileURLToPath(new URL("../packages/testkit/test/corpus/mutations", import.meta.url))

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const render = (counts: ReadonlyMap<string, number>) =>
  [...counts].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`).join(", ")

/** In bytes: what the caches and compiled code of a process differ by from one time to the next. */
const tolerance = 8 * 1024 * 1024

const logs: Array<string> = []
const logger = Logger.make(({ logLevel, message }) => {
  if (logLevel === "Error" || logLevel === "Fatal") logs.push(`${logLevel} ${String(message)}`)
})

const run = async (name: string, entry: Entries.Entry): Promise<boolean> => {
  const scope = Effect.runSync(Scope.make())
  const context = await Effect.runPromise(
    Scope.provide(Layer.build(Layer.provideMerge(Target.layer, Logger.layer([logger]))), scope)
  )
  const names = Object.getOwnPropertyNames(Object.prototype).length
  const mounted = await entry.mount(context, (line) => logs.push(line))
  await mounted.send(Math.min(20_000, total), Run.nothing(), seed + 1, () => {})
  const before = await mounted.holdings()
  const outcome = Run.nothing()
  const started = performance.now()
  let told = started
  await mounted.send(total, outcome, seed, () => {
    if (performance.now() - told < 30_000) return
    told = performance.now()
    console.error(`${name}: ${outcome.sent} of ${total}, ${outcome.wrong.length} wrong`)
  })
  const seconds = (performance.now() - started) / 1000
  // a clock that a session has set runs down first
  let after = await mounted.holdings()
  for (let wait = 0; wait < 8 && after.handles > before.handles; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    after = await mounted.holdings()
  }
  const server = Context.get(context, Server.Server)
  const [connections, listens] = await Effect.runPromise(Effect.all([server.connections, server.listens]))
  await mounted.stop()
  await Effect.runPromise(Scope.close(scope, Exit.void))

  const problems = [
    ...outcome.wrong.map(({ about }) => about),
    ...logs.splice(0).map((line) => `logged: ${line}`),
    ...(connections === 0 && listens === 0 ? [] : [`${connections} connections and ${listens} listens were left`]),
    ...(Object.getOwnPropertyNames(Object.prototype).length === names
      ? []
      : ["the prototype of all objects was changed"]),
    ...(after.heap - before.heap < tolerance ? [] : ["memory did not come back"]),
    ...(after.handles <= before.handles ? [] : [`${after.handles - before.handles} handles were left`])
  ]
  console.log(
    `${name}: ${outcome.sent} messages in ${seconds.toFixed(1)} s, ${Math.round(outcome.sent / seconds)} a second`
  )
  console.log(`  sent: ${render(outcome.kinds)}`)
  console.log(`  came back: ${render(outcome.outcomes)}`)
  console.log(
    `  heap ${megabytes(before.heap)} before, ${megabytes(after.heap)} after; resident ${megabytes(before.resident)}, ${
      megabytes(after.resident)
    }; handles ${before.handles}, ${after.handles}`
  )
  console.log(problems.length === 0 ? "  nothing wrong" : `  ${problems.length} wrong:`)
  for (const problem of problems.slice(0, 20)) console.log(`    ${problem.replaceAll("\n", "\n      ").slice(0, 2000)}`)
  for (const wrong of outcome.wrong.slice(0, 3)) console.log(`  ${await Effect.runPromise(Corpus.add(corpus, wrong))}`)
  return problems.length === 0
}

let isFine = true
for (const name of wires) {
  const entry = Entries.all[name]
  isFine = entry !== undefined && await run(name, entry) && isFine
}
process.exit(isFine ? 0 : 1)
