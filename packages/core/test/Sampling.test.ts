import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import type { CreateMessageParams } from "../src/protocol/Sampling.ts"
import * as Sampling from "../src/Sampling.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const features = Layer.mergeAll(
  // the params come from the test as they are, checked by nobody but the server
  Server.tool(
    Tool.make("sample", { input: { params: Schema.Unknown } }),
    ({ params }) =>
      Effect.map(Sampling.createMessage(params as CreateMessageParams), (answer) => JSON.stringify(answer))
  ),
  Server.tool(Tool.make("handled"), () =>
    Effect.catchTag(
      Effect.map(Sampling.createMessage({ messages: [], maxTokens: 1 }), () => "answered"),
      "SessionError",
      (error) => Effect.succeed(error.reason._tag)
    ))
)

const serving = Conversation.withServer(features)

const user = (content: unknown) => ({ role: "user", content })
const assistant = (content: unknown) => ({ role: "assistant", content })
const text = (text: string) => ({ type: "text", text })
const use = (id: string) => ({ type: "tool_use", id, name: "t", input: {} })
const result = (toolUseId: string) => ({ type: "tool_result", toolUseId, content: [text("r")] })

const sampling = { sampling: { tools: {}, context: {} } }

/** What the client was asked, or the text of the refusal. */
const asked = Effect.fnUntraced(function*(
  params: Conversation.Json,
  options: Conversation.Options = { capabilities: sampling }
) {
  const conversation = yield* Conversation.open(options)
  const id = yield* conversation.ask("tools/call", { name: "sample", arguments: { params } })
  const message = yield* conversation.next(({ id: of, method }) => method === "sampling/createMessage" || of === id)
  return message.method === undefined ? message.result ?? message.error : message.params
})

const refused = (message: string) => ({ content: [text(message)], isError: true })

describe("sampling/createMessage", () => {
  it.effect("asks with all that the author gives, and hands the answer back (SAMP-2, SAMP-3, SAMP-6, SAMP-17)", () =>
    Effect.gen(function*() {
      const params = {
        messages: [user(text("hi"))],
        maxTokens: 10,
        modelPreferences: {
          hints: [{ name: "a" }, { name: "b" }],
          costPriority: 0,
          speedPriority: 0.5,
          intelligencePriority: 1
        },
        systemPrompt: "Be kind",
        includeContext: "thisServer",
        temperature: 0.5,
        stopSequences: ["."],
        metadata: { a: 1 },
        tools: [{ name: "t", inputSchema: { type: "object" } }],
        toolChoice: { mode: "required" }
      }
      const conversation = yield* Conversation.open({ capabilities: sampling })
      const id = yield* conversation.ask("tools/call", { name: "sample", arguments: { params } })
      const request = yield* conversation.next("sampling/createMessage")
      expect(request).toEqual({ jsonrpc: "2.0", id: 0, method: "sampling/createMessage", params })
      const answer = { role: "assistant", content: text("hello"), model: "m", stopReason: "endTurn" }
      yield* conversation.reply(request, answer)
      expect((yield* conversation.answer(id)).result).toEqual({ content: [text(JSON.stringify(answer))] })
    }).pipe(serving))

  it.effect("an answer may be several blocks, with tool use, in 2025-11-25 (SAMP-5, SAMP-6, CONT-6)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: sampling })
      const id = yield* conversation.ask("tools/call", {
        name: "sample",
        arguments: { params: { messages: [], maxTokens: 1 } }
      })
      const answer = { role: "assistant", content: [text("a"), use("1")], model: "m", stopReason: "toolUse" }
      yield* conversation.reply(yield* conversation.next("sampling/createMessage"), answer)
      expect((yield* conversation.answer(id)).result).toEqual({ content: [text(JSON.stringify(answer))] })
    }).pipe(serving))

  it.effect("a conversation with tools goes out as it is in 2025-11-25 (SAMP-5, SAMP-18, SAMP-19, CONT-6)", () =>
    Effect.gen(function*() {
      const messages = [
        user(text("hi")),
        assistant([text("let me see"), use("1"), use("2")]),
        user([result("2"), result("1")]),
        assistant(use("3")),
        user(result("3"))
      ]
      expect(yield* asked({ messages, maxTokens: 1 })).toEqual({ messages, maxTokens: 1 })
    }).pipe(serving))

  it.effect("messages have one block of text, image or, from 2025-03-26, audio before 2025-11-25 (SAMP-4)", () =>
    Effect.gen(function*() {
      const image = { type: "image", data: "aGk=", mimeType: "image/png" }
      const audio = { type: "audio", data: "aGk=", mimeType: "audio/wav" }
      const messages = [user([text("a"), image]), user(audio)]
      const sent = yield* Effect.forEach(sessionEra, (version) =>
        Effect.map(
          asked({ messages, maxTokens: 1 }, { version, capabilities: { sampling: {} } }),
          (params) => (params as { readonly messages: unknown }).messages
        ))
      expect(sent).toEqual([
        [user(text("a")), user(image), user(text("[audio/wav]"))],
        [user(text("a")), user(image), user(audio)],
        [user(text("a")), user(image), user(audio)],
        messages
      ])
    }).pipe(serving))

  it.effect.each([{ tools: [] }, { toolChoice: { mode: "auto" } }, {
    tools: [{ name: "t", inputSchema: { type: "object" } }]
  }])(
    "%j is not sent to a client without sampling.tools (SAMP-15, INIT-15)",
    (offer) =>
      Effect.gen(function*() {
        for (
          const options of [{ capabilities: { sampling: {} } }, {
            version: "2025-06-18",
            capabilities: { sampling: {} }
          }]
        ) {
          expect(yield* asked({ messages: [], maxTokens: 1, ...offer }, options)).toEqual(
            refused("The other side did not declare the capability sampling.tools")
          )
        }
      }).pipe(serving)
  )

  it.effect("other context than none is left out unless sampling.context was declared (SAMP-21)", () =>
    Effect.gen(function*() {
      const params = { messages: [], maxTokens: 1, includeContext: "allServers" }
      expect(yield* asked(params, { capabilities: { sampling: {} } })).toEqual({ messages: [], maxTokens: 1 })
      expect(yield* asked(params)).toEqual(params)
    }).pipe(serving))

  it.effect.each<[string, ReadonlyArray<unknown>]>([
    ["a result beside text", [assistant(use("1")), user([result("1"), text("x")])]],
    ["a result beside a use", [assistant(use("1")), user([result("1"), use("2")])]],
    ["a result of the assistant's", [assistant(use("1")), assistant(result("1"))]],
    ["a use of the user's", [user(use("1")), user(result("1"))]],
    ["a use without its result", [assistant(use("1")), user(text("x"))]],
    ["a use at the end", [user(text("x")), assistant(use("1"))]],
    ["one result of two", [assistant([use("1"), use("2")]), user(result("1"))]],
    ["a result of another use", [assistant(use("1")), user(result("2"))]],
    ["a result of no use", [user(result("1"))]],
    ["a result too late", [assistant(use("1")), assistant(text("x")), user(result("1"))]],
    ["a result twice", [assistant(use("1")), user(result("1")), user(result("1"))]]
  ])("%s is not sent (SAMP-18, SAMP-19)", ([, messages]) =>
    Effect.gen(function*() {
      const answer = yield* asked({ messages, maxTokens: 1 })
      expect(answer).toMatchObject({ isError: true })
      expect(answer).not.toHaveProperty("messages")
      // the same without any declared context: the rule holds on every way out
      const plain = yield* asked({ messages, maxTokens: 1, includeContext: "thisServer" }, {
        capabilities: { sampling: {} }
      })
      expect(plain).toMatchObject({ isError: true })
    }).pipe(serving))

  it.effect("what is no request at all is a defect of the author's and not sent (SAMP-3)", () =>
    Effect.gen(function*() {
      for (
        const params of [{ messages: [] }, { messages: [], maxTokens: 1.5 }, {
          messages: [],
          maxTokens: 1,
          toolChoice: { mode: "maybe" }
        }]
      ) {
        expect(yield* asked(params)).toMatchObject({ code: -32603 })
      }
    }).pipe(serving))

  it.effect("a refusal, a wrong answer, silence and the end of the connection are failures that a handler can handle", () =>
    Effect.gen(function*() {
      const ask = Effect.fnUntraced(
        function*(
          then: (conversation: Conversation.Conversation, request: Conversation.Message) => Effect.Effect<void>
        ) {
          const conversation = yield* Conversation.open({ capabilities: sampling })
          const id = yield* conversation.ask("tools/call", { name: "handled" })
          yield* then(conversation, yield* conversation.next("sampling/createMessage"))
          return (yield* conversation.answer(id)).result?.["content"]
        }
      )
      expect(yield* ask((client, request) => client.refuse(request, -1, "User rejected sampling request"))).toEqual([
        text("ErrorAnswer")
      ])
      expect(yield* ask((client, request) => client.reply(request, { role: "assistant" }))).toEqual([
        text("InvalidAnswer")
      ])
      expect(yield* ask(() => Effect.andThen(Conversation.settle, TestClock.adjust("10 minutes")))).toEqual([
        text("RequestTimeout")
      ])
    }).pipe(serving))
})
