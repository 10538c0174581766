import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Client from "../src/Client.ts"
import * as Elicitation from "../src/Elicitation.ts"
import * as Journal from "../src/Journal.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Prompt from "../src/Prompt.ts"
import * as Resource from "../src/Resource.ts"
import * as Roots from "../src/Roots.ts"
import * as Sampling from "../src/Sampling.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

const say = (text: string) =>
  Effect.map(
    Sampling.createMessage({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 10 }),
    ({ model }) => model
  )

// A user who cannot be asked with a form is asked by way of the model.
const ask = (message: string) =>
  Effect.catch(
    Effect.map(
      Elicitation.form({ message, fields: { answer: Schema.String } }),
      (answer): string => answer.action === "accept" ? answer.content.answer : answer.action
    ),
    () => say(message)
  )

/** One handler, for every revision. */
const plan = (bookings: Array<string>) =>
  Effect.gen(function*() {
    const [first] = yield* Roots.list
    const booking = yield* Journal.once(
      "booking",
      { success: Schema.Int },
      Effect.sync(() => bookings.push("a table"))
    )
    const [title, colour] = yield* Effect.all([ask("Title?"), ask("Colour?")], { concurrency: "unbounded" })
    const more = title === "Title!" ? yield* ask(`More for ${title}?`) : "none"
    return JSON.stringify({ root: first?.uri, isBooked: booking > 0, title, colour, more })
  })

const expected = JSON.stringify({
  root: "file:///work",
  isBooked: true,
  title: "Title!",
  colour: "Colour!",
  more: "More for Title!!"
})

const serving = (bookings: Array<string>) =>
  Conversation.withServer(Layer.mergeAll(
    Server.tool(Tool.make("plan"), () => plan(bookings)),
    Server.prompt(Prompt.make("plan"), () => plan(bookings)),
    Server.resource(Resource.make("app://plan", { name: "plan" }), () => plan(bookings))
  ))

const calls = [
  ["tools/call", { name: "plan", arguments: {} }],
  ["prompts/get", { name: "plan" }],
  ["resources/read", { uri: "app://plan" }]
] as const

const answerTo = (question: string) => question.replace("?", "!")

const roots = { roots: [{ uri: "file:///work" }] }

const model = (question: string) => ({
  role: "assistant" as const,
  content: { type: "text" as const, text: "" },
  model: answerTo(question)
})

describe("one handler", () => {
  it.effect.each<[string, boolean]>([
    ["2024-11-05", false],
    ["2025-03-26", false],
    ["2025-06-18", true],
    ["2025-11-25", true],
    ["2026-07-28", false],
    ["2026-07-28", true]
  ])("has the same result for a client of %s", ([protocolVersion, canElicit]) => {
    const bookings: Array<string> = []
    return serving(bookings)(Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "five" }), Transport, far))
      const elicited: Array<string> = []
      const client = yield* Client.make(
        { name: "five", version: "1.0.0", transport: near, versions: [protocolVersion] },
        Layer.mergeAll(
          Client.roots(roots.roots),
          Client.sampling(({ messages: [message] }) =>
            Effect.succeed(model((message!.content as { text: string }).text))
          ),
          canElicit
            ? Client.elicitation({
              form: ({ message }) =>
                Effect.sync(() => {
                  elicited.push(message)
                  return { action: "accept", content: { answer: answerTo(message) } }
                })
            })
            : Layer.empty
        )
      )
      expect(client.server.protocolVersion).toBe(protocolVersion)
      for (const [method, params] of calls) {
        const result = yield* client.request(method, params as never)
        expect(JSON.stringify(result)).toContain(JSON.stringify(expected).slice(1, -1))
      }
      expect(elicited.length).toBe(canElicit ? 9 : 0)
      expect(bookings.length).toBe(3)
    }))
  })

  it.effect.each<[string, boolean]>([
    ["2026-07-28", true],
    ["2026-07-28", false]
  ])(
    "has the same result in rounds of %s, by forms or by the model alone",
    ([version, canElicit]) => {
      const bookings: Array<string> = []
      return serving(bookings)(Effect.gen(function*() {
        const capabilities = { roots: {}, sampling: {}, ...(canElicit ? { elicitation: {} } : undefined) }
        for (const open of [StatelessConversation.open, StatelessConversation.connect]) {
          const client = yield* open({ version, capabilities })
          for (const [method, params] of calls) {
            const { answer, rounds } = yield* client.converse(method, params, ({ method, params }) => {
              if (method === "roots/list") return roots
              if (method === "elicitation/create") {
                return { action: "accept", content: { answer: answerTo(params["message"] as string) } }
              }
              const [message] = params["messages"] as ReadonlyArray<{ content: { text: string } }>
              return model(message!.content.text)
            })
            expect(JSON.stringify(answer.result)).toContain(JSON.stringify(expected).slice(1, -1))
            const ask = canElicit ? "elicitation/create" : "sampling/createMessage"
            expect(rounds.map((round) => round.map(({ method }) => method))).toEqual([["roots/list"], [ask, ask], [
              ask
            ]])
          }
          expect(bookings.splice(0).length).toBe(3)
        }
      }))
    }
  )
})
