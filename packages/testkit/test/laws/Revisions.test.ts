import { assert, describe, it } from "@effect/vitest"
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as RequestContext from "@mcp-effect/core/RequestContext"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as ElicitationSchema from "@mcp-effect/core/schema/ElicitationSchema"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const same = "the same call gives the same result in every revision, over every wire"

const lawOf = (features: Layer.Layer<never, never, Server.Registry>, options?: Laws.Options) =>
  Laws.server(Server.layer({ name: "revisions", version: "1.0.0" }, features), options)
    .filter((law) => law.name === same)

class TooLong extends Schema.TaggedError<TooLong>()("TooLong", { length: Schema.Int }) {}

const Everything = Tool.make("everything", { input: { text: Schema.String } })
const List = Tool.make("list", { input: { text: Schema.String }, output: Schema.Array(Schema.String) })
const Short = Tool.make("short", { input: { text: Schema.String }, output: { text: Schema.String }, errors: [TooLong] })
const Ask = Tool.make("ask")
const Version = Tool.make("version")
const Dice = Tool.make("dice")
const Letter = Prompt.make("letter", { arguments: { to: Schema.String } })
const Item = ResourceTemplate.make("items:{id}", { name: "item", variables: { id: Schema.Int } })

describe("results in every revision, over every wire", () => {
  it.live("are compared as far as each revision knows them (CONT-5, BASE-28, RES-10)", () =>
    Laws.check(
      lawOf(Layer.mergeAll(
        Server.tool(Everything, ({ text }) =>
          Effect.succeed([
            { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
            { type: "resource_link", uri: "items:1", name: text, title: "One" },
            { type: "resource", resource: { uri: "items:1", text } },
            { type: "text", text, annotations: { priority: 1, lastModified: "2025-01-01T00:00:00Z" } }
          ])),
        Server.tool(List, ({ text }) => Effect.succeed(Array.from(text))),
        Server.tool(
          Short,
          ({ text }) => text.length > 2 ? new TooLong({ length: text.length }) : Effect.succeed({ text })
        ),
        Server.prompt(Letter, ({ to }) => Effect.succeed(`Dear ${to}`)),
        Server.resource(Resource.make("items:all", { name: "items" }), () => Effect.succeed("all")),
        Server.resourceTemplate(
          Item,
          ({ id }, uri) => id > 3 ? Effect.fail(ProtocolError.resourceNotFound(uri)) : Effect.succeed(`item ${id}`)
        )
      )),
      { seed: 1, runs: 20 }
    ))

  it.live("may be others where another question was asked", () =>
    Laws.check(
      lawOf(Server.tool(Ask, () =>
        Effect.map(
          Elicitation.form({
            message: "Which?",
            fields: { which: Schema.Array(ElicitationSchema.choice({ a: "A", b: "B" })) }
          }),
          (answer) => answer.action === "accept" ? answer.content.which.join() : answer.action
        ))),
      { seed: 1, runs: 30 }
    ))

  it.live("are tried in each revision", () => {
    const versions = new Set<string>()
    return Effect.gen(function*() {
      yield* Laws.check(
        lawOf(
          Server.tool(Version, () =>
            Effect.map(RequestContext.RequestContext, ({ session }) => {
              versions.add(session.protocolVersion)
            }))
        ),
        { seed: 1, runs: 20 }
      )
      assert.strictEqual(versions.size, 5)
    })
  })

  it.live("are not compared of what is never the same", () =>
    Effect.gen(function*() {
      let rolls = 0
      const dice = Server.tool(Dice, () => Effect.sync(() => `${++rolls}`))
      const violation = yield* Effect.flip(Laws.check(lawOf(dice), { seed: 1 }))
      assert.include(violation.message, "`varies`")
      yield* Laws.check(lawOf(dice, { varies: [Dice] }), { seed: 1 })
    }))
})
