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

const serverTest = "packages/core/test/Server.test.ts"
const clientTest = "packages/core/test/client/Tools.test.ts"
const sharedTest = "packages/core/test/Peer.test.ts"

type Excuse = Omit<RequirementCoverage.Excuse, "side">

const cover = (
  names: ReadonlyArray<string>,
  excuses: ReadonlyArray<Excuse> = [],
  { file = serverTest, side = "server" as RequirementCoverage.Side } = {}
) => {
  const { mistakes, sides } = RequirementCoverage.cover(
    RequirementCoverage.parseRequirements(checklist),
    RequirementCoverage.scopes.filter((scope) => scope.side === side),
    names.map((name) => ({ name, file })),
    excuses.map((excuse) => ({ ...excuse, side }))
  )
  return { mistakes, ...sides[0]! }
}

describe("requirement coverage", () => {
  it("reads every item of the checklist", () => {
    const text = readFileSync(join(import.meta.dirname, "../docs/spec/requirements.md"), "utf8")
    const requirements = RequirementCoverage.parseRequirements(text)
    expect(requirements.length).toBe(Number(/\*\*Total\*\* \| \| \*\*(\d+)\*\*/.exec(text)?.[1]))
    for (const scope of RequirementCoverage.scopes) {
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

  it("binds in each era what is in force there for a client", () => {
    const bound = RequirementCoverage.scopes.filter(({ side }) => side === "client").map((scope) =>
      RequirementCoverage.parseRequirements(checklist).filter(RequirementCoverage.binds(scope)).map(({ id }) => id)
    )
    expect(bound).toEqual([["TOOL-2", "TOOL-4"], ["TOOL-2", "TOOL-4"]])
  })

  it("takes a test for a proof of the side that its file is about", () => {
    for (
      const [file, sides] of [
        ["packages/core/test/client/Tools.test.ts", ["client"]],
        ["packages/http/test/client/exchange/Reply.test.ts", ["client"]],
        ["test/client/Everything.test.ts", ["client"]],
        ["apps/everything/test/interop-client/Sdk.test.ts", ["client"]],
        ["packages/core/test/Client.test.ts", ["client"]],
        ["packages/node/test/ChildProcessTransport.test.ts", ["client"]],
        ["packages/core/test/server/Client/Tools.test.ts", ["server"]],
        ["packages/core/test/server/Tools.test.ts", ["server"]],
        ["packages/http/test/Stateless.test.ts", ["server"]],
        ["packages/core/test/Peer.test.ts", ["server", "client"]],
        ["packages/core/test/peer/OutboundRequests.test.ts", ["server", "client"]],
        ["packages/core/test/revision/Codec.test.ts", ["server", "client"]]
      ] as const
    ) {
      expect([file, RequirementCoverage.sidesOf(file)]).toEqual([file, sides])
    }
  })

  it("what binds both sides needs a proof of each, and a server's is none for a client", () => {
    const missing = (file: string, side: RequirementCoverage.Side) =>
      cover(["names TOOL-2 and TOOL-4"], [], { file, side }).uncovered.map(({ id }) => id)
    expect(missing(serverTest, "client")).toEqual(["TOOL-2", "TOOL-4"])
    expect(missing(clientTest, "client")).toEqual([])
    expect(missing(sharedTest, "client")).toEqual([])
    expect(missing(serverTest, "server")).not.toContain("TOOL-2")
    expect(missing(clientTest, "server")).toContain("TOOL-2")
    expect(missing(sharedTest, "server")).not.toContain("TOOL-2")
  })

  it("names what is advised and not tested, which nobody has to answer for", () => {
    expect(cover([]).advice.map(({ id }) => id)).toEqual(["TOOL-3"])
    expect(cover(["does it (TOOL-3)"]).advice).toEqual([])
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
      "the excuse of the server for TOOL-1 is not needed, a test names it",
      "the excuse of the server for TOOL-2 has no reason",
      "the excuse of the server for TOOL-3 is for a requirement that needs none",
      "the excuse of the server for TOOL-98 is for a requirement that does not exist"
    ])
    expect(cover([], [{ id: "ROOT-1", reason: "because" }, { id: "TOOL-2", reason: "because" }]).mistakes).toEqual([
      "the excuse of the server for TOOL-2 is out of order"
    ])
  })

  it("reads the tables of excuses and not their heads, each for the side of its heading", () => {
    const table = "| id | why it has no test |\n| --- | --- |\n"
    expect(RequirementCoverage.parseExcuses(
      `## A server\n\n${table}| TOOL-1 | It | cannot. |\n|ROOT-2||\n\n## A client\n\n${table}| TOOL-1 | Nor it. |`
    )).toEqual([
      { side: "server", id: "TOOL-1", reason: "It | cannot." },
      { side: "server", id: "ROOT-2", reason: "" },
      { side: "client", id: "TOOL-1", reason: "Nor it." }
    ])
  })

  it("an excuse is for one side", () => {
    const excuse = { id: "TOOL-2", reason: "because" }
    expect(cover(["TOOL-2"], [excuse]).mistakes).not.toEqual([])
    expect(cover(["TOOL-2"], [excuse], { file: serverTest, side: "client" }).mistakes).toEqual([])
  })
})
