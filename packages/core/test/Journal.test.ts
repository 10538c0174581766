import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Journal from "../src/Journal.ts"
import { ask, Broken, capabilities, type Handler, inRounds, inSession, serving } from "./Asking.ts"
import { settle, until } from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

const counter = () => {
  let count = 0
  return Effect.sync(() => ++count)
}

const int = { success: Schema.Int }

describe("Journal.once", () => {
  it.effect("runs an effect once, however many rounds there are, and in a session too", () => {
    const next = counter()
    const handler = Effect.all([Journal.once("a", int, next), ask("x"), ask("y"), ask("z")])
    return serving(handler)(Effect.gen(function*() {
      expect((yield* inRounds()).said).toEqual([1, "x!", "y!", "z!"])
      expect(yield* inSession()).toEqual([2, "x!", "y!", "z!"])
    }))
  })

  it.effect("gives the same values back, whatever their Schema makes of them in JSON", () => {
    const values = [
      [Schema.Date, new Date(0)],
      [Schema.BigInt, 10n ** 20n],
      [Schema.UndefinedOr(Schema.String), undefined],
      [Schema.Void, undefined],
      [Schema.Number, -Infinity],
      [Schema.ReadonlyMap(Schema.String, Schema.Int), new Map([["a", 1]])],
      [Broken, new Broken({ at: "value" })]
    ] as ReadonlyArray<readonly [Schema.Codec<unknown>, unknown]>
    const seen: Array<ReadonlyArray<unknown>> = []
    const handler = Effect.gen(function*() {
      seen.push(
        yield* Effect.forEach(
          values,
          ([success, value], index) => Journal.once(`${index}`, { success }, Effect.succeed(value))
        )
      )
      return yield* ask("x")
    })
    return serving(handler)(Effect.gen(function*() {
      yield* inRounds()
      expect(seen).toEqual([values.map(([, value]) => value), values.map(([, value]) => value)])
    }))
  })

  it.effect("fails once, too, with the error that its Schema tells", () => {
    const next = counter()
    const fails = Journal.once(
      "a",
      { success: Schema.Never, error: Broken },
      Effect.flatMap(next, (count) => new Broken({ at: `${count}` }))
    )
    const caught = Effect.catchTag(fails, "Broken", (broken) => Effect.succeed([broken instanceof Broken, broken.at]))
    return serving(Effect.all([caught, ask("x")]))(Effect.gen(function*() {
      expect((yield* inRounds()).said).toEqual([[true, "1"], "x!"])
    }))
  })

  it.effect("counts the uses of one key", () => {
    const next = counter()
    const handler = Effect.forEach([1, 2, 3], () => Effect.all([Journal.once("a", int, next), ask("x")]))
    return serving(handler)(Effect.gen(function*() {
      expect((yield* inRounds()).said).toEqual([[1, "x!"], [2, "x!"], [3, "x!"]])
    }))
  })

  it.effect("in branches is found by its key, whichever comes first", () => {
    const next = counter()
    let runs = 0
    const branch = (key: string, yields: number) =>
      Effect.gen(function*() {
        yield* Effect.repeat(Effect.yieldNow, { times: yields })
        return yield* Effect.all([Journal.once(key, int, next), ask(key)])
      })
    // the branches change places in each run
    const handler = Effect.suspend(() => {
      runs++
      return Effect.all([branch("a", runs % 2 * 20), branch("b", (runs + 1) % 2 * 20)], { concurrency: "unbounded" })
    })
    return serving(handler)(Effect.gen(function*() {
      expect((yield* inRounds()).said).toEqual([[2, "a!"], [1, "b!"]])
    }))
  })

  it.effect("is waited for before the questions go out", () => {
    const begun: Array<string> = []
    const slow = Effect.andThen(Effect.sync(() => begun.push("slow")), Effect.as(Effect.sleep("1 hour"), 1))
    const handler = Effect.all([ask("x"), Journal.once("slow", int, slow)], { concurrency: "unbounded" })
    return serving(handler)(Effect.gen(function*() {
      const call = yield* Effect.forkChild(inRounds())
      yield* until(() => begun.length > 0)
      yield* settle
      expect(call.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 hour")
      expect((yield* Fiber.join(call)).said).toEqual(["x!", 1])
      expect(begun).toEqual(["slow"])
    }))
  })

  it.effect("runs again when it was interrupted, or the call was", () => {
    const begun: Array<string> = []
    let isBroken = true
    const goes = Deferred.makeUnsafe<number>()
    const charge = Effect.suspend(() => {
      begun.push("charge")
      return isBroken ? Effect.map(Deferred.await(goes), () => 0) : Effect.succeed(1)
    })
    return serving(Effect.all([Journal.once("charge", int, charge), ask("x")]))(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const call = yield* Effect.forkChild(client.call("t"), { startImmediately: true })
      yield* until(() => begun.length === 1)
      yield* Fiber.interrupt(call)
      isBroken = false
      expect((yield* inRounds()).said).toEqual([1, "x!"])
      expect(begun).toEqual(["charge", "charge"])
    }))
  })

  it.effect("within another one is a part of it", () => {
    const next = counter()
    const inner = Journal.once("inner", int, next)
    const handler = Effect.all([
      Journal.once("outer", int, Effect.andThen(inner, inner)),
      ask("x"),
      ask("y")
    ])
    return serving(handler)(Effect.gen(function*() {
      expect((yield* inRounds()).said).toEqual([2, "x!", "y!"])
      expect(yield* inSession()).toEqual([4, "x!", "y!"])
    }))
  })

  it.effect.each<[string, Handler]>([
    ["asks", Journal.once("a", { success: Schema.String }, Effect.orDie(ask("x")))],
    [
      "has a result that its Schema does not fit",
      Journal.once("a", { success: Schema.Never }, Effect.succeed(1 as never))
    ],
    ["dies", Effect.andThen(Journal.once("a", int, Effect.die(new Error("secret"))), ask("x"))]
  ])("is a defect in every era when what runs in it %s", ([, handler]) =>
    serving(handler)(Effect.gen(function*() {
      const { rounds, said } = yield* inRounds()
      const defect = { code: -32603, message: "Internal error" }
      expect({ rounds, said }).toEqual({ rounds: [], said: defect })
      expect(yield* inSession()).toEqual(defect)
    })))

  it.effect("names itself in the log when its Schema does not fit, and does not repeat what it was", () => {
    const logged: Array<string> = []
    const logger = Logger.make(({ cause, message }) => void logged.push(`${message} ${Cause.pretty(cause)}`))
    const unfit = Journal.once("price", int, Effect.succeed(12.345))
    return serving(unfit)(Effect.gen(function*() {
      yield* inRounds()
      yield* inSession()
      const because = `What Journal.once("price") ended with does not fit its Schema: success: Expected an integer`
      expect(logged).toEqual([expect.stringContaining(because), expect.stringContaining(because)])
      expect(logged.join()).not.toContain("12.345")
    })).pipe(Effect.provide(Logger.layer([logger])))
  })

  it.effect("needs no client that can be asked", () => {
    const next = counter()
    return serving(Journal.once("a", int, next))(Effect.gen(function*() {
      expect((yield* inRounds(undefined, { capabilities: {} })).said).toBe(1)
    }))
  })
})
