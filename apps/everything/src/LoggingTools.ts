/**
 * Tools that log: what reaches the client is what its level lets through.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 */
import * as Logging from "@mcp-effect/core/Logging"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const WithLogging = Tool.make("test_tool_with_logging", { description: "Logs its start, its work and its end" })

const OneMessage = Tool.make("test_logging_tool", { description: "Logs one message at the level info" })

const EveryLevel = Tool.make("log_every_level", { description: "Logs one message at each of the eight levels" })

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(WithLogging, () =>
    Effect.gen(function*() {
      yield* Effect.logInfo("Tool execution started")
      yield* Effect.sleep("50 millis")
      yield* Effect.logInfo("Tool processing data")
      yield* Effect.sleep("50 millis")
      yield* Effect.logInfo("Tool execution completed")
      return "Tool with logging executed successfully"
    })),
  Server.tool(OneMessage, () => Effect.as(Effect.logInfo("A message at level info"), "Logged")),
  Server.tool(EveryLevel, () =>
    Effect.forEach(
      Logging.levels,
      (level) => Logging.log(level, { message: `A message at level ${level}` }, { logger: "everything" }),
      { discard: true }
    ))
)
