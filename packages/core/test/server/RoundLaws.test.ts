import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as KeyRing from "../../src/KeyRing.ts"
import * as Ledger from "../../src/Ledger.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import { Broken } from "../Asking.ts"
import * as Conversation from "../Conversation.ts"
import * as Plan from "../Plan.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const capabilities = { elicitation: {}, sampling: {}, roots: {} }

type Answers = StatelessConversation.Answers

/** What a person would say: the same to the same question, if it is asked as often. */
const answers: Answers = ({ method, occurrence, params }) => {
  const about = JSON.stringify(params["message"] ?? params["messages"] ?? "").length + occurrence
  switch (method) {
    case "elicitation/create":
      return about % 5 === 4 ? { action: "decline" } : { action: "accept", content: { count: about } }
    case "sampling/createMessage":
      return { role: "assistant", content: { type: "text", text: "said" }, model: `model ${about}` }
    default:
      return { roots: [{ uri: "file:///work" }] }
  }
}

interface Outcome {
  readonly result: unknown
  readonly log: Plan.Log
  /** How many questions there were in each round. */
  readonly rounds: ReadonlyArray<number>
}

const outcome = (message: Conversation.Message, log: Plan.Log, rounds: ReadonlyArray<number>): Outcome => ({
  result: message.error ?? { content: message.result!["content"], isError: message.result!["isError"] },
  log,
  rounds
})

/** A person in a hurry, and a form that lets through anything: many questions are left out at first, or answered so that it does not fit. */
const carelessly = (): Answers => {
  const times = new Map<string, number>()
  return (question) => {
    const time = times.get(question.key) ?? 0
    times.set(question.key, time + 1)
    const luck = (JSON.stringify(question).length + time) % 3
    if (time > 1 || luck === 2) return answers(question)
    return luck === 1 && question.method === "elicitation/create"
      ? { action: "accept", content: { count: "many" } }
      : undefined
  }
}

const tool = (plan: Plan.Plan, log: Plan.Log) =>
  Server.tool(
    Tool.make("plan", { errors: [Broken] }),
    () => Effect.map(Plan.run(plan, log), (result) => JSON.stringify(result))
  )

/** Reverse requests, all that wait together answered together. */
const inSession = (plan: Plan.Plan): Effect.Effect<Outcome> => {
  const log = Plan.log()
  return Conversation.withServer(tool(plan, log))(Effect.gen(function*() {
    const conversation = yield* Conversation.open({ capabilities })
    const id = yield* conversation.ask("tools/call", { name: "plan" })
    const rounds: Array<number> = []
    const occurrences = new Map<string, number>()
    let seen = conversation.received.length
    while (true) {
      // longer than any plan goes on without a question
      yield* Effect.repeat(Effect.yieldNow, { times: 60 })
      const messages = conversation.received.slice(seen)
      seen += messages.length
      const answer = messages.find((message) => message.id === id && message.method === undefined)
      if (answer !== undefined) return outcome(answer, log, rounds)
      // a branch that has lost its race may have asked once more before it knew
      const cancelled = new Set(messages.map(({ method, params }) => {
        return method === "notifications/cancelled" ? params!["requestId"] : undefined
      }))
      const questions = messages.flatMap(({ id, method, params }) =>
        id === undefined || method === undefined || cancelled.has(id) ? [] : [{ id, method, params: params! }]
      )
      if (questions.length > 0) rounds.push(questions.length)
      for (const { id, method, params } of questions) {
        const content = JSON.stringify([method, { ...params, _meta: undefined }])
        const occurrence = occurrences.get(content) ?? 0
        occurrences.set(content, occurrence + 1)
        yield* conversation.say({ jsonrpc: "2.0", id, result: answers({ key: "", method, params, occurrence }) })
      }
    }
  }))
}

/** Rounds. */
const inRounds = (
  plan: Plan.Plan,
  answered: Answers = answers,
  client: typeof StatelessConversation.connect = StatelessConversation.open
): Effect.Effect<Outcome> => {
  const log = Plan.log()
  return Conversation.withServer(tool(plan, log))(Effect.gen(function*() {
    const conversation = yield* client({ capabilities })
    const { answer, rounds } = yield* conversation.converse("tools/call", { name: "plan" }, answered, 500)
    return outcome(answer, log, rounds.map((round) => round.length))
  }))
}

/** Rounds, each of them at the other one of two servers that share keys and know nothing else of each other. */
const atTwoServers = (plan: Plan.Plan): Effect.Effect<Outcome> => {
  const log = Plan.log()
  const secret = { id: "shared", secret: Redacted.make(new Uint8Array(32).fill(7)) }
  const instance = Effect.map(
    Layer.build(
      Server.layer({ name: "instance", version: "1.0.0" }, tool(plan, log)).pipe(
        Layer.provide([Layer.orDie(KeyRing.layer({ current: secret })), Ledger.layerMemory()]),
        Layer.fresh
      )
    ),
    Context.get(Server.Server)
  )
  return Effect.scoped(Effect.gen(function*() {
    const clients = yield* Effect.forEach(
      [yield* instance, yield* instance],
      (server) => Effect.provideService(StatelessConversation.open({ capabilities }), Server.Server, server)
    )
    let turn = 0
    const conversation = new StatelessConversation.StatelessConversation(
      { capabilities },
      [],
      ({ method, params }) => clients[turn++ % 2]!.request(method, params as Conversation.Json)
    )
    const { answer, rounds } = yield* conversation.converse("tools/call", { name: "plan" }, answers, 500)
    return outcome(answer, log, rounds.map((round) => round.length))
  }))
}

// branches run at the same time, so only within each of them there is an order
const inBranches = ({ once }: Plan.Log) =>
  Object.fromEntries(Map.groupBy(once.map(({ at, branch }) => ({ at, branch })), ({ branch }) => branch))

const isRacing = (plan: Plan.Plan): boolean => JSON.stringify(plan).includes("\"Race\"")

const arbitrary = { runs: 100, size: 40 }

describe("any handler", () => {
  it.effect.prop(
    "has the same result in rounds as in a session, asks as much at a time, and does once what is to be done once (MRTR-3, MRTR-15)",
    [Plan.Plan],
    Effect.fnUntraced(function*([plan]) {
      const session = yield* inSession(plan)
      const rounds = yield* inRounds(plan)
      expect(rounds.result).toEqual(session.result)
      expect(rounds.rounds).toEqual(session.rounds)
      expect(inBranches(rounds.log)).toEqual(inBranches(session.log))
      // what is not journaled is done at least as often
      const done = new Map(Map.groupBy(rounds.log.done, (at) => at))
      for (const [at, times] of Map.groupBy(session.log.done, (at) => at)) {
        expect(done.get(at)?.length).toBeGreaterThanOrEqual(times.length)
      }
      expect(done.size).toBe(new Set(session.log.done).size)
    }),
    { arbitrary }
  )

  it.effect.prop(
    "has the same result whatever is answered late, or at first so that it does not fit (MRTR-14, MRTR-27)",
    [Plan.Plan],
    Effect.fnUntraced(function*([plan]) {
      const once = yield* inRounds(plan)
      const late = yield* inRounds(plan, carelessly(), StatelessConversation.connect)
      // who is answered late may lose a race that was won, but no answer is one too many
      if (isRacing(plan)) return expect(late.result).toHaveProperty("content")
      expect(late.result).toEqual(once.result)
      expect(inBranches(late.log)).toEqual(inBranches(once.log))
      expect(late.rounds.length).toBeGreaterThanOrEqual(once.rounds.length)
    }),
    { arbitrary }
  )

  it.effect.prop(
    "goes on at another server that has the same keys, without anything being done there again (MRTR-8)",
    [Plan.Plan],
    Effect.fnUntraced(function*([plan]) {
      const alone = yield* inRounds(plan)
      const alternating = yield* atTwoServers(plan)
      expect(alternating.result).toEqual(alone.result)
      expect(alternating.rounds).toEqual(alone.rounds)
      expect(inBranches(alternating.log)).toEqual(inBranches(alone.log))
    }),
    { arbitrary }
  )
})
