import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Completion from "../src/Completion.ts"
import * as Prompt from "../src/Prompt.ts"
import * as ResourceTemplate from "../src/ResourceTemplate.ts"
import * as Server from "../src/Server.ts"
import * as Conversation from "./Conversation.ts"

const many = Array.from({ length: 250 }, (_, i) => `v${i}`)

const Greet = Prompt.make("greet", {
  arguments: { name: Schema.String, style: Schema.String, count: Schema.optionalKey(Schema.Int) }
})
const File = ResourceTemplate.make("file:///{dir}/{name}", { name: "file" })

const features = Layer.mergeAll(
  Server.prompt(Greet, ({ name }) => Effect.succeed(name), {
    complete: {
      name: (value) => Effect.succeed(["ada", "alan", "bob"].filter((name) => name.startsWith(value))),
      style: (value, context) =>
        value === "die" ? Effect.die(new Error("hunter2")) : Effect.succeed({
          values: value === "many" ? many : [`${context.arguments["name"]}!`],
          ...(value === "many" ? { total: 1000 } : undefined)
        })
    }
  }),
  Server.resourceTemplate(File, ({ dir, name }) => Effect.succeed(`${dir}/${name}`), {
    complete: { name: (value, context) => Effect.succeed(many.map((v) => `${context.arguments["dir"]}${value}${v}`)) }
  }),
  Server.prompt(Prompt.make("hidden", { arguments: { key: Schema.String } }), () => Effect.succeed(""), {
    visible: () => false,
    complete: { key: () => Effect.succeed(["secret"]) }
  })
)

const serving = Conversation.withServer(features)

const complete = (
  conversation: Conversation.Conversation,
  ref: Conversation.Json,
  name: string,
  value: string,
  args?: Conversation.Json
) =>
  Effect.map(
    conversation.request("completion/complete", {
      ref,
      argument: { name, value },
      ...(args === undefined ? undefined : { context: { arguments: args } })
    }),
    ({ error, result }) => error ?? result
  )

const greet = { type: "ref/prompt", name: "greet" }

describe("completion/complete", () => {
  it.effect("suggests values for a prompt's argument, best first (COMP-1, COMP-3, COMP-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* complete(conversation, greet, "name", "a")).toEqual({
        completion: { values: ["ada", "alan"], total: 2 }
      })
      expect(yield* complete(conversation, { ...greet, title: "Greet" }, "name", "x")).toEqual({
        completion: { values: [], total: 0 }
      })
    }).pipe(serving))

  it.effect("suggests values for a template's variable, by the template or a URI of it (COMP-1, COMP-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const uri of ["file:///{dir}/{name}", "file:///a/b"]) {
        const answer = yield* complete(conversation, { type: "ref/resource", uri }, "name", "x", { dir: "d" })
        expect(answer).toEqual({
          completion: { values: many.slice(0, 100).map((v) => `dx${v}`), total: 250, hasMore: true }
        })
      }
    }).pipe(serving))

  it.effect("never sends more than 100 values, and says that there are more (COMP-3)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* complete(conversation, greet, "style", "many")).toEqual({
        completion: { values: many.slice(0, 100), total: 1000, hasMore: true }
      })
    }).pipe(serving))

  it.effect("hears of the arguments that are already there, from 2025-06-18 on (COMP-2)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* complete(conversation, greet, "style", "", { name: "ada" })).toEqual({
        completion: { values: ["ada!"] }
      })
    }).pipe(serving))

  it.effect("has nothing to suggest for an argument without suggestions", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect(yield* complete(conversation, greet, "count", "1")).toEqual({ completion: { values: [] } })
    }).pipe(serving))

  it.effect("refuses what is unknown or malformed; what this session may not see is unknown (COMP-5, COMP-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const code = (ref: Conversation.Json, name: string, value = "") =>
        Effect.map(complete(conversation, ref, name, value), (answer) => answer?.["code"])
      expect(yield* code({ type: "ref/prompt", name: "no-such" }, "a")).toBe(-32602)
      expect(yield* code({ type: "ref/prompt", name: "hidden" }, "key")).toBe(-32602)
      expect(yield* code({ type: "ref/resource", uri: "test:no-such" }, "a")).toBe(-32602)
      expect(yield* code(greet, "no-such")).toBe(-32602)
      expect(yield* code(greet, "__proto__")).toBe(-32602)
      expect(yield* code({ type: "ref/tool", name: "greet" }, "name")).toBe(-32602)
      expect(yield* code({ type: "ref/prompt" }, "name")).toBe(-32602)
      const malformed = [{}, { ref: greet }, { ref: greet, argument: { name: "name" } }, {
        ref: greet,
        argument: { name: "name", value: 5 }
      }]
      for (const params of malformed) {
        expect((yield* conversation.request("completion/complete", params)).error?.code).toBe(-32602)
      }
      expect(yield* code(greet, "style", "die")).toBe(-32603)
      expect(JSON.stringify(conversation.received)).not.toMatch(/hunter2|secret/)
    }).pipe(serving, Effect.provide(Logger.layer([]))))
})

describe("cap", () => {
  it("leaves 100 values alone and cuts 101 (COMP-3)", () => {
    expect(Completion.cap(many.slice(0, 100))).toEqual({ values: many.slice(0, 100), total: 100 })
    expect(Completion.cap(many.slice(0, 101))).toEqual({ values: many.slice(0, 100), total: 101, hasMore: true })
    expect(Completion.cap({ values: ["a"], hasMore: true })).toEqual({ values: ["a"], hasMore: true })
  })
})
