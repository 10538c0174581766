import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { Noise } from "../src/Noise.ts"

const make = (limit: number) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    const tooMuch: Array<number> = []
    const noise = new Noise({
      limit,
      clock: yield* Clock.Clock,
      log: (effect) =>
        Effect.runSync(Effect.provide(
          effect,
          Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void log.push(line))])
        )),
      onTooMuch: (size) => void tooMuch.push(size)
    })
    return { log, noise, tooMuch }
  })

describe("noise", () => {
  it.effect("is told of at once, then once in 10 seconds with how much there was, cut and quoted (robustness 23)", () =>
    Effect.gen(function*() {
      const { log, noise } = yield* make(Infinity)
      noise.line(`\u001b[31m${"x".repeat(1000)}`)
      for (let n = 0; n < 1000; n++) noise.line("more")
      yield* TestClock.adjust("9999 millis")
      noise.line("more")
      expect(log).toHaveLength(1)
      expect(log[0]).toContain("lines=1 ")
      expect(log[0]!.length).toBeLessThan(500)
      expect(log[0]).not.toContain("\u001b")
      yield* TestClock.adjust("1 millis")
      noise.line("again")
      expect(log).toHaveLength(2)
      expect(log[1]).toContain("lines=1002 ")
      expect(log[1]).toContain("again")
    }))

  it.effect("is too much by its bytes, or by its lines however short, unless messages come between (robustness 23)", () =>
    Effect.gen(function*() {
      const { noise, tooMuch } = yield* make(10_000)
      for (let n = 0; n < 100; n++) {
        noise.bytes(9000)
        noise.message()
        for (let line = 0; line < 9; line++) noise.line("")
        noise.message()
      }
      noise.bytes(10_000)
      expect(tooMuch).toEqual([])
      noise.bytes(1)
      noise.bytes(1)
      expect(tooMuch).toEqual([10_001])
      const lines = yield* make(10_000)
      for (let line = 0; line < 10; line++) lines.noise.line("")
      expect(lines.tooMuch).toEqual([10_240])
    }))
})
