import { describe, expect, it } from "@effect/vitest"
import * as EventStore from "@mcp-effect/http/EventStore"
import * as Effect from "effect/Effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const event = (stream: number, sequence: number, data = "x") => ({ stream, sequence, data })

describe("the store in memory", () => {
  it.effect("gives the events of one stream of one session after a place, oldest first (HTTP-44)", () =>
    Effect.gen(function*() {
      const store = EventStore.makeMemory()
      for (let sequence = 1; sequence <= 3; sequence++) {
        yield* store.append("a", event(1, sequence, `a1/${sequence}`))
        yield* store.append("a", event(2, sequence, `a2/${sequence}`))
        yield* store.append("b", event(1, sequence, `b1/${sequence}`))
      }
      const after = (session: string, stream: number, sequence: number) =>
        Effect.map(store.after(session, stream, sequence), (events) => events.map(({ data }) => data))
      expect(yield* after("a", 1, 0)).toEqual(["a1/1", "a1/2", "a1/3"])
      expect(yield* after("a", 2, 1)).toEqual(["a2/2", "a2/3"])
      expect(yield* after("b", 1, 3)).toEqual([])
      expect(yield* after("c", 1, 0)).toEqual([])
      yield* store.forget("a")
      expect(yield* after("a", 1, 0)).toEqual([])
      expect(yield* after("b", 1, 0)).toHaveLength(3)
    }))

  it.effect("keeps so many events and so many bytes of a session, the newest, and at least one", () =>
    Effect.gen(function*() {
      const store = EventStore.makeMemory({ maxEvents: 100, maxBytes: 1000 })
      const kept = Effect.map(store.after("a", 1, 0), (events) => events.map(({ sequence }) => sequence))
      for (let sequence = 1; sequence <= 1000; sequence++) yield* store.append("a", event(1, sequence))
      expect((yield* kept).length).toBe(100)
      expect((yield* kept).at(-1)).toBe(1000)
      for (let sequence = 1001; sequence <= 1020; sequence++) {
        yield* store.append("a", event(1, sequence, "y".repeat(99)))
      }
      expect(yield* kept).toEqual(Array.from({ length: 10 }, (_, i) => 1011 + i))
      yield* store.append("a", event(1, 1021, "z".repeat(5000)))
      expect(yield* kept).toEqual([1021])
    }))

  it.effect("keeps so many bytes in all, at the cost of sessions that have been silent the longest", () =>
    Effect.gen(function*() {
      const store = EventStore.makeMemory({ maxBytes: 1000, maxTotalBytes: 3000 })
      for (const session of ["a", "b", "c"]) yield* store.append(session, event(1, 1, "x".repeat(1000)))
      yield* store.append("a", event(1, 2, "x".repeat(1000)))
      yield* store.append("d", event(1, 1, "x".repeat(1000)))
      const kept = yield* Effect.forEach(
        ["a", "b", "c", "d"],
        (session) => Effect.map(store.after(session, 1, 0), ({ length }) => length)
      )
      expect(kept).toEqual([1, 0, 1, 1])
    }))

  it.live("lets go of what it has forgotten, at once and not when there is much of it", () =>
    Effect.gen(function*() {
      setFlagsFromString("--expose-gc")
      const collect: () => void = runInNewContext("gc")
      const store = EventStore.makeMemory({ maxBytes: 1000 })
      const add = (sequence: number) => {
        const added = event(1, sequence, "x".repeat(1000))
        return Effect.as(store.append("a", added), new WeakRef(added))
      }
      const added = yield* Effect.forEach(Array.from({ length: 50 }, (_, i) => i), add)
      // a weak reference holds on until the task that made it is over
      yield* Effect.promise(() => new Promise(setImmediate))
      collect()
      expect(added.filter((each) => each.deref() !== undefined)).toHaveLength(1)
    }))
})
