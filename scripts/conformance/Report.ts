/**
 * The report of a run: one table of scenarios by revision, the reasons of whatever did not pass, and a total.
 *
 * It decides nothing; it prints verdicts.
 */
import { total, type Verdict } from "./Verdict.ts"

/** The verdicts of a run: by revision, then by scenario. */
export type Verdicts = ReadonlyMap<string, ReadonlyMap<string, Verdict>>

const cell = (verdict: Verdict | undefined): string =>
  verdict === undefined ? "-" : verdict.outcome === "passed" ? "pass" : verdict.outcome.toUpperCase()

const row = (widths: ReadonlyArray<number>, cells: ReadonlyArray<string>): string =>
  cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd()

/**
 * The report as lines. A dash stands where a scenario does not apply to a revision. `excepted` are the scenarios that were not counted, by
 * the reason.
 */
export const render = (
  verdicts: Verdicts,
  excepted: ReadonlyMap<string, ReadonlyArray<string>> = new Map()
): ReadonlyArray<string> => {
  const revisions = [...verdicts.keys()]
  const scenarios = [...new Set([...verdicts.values()].flatMap((column) => [...column.keys()]))].toSorted()
  const rows = [
    ["scenario", ...revisions],
    ...scenarios.map((name) => [name, ...revisions.map((revision) => cell(verdicts.get(revision)?.get(name)))])
  ]
  const widths = revisions.reduce<Array<number>>(
    (found, _, column) => [...found, Math.max(...rows.map((cells) => cells[column + 1]?.length ?? 0))],
    [Math.max(...rows.map((cells) => cells[0]?.length ?? 0))]
  )
  const reasons = revisions.flatMap((revision) =>
    [...verdicts.get(revision) ?? []].flatMap(([name, verdict]) =>
      verdict.reasons.map((reason) => `${verdict.outcome.toUpperCase()} ${name} at ${revision}: ${reason}`)
    )
  )
  const { all, counts } = total([...verdicts.values()].flatMap((column) => [...column.values()]))
  const rest = [...counts].filter(([outcome]) => outcome !== "passed").map(([outcome, count]) =>
    `, ${count} ${outcome}`
  )
  return [
    ...rows.map((cells) => row(widths, cells)),
    "",
    ...reasons,
    ...reasons.length > 0 ? [""] : [],
    ...Array.from(excepted, ([reason, names]) => `not counted, since ${reason}: ${names.join(", ")}`),
    ...excepted.size > 0 ? [""] : [],
    `${counts.get("passed") ?? 0} of ${all} passed${rest.join("")}`
  ]
}
