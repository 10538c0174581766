import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Journal from "../../src/Journal.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as RequestState from "../../src/RequestState.ts"
import * as Server from "../../src/Server.ts"
import { ask, capabilities, echo, type Handler, inRounds, said, serving } from "../Asking.ts"
import type { Json, Message } from "../Conversation.ts"
import { settle, until } from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

/** The params of the retry that answers what was asked. */
const retryOf = (answer: Message, answers: StatelessConversation.Answers = echo): Json => {
  const asked = StatelessConversation.inputRequired(answer)!
  const questions = Object.entries(asked.inputRequests!).map(([key, { method, params = {} }]) => ({
    key,
    method,
    params,
    occurrence: 0
  }))
  return StatelessConversation.retryOf(asked, questions, answers)
}

const counted = (handler: Handler) => {
  const runs = { count: 0 }
  return { runs, handler: Effect.andThen(Effect.sync(() => void runs.count++), handler) }
}

const refused = { code: -32602, message: "requestState is not valid (any more); send the request again without it" }

const changed = { code: -32602, message: expect.stringContaining("send the request again without it") }

describe("a state", () => {
  it.effect.prop(
    "of which a bit is another one is refused, and its handler does not run (MRTR-9, MRTR-10)",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1e9 })), Schema.Int],
    Effect.fnUntraced(function*([at, bit]) {
      const { handler, runs } = counted(ask("a"))
      yield* serving(handler)(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const retry = retryOf(yield* client.call("t"))
        const bytes = Result.getOrThrow(Base64Url.decode(retry["requestState"] as string))
        bytes[at % bytes.length]! ^= 1 << (Math.abs(bit) % 8)
        const { error } = yield* client.call("t", {}, { ...retry, requestState: Base64Url.encode(bytes) })
        expect(error).toMatchObject(refused)
        expect(runs.count).toBe(1)
        // and is good still, as it was
        expect(said(yield* client.call("t", {}, retry))).toBe("a!")
      }))
    }),
    { arbitrary: { runs: 100 } }
  )

  it.effect.each<[string, string]>([
    ["no text of ours", "state"],
    ["empty", ""],
    ["too long", "A".repeat(70_000)],
    ["no text at all", 5 as unknown as string]
  ])("that is %s is refused (MRTR-9)", ([, requestState]) => {
    const { handler, runs } = counted(ask("a"))
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      expect((yield* client.call("t", {}, { requestState })).error).toMatchObject({ code: -32602 })
      expect(runs.count).toBe(0)
    }))
  })

  it.effect("is for a while (MRTR-12)", () => {
    const { handler, runs } = counted(ask("a"))
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const retry = retryOf(yield* client.call("t"))
      yield* TestClock.adjust("1 hour")
      expect((yield* client.call("t", {}, retry)).error).toMatchObject(refused)
      expect(runs.count).toBe(1)
    }))
  })

  it.effect("is for who it was given to, and for the same request alone (MRTR-12, MRTR-22)", () => {
    const { handler, runs } = counted(ask("a"))
    const prompt = Server.prompt(Prompt.make("t"), () => Effect.as(Effect.orDie(handler), ""))
    return serving(handler, prompt)(Effect.gen(function*() {
      const ada = yield* StatelessConversation.open({ capabilities, principal: { subject: "ada" } })
      const bob = yield* StatelessConversation.open({ capabilities, principal: { subject: "bob" } })
      const nobody = yield* StatelessConversation.open({ capabilities })
      const retry = retryOf(yield* ada.call("t"))
      for (
        const answer of [
          yield* bob.call("t", {}, retry),
          yield* nobody.call("t", {}, retry),
          yield* ada.call("t", { n: 1 }, retry),
          yield* ada.request("tools/call", { name: "t", ...retry }),
          yield* ada.request("prompts/get", { name: "t", ...retry })
        ]
      ) expect(answer.error).toMatchObject(refused)
      expect(runs.count).toBe(1)
      expect(said(yield* ada.call("t", {}, retry))).toBe("a!")
    }))
  })

  it.effect("is good once (MRTR-13)", () => {
    const { handler, runs } = counted(ask("a"))
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const retry = retryOf(yield* client.call("t"))
      const answers = yield* Effect.all([client.call("t", {}, retry), client.call("t", {}, retry)], {
        concurrency: "unbounded"
      })
      expect(answers.map(({ error }) => error?.code).sort()).toEqual([-32602, undefined])
      expect((yield* client.call("t", {}, retry)).error).toMatchObject(refused)
      expect(runs.count).toBe(2)
    }))
  })

  it.effect.each<[string, (stay: Effect.Effect<void>) => Handler]>([
    ["in the handler", (stay) => Effect.tap(ask("a"), stay)],
    ["where the handler gives back what it took, before it was done", (stay) => Effect.ensuring(ask("a"), stay)],
    [
      "where it gives back what it took, for the next questions",
      (stay) => Effect.andThen(ask("a"), Effect.ensuring(ask("b"), stay))
    ]
  ])(
    "is good again when nobody heard what came of it, though the retry had come as far as %s (MRTR-13)",
    ([, handler]) => {
      const state = { stays: false, isThere: false }
      const goes = Deferred.makeUnsafe<void>()
      const stay = Effect.suspend(() => {
        state.isThere = state.stays
        return state.stays ? Deferred.await(goes) : Effect.void
      })
      return serving(handler(stay))(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const retry = retryOf(yield* client.call("t"))
        state.stays = true
        const call = yield* Effect.forkChild(client.call("t", {}, retry), { startImmediately: true })
        yield* until(() => state.isThere)
        state.stays = false
        yield* Fiber.interrupt(call)
        yield* Deferred.succeed(goes, undefined)
        yield* settle
        expect((yield* client.call("t", {}, retry)).error).toBeUndefined()
        expect((yield* client.call("t", {}, retry)).error).toMatchObject(refused)
      }))
    }
  )

  it.effect("is good again when nobody heard the questions, of which there is a sealed state already (MRTR-13)", () => {
    const sealing = Deferred.makeUnsafe<void>()
    let seals = 0
    const slowly = Effect.gen(function*() {
      const states = yield* RequestState.make()
      return {
        ...states,
        seal: (journal: string, binding: RequestState.Binding) =>
          Effect.tap(states.seal(journal, binding), ++seals === 2 ? Deferred.await(sealing) : Effect.void)
      }
    })
    return Effect.provide(
      serving(Effect.andThen(ask("a"), ask("b")))(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const retry = retryOf(yield* client.call("t"))
        const call = yield* Effect.forkChild(client.call("t", {}, retry), { startImmediately: true })
        yield* until(() => seals === 2)
        yield* Fiber.interrupt(call)
        yield* Deferred.succeed(sealing, undefined)
        yield* settle
        expect(StatelessConversation.inputRequired(yield* client.call("t", {}, retry))).toBeDefined()
        expect((yield* client.call("t", {}, retry)).error).toMatchObject(refused)
      })),
      Layer.effect(RequestState.RequestState, slowly)
    )
  })

  it.effect("that has grown too large ends the call, and the log has why", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${JSON.stringify(message)}`))
    const handler = Effect.andThen(
      Journal.once("much", { success: Schema.String }, Effect.succeed("x".repeat(70_000))),
      ask("a")
    )
    return Effect.provide(
      serving(handler)(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const { error } = yield* client.call("t")
        expect(error).toMatchObject({ code: -32603, message: expect.stringContaining("too large") })
        expect(lines).toEqual([expect.stringMatching(/^Error .*What tools\/call t has to carry .*JournalTooLarge/)])
      })),
      Logger.layer([logger])
    )
  })

  it.effect("that an answer would make too large is the client's mistake, and not for the log of the server (MRTR-9, MRTR-25)", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${JSON.stringify(message)}`))
    return Effect.provide(
      serving(Effect.all([ask("a", { key: "a" }), ask("b", { key: "b" })]))(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const long = { action: "accept", content: { text: "x".repeat(70_000) } }
        const retry = retryOf(yield* client.call("t"), () => long)
        for (const params of [retry, { inputResponses: { a: long } }]) {
          const { error } = yield* client.call("t", {}, params)
          expect(error).toMatchObject({ code: -32602, message: expect.stringContaining("too large") })
        }
        expect(lines).toEqual([])
        // it goes no further than this run where nothing is asked any more
        const all = { inputResponses: { a: long, b: { action: "decline" } } }
        expect(said(yield* client.call("t", {}, all))).toEqual([long.content.text, "decline"])
      })),
      Logger.layer([logger])
    )
  })

  it.effect("may be smaller and shorter, as its server says", () =>
    Effect.provide(
      serving(Effect.all([ask("a"), ask("b".repeat(1000), { key: "k".repeat(1000) })]))(Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const retry = retryOf(yield* client.call("t"))
        expect((yield* client.call("t", {}, retry)).error).toMatchObject({ code: -32603 })
        const late = retryOf(yield* client.call("t"))
        yield* TestClock.adjust("1 minute")
        expect((yield* client.call("t", {}, late)).error).toMatchObject(refused)
      })),
      RequestState.layer({ maxSize: 1000, ttl: "1 minute" })
    ))
})

describe("a handler that is another one than wrote the state", () => {
  const once = (key: string, value: number, success: Schema.Codec<unknown, unknown> = Schema.Int) =>
    Journal.once(key, { success }, Effect.succeed(value))

  /** Starts with one handler, and goes on with another until the end. */
  const deploy = (before: Handler, after: Handler) => {
    let isAfter = false
    const handler = Effect.suspend(() => isAfter ? after : before)
    return serving(handler)(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      let answer = yield* client.call("t")
      isAfter = true
      let rounds = 0
      while (StatelessConversation.inputRequired(answer) !== undefined && ++rounds < 10) {
        answer = yield* client.call("t", {}, retryOf(answer))
      }
      return { ...answer, rounds }
    }))
  }

  it.effect.each<[string, Handler, Handler]>([
    ["asks something else", ask("a"), ask("b")],
    ["asks nothing", ask("a"), Effect.succeed("done")],
    ["asks something else by the same key", ask("a", { key: "k" }), ask("b", { key: "k" })],
    [
      "asks something else by the same key where nothing may interrupt it",
      ask("a", { key: "k" }),
      Effect.uninterruptible(Effect.exit(ask("b", { key: "k" })))
    ],
    [
      "does something else once",
      Effect.andThen(once("x", 1), ask("a")),
      Effect.andThen(once("y", 2), ask("a"))
    ],
    [
      "does once what has another kind of result",
      Effect.andThen(once("x", 1), ask("a")),
      Effect.andThen(once("x", 2, Schema.String), ask("a"))
    ],
    [
      "asks something else each time",
      Effect.suspend(() => ask(`${Math.random()}`)),
      Effect.suspend(() => ask(`${Math.random()}`))
    ]
  ])("is told from it: it %s", ([, before, after]) =>
    Effect.gen(function*() {
      const { error, rounds } = yield* deploy(before, after)
      expect(error).toMatchObject(changed)
      // nobody is asked without end
      expect(rounds).toBeLessThanOrEqual(4)
    }))

  it.effect("is not told from it where that does no harm: it asks more, or does more or less once", () =>
    Effect.gen(function*() {
      expect(said(yield* deploy(ask("a"), Effect.all([ask("a"), ask("b")])))).toEqual(["a!", "b!"])
      expect(said(yield* deploy(ask("a"), Effect.all([ask("a"), once("x", 1)])))).toEqual(["a!", 1])
      expect(said(yield* deploy(Effect.andThen(once("x", 1), ask("a")), ask("a")))).toBe("a!")
      const nested = Journal.once("outer", { success: Schema.Unknown }, once("inner", 1))
      const all = [once("x", 2), nested, ask("a")] as const
      expect(said(yield* deploy(Effect.all(all.slice(1)), Effect.all(all)))).toEqual([2, 1, "a!"])
    }))

  it.effect.each<[string, Handler, Handler, string]>([
    ["ends early", ask("a", { key: "first" }), Effect.void, `did not come to "first" again`],
    ["asks something else", ask("a", { key: "k" }), ask("b", { key: "k" }), `asks something else as "k" than it did`],
    ["asks for ever", ask("a", { key: "k" }), Effect.andThen(ask("b"), ask("c")), `did not come to "k" again`],
    [
      "writes down otherwise",
      Effect.andThen(once("x", 1), ask("a")),
      Effect.andThen(Journal.once("x", { success: Schema.Boolean }, Effect.succeed(true)), ask("a")),
      `has another Schema for Journal.once("x") than it had`
    ]
  ])(
    "has a warning in the log that names the tool and what it did, for its author: one that %s",
    ([, before, after, instead]) => {
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => void lines.push(`${message}`))
      return Effect.gen(function*() {
        yield* Effect.provide(deploy(before, after), Logger.layer([logger]))
        expect(lines).toEqual([expect.stringContaining(`The handler of tools/call t ${instead}`)])
      })
    }
  )

  it.effect("that asks something new each time is told what it asks now", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(`${message}`))
    let count = 0
    return serving(Effect.suspend(() => ask(`Number ${++count}?`)))(Effect.gen(function*() {
      expect((yield* inRounds()).said).toMatchObject(changed)
      expect(lines).toEqual([expect.stringContaining(`again, and asks "Number ${count}?"`)])
    })).pipe(Effect.provide(Logger.layer([logger])))
  })
})

describe("states", () => {
  it.effect("of two calls at a time are each for its own (MRTR-22)", () =>
    serving(Effect.all([ask("a"), ask("b")]))(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const conversed = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => n),
        (n) =>
          client.converse("tools/call", { name: "t", arguments: { n } }, ({ params }) => ({
            action: "accept",
            content: { text: `${n} ${params["message"]}` }
          })),
        { concurrency: "unbounded" }
      )
      expect(conversed.map(({ answer }) => said(answer))).toEqual(
        conversed.map((_, n) => [`${n} a`, `${n} b`])
      )
    })))

  it.effect("are of the server's own keeping: without any layer, and with others", () =>
    Effect.gen(function*() {
      // another audience, say: what one server sealed the other does not open
      const retry = yield* Effect.provide(
        serving(ask("a"))(Effect.flatMap(StatelessConversation.open({ capabilities }), (client) =>
          Effect.map(client.call("t"), (answer) =>
            retryOf(answer)))),
        RequestState.layer({ audience: "one" })
      )
      yield* Effect.provide(
        serving(ask("a"))(Effect.gen(function*() {
          const client = yield* StatelessConversation.open({ capabilities })
          expect((yield* client.call("t", {}, retry)).error).toMatchObject(refused)
        })),
        Layer.fresh(RequestState.layer({ audience: "two" }))
      )
    }))
})
