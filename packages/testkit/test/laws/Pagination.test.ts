import { describe, it } from "@effect/vitest"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Laws from "@mcp-effect/testkit/Laws"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const lists = [
  "what is listed is there",
  "what stays is listed once, page by page, while other things come and go",
  "a cursor that a list did not give out is refused"
]

const lawsOf = (server: Layer.Layer<Server.Server>) => Laws.server(server).filter(({ name }) => lists.includes(name))

const features = Layer.mergeAll(
  Server.tool(Tool.make("a"), () => Effect.void),
  Server.tool(Tool.make("b"), () => Effect.void),
  // nobody that the laws are tried with sees it
  Server.tool(Tool.make("secret"), () => Effect.void, { visible: () => false }),
  Server.prompt(Prompt.make("p"), () => Effect.succeed("")),
  Server.resource(Resource.make("r:1", { name: "one" }), () => Effect.succeed("")),
  Server.resource(Resource.make("r:2", { name: "two" }), () => Effect.succeed("")),
  Server.resourceTemplate(ResourceTemplate.make("t:{id}", { name: "t" }), () => Effect.succeed(""))
)

const server = Server.layer({
  name: "lists",
  version: "1.0.0",
  cache: { tools: { ttl: "1 hour" }, resources: { ttl: "1 hour" } }
}, features)

describe("lists", () => {
  it.live("are as they should be: every item once, and no place that was made up (PAGE-1, PAGE-7)", () =>
    Laws.check(lawsOf(server), { seed: 1, runs: 20 }))

  it.live("are tried as they are where nothing can join them", () =>
    Laws.check(
      lawsOf(Layer.effect(Server.Server, Effect.map(Layer.build(server), Context.get(Server.Server)))),
      { seed: 1, runs: 10 }
    ))
})
