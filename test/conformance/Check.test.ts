import { describe, expect, it } from "@effect/vitest"
import { at, parse, scenarioOfDirectory } from "../../scripts/conformance/Check.ts"

describe("Check", () => {
  it("reads the list of checks that the suite writes", () => {
    const text = `[{"id":"ping","name":"Ping","status":"SUCCESS","timestamp":"now","details":{"result":{}}}]`
    expect(parse(text)).toMatchObject([{ id: "ping", status: "SUCCESS", details: { result: {} } }])
  })

  it("refuses what is not a list, a check without an id and a status that nobody knows", () => {
    expect(() => parse(`{"id":"ping","status":"SUCCESS"}`)).toThrow("not a list of checks")
    expect(() => parse(`[{"status":"SUCCESS"}]`)).toThrow("not a list of checks")
    expect(() => parse(`[{"id":"ping","status":"PASSED"}]`)).toThrow("not a list of checks")
    expect(() => parse("")).toThrow("JSON")
  })

  it("finds the scenario of a result directory", () => {
    expect(scenarioOfDirectory("server-server-sse-polling-2026-11-20T11-28-03-123Z")).toBe("server-sse-polling")
    expect(scenarioOfDirectory("server-json-schema-2020-12-2026-11-20T11-28-03-123Z")).toBe("json-schema-2020-12")
    expect(scenarioOfDirectory("requirements.log")).toBeUndefined()
  })

  it("finds only own members of a value", () => {
    expect(at({ a: [{ b: 1 }] }, "a", 0, "b")).toBe(1)
    expect(at({ a: null }, "a", "b")).toBeUndefined()
    expect(at({}, "constructor")).toBeUndefined()
    expect(at("text", "length")).toBeUndefined()
  })
})
