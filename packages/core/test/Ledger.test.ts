import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Ledger from "../src/Ledger.ts"

const Id = Schema.Literals(["a", "b", "c", "d", "e", "f", "g", "h"])

/** What happens to a ledger: a state has one expiry for all its life, which is made of its id. */
const Event = Schema.Union([
  Schema.TaggedStruct("use", { id: Id }),
  Schema.TaggedStruct("release", { id: Id }),
  Schema.TaggedStruct("wait", { millis: Schema.Literals([1, 3]) })
])

const expiryOf = (id: string): number => 1 + (id.charCodeAt(0) * 7) % 10

describe("a ledger in memory", () => {
  it.effect("lets the first take a state and nobody after (MRTR-13)", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory()
      expect(yield* ledger.use("a", 10)).toBe(true)
      expect(yield* ledger.use("b", 10)).toBe(true)
      expect(yield* ledger.use("a", 10)).toBe(false)
      expect(yield* ledger.use("b", 10)).toBe(false)
    }))

  it.effect("lets one more take what was given back (MRTR-13)", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory()
      yield* ledger.use("a", 10)
      yield* ledger.release("a")
      expect(yield* ledger.use("a", 10)).toBe(true)
      expect(yield* ledger.use("a", 10)).toBe(false)
      yield* ledger.release("unknown")
      expect(yield* ledger.use("unknown", 10)).toBe(true)
    }))

  it.effect("forgets what has expired, to the millisecond", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory()
      for (const [id, expiresAt] of [["b", 20], ["a", 10], ["c", 20]] as const) yield* ledger.use(id, expiresAt)
      yield* TestClock.adjust(9)
      expect(yield* ledger.use("a", 10)).toBe(false)
      yield* TestClock.adjust(1)
      // it no longer knows, and who asks has looked at the time
      expect(yield* ledger.use("a", 10)).toBe(true)
      expect(yield* ledger.use("b", 20)).toBe(false)
      expect(yield* ledger.use("c", 20)).toBe(false)
    }))

  it.effect("has room again when states have expired", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory({ maxEntries: 2 })
      yield* ledger.use("a", 10)
      yield* ledger.use("b", 10)
      yield* TestClock.adjust(10)
      yield* ledger.use("c", 30)
      yield* ledger.use("d", 30)
      // nothing was forgotten before its time
      yield* ledger.release("c")
      expect(yield* ledger.use("c", 30)).toBe(true)
    }))

  it.effect("is full with states that are given back, too", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory({ maxEntries: 2 })
      for (const id of ["a", "b", "c", "d"]) {
        yield* ledger.use(id, 10)
        yield* ledger.release(id)
      }
      // forgotten, so nobody knows that it is free
      expect(yield* ledger.use("a", 10)).toBe(false)
    }))

  it.effect("when full, forgets what expires first and refuses all that it may have forgotten (MRTR-13)", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory({ maxEntries: 3 })
      for (const [id, expiresAt] of [["late", 30], ["early", 10], ["middle", 20], ["last", 40]] as const) {
        expect(yield* ledger.use(id, expiresAt)).toBe(true)
      }
      expect(yield* ledger.use("early", 10)).toBe(false)
      // never seen, but it could be one that was forgotten
      expect(yield* ledger.use("as early", 10)).toBe(false)
      expect(yield* ledger.use("later", 11)).toBe(true)
      for (const [id, expiresAt] of [["late", 30], ["middle", 20], ["last", 40]] as const) {
        expect(yield* ledger.use(id, expiresAt)).toBe(false)
      }
    }))

  it.effect("holds 100,000 states unless told otherwise", () =>
    Effect.gen(function*() {
      const ledger = Ledger.makeMemory()
      for (let i = 0; i < 100_000; i++) yield* ledger.use(`${i}`, 1_000_000 - i)
      expect(yield* ledger.use("another", 1_000_000 - 99_999)).toBe(true)
      // the one that expires first has made room for it
      expect(yield* ledger.use("as early", 1_000_000 - 99_999)).toBe(false)
      expect(yield* ledger.use("0", 1_000_000)).toBe(false)
    }))

  it.effect.prop(
    "never gives a state twice, whatever happens, and gives what it has room for (MRTR-13)",
    { events: Schema.Array(Event), maxEntries: Schema.Literals([1, 3, 8]) },
    Effect.fnUntraced(function*({ events, maxEntries }) {
      const ledger = Ledger.makeMemory({ maxEntries })
      const taken = new Set<string>()
      const seen = new Set<string>()
      let now = 0
      for (const event of events) {
        switch (event._tag) {
          case "wait":
            now += event.millis
            yield* TestClock.setTime(now)
            break
          case "release":
            taken.delete(event.id)
            yield* ledger.release(event.id)
            break
          case "use": {
            const expiresAt = expiryOf(event.id)
            // nobody asks for a state that has expired
            if (expiresAt <= now) break
            const given = yield* ledger.use(event.id, expiresAt)
            if (taken.has(event.id)) expect(given).toBe(false)
            else if (seen.size < maxEntries || seen.has(event.id) && seen.size <= maxEntries) expect(given).toBe(true)
            if (given) taken.add(event.id)
            seen.add(event.id)
          }
        }
      }
    }),
    { arbitrary: { runs: 500 } }
  )

  it.effect.prop(
    "forgets in the order of expiry, whatever order states come in",
    {
      expiries: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))).check(
        Schema.isMinLength(40)
      )
    },
    Effect.fnUntraced(function*({ expiries }) {
      const ledger = Ledger.makeMemory({ maxEntries: 16 })
      const held: Array<number> = []
      let horizon = 0
      for (const [id, expiresAt] of expiries.entries()) {
        expect(yield* ledger.use(`${id}`, expiresAt)).toBe(expiresAt > horizon)
        if (expiresAt <= horizon) continue
        held.push(expiresAt)
        held.sort((a, b) => a - b)
        if (held.length > 16) horizon = held.shift()!
      }
    })
  )

  it.effect("is one for the process unless a layer makes another", () =>
    Effect.gen(function*() {
      const shared = yield* Ledger.Ledger
      expect(yield* Ledger.Ledger).toBe(shared)
      const own = Context.get(yield* Layer.build(Ledger.layerMemory({ maxEntries: 1 })), Ledger.Ledger)
      expect(own).not.toBe(shared)
      yield* own.use("a", 10)
      yield* own.use("b", 20)
      expect(yield* own.use("c", 10)).toBe(false)
    }))
})
