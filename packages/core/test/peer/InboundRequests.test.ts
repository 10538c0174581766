import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import type { InboundRequest } from "../../src/peer/InboundRequest.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import { settle } from "../Conversation.ts"
import * as Side from "./Side.ts"

/** Work that says when it starts and how it ends, and goes on until told. */
const work = () => {
  const started: Array<unknown> = []
  const released: Array<unknown> = []
  const go = Deferred.makeUnsafe<void>()
  return {
    started,
    released,
    go: Deferred.succeed(go, undefined),
    dispatch: (request: InboundRequest) =>
      Effect.sync(() => started.push(request.id)).pipe(
        Effect.andThen(Deferred.await(go)),
        Effect.as({ id: request.id }),
        Effect.onInterrupt(() => Effect.sync(() => released.push(request.id)))
      )
  }
}

const cancel = (requestId: unknown) => ({ method: "notifications/cancelled", params: { requestId, reason: "enough" } })

describe("cancellation of what we are asked", () => {
  it.effect("interrupts the handler, runs its finalizers, and the request is never answered (CANC-6, CANC-9)", () =>
    Effect.gen(function*() {
      const { dispatch, go, released, started } = work()
      const side = yield* Side.make(dispatch)
      side.receive({ id: "a", method: "work" })
      side.receive({ id: "b", method: "work" })
      expect(started).toEqual(["a", "b"])
      side.receive(cancel("a"))
      yield* settle
      expect(released).toEqual(["a"])
      expect(side.peer.size.inbound).toBe(1)
      yield* go
      yield* settle
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: "b", result: { id: "b" } }])
    }))

  it.effect("is ignored for an unknown, finished or malformed id, and answered nothing (CANC-5, CANC-9, CANC-10)", () =>
    Effect.gen(function*() {
      const { dispatch, go, released } = work()
      const side = yield* Side.make(dispatch)
      side.receive({ id: 1, method: "work" })
      side.receive(cancel("1"))
      side.receive(cancel(2))
      side.receive(cancel(null))
      side.receive(cancel(undefined))
      side.receive(cancel({ id: 1 }))
      side.receive({ method: "notifications/cancelled" })
      yield* go
      yield* settle
      side.receive(cancel(1))
      yield* settle
      expect(released).toEqual([])
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 1, result: { id: 1 } }])
    }))

  it.effect("reaches a request that waits for its turn: it never starts", () =>
    Effect.gen(function*() {
      const { dispatch, go, started } = work()
      const side = yield* Side.make(dispatch, { maxConcurrency: 1 })
      side.receive({ id: 1, method: "work" })
      side.receive({ id: 2, method: "work" })
      side.receive({ id: 3, method: "work" })
      side.receive(cancel(2))
      yield* go
      yield* settle
      expect(started).toEqual([1, 3])
      expect(side.sent.map(({ id }) => id)).toEqual([1, 3])
    }))

  it.effect("loses to an answer that is already sent, and wins over one that is not, without an error (CANC-9)", () =>
    Effect.gen(function*() {
      const { dispatch, go } = work()
      const side = yield* Side.make((request) => Effect.tap(dispatch(request), () => Effect.yieldNow))
      side.receive({ id: 1, method: "work" })
      side.receive({ id: 2, method: "work" })
      // the work of both is done from here on, but neither has run yet
      yield* go
      side.receive(cancel(1))
      yield* settle
      side.receive(cancel(2))
      yield* settle
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 2, result: { id: 2 } }])
    }))

  it.effect("does not wait for a handler that will not be interrupted, and still never answers it", () =>
    Effect.gen(function*() {
      const go = Deferred.makeUnsafe<void>()
      const side = yield* Side.make(() => Effect.uninterruptible(Effect.as(Deferred.await(go), {})))
      side.receive({ id: 1, method: "work" })
      side.receive(cancel(1))
      yield* settle
      expect(side.peer.size.inbound).toBe(0)
      yield* Deferred.succeed(go, undefined)
      yield* settle
      expect(side.sent).toEqual([])
    }))

  it.effect("frees the id for another request", () =>
    Effect.gen(function*() {
      const { dispatch, go } = work()
      const side = yield* Side.make(dispatch)
      side.receive({ id: 1, method: "work" })
      side.receive(cancel(1))
      side.receive({ id: 1, method: "work" })
      yield* go
      yield* settle
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 1, result: { id: 1 } }])
    }))
})

describe("requests in progress", () => {
  it.effect("start at once, before the transport goes on", () =>
    Effect.gen(function*() {
      const { dispatch, started } = work()
      const side = yield* Side.make(dispatch)
      side.receive({ id: 1, method: "work" })
      expect(started).toEqual([1])
    }))

  it.effect("run at most so many at a time, in the order of arrival", () =>
    Effect.gen(function*() {
      const running = new Set<unknown>()
      let most = 0
      const order: Array<unknown> = []
      const side = yield* Side.make((request) =>
        Effect.gen(function*() {
          order.push(request.id)
          running.add(request.id)
          most = Math.max(most, running.size)
          yield* Effect.yieldNow
          yield* Effect.yieldNow
          running.delete(request.id)
          return {}
        }), { maxConcurrency: 3 })
      const ids = Array.from({ length: 50 }, (_, id) => id)
      for (const id of ids) side.receive({ id, method: "work" })
      yield* side.peer.drain
      expect(most).toBe(3)
      expect(order).toEqual(ids)
      expect(side.sent.map(({ id }) => id)).toEqual(ids)
    }))

  it.effect("beyond the limit are refused at once, each with its id", () =>
    Effect.gen(function*() {
      const { dispatch, go } = work()
      const side = yield* Side.make(dispatch, { maxConcurrency: 1, maxUnanswered: 2 })
      for (const id of [1, 2, 3]) side.receive({ id, method: "work" })
      yield* settle
      expect(side.sent).toEqual([
        { jsonrpc: "2.0", id: 3, error: { code: -32603, message: "Too many requests in flight (at most 2)" } }
      ])
      yield* go
      yield* settle
      expect(side.sent.map(({ id }) => id)).toEqual([3, 1, 2])
    }))

  it.effect("are no more than that for who takes in no answer, and neither are refusals", () =>
    Effect.gen(function*() {
      const opened = yield* Deferred.make<void>()
      let sending = 0
      const side = yield* Side.make(
        () => Exit.succeed({}),
        { maxUnanswered: 2 },
        undefined,
        Effect.suspend(() => {
          sending++
          return Deferred.await(opened)
        })
      )
      for (let id = 0; id < 100; id++) side.receive({ id, method: "ping" })
      for (let id = 0; id < 100; id++) side.receive({ id, what: "this is" })
      yield* settle
      expect(sending).toBe(4)
      yield* Deferred.succeed(opened, undefined)
      yield* settle
      expect(side.sent.map(({ error, id }) => [id, error === undefined])).toEqual([
        [0, true],
        [1, true],
        [2, false],
        [3, false]
      ])
      // there is room again
      side.receive({ id: 100, method: "ping" })
      side.receive({ id: 101, what: "this is" })
      yield* settle
      expect(side.sent.slice(4).map(({ error, id }) => [id, error === undefined])).toEqual([[100, true], [101, false]])
    }))

  it.effect("what is known at once is answered at once, however much is running", () =>
    Effect.gen(function*() {
      const { dispatch } = work()
      const side = yield* Side.make(
        (request) => request.method === "ping" ? Exit.succeed({}) : dispatch(request),
        { maxConcurrency: 1 }
      )
      side.receive({ id: 1, method: "work" })
      side.receive({ id: 2, method: "work" })
      side.receive({ id: 3, method: "ping" })
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 3, result: {} }])
    }))

  it.effect("a failure is the error it stands for; a defect is scrubbed on the wire and loud in the log", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const side = yield* Side.make((request) =>
        request.method === "fail"
          ? Effect.fail(ProtocolError.application(7, "no", { a: 1 }))
          : Effect.die(new Error("the password is hunter2"))
      )
      side.receive({ id: 1, method: "fail" })
      side.receive({ id: 2, method: "die" })
      yield* settle
      expect(side.sent).toEqual([
        { jsonrpc: "2.0", id: 1, error: { code: 7, message: "no", data: { a: 1 } } },
        { jsonrpc: "2.0", id: 2, error: { code: -32603, message: "Internal error" } }
      ])
      expect(logged.join("\n")).toMatch(/Request failed unexpectedly: die[^]*hunter2/)
    }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void logged.push(line))])))
  })

  it.effect("a dispatcher that throws costs one internal error", () =>
    Effect.gen(function*() {
      const side = yield* Side.make(() =>
        Effect.suspend(() => {
          throw new Error("secret")
        })
      )
      side.receive({ id: 1, method: "x" })
      yield* settle
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 1, error: { code: -32603, message: "Internal error" } }])
    }).pipe(Effect.provide(Logger.layer([]))))
})

describe("the end of a connection", () => {
  it.effect("interrupts all that runs, runs its finalizers, and answers nothing", () =>
    Effect.gen(function*() {
      const { dispatch, released } = work()
      const scope = yield* Scope.make()
      const side = yield* Scope.provide(Side.make(dispatch, { maxConcurrency: 2 }), scope)
      for (const id of [1, 2, 3]) side.receive({ id, method: "work" })
      yield* Scope.close(scope, Exit.void)
      expect(released.sort()).toEqual([1, 2])
      expect(side.sent).toEqual([])
      expect(side.peer.size).toEqual({ inbound: 0, outbound: 0 })
    }))

  it.effect("interrupts what notifications set going too", () =>
    Effect.gen(function*() {
      const { dispatch, released, started } = work()
      const scope = yield* Scope.make()
      const side = yield* Scope.provide(
        Side.make(undefined, undefined, (method) =>
          // it looks at nothing but the id
          Effect.asVoid(dispatch({ id: method } as InboundRequest))),
        scope
      )
      side.receive({ method: "notifications/x" })
      expect(started).toEqual(["notifications/x"])
      yield* Scope.close(scope, Exit.void)
      yield* settle
      expect(released).toEqual(["notifications/x"])
    }))

  it.effect("drained, waits until all that was asked is answered", () =>
    Effect.gen(function*() {
      const { dispatch, go } = work()
      const side = yield* Side.make(dispatch)
      for (const id of [1, 2]) side.receive({ id, method: "work" })
      const drained = yield* Effect.forkChild(side.peer.drain)
      yield* settle
      expect(drained.pollUnsafe()).toBeUndefined()
      yield* go
      yield* Fiber.join(drained)
      expect(side.sent.map(({ id }) => id)).toEqual([1, 2])
    }))
})

describe("draining", () => {
  it.effect("waits for answers that are on their way, also when the last request beside them is cancelled", () =>
    Effect.gen(function*() {
      const congestion = Deferred.makeUnsafe<void>()
      const side = yield* Side.make(
        (request) => request.method === "done" ? Effect.succeed({}) : Effect.never,
        undefined,
        undefined,
        Deferred.await(congestion)
      )
      side.receive({ id: 1, method: "done" })
      side.receive({ id: 2, method: "never" })
      const drained = yield* Effect.forkChild(side.peer.drain)
      yield* settle
      side.receive(cancel(2))
      yield* settle
      expect(drained.pollUnsafe()).toBeUndefined()
      yield* Deferred.succeed(congestion, undefined)
      yield* Fiber.join(drained)
      expect(side.sent.map(({ id }) => id)).toEqual([1])
    }))
})

describe("progress of what we are asked", () => {
  const asked = (progressToken: unknown) => ({ id: 1, method: "work", params: { _meta: { progressToken } } })

  it.effect.each(["token", 7, ""])(
    "goes to the token %j, only while it increases (PROG-3, PROG-5)",
    (token) =>
      Effect.gen(function*() {
        const side = yield* Side.make((request) =>
          Effect.as(
            Effect.forEach(
              [1, 2, 2, 1.5, Number.NaN, 2.5, -1, 10],
              (progress) => request.progress({ progress, total: 10 })
            ),
            {}
          )
        )
        side.receive(asked(token))
        yield* settle
        expect(side.sent).toEqual([
          ...[1, 2, 2.5, 10].map((progress) => ({
            jsonrpc: "2.0",
            method: "notifications/progress",
            params: { progressToken: token, progress, total: 10 }
          })),
          { jsonrpc: "2.0", id: 1, result: {} }
        ])
        expect(side.related).toEqual([1, 1, 1, 1, 1])
      })
  )

  it.effect.each([undefined, null, 1.5, {}, true])(
    "is not sent for the token %j, which is none (PROG-3, PROG-8)",
    (token) =>
      Effect.gen(function*() {
        const side = yield* Side.make((request) => Effect.as(request.progress({ progress: 1 }), {}))
        side.receive(asked(token))
        yield* settle
        expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 1, result: {} }])
      })
  )

  it.effect("stops with the answer and with cancellation, even from work that goes on (PROG-8, PROG-9)", () =>
    Effect.gen(function*() {
      const requests: Array<InboundRequest> = []
      const side = yield* Side.make((request) => {
        requests.push(request)
        return request.method === "done" ? Effect.succeed({}) : Effect.never
      })
      side.receive({ ...asked("t"), method: "done" })
      side.receive({ ...asked("t"), id: 2 })
      side.receive(cancel(2))
      yield* settle
      for (const request of requests) {
        yield* request.progress({ progress: 1 })
        yield* request.notify("notifications/message", { level: "info", data: "late" })
      }
      expect(side.sent).toEqual([{ jsonrpc: "2.0", id: 1, result: {} }])
    }))

  it.effect("a million steps do not hold up the result (robustness 19, scaled)", () =>
    Effect.gen(function*() {
      const side = yield* Side.make((request) =>
        Effect.as(
          Effect.forEach(Array.from({ length: 20_000 }, (_, i) => i), (progress) => request.progress({ progress }), {
            discard: true
          }),
          {}
        )
      )
      side.receive(asked("t"))
      yield* side.peer.drain
      expect(side.sent.at(-1)).toEqual({ jsonrpc: "2.0", id: 1, result: {} })
    }))
})
