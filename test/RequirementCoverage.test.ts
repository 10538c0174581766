import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as RequirementCoverage from "../scripts/RequirementCoverage.ts"

const line = (id: string, level: string, who: string, revisions: string) =>
  `- **${id}** | ${level} | ${who} | ${revisions} | The text of ${id} | with a bar.`

const checklist = [
  "## TOOL: Tools",
  line("TOOL-1", "MUST", "server", "all"),
  line("TOOL-2", "MUST NOT†", "both", "2024-11-05, 2026-07-28"),
  line("TOOL-3", "SHOULD", "server", "all"),
  line("TOOL-4", "MUST", "client", "all"),
  line("TOOL-5", "MUST", "server", "2026-07-28"),
  line("ROOT-1", "MUST NOT", "server", "2025-06-18..2026-07-28"),
  line("VER-1", "MUST", "server", "2026-07-28"),
  line("INIT-1", "MUST", "server", "2024-11-05..2025-11-25"),
  line("AUTH-1", "MUST", "server", "all")
].join("\n")

const cover = (names: ReadonlyArray<string>, excuses: ReadonlyArray<RequirementCoverage.Excuse> = []) =>
  RequirementCoverage.cover(
    RequirementCoverage.parseRequirements(checklist),
    RequirementCoverage.server,
    names,
    excuses
  )

describe("requirement coverage", () => {
  it("reads every item of the checklist", () => {
    const text = readFileSync(join(import.meta.dirname, "../docs/spec/requirements.md"), "utf8")
    const requirements = RequirementCoverage.parseRequirements(text)
    expect(requirements.length).toBe(Number(/\*\*Total\*\* \| \| \*\*(\d+)\*\*/.exec(text)?.[1]))
    for (const scope of RequirementCoverage.server) {
      expect(requirements.filter(RequirementCoverage.binds(scope)).length).toBeGreaterThan(100)
    }
  })

  it("binds MUST and MUST NOT of a server in a revision with sessions, derived ones too", () => {
    const bound = RequirementCoverage.parseRequirements(checklist)
      .filter(RequirementCoverage.binds(RequirementCoverage.sessionEraServer))
    expect(bound.map(({ id }) => id)).toEqual(["TOOL-1", "TOOL-2", "ROOT-1", "INIT-1"])
  })

  it("binds in the revision without sessions what is in force there", () => {
    const bound = RequirementCoverage.parseRequirements(checklist)
      .filter(RequirementCoverage.binds(RequirementCoverage.statelessEraServer))
    expect(bound.map(({ id }) => id)).toEqual(["TOOL-1", "TOOL-2", "TOOL-5", "ROOT-1", "VER-1"])
  })

  it("reads single revisions, ranges and lists", () => {
    expect(RequirementCoverage.revisionsOf("2024-11-05, 2025-11-25..2026-07-28")).toEqual([
      "2024-11-05",
      "2025-11-25",
      "2026-07-28"
    ])
    expect(RequirementCoverage.revisionsOf("all")).toHaveLength(5)
    expect(() => RequirementCoverage.revisionsOf("2025-11-25..2024-11-05")).toThrow("not a range")
  })

  it("finds whole ids in names of tests only, several in one name", () => {
    const ids = RequirementCoverage.idsIn(
      ["tools > lists (TOOL-1, ROOT-1)", "TOOL-12 in UTF-8", "xTOOL-2"],
      new Set(["TOOL", "ROOT"])
    )
    expect([...ids]).toEqual(["TOOL-1", "ROOT-1", "TOOL-12"])
  })

  it("a requirement without test and excuse is uncovered, each area is counted in each era that it is in force in", () => {
    const coverage = cover(["TOOL-1 lists"], [{ id: "TOOL-2", reason: "because" }])
    expect(coverage.uncovered.map(({ id }) => id)).toEqual(["TOOL-5", "ROOT-1", "VER-1", "INIT-1"])
    expect(coverage.mistakes).toEqual([])
    const [sessions, stateless] = coverage.scopes.map(({ areas }) => areas.filter(({ total }) => total > 0))
    expect(sessions).toEqual([
      { area: "INIT", total: 1, tested: 0, excused: 0 },
      { area: "TOOL", total: 2, tested: 1, excused: 1 },
      { area: "ROOT", total: 1, tested: 0, excused: 0 }
    ])
    expect(stateless).toEqual([
      { area: "VER", total: 1, tested: 0, excused: 0 },
      { area: "TOOL", total: 3, tested: 1, excused: 1 },
      { area: "ROOT", total: 1, tested: 0, excused: 0 }
    ])
  })

  it("an id that does not exist and an excuse that cannot be right are mistakes", () => {
    expect(cover(["TOOL-99"]).mistakes).toEqual(["a test names TOOL-99, which does not exist"])
    expect(
      cover(["TOOL-1"], [
        { id: "ROOT-1", reason: "because" },
        { id: "TOOL-1", reason: "because" },
        { id: "TOOL-2", reason: "" },
        { id: "TOOL-3", reason: "because" },
        { id: "TOOL-98", reason: "because" }
      ]).mistakes
    ).toEqual([
      "the excuse for TOOL-1 is not needed, a test names it",
      "the excuse for TOOL-2 has no reason",
      "the excuse for TOOL-3 is for a requirement that needs none",
      "the excuse for TOOL-98 is for a requirement that does not exist"
    ])
    expect(cover([], [{ id: "ROOT-1", reason: "because" }, { id: "TOOL-2", reason: "because" }]).mistakes).toEqual([
      "the excuse for TOOL-2 is out of order"
    ])
  })

  it("reads the table of excuses and not its head", () => {
    expect(
      RequirementCoverage.parseExcuses(
        "| id | why it has no test |\n| --- | --- |\n| TOOL-1 | It | cannot. |\n|ROOT-2||"
      )
    )
      .toEqual([{ id: "TOOL-1", reason: "It | cannot." }, { id: "ROOT-2", reason: "" }])
  })
})
