/**
 * The official suite as a child process: which scenarios apply to a revision, and the checks of a run of them.
 *
 * It judges nothing and knows no scenario. A revision runs once: as its requirement set when the suite has one (which
 * runs each scenario at that revision's wire, also those it does not score), then whatever else `--suite all` has for it.
 */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { type Check, parse, scenarioOfDirectory } from "./Check.ts"

const root = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"))

/** What a run of the suite printed, and its exit code. */
export interface Output {
  readonly text: string
  readonly code: number
}

/** Runs the suite; rejects when the deadline passes. */
export const run = (args: ReadonlyArray<string>, deadlineMs: number): Promise<Output> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "dist/index.js"), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: deadlineMs,
      killSignal: "SIGKILL"
    })
    const output: Array<string> = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => output.push(text))
    }
    child.once("error", reject)
    // The exit code says little (see Verdict.ts); a signal says that the deadline passed.
    child.once("close", (code, signal) =>
      signal === null
        ? resolve({ text: output.join(""), code: code ?? 0 })
        : reject(new Error(`conformance ${args.join(" ")} ended by ${signal}`)))
  })

/** What the suite lists. */
export const list = async (...args: ReadonlyArray<string>): Promise<string> =>
  (await run(["list", ...args], 60_000)).text

/** The names in the output of `conformance list --server --spec-version …`: `  - name [2025-06-18,2025-11-25]`. */
export const parseList = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/^ {2}- (\S+)/gm), (match) => match[1] ?? "")

/** Those among them that are about an extension, which is on no revision's list: `  - name [extension]`. */
export const parseExtensions = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/^ {2}- (\S+) \[extension\]$/gm), (match) => match[1] ?? "")

/**
 * The scenarios for servers or for clients in the output of `conformance list --requirements …`: those it scores, listed by section, and
 * those it only runs, marked `[server]` or `[client]`.
 */
export const parseRequirements = (text: string, side: "server" | "client" = "server"): ReadonlyArray<string> => [
  ...parseList(new RegExp(`^${side} scenarios[^\\n]*\\n(?: {2}- \\S+\\n)*`, "im").exec(text)?.[0] ?? ""),
  ...Array.from(text.matchAll(new RegExp(`^ {4}- (\\S+) \\[${side}\\]`, "gm")), (match) => match[1] ?? "")
]

/**
 * The scenarios that a run at a revision has to leave a result for, and the requirement set among them. `excepted` would be among them too.
 */
export interface Plan {
  readonly revision: string
  readonly required: ReadonlyArray<string>
  readonly others: ReadonlyArray<string>
  readonly excepted: ReadonlyArray<string>
}

/** The revision at which the suite runs what is about an extension. */
export const revisionOfExtensions = "2026-07-28"

/** Asks the suite what applies to a revision, but for the `exceptions`. */
export const plan = async (revision: string, exceptions: ReadonlyMap<string, string>): Promise<Plan> => {
  const applicable = parseList(await list("--server", "--spec-version", revision))
  const extensions = revision === revisionOfExtensions
    ? parseExtensions(await list("--server"))
    : []
  const required = existsSync(join(root, "requirements", `${revision}.yaml`))
    ? parseRequirements(await list("--requirements", revision))
    : []
  if (applicable.length + required.length === 0) throw new Error(`the suite has no server scenario for ${revision}`)
  const others = [...applicable, ...extensions].filter((name) => !required.includes(name))
  const isCounted = (name: string) => !exceptions.has(name)
  return {
    revision,
    required: required.filter(isCounted),
    others: others.filter(isCounted),
    excepted: [...required, ...others].filter((name) => !isCounted(name))
  }
}

/** All server scenarios of the installed suite. */
export const inventory = async (): Promise<ReadonlyArray<string>> => parseList(await list("--server"))

const results = async (
  directory: string,
  before: ReadonlyArray<string>
): Promise<ReadonlyMap<string, ReadonlyArray<Check>>> => {
  const found = new Map<string, ReadonlyArray<Check>>()
  for (const name of await readdir(directory)) {
    const scenario = scenarioOfDirectory(name)
    const file = join(directory, name, "checks.json")
    // A scenario that threw leaves its directory without the file.
    if (scenario === undefined || before.includes(name) || !existsSync(file)) continue
    try {
      found.set(scenario, parse(await readFile(file, "utf8")))
    } catch (error) {
      console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return found
}

/** Runs a plan against a server and returns the checks by scenario; one that left none has no entry. */
export const execute = async (options: {
  readonly plan: Plan
  readonly url: string
  readonly directory: string
  readonly scenarioTimeoutMs: number
}): Promise<ReadonlyMap<string, ReadonlyArray<Check>>> => {
  const { others, required, revision } = options.plan
  const directory = join(options.directory, revision)
  await mkdir(directory, { recursive: true })
  // Results of an earlier run in the same place must not stand in for a scenario that leaves none now.
  const before = await readdir(directory)
  const base = ["server", "--url", options.url, "-o", directory, "--timeout", String(options.scenarioTimeoutMs)]
  const server = async (log: string, args: ReadonlyArray<string>, scenarios: number) =>
    writeFile(
      join(directory, `${log}.log`),
      (await run([...base, ...args], (scenarios + 1) * options.scenarioTimeoutMs)).text
    )
  if (required.length > 0) {
    await server("requirements", ["--requirements", revision], required.length)
    // what is about an extension runs at no revision unless it is forced to
    for (const name of others) await server(name, ["--scenario", name, "--spec-version", revision, "--force"], 1)
  } else {
    await server("suite-all", ["--suite", "all", "--spec-version", revision], others.length)
  }
  return results(directory, before)
}
