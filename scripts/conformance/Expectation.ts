/**
 * What each scenario of the suite is about: the fixtures it names, and when its success is hollow.
 *
 * Several scenarios accept too much: an error result counts as "simple text", a tool that asked the client and then
 * failed counts as sampling, an empty list counts as a list. The rules here look at the details that the suite records
 * with its checks. They do not repeat what the suite already fails on.
 *
 * Scenarios are those of `@modelcontextprotocol/conformance` 0.2.0-alpha.12. One that is not listed gets the verdict
 * `unknown`, so that an upgrade of the suite cannot add a pass that nobody has looked at.
 */
import { at, type Check } from "./Check.ts"

/** What a server lists, by the name or URI that a scenario uses. */
export interface Fixtures {
  readonly tools?: ReadonlyArray<string>
  readonly prompts?: ReadonlyArray<string>
  readonly resources?: ReadonlyArray<string>
  readonly resourceTemplates?: ReadonlyArray<string>
}

/** What a scenario needs and when its success is hollow: a sentence for each thing that was not seen. */
export interface Expectation {
  readonly fixtures: Fixtures
  readonly hollow: (checks: ReadonlyArray<Check>) => ReadonlyArray<string>
}

type Path = ReadonlyArray<string | number>
type Rule = Expectation["hollow"]

const show = (value: unknown): string => value === undefined ? "nothing" : JSON.stringify(value)

/** A rule on one member of the details of the check with this id. */
const detail = (id: string, path: Path, expected: string, holds: (value: unknown) => boolean): Rule => (checks) => {
  const value = at(checks.find((check) => check.id === id)?.details, ...path)
  return holds(value) ? [] : [`${id}: ${path.join(".")} is ${show(value)}, expected ${expected}`]
}

const equals = (id: string, path: Path, expected: unknown): Rule =>
  detail(id, path, show(expected), (value) => JSON.stringify(value) === JSON.stringify(expected))

const contains = (id: string, path: Path, ...parts: ReadonlyArray<string>): Rule =>
  detail(
    id,
    path,
    `a text with ${parts.map(show).join(" and ")}`,
    (value) => typeof value === "string" && parts.every((part) => value.includes(part))
  )

const noToolError = (id: string): Rule =>
  detail(id, ["result", "isError"], "a result that is no error", (value) => value !== true)

/** A rule that the check with this id was made and succeeded: the suite writes INFO where it could not test. */
const succeeded = (id: string): Rule => (checks) =>
  checks.some((check) => check.id === id && check.status === "SUCCESS") ? [] : [`${id}: no success among the checks`]

const all = (...rules: ReadonlyArray<Rule>): Rule => (checks) => rules.flatMap((rule) => rule(checks))

const nothing: Rule = () => []

const listed = (id: string, member: string): Rule =>
  detail(id, [member], "a list that is not empty", (value) => Array.isArray(value) && value.length > 0)

const logged = (...texts: ReadonlyArray<string>): Rule =>
  detail("tools-call-with-logging", ["logs"], `info messages ${texts.map(show).join(", ")} in this order`, (logs) => {
    if (!Array.isArray(logs)) return false
    const infos = logs.filter((log) => at(log, "level") === "info").map((log) => JSON.stringify(at(log, "data")))
    let from = 0
    return texts.every((text) => {
      const found = infos.findIndex((info, index) => index >= from && info.includes(text))
      from = found + 1
      return found >= 0
    })
  })

const progressed: Rule = detail(
  "tools-call-with-progress",
  ["progressNotifications"],
  "progress 0, 50 and 100 of 100",
  (list) =>
    Array.isArray(list) &&
    JSON.stringify(list.map((one) => [at(one, "progress"), at(one, "total")])) === "[[0,100],[50,100],[100,100]]"
)

const templateText = JSON.stringify({ id: "123", templateTest: true, data: "Data for ID: 123" })

const tool = (name: string, hollow: Rule): Expectation => ({ fixtures: { tools: [name] }, hollow })
const prompt = (name: string, hollow: Rule): Expectation => ({ fixtures: { prompts: [name] }, hollow })
const resource = (uri: string, hollow: Rule): Expectation => ({ fixtures: { resources: [uri] }, hollow })
const bare = (hollow: Rule): Expectation => ({ fixtures: {}, hollow })

/** The expectations by scenario. */
export const expectations: ReadonlyMap<string, Expectation> = new Map(Object.entries({
  "server-initialize": bare(succeeded("server-session-id-visible-ascii")),
  "server-session-lifecycle": bare(
    all(succeeded("server-session-delete-accepted"), succeeded("server-session-terminated-returns-404"))
  ),
  "logging-set-level": bare(nothing),
  "ping": bare(nothing),
  "completion-complete": prompt(
    "test_prompt_with_arguments",
    detail(
      "completion-complete",
      ["result", "completion", "values"],
      "at least one value for \"test\"",
      (values) => Array.isArray(values) && values.some((value) => typeof value === "string" && value.startsWith("test"))
    )
  ),
  "tools-list": bare(listed("tools-list", "tools")),
  "tools-call-simple-text": tool(
    "test_simple_text",
    all(
      noToolError("tools-call-simple-text"),
      equals(
        "tools-call-simple-text",
        ["result", "content", 0, "text"],
        "This is a simple text response for testing."
      )
    )
  ),
  "tools-call-image": tool("test_image_content", equals("tools-call-image", ["mimeType"], "image/png")),
  "tools-call-audio": tool("test_audio_content", nothing),
  "tools-call-embedded-resource": tool(
    "test_embedded_resource",
    equals("tools-call-embedded-resource", ["resourceUri"], "test://embedded-resource")
  ),
  "tools-call-mixed-content": tool(
    "test_multiple_content_types",
    equals("tools-call-mixed-content", ["contentTypes"], ["text", "image", "resource"])
  ),
  "tools-call-with-logging": tool(
    "test_tool_with_logging",
    logged("Tool execution started", "Tool processing data", "Tool execution completed")
  ),
  "tools-call-error": tool(
    "test_error_handling",
    equals(
      "tools-call-error",
      ["result", "content", 0, "text"],
      "This tool intentionally returns an error for testing"
    )
  ),
  "tools-call-with-progress": tool(
    "test_tool_with_progress",
    all(noToolError("tools-call-with-progress"), progressed)
  ),
  "tools-call-sampling": tool(
    "test_sampling",
    all(
      noToolError("tools-call-sampling"),
      equals(
        "tools-call-sampling",
        ["result", "content", 0, "text"],
        "LLM response: This is a test response from the client"
      )
    )
  ),
  "tools-call-elicitation": tool(
    "test_elicitation",
    all(
      noToolError("tools-call-elicitation"),
      contains("tools-call-elicitation", ["result", "content", 0, "text"], "accept", "testuser", "test@example.com")
    )
  ),
  "json-schema-2020-12": tool("json_schema_2020_12_tool", nothing),
  "elicitation-sep1034-defaults": tool("test_elicitation_sep1034_defaults", nothing),
  "elicitation-sep1330-enums": tool("test_elicitation_sep1330_enums", nothing),
  "server-sse-polling": tool(
    "test_reconnection",
    all(
      succeeded("server-sse-priming-event"),
      succeeded("server-sse-retry-field"),
      succeeded("server-sse-disconnect-resume")
    )
  ),
  // A reply in JSON is as good as a stream here: the specification leaves the choice to the server.
  "server-sse-multiple-streams": bare(succeeded("server-accepts-multiple-post-streams")),
  "resources-list": bare(listed("resources-list", "resources")),
  "resources-read-text": resource(
    "test://static-text",
    all(
      equals("resources-read-text", ["uri"], "test://static-text"),
      equals("resources-read-text", ["mimeType"], "text/plain")
    )
  ),
  "resources-read-binary": resource(
    "test://static-binary",
    all(
      equals("resources-read-binary", ["uri"], "test://static-binary"),
      equals("resources-read-binary", ["mimeType"], "image/png")
    )
  ),
  "resources-templates-read": {
    fixtures: { resourceTemplates: ["test://template/{id}/data"] },
    hollow: all(
      equals("resources-templates-read", ["uri"], "test://template/123/data"),
      equals("resources-templates-read", ["content"], templateText)
    )
  },
  // The suite looks at no reply here; that the URI is one of the server's is all there is to ask for.
  "resources-subscribe": resource("test://watched-resource", nothing),
  "resources-unsubscribe": resource("test://watched-resource", nothing),
  "prompts-list": bare(listed("prompts-list", "prompts")),
  "prompts-get-simple": prompt("test_simple_prompt", nothing),
  "prompts-get-with-args": prompt(
    "test_prompt_with_arguments",
    equals(
      "prompts-get-with-args",
      ["messages", 0, "content", "text"],
      "Prompt with arguments: arg1='testValue1', arg2='testValue2'"
    )
  ),
  "prompts-get-embedded-resource": prompt(
    "test_prompt_with_embedded_resource",
    equals(
      "prompts-get-embedded-resource",
      ["messages", 0, "content", "resource", "uri"],
      "test://example-resource"
    )
  ),
  "prompts-get-with-image": prompt("test_prompt_with_image", nothing),
  "dns-rebinding-protection": bare(nothing)
}))

const kinds = [["tools", "tool"], ["prompts", "prompt"], ["resources", "resource"], [
  "resourceTemplates",
  "template"
]] as const

/**
 * The fixtures that a scenario names and the server does not list, as kind and name. Without one of them a scenario
 * either fails or, worse, passes on an error.
 */
export const absent = (needed: Fixtures, offered: Required<Fixtures>): ReadonlyArray<string> =>
  kinds.flatMap(([member, kind]) =>
    (needed[member] ?? []).filter((name) => !offered[member].includes(name)).map((name) => `the ${kind} ${name}`)
  )
