/**
 * A tool, a resource and a prompt that come and go while the server runs; clients are told that the lists have changed.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#list-changed-notification
 */
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Toggle from "./Toggle.ts"

const ToggleExtraFeatures = Tool.make("toggle_extra_features", {
  description: "Offers the extra tool, resource and prompt, or takes them away",
  input: { enabled: Schema.Boolean }
})

const ToolChange = Tool.make("test_trigger_tool_change", {
  description: "Offers one tool more, or takes it away again: only the list of tools changes"
})

const PromptChange = Tool.make("test_trigger_prompt_change", {
  description: "Offers one prompt more, or takes it away again: only the list of prompts changes"
})

const extra = Layer.mergeAll(
  Server.tool(Tool.make("extra_tool"), () => Effect.succeed("I was not always here")),
  Server.resource(Resource.make("test://extra", { name: "extra" }), () => Effect.succeed("I was not always here")),
  Server.prompt(Prompt.make("extra_prompt"), () => Effect.succeed("Were you always here?"))
)

const triggeredTool = Server.tool(
  Tool.make("triggered_tool", { description: "Comes and goes with test_trigger_tool_change" }),
  () => Effect.succeed("I was not always here")
)

const triggeredPrompt = Server.prompt(
  Prompt.make("triggered_prompt", { description: "Comes and goes with test_trigger_prompt_change" }),
  () => Effect.succeed("Were you always here?")
)

const flip = (on: boolean) => !on

/** The tools that toggle the others. */
export const layer = Layer.mergeAll(
  Layer.unwrap(
    Effect.map(Toggle.make(extra), ({ turn }) =>
      Server.tool(ToggleExtraFeatures, ({ enabled }) =>
        Effect.map(
          turn(() => enabled),
          (on) => on ? "The extra features are here" : "The extra features are gone"
        )))
  ),
  Layer.unwrap(
    Effect.map(
      Toggle.make(triggeredTool),
      ({ turn }) =>
        Server.tool(ToolChange, () => Effect.map(turn(flip), (on) => on ? "The tool is here" : "The tool is gone"))
    )
  ),
  Layer.unwrap(
    Effect.map(
      Toggle.make(triggeredPrompt),
      ({ turn }) =>
        Server.tool(
          PromptChange,
          () => Effect.map(turn(flip), (on) => on ? "The prompt is here" : "The prompt is gone")
        )
    )
  )
)
