import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Client from "../src/Client.ts"
import * as Elicitation from "../src/Elicitation.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Progress from "../src/Progress.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

describe("a client and a server in one process", () => {
  const features = Layer.mergeAll(
    Server.tool(
      Tool.make("greet", { input: { name: Schema.String }, output: { text: Schema.String } }),
      ({ name }) =>
        Effect.gen(function*() {
          yield* Progress.report({ progress: 1 })
          const answer = yield* Elicitation.form({ message: "How?", fields: { style: Schema.String } })
          return { text: `${answer.action === "accept" ? answer.content.style : "hi"} ${name}` }
        })
    ),
    Server.tool(Tool.make("never"), () => Effect.never)
  )

  it.effect.each(["2025-06-18", "2025-11-25", "2026-07-28"])(
    "go through the same lifecycle and messages as on any transport (STDIO-23), in %s",
    (version) =>
      Effect.gen(function*() {
        const [near, far] = yield* MemoryTransport.make()
        const served = yield* Effect.forkChild(
          Effect.provideService(Server.serve({ sessionId: "memory" }), Transport, far)
        )
        const steps: Array<number> = []
        const client = yield* Client.make(
          { name: "test", version: "1.0.0", transport: near, versions: [version] },
          Client.elicitation({ form: () => Effect.succeed({ action: "accept", content: { style: "howdy" } }) })
        )
        expect(client.server).toMatchObject({ protocolVersion: version, info: { name: "test" } })
        const result = yield* client.request("tools/call", { name: "greet", arguments: { name: "Ada" } }, {
          onProgress: ({ progress }) => Effect.sync(() => steps.push(progress))
        })
        expect(result.structuredContent).toEqual({ text: "howdy Ada" })
        expect(steps).toEqual([1])
        const refused = yield* Effect.exit(client.request("prompts/list", {}))
        expect(Exit.findErrorOption(refused)).toMatchObject({ value: { reason: { _tag: "CapabilityMissing" } } })
        // interruption is cancellation on the other side
        const server = yield* Server.Server
        const never = yield* Effect.forkChild(client.request("tools/call", { name: "never" }))
        yield* Conversation.settle
        yield* Fiber.interrupt(never)
        yield* client.ping()
        expect(yield* server.connections).toBe(1)
        yield* Fiber.interrupt(served)
        expect(yield* server.connections).toBe(0)
      }).pipe(Conversation.withServer(features))
  )

  it.effect("a client refuses what a server may not answer: a revision of the stateless era (INIT-13)", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      yield* Effect.forkScoped(far.run((json) => {
        const { id } = json as { readonly id: number }
        Effect.runFork(far.send({
          jsonrpc: "2.0",
          id,
          result: { protocolVersion: "2026-07-28", capabilities: {}, serverInfo: { name: "x", version: "1" } }
        }))
      }))
      const exit = yield* Effect.exit(Client.make({ name: "test", version: "1.0.0", transport: near }))
      expect(Exit.findErrorOption(exit)).toMatchObject({ value: { reason: { _tag: "NoCommonVersion" } } })
    }))

  it.effect("versions that do not exist, and none at all, are defects of the client's", () =>
    Effect.gen(function*() {
      const cases = [
        [["2026-07-29"], "There is no revision 2026-07-29"],
        [[], "There is no revision to speak: `versions` is empty"]
      ] as const
      for (const [versions, message] of cases) {
        const [transport] = yield* MemoryTransport.make()
        const exit = yield* Effect.exit(Client.make({ name: "test", version: "1.0.0", transport, versions }))
        expect(Exit.isFailure(exit) && exit.cause.reasons).toMatchObject([{ _tag: "Die", defect: { message } }])
      }
    }))
})
