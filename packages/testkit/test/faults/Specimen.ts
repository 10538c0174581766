/**
 * A `Specimen` is a small server, and the laws of what is said to it: what our own code is held to, and its mutants fall over.
 *
 * It is not an example.
 *
 * @since 0.1.0
 */
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Conversations from "@mcp-effect/testkit/Conversations"
import type * as Law from "@mcp-effect/testkit/Law"
import * as Mutation from "@mcp-effect/testkit/Mutation"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const server = Server.layer(
  { name: "specimen", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(Tool.make("ask"), () =>
      Effect.match(Sampling.createMessage({ messages: [], maxTokens: 1 }), {
        onSuccess: ({ model }) => model,
        onFailure: () => "nobody"
      })),
    Server.tool(Tool.make("wait"), () => Effect.as(Effect.sleep("1 minute"), "waited"))
  )
)

const session = Revisions.latestOfSessionEra.version

/** The laws. */
export const laws = (): ReadonlyArray<Law.Law> => [
  Conversations.law(server, {
    versions: Revisions.all.filter(({ batching }) => batching).map(({ version }) => version)
  }),
  Mutation.law(server, { versions: [session] })
]
