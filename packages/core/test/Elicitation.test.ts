import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Elicitation from "../src/Elicitation.ts"
import type { RequestedSchema } from "../src/protocol/ElicitationSchema.ts"
import * as ProtocolError from "../src/ProtocolError.ts"
import * as ElicitationSchema from "../src/schema/ElicitationSchema.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

const fields = {
  // JSON Schema counts code points, of which two UTF-16 units may be one
  name: Schema.String.check(Schema.isMinLength(2), Schema.isMaxLength(9)).annotate({
    title: "Name",
    description: "Your name"
  }),
  email: Schema.optionalKey(Schema.String.annotate({ format: "email" })),
  guests: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })).annotate({ default: 2 }),
  price: Schema.optionalKey(Schema.Finite),
  news: Schema.Boolean.annotate({ default: false }),
  color: Schema.Literals(["red", "green"]).annotate({ default: "red" }),
  meal: ElicitationSchema.choice({ veg: "Vegetarian", fish: "Fish of the day" }),
  extras: Schema.Array(Schema.Literals(["wine", "dessert"])).check(Schema.isMaxLength(2)),
  sides: Schema.optionalKey(Schema.Array(ElicitationSchema.choice({ rice: "Rice", chips: "Chips" })))
}

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("form"),
    () => Effect.map(Elicitation.form({ message: "Dinner?", fields }), (answer) => JSON.stringify(answer))
  ),
  Server.tool(Tool.make("raw", { input: { schema: Schema.Unknown } }), ({ schema }) =>
    Effect.map(
      Elicitation.rawForm({ message: "Raw?", requestedSchema: schema as RequestedSchema }),
      (answer) => JSON.stringify(answer)
    )),
  Server.tool(Tool.make("url", { input: { url: Schema.String } }), ({ url }) =>
    Effect.gen(function*() {
      const answer = yield* Elicitation.url({ message: "Pay?", url, id: "e-1" })
      yield* Elicitation.complete("e-1")
      return JSON.stringify(answer)
    })),
  Server.tool(Tool.make("required"), () =>
    Effect.fail(
      new ProtocolError.ProtocolError({
        reason: new ProtocolError.UrlElicitationRequired({
          message: "Sign in first",
          elicitations: [{ mode: "url", message: "Sign in", url: "https://example.com/in", elicitationId: "e-2" }]
        })
      })
    )),
  Server.tool(Tool.make("handled"), () =>
    Effect.catchTag(
      Effect.map(Elicitation.form({ message: "?", fields: { a: Schema.String } }), ({ action }) => action),
      "SessionError",
      (error) => Effect.succeed(error.reason._tag)
    ))
)

const serving = Conversation.withServer(features)

const both = { elicitation: { form: {}, url: {} } }
const text = (text: string) => ({ type: "text", text })

/** Calls a tool, and gives what the client was asked. */
const asked = Effect.fnUntraced(function*(name: string, args: Conversation.Json, options: Conversation.Options) {
  const conversation = yield* Conversation.open(options)
  const id = yield* conversation.ask("tools/call", { name, arguments: args })
  const request = yield* conversation.next(({ id: of, method }) => method === "elicitation/create" || of === id)
  const answer = (result: Conversation.Json) =>
    Effect.andThen(
      conversation.reply(request, result),
      Effect.map(conversation.answer(id), ({ error, result }) =>
        error ?? (result?.["isError"] === true
          ? result["content"]
          : JSON.parse((result!["content"] as [{ text: string }])[0].text)))
    )
  return { conversation, request, answer }
})

const full = {
  name: "Ada",
  guests: 3,
  price: 9.5,
  news: true,
  color: "green",
  meal: "fish",
  extras: ["wine"],
  sides: []
}

describe("forms", () => {
  it.effect("are flat schemas with every kind of field, default and choice in 2025-11-25 (ELIC-2, ELIC-4, ELIC-8, ELIC-9, ELIC-10, ELIC-12)", () =>
    Effect.gen(function*() {
      const { request } = yield* asked("form", {}, { capabilities: both })
      expect(request).toEqual({
        jsonrpc: "2.0",
        id: 0,
        method: "elicitation/create",
        params: {
          mode: "form",
          message: "Dinner?",
          requestedSchema: {
            type: "object",
            properties: {
              name: { type: "string", title: "Name", description: "Your name", minLength: 1, maxLength: 9 },
              email: { type: "string", format: "email" },
              guests: { type: "integer", minimum: 1, maximum: 8, default: 2 },
              price: { type: "number" },
              news: { type: "boolean", default: false },
              color: { type: "string", enum: ["red", "green"], default: "red" },
              meal: {
                type: "string",
                oneOf: [{ const: "veg", title: "Vegetarian" }, { const: "fish", title: "Fish of the day" }]
              },
              extras: { type: "array", items: { type: "string", enum: ["wine", "dessert"] }, maxItems: 2 },
              sides: {
                type: "array",
                items: { anyOf: [{ const: "rice", title: "Rice" }, { const: "chips", title: "Chips" }] }
              }
            },
            required: ["name", "guests", "news", "color", "meal", "extras"]
          }
        }
      })
    }).pipe(serving))

  it.effect("have no mode, one kind of choice and defaults of booleans only in 2025-06-18 (ELIC-3, ELIC-10, ELIC-11)", () =>
    Effect.gen(function*() {
      const { answer, request } = yield* asked("form", {}, { version: "2025-06-18", capabilities: { elicitation: {} } })
      const sides = { type: "string", enum: ["rice", "chips"], enumNames: ["Rice", "Chips"] }
      expect(request.params).toEqual({
        message: "Dinner?",
        requestedSchema: {
          type: "object",
          properties: {
            name: { type: "string", title: "Name", description: "Your name", minLength: 1, maxLength: 9 },
            email: { type: "string", format: "email" },
            guests: { type: "integer", minimum: 1, maximum: 8 },
            price: { type: "number" },
            news: { type: "boolean", default: false },
            color: { type: "string", enum: ["red", "green"] },
            meal: { type: "string", enum: ["veg", "fish"], enumNames: ["Vegetarian", "Fish of the day"] },
            extras: { type: "string", enum: ["wine", "dessert"] },
            sides
          },
          required: ["name", "guests", "news", "color", "meal", "extras"]
        }
      })
      // and the one choice that can be made there is a list to the handler all the same
      expect(yield* answer({ action: "accept", content: { ...full, extras: "wine", sides: "rice" } })).toEqual({
        action: "accept",
        content: { ...full, extras: ["wine"], sides: ["rice"] }
      })
    }).pipe(serving))

  it.effect("of the author's own go out as they are (ELIC-8, ELIC-12)", () =>
    Effect.gen(function*() {
      const schema = { type: "object", properties: { a: { type: "string", enum: ["x"], enumNames: ["X"] } } }
      const { answer, request } = yield* asked("raw", { schema }, { capabilities: both })
      expect(request.params?.["requestedSchema"]).toEqual(schema)
      expect(yield* answer({ action: "accept" })).toEqual({ action: "accept", content: {} })
    }).pipe(serving))

  it.effect("that are not flat are a defect of the author's, and not asked (ELIC-8, ELIC-9)", () =>
    Effect.gen(function*() {
      for (
        const schema of [
          { type: "array", items: {} },
          { type: "object", properties: { a: { type: "object", properties: {} } } },
          { type: "object", properties: { a: { type: "array", items: { type: "number" } } } },
          { type: "object", properties: { a: { type: "string", format: "password" } } }
        ]
      ) {
        const { request } = yield* asked("raw", { schema }, { capabilities: both })
        expect(request.error?.code).toBe(-32603)
      }
    }).pipe(serving, Effect.provide(Logger.layer([]))))
})

describe("answers", () => {
  it.effect("that fit reach the handler decoded (ELIC-14, ELIC-20)", () =>
    Effect.gen(function*() {
      const { answer } = yield* asked("form", {}, { capabilities: { elicitation: {} } })
      expect(yield* answer({ action: "accept", content: { ...full, unasked: "x" } })).toEqual({
        action: "accept",
        content: full
      })
    }).pipe(serving))

  it.effect.each(["decline", "cancel"])(
    "%s is an answer, not a failure (ELIC-14, ELIC-16)",
    (action) =>
      Effect.gen(function*() {
        const { answer } = yield* asked("form", {}, { capabilities: both })
        expect(yield* answer({ action, content: { name: 5 } })).toEqual({ action })
      }).pipe(serving)
  )

  it.effect.each<[string, Conversation.Json]>([
    ["nothing", {}],
    ["a name too short", { ...full, name: "A" }],
    ["too many guests", { ...full, guests: 9 }],
    ["half a guest", { ...full, guests: 1.5 }],
    ["a number as text", { ...full, guests: "3" }],
    ["another color", { ...full, color: "blue" }],
    ["another extra", { ...full, extras: ["beer"] }],
    ["a list where one is", { ...full, meal: ["fish"] }]
  ])(
    "that do not fit (%s) are refused on receipt, and say why (ELIC-16, ELIC-20)",
    ([, content]) =>
      Effect.gen(function*() {
        const { answer } = yield* asked("form", {}, { capabilities: both })
        expect(yield* answer({ action: "accept", content })).toEqual([
          text(expect.stringMatching(/^The answer to elicitation\/create does not fit: ./))
        ])
      }).pipe(serving)
  )

  it.effect("refusal, nonsense and silence are failures that a handler can handle (ELIC-16)", () =>
    Effect.gen(function*() {
      const outcome = Effect.fnUntraced(function*(
        then: (conversation: Conversation.Conversation, request: Conversation.Message) => Effect.Effect<void>
      ) {
        const conversation = yield* Conversation.open({ capabilities: both })
        const id = yield* conversation.ask("tools/call", { name: "handled" })
        yield* then(conversation, yield* conversation.next("elicitation/create"))
        return (yield* conversation.answer(id)).result?.["content"]
      })
      expect(yield* outcome((client, request) => client.refuse(request, -32603, "no screen"))).toEqual([
        text("ErrorAnswer")
      ])
      expect(yield* outcome((client, request) => client.reply(request, { action: "perhaps" }))).toEqual([
        text("InvalidAnswer")
      ])
      expect(yield* outcome((client, request) => client.reply(request, { action: "accept", content: { a: { b: 1 } } })))
        .toEqual([text("InvalidAnswer")])
      expect(yield* outcome(() => Effect.andThen(Conversation.settle, TestClock.adjust("10 minutes")))).toEqual([
        text("RequestTimeout")
      ])
    }).pipe(serving))

  it.effect("cancelling the call takes back the question", () =>
    Effect.gen(function*() {
      const { conversation, request } = yield* asked("form", {}, { capabilities: both })
      yield* conversation.notify("notifications/cancelled", { requestId: 2 })
      expect((yield* conversation.next("notifications/cancelled")).params).toEqual({ requestId: request.id })
      yield* conversation.reply(request, { action: "accept", content: full })
      yield* Conversation.settle
      expect(conversation.connected.size()).toEqual({ inbound: 0, outbound: 0 })
    }).pipe(serving))
})

describe("URLs", () => {
  const url = "https://example.com/pay?order=1"

  it.effect("have a mode, a message, the URL and an id (ELIC-4, ELIC-22, ELIC-23)", () =>
    Effect.gen(function*() {
      const { answer, conversation, request } = yield* asked("url", { url }, { capabilities: both })
      expect(request.params).toEqual({ mode: "url", message: "Pay?", url, elicitationId: "e-1" })
      expect(yield* answer({ action: "accept" })).toEqual({ action: "accept" })
      // consent is not completion: that is told apart (ELIC-15, ELIC-25)
      expect(conversation.all("notifications/elicitation/complete").map(({ params }) => params)).toEqual([
        { elicitationId: "e-1" }
      ])
    }).pipe(serving))

  it.effect("that are no URLs are not sent (ELIC-22)", () =>
    Effect.gen(function*() {
      for (const url of ["", "example.com", "/pay", "https://example.com/a b"]) {
        const { request } = yield* asked("url", { url }, { capabilities: both })
        expect(request.result).toEqual({ content: [text("The URL to send the user to is not a URL")], isError: true })
      }
    }).pipe(serving))

  it.effect("completion is told to the client that was asked, and to no other (ELIC-26)", () =>
    Effect.gen(function*() {
      const other = yield* Conversation.open({ capabilities: both })
      const { answer, conversation } = yield* asked("url", { url }, { capabilities: both })
      yield* answer({ action: "decline" })
      yield* Conversation.settle
      expect(conversation.all("notifications/elicitation/complete")).toHaveLength(1)
      expect(other.all("notifications/elicitation/complete")).toEqual([])
    }).pipe(serving))
})

describe("modes", () => {
  it.effect.each<[string, string, Conversation.Json, string]>([
    ["form", "url alone", { elicitation: { url: {} } }, "elicitation.form"],
    ["url", "nothing said of modes", { elicitation: {} }, "elicitation.url"],
    ["url", "form alone", { elicitation: { form: {} } }, "elicitation.url"],
    ["form", "no elicitation", {}, "elicitation"],
    ["url", "no elicitation", {}, "elicitation.url"]
  ])(
    "%s is not asked of a client with %s (ELIC-6, INIT-15)",
    ([tool, , capabilities, capability]) =>
      Effect.gen(function*() {
        const { request } = yield* asked(tool, { url: "https://example.com" }, { capabilities })
        expect(request.result).toEqual({
          content: [text(`The other side did not declare the capability ${capability}`)],
          isError: true
        })
      }).pipe(serving)
  )

  it.effect("a client that says nothing of modes has forms (ELIC-6)", () =>
    Effect.gen(function*() {
      const { answer } = yield* asked("form", {}, { capabilities: { elicitation: {} } })
      expect(yield* answer({ action: "decline" })).toEqual({ action: "decline" })
    }).pipe(serving))

  it.effect("a revision without URLs is not sent any, whatever the client declared (ELIC-3, INIT-15)", () =>
    Effect.gen(function*() {
      const { request } = yield* asked("url", { url: "https://example.com" }, {
        version: "2025-06-18",
        capabilities: both
      })
      expect(request.method).toBeUndefined()
      expect(request.result).toEqual({
        isError: true,
        content: [{ type: "text", text: "The other side did not declare the capability elicitation.url" }]
      })
    }).pipe(serving, Effect.provide(Logger.layer([]))))
})

describe("-32042", () => {
  it.effect("says which URLs a request waits for (ELIC-29, ELIC-30)", () =>
    Effect.gen(function*() {
      const { request } = yield* asked("required", {}, { capabilities: both })
      expect(request.error).toEqual({
        code: -32042,
        message: "Sign in first",
        data: {
          elicitations: [{ mode: "url", message: "Sign in", url: "https://example.com/in", elicitationId: "e-2" }]
        }
      })
    }).pipe(serving))

  it.effect("is not said to a client or in a revision that knows no URLs (ELIC-6, ELIC-30)", () =>
    Effect.gen(function*() {
      for (
        const options of [
          { capabilities: { elicitation: {} } },
          { capabilities: {} },
          { version: "2025-06-18", capabilities: both },
          { version: "2024-11-05" }
        ]
      ) {
        const { request } = yield* asked("required", {}, options)
        expect(request.error).toEqual({ code: -32603, message: "Sign in first" })
      }
    }).pipe(serving))
})
