/**
 * The scenarios that both eras have: tools, resources, prompts and completion as such.
 */
import { at } from "./Check.ts"
import {
  all,
  bare,
  detail,
  equals,
  type Expectation,
  listed,
  nothing,
  noToolError,
  prompt,
  resource,
  type Rule,
  succeeded,
  tool,
  whereMade
} from "./Expectation.ts"

const progressed: Rule = detail(
  "tools-call-with-progress",
  ["progressNotifications"],
  "progress 0, 50 and 100 of 100",
  (list) =>
    Array.isArray(list) &&
    JSON.stringify(list.map((one) => [at(one, "progress"), at(one, "total")])) === "[[0,100],[50,100],[100,100]]"
)

const templateText = JSON.stringify({ id: "123", templateTest: true, data: "Data for ID: 123" })

/** The expectations by scenario. */
export const featureExpectations: { readonly [scenario: string]: Expectation } = {
  "completion-complete": prompt(
    "test_prompt_with_arguments",
    detail(
      "completion-complete",
      ["result", "completion", "values"],
      "at least one value for \"test\"",
      (values) => Array.isArray(values) && values.some((value) => typeof value === "string" && value.startsWith("test"))
    )
  ),
  // the order is a check from 2026-07-28 on, and INFO where there is nothing to compare
  "tools-list": bare(all(listed("tools-list", "tools"), whereMade("tools-list-deterministic-order"))),
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
  "json-schema-2020-12": tool("json_schema_2020_12_tool", nothing),
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
}
