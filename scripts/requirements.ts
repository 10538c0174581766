/**
 * `npm run requirements`: prints which MUST and MUST NOT of the specification has a test that names it, for a server and for a client. `--strict`
 * fails when one has neither a test nor an excuse in `docs/requirements.md`, or when an id or an excuse cannot be right.
 *
 * It does not run the tests: it has vitest collect them, so that names made at run time count as they will be reported.
 *
 * @since 0.1.0
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import * as RequirementCoverage from "./RequirementCoverage.ts"

const root = join(import.meta.dirname, "..")

const read = (path: string): string => readFileSync(join(root, path), "utf8")

const { values: { strict } } = parseArgs({ options: { strict: { type: "boolean", default: false } } })

const collected = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "list", "--config", "vitest.workspace.ts", "--json", "--staticParse=false"],
  { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }
)
if (collected.status !== 0) {
  console.error(collected.stdout, collected.stderr)
  throw new Error("the tests could not be collected")
}
const tests: ReadonlyArray<RequirementCoverage.Test> = JSON.parse(collected.stdout)

const coverage = RequirementCoverage.cover(
  RequirementCoverage.parseRequirements(read("docs/spec/requirements.md")),
  RequirementCoverage.scopes,
  tests.map(({ file, name }) => ({ name, file: relative(root, file).replaceAll("\\", "/") })),
  RequirementCoverage.parseExcuses(read("docs/requirements.md"))
)

const row = (area: string, ...numbers: ReadonlyArray<number>) =>
  console.log(area.padEnd(8) + numbers.map((number) => String(number).padStart(10)).join(""))

for (const { advice, scopes, side, uncovered } of coverage.sides) {
  for (const { areas, title } of scopes) {
    const sum = (pick: (area: RequirementCoverage.AreaCoverage) => number) =>
      areas.reduce((total, area) => total + pick(area), 0)
    const missing = ({ excused, tested, total }: RequirementCoverage.AreaCoverage) => total - tested - excused
    console.log(`MUST and MUST NOT of ${title}\n`)
    console.log("area         items    tested   excused   missing")
    for (const area of areas) {
      if (area.total > 0) row(area.area, area.total, area.tested, area.excused, missing(area))
    }
    row("total", sum(({ total }) => total), sum(({ tested }) => tested), sum(({ excused }) => excused), sum(missing))
    console.log("")
  }
  if (uncovered.length > 0) console.log(`neither tested nor excused for a ${side}:`)
  for (const { id, level, text } of uncovered) {
    console.log(`  ${id.padEnd(9)} ${level.padEnd(10)} ${text.length > 110 ? `${text.slice(0, 109)}…` : text}`)
  }
  console.log(`SHOULD and SHOULD NOT of a ${side} that no test names: ${advice.map(({ id }) => id).join(" ")}\n`)
}
if (coverage.mistakes.length > 0) console.log("mistakes:")
for (const mistake of coverage.mistakes) console.log(`  ${mistake}`)

const uncovered = coverage.sides.reduce((total, side) => total + side.uncovered.length, 0)
if (strict && uncovered + coverage.mistakes.length > 0) process.exitCode = 1
