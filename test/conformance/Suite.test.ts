import { describe, expect, it } from "@effect/vitest"
import { exceptions, expectations } from "../../scripts/conformance/Expectations.ts"
import { inventory, parseExtensions, parseList, parseRequirements, plan } from "../../scripts/conformance/Suite.ts"

const list = `Server scenarios (test against a server):
  - server-initialize [2025-06-18,2025-11-25]
  - ping [2025-06-18,2025-11-25]
  - tasks-lifecycle [extension]
`

const requirements = `Required for 2025-11-25 (3 scenarios, frozen; run at the 2025-11-25 wire):

Server scenarios (test against a server):
  - server-initialize
  - ping

Client scenarios (test against a client):
  - initialize

Run and reported, but never scored:
  extension (1):
    - auth/dpop [client]
  pending (1):
    - server-sse-polling [server]
`

describe("Suite", () => {
  it("reads which scenarios apply to a revision", () => {
    expect(parseList(list)).toEqual(["server-initialize", "ping", "tasks-lifecycle"])
    expect(parseList("nothing here")).toEqual([])
  })

  it("reads the server scenarios of a requirement set, also those that it does not score", () => {
    expect(parseRequirements(requirements)).toEqual(["server-initialize", "ping", "server-sse-polling"])
  })

  it("reads which scenarios are about an extension", () => {
    expect(parseExtensions(list)).toEqual(["tasks-lifecycle"])
    expect(parseExtensions("  - extension [2025-06-18]\n")).toEqual([])
  })

  it("plans every scenario of the installed suite at some revision, each with an expectation or an exception", async () => {
    const plans = await Promise.all(
      ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"].map((revision) => plan(revision, exceptions))
    )
    const planned = new Set<string>()
    for (const { others, required, revision } of plans) {
      for (const name of [...required, ...others]) planned.add(name)
      expect([...required, ...others].filter((name) => !expectations.has(name))).toEqual([])
      expect(required.length > 0).toBe(revision >= "2025-11-25")
    }
    const excepted = new Set(plans.flatMap((one) => one.excepted))
    expect((await inventory()).toSorted()).toEqual([...planned, ...excepted].toSorted())
    // neither is kept longer than the suite has the scenario, and none is both
    expect([...expectations.keys()].toSorted()).toEqual([...planned].toSorted())
    expect([...exceptions.keys()].toSorted()).toEqual([...excepted].toSorted())
  })

  it("plans what is about an extension at the newest revision, unless it is an exception", async () => {
    const all = await plan("2026-07-28", new Map())
    expect(all.required).toContain("tasks-lifecycle")
    expect(all.others).toContain("sep-2640-skills-directory")
    expect(all.excepted).toEqual([])
    const but = await plan("2026-07-28", new Map([["tasks-lifecycle", "why"], ["sep-2640-skills-directory", "why"]]))
    expect(but.required).not.toContain("tasks-lifecycle")
    expect(but.others).not.toContain("sep-2640-skills-directory")
    expect(but.excepted).toEqual(["tasks-lifecycle", "sep-2640-skills-directory"])
    expect((await plan("2025-06-18", new Map())).others).not.toContain("sep-2640-skills-directory")
  })

  it("refuses a revision for which the suite has nothing", async () => {
    await expect(plan("1999-01-01", exceptions)).rejects.toThrow("no server scenario for 1999-01-01")
  })
})
