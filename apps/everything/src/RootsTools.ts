/**
 * A tool that asks the client for its roots.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 */
import * as Roots from "@mcp-effect/core/Roots"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"

const ListRoots = Tool.make("list_roots", { description: "Lists the roots of the client, one in a line" })

/** The tool. */
export const layer = Server.tool(
  ListRoots,
  () => Effect.map(Roots.list, (roots) => roots.map((root) => `${root.name ?? ""} ${root.uri}`.trim()).join("\n"))
)
