import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { PassThrough } from "node:stream"
import { setImmediate as tick } from "node:timers/promises"
import * as Stderr from "../src/Stderr.ts"

describe("standard error", () => {
  it.effect("is bounded in a flood, for the log and for whoever listens, and the last lines are kept (STDIO-6)", () => {
    const log: Array<string> = []
    return Effect.gen(function*() {
      const scope = yield* Scope.make()
      const stderr = yield* Scope.provide(Stderr.make(), scope)
      const input = new PassThrough()
      stderr.read(input)
      // the bell would ring in a terminal
      input.write(Array.from({ length: 5000 }, (_, n) => `\u0007line ${n}\n`).join(""))
      yield* Effect.promise(() => tick())
      expect(stderr.lastWords()).toHaveLength(20)
      expect(stderr.lastWords().at(-1)).toBe("\u0007line 4999")
      yield* Scope.close(scope, Exit.void)
      const lines = yield* Stream.runCollect(stderr.lines)
      expect(lines).toHaveLength(256)
      expect(lines[0]).toBe("\u0007line 4744")
      expect(log).toHaveLength(256)
      expect(log.join("")).not.toContain("\u0007")
    }).pipe(
      Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void log.push(line))])),
      Effect.provideService(References.MinimumLogLevel, "Debug")
    )
  })

  it.effect("ends with its scope although nothing was read", () =>
    Effect.gen(function*() {
      const stderr = yield* Effect.scoped(Stderr.make())
      expect(yield* Stream.runCollect(stderr.lines)).toEqual([])
    }))
})
