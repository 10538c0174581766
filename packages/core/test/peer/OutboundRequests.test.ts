import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { ProgressUpdate } from "../../src/peer/OutboundRequests.ts"
import type { SessionError } from "../../src/SessionError.ts"
import { settle } from "../Conversation.ts"
import * as Interruption from "../Interruption.ts"
import * as Side from "./Side.ts"

const reason = (exit: Exit.Exit<unknown, SessionError>) => {
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? error.value.reason : undefined
}

const cancelled = (requestId: number) => ({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } })

const progress = (side: Side.Side, progressToken: unknown, progress: unknown) =>
  side.receive({ method: "notifications/progress", params: { progressToken, progress } })

describe("requests of ours", () => {
  it.effect("never use an id twice, also after the answer, and the two directions do not meet (BASE-2, BASE-4)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make(() => Effect.succeed({ mine: true }))
      for (let i = 0; i < 20; i++) {
        const asked = yield* Effect.forkChild(side.peer.request("x", {}))
        yield* settle
        const { id } = side.sent.at(-1)!
        side.receive({ id, method: "theirs" })
        side.receive({ id, result: { i } })
        expect(yield* Fiber.join(asked)).toEqual({ i })
      }
      const ids = side.sent.filter(({ method }) => method === "x").map(({ id }) => id)
      expect(new Set(ids).size).toBe(20)
      expect(ids.every(Number.isInteger)).toBe(true)
    }))

  it.effect("answers in any order find the request that they answer", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.forEach([0, 1, 2, 3], (n) => side.peer.request("x", { n }), {
        concurrency: "unbounded"
      }))
      yield* settle
      const requests = side.sent as ReadonlyArray<{ readonly id: number; readonly params: { readonly n: number } }>
      for (const { id, params } of requests.toReversed()) side.receive({ id, result: { n: params.n } })
      expect(yield* Fiber.join(asked)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }])
      expect(side.peer.size.outbound).toBe(0)
    }))

  it.effect("an error whose code no number holds exactly fails its request, and nothing else (BASE-11, robustness 10)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {})))
      const other = yield* Effect.forkChild(side.peer.request("x", {}))
      yield* settle
      side.receive({ id: side.sent[0]!.id, error: { code: 2 ** 53, message: "" } })
      side.receive({ id: side.sent[1]!.id, result: {} })
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "InvalidAnswer" })
      expect(yield* Fiber.join(other)).toEqual({})
    }))

  it.effect("an error answer is told apart from a failure of our own (BASE-38)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {})))
      yield* settle
      side.receive({ id: 0, error: { code: -32001, message: "Request timed out", data: [1] } })
      expect(reason(yield* Fiber.join(asked))).toMatchObject({
        _tag: "ErrorAnswer",
        code: -32001,
        message: "Request timed out",
        data: [1]
      })
    }))

  it.effect("travel on the stream of the request that they relate to", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      yield* Effect.forkChild(side.peer.request("x", {}, { relatedTo: "theirs" }))
      yield* Effect.forkChild(side.peer.request("y", {}))
      yield* settle
      expect(side.related).toEqual(["theirs", undefined])
    }))
})

describe("giving up on requests of ours", () => {
  it.effect("interruption cancels the request, once, by its id (CANC-1, CANC-2)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(side.peer.request("x", {}))
      yield* settle
      yield* Fiber.interrupt(asked)
      expect(side.sent.slice(1)).toEqual([cancelled(0)])
      expect(side.peer.size.outbound).toBe(0)
      // an answer that comes all the same is ignored (CANC-8)
      side.receive({ id: 0, result: {} })
      yield* settle
      expect(side.sent).toHaveLength(2)
    }))

  it.effect("what is answered is not cancelled any more (CANC-2, CANC-9)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(side.peer.request("x", {}))
      yield* settle
      // answered, and interrupted before the fiber has seen the answer
      side.receive({ id: 0, result: {} })
      yield* Fiber.interrupt(asked)
      yield* settle
      expect(side.sent).toHaveLength(1)
    }))

  it.effect("a cancellation by the other side refers to its own requests, never to ours (CANC-2)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(side.peer.request("x", {}))
      yield* settle
      side.receive({ method: "notifications/cancelled", params: { requestId: 0 } })
      yield* settle
      side.receive({ id: 0, result: { a: 1 } })
      expect(yield* Fiber.join(asked)).toEqual({ a: 1 })
    }))

  it.effect("no answer in time cancels and fails (CANC-15, CANC-16)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {}, { timeout: "5 seconds" })))
      yield* settle
      yield* TestClock.adjust("4999 millis")
      expect(asked.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout", method: "x", timeout: 5000 })
      expect(side.sent.slice(1)).toEqual([cancelled(0)])
    }))

  it.effect("there is always a timeout: a minute unless told otherwise (CANC-15)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {})))
      yield* settle
      yield* TestClock.adjust("1 minute")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout", timeout: 60_000 })
    }))

  it.effect("progress resets the timeout, up to the longest wait of all (CANC-17, CANC-18)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {}, {
        timeout: "5 seconds",
        maxTimeout: "12 seconds",
        onProgress: () => Effect.void
      })))
      yield* settle
      for (const step of [1, 2]) {
        yield* TestClock.adjust("4 seconds")
        progress(side, 0, step)
        yield* settle
      }
      yield* TestClock.adjust("3999 millis")
      expect(asked.pollUnsafe()).toBeUndefined()
      progress(side, 0, 3)
      yield* settle
      yield* TestClock.adjust("1 millis")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout", timeout: 12_000 })
      expect(side.sent.slice(1)).toEqual([cancelled(0)])
    }))

  it.effect("progress that does not increase resets nothing (PROG-5)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {}, {
        timeout: "5 seconds",
        onProgress: () => Effect.void
      })))
      yield* settle
      progress(side, 0, 1)
      yield* settle
      yield* TestClock.adjust("3 seconds")
      progress(side, 0, 1)
      yield* settle
      yield* TestClock.adjust("2 seconds")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout" })
    }))

  it.effect("the end of the connection fails what is asked, and cancels nothing", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const side = yield* Scope.provide(Side.make(), scope)
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {})))
      yield* settle
      yield* Scope.close(scope, Exit.void)
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "Disconnected" })
      expect(side.sent).toHaveLength(1)
    }))

  it.effect("what is asked after the end of the connection fails at once, and is not sent", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      side.peer.disconnect("it broke")
      expect(reason(yield* Effect.exit(side.peer.request("x", {})))).toMatchObject({ _tag: "NotSent" })
      expect(side.sent).toHaveLength(0)
      expect(side.peer.size.outbound).toBe(0)
    }))

  it.effect("leaves nothing behind, between whichever steps it is given up (CANC-1)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      yield* Interruption.atEachStep(16, side.peer.request("x", {}), (step, asked) =>
        expect([step, side.peer.size.outbound, asked.pollUnsafe() === undefined]).toEqual([step, 0, false]))
    }))

  it.effect("a time of day that is set makes no timeout come sooner or later (CANC-15)", () =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      for (const hours of [-1, 1]) {
        let shift = 0
        const shifted: Clock.Clock = {
          ...clock,
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + shift,
          currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(shift) * 1_000_000n
        }
        const side = yield* Effect.provideService(Side.make(), Clock.Clock, shifted)
        const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {}, { timeout: "5 seconds" })))
        yield* settle
        shift = hours * 3_600_000
        yield* TestClock.adjust("4999 millis")
        expect(asked.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust("1 second")
        expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout" })
      }
    }))

  it.effect("a transport that dies of a request fails it at once, and the log says so", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const side = yield* Side.make(undefined, undefined, undefined, Effect.die(new Error("out of order")))
      const exit = yield* Effect.exit(side.peer.request("x", {}))
      expect(reason(exit)).toMatchObject({ _tag: "Disconnected", because: "The transport failed" })
      expect(side.peer.size.outbound).toBe(0)
      expect(logged.join("\n")).toContain("out of order")
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("what the other side waits for puts timeouts off for as long, whatever else is asked (CANC-17)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const answer = yield* Deferred.make<void>()
      const ask = (timeouts: { readonly timeout: string; readonly maxTimeout?: string }) =>
        Effect.forkChild(Effect.exit(side.peer.request("x", {}, timeouts as object)))
      const asked = yield* ask({ timeout: "5 seconds" })
      const bounded = yield* ask({ timeout: "5 seconds", maxTimeout: "12 seconds" })
      yield* settle
      yield* Effect.forkChild(side.peer.hold(Deferred.await(answer)))
      yield* TestClock.adjust("10 seconds")
      yield* Deferred.succeed(answer, undefined)
      yield* settle
      yield* TestClock.adjust("4999 millis")
      expect(reason(yield* Fiber.join(bounded))).toMatchObject({ _tag: "RequestTimeout", timeout: 12_000 })
      expect(asked.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout", timeout: 5000 })
    }))

  it.effect("nothing is held for who was given up before it began (CANC-17)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      yield* Interruption.atEachStep(16, side.peer.hold(Effect.never))
      const asked = yield* Effect.forkChild(Effect.exit(side.peer.request("x", {}, { timeout: "5 seconds" })))
      yield* settle
      yield* TestClock.adjust("5 seconds")
      expect(reason(yield* Fiber.join(asked))).toMatchObject({ _tag: "RequestTimeout" })
    }))
})

describe("progress of what we ask", () => {
  it.effect("is asked for with a token that is unique among our requests, beside the caller's own `_meta` (PROG-1, PROG-3)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const onProgress = () => Effect.void
      yield* Effect.forkChild(side.peer.request("x", { _meta: { "com.example/a": 1 } }, { onProgress }))
      yield* Effect.forkChild(side.peer.request("x", undefined, { onProgress }))
      yield* Effect.forkChild(side.peer.request("x", {}))
      yield* settle
      expect(side.sent.map(({ params }) => params)).toEqual([
        { _meta: { "com.example/a": 1, progressToken: 0 } },
        { _meta: { progressToken: 1 } },
        {}
      ])
    }))

  it.effect("reaches its own request, increasing, while the request is active (PROG-5, PROG-8, PROG-9)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const seen: Array<ProgressUpdate> = []
      const asked = yield* Effect.forkChild(side.peer.request("x", {}, {
        onProgress: (update) => Effect.sync(() => seen.push(update))
      }))
      yield* settle
      for (const step of [0.5, 0.5, 0.25, 1, "2", null, 3]) progress(side, 0, step)
      progress(side, "0", 9)
      progress(side, 5, 9)
      progress(side, null, 9)
      side.receive({
        method: "notifications/progress",
        params: { progressToken: 0, progress: 4, total: 8, message: "half" }
      })
      yield* settle
      side.receive({ id: 0, result: {} })
      progress(side, 0, 100)
      yield* Fiber.join(asked)
      expect(seen).toEqual([{ progress: 0.5 }, { progress: 1 }, { progress: 3 }, {
        progress: 4,
        total: 8,
        message: "half"
      }])
    }))

  it.effect("is told one step at a time, and to who is slow the last: a flood takes no more room than one (robustness 19)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const go = yield* Deferred.make<void>()
      const seen: Array<number> = []
      const asked = yield* Effect.forkChild(side.peer.request("x", {}, {
        onProgress: (update) => {
          seen.push(update.progress)
          return Deferred.await(go)
        }
      }))
      yield* settle
      for (let step = 1; step <= 1000; step++) progress(side, 0, step)
      yield* settle
      expect(seen).toEqual([1])
      yield* Deferred.succeed(go, undefined)
      yield* settle
      expect(seen).toEqual([1, 1000])
      progress(side, 0, 1001)
      expect(seen).toEqual([1, 1000, 1001])
      side.receive({ id: 0, result: {} })
      yield* Fiber.join(asked)
    }))

  it.effect("is told no more once the request is over (PROG-8, PROG-9)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make()
      const go = yield* Deferred.make<void>()
      const seen: Array<number> = []
      const asked = yield* Effect.forkChild(side.peer.request("x", {}, {
        onProgress: (update) => {
          seen.push(update.progress)
          return Deferred.await(go)
        }
      }))
      yield* settle
      progress(side, 0, 1)
      progress(side, 0, 2)
      yield* Fiber.interrupt(asked)
      yield* Deferred.succeed(go, undefined)
      yield* settle
      expect(seen).toEqual([1])
    }))

  it.effect("is told no more to who fails of it; the log says so once, and the answer comes", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const side = yield* Side.make()
      const asked = yield* Effect.forkChild(side.peer.request("x", {}, {
        onProgress: () => {
          throw new Error("no idea")
        }
      }))
      yield* settle
      for (let step = 1; step <= 100; step++) progress(side, 0, step)
      yield* settle
      side.receive({ id: 0, result: { a: 1 } })
      expect(yield* Fiber.join(asked)).toEqual({ a: 1 })
      expect(logged).toHaveLength(1)
      expect(logged[0]).toContain("no idea")
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })
})
