import { describe, expect, it } from "@effect/vitest"
import { expectations } from "../../scripts/conformance/Expectation.ts"
import { parseList, parseRequirements, plan } from "../../scripts/conformance/Suite.ts"

const list = `Server scenarios (test against a server):
  - server-initialize [2025-06-18,2025-11-25]
  - ping [2025-06-18,2025-11-25]
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
    expect(parseList(list)).toEqual(["server-initialize", "ping"])
    expect(parseList("nothing here")).toEqual([])
  })

  it("reads the server scenarios of a requirement set, also those that it does not score", () => {
    expect(parseRequirements(requirements)).toEqual(["server-initialize", "ping", "server-sse-polling"])
  })

  it("has an expectation for every scenario that the installed suite applies to a session-era revision", async () => {
    for (const revision of ["2025-03-26", "2025-06-18", "2025-11-25"]) {
      const { others, required } = await plan(revision)
      expect([...required, ...others].filter((name) => !expectations.has(name))).toEqual([])
      expect(required.length > 0).toBe(revision === "2025-11-25")
    }
  })

  it("refuses a revision for which the suite has nothing", async () => {
    await expect(plan("1999-01-01")).rejects.toThrow("no server scenario for 1999-01-01")
  })
})
