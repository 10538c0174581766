import { describe, expect, it } from "@effect/vitest"
import type { Check, Status } from "../../scripts/conformance/Check.ts"
import { absent, expectations } from "../../scripts/conformance/Expectation.ts"

const hollow = (scenario: string, ...checks: ReadonlyArray<Check>): ReadonlyArray<string> =>
  expectations.get(scenario)?.hollow(checks) ?? ["no such scenario"]

/** The one check that most scenarios are: named like them, with details. */
const seen = (scenario: string, details: unknown) => hollow(scenario, { id: scenario, status: "SUCCESS", details })

const result = (text: string, isError?: boolean) => ({
  result: { content: [{ type: "text", text }], ...isError === undefined ? {} : { isError } }
})

const toolNotFound = result("Tool not found", true)

describe("Expectation", () => {
  it("takes an error result for no simple text", () => {
    expect(seen("tools-call-simple-text", result("This is a simple text response for testing."))).toEqual([])
    expect(seen("tools-call-simple-text", result("This is a simple text response for testing.", true))).toHaveLength(1)
    expect(seen("tools-call-simple-text", toolNotFound)).toHaveLength(2)
  })

  it("takes only the tool's own error for the tool's error", () => {
    expect(seen("tools-call-error", result("This tool intentionally returns an error for testing", true))).toEqual([])
    expect(seen("tools-call-error", toolNotFound)).toHaveLength(1)
  })

  it("wants the three log messages of the tool, at info and in order", () => {
    const log = (data: unknown, level = "info") => ({ level, data })
    const logs = [
      log("Tool execution started"),
      log({ message: "Tool processing data" }),
      log("Tool execution completed")
    ]
    expect(seen("tools-call-with-logging", { logs })).toEqual([])
    expect(seen("tools-call-with-logging", { logs: [log("noise", "debug"), ...logs] })).toEqual([])
    expect(seen("tools-call-with-logging", { logs: logs.toReversed() })).toHaveLength(1)
    expect(seen("tools-call-with-logging", { logs: logs.slice(1) })).toHaveLength(1)
    expect(seen("tools-call-with-logging", { logs: [log("a"), log("b"), log("c")] })).toHaveLength(1)
    const debug = logs.map((one) => ({ ...one, level: "debug" }))
    expect(seen("tools-call-with-logging", { logs: debug })).toHaveLength(1)
    expect(seen("tools-call-with-logging", {})).toHaveLength(1)
  })

  it("wants the progress that the tool reports, and a result that is no error", () => {
    const steps = (...values: ReadonlyArray<number>) => values.map((progress) => ({ progress, total: 100 }))
    const done = result("done")
    expect(seen("tools-call-with-progress", { ...done, progressNotifications: steps(0, 50, 100) })).toEqual([])
    expect(seen("tools-call-with-progress", { ...done, progressNotifications: steps(0, 0, 0) })).toHaveLength(1)
    expect(seen("tools-call-with-progress", { ...toolNotFound, progressNotifications: steps(0, 50, 100) }))
      .toHaveLength(1)
  })

  it("wants the client's answer in the result of a tool that asked the client", () => {
    expect(seen("tools-call-sampling", result("LLM response: This is a test response from the client"))).toEqual([])
    expect(seen("tools-call-sampling", result("LLM response: undefined"))).toHaveLength(1)
    expect(seen("tools-call-sampling", result("sampling failed", true))).toHaveLength(2)
    const answer = `User response: action=accept, content={"username":"testuser","email":"test@example.com"}`
    expect(seen("tools-call-elicitation", result(answer))).toEqual([])
    expect(seen("tools-call-elicitation", result("User response: action=accept, content={}"))).toHaveLength(1)
  })

  it("wants a completion for a value that has one", () => {
    expect(seen("completion-complete", { result: { completion: { values: ["testing"] } } })).toEqual([])
    expect(seen("completion-complete", { result: { completion: { values: [] } } })).toHaveLength(1)
  })

  it("takes an empty list for no list", () => {
    expect(seen("tools-list", { tools: ["add"] })).toEqual([])
    for (const member of ["tools", "prompts", "resources"]) {
      expect(seen(`${member}-list`, { [member]: [] })).toHaveLength(1)
    }
  })

  it("takes a polling test that could not close the stream for no test", () => {
    const polling = (resume: Status) =>
      hollow(
        "server-sse-polling",
        { id: "server-sse-priming-event", status: "SUCCESS" },
        { id: "server-sse-retry-field", status: "SUCCESS" },
        { id: "server-sse-disconnect-resume", status: resume }
      )
    expect(polling("SUCCESS")).toEqual([])
    expect(polling("INFO")).toEqual(["server-sse-disconnect-resume: no success among the checks"])
  })

  it("takes a server without sessions for none that was tested with sessions", () => {
    expect(hollow("server-initialize", { id: "server-initialize", status: "SUCCESS" })).toHaveLength(1)
    expect(hollow("server-session-lifecycle", { id: "server-session-delete-accepted", status: "SUCCESS" }))
      .toHaveLength(1)
  })

  it("wants what was asked for from resources, templates and prompts", () => {
    expect(seen("resources-read-text", { uri: "test://static-text", mimeType: "text/plain" })).toEqual([])
    expect(seen("resources-read-text", { uri: "test://other", mimeType: "text/plain" })).toHaveLength(1)
    expect(seen("resources-read-binary", { uri: "test://static-binary", mimeType: "text/plain" })).toHaveLength(1)
    expect(seen("resources-templates-read", { uri: "test://template/123/data", content: "not found: 123" }))
      .toHaveLength(1)
    const prompt = (text: string) => ({ messages: [{ role: "user", content: { type: "text", text } }] })
    expect(seen("prompts-get-with-args", prompt("Prompt with arguments: arg1='testValue1', arg2='testValue2'")))
      .toEqual([])
    expect(seen("prompts-get-with-args", prompt("testValue1 testValue2"))).toHaveLength(1)
  })

  it("names each fixture that a server does not list", () => {
    const offered = { tools: ["a"], prompts: [], resources: [], resourceTemplates: ["t://{id}"] }
    expect(absent({}, offered)).toEqual([])
    expect(absent({ tools: ["a"], resourceTemplates: ["t://{id}"] }, offered)).toEqual([])
    expect(absent({ tools: ["a", "b"], prompts: ["p"], resources: ["r://"] }, offered))
      .toEqual(["the tool b", "the prompt p", "the resource r://"])
  })
})
