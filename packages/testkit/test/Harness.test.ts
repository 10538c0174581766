import { assert, describe, it } from "@effect/vitest"
import { Client } from "@mcp-effect/core/Client"
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Answers from "@mcp-effect/testkit/Answers"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

class Names extends Context.Service<Names, ReadonlyArray<string>>()("test/Names") {}

const Greet = Tool.make("greet")
const Count = Tool.make("count")
const Divide = Tool.make("divide", { output: { quotient: Schema.Finite } })

const greeting = Layer.unwrap(Effect.sync(() => {
  let calls = 0
  return Server.layer(
    { name: "greeting", version: "1.0.0" },
    Layer.mergeAll(
      Server.tool(Greet, () =>
        Effect.gen(function*() {
          const answer = yield* Elicitation.form({ message: "Who?", fields: { name: Schema.String } })
          return answer.action === "accept" ? `Hello, ${answer.content.name}` : answer.action
        })),
      Server.tool(Count, () => Effect.map(Names, (names) => `${names.length} names, ${++calls} calls`)),
      Server.tool(Divide, () => Effect.succeed({ quotient: Number.NaN }))
    )
  )
}))

const names = Layer.succeed(Names, ["Ada", "Grace"])

const server = Layer.provide(greeting, names)

const text = ({ content: [block] }: { readonly content: ReadonlyArray<{ readonly type: string }> }): unknown =>
  block !== undefined && "text" in block ? block.text : undefined

describe("a harness", () => {
  it.effect("is a client of a server, whose questions are answered as scripted", () =>
    Effect.gen(function*() {
      const { client } = yield* Harness.make(server, { handlers: Answers.layer([Answers.form({ name: "Ada" })]) })
      assert.strictEqual(text(yield* client.callTool("greet")), "Hello, Ada")
    }))

  it.effect("requires what the server requires", () =>
    Effect.gen(function*() {
      const { client } = yield* Harness.make(greeting)
      assert.strictEqual(text(yield* client.callTool("count")), "2 names, 1 calls")
    }).pipe(Effect.provide(names)))

  it.effect("has a server of its own, though the layer is the same", () =>
    Effect.gen(function*() {
      const harnesses = [yield* Harness.make(server), yield* Harness.make(server)]
      for (const { client } of harnesses) {
        assert.strictEqual(text(yield* client.callTool("count")), "2 names, 1 calls")
      }
    }))

  it.effect("keeps all that was said, and tells it as it is said", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const { client, lines } = yield* Harness.make(server, {
        versions: ["2025-11-25"],
        onLine: ({ message }) => told.push(message)
      })
      yield* client.callTool("count")
      assert.deepStrictEqual(lines.map(({ message }) => message), told)
      assert.deepStrictEqual(
        lines.map(({ from, message }) => [from, (message as { readonly method?: string }).method ?? "answer"]),
        [
          ["client", "initialize"],
          ["server", "answer"],
          ["client", "notifications/initialized"],
          ["client", "tools/call"],
          ["server", "answer"]
        ]
      )
    }))

  it.effect("has a real wire: what JSON cannot hold does not reach the client", () =>
    Effect.gen(function*() {
      const { client } = yield* Harness.make(server)
      const error = yield* Effect.flip(client.callTool("divide"))
      assert.strictEqual(error.reason._tag, "ErrorAnswer")
    }))

  it.effect("may be of many clients over one wire", () =>
    Effect.gen(function*() {
      const connect = yield* Wire.http.serve
      const { client: one } = yield* Harness.over(connect)
      const { client: other } = yield* Harness.over(connect)
      assert.strictEqual(text(yield* one.callTool("count")), "2 names, 1 calls")
      assert.strictEqual(text(yield* other.callTool("count")), "2 names, 2 calls")
    }).pipe(Effect.provide(Layer.fresh(server))))

  it.effect("is a layer, too", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual(text(yield* client.callTool("count")), "2 names, 1 calls")
    }).pipe(Effect.provide(Harness.layer(server, { wire: Wire.stdio }))))
})
