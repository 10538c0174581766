import { assert, describe, it } from "@effect/vitest"
import * as Principal from "@mcp-effect/core/Principal"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as ProtocolError from "@mcp-effect/core/ProtocolError"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Simulation from "@mcp-effect/testkit/Simulation"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

type Features = Layer.Layer<never, never, Server.Registry>

const serving = (features: Features, options?: Partial<Server.Options>) =>
  Server.layer({ name: "unusual", version: "1.0.0", ...options }, features)

const Count = Tool.make("count", { input: { n: Schema.Int }, output: { n: Schema.Int } })

const count = Server.tool(Count, Effect.succeed)

const Greet = Prompt.make("greet", { arguments: { style: Schema.Literals(["short", "long"]) } })

const greet = Server.prompt(Greet, ({ style }) => Effect.succeed(style), {
  complete: { style: () => Effect.succeed(["short", "long"]) }
})

const Note = ResourceTemplate.make("note:{id}", { name: "note", variables: { id: Schema.Int } })

const note = Server.resourceTemplate(Note, ({ id }) => Effect.succeed(`${id}`))

const about = Server.resource(Resource.make("about:", { name: "about" }), () => Effect.succeed("about"))

const features = Layer.mergeAll(count, greet, note, about)

const Start = Tool.make("start")

const started = serving(
  Layer.effectDiscard(
    Effect.flatMap(
      Effect.scope,
      (scope) => Server.registerTool(Start, () => Effect.as(Effect.forkIn(Effect.sleep("1 hour"), scope), "started"))
    )
  )
)

const alone = { subject: "alice" }

const members = serving(Layer.mergeAll(
  features,
  Server.middleware((request, next) =>
    Principal.isSame(request.principal, alone) ? next : Effect.fail(ProtocolError.application(1, "Who are you?"))
  )
))

const Big = Tool.make("big", { input: { n: Schema.BigInt }, output: { n: Schema.BigInt } })

const Wait = Tool.make("wait", {
  input: { for: Schema.DurationFromMillis },
  output: { for: Schema.DurationFromMillis }
})

const Explain = Tool.make("explain", { output: { text: Schema.String } })

const servers: ReadonlyArray<readonly [string, Layer.Layer<Server.Server>, Laws.Options]> = [
  ["of sessions alone (VER-12)", serving(features, { eras: ["session"] }), {}],
  ["of requests alone that stand for themselves (VER-12)", serving(features, { eras: ["stateless"] }), {}],
  [
    "whose handlers are shown to nobody",
    serving(Layer.mergeAll(
      Server.tool(Count, Effect.succeed, { visible: () => false }),
      Server.prompt(Greet, ({ style }) => Effect.succeed(style), { visible: () => false }),
      Server.resourceTemplate(Note, ({ id }) => Effect.succeed(`${id}`), { visible: () => false })
    )),
    {}
  ],
  [
    "whose tool is shown in newer revisions alone",
    serving(Server.tool(Count, Effect.succeed, {
      visible: ({ protocolVersion }) => protocolVersion >= "2025-06-18"
    })),
    {}
  ],
  [
    "that refuses a tool by middleware",
    serving(Layer.mergeAll(
      features,
      Server.middleware((request, next) =>
        request.method === "tools/call" ? Effect.fail(ProtocolError.application(1, "Not today")) : next
      )
    )),
    {}
  ],
  ["that does not serve everyone", members, { principal: alone }],
  ["that starts jobs", started, { background: [Start] }],
  [
    "of values that JSON does not have",
    serving(Layer.mergeAll(Server.tool(Big, Effect.succeed), Server.tool(Wait, Effect.succeed))),
    {}
  ],
  [
    "that explains what a stack is",
    serving(Server.tool(Explain, () => Effect.succeed({ text: "A stack is:\n    at main (program.js:1:2)" }))),
    {}
  ],
  [
    "whose handler logs that something went wrong",
    serving(Server.tool(Count, ({ n }) => Effect.as(Effect.logError("It went wrong"), { n }))),
    {}
  ],
  ["with nothing but prompts and resources", serving(Layer.mergeAll(greet, note, about)), {}]
]

describe.each(servers)("a server %s", (_, server, options) => {
  it.live("is lawful", () => Laws.check(Laws.server(server, options), { seed: 1, runs: 12 }), 30_000)

  it.live(
    "is lawful in a simulation, over pipes and over HTTP",
    () =>
      Effect.forEach(["pipes", "http"] as const, (over) =>
        Laws.check(
          Simulation.laws({ server, over, ...(options.principal === undefined ? {} : { principal: alone }) }),
          { seed: 1, runs: 6 }
        )),
    30_000
  )
})

const reasonOf = (server: Layer.Layer<Server.Server>) =>
  Effect.map(Effect.flip(Laws.check(Laws.server(server), { seed: 1, runs: 12 })), ({ reason }) => reason)

describe("what a law cannot know, it says which option tells it", () => {
  it.live.each<readonly [string, Layer.Layer<Server.Server>, string]>([
    ["who the clients are", members, "`principal`"],
    ["what goes on when a call is over", started, "`background`"],
    [
      "what waits for something outside",
      serving(Server.tool(Tool.make("outside"), () => Effect.never)),
      "`clock: \"live\"`"
    ],
    [
      "what hardly ever passes a check",
      serving(Server.tool(
        Tool.make("rare", {
          input: { word: Schema.String.check(Schema.makeFilter((word) => word === "open sesame")) }
        }),
        () => Effect.succeed("")
      )),
      "`inputs`"
    ],
    [
      "what never answers the same",
      (() => {
        let calls = 0
        return serving(
          Server.tool(Tool.make("next", { annotations: { idempotent: true } }), () => Effect.sync(() => `${calls++}`))
        )
      })(),
      "`varies`"
    ]
  ])("%s", ([, server, option]) => Effect.map(reasonOf(server), (reason) => assert.include(reason, option)))

  it.live("a check that one of a hundred passes is passed", () =>
    Laws.check(
      Laws.server(serving(Server.tool(
        Tool.make("rare", { input: { n: Schema.Int.check(Schema.makeFilter((n) => n % 97 === 0)) } }),
        () => Effect.succeed("")
      ))),
      { seed: 1, runs: 3 }
    ))

  it.live("input of the author's that does not fit is found still", () =>
    Effect.gen(function*() {
      const inputs = [Laws.input(Count, Arbitrary.Constant({ n: 0.5 }))]
      const violation = yield* Effect.flip(Laws.check(Laws.server(serving(count), { inputs }), { seed: 1, runs: 3 }))
      assert.include(violation.reason, "what it is tried with does not fit its own Schema")
    }))
})
