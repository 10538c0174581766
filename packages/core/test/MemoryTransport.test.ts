import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as MemoryTransport from "../src/MemoryTransport.ts"
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
