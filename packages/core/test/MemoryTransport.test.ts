import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Client from "../src/Client.ts"
import * as Elicitation from "../src/Elicitation.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Progress from "../src/Progress.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

const message = (n: number) => ({ jsonrpc: "2.0", method: "notifications/x", params: { n } } as const)

describe("the memory transport", () => {
  it.effect("carries messages in order, both ways, until it is closed", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const [near, far] = yield* Scope.provide(MemoryTransport.make(), scope)
      const heard: Array<unknown> = []
      const run = yield* Effect.forkChild(far.run((json) => heard.push(json)))
      for (let n = 0; n < 3; n++) yield* near.send(message(n))
      yield* Conversation.settle
      expect(heard).toEqual([message(0), message(1), message(2)])
      yield* Scope.close(scope, Exit.void)
      yield* Fiber.join(run)
      expect(Exit.findErrorOption(yield* Effect.exit(near.send(message(3))))).toMatchObject({
        value: { _tag: "TransportError", reason: { _tag: "Closed" } }
      })
    }))

  it.effect("makes a sender wait while the other side does not take, and says that it is congested", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make({ capacity: 2 })
      yield* near.send(message(0))
      expect(near.isCongested()).toBe(false)
      yield* near.send(message(1))
      expect(near.isCongested()).toBe(true)
      const third = yield* Effect.forkChild(near.send(message(2)))
      yield* Conversation.settle
      expect(third.pollUnsafe()).toBeUndefined()
      const heard: Array<unknown> = []
      yield* Effect.forkScoped(far.run((json) => heard.push(json)))
      yield* Fiber.join(third)
      yield* Conversation.settle
      expect(heard).toHaveLength(3)
    }))
})

describe("a client and a server over it", () => {
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

  it.effect.each(["2025-06-18", "2025-11-25"])(
    "go through the same lifecycle and messages as on any transport (STDIO-23), in %s",
    (version) =>
      Effect.gen(function*() {
        const [near, far] = yield* MemoryTransport.make()
        const served = yield* Effect.forkChild(
          Effect.provideService(Server.serve({ sessionId: "memory" }), Transport, far)
        )
        const steps: Array<number> = []
        const told: Array<string> = []
        const client = yield* Client.make({
          transport: near,
          protocolVersion: version,
          capabilities: { elicitation: {} },
          requests: {
            "elicitation/create": () => Effect.succeed({ action: "accept", content: { style: "howdy" } })
          },
          onNotification: (method) => Effect.sync(() => told.push(method))
        })
        expect(client.revision.version).toBe(version)
        expect(client.server.serverInfo.name).toBe("test")
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
        expect(yield* client.request("ping", {})).toEqual({})
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
      const exit = yield* Effect.exit(Client.make({ transport: near }))
      expect(Exit.findErrorOption(exit)).toMatchObject({ value: { reason: { _tag: "NotAllowed" } } })
    }))
})
