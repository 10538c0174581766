import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Check } from "../../scripts/conformance/Check.ts"
import { clientExceptions, clientExpectations } from "../../scripts/conformance/ClientExpectations.ts"
import { execute, inventory, plan, withExit } from "../../scripts/conformance/ClientSuite.ts"
import { list, parseRequirements } from "../../scripts/conformance/Suite.ts"
import { judge } from "../../scripts/conformance/Verdict.ts"

const hollow = (scenario: string, checks: ReadonlyArray<Check>) =>
  clientExpectations.get(scenario)?.hollow(checks) ?? ["no such scenario"]

describe("ClientSuite", () => {
  it("plans every client scenario of the installed suite at some revision, each with an expectation or an exception", async () => {
    const all = await inventory()
    const exceptions = clientExceptions(all)
    const plans = await Promise.all(
      ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"].map((revision) => plan(revision, exceptions))
    )
    const planned = new Set(plans.flatMap(({ others }) => others))
    const excepted = new Set(plans.flatMap((one) => one.excepted))
    expect(all.toSorted()).toEqual([...planned, ...excepted].toSorted())
    // neither is kept longer than the suite has the scenario
    expect([...clientExpectations.keys()].toSorted()).toEqual([...planned].toSorted())
    expect([...exceptions.keys()].toSorted()).toEqual([...excepted].toSorted())
  })

  it("plans what a revision requires of a client", async () => {
    const exceptions = clientExceptions(await inventory())
    for (const revision of ["2025-11-25", "2026-07-28"]) {
      const { others } = await plan(revision, exceptions)
      const required = parseRequirements(await list("--requirements", revision), "client")
      expect(required.length).toBeGreaterThan(20)
      expect(required.filter((name) => !others.includes(name) && !exceptions.has(name))).toEqual([])
    }
  })

  it("counts a client that ends badly as failed, once", () => {
    const success: Check = { id: "a", status: "SUCCESS" }
    const failure: Check = { id: "b", status: "FAILURE" }
    const exited = "⚠️  CLIENT EXITED WITH ERROR (code 1) - Test may be incomplete\n"
    expect(withExit([success], { code: 0, text: exited })).toEqual([success])
    expect(withExit([success], { code: 1, text: exited })).toEqual([
      success,
      {
        id: "client-ends-well",
        status: "FAILURE",
        errorMessage: "CLIENT EXITED WITH ERROR (code 1) - Test may be incomplete"
      }
    ])
    expect(withExit([failure], { code: 1, text: exited })).toEqual([failure])
  })

  describe("a client that does nothing", () => {
    let directory: string
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "mcp-conformance-test-"))
    })
    afterAll(() => rm(directory, { recursive: true }))

    it("passes no scenario", async () => {
      const names = ["initialize", "http-standard-headers", "http-invalid-tool-headers"]
      const checks = await execute({
        // the suite runs what does not apply too, and some scenarios are about what a client does not do
        plan: { revision: "2026-07-28", required: [], others: names, excepted: [] },
        command: `"${process.execPath}" --version`,
        directory,
        scenarioTimeoutMs: 20_000
      })
      const passed = names.filter((name) =>
        judge(checks.get(name), clientExpectations.get(name), []).outcome === "passed"
      )
      expect(passed).toEqual([])
      expect(checks.size).toBe(names.length)
    })
  })
})

describe("ClientExpectations", () => {
  it("takes another value of the same type for no default", () => {
    const gave = (receivedValue: unknown): Check => ({
      id: "client-elicitation-sep1034-string-default",
      status: "SUCCESS",
      details: { expectedDefault: "John Doe", receivedValue }
    })
    expect(hollow("elicitation-sep1034-client-defaults", [gave("John Doe")])).toEqual([])
    expect(hollow("elicitation-sep1034-client-defaults", [gave("Jane Doe")])).toEqual([
      `string: the client gave "Jane Doe" for the default "John Doe"`
    ])
  })

  it("wants the time before a reconnection to be measured, not only told", () => {
    const checks = (status: Check["status"]): ReadonlyArray<Check> => [
      { id: "client-sse-retry-timing", status },
      { id: "client-sse-last-event-id", status: "SUCCESS" }
    ]
    expect(hollow("sse-retry", checks("SUCCESS"))).toEqual([])
    expect(hollow("sse-retry", checks("INFO"))).toHaveLength(1)
  })

  it("wants each kind of argument in a header, though the suite looks only at those that were sent", () => {
    const region: Check = {
      id: "sep-2243-client-mirrors-designated-params",
      name: "ClientCustomHeader_Region",
      status: "SUCCESS"
    }
    const missing = hollow("http-custom-headers", [region])
    expect(missing).toHaveLength(13)
    expect(missing).toContain("ClientCustomHeader_CrLf: no success among the checks")
  })

  it("lets the suite skip the handshake where there is none, and nothing else", () => {
    const expectation = clientExpectations.get("http-standard-headers")
    const skipped = (name: string): Check => ({ id: "headers", name, status: "SKIPPED", errorMessage: "not sent" })
    const reasons = (name: string) =>
      judge([{ id: "headers", status: "SUCCESS" }, skipped(name)], expectation, []).reasons
        .filter((reason) => reason.startsWith("SKIPPED"))
    expect(reasons("ClientMcpMethodHeader_initialize")).toEqual([])
    expect(reasons("ClientMcpMethodHeader_tools_call")).toEqual(["SKIPPED headers: not sent"])
  })
})
