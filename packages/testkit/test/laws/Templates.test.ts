import { assert, describe, it } from "@effect/vitest"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const lawOf = (name: string, features: Layer.Layer<never, never, Server.Registry>) =>
  Laws.server(Server.layer({ name: "templates", version: "1.0.0" }, features)).filter((law) => law.name === name)

const family = "a template reads its own URIs"
const suggested = "what is suggested is accepted"

const Issue = ResourceTemplate.make("repo://{owner}/{name}{/path*}{?state,page}", {
  name: "issue",
  variables: {
    state: Schema.optionalKey(Schema.Literals(["open", "closed"])),
    page: Schema.optionalKey(Schema.Int)
  }
})

const Day = ResourceTemplate.make("days:{day}", { name: "day", variables: { day: Schema.Date } })

const Two = ResourceTemplate.make("two:{a:3}", { name: "two" })

describe("templates", () => {
  it.live("of every kind of variable read their own URIs", () =>
    Laws.check(
      lawOf(
        family,
        Layer.mergeAll(
          Server.resourceTemplate(Issue, () => Effect.succeed("issue")),
          Server.resourceTemplate(Day, () => Effect.succeed("day")),
          // one that is listed goes before
          Server.resource(Resource.make("days:1970-01-01T00:00:00.000Z", { name: "epoch" }), () =>
            Effect.succeed("epoch"))
        )
      ),
      { seed: 1, runs: 30 }
    ))

  it.live("that cut their variables off do not", () =>
    Effect.gen(function*() {
      const cutting = lawOf(family, Server.resourceTemplate(Two, () => Effect.succeed("")))
      const { reason } = yield* Effect.flip(Laws.check(cutting, { seed: 1 }))
      assert.include(reason, "gives its handler other variables")
    }))

  it.live("that stand behind another say which", () =>
    Effect.gen(function*() {
      const all = ResourceTemplate.make("days:{+all}", { name: "all" })
      const shadowed = lawOf(
        family,
        Layer.mergeAll(
          Server.resourceTemplate(all, () => Effect.succeed("")),
          Server.resourceTemplate(Day, () => Effect.succeed(""))
        )
      )
      const { reason } = yield* Effect.flip(Laws.check(shadowed, { seed: 1 }))
      assert.match(reason, /^days:\S+ is shadowed by resource template days:\{\+all\}/)
    }))
})

const Report = Prompt.make("report", { arguments: { week: Schema.Int, tone: Schema.String } })

const suggesting = (suggest: () => Effect.Effect<ReadonlyArray<string>>) =>
  lawOf(
    suggested,
    Server.prompt(Report, ({ week }) => Effect.succeed(`${week}`), { complete: { week: suggest } })
  )

describe("suggestions", () => {
  it.live("are cut where there are too many (COMP-3)", () =>
    Laws.check(suggesting(() => Effect.succeed(Array.from({ length: 300 }, (_, i) => String(i)))), {
      seed: 1,
      runs: 10
    }))

  it.live("may be none", () => Laws.check(suggesting(() => Effect.succeed([])), { seed: 1, runs: 10 }))

  it.live("of variables are those of their templates, too", () =>
    Effect.gen(function*() {
      const months = (values: ReadonlyArray<string>) =>
        lawOf(
          suggested,
          Server.resourceTemplate(
            ResourceTemplate.make("months:{month}", {
              name: "month",
              variables: { month: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 })) }
            }),
            ({ month }) => Effect.succeed(`${month}`),
            { complete: { month: () => Effect.succeed(values) } }
          )
        )
      yield* Laws.check(months(["1", "12"]), { seed: 1, runs: 10 })
      const { reason } = yield* Effect.flip(Laws.check(months(["12", "13"]), { seed: 1 }))
      assert.match(reason, /^"13" is suggested for month/)
    }))

  it.live("fail with nobody", () =>
    Effect.gen(function*() {
      const { reason } = yield* Effect.flip(Laws.check(suggesting(() => Effect.die("no calendar")), { seed: 1 }))
      assert.match(reason, /^nothing could be suggested for week/)
    }))
})
