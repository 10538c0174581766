import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as Server from "../../src/Server.ts"
import type * as SessionError from "../../src/SessionError.ts"
import type * as Tool from "../../src/Tool.ts"
import { ask, Broken, capabilities, echo, inRounds, inSession, said, serving } from "../Asking.ts"
import type * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const sample = (options?: Partial<Parameters<typeof Sampling.createMessage>[0]>) =>
  Sampling.createMessage({
    messages: [{ role: "user", content: { type: "text", text: "Say" } }],
    maxTokens: 5,
    ...options
  })

const link = Elicitation.url({ message: "Pay", url: "https://example.com/pay", id: "1" })

const names = (count: number) => Array.from({ length: count }, (_, index) => `q${index}`)

describe("questions", () => {
  it.effect("go out as data of the result, by keys, without ids (MRTR-1, MRTR-3, MRTR-4, MRTR-5)", () =>
    serving(Effect.all([ask("a"), sample(), Roots.list, ask("b", { key: "mine" })], { concurrency: "unbounded" }))(
      Effect.gen(function*() {
        for (const open of [StatelessConversation.open, StatelessConversation.connect]) {
          const client = yield* open({ capabilities })
          const { result } = yield* client.call("t")
          expect(Object.keys(result!).sort()).toEqual(["_meta", "inputRequests", "requestState", "resultType"])
          expect(result).toMatchObject({ resultType: "input_required", requestState: expect.any(String) })
          const entries = Object.entries(result!["inputRequests"] as Conversation.Json)
          expect(entries.map(([, question]) => Object.keys(question as object).sort())).toEqual([
            ["method", "params"],
            ["method", "params"],
            ["method", "params"],
            ["method", "params"]
          ])
          expect(Object.fromEntries(entries)["mine"]).toMatchObject({
            method: "elicitation/create",
            params: { mode: "form", message: "b" }
          })
        }
      })
    ))

  it.effect("that wait together go out in one round, however many they are (MRTR-4, MRTR-16)", () => {
    const all = Effect.forEach(names(1000), (name) => ask(name), { concurrency: "unbounded" })
    return serving(all)(Effect.gen(function*() {
      const { rounds, said } = yield* inRounds()
      expect(rounds.map((round) => round.length)).toEqual([1000])
      expect(said).toEqual(names(1000).map((name) => `${name}!`))
    }))
  })

  it.effect("of which a few may wait at a time make as many rounds as it takes (MRTR-15)", () =>
    serving(Effect.forEach(names(5), (name) => ask(name), { concurrency: 2 }))(Effect.gen(function*() {
      const { rounds, said } = yield* inRounds()
      expect(rounds).toEqual([["q0", "q1"], ["q2", "q3"], ["q4"]])
      expect(said).toEqual(names(5).map((name) => `${name}!`))
    })))

  it.effect("that are asked again and again are told apart, with a key of their own and without", () => {
    const thrice = (key: string) => Effect.forEach([1, 2, 3], () => ask("again", { key }))
    return serving(Effect.all([Effect.forEach([1, 2, 3], () => ask("again")), thrice("k"), thrice("k#2")]))(
      Effect.gen(function*() {
        let count = 0
        const { said } = yield* inRounds(() => ({ action: "accept", content: { text: `${++count}` } }))
        expect(said).toEqual([["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]])
      })
    )
  })

  it.effect("have keys that are names like any other", () =>
    serving(Effect.forEach(["__proto__", "constructor", "1", ""], (key) => ask(key, { key })))(Effect.gen(function*() {
      const { said } = yield* inRounds()
      expect(said).toEqual(["__proto__!", "constructor!", "1!", "!"])
    })))

  it.effect("of two that have one key at a time is a defect of the author", () =>
    // the digest that the other one is known by
    Effect.gen(function*() {
      const first = yield* serving(ask("x"))(Effect.flatMap(
        StatelessConversation.open({ capabilities }),
        (client) => client.call("t")
      ))
      const [key] = Object.keys(first.result!["inputRequests"] as Conversation.Json)
      yield* serving(Effect.all([ask("x"), ask("y", { key: key! })], { concurrency: "unbounded" }))(
        Effect.gen(function*() {
          expect((yield* inRounds()).said).toMatchObject({ code: -32603 })
        })
      )
    }))

  it.effect("come from prompts, resources and templates as from tools (MRTR-1)", () =>
    serving(
      ask("tool"),
      Layer.mergeAll(
        Server.prompt(Prompt.make("p"), () => ask("prompt")),
        Server.resource(Resource.make("app://r", { name: "r" }), () => ask("resource")),
        Server.resourceTemplate(ResourceTemplate.make("app://t/{id}", { name: "t" }), ({ id }) => ask(`template ${id}`))
      )
    )(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      for (
        const [method, params, text] of [
          ["tools/call", { name: "t", arguments: {} }, "tool!"],
          ["prompts/get", { name: "p" }, "prompt!"],
          ["resources/read", { uri: "app://r" }, "resource!"],
          ["resources/read", { uri: "app://t/7" }, "template 7!"]
        ] as const
      ) {
        const { answer, rounds } = yield* client.converse(method, params, echo)
        expect(rounds.length).toBe(1)
        expect(JSON.stringify(answer.result)).toContain(text)
        expect(answer.result).toMatchObject({ resultType: "complete" })
      }
    })))

  it.effect("are for calls, prompts and reads alone: what serves other methods cannot ask (MRTR-2)", () => {
    const reasons: Array<string> = []
    return serving(
      ask("tool"),
      Layer.mergeAll(
        Server.prompt(Prompt.make("p", { arguments: { a: Schema.String } }), () => Effect.succeed(""), {
          complete: { a: () => Effect.succeed([]) }
        }),
        Server.middleware((_, next) =>
          Effect.andThen(
            Effect.catchTag(ask("who?"), "SessionError", ({ reason }) => Effect.sync(() => reasons.push(reason._tag))),
            next
          )
        )
      )
    )(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const argument = { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } }
      const methods = ["completion/complete", "server/discover", "tools/list", "prompts/list"]
      for (const method of methods) {
        expect((yield* client.request(method, argument)).result).toMatchObject({ resultType: "complete" })
      }
      expect(reasons).toEqual(methods.map(() => "NotAllowed"))
    }))
  })
})

describe("answers", () => {
  it.effect("that were not asked for are ignored, and what is missing is asked again (MRTR-26, MRTR-27)", () =>
    serving(Effect.all([ask("a", { key: "a" }), ask("b", { key: "b" })], { concurrency: "unbounded" }))(
      Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities })
        const text = (text: string) => ({ action: "accept", content: { text } })
        const first = yield* client.call("t")
        expect(Object.keys(first.result!["inputRequests"] as object)).toEqual(["a", "b"])
        const { requestState } = StatelessConversation.inputRequired(first)!
        const second = yield* client.call("t", {}, {
          requestState,
          inputResponses: { b: text("b"), c: text("c"), toString: { roots: [] } }
        })
        expect(Object.keys(second.result!["inputRequests"] as object)).toEqual(["a"])
        const third = yield* client.call("t", {}, {
          requestState: StatelessConversation.inputRequired(second)!.requestState,
          inputResponses: { a: text("a"), b: text("too late") }
        })
        expect(said(third)).toEqual(["a", "b"])
      })
    ))

  it.effect("that are none are refused, and the state is good for better ones (MRTR-25)", () =>
    serving(Effect.all([ask("a", { key: "a" }), Effect.map(sample(), ({ model }) => model)]))(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities })
      const { requestState } = StatelessConversation.inputRequired(yield* client.call("t"))!
      const roots = { roots: [] }
      for (
        const a of [null, 1, "accept", [], {}, { action: "maybe" }, { action: "accept", content: { text: {} } }, roots]
      ) {
        const refused = yield* client.call("t", {}, { requestState, inputResponses: { a } })
        expect(refused.error).toMatchObject({ code: -32602 })
      }
      const asked = yield* client.call("t", {}, { requestState, inputResponses: { a: { action: "decline" } } })
      const [key] = Object.keys(asked.result!["inputRequests"] as object)
      const answer = yield* client.call("t", {}, {
        requestState: StatelessConversation.inputRequired(asked)!.requestState,
        inputResponses: { [key!]: { role: "assistant", content: { type: "text", text: "" }, model: "m" } }
      })
      expect(said(answer)).toEqual(["decline", "m"])
    })))

  const number = Elicitation.form({
    message: "n?",
    fields: { n: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 })) }
  })

  it.effect("that do not fit the form are asked for again, and in a session fail (ELIC-20, MRTR-27)", () => {
    const content = [{}, { n: "two" }, { n: 7 }, { n: 1.5 }, { n: 3 }]
    const handler = Effect.match(number, {
      onFailure: ({ reason }) => reason._tag,
      onSuccess: (answer) => answer
    })
    return serving(handler)(Effect.gen(function*() {
      let next = 0
      const { rounds, said } = yield* inRounds(() => ({ action: "accept", content: content[next++]! }))
      expect(rounds.length).toBe(5)
      expect(said).toEqual({ action: "accept", content: { n: 3 } })
      expect(yield* inSession(() => ({ action: "accept", content: { n: 7 } }))).toBe("InvalidAnswer")
    }))
  })

  it.effect("that say no are answers too, and go through all rounds as such (MRTR-28)", () =>
    serving(Effect.all([ask("a"), ask("b"), ask("c")]))(Effect.gen(function*() {
      const actions = ["decline", "cancel"]
      let next = 0
      const { said } = yield* inRounds((question) => {
        const action = actions[next++]
        return action === undefined ? echo(question) : { action }
      })
      expect(said).toEqual(["decline", "cancel", "c!"])
    })))

  it.effect.each<
    [string, typeof ask extends never ? never : Effect.Effect<never, Broken | ProtocolError.ProtocolError>]
  >([
    ["a declared error", new Broken({ at: "end" })],
    ["an error of the protocol", Effect.fail(ProtocolError.invalidParams("No such day"))],
    ["a defect", Effect.die(new Error("secret"))]
  ])(
    "may be followed by %s, as in a session",
    ([, failure]) =>
      serving(Effect.andThen(ask("a"), failure))(Effect.gen(function*() {
        const rounds = yield* inRounds()
        expect(rounds.rounds).toEqual([["a"]])
        expect(rounds.said).toEqual(yield* inSession())
        expect(JSON.stringify(rounds.said)).not.toContain("secret")
      }))
  )
})

describe("a question for which the client has no capability", () => {
  type Question = Effect.Effect<unknown, SessionError.SessionError, Tool.HandlerServices>

  const cases: Array<[string, Question, Conversation.Json, Conversation.Json]> = [
    ["a form", ask("a"), {}, { elicitation: {} }],
    ["a form, with links alone", ask("a"), { elicitation: { url: {} } }, { elicitation: { form: {} } }],
    ["a link", link, { elicitation: {} }, { elicitation: { url: {} } }],
    ["sampling", sample(), { elicitation: {} }, { sampling: {} }],
    ["sampling with tools", sample({ tools: [] }), { sampling: {} }, { sampling: { tools: {} } }],
    ["sampling with a choice of tools", sample({ toolChoice: { mode: "none" } }), { sampling: {} }, {
      sampling: { tools: {} }
    }],
    ["roots", Roots.list, { sampling: {} }, { roots: {} }],
    [
      "a link, asked for by its params alone",
      Effect.flatMap(
        RequestContext,
        (request) =>
          request.ask("elicitation/create", { mode: "url", message: "", url: "https://a.example", elicitationId: "1" })
      ),
      { elicitation: {} },
      { elicitation: { url: {} } }
    ],
    [
      "sampling with tools, asked for by its params alone",
      Effect.flatMap(
        RequestContext,
        (request) => request.ask("sampling/createMessage", { messages: [], maxTokens: 1, tools: [] })
      ),
      { sampling: {} },
      { sampling: { tools: {} } }
    ]
  ]

  it.effect.each(cases)("ends the request before anything is asked, and says which: %s (MRTR-6, MRTR-7, META-16)", (
    [, question, capabilities, requiredCapabilities]
  ) =>
    serving(
      Effect.asVoid(question),
      Server.prompt(Prompt.make("p"), () => Effect.as(question, ""))
    )(Effect.gen(function*() {
      for (const open of [StatelessConversation.open, StatelessConversation.connect]) {
        const client = yield* open({ capabilities })
        for (
          const [method, params] of [["tools/call", { name: "t", arguments: {} }], ["prompts/get", {
            name: "p"
          }]] as const
        ) {
          const { error } = yield* client.request(method, params)
          expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities } })
        }
      }
    })))

  it.effect.each(cases)(
    "is not the end of a handler that can do without: %s",
    ([, question, capabilities]) =>
      serving(Effect.catchTag(Effect.asVoid(question), "SessionError", ({ reason }) => Effect.succeed(reason._tag)))(
        Effect.gen(function*() {
          const { rounds, said } = yield* inRounds(echo, { capabilities })
          expect({ rounds, said }).toEqual({ rounds: [], said: "CapabilityMissing" })
        })
      )
  )

  it.effect("ends also a retry, whose client can do less than before", () =>
    serving(Effect.all([ask("a"), ask("b")]))(Effect.gen(function*() {
      const able = yield* StatelessConversation.open({ capabilities })
      const asked = StatelessConversation.inputRequired(yield* able.call("t"))!
      const unable = yield* StatelessConversation.open()
      const { error } = yield* unable.call(
        "t",
        {},
        asked.requestState === undefined ? {} : {
          requestState: asked.requestState
        }
      )
      expect(error).toMatchObject({ code: -32021 })
    })))
})

describe("the wire", () => {
  it.effect("has no round for a handler that does not ask", () =>
    serving(Effect.succeed("at once"))(Effect.gen(function*() {
      expect(yield* inRounds()).toMatchObject({ rounds: [], said: "at once" })
    })))

  it.effect("names a tool's questions as its revision does: nothing of it that the client would not know (ELIC-24)", () =>
    serving(Effect.asVoid(link))(Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities: { elicitation: { url: {} } } })
      const asked = StatelessConversation.inputRequired(yield* client.call("t"))!
      expect(Object.values(asked.inputRequests!)).toEqual([{
        method: "elicitation/create",
        params: { mode: "url", message: "Pay", url: "https://example.com/pay" }
      }])
    })))
})
