/**
 * Prompts: without arguments, with arguments and their completion, with a resource, with an image, and one that asks the user.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Prompt from "@mcp-effect/core/Prompt"
import * as Server from "@mcp-effect/core/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { redPixel } from "./Media.ts"

const Simple = Prompt.make("test_simple_prompt", { description: "A prompt without arguments" })

const WithArguments = Prompt.make("test_prompt_with_arguments", {
  title: "Prompt with arguments",
  description: "A prompt that names its two arguments",
  arguments: {
    arg1: Schema.String.annotate({ description: "The first one" }),
    arg2: Schema.String.annotate({ description: "The second one" })
  }
})

const WithEmbeddedResource = Prompt.make("test_prompt_with_embedded_resource", {
  description: "A prompt about a resource that it brings along",
  arguments: { resourceUri: Schema.String.annotate({ description: "The URI of the resource" }) }
})

const WithImage = Prompt.make("test_prompt_with_image", { description: "A prompt about an image that it brings along" })

const AskForContext = Prompt.make("test_input_required_result_prompt", {
  description: "A prompt for which the user is asked in what context it is"
})

const PlanTrip = Prompt.make("plan_trip", {
  description: "A conversation about a trip of some days",
  arguments: {
    city: Schema.String,
    days: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30 })))
  }
})

const words = ["test", "test value", "testValue1", "paris", "park"]

const stays: ReadonlyMap<string, ReadonlyArray<string>> = new Map([["Oslo", ["3", "4"]], ["Lima", ["5", "7"]]])

const startingWith = (typed: string) => (values: ReadonlyArray<string>) =>
  values.filter((value) => value.startsWith(typed))

/** The prompts. */
export const layer = Layer.mergeAll(
  Server.prompt(Simple, () => Effect.succeed("This is a simple prompt for testing.")),
  Server.prompt(
    WithArguments,
    ({ arg1, arg2 }) => Effect.succeed(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
    { complete: { arg1: (typed) => Effect.succeed(startingWith(typed)(words)) } }
  ),
  Server.prompt(WithEmbeddedResource, ({ resourceUri }) =>
    Effect.succeed([
      Prompt.user({
        type: "resource",
        resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded resource content for testing." }
      }),
      Prompt.user("Please process the embedded resource above.")
    ])),
  Server.prompt(WithImage, () =>
    Effect.succeed([
      Prompt.user({ type: "image", data: redPixel, mimeType: "image/png" }),
      Prompt.user("Please analyze the image above.")
    ])),
  Server.prompt(AskForContext, () =>
    Effect.map(
      Elicitation.form(
        { message: "What context should the prompt use?", fields: { context: Schema.String } },
        { key: "user_context" }
      ),
      (answer) => `Use this context: ${answer.action === "accept" ? answer.content.context : "none"}`
    )),
  Server.prompt(
    PlanTrip,
    ({ city, days = 2 }) =>
      Effect.succeed({
        description: `A trip to ${city}`,
        messages: [
          Prompt.user(`I have ${days} days in ${city}.`),
          Prompt.assistant("What do you like most: museums, food or hills?")
        ]
      }),
    {
      complete: {
        city: (typed) => Effect.succeed(startingWith(typed)([...stays.keys()])),
        days: (typed, context) => Effect.succeed(startingWith(typed)(stays.get(context.arguments["city"] ?? "") ?? []))
      }
    }
  )
)
