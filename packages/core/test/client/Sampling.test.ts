import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Client from "../../src/Client.ts"
import type * as LanguageModel from "../../src/client/LanguageModel.ts"
import * as ModelPreferences from "../../src/ModelPreferences.ts"
import type { CreateMessageParams, CreateMessageResult } from "../../src/protocol/Sampling.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import type { Json } from "../Conversation.ts"
import * as Questioner from "./Questioner.ts"

const method = "sampling/createMessage"

const text = (text: string) => ({ type: "text" as const, text })

const hello = { messages: [{ role: "user", content: text("Hello") }], maxTokens: 10 }

const answer: CreateMessageResult = { role: "assistant", content: text("Hi"), model: "test-1", stopReason: "endTurn" }

const echo = (asked: Array<CreateMessageParams>) => (params: CreateMessageParams) =>
  Effect.sync(() => {
    asked.push(params)
    return answer
  })

const capabilities = (server: Questioner.Questioner) => server.received[0]?.params?.["capabilities"]

/** What is logged meanwhile, as text. */
const logging = (logged: Array<string>) =>
  Effect.provide(Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))]))

describe("sampling by a client", () => {
  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "is declared and answers with role, content, model and why it stopped, in %s (CAP-6, SAMP-1, SAMP-6)",
    (version) =>
      Effect.gen(function*() {
        const asked: Array<CreateMessageParams> = []
        const { server } = yield* Questioner.open(Client.sampling(echo(asked)), { version })
        expect(capabilities(server)).toEqual({ sampling: {} })
        expect((yield* server.ask(method, hello)).result).toEqual(answer)
        expect(asked).toEqual([hello])
      })
  )

  it.effect("declares tools and context where it has them, and where there is a word for it (CAP-11)", () =>
    Effect.gen(function*() {
      const model = Client.sampling(echo([]), { tools: true, context: true })
      expect(capabilities((yield* Questioner.open(model)).server)).toEqual({ sampling: { tools: {}, context: {} } })
      const { server } = yield* Questioner.open(model, { version: "2025-06-18" })
      expect(capabilities(server)).toEqual({ sampling: {} })
    }))

  it.effect("that was not declared does not exist", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open()
      expect((yield* server.ask(method, hello)).error).toMatchObject({ code: -32601 })
    }))

  it.effect("without tools refuses a request with tools, or a choice of them (SAMP-16)", () =>
    Effect.gen(function*() {
      const asked: Array<CreateMessageParams> = []
      const { server } = yield* Questioner.open(Client.sampling(echo(asked)))
      const tools = [{ name: "look", inputSchema: { type: "object" } }]
      for (const more of [{ tools }, { tools: [] }, { toolChoice: {} }]) {
        expect((yield* server.ask(method, { ...hello, ...more })).error).toEqual({
          code: -32602,
          message: "This client does not sample with tools"
        })
      }
      expect(asked).toEqual([])
    }))

  const use = (id: string) => ({ type: "tool_use", id, name: "look", input: {} })
  const found = (toolUseId: string) => ({ type: "tool_result", toolUseId, content: [text("found")] })
  const says = (role: string, ...content: ReadonlyArray<Json>) => ({ role, content })

  it.effect.each<[string, ReadonlyArray<Json>]>([
    ["a use without its result", [says("assistant", use("1"))]],
    ["a use that something else follows", [says("assistant", use("1")), says("user", text("Well?"))]],
    ["one result for two uses", [says("assistant", use("1"), use("2")), says("user", found("1"))]],
    ["a result for nothing", [says("user", found("1"))]],
    ["a result of another use", [says("assistant", use("1")), says("user", found("2"))]],
    ["a result with other content", [says("assistant", use("1")), says("user", found("1"), text("and?"))]],
    ["a result that the assistant gives", [says("assistant", use("1")), says("assistant", found("1"))]]
  ])(
    "refuses messages that break the rules on tools: %s (SAMP-14, SAMP-18, SAMP-19)",
    ([, messages]) =>
      Effect.gen(function*() {
        const asked: Array<CreateMessageParams> = []
        const { server } = yield* Questioner.open(Client.sampling(echo(asked), { tools: true }))
        expect((yield* server.ask(method, { ...hello, messages })).error).toMatchObject({ code: -32602 })
        expect(asked).toEqual([])
      })
  )

  it.effect("is given tools, their uses and results, and all of what belongs to them (SAMP-5, SAMP-17, SAMP-22)", () =>
    Effect.gen(function*() {
      const asked: Array<CreateMessageParams> = []
      const { server } = yield* Questioner.open(Client.sampling(echo(asked), { tools: true }))
      const params = {
        messages: [
          says("user", text("Where?")),
          says("assistant", { ...use("1"), _meta: { signature: "s1" } }),
          says("user", { ...found("1"), _meta: { cached: true } })
        ],
        maxTokens: 10,
        tools: [{ name: "look", inputSchema: { type: "object" } }],
        toolChoice: { mode: "required" }
      }
      expect((yield* server.ask(method, params)).result).toEqual(answer)
      expect(asked).toEqual([params])
    }))

  it.effect("that the user rejects is answered with -1 (SAMP-12, SAMP-13)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.sampling(() => Effect.fail(new Client.Rejected())))
      expect((yield* server.ask(method, hello)).error).toEqual({ code: -1, message: "User rejected sampling request" })
    }))

  it.effect("that fails says what is meant for the server, and nothing of a defect (SAMP-25)", () =>
    Effect.gen(function*() {
      const logged: Array<string> = []
      yield* Effect.gen(function*() {
        const busy = yield* Questioner.open(
          Client.sampling(() => Effect.fail(ProtocolError.application(42, "No tokens left")))
        )
        expect((yield* busy.server.ask(method, hello)).error).toEqual({ code: 42, message: "No tokens left" })
        const broken = yield* Questioner.open(Client.sampling(() => Effect.die(new Error("key sk-123"))))
        expect((yield* broken.server.ask(method, hello)).error).toEqual({ code: -32603, message: "Internal error" })
        // a result that is none is a defect of the handler
        const wrong = yield* Questioner.open(Client.sampling(() => Effect.succeed({ model: "x" } as never)))
        expect((yield* wrong.server.ask(method, hello)).error).toEqual({ code: -32603, message: "Internal error" })
      }).pipe(logging(logged))
      expect(logged.length).toBe(2)
    }))

  it.effect("is told which server asks (ELIC-19, SAMP-12)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(
        Client.sampling((_, server) => Effect.succeed({ ...answer, model: server?.info?.name ?? "nobody" }))
      )
      expect((yield* server.ask(method, hello)).result).toMatchObject({ model: "questioner" })
    }))

  it.effect("is asked no more often at a time than the limits of the connection say; others wait or are refused (SAMP-24)", () =>
    Effect.gen(function*() {
      let running = 0
      let most = 0
      const { server } = yield* Questioner.open(
        Client.sampling(() =>
          Effect.andThen(
            Effect.sync(() => {
              most = Math.max(most, ++running)
            }),
            Effect.as(Effect.ensuring(Effect.yieldNow, Effect.sync(() => running--)), answer)
          )
        ),
        { limits: { maxConcurrency: 2, maxUnanswered: 4 } }
      )
      const answers = yield* Effect.forEach(
        [1, 2, 3, 4, 5],
        () => server.ask(method, hello),
        { concurrency: "unbounded" }
      )
      expect(answers.map(({ error }) => error?.code)).toEqual([undefined, undefined, undefined, undefined, -32603])
      expect(most).toBe(2)
    }))
})

describe("a language model", () => {
  const model = (
    reply: Partial<LanguageModel.Reply>,
    prompts: Array<LanguageModel.Prompt> = []
  ): LanguageModel.LanguageModel<never, never> => ({
    name: "test-1",
    tools: true,
    generate: (prompt) =>
      Effect.sync(() => {
        prompts.push(prompt)
        return { text: "", ...reply }
      })
  })

  it.effect("is given the conversation and its settings, and no more tokens than the server allows (SAMP-3, SAMP-7)", () =>
    Effect.gen(function*() {
      const prompts: Array<LanguageModel.Prompt> = []
      const { server } = yield* Questioner.open(Client.languageModel(model({ text: "Hi" }, prompts)))
      const tools = [{ name: "look", inputSchema: { type: "object" } }]
      yield* server.ask(method, {
        ...hello,
        systemPrompt: "Be brief",
        temperature: 0.5,
        stopSequences: ["END"],
        modelPreferences: { hints: [{ name: "test" }] },
        tools,
        toolChoice: { mode: "required" }
      })
      yield* server.ask(method, hello)
      expect(prompts).toMatchObject([
        {
          messages: hello.messages,
          maxTokens: 10,
          system: "Be brief",
          temperature: 0.5,
          stopSequences: ["END"],
          preferences: { hints: [{ name: "test" }] },
          tools,
          toolChoice: "required",
          server: { info: { name: "questioner" } }
        },
        { maxTokens: 10, system: undefined, temperature: undefined, stopSequences: [], tools: [], toolChoice: "auto" }
      ])
    }))

  const call = { id: "1", name: "look", params: { where: "here" } }
  const use = { type: "tool_use", id: "1", name: "look", input: { where: "here" } }

  it.effect.each<[Partial<LanguageModel.Reply>, object]>([
    [{ text: "Hi" }, { content: text("Hi"), model: "test-1" }],
    [{ text: "" }, { content: text(""), model: "test-1" }],
    [{ text: "Hi", finishReason: "stop", model: "test-1-mini" }, {
      content: text("Hi"),
      model: "test-1-mini",
      stopReason: "endTurn"
    }],
    [{ text: "Hi", finishReason: "length" }, { content: text("Hi"), model: "test-1", stopReason: "maxTokens" }],
    [{ text: "Hi", finishReason: "refused" }, { content: text("Hi"), model: "test-1", stopReason: "refused" }],
    [{ toolCalls: [call] }, { content: use, model: "test-1", stopReason: "toolUse" }],
    [{ text: "I look", toolCalls: [call, { ...call, id: "2" }], finishReason: "tool-calls" }, {
      content: [text("I look"), use, { ...use, id: "2" }],
      model: "test-1",
      stopReason: "toolUse"
    }]
  ])("says %j, which the server is told as %j (SAMP-5, SAMP-6)", ([reply, result]) =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.languageModel(model(reply)))
      expect((yield* server.ask(method, hello)).result).toEqual({ role: "assistant", ...result })
    }))

  it.effect("that fails is logged, and the server learns nothing of it but what is meant for it", () =>
    Effect.gen(function*() {
      const logged: Array<string> = []
      yield* Effect.gen(function*() {
        const failing = (error: unknown) => Client.languageModel({ name: "test-1", generate: () => Effect.fail(error) })
        const ask = (error: unknown) =>
          Effect.flatMap(Questioner.open(failing(error)), ({ server }) => server.ask(method, hello))
        expect((yield* ask({ key: "sk-123" })).error).toEqual({ code: -32603, message: "Internal error" })
        expect((yield* ask(new Client.Rejected())).error).toMatchObject({ code: -1 })
        expect((yield* ask(ProtocolError.application(42, "Later"))).error).toEqual({ code: 42, message: "Later" })
      }).pipe(logging(logged))
      expect(logged.length).toBe(1)
      expect(logged[0]).toContain("The model test-1 gave no answer")
    }))
})

describe("preferences for a model", () => {
  const large = { name: "Claude-Opus-5", intelligence: 1, speed: 0.2, cost: 0.1 }
  const small = { name: "claude-haiku-5", intelligence: 0.4, speed: 0.9, cost: 0.8, aliases: ["gemini-flash"] }
  const local = { name: "llama-4", intelligence: 0.3, speed: 0.5, cost: 1 }
  const choose = (preferences: CreateMessageParams["modelPreferences"]) =>
    ModelPreferences.choose([large, small, local], preferences)?.name

  it("take the first hint that is part of a name, in any case (SAMP-9)", () => {
    expect(choose({ hints: [{ name: "gpt" }, { name: "HAIKU" }, { name: "opus" }] })).toBe(small.name)
    expect(choose({ hints: [{}, { name: "" }, { name: "llama" }] })).toBe(local.name)
  })

  it("go before the priorities, which choose among what a hint leaves open (SAMP-10)", () => {
    expect(choose({ hints: [{ name: "llama" }], intelligencePriority: 1 })).toBe(local.name)
    expect(choose({ hints: [{ name: "claude" }], speedPriority: 1 })).toBe(small.name)
    expect(choose({ hints: [{ name: "claude" }] })).toBe(large.name)
  })

  it("may mean a model of somebody else's (SAMP-11)", () => {
    expect(choose({ hints: [{ name: "gemini" }] })).toBe(small.name)
  })

  it("weigh what matters where no hint helps, and the first model is the one for nothing in particular (SAMP-10)", () => {
    expect(choose({ costPriority: 1 })).toBe(local.name)
    expect(choose({ hints: [{ name: "gpt" }], intelligencePriority: 0.9, costPriority: 0.1 })).toBe(large.name)
    expect(choose({ speedPriority: 0.5, costPriority: 0.4 })).toBe(small.name)
    expect(choose(undefined)).toBe(large.name)
    expect(choose({})).toBe(large.name)
    expect(ModelPreferences.choose([], { hints: [{ name: "opus" }], costPriority: 1 })).toBeUndefined()
  })
})
