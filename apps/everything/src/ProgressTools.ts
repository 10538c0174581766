/**
 * Tools that take their time: one that reports its progress, and one that waits to be cancelled.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 */
import * as Progress from "@mcp-effect/core/Progress"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Cancellations from "./Cancellations.ts"

const WithProgress = Tool.make("test_tool_with_progress", { description: "Reports progress 0, 50 and 100 of 100" })

/** Takes its time. */
export const Wait = Tool.make("wait", {
  description: "Does nothing for some seconds; made to be cancelled",
  input: { seconds: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 3600 })) }
})

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(WithProgress, () =>
    Effect.gen(function*() {
      yield* Progress.report({ progress: 0, total: 100, message: "Started" })
      yield* Effect.sleep("50 millis")
      yield* Progress.report({ progress: 50, total: 100, message: "Half way" })
      yield* Effect.sleep("50 millis")
      yield* Progress.report({ progress: 100, total: 100, message: "Done" })
      // the official clients drop a step that they read at one go with the result
      yield* Effect.sleep("10 millis")
      return "Tool with progress executed successfully"
    })),
  Server.tool(Wait, ({ seconds }) =>
    Progress.report({ progress: 0, total: seconds, message: "Waiting" }).pipe(
      Effect.andThen(Effect.sleep(Duration.seconds(seconds))),
      Cancellations.count,
      Effect.as(`Waited for ${seconds} seconds`)
    ))
)
