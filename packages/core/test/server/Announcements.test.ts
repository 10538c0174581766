import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { Announcements, type News } from "../../src/server/Announcements.ts"
import { settle } from "../Conversation.ts"

const make = Effect.fnUntraced(function*(options: { readonly reads: boolean; readonly ready: boolean }) {
  const told: Array<News> = []
  const reading = Latch.makeUnsafe(options.reads)
  const ready = Latch.makeUnsafe(options.ready)
  const announcements = new Announcements({
    ready,
    send: (news) => reading.whenOpen(Effect.sync(() => told.push(news))),
    context: yield* Effect.context<never>(),
    scope: yield* Effect.scope
  })
  return { announcements, ready, reading, told }
})

const tools = "notifications/tools/list_changed"
const prompts = "notifications/prompts/list_changed"

describe("announcements", () => {
  it.effect("are told once for a burst, in the order of the first of each", () =>
    Effect.gen(function*() {
      const { announcements, told } = yield* make({ reads: true, ready: true })
      for (let i = 0; i < 100; i++) {
        announcements.listChanged(tools)
        announcements.updated("test:a")
        announcements.listChanged(prompts)
      }
      yield* settle
      expect(told).toEqual([tools, { uri: "test:a" }, prompts])
      announcements.listChanged(tools)
      yield* settle
      expect(told).toHaveLength(4)
    }))

  it.effect("that a client does not take are as many as there are things to tell of (robustness 16)", () =>
    Effect.gen(function*() {
      const { announcements, reading, told } = yield* make({ reads: false, ready: true })
      for (let round = 0; round < 1000; round++) {
        for (let i = 0; i < 100; i++) announcements.updated(`test:${i}`)
        if (round % 100 === 0) yield* settle
        expect(announcements.size).toBeLessThanOrEqual(100)
      }
      expect(told).toEqual([])
      yield* reading.open
      yield* settle
      // the one that was on its way when it changed again is told twice
      expect(told).toHaveLength(101)
      expect(announcements.size).toBe(0)
    }))

  it.effect("wait for the end of the handshake (INIT-5)", () =>
    Effect.gen(function*() {
      const { announcements, ready, told } = yield* make({ reads: true, ready: false })
      announcements.listChanged(tools)
      yield* settle
      expect(told).toEqual([])
      yield* ready.open
      yield* settle
      expect(told).toEqual([tools])
    }))

  it.effect("that are forgotten before they are told are not told", () =>
    Effect.gen(function*() {
      const { announcements, told } = yield* make({ reads: true, ready: true })
      announcements.updated("test:a")
      announcements.updated("test:b")
      announcements.forget("test:a")
      yield* settle
      expect(told).toEqual([{ uri: "test:b" }])
    }))
})
