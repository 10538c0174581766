import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Prompt from "../../src/Prompt.ts"
import type { PromptMessage } from "../../src/protocol/Prompt.ts"
import * as Server from "../../src/Server.ts"
import * as Conversation from "../Conversation.ts"

const sessionEra = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

const Review = Prompt.make("review", {
  title: "Review",
  description: "Reviews code",
  arguments: {
    code: Schema.String.annotate({ title: "Code", description: "The code" }),
    lines: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
    strict: Schema.optionalKey(Schema.Boolean)
  },
  icons: [{ src: "https://example.com/i.png" }],
  meta: { "com.example/a": 1 }
})

let runs = 0

const features = Layer.mergeAll(
  Server.prompt(Review, ({ code, lines, strict }) =>
    Effect.sync(() => {
      runs++
      return `${code} ${lines === undefined ? "-" : lines + 1} ${strict === undefined ? "-" : !strict}`
    })),
  Server.prompt(Prompt.make("talk"), () =>
    Effect.succeed([
      Prompt.user("hi"),
      Prompt.assistant({ type: "image", data: "aGk=", mimeType: "image/png" }),
      Prompt.user({ type: "resource", resource: { uri: "test:r", mimeType: "text/plain", text: "r" } }),
      Prompt.user({ type: "resource", resource: { uri: "test:b", mimeType: "application/octet-stream", blob: "aGk=" } })
    ])),
  Server.prompt(
    Prompt.make("described", { description: "as declared" }),
    () => Effect.succeed({ description: "as answered", messages: [Prompt.user("hi")] })
  ),
  Server.prompt(Prompt.make("wrong", { arguments: { kind: Schema.String } }), ({ kind }) =>
    // what types would have refused
    Effect.succeed([{ role: "user", content: wrong[kind] } as unknown as PromptMessage])),
  Server.prompt(Prompt.make("dies"), () => Effect.die(new Error("hunter2"))),
  Server.prompt(Prompt.make("hidden"), () => Effect.succeed("secret"), {
    visible: (session) => session.clientInfo?.name === "admin"
  })
)

const wrong: Record<string, unknown> = {
  "no uri": { type: "resource", resource: { text: "r" } },
  "no contents": { type: "resource", resource: { uri: "test:r" } },
  "list": [{ type: "text", text: "r" }],
  "text": "r"
}

const serving = Conversation.withServer(features)

const get = (conversation: Conversation.Conversation, name: string, args?: Conversation.Json) =>
  Effect.map(
    conversation.request("prompts/get", args === undefined ? { name } : { name, arguments: args }),
    ({ error, result }) => error ?? result
  )

describe("prompts/list", () => {
  const listed = (version: string) =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ version })
      const { result } = yield* conversation.request("prompts/list")
      return result?.["prompts"] as ReadonlyArray<Conversation.Json>
    }).pipe(serving)

  it.effect("tells all that is known of a prompt (PROM-1, PROM-4)", () =>
    Effect.gen(function*() {
      const prompts = yield* listed("2025-11-25")
      expect(prompts.map((prompt) => prompt["name"])).toEqual(["review", "talk", "described", "wrong", "dies"])
      expect(prompts[0]).toEqual({
        name: "review",
        title: "Review",
        description: "Reviews code",
        arguments: [
          { name: "code", title: "Code", description: "The code", required: true },
          { name: "lines", required: false },
          { name: "strict", required: false }
        ],
        icons: [{ src: "https://example.com/i.png" }],
        _meta: { "com.example/a": 1 }
      })
    }))

  it.effect("tells each revision what it knows of a prompt (PROM-4)", () =>
    Effect.gen(function*() {
      const members = yield* Effect.forEach(
        sessionEra,
        (version) => Effect.map(listed(version), ([prompt]) => Object.keys(prompt!).sort())
      )
      expect(members).toEqual([
        ["arguments", "description", "name"],
        ["arguments", "description", "name"],
        ["_meta", "arguments", "description", "name", "title"],
        ["_meta", "arguments", "description", "icons", "name", "title"]
      ])
    }))
})

describe("prompts/get", () => {
  it.effect("decodes arguments from text by their Schemas (PROM-5, PROM-8, PROM-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const answered = (text: string) => ({
        description: "Reviews code",
        messages: [{ role: "user", content: { type: "text", text } }]
      })
      expect(yield* get(conversation, "review", { code: "x", lines: "41", strict: "true" })).toEqual(
        answered("x 42 false")
      )
      expect(yield* get(conversation, "review", { code: "5" })).toEqual(answered("5 - -"))
    }).pipe(serving))

  it.effect(
    "refuses arguments that do not fit, and the handler never sees them (PROM-7, PROM-8, PROM-9)",
    () =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ version: "2025-06-18" })
        const before = runs
        for (
          const args of [{}, { code: "x", lines: "many" }, { code: "x", lines: "0" }, { code: "x", strict: "maybe" }, {
            code: "x",
            lines: "1.5"
          }]
        ) {
          expect(yield* get(conversation, "review", args)).toEqual({
            code: -32602,
            message: expect.stringMatching(/^Invalid arguments for prompt review: [^\n]+$/)
          })
        }
        // values that are no text break the request itself
        expect(yield* get(conversation, "review", { code: 5 })).toMatchObject({ code: -32602 })
        expect(yield* get(conversation, "review", { code: null })).toMatchObject({ code: -32602 })
        expect(runs).toBe(before)
      }).pipe(serving),
    { concurrent: false }
  )

  it.effect("answers with messages of one block each (PROM-6, CONT-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* get(conversation, "talk")).toEqual({
        messages: [
          { role: "user", content: { type: "text", text: "hi" } },
          { role: "assistant", content: { type: "image", data: "aGk=", mimeType: "image/png" } },
          {
            role: "user",
            content: { type: "resource", resource: { uri: "test:r", mimeType: "text/plain", text: "r" } }
          },
          {
            role: "user",
            content: {
              type: "resource",
              resource: { uri: "test:b", mimeType: "application/octet-stream", blob: "aGk=" }
            }
          }
        ]
      })
      expect(yield* get(conversation, "described")).toEqual({
        description: "as answered",
        messages: [{ role: "user", content: { type: "text", text: "hi" } }]
      })
    }).pipe(serving))

  it.effect.each(Object.keys(wrong))(
    "never sends content with %s: it is a defect of the author's (PROM-6, CONT-3)",
    (kind) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        expect(yield* get(conversation, "wrong", { kind })).toEqual({ code: -32603, message: "Internal error" })
      }).pipe(serving, Effect.provide(Logger.layer([])))
  )

  it.effect("refuses what is not there, and what this session may not see is not there (PROM-7, PROM-9)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const name of ["no-such", "hidden", "__proto__"]) {
        expect(yield* get(conversation, name)).toEqual({ code: -32602, message: `Unknown prompt: ${name}` })
      }
      expect(yield* get(conversation, "dies")).toEqual({ code: -32603, message: "Internal error" })
    }).pipe(serving, Effect.provide(Logger.layer([]))))
})
