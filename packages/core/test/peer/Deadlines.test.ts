import { expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import { Deadlines, type Timed } from "../../src/peer/Deadlines.ts"
import { RequestTable } from "../../src/peer/RequestTable.ts"
import type { Transport } from "../../src/Transport.ts"
import { settle } from "../Conversation.ts"

it.effect("what begins to wait at the moment when all that waited was over is looked at as well", () =>
  Effect.gen(function*() {
    const table = new RequestTable<Timed>()
    const deadlines = new Deadlines(yield* Effect.context<never>(), () => table.values())
    const expired: Array<string> = []
    const wait = (id: string, millis: number, then: () => void) => {
      const timed = {
        deadline: deadlines.now + millis,
        expire: () => {
          timed.deadline = Number.POSITIVE_INFINITY
          expired.push(id)
          table.delete(id)
          then()
        }
      }
      table.set(id, timed)
      deadlines.watch(timed.deadline)
    }
    wait("first", 1000, () => wait("second", 5000, () => wait("third", 10, () => {})))
    yield* TestClock.adjust(1000)
    expect(expired).toEqual(["first"])
    yield* TestClock.adjust(4999)
    expect(expired).toEqual(["first"])
    yield* TestClock.adjust(1)
    expect(expired).toEqual(["first", "second"])
    yield* TestClock.adjust(10)
    expect(expired).toEqual(["first", "second", "third"])
  }))

it.effect("a server that says nothing at all is given up, after both things that it may be asked at first (INIT-20, VER-19)", () =>
  Effect.gen(function*() {
    const transport: Transport["Service"] = {
      send: () => Effect.void,
      isCongested: () => false,
      run: () => Deferred.await(Deferred.makeUnsafe<void>())
    }
    const connecting = yield* Effect.forkChild(Client.make({ name: "test", version: "1.0.0", transport }))
    yield* settle
    yield* TestClock.adjust("10 seconds")
    yield* settle
    yield* TestClock.adjust("59 seconds")
    yield* settle
    expect(connecting.pollUnsafe()).toBeUndefined()
    yield* TestClock.adjust("1 second")
    yield* settle
    const exit = connecting.pollUnsafe()
    expect(exit !== undefined && Exit.isFailure(exit) && Exit.findErrorOption(exit)).toMatchObject({
      value: { reason: { _tag: "RequestTimeout", method: "initialize" } }
    })
    yield* Fiber.interrupt(connecting)
  }))
