import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Roots from "../src/Roots.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

const serving = Conversation.withServer(Layer.merge(
  Server.tool(Tool.make("roots"), () => Effect.map(Roots.list, (roots) => JSON.stringify(roots))),
  Server.tool(
    Tool.make("patient"),
    () => Effect.map(Roots.listWith({ key: "where", timeout: "2 seconds" }), (roots) => JSON.stringify(roots))
  )
))

const text = (value: unknown) => [{ type: "text", text: typeof value === "string" ? value : JSON.stringify(value) }]

const home = { uri: "file:///home/ada", name: "Home" }
const work = { uri: "file:///work" }

/** Calls the tool and answers the question, if there is one. */
const roots = Effect.fnUntraced(function*(
  conversation: Conversation.Conversation,
  answer: (request: Conversation.Message) => Effect.Effect<void>
) {
  const id = yield* conversation.ask("tools/call", { name: "roots" })
  const message = yield* conversation.next(({ id: of, method }) => method === "roots/list" || of === id)
  if (message.method === undefined) return { asked: false, content: message.result?.["content"] }
  yield* answer(message)
  return { asked: true, content: (yield* conversation.answer(id)).result?.["content"] }
})

describe("roots", () => {
  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "are asked for with roots/list in %s (ROOT-2)",
    (version) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ version, capabilities: { roots: {} } })
        const seen = yield* roots(conversation, (request) => {
          expect(request).toEqual({ jsonrpc: "2.0", id: 0, method: "roots/list", params: {} })
          return conversation.reply(request, { roots: [home, work] })
        })
        expect(seen).toEqual({ asked: true, content: text([home, work]) })
      }).pipe(serving)
  )

  it.effect("are asked for under a key, and not waited for longer than is said (MRTR-4, CANC-15)", () =>
    Effect.gen(function*() {
      const rounds = yield* StatelessConversation.open({ capabilities: { roots: {} } })
      const { result } = yield* rounds.call("patient")
      expect(result?.["inputRequests"]).toEqual({ where: { method: "roots/list", params: {} } })
      const conversation = yield* Conversation.open({ capabilities: { roots: {} } })
      const id = yield* conversation.ask("tools/call", { name: "patient" })
      yield* conversation.next(({ method }) => method === "roots/list")
      yield* TestClock.adjust("2 seconds")
      expect((yield* conversation.answer(id)).result).toMatchObject({ isError: true })
    }).pipe(serving))

  it.effect("are remembered for a client that says when they change, until it does (ROOT-4, ROOT-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { roots: { listChanged: true } } })
      const answering = (answer: ReadonlyArray<object>) => (request: Conversation.Message) =>
        conversation.reply(request, { roots: answer })
      expect(yield* roots(conversation, answering([home]))).toEqual({ asked: true, content: text([home]) })
      expect(yield* roots(conversation, answering([]))).toEqual({ asked: false, content: text([home]) })
      yield* conversation.notify("notifications/roots/list_changed")
      yield* Conversation.settle
      expect(yield* roots(conversation, answering([work]))).toEqual({ asked: true, content: text([work]) })
      expect(yield* roots(conversation, answering([]))).toEqual({ asked: false, content: text([work]) })
    }).pipe(serving))

  it.effect("that changed while they were asked for are not remembered (ROOT-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { roots: { listChanged: true } } })
      yield* roots(conversation, (request) =>
        Effect.andThen(
          Effect.andThen(conversation.notify("notifications/roots/list_changed"), Conversation.settle),
          conversation.reply(request, { roots: [home] })
        ))
      const seen = yield* roots(conversation, (request) => conversation.reply(request, { roots: [work] }))
      expect(seen).toEqual({ asked: true, content: text([work]) })
    }).pipe(serving))

  it.effect("are asked for every time of a client that does not say when they change (ROOT-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { roots: {} } })
      for (const answer of [[home], [work]]) {
        expect(yield* roots(conversation, (request) => conversation.reply(request, { roots: answer }))).toEqual({
          asked: true,
          content: text(answer)
        })
      }
    }).pipe(serving))

  it.effect("of one session are not another's", () =>
    Effect.gen(function*() {
      const capabilities = { roots: { listChanged: true } }
      const [one, two] = [yield* Conversation.open({ capabilities }), yield* Conversation.open({ capabilities })]
      yield* roots(one, (request) => one.reply(request, { roots: [home] }))
      expect(yield* roots(two, (request) => two.reply(request, { roots: [work] }))).toEqual({
        asked: true,
        content: text([work])
      })
    }).pipe(serving))

  it.effect("that a client cannot tell, or that are none, are failures the handler sees (ROOT-6, ROOT-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { roots: {} } })
      const refused = yield* roots(
        conversation,
        (request) => conversation.refuse(request, -32601, "Roots not supported")
      )
      expect(refused.content).toEqual(text("Roots not supported"))
      for (const answer of [{}, { roots: {} }, { roots: [{ name: "no uri" }] }]) {
        const { content } = yield* roots(conversation, (request) => conversation.reply(request, answer))
        expect(content).toEqual([{
          type: "text",
          text: expect.stringMatching(/^The answer to roots\/list does not fit: roots/)
        }])
      }
    }).pipe(serving))
})
