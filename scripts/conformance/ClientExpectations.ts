/**
 * The client scenarios: what has to be seen in each, and those that do not count, with the reason.
 *
 * The suite is the server there, so its checks tell what the client sent; the rules here are about what the suite accepts without having seen it.
 */
import { at } from "./Check.ts"
import { all, bare, detail, each, type Expectation, nothing, type Rule, show, succeeded } from "./Expectation.ts"

/** A rule that the checks with these names were made: the suite makes some only for what it happened to be sent. */
const made = (...names: ReadonlyArray<string>): Rule => (checks) =>
  names.filter((name) => !checks.some((check) => check.name === name && check.status === "SUCCESS"))
    .map((name) => `${name}: no success among the checks`)

// The suite is content with any value of the right type.
const defaultOf = (kind: string): Rule =>
  each(`client-elicitation-sep1034-${kind}-default`, (details) => {
    const [expected, received] = [at(details, "expectedDefault"), at(details, "receivedValue")]
    return expected === received ? [] : [`${kind}: the client gave ${show(received)} for the default ${show(expected)}`]
  })

const mirrored = [
  "Region",
  "Priority",
  "Verbose",
  "Debug",
  "EmptyVal",
  "Method",
  "NonAscii",
  "Whitespace",
  "LeadingSpace",
  "TrailingSpace",
  "InternalSpace",
  "ControlChar",
  "CrLf",
  "Tab"
]

const named = ["tools_call", "resources_read", "prompts_get"]
const used = [...named, "tools_list", "resources_list", "prompts_list"]

/** The expectations by scenario. */
export const clientExpectations: ReadonlyMap<string, Expectation> = new Map(Object.entries({
  "initialize": bare(succeeded("mcp-client-initialization")),
  "tools_call": bare(detail("tool-add-numbers", ["result"], "a sum", (sum) => typeof sum === "number")),
  "elicitation-sep1034-client-defaults": bare(
    all(defaultOf("string"), defaultOf("integer"), defaultOf("number"), defaultOf("enum"), defaultOf("boolean"))
  ),
  // it writes INFO where it could not measure
  "sse-retry": bare(all(succeeded("client-sse-retry-timing"), succeeded("client-sse-last-event-id"))),
  "request-metadata": bare(nothing),
  "sep-2322-client-request-state": bare(nothing),
  "http-standard-headers": {
    fixtures: {},
    hollow: made(
      ...used.map((method) => `ClientMcpMethodHeader_${method}`),
      ...named.map((method) => `ClientMcpNameHeader_${method}`)
    ),
    // there is no handshake in the one revision that it runs at
    skips: ["ClientMcpMethodHeader_initialize", "ClientMcpMethodHeader_notifications_initialized"]
  },
  "http-custom-headers": bare(made(...mirrored.map((header) => `ClientCustomHeader_${header}`))),
  "http-invalid-tool-headers": bare(nothing),
  "json-schema-ref-no-deref": bare(nothing),
  "json-schema-2020-12-preservation": bare(nothing)
}))

const authorization = "authorization is not implemented"
const skills = "the skills extension is not implemented"

const reasonOf = (scenario: string): string | undefined =>
  scenario.startsWith("auth/") ? authorization : scenario.startsWith("sep-2640-") ? skills : undefined

/** Those of these scenarios that are not counted, each with the reason. */
export const clientExceptions = (scenarios: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map(scenarios.flatMap((scenario) => {
    const reason = reasonOf(scenario)
    return reason === undefined ? [] : [[scenario, reason] as const]
  }))
