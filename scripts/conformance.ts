/**
 * `npm run conformance`: the official conformance suite against the server and the client of `apps/everything`, counted by this project's own rule.
 *
 * The rule and the hollow passes are in `conformance/Verdict.ts`, `conformance/Expectations.ts` and `conformance/ClientExpectations.ts`. Options:
 *
 * - `--side server`: only the server, or only the `client`;
 * - `--revision 2025-11-25` (repeatable): the revisions to run, by default all that the suite knows;
 * - `--url http://127.0.0.1:3000/mcp`: a server that already runs, instead of `apps/everything`;
 * - `--command "node client.js"`: another client, which gets the URL as its last argument;
 * - `--output results`: keep the suite's files in this directory (by default only when something does not pass);
 * - `--timeout 30000`: milliseconds for one scenario.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { clientExceptions, clientExpectations } from "./conformance/ClientExpectations.ts"
import * as ClientSuite from "./conformance/ClientSuite.ts"
import { absent } from "./conformance/Expectation.ts"
import { exceptions, expectations } from "./conformance/Expectations.ts"
import { ask } from "./conformance/Offer.ts"
import { render, type Verdicts } from "./conformance/Report.ts"
import { execute, type Plan, plan } from "./conformance/Suite.ts"
import { start, type Target } from "./conformance/Target.ts"
import { judge, total, type Verdict } from "./conformance/Verdict.ts"

const everything = (program: string) => fileURLToPath(new URL(`../apps/everything/src/${program}`, import.meta.url))

const { values: options } = parseArgs({
  options: {
    side: { type: "string" },
    revision: { type: "string", multiple: true, default: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] },
    url: { type: "string" },
    command: { type: "string" },
    output: { type: "string" },
    timeout: { type: "string", default: "30000" }
  }
})

const scenarioTimeoutMs = Number(options.timeout)
if (!Number.isInteger(scenarioTimeoutMs) || scenarioTimeoutMs <= 0) throw new Error("--timeout takes milliseconds")
const sides = options.side === undefined ? ["server", "client"] : [options.side]
if (!sides.every((side) => side === "server" || side === "client")) throw new Error("--side takes server or client")

const directory = options.output === undefined
  ? await mkdtemp(join(tmpdir(), "mcp-conformance-"))
  : resolve(options.output)
await mkdir(directory, { recursive: true })

/** What came of one side. */
interface Outcome {
  readonly verdicts: Verdicts
  readonly complaint: string | undefined
}

const report = (plans: ReadonlyArray<Plan>, reasons: ReadonlyMap<string, string>, outcome: Outcome): boolean => {
  console.log("")
  const names = new Set(plans.flatMap((one) => one.excepted))
  for (const line of render(outcome.verdicts, Map.groupBy(names, (name) => reasons.get(name) ?? ""))) console.log(line)
  if (outcome.complaint !== undefined) console.log(outcome.complaint)
  console.log("")
  return outcome.complaint === undefined &&
    total([...outcome.verdicts.values()].flatMap((column) => [...column.values()])).good
}

const server = async (): Promise<boolean> => {
  const plans = await Promise.all(options.revision.map((revision) => plan(revision, exceptions)))
  const target: Pick<Target, "url" | "stop"> = options.url === undefined
    ? await start(["--conditions=@mcp-effect/source", everything("main.ts"), "http", "--port", "0"])
    : { url: options.url, stop: async () => undefined }
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
  return report(plans, exceptions, { verdicts, complaint })
}

const client = async (): Promise<boolean> => {
  const command = options.command ??
    [process.execPath, "--conditions=@mcp-effect/source", everything("ConformanceClient.ts")].map((part) => `"${part}"`)
      .join(" ")
  const reasons = clientExceptions(await ClientSuite.inventory())
  const plans = await Promise.all(options.revision.map((revision) => ClientSuite.plan(revision, reasons)))
  const verdicts = new Map<string, ReadonlyMap<string, Verdict>>()
  for (const one of plans.filter(({ others }) => others.length > 0)) {
    console.log(`${one.revision}: ${one.others.length} scenarios against ${command}`)
    const checks = await ClientSuite.execute({ plan: one, command, directory, scenarioTimeoutMs })
    verdicts.set(
      one.revision,
      new Map(one.others.map((name) => [name, judge(checks.get(name), clientExpectations.get(name), [])]))
    )
  }
  return report(plans, reasons, { verdicts, complaint: undefined })
}

let good = true
if (sides.includes("server")) good = await server() && good
if (sides.includes("client")) good = await client() && good
if (good && options.output === undefined) await rm(directory, { recursive: true })
else console.log(`results: ${directory}`)
process.exitCode = good ? 0 : 1
