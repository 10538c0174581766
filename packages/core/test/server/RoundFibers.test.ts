import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Scheduler from "effect/Scheduler"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Journal from "../../src/Journal.ts"
import * as Principal from "../../src/Principal.ts"
import * as RequestState from "../../src/RequestState.ts"
import * as Server from "../../src/Server.ts"
import type * as SessionError from "../../src/SessionError.ts"
import type * as Tool from "../../src/Tool.ts"
import { ask, capabilities, echo, type Handler, inRounds, inSession, said, serving } from "../Asking.ts"
import { settle, until } from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const unbounded = { concurrency: "unbounded" } as const

const both = Effect.all([ask("a"), ask("b")], unbounded)

const kept = (times: number): Effect.Effect<void> =>
  Effect.promise(() =>
    times === 0 ? Promise.resolve() : Promise.resolve().then(() => Effect.runPromise(kept(times - 1)))
  )

describe("a handler may ask", () => {
  it.effect.each<[string, Handler, ReadonlyArray<ReadonlyArray<string>>]>([
    ["in a race", Effect.race(ask("a"), ask("b")), [["a", "b"]]],
    ["in a race for the first", Effect.raceFirst(ask("a"), ask("b")), [["a", "b"]]],
    ["in a race that it always wins", Effect.raceFirst(Effect.never, ask("a")), [["a"]]],
    ["with a timeout", Effect.map(Effect.timeoutOption(ask("a"), "1 second"), ({ _tag }) => _tag), [["a"]]],
    ["in children", Effect.flatMap(Effect.forkChild(ask("a")), (fiber) => Effect.all([ask("b"), Fiber.join(fiber)])), [[
      "b",
      "a"
    ]]],
    [
      "in fibers of a scope",
      Effect.scoped(Effect.flatMap(Effect.forkScoped(ask("a")), (fiber) => Effect.all([ask("b"), Fiber.join(fiber)]))),
      [["b", "a"]]
    ],
    [
      "in fibers that are nobody's, if it waits for them",
      Effect.flatMap(Effect.forkDetach(ask("a")), (fiber) => Effect.all([ask("b"), Fiber.join(fiber)])),
      [["b", "a"]]
    ],
    ["in what is computed once", Effect.flatMap(Effect.cached(ask("a")), (a) => Effect.all([a, a], unbounded)), [[
      "a"
    ]]],
    [
      "in a stream",
      Stream.fromIterable(["a", "b", "c"]).pipe(
        Stream.mapEffect((message) => ask(message), { concurrency: 2 }),
        Stream.runCollect
      ),
      [["a", "b"], ["c"]]
    ],
    ["in a finalizer", Effect.ensuring(ask("a"), Effect.orDie(ask("b"))), [["a"], ["b"]]],
    [
      "while it takes and gives back",
      Effect.acquireUseRelease(ask("a"), () => ask("b"), () => Effect.orDie(ask("c"))),
      [["a"], ["b"], ["c"]]
    ],
    ["where nothing may interrupt it", Effect.uninterruptible(Effect.all([both, ask("c")])), [["a", "b"], ["c"]]],
    [
      "where only its end may interrupt it",
      Effect.uninterruptibleMask((restore) => Effect.all([ask("a"), restore(ask("b"))])),
      [["a"], ["b"]]
    ],
    ["and catch whatever comes of it", Effect.catchCause(ask("a"), () => Effect.succeed("caught")), [["a"]]],
    [
      "and catch whatever comes of it where nothing may interrupt it",
      Effect.uninterruptible(Effect.catchCause(ask("a"), () => ask("b"))),
      [["a"]]
    ],
    [
      "and catch whatever comes of it in fibers that are nobody's",
      Effect.flatMap(Effect.forkDetach(Effect.catchCause(ask("a"), () => ask("b"))), Fiber.join),
      [["a"]]
    ],
    [
      "beside what yields a hundred times before it asks too",
      Effect.all([ask("a"), Effect.andThen(Effect.repeat(Effect.yieldNow, { times: 100 }), ask("b"))], unbounded),
      [["a", "b"]]
    ],
    [
      "beside what computes for long before it asks too",
      Effect.all([
        ask("a"),
        Effect.andThen(Effect.forEach(Array.from({ length: 20_000 }), () => Effect.void, { discard: true }), ask("b"))
      ], unbounded),
      [["a", "b"]]
    ],
    [
      "beside what waits for promises that are kept already before it asks too",
      Effect.all([ask("a"), Effect.andThen(kept(20), ask("b"))], unbounded),
      [["a", "b"]]
    ],
    [
      "in branches that wait for one another",
      Effect.flatMap(Deferred.make<string>(), (answer) =>
        Effect.all([
          Effect.flatMap(ask("a"), (text) => Deferred.succeed(answer, text)),
          Effect.flatMap(Deferred.await(answer), (text) => ask(`after ${text}`)),
          ask("c")
        ], unbounded)),
      [["a", "c"], ["after a!"]]
    ],
    [
      "for what it takes from a queue",
      Effect.flatMap(Queue.unbounded<string>(), (queue) =>
        Effect.all([
          Effect.forEach([1, 2], () => Effect.flatMap(Queue.take(queue), (message) => ask(message))),
          Effect.forEach(["a", "b"], (name) => Effect.flatMap(ask(name), (text) => Queue.offer(queue, text)))
        ], unbounded)),
      [["a"], ["b", "a!"], ["b!"]]
    ],
    [
      "in some branches that fail for others",
      Effect.catchTag(
        Effect.all([Effect.andThen(ask("a"), Effect.fail(undefined)), Effect.andThen(ask("b"), ask("c"))], unbounded),
        "SessionError",
        () => Effect.void
      ).pipe(Effect.catch(() => ask("d"))),
      [["a", "b"], ["d"]]
    ]
  ])("%s, with the same result as in a session", ([, handler, rounds]) =>
    serving(handler)(Effect.gen(function*() {
      const outcome = yield* inRounds()
      expect(outcome.rounds).toEqual(rounds)
      expect(outcome.said).toEqual(yield* inSession())
    })))
})

describe("questions that wait together", () => {
  it.effect("are asked, and answered, in the order of the handler, however long they are", () => {
    // the digest of a long text takes longer
    const messages = Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(index % 2 * 20_000)}`)
    const first = Effect.raceAllFirst(messages.map((message) => Effect.map(ask(message), () => message)))
    return Effect.provide(
      serving(Effect.map(first, (message) => message.slice(0, 2)))(Effect.gen(function*() {
        for (let time = 0; time < 5; time++) {
          const { rounds, said } = yield* inRounds()
          expect(rounds).toEqual([messages])
          expect(said).toBe("0 ")
        }
      })),
      RequestState.layer({ maxSize: 1_000_000 })
    )
  })
})

describe("answers that come late", () => {
  it.effect("are given out as they came in, in every run after that", () => {
    // the other branch has come to its second question before the first one is answered
    const race = Effect.raceFirst(ask("a"), Effect.andThen(ask("b"), ask("c")))
    return serving(race)(Effect.gen(function*() {
      let asked = 0
      const { rounds, said } = yield* inRounds((question) =>
        question.params["message"] === "a" && ++asked === 1 ? undefined : echo(question)
      )
      expect(rounds).toEqual([["a", "b"], ["a", "c"]])
      expect(said).toBe("a!")
    }))
  })
})

describe("the end of a round", () => {
  it.effect("comes however a question beside it is interrupted, at whatever step", () => {
    // a fiber gives way to the others after so many steps, and the question is given up after so many turns
    const race = (steps: number, turns: number) =>
      Effect.raceFirst(
        Effect.repeat(Effect.yieldNow, { times: turns }),
        Effect.all([
          ask(`beside ${steps} ${turns}`),
          Journal.once(`${steps} ${turns}`, { success: Schema.Void }, Effect.void)
        ], unbounded)
      ).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, steps))
    const races = Array.from({ length: 100 }, (_, steps) => [0, 1, 2, 3, 4].map((turns) => race(steps + 4, turns)))
      .flat()
    const handler = Effect.all([ask("a"), ...races], unbounded)
    return serving(handler)(Effect.gen(function*() {
      const { rounds, said } = yield* inRounds()
      expect(rounds[0]).toContain("a")
      expect(said).toContain("a!")
    }))
  })

  it.effect("cuts off what sleeps, which begins again, and does not wait for it", () => {
    const log: Array<string> = []
    const sleeps = Effect.gen(function*() {
      log.push("begins")
      yield* Effect.sleep("1 hour")
      log.push("ends")
    }).pipe(Effect.onInterrupt(() => Effect.sync(() => log.push("cut off"))))
    return serving(Effect.all([sleeps, ask("a")], unbounded))(Effect.gen(function*() {
      const converse = yield* Effect.forkChild(inRounds())
      yield* until(() => log.length === 3)
      expect(log).toEqual(["begins", "cut off", "begins"])
      yield* TestClock.adjust("1 hour")
      expect((yield* Fiber.join(converse)).rounds).toEqual([["a"]])
      expect(log).toEqual(["begins", "cut off", "begins", "ends"])
    }))
  })

  it.effect("runs finalizers, and waits for them", () => {
    const log: Array<string> = []
    const handler = Effect.acquireUseRelease(
      Effect.sync(() => log.push("opened")),
      () => ask("a"),
      () => Effect.andThen(settle, Effect.sync(() => log.push("closed")))
    )
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      yield* client.call("t")
      expect(log).toEqual(["opened", "closed"])
    }))
  })

  it.effect("ends what is left of the handler in its questions, and every question after them", () => {
    const ends: Array<string> = []
    const insists = (name: string) =>
      Effect.forEach(
        [1, 2, 3],
        (time) =>
          Effect.catchCause(ask(name), (cause) =>
            Effect.sync(() => void ends.push(`${name} ${time} ${Cause.hasInterruptsOnly(cause)}`)))
      )
    const handler = Effect.andThen(
      Effect.all([
        Effect.forkDetach(insists("early")),
        Effect.forkDetach(Effect.andThen(Effect.sleep("1 minute"), insists("late"))),
        Effect.forkDetach(
          Effect.andThen(Effect.sleep("1 minute"), Journal.once("late", { success: Schema.Void }, insists("once")))
        )
      ]),
      ask("y")
    )
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const asked = StatelessConversation.inputRequired(yield* client.call("t"))!
      expect(Object.keys(asked.inputRequests!).length).toBe(2)
      yield* until(() => ends.length === 3)
      expect(ends).toEqual(["early 1 true", "early 2 true", "early 3 true"])
      yield* TestClock.adjust("1 minute")
      yield* until(() => ends.length === 6)
      expect(ends.slice(3)).toEqual(["late 1 true", "late 2 true", "late 3 true"])
    }))
  })

  it.effect("does not end who works for other requests too", () => {
    const jobs = Effect.runSync(Queue.unbounded<Effect.Effect<void>>())
    const worker = Effect.forever(Effect.flatMap(Queue.take(jobs), Effect.exit))
    const handler = Effect.gen(function*() {
      const context = yield* Effect.context<Tool.HandlerServices>()
      const result = yield* Deferred.make<string, SessionError.SessionError>()
      yield* Queue.offer(jobs, Effect.asVoid(Deferred.into(Effect.provideContext(ask("a"), context), result)))
      return yield* Deferred.await(result)
    })
    return serving(handler)(Effect.gen(function*() {
      yield* Effect.forkScoped(worker)
      expect((yield* inRounds()).said).toBe("a!")
      expect((yield* inRounds()).said).toBe("a!")
    }))
  })

  it.effect("does not come once the handler has its result, whatever still waits", () => {
    const ends: Array<string> = []
    const waits = Effect.onInterrupt(ask("x"), () => Effect.sync(() => ends.push("interrupted")))
    return serving(Effect.as(Effect.forkDetach(waits), "result"))(Effect.gen(function*() {
      expect(yield* inRounds()).toMatchObject({ rounds: [], said: "result" })
      yield* until(() => ends.length > 0)
      expect(ends).toEqual(["interrupted"])
    }))
  })

  it.effect("does not come to a handler that waits for something else: the client cancels it (CANC-1)", () => {
    const log: Array<string> = []
    const handler = Effect.andThen(
      Effect.sync(() => log.push("begun")),
      Effect.onInterrupt(Effect.never, () => Effect.sync(() => log.push("cancelled")))
    )
    return serving(handler)(Effect.gen(function*() {
      for (const open of [StatelessConversation.open, StatelessConversation.connect]) {
        const client = yield* open({ capabilities })
        const call = yield* Effect.forkChild(client.call("t"))
        yield* until(() => log.length % 2 === 1)
        yield* settle
        yield* Fiber.interrupt(call)
        yield* until(() => log.length % 2 === 0)
      }
      expect(log).toEqual(["begun", "cancelled", "begun", "cancelled"])
    }))
  })

  it.effect("leaves nothing behind, however many are never gone on with (MRTR-14)", () => {
    let open = 0
    const handler = Effect.acquireUseRelease(
      Effect.sync(() => void open++),
      () => Effect.all([ask("a"), ask("b"), Effect.never], unbounded),
      () => Effect.sync(() => void open--)
    )
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const answers = yield* Effect.forEach(Array.from({ length: 1000 }), () => client.call("t"), unbounded)
      expect(answers.every((answer) => StatelessConversation.inputRequired(answer) !== undefined)).toBe(true)
      expect(open).toBe(0)
    }))
  })
})

describe("middleware", () => {
  it.effect("may ask before the handler and after it", () => {
    const asking = Server.middleware((_, next) =>
      Effect.gen(function*() {
        yield* Effect.orDie(ask("before"))
        const result = yield* next
        yield* Effect.orDie(ask("after"))
        return result
      })
    )
    return serving(ask("a"), asking)(Effect.gen(function*() {
      const { rounds, said } = yield* inRounds()
      expect(rounds).toEqual([["before"], ["a"], ["after"]])
      expect(said).toBe("a!")
    }))
  })

  it.effect("may say who asks: the state is theirs, and nobody else's (MRTR-12)", () => {
    let subject = "ada"
    const authenticating = Server.middleware((_, next) =>
      Effect.provideService(next, Principal.CurrentPrincipal, { subject })
    )
    return serving(ask("a"), authenticating)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const { inputRequests, requestState } = StatelessConversation.inputRequired(yield* client.call("t"))!
      const retry = { requestState, inputResponses: { [Object.keys(inputRequests!)[0]!]: { action: "decline" } } }
      subject = "bob"
      expect((yield* client.call("t", {}, retry)).error).toMatchObject({ code: -32602 })
      subject = "ada"
      expect(said(yield* client.call("t", {}, retry))).toBe("decline")
    }))
  })

  it.effect("that answers by itself leaves the state as it was", () => {
    let isBusy = false
    const limiting = Server.middleware((_, next) => isBusy ? Effect.die(new Error("busy")) : next)
    return serving(ask("a"), limiting)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const asked = StatelessConversation.inputRequired(yield* client.call("t"))!
      const questions = Object.entries(asked.inputRequests!).map(([key, { method, params = {} }]) => ({
        key,
        method,
        params,
        occurrence: 0
      }))
      const retry = StatelessConversation.retryOf(asked, questions, echo)
      isBusy = true
      expect((yield* client.call("t", {}, retry)).error).toMatchObject({ code: -32603 })
      isBusy = false
      expect(said(yield* client.call("t", {}, retry))).toBe("a!")
    }))
  })
})
