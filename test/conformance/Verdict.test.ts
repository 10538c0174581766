import { describe, expect, it } from "@effect/vitest"
import type { Check, Status } from "../../scripts/conformance/Check.ts"
import type { Expectation } from "../../scripts/conformance/Expectation.ts"
import { judge, total, type Verdict } from "../../scripts/conformance/Verdict.ts"

const check = (status: Status, id = "a-check"): Check => ({ id, status, errorMessage: "why" })
const content: Expectation = { fixtures: {}, hollow: () => [] }
const outcome = (...statuses: ReadonlyArray<Status>) =>
  judge(statuses.map((status) => check(status)), content, []).outcome

describe("Verdict", () => {
  it("passes with one success, whatever is only information", () => {
    expect(judge([check("INFO"), check("SUCCESS")], content, [])).toEqual({ outcome: "passed", reasons: [] })
  })

  it("fails on a failure and on a warning, beside any number of successes", () => {
    expect(outcome("SUCCESS", "FAILURE", "SUCCESS")).toBe("failed")
    expect(outcome("SUCCESS", "WARNING", "SUCCESS")).toBe("failed")
    expect(judge([check("SUCCESS"), check("WARNING", "late")], content, []).reasons).toEqual(["WARNING late: why"])
  })

  it("does not count a scenario in which nothing succeeded", () => {
    expect(outcome()).toBe("skipped")
    expect(outcome("INFO")).toBe("skipped")
    expect(outcome("SKIPPED", "INFO")).toBe("skipped")
  })

  it("does not count a scenario of which only the messages were valid", () => {
    expect(judge([check("SUCCESS", "wire-schema-valid"), check("INFO")], content, []).outcome).toBe("skipped")
    expect(judge([check("SUCCESS", "wire-schema-valid"), check("SUCCESS")], content, []).outcome).toBe("passed")
    expect(judge([check("FAILURE", "wire-schema-valid"), check("SUCCESS")], content, []).outcome).toBe("failed")
  })

  it("does not count a scenario that skipped a part", () => {
    const verdict = judge([check("SUCCESS"), check("SKIPPED", "part")], content, [])
    expect(verdict).toEqual({ outcome: "hollow", reasons: ["SKIPPED part: why"] })
  })

  it("does not count a scenario without a readable result", () => {
    expect(judge(undefined, content, []).outcome).toBe("missing")
  })

  it("does not count a scenario that nobody has looked at", () => {
    expect(judge([check("SUCCESS")], undefined, []).outcome).toBe("unknown")
  })

  it("does not count a success that is hollow by the scenario's own rule", () => {
    const expectation: Expectation = { fixtures: {}, hollow: (checks) => checks.map((one) => `${one.id} saw nothing`) }
    expect(judge([check("SUCCESS")], expectation, [])).toEqual({ outcome: "hollow", reasons: ["a-check saw nothing"] })
  })

  it("does not count a success without the fixture that the scenario is about", () => {
    expect(judge([check("SUCCESS")], content, ["the tool test_simple_text"])).toEqual({
      outcome: "hollow",
      reasons: ["the server does not list the tool test_simple_text"]
    })
  })

  it("is good in total only when there is something and all of it passed", () => {
    const passed: Verdict = { outcome: "passed", reasons: [] }
    const hollow: Verdict = { outcome: "hollow", reasons: ["why"] }
    expect(total([])).toMatchObject({ all: 0, good: false })
    expect(total([passed, passed])).toMatchObject({ all: 2, good: true })
    expect(total([passed, hollow])).toEqual({ all: 2, good: false, counts: new Map([["passed", 1], ["hollow", 1]]) })
  })
})
