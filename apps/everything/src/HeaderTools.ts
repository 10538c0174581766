/**
 * A tool whose arguments HTTP clients mirror in headers, for gateways that route by them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/tools#x-mcp-header
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Mirrored = Tool.make("mirrored_arguments", {
  description:
    "Tells the arguments that travel in headers too: Mcp-Param-Region, Mcp-Param-Priority and Mcp-Param-Verbose",
  input: {
    region: Schema.String.annotate({ description: "Any text" }).pipe(Tool.header("Region")),
    priority: Schema.optionalKey(Schema.Int).pipe(Tool.header("Priority")),
    verbose: Schema.optionalKey(Schema.Boolean).pipe(Tool.header("Verbose"))
  }
})

/** The tool. */
export const layer = Server.tool(
  Mirrored,
  ({ priority = "any", region, verbose = false }) =>
    Effect.succeed(`Region ${region}, priority ${priority}, ${verbose ? "verbose" : "terse"}`)
)
