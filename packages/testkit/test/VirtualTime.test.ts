import { describe, expect, it } from "@effect/vitest"
import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { readFile } from "node:fs/promises"

describe("VirtualTime", () => {
  it.live("a million seconds go by in less than one", () =>
    Effect.gen(function*() {
      const before = performance.now()
      const seconds = yield* VirtualTime.run(Effect.gen(function*() {
        const sleepers = Effect.forEach(
          Array.from({ length: 10 }, (_, index) => index),
          (index) => Effect.repeat(Effect.sleep(1000 + index), { times: 299 }),
          { concurrency: "unbounded", discard: true }
        )
        yield* sleepers
        yield* Effect.sleep("1000000 seconds")
        return (yield* Clock.currentTimeMillis) / 1000
      }))
      expect(seconds).toBeGreaterThan(1_000_000)
      expect(performance.now() - before).toBeLessThan(1000)
    }))

  it.live("who sleeps is woken in the order of the times, and of the coming among equals", () =>
    Effect.gen(function*() {
      const order = yield* VirtualTime.run(Effect.gen(function*() {
        const order: Array<string> = []
        const sleeper = (name: string, millis: number) =>
          Effect.forkChild(
            Effect.andThen(
              Effect.sleep(millis),
              Effect.map(Clock.currentTimeMillis, (now) => void order.push(`${name}@${now}`))
            ),
            { startImmediately: true }
          )
        const gone = yield* sleeper("gone", 5)
        yield* Effect.forEach(
          [["c", 30], ["a", 10], ["d", 30], ["b", 20], ["e", 30]] as const,
          ([name, millis]) => sleeper(name, millis)
        )
        yield* Fiber.interrupt(gone)
        yield* Effect.sleep(100)
        return order
      }))
      expect(order).toEqual(["a@10", "b@20", "c@30", "d@30", "e@30"])
    }))

  it.live("what runs next runs as it came, or in any order of the seed's choice", () =>
    Effect.gen(function*() {
      const order = Effect.gen(function*() {
        const order: Array<number> = []
        yield* Effect.forEach(
          Array.from({ length: 6 }, (_, index) => index),
          (index) => Effect.andThen(Effect.yieldNow, Effect.sync(() => order.push(index))),
          { concurrency: "unbounded", discard: true }
        )
        return order
      })
      expect(yield* VirtualTime.run(order)).toEqual([0, 1, 2, 3, 4, 5])
      const shuffled = yield* VirtualTime.run(order, { isShuffled: true })
      expect(shuffled.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
      expect(shuffled).not.toEqual([0, 1, 2, 3, 4, 5])
      expect(yield* VirtualTime.run(order, { isShuffled: true })).toEqual(shuffled)
      expect(yield* VirtualTime.run(order, { isShuffled: true, seed: 2 })).not.toEqual(shuffled)
    }))

  it.live("what promises bring comes before the clock moves on", () =>
    Effect.gen(function*() {
      const at = yield* VirtualTime.run(Effect.gen(function*() {
        yield* Effect.forkChild(Effect.sleep("1 hour"), { startImmediately: true })
        yield* Effect.promise(async () => {
          for (let i = 0; i < 100; i++) await undefined
        })
        yield* Effect.promise(() => readFile(new URL(import.meta.url)))
        return yield* Clock.currentTimeMillis
      }))
      expect(at).toBe(0)
    }))

  it.live("what cannot end is told, and why", () =>
    Effect.gen(function*() {
      const idle = VirtualTime.run(
        Effect.andThen(Effect.sleep(7), Effect.flatMap(Deferred.make<void>(), Deferred.await)),
        { patience: 1 }
      )
      expect(yield* Effect.flip(idle)).toMatchObject({ reason: "Idle", at: 7 })
      const endless = VirtualTime.run(Effect.forever(Effect.sleep("1 minute")), { limit: "1 hour" })
      expect(yield* Effect.flip(endless)).toMatchObject({ reason: "Endless", at: 3_600_000 })
    }))

  it.live("an interruption is waited for, with the time that finalizers take", () =>
    Effect.gen(function*() {
      let released = 0
      const fiber = yield* Effect.forkChild(
        VirtualTime.run(
          Effect.onInterrupt(
            Effect.never,
            () => Effect.andThen(Effect.sleep(500), Effect.map(Clock.currentTimeMillis, (now) => void (released = now)))
          )
        ),
        { startImmediately: true }
      )
      yield* Fiber.interrupt(fiber)
      expect(released).toBe(500)
    }))

  it.live("what goes on is counted: nothing is left once it has ended", () =>
    Effect.gen(function*() {
      const { after, before, meanwhile } = yield* VirtualTime.run(Effect.gen(function*() {
        const before = yield* VirtualTime.census
        const fiber = yield* Effect.forkChild(Effect.sleep(10), { startImmediately: true })
        const meanwhile = yield* VirtualTime.census
        yield* Fiber.join(fiber)
        return { before, meanwhile, after: yield* VirtualTime.census }
      }))
      expect(meanwhile).toEqual({ ...before, fibers: before.fibers + 1, sleepers: before.sleepers + 1 })
      expect(after).toEqual({ ...before, jumps: before.jumps + 1 })
    }))

  it.live("what is random is the same for the same seed, and another for another one", () =>
    Effect.gen(function*() {
      const drawn = Effect.gen(function*() {
        const numbers = [yield* Random.next, yield* Random.nextInt]
        const secret = yield* Effect.provide(
          SecureRandom.SecureRandom.use((random) => random.randomBytes(8)),
          SecureRandom.layerWebCrypto
        )
        return JSON.stringify([numbers, Array.from(secret)])
      })
      const first = yield* VirtualTime.run(drawn, { seed: 1 })
      expect(yield* VirtualTime.run(drawn, { seed: 1 })).toBe(first)
      expect(yield* VirtualTime.run(drawn, { seed: 2 })).not.toBe(first)
    }))
})
