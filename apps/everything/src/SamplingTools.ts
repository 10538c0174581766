/**
 * Tools that ask the client's model: for a text, and in a loop in which the model uses a tool.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 */
import type { SamplingMessage } from "@mcp-effect/core/protocol/Sampling"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const Sample = Tool.make("test_sampling", {
  description: "Hands a prompt to the client's model and tells its answer",
  input: { prompt: Schema.String }
})

const SampleWithTools = Tool.make("sample_with_tools", {
  description: "Lets the client's model answer a question with the help of a dice",
  input: { question: Schema.String }
})

const texts = (content: SamplingMessage["content"]): string =>
  (Array.isArray(content) ? content : [content]).flatMap((block) => block.type === "text" ? [block.text] : []).join(
    "\n"
  )

const user = (text: string): SamplingMessage => ({ role: "user", content: { type: "text", text } })

const ask = (messages: ReadonlyArray<SamplingMessage>) =>
  Sampling.createMessage({
    messages,
    maxTokens: 100,
    tools: [{ name: "roll_dice", description: "Rolls a dice", inputSchema: { type: "object" } }]
  })

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(Sample, ({ prompt }) =>
    Effect.map(
      Sampling.createMessage({ messages: [user(prompt)], maxTokens: 100 }),
      (answer) => `LLM response: ${texts(answer.content)}`
    )),
  Server.tool(SampleWithTools, ({ question }) =>
    Effect.gen(function*() {
      const first = yield* ask([user(question)])
      const uses = (Array.isArray(first.content) ? first.content : [first.content])
        .filter((block) => block.type === "tool_use")
      if (uses.length === 0) return texts(first.content)
      const second = yield* ask([
        user(question),
        { role: first.role, content: first.content },
        {
          role: "user",
          content: uses.map((use) => ({
            type: "tool_result",
            toolUseId: use.id,
            content: [{ type: "text", text: "4" }]
          }))
        }
      ])
      return texts(second.content)
    }))
)
