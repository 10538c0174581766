/**
 * `ParameterHeaders` are what the arguments of the request being sent are mirrored in: the client, which knows the tool, says it, and a transport
 * with headers sends it beside the body (HDR-2).
 *
 * It is not how a receiver sees headers, which is `MirroredHeaders`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/server/tools#x-mcp-header
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * The headers of the request being sent, by name, their values encoded; empty by default.
 *
 * @category references
 * @since 0.1.0
 */
export const ParameterHeaders: Context.Reference<ReadonlyArray<readonly [name: string, value: string]>> = Context
  .Reference("@mcp-effect/core/ParameterHeaders", {
    defaultValue: (): ReadonlyArray<readonly [name: string, value: string]> => []
  })
