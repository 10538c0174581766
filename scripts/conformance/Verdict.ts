/**
 * The counting rule: a scenario passes when at least one of its checks succeeded, none failed, none warned, none was
 * skipped that could have been made, and it is not hollow.
 *
 * It does not run anything, and it does not trust the exit code of the suite, which is 0 on warnings, on skipped
 * scenarios and on failures of what a requirement set runs without scoring.
 */
import type { Check } from "./Check.ts"
import type { Expectation } from "./Expectation.ts"

/**
 * - `passed`: counts;
 * - `failed`: a check failed or warned;
 * - `hollow`: the suite is content, but what the scenario is about was not seen;
 * - `skipped`: nothing succeeded and nothing failed;
 * - `missing`: the scenario left no readable result, it threw or never ran;
 * - `unknown`: this project has no expectation for the scenario yet, so nobody has decided when it is hollow.
 */
export type Outcome = "passed" | "failed" | "hollow" | "skipped" | "missing" | "unknown"

/** The outcome of one scenario at one revision, and why it is not `passed`. */
export interface Verdict {
  readonly outcome: Outcome
  readonly reasons: ReadonlyArray<string>
}

// The suite adds this to whatever scenario had messages to look at: it says nothing of what the scenario is about.
const isAboutScenario = (check: Check): boolean => check.id !== "wire-schema-valid"

const describe = (check: Check): string =>
  `${check.status} ${check.id}: ${check.errorMessage ?? check.description ?? "no message"}`

/**
 * Judges one scenario. `checks` is `undefined` when the scenario left none, `expectation` when the scenario is not
 * known here; `absent` are the fixtures it names and the server does not list.
 */
export const judge = (
  checks: ReadonlyArray<Check> | undefined,
  expectation: Expectation | undefined,
  absent: ReadonlyArray<string>
): Verdict => {
  if (checks === undefined) return { outcome: "missing", reasons: ["no readable checks.json: it threw or never ran"] }
  const wrong = checks.filter((check) => check.status === "FAILURE" || check.status === "WARNING")
  if (wrong.length > 0) return { outcome: "failed", reasons: wrong.map(describe) }
  const skipped = checks.filter((check) => check.status === "SKIPPED")
  if (!checks.some((check) => check.status === "SUCCESS" && isAboutScenario(check))) {
    return { outcome: "skipped", reasons: skipped.length > 0 ? skipped.map(describe) : ["no check succeeded"] }
  }
  if (expectation === undefined) {
    return { outcome: "unknown", reasons: ["no expectation in scripts/conformance: decide when it is hollow"] }
  }
  const hollow = [
    ...absent.map((fixture) => `the server does not list ${fixture}`),
    ...skipped.filter(({ name }) => name === undefined || expectation.skips?.includes(name) !== true).map(describe),
    ...expectation.hollow(checks)
  ]
  return hollow.length > 0 ? { outcome: "hollow", reasons: hollow } : { outcome: "passed", reasons: [] }
}

/** How many verdicts have each outcome, and whether all of at least one passed. */
export const total = (verdicts: Iterable<Verdict>): {
  readonly counts: ReadonlyMap<Outcome, number>
  readonly all: number
  readonly good: boolean
} => {
  const counts = new Map<Outcome, number>()
  let all = 0
  for (const verdict of verdicts) {
    counts.set(verdict.outcome, (counts.get(verdict.outcome) ?? 0) + 1)
    all++
  }
  return { counts, all, good: counts.get("passed") === all }
}
