import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as HandlerObserver from "../src/HandlerObserver.ts"
import * as Prompt from "../src/Prompt.ts"
import * as Resource from "../src/Resource.ts"
import * as ResourceTemplate from "../src/ResourceTemplate.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

const Add = Tool.make("add", { input: { a: Schema.Int } })
const Greet = Prompt.make("greet", { arguments: { times: Schema.Int } })
const Item = ResourceTemplate.make("test://items/{id}", { name: "item", variables: { id: Schema.Int } })
const Readme = Resource.make("test:readme", { name: "readme" })

const features = Layer.mergeAll(
  Server.tool(Add, ({ a }) => a > 0 ? Effect.succeed("added") : Effect.die("not positive")),
  Server.prompt(Greet, () => Effect.succeed("Hello"), { complete: { times: () => Effect.succeed(["1"]) } }),
  Server.resourceTemplate(Item, () => Effect.succeed("an item"), { complete: { id: () => Effect.succeed(["1"]) } }),
  Server.resource(Readme, () => Effect.succeed("read me"))
)

const watching = () => {
  const registered: Array<HandlerObserver.Registered> = []
  const runs: Array<readonly [declaration: unknown, input: unknown, isSuccess: boolean]> = []
  const observer: HandlerObserver.HandlerObserver = (handler) => {
    registered.push(handler)
    return (input, run) =>
      Effect.onExit(run, (exit) => Effect.sync(() => runs.push([handler.declaration, input, Exit.isSuccess(exit)])))
  }
  return {
    registered,
    runs,
    layer: Layer.succeed(HandlerObserver.HandlerObserver, observer)
  }
}

const within = <A, E>(
  layer: Layer.Layer<never>,
  test: Effect.Effect<A, E, Server.Server | Scope.Scope>
) => Effect.provide(Conversation.withServer(features)(test), layer)

describe("an observer of handlers", () => {
  it.effect("is told of each as it is registered", () => {
    const { layer, registered } = watching()
    return within(
      layer,
      Effect.sync(() => {
        expect(registered.map(({ declaration, kind }) => [kind, declaration])).toEqual([
          ["tool", Add],
          ["prompt", Greet],
          ["resourceTemplate", Item],
          ["resource", Readme]
        ])
        expect(registered.map((handler) => "completed" in handler ? handler.completed : [])).toEqual([
          [],
          ["times"],
          ["id"],
          []
        ])
      })
    )
  })

  it.effect("stands around each run, with the input that has passed the Schema", () => {
    const { layer, runs } = watching()
    return within(
      layer,
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        yield* conversation.call("add", { a: 1 })
        yield* conversation.call("add", { a: "one" })
        yield* conversation.call("add", { a: -1 })
        yield* conversation.request("prompts/get", { name: "greet", arguments: { times: "2" } })
        yield* conversation.request("resources/read", { uri: "test://items/3" })
        yield* conversation.request("resources/read", { uri: "test:readme" })
        expect(runs).toEqual([
          [Add, { a: 1 }, true],
          [Add, { a: -1 }, false],
          [Greet, { times: 2 }, true],
          [Item, { id: 3 }, true],
          [Readme, "test:readme", true]
        ])
      })
    )
  })
})
