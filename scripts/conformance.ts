/**
 * `npm run conformance`: the official conformance suite against `apps/everything`, counted by this project's own rule.
 *
 * The rule and the hollow passes are in `conformance/Verdict.ts` and `conformance/Expectations.ts`. Options:
 *
 * - `--revision 2025-11-25` (repeatable): the revisions to run, by default all that the suite knows;
 * - `--url http://127.0.0.1:3000/mcp`: a server that already runs, instead of `apps/everything`;
 * - `--output results`: keep the suite's files in this directory (by default only when something does not pass);
 * - `--timeout 30000`: milliseconds for one scenario.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { absent } from "./conformance/Expectation.ts"
import { exceptions, expectations } from "./conformance/Expectations.ts"
import { ask } from "./conformance/Offer.ts"
import { render } from "./conformance/Report.ts"
import { execute, plan } from "./conformance/Suite.ts"
import { start, type Target } from "./conformance/Target.ts"
import { judge, total, type Verdict } from "./conformance/Verdict.ts"

const everything = fileURLToPath(new URL("../apps/everything/src/main.ts", import.meta.url))

const { values: options } = parseArgs({
  options: {
    revision: { type: "string", multiple: true, default: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] },
    url: { type: "string" },
    output: { type: "string" },
    timeout: { type: "string", default: "30000" }
  }
})

const scenarioTimeoutMs = Number(options.timeout)
if (!Number.isInteger(scenarioTimeoutMs) || scenarioTimeoutMs <= 0) throw new Error("--timeout takes milliseconds")

const plans = await Promise.all(options.revision.map((revision) => plan(revision, exceptions)))
const target: Pick<Target, "url" | "stop"> = options.url === undefined
  ? await start(["--conditions=@mcp-effect/source", everything, "http", "--port", "0"])
  : { url: options.url, stop: async () => undefined }

const directory = options.output === undefined
  ? await mkdtemp(join(tmpdir(), "mcp-conformance-"))
  : resolve(options.output)
await mkdir(directory, { recursive: true })

let complaint: string | undefined
const verdicts = new Map<string, ReadonlyMap<string, Verdict>>()
try {
  for (const one of plans) {
    const scenarios = [...one.required, ...one.others]
    console.log(`${one.revision}: ${scenarios.length} scenarios against ${target.url}`)
    const offered = await ask(target.url, one.revision)
    const checks = await execute({ plan: one, url: target.url, directory, scenarioTimeoutMs })
    verdicts.set(
      one.revision,
      new Map(scenarios.map((name) => {
        const expectation = expectations.get(name)
        return [name, judge(checks.get(name), expectation, absent(expectation?.fixtures ?? {}, offered))]
      }))
    )
  }
} finally {
  complaint = await target.stop()
}

console.log("")
const excepted = Map.groupBy(plans.flatMap((one) => one.excepted), (name) => exceptions.get(name) ?? "")
for (const line of render(verdicts, excepted)) console.log(line)
if (complaint !== undefined) console.log(complaint)

const good = complaint === undefined && total([...verdicts.values()].flatMap((column) => [...column.values()])).good
if (good && options.output === undefined) await rm(directory, { recursive: true })
else console.log(`results: ${directory}`)
process.exitCode = good ? 0 : 1
