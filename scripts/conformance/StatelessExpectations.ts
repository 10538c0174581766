/**
 * The scenarios that only the stateless era has: discovery, `_meta`, headers, caching, multi round-trip requests and listening.
 */
import { at } from "./Check.ts"
import {
  all,
  bare,
  contains,
  detail,
  each,
  equals,
  type Expectation,
  listed,
  nothing,
  noToolError,
  prompt,
  type Rule,
  show,
  tool
} from "./Expectation.ts"

const text = ["result", "content", 0, "text"] as const

/** The retry ended with a result that shows what the client answered. */
const answered = (id: string, ...parts: ReadonlyArray<string>): Rule =>
  all(noToolError(id), contains(id, text, ...parts))

/** The question was asked, whatever it was that the suite sent. */
const asked = (id: string, key: string, method: string): Rule =>
  equals(id, ["result", "inputRequests", key, "method"], method)

const someAsked = (id: string, method: string): Rule =>
  detail(
    id,
    ["result", "inputRequests"],
    `a question ${method}`,
    (requests) =>
      typeof requests === "object" && requests !== null &&
      Object.values(requests).some((request) => at(request, "method") === method)
  )

/** What was not accepted was refused for what it is, or asked for again: not because there is no such tool. */
const refusedOrAsked = (id: string): Rule => (checks) => {
  const details = checks.find((check) => check.id === id)?.details
  const good = at(details, "error", "code") === -32602 ||
    at(details, "result", "inputRequests", "user_name", "method") === "elicitation/create"
  return good ? [] : [`${id}: neither refused with -32602 nor asked again: ${show(details)}`]
}

/** What came back is a result, and no error of a tool. */
const noBodyError = (id: string): Rule =>
  each(id, (details) => {
    const result = at(details, "responseBody", "result")
    return result !== undefined && at(result, "isError") !== true
      ? []
      : [`${id}: accepted with ${show(at(details, "responseBody"))}`]
  })

/** The call with this header was served: its result is no error, and has the argument in it. */
const mirrored = (id: string): Rule =>
  each(id, (details) => {
    const status = at(details, "responseStatus")
    // what the suite wants refused, it fails by itself when it is served
    if (status !== 200) return []
    const result = at(details, "responseBody", "result")
    const told = at(result, "content", 0, "text")
    const value = at(details, "bodyValue")
    return at(result, "isError") !== true && typeof told === "string" && typeof value === "string" &&
        told.includes(value)
      ? []
      : [`${id}: ${show(at(details, "headerValue"))} was answered with ${show(at(details, "responseBody"))}`]
  })

const askForName = "test_input_required_result_elicitation"

/** The expectations by scenario. */
export const statelessExpectations: { readonly [scenario: string]: Expectation } = {
  "server-stateless": {
    fixtures: {
      tools: [
        "test_missing_capability",
        "test_streaming_elicitation",
        "test_logging_tool",
        "test_trigger_tool_change",
        "test_trigger_prompt_change"
      ]
    },
    hollow: all(
      // a reply without an error counts as served
      listed("sep-2575-request-meta-client-info-optional", "response", "result", "supportedVersions"),
      // a server without prompts and tools matches what it says of them
      listed("sep-2575-server-declares-prompts-in-discover", "response", "result", "prompts"),
      listed("sep-2575-discover-capabilities-match-handlers", "response", "result", "tools"),
      // any error with the right data counts
      equals("sep-2575-server-unsupported-version-error", ["response", "error", "code"], -32022),
      // the acknowledgement alone would do
      detail(
        "sep-2575-server-tags-subscription-id",
        ["inspectedNotificationCount"],
        "the acknowledgement and a change",
        (count) => typeof count === "number" && count >= 2
      )
    )
  },
  "caching": bare(nothing),
  "http-header-validation": bare(
    // an error of the tool counts as accepted
    all(
      noBodyError("sep-2243-server-accepts-whitespace-header-value"),
      noBodyError("sep-2243-header-name-case-insensitive")
    )
  ),
  "http-custom-header-server-validation": bare(
    all(mirrored("sep-2243-server-decode-base64"), mirrored("sep-2243-server-validate-param-match"))
  ),
  "sep-2164-resource-not-found": bare(nothing),
  "input-required-result-basic-elicitation": tool(
    askForName,
    answered("sep-2322-elicitation-complete", "Hello, Alice!")
  ),
  "input-required-result-basic-sampling": tool(
    "test_input_required_result_sampling",
    answered("sep-2322-sampling-complete", "The capital of France is Paris.")
  ),
  "input-required-result-basic-list-roots": tool(
    "test_input_required_result_list_roots",
    answered("sep-2322-list-roots-complete", "file:///test/root")
  ),
  "input-required-result-request-state": tool(
    "test_input_required_result_request_state",
    answered("sep-2322-request-state-complete", "state-ok")
  ),
  "input-required-result-multiple-input-requests": tool(
    "test_input_required_result_multiple_inputs",
    answered("sep-2322-multiple-inputs-complete", "Alice", "Hello there!", "file:///test/root")
  ),
  "input-required-result-multi-round": tool(
    "test_input_required_result_multi_round",
    answered("sep-2322-multi-round-r3", "Alice", "blue")
  ),
  "input-required-result-missing-input-response": tool(
    askForName,
    asked("sep-2322-missing-response-rerequests", "user_name", "elicitation/create")
  ),
  "input-required-result-ignore-extra-params": tool(
    askForName,
    answered("sep-2322-ignore-unexpected-params", "Hello, Alice!")
  ),
  "input-required-result-validate-input": tool(
    askForName,
    all(refusedOrAsked("sep-2322-validate-input-responses"), refusedOrAsked("sep-2322-error-on-protocol-error"))
  ),
  "input-required-result-non-tool-request": prompt(
    "test_input_required_result_prompt",
    contains("sep-2322-non-tool-complete", ["result", "messages", 0, "content", "text"], "test context")
  ),
  "input-required-result-result-type": tool(askForName, nothing),
  // The suite keeps no result here; that there are tools and prompts to list is all there is to ask for.
  "input-required-result-unsupported-methods": {
    fixtures: { tools: ["test_simple_text"], prompts: ["test_simple_prompt"] },
    hollow: nothing
  },
  "input-required-result-tampered-state": tool(
    "test_input_required_result_tampered_state",
    equals("sep-2322-reject-tampered-state", ["tamperedResponse", "code"], -32602)
  ),
  "input-required-result-capability-check": tool(
    "test_input_required_result_capabilities",
    someAsked("sep-2322-respect-client-capabilities", "sampling/createMessage")
  )
}
