import { describe, expect, it } from "@effect/vitest"
import { render } from "../../scripts/conformance/Report.ts"
import type { Verdict } from "../../scripts/conformance/Verdict.ts"

describe("Report", () => {
  it("prints scenarios by revision, the reasons of what did not pass, and the total", () => {
    const passed: Verdict = { outcome: "passed", reasons: [] }
    const hollow: Verdict = { outcome: "hollow", reasons: ["Tool not found"] }
    const report = render(
      new Map([
        ["2025-11-25", new Map([["ping", passed], ["tools-call-error", hollow]])],
        ["2025-06-18", new Map([["ping", passed]])]
      ])
    )
    expect(report).toEqual([
      "scenario          2025-11-25  2025-06-18",
      "ping              pass        pass",
      "tools-call-error  HOLLOW      -",
      "",
      "HOLLOW tools-call-error at 2025-11-25: Tool not found",
      "",
      "2 of 3 passed, 1 hollow"
    ])
  })

  it("names what was not counted, and why", () => {
    const passed: Verdict = { outcome: "passed", reasons: [] }
    expect(
      render(
        new Map([["2026-07-28", new Map([["caching", passed]])]]),
        new Map([["it is new", ["tasks-a", "tasks-b"]]])
      )
    ).toEqual([
      "scenario  2026-07-28",
      "caching   pass",
      "",
      "not counted, since it is new: tasks-a, tasks-b",
      "",
      "1 of 1 passed"
    ])
  })
})
