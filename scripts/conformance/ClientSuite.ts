/**
 * The official suite as the servers of a client: which client scenarios apply to a revision, and the checks of a run of them.
 *
 * It judges nothing and knows no scenario. Each scenario runs by itself, with a server of its own and a client that the suite starts; a client that
 * ends badly is a check that failed, because the suite tells that by its exit code alone.
 */
import { existsSync } from "node:fs"
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { type Check, parse } from "./Check.ts"
import { list, type Output, parseExtensions, parseList, type Plan, revisionOfExtensions, run } from "./Suite.ts"

/** Asks the suite which client scenarios apply to a revision, but for the `exceptions`. What it requires is among them. */
export const plan = async (revision: string, exceptions: ReadonlyMap<string, string>): Promise<Plan> => {
  const applicable = parseList(await list("--client", "--spec-version", revision))
  const extensions = revision === revisionOfExtensions ? parseExtensions(await list("--client")) : []
  const all = [...applicable, ...extensions]
  return {
    revision,
    required: [],
    others: all.filter((name) => !exceptions.has(name)),
    excepted: all.filter((name) => exceptions.has(name))
  }
}

/** All client scenarios of the installed suite. */
export const inventory = async (): Promise<ReadonlyArray<string>> => parseList(await list("--client"))

/** What a plan runs with. `command` is a line of a shell, and gets the URL of the server as its last argument. */
export interface Options {
  readonly plan: Plan
  readonly command: string
  readonly directory: string
  readonly scenarioTimeoutMs: number
}

// The suite makes one directory in here, which has the scenario and the time in its name.
const checksIn = async (directory: string): Promise<ReadonlyArray<Check> | undefined> => {
  const [name] = await readdir(directory)
  const file = name === undefined ? undefined : join(directory, name, "checks.json")
  return file !== undefined && existsSync(file) ? parse(await readFile(file, "utf8")) : undefined
}

/** The checks, and one more that failed where the suite says so by nothing but its exit code. */
export const withExit = (checks: ReadonlyArray<Check>, { code, text }: Output): ReadonlyArray<Check> => {
  if (code === 0 || checks.some(({ status }) => status === "FAILURE" || status === "WARNING")) return checks
  const why = /CLIENT (?:EXITED|TIMED)[^\n]*/.exec(text)?.[0] ?? `the suite ended with ${code}`
  return [...checks, { id: "client-ends-well", status: "FAILURE", errorMessage: why }]
}

const one = async (scenario: string, options: Options): Promise<ReadonlyArray<Check> | undefined> => {
  const { command, scenarioTimeoutMs } = options
  const { revision } = options.plan
  const directory = await mkdtemp(join(options.directory, `client-${revision}-${scenario.replaceAll("/", "-")}-`))
  const results = join(directory, "results")
  const output = await run(
    ["client", "--command", command, "--scenario", scenario, "--spec-version", revision, "--force"].concat(
      "--timeout",
      String(scenarioTimeoutMs),
      "-o",
      results
    ),
    2 * scenarioTimeoutMs
  )
  await writeFile(join(directory, "suite.log"), output.text)
  try {
    const checks = existsSync(results) ? await checksIn(results) : undefined
    return checks === undefined ? undefined : withExit(checks, output)
  } catch (error) {
    console.error(`${results}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** Runs a plan against a client and returns the checks by scenario; one that left none has no entry. */
export const execute = async (options: Options): Promise<ReadonlyMap<string, ReadonlyArray<Check>>> => {
  const found = new Map<string, ReadonlyArray<Check>>()
  const left = [...options.plan.required, ...options.plan.others]
  // each scenario is two processes that mostly start
  await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    for (let scenario = left.shift(); scenario !== undefined; scenario = left.shift()) {
      const checks = await one(scenario, options)
      if (checks !== undefined) found.set(scenario, checks)
    }
  }))
  return found
}
