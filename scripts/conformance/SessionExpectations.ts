/**
 * The scenarios that only the session era has: the handshake and its session, and what the server asks and tells outside of a result.
 */
import { at } from "./Check.ts"
import {
  all,
  bare,
  contains,
  detail,
  equals,
  type Expectation,
  nothing,
  noToolError,
  resource,
  type Rule,
  show,
  succeeded,
  tool
} from "./Expectation.ts"

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

/** The expectations by scenario. */
export const sessionExpectations: { readonly [scenario: string]: Expectation } = {
  "server-initialize": bare(succeeded("server-session-id-visible-ascii")),
  "server-session-lifecycle": bare(
    all(succeeded("server-session-delete-accepted"), succeeded("server-session-terminated-returns-404"))
  ),
  "logging-set-level": bare(nothing),
  "ping": bare(nothing),
  "tools-call-with-logging": tool(
    "test_tool_with_logging",
    logged("Tool execution started", "Tool processing data", "Tool execution completed")
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
  // The suite looks at no reply here; that the URI is one of the server's is all there is to ask for.
  "resources-subscribe": resource("test://watched-resource", nothing),
  "resources-unsubscribe": resource("test://watched-resource", nothing)
}
