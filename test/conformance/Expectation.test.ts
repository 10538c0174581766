import { describe, expect, it } from "@effect/vitest"
import type { Check, Status } from "../../scripts/conformance/Check.ts"
import { absent } from "../../scripts/conformance/Expectation.ts"
import { expectations } from "../../scripts/conformance/Expectations.ts"

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

  it("wants the order of the tools compared where the suite compares it", () => {
    const listed: Check = { id: "tools-list", status: "SUCCESS", details: { tools: ["add"] } }
    const order = (status: Status): Check => ({ id: "tools-list-deterministic-order", status })
    expect(hollow("tools-list", listed, order("SUCCESS"))).toEqual([])
    expect(hollow("tools-list", listed, order("INFO"))).toHaveLength(1)
  })

  it("wants more of a stateless server than that it refuses what it has to", () => {
    const good: { readonly [id: string]: unknown } = {
      "sep-2575-request-meta-client-info-optional": { response: { result: { supportedVersions: ["2026-07-28"] } } },
      "sep-2575-server-declares-prompts-in-discover": { response: { result: { prompts: [{ name: "a" }] } } },
      "sep-2575-discover-capabilities-match-handlers": { response: { result: { tools: [{ name: "a" }] } } },
      "sep-2575-server-unsupported-version-error": { response: { error: { code: -32022 } } },
      "sep-2575-server-tags-subscription-id": { inspectedNotificationCount: 2 }
    }
    const bad: { readonly [id: string]: unknown } = {
      "sep-2575-request-meta-client-info-optional": { response: null },
      "sep-2575-server-declares-prompts-in-discover": { response: { error: { code: -32601 } } },
      "sep-2575-discover-capabilities-match-handlers": { response: { error: { code: -32601 } } },
      "sep-2575-server-unsupported-version-error": { response: { error: { code: -32600 } } },
      "sep-2575-server-tags-subscription-id": { inspectedNotificationCount: 1 }
    }
    const checks = (details: { readonly [id: string]: unknown }) =>
      Object.entries(details).map(([id, details]): Check => ({ id, status: "SUCCESS", details }))
    expect(hollow("server-stateless", ...checks(good))).toEqual([])
    for (const id of Object.keys(good)) {
      expect(hollow("server-stateless", ...checks({ ...good, [id]: bad[id] }))).toHaveLength(1)
    }
  })

  it("takes an error of the tool for no call that was accepted with its headers", () => {
    const accepted = (responseBody: unknown, id = "sep-2243-server-accepts-whitespace-header-value") =>
      hollow("http-header-validation", { id, status: "SUCCESS", details: { responseStatus: 200, responseBody } })
    expect(accepted(result("Hello"))).toEqual([])
    expect(accepted(toolNotFound)).toHaveLength(1)
    expect(accepted("data: not parsed")).toHaveLength(1)
    expect(accepted({ result: { tools: [] } }, "sep-2243-header-name-case-insensitive")).toEqual([])
    expect(accepted({}, "sep-2243-header-name-case-insensitive")).toHaveLength(1)
  })

  it("wants the argument that a header mirrors in the tool's answer", () => {
    const id = "sep-2243-server-validate-param-match"
    const call = (bodyValue: string, responseBody: unknown, responseStatus = 200): Check => ({
      id,
      status: "SUCCESS",
      details: { bodyValue, responseBody, responseStatus }
    })
    const scenario = "http-custom-header-server-validation"
    const refused = call("test-value", { error: { code: -32020 } }, 400)
    expect(hollow(scenario, call("SGVsbG8=", result("Region SGVsbG8=")), refused)).toEqual([])
    expect(hollow(scenario, call("SGVsbG8=", result("Region Hello")), refused)).toHaveLength(1)
    expect(hollow(scenario, call("a", result("Region a")), call("b", toolNotFound))).toHaveLength(1)
  })

  it("wants what the client answered in the result of a call that was made again", () => {
    const retried: ReadonlyArray<readonly [scenario: string, check: string, text: string]> = [
      ["basic-elicitation", "elicitation-complete", "Hello, Alice!"],
      ["basic-sampling", "sampling-complete", "The capital of France is Paris."],
      ["basic-list-roots", "list-roots-complete", "Roots: file:///test/root"],
      ["request-state", "request-state-complete", "state-ok"],
      ["multiple-input-requests", "multiple-inputs-complete", "Alice, Hello there! file:///test/root"],
      ["multi-round", "multi-round-r3", "Alice likes blue"],
      ["ignore-extra-params", "ignore-unexpected-params", "Hello, Alice!"]
    ]
    for (const [scenario, id, text] of retried) {
      const seen = (details: unknown) =>
        hollow(`input-required-result-${scenario}`, { id: `sep-2322-${id}`, status: "SUCCESS", details })
      expect(seen(result(text))).toEqual([])
      expect(seen(result("done"))).toHaveLength(1)
      expect(seen(result(text, true))).toHaveLength(1)
    }
    const prompted = (text: string) =>
      hollow("input-required-result-non-tool-request", {
        id: "sep-2322-non-tool-complete",
        status: "SUCCESS",
        details: { result: { messages: [{ role: "user", content: { type: "text", text } }] } }
      })
    expect(prompted("about test context")).toEqual([])
    expect(prompted("about nothing")).toHaveLength(1)
  })

  it("wants the question asked that the answer did not fit", () => {
    const asking = (key: string, method = "elicitation/create") => ({
      result: { inputRequests: { [key]: { method } } }
    })
    const missing = (details: unknown) =>
      hollow("input-required-result-missing-input-response", {
        id: "sep-2322-missing-response-rerequests",
        status: "SUCCESS",
        details
      })
    expect(missing(asking("user_name"))).toEqual([])
    expect(missing(asking("wrong_key"))).toHaveLength(1)
    const invalid = (first: unknown, second: unknown) =>
      hollow(
        "input-required-result-validate-input",
        { id: "sep-2322-validate-input-responses", status: "SUCCESS", details: first },
        { id: "sep-2322-error-on-protocol-error", status: "SUCCESS", details: second }
      )
    expect(invalid(asking("user_name"), { error: { code: -32602 } })).toEqual([])
    expect(invalid({ error: { code: -32603 } }, { error: { code: -32602 } })).toHaveLength(1)
    expect(invalid({}, {})).toHaveLength(2)
    const capable = (details: unknown) =>
      hollow("input-required-result-capability-check", {
        id: "sep-2322-respect-client-capabilities",
        status: "SUCCESS",
        details
      })
    expect(capable(asking("greeting", "sampling/createMessage"))).toEqual([])
    expect(capable(asking("client_roots", "roots/list"))).toHaveLength(1)
  })

  it("takes a state that was changed for refused only with the error for it", () => {
    const tampered = (tamperedResponse: unknown) =>
      hollow("input-required-result-tampered-state", {
        id: "sep-2322-reject-tampered-state",
        status: "SUCCESS",
        details: { tamperedResponse }
      })
    expect(tampered({ code: -32602 })).toEqual([])
    expect(tampered({ code: -32603 })).toHaveLength(1)
  })

  it("names each fixture that a server does not list", () => {
    const offered = { tools: ["a"], prompts: [], resources: [], resourceTemplates: ["t://{id}"] }
    expect(absent({}, offered)).toEqual([])
    expect(absent({ tools: ["a"], resourceTemplates: ["t://{id}"] }, offered)).toEqual([])
    expect(absent({ tools: ["a", "b"], prompts: ["p"], resources: ["r://"] }, offered))
      .toEqual(["the tool b", "the prompt p", "the resource r://"])
  })
})
