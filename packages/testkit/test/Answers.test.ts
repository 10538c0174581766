import { assert, describe, it } from "@effect/vitest"
import type * as Client from "@mcp-effect/core/Client"
import * as Elicitation from "@mcp-effect/core/Elicitation"
import type { RequestedSchema } from "@mcp-effect/core/protocol/ElicitationSchema"
import * as Roots from "@mcp-effect/core/Roots"
import * as Sampling from "@mcp-effect/core/Sampling"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Answers from "@mcp-effect/testkit/Answers"
import * as Harness from "@mcp-effect/testkit/Harness"
import * as Wire from "@mcp-effect/testkit/Wire"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const AskName = Tool.make("ask_name", { input: { message: Schema.String } })
const AskTwice = Tool.make("ask_twice")
const Visit = Tool.make("visit")
const Think = Tool.make("think")
const ListRoots = Tool.make("list_roots")
const Fill = Tool.make("fill")

const told = (answer: Elicitation.Answer<unknown>): string =>
  answer.action === "accept" ? JSON.stringify(answer.content ?? "accept") : answer.action

const askName = (message: string) =>
  Effect.map(Elicitation.form({ message, fields: { name: Schema.NonEmptyString } }), told)

const everyField: RequestedSchema = {
  type: "object",
  properties: {
    text: { type: "string", minLength: 3, maxLength: 5 },
    email: { type: "string", format: "email" },
    uri: { type: "string", format: "uri" },
    date: { type: "string", format: "date" },
    time: { type: "string", format: "date-time" },
    whole: { type: "integer", minimum: 5, maximum: 7 },
    number: { type: "number", maximum: -5 },
    truth: { type: "boolean" },
    choice: { type: "string", enum: ["a", "b"] },
    titled: { type: "string", oneOf: [{ const: "a", title: "A" }] },
    several: { type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 1, maxItems: 2 },
    severalTitled: { type: "array", items: { anyOf: [{ const: "a", title: "A" }] } }
  },
  required: ["text", "email", "uri", "date", "time", "whole", "number", "truth", "choice", "titled", "several"]
}

const asking = Server.layer(
  { name: "asking", version: "1.0.0" },
  Layer.mergeAll(
    Server.tool(AskName, ({ message }) => askName(message)),
    Server.tool(AskTwice, () => Effect.map(Effect.all([askName("one"), askName("two")]), (all) => all.join())),
    Server.tool(
      Visit,
      () => Effect.map(Elicitation.url({ message: "Sign in", url: "https://example.com/sign-in", id: "1" }), told)
    ),
    Server.tool(Think, () =>
      Effect.map(
        Sampling.createMessage({ messages: [{ role: "user", content: { type: "text", text: "Why?" } }], maxTokens: 9 }),
        ({ content }) => JSON.stringify(content)
      )),
    Server.tool(ListRoots, () => Effect.map(Roots.list, (roots) => roots.map(({ uri }) => uri).join())),
    Server.tool(Fill, () => Effect.map(Elicitation.rawForm({ message: "All", requestedSchema: everyField }), told))
  )
)

const textOf = ({ content: [block] }: { readonly content: ReadonlyArray<{ readonly type: string }> }): string =>
  block !== undefined && "text" in block ? String(block.text) : "no text"

const asked = (
  handlers: Layer.Layer<never, never, Client.Registry>,
  calls: ReadonlyArray<readonly [tool: string, args?: { readonly [name: string]: unknown }]>,
  options?: { readonly wire?: Wire.Wire; readonly version?: string }
) =>
  Effect.scoped(Effect.gen(function*() {
    const { client } = yield* Harness.make(asking, {
      handlers,
      wire: options?.wire ?? Wire.memory,
      versions: [options?.version ?? "2025-11-25"]
    })
    return yield* Effect.forEach(calls, ([tool, args]) => Effect.map(client.callTool(tool, args), textOf))
  }))

const offScript = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "all went as scripted"
  const found = exit.cause.reasons.find((reason) =>
    Cause.isDieReason(reason) && reason.defect instanceof Answers.OffScript
  )
  return found === undefined || !Cause.isDieReason(found) ? Cause.pretty(exit.cause) : String(found.defect)
}

describe("a script", () => {
  it.effect.each(["2025-11-25", "2026-07-28"])(
    "answers every kind of question, in %s",
    (version) =>
      Effect.gen(function*() {
        const answers = yield* asked(
          Answers.layer([
            Answers.message("Because"),
            Answers.form({ name: "Ada" }),
            Answers.url(),
            Answers.form("decline"),
            Answers.url("cancel"),
            Answers.roots([{ uri: "file:///a" }, { uri: "file:///b" }])
          ]),
          [
            ["ask_name", { message: "Who?" }],
            ["ask_name", { message: "Who?" }],
            ["visit"],
            ["visit"],
            ["think"],
            ["list_roots"],
            ["list_roots"]
          ],
          { version }
        )
        assert.deepStrictEqual(answers, [
          `{"name":"Ada"}`,
          "decline",
          `"accept"`,
          "cancel",
          `{"type":"text","text":"Because"}`,
          "file:///a,file:///b",
          "file:///a,file:///b"
        ])
      })
  )

  it.effect("gives an answer to the question that it is for", () =>
    Effect.gen(function*() {
      const script = Answers.layer([
        Answers.form({ name: "second" }, "two"),
        Answers.form({ name: "third" }, /^thr/),
        Answers.form({ name: "first" }, (question) => question.length === 3)
      ])
      assert.deepStrictEqual(yield* asked(script, [["ask_twice"], ["ask_name", { message: "three" }]]), [
        `{"name":"first"},{"name":"second"}`,
        `{"name":"third"}`
      ])
    }))

  it.effect("a question without an answer fails the test, and says which, and what was left", () =>
    Effect.gen(function*() {
      const script = Answers.layer([Answers.form({ name: "Ada" }, "Your name"), Answers.message("Because")])
      const exit = yield* Effect.exit(asked(script, [["ask_name", { message: "Who?" }]]))
      assert.include(
        offScript(exit),
        `not answered: form "Who?" (left: form {"name":"Ada"}, message {"type":"text","text":"Because"})`
      )
    }))

  it.effect.each(
    [[["visit"], "url \"Sign in (https://example.com/sign-in)\""], [["think"], "message \"Why?\""], [
      ["list_roots"],
      "roots"
    ]] as const
  )("nothing else is answered either: %s", ([[tool], question]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(asked(Answers.layer([]), [[tool]]))
      assert.include(offScript(exit), `not answered: ${question} (nothing is left)`)
    }))

  it.effect("whoever asks is told what was not answered, too", () =>
    Effect.gen(function*() {
      let told = ""
      const exit = yield* Effect.exit(Effect.scoped(Effect.gen(function*() {
        const { client } = yield* Harness.make(asking, { handlers: Answers.layer([]) })
        told = (yield* Effect.flip(client.callTool("ask_name", { message: "Who?" }))).message
      })))
      assert.include(told, "not answered: form \"Who?\" (nothing is left)")
      assert.include(offScript(exit), "not answered: form \"Who?\" (nothing is left)")
    }))

  it.effect("an answer that was not asked for fails the test", () =>
    Effect.gen(function*() {
      const script = Answers.layer([Answers.form({ name: "Ada" }), Answers.form("cancel"), Answers.rejection()])
      const exit = yield* Effect.exit(asked(script, [["ask_name", { message: "Who?" }]]))
      assert.include(offScript(exit), "never asked for: form cancel\n  never asked for: rejection")
    }))

  it.effect("an answer that does not fit its form fails the test", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(asked(Answers.layer([Answers.form({ name: "" })]), [["ask_name", {
        message: "Who?"
      }]]))
      assert.include(
        offScript(exit),
        `does not fit the form "Who?": form {"name":""}, name has fewer than 1 characters`
      )
    }))

  it.effect("what the test itself fails with is told too", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.scoped(Effect.andThen(
        Harness.make(asking, { handlers: Answers.layer([Answers.url()]) }),
        Effect.die("the test's own failure")
      )))
      assert.include(offScript(exit), "never asked for: url accept")
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "the test's own failure")
    }))

  it.effect("what a client cannot be asked is not asked", () =>
    Effect.gen(function*() {
      const script = Answers.layer([Answers.form({ name: "Ada" })], { kinds: ["form"] })
      const { client, lines } = yield* Harness.make(asking, { handlers: script, versions: ["2025-11-25"] })
      const { isError } = yield* client.callTool("think")
      assert.isTrue(isError)
      assert.isFalse(lines.some(({ message }) => JSON.stringify(message).includes("sampling/createMessage")))
      yield* client.callTool("ask_name", { message: "Who?" })
    }))
})

describe("generated answers", () => {
  const questions = [
    ["fill"],
    ["ask_name", { message: "Who?" }],
    ["visit"],
    ["think"]
  ] as const

  it.effect("fit whatever is asked, and are now and then a no", () =>
    Effect.gen(function*() {
      const actions = new Set<string>()
      for (let seed = 0; seed < 40; seed++) {
        const [filled] = yield* asked(Answers.generated({ seed }), [["fill"]])
        actions.add(filled!.startsWith("{") ? "accept" : filled!)
      }
      assert.deepStrictEqual([...actions].sort(), ["accept", "cancel", "decline"])
    }))

  it.effect("are the same for the same seed, over any wire", () =>
    Effect.gen(function*() {
      const reference = yield* asked(Answers.generated({ seed: 7 }), questions)
      for (const wire of Wire.all) {
        assert.deepStrictEqual(yield* asked(Answers.generated({ seed: 7 }), questions, { wire }), reference)
      }
      const version = "2026-07-28"
      assert.deepStrictEqual(yield* asked(Answers.generated({ seed: 7 }), questions, { version }), reference)
      assert.notDeepEqual(yield* asked(Answers.generated({ seed: 8 }), questions), reference)
    }))
})
