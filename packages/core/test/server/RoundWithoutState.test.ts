import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const ask = (key: string) =>
  Effect.map(
    Elicitation.form({ message: `Your ${key}?`, fields: { text: Schema.NonEmptyString } }, { key }),
    (answer) => answer.action === "accept" ? answer.content.text : answer.action
  )

const serving = Conversation.withServer(Layer.mergeAll(
  Server.tool(Tool.make("name"), () => ask("name")),
  Server.tool(Tool.make("both"), () =>
    Effect.gen(function*() {
      return `${yield* ask("name")} likes ${yield* ask("color")}`
    }))
))

const accept = (text: unknown) => ({ action: "accept", content: { text } })

const text = (message: Conversation.Message) => message.result?.["content"]

const told = (text: string) => [{ type: "text", text }]

const keys = (message: Conversation.Message) =>
  Object.keys(StatelessConversation.inputRequired(message)?.inputRequests ?? {})

describe("a call that brings answers before it was asked", () => {
  const open = StatelessConversation.open({ capabilities: { elicitation: {} } })

  it.effect("is served, and what nobody asks for is ignored (MRTR-26)", () =>
    serving(Effect.gen(function*() {
      const client = yield* open
      const inputResponses = { name: accept("Ada"), unknown: accept("x"), constructor: accept("y") }
      expect(text(yield* client.call("name", {}, { inputResponses }))).toEqual(told("Ada"))
    })))

  it.effect("is asked for the rest, and what it has brought is kept (MRTR-27)", () =>
    serving(Effect.gen(function*() {
      const client = yield* open
      const first = yield* client.call("both", {}, { inputResponses: { name: accept("Ada") } })
      expect(keys(first)).toEqual(["color"])
      const { requestState } = StatelessConversation.inputRequired(first)!
      const last = yield* client.call("both", {}, { requestState, inputResponses: { color: accept("blue") } })
      expect(text(last)).toEqual(told("Ada likes blue"))
      // brought at once, nothing is asked
      const inputResponses = { color: accept("blue"), name: accept("Ada") }
      expect(text(yield* client.call("both", {}, { inputResponses }))).toEqual(told("Ada likes blue"))
    })))

  it.effect("is asked what it has answered with something that does not fit", () =>
    serving(Effect.gen(function*() {
      const client = yield* open
      const inputResponses = { name: accept("") }
      expect(keys(yield* client.call("name", {}, { inputResponses }))).toEqual(["name"])
    })))

  it.effect("is refused when it answers a question with the result of another method (MRTR-25)", () =>
    serving(Effect.gen(function*() {
      const client = yield* open
      const refused = yield* client.call("name", {}, { inputResponses: { name: { roots: [] } } })
      expect(refused.error).toMatchObject({ code: -32602, message: expect.stringContaining("name") })
    })))

  it.effect("has only what was asked answered where it brings a state (MRTR-26)", () =>
    serving(Effect.gen(function*() {
      const client = yield* open
      const { requestState } = StatelessConversation.inputRequired(yield* client.call("both"))!
      const inputResponses = { name: accept("Ada"), color: accept("blue") }
      expect(keys(yield* client.call("both", {}, { requestState, inputResponses }))).toEqual(["color"])
    })))
})
