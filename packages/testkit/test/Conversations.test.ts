import { expect, it } from "@effect/vitest"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Roots from "@mcp-effect/core/Roots"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Conversations from "@mcp-effect/testkit/Conversations"
import * as RawWire from "@mcp-effect/testkit/RawWire"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const everything = Server.layer(
  { name: "talkative", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(
      Tool.make("add", { input: { a: Schema.Int, b: Schema.Int }, output: { sum: Schema.Finite } }),
      ({ a, b }) => Effect.succeed({ sum: a + b })
    ),
    Server.tool(
      Tool.make("wait", { input: { seconds: Schema.Literals([1, 60, 600]) } }),
      ({ seconds }) => Effect.as(Effect.sleep(`${seconds} seconds`), "done")
    ),
    Server.tool(
      Tool.make("ask"),
      () =>
        Effect.orDie(
          Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), ({ model }) => model)
        )
    ),
    Server.tool(
      Tool.make("look"),
      () => Effect.orDie(Effect.map(Roots.list, (roots) => String(roots.length)))
    ),
    Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r"), { changes: () => Stream.never }),
    Server.resourceTemplate(
      ResourceTemplate.make("test:items/{id}", { name: "t", variables: { id: Schema.Int } }),
      ({ id }) => Effect.succeed(`${id}`),
      { complete: { id: () => Effect.succeed(["1"]) } }
    ),
    Server.prompt(
      Prompt.make("p", { arguments: { a: Schema.String } }),
      ({ a }) => Effect.succeed(a),
      { complete: { a: () => Effect.succeed(["x"]) } }
    )
  )
)

for (const wire of [Wire.memory, Wire.stdio, RawWire.sse]) {
  Vitest.laws(`a server with a bit of everything, over ${wire.name}`, [Conversations.law(everything, { wire })], {
    seed: 1,
    runs: 12
  })
}

it.each(Revisions.all.map(({ version }) => version))(
  "conversations of %s are of that revision, and vary",
  (version) => {
    const conversations = Effect.runSync(Arbitrary.sampleEffect(
      Conversations.arbitrary(version, { capabilities: { tools: {}, prompts: {} }, questions: [] }),
      { count: 100, seed: 1 }
    ))
    const methods = new Set(
      conversations.flat().flatMap(({ message }) => [message].flat()).map((message) =>
        (message as { readonly method: string }).method
      )
    )
    const revision = Revisions.byVersion(version)!
    const known = [...revision.clientRequests.keys(), ...revision.clientNotifications.keys()]
    expect([...methods].filter((method) => !known.includes(method))).toEqual([])
    expect(methods).toContain("tools/list")
    expect(methods).toContain("notifications/cancelled")
    expect(methods).not.toContain("resources/list")
    expect(conversations.flat().some(({ message }) => Array.isArray(message))).toBe(revision.batching)
  }
)
