/**
 * The server that all transcripts are held with.
 *
 * It is not an example of good taste: it has one of everything that the wire can show.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Logging from "../../src/Logging.ts"
import * as Progress from "../../src/Progress.ts"
import * as Prompt from "../../src/Prompt.ts"
import type { ContentBlock } from "../../src/protocol/Content.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as ElicitationSchema from "../../src/schema/ElicitationSchema.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"

class OutOfStock extends Schema.TaggedError<OutOfStock>()("OutOfStock", { left: Schema.Int }) {
  override get message(): string {
    return `Only ${this.left} left`
  }
}

const icon = { src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"] }

const echo = Server.tool(
  Tool.make("echo", {
    title: "Echo",
    description: "Says what it was told",
    input: { text: Schema.String.annotate({ description: "What to say" }) },
    annotations: { readOnly: true, openWorld: false },
    icons: [icon],
    meta: { "com.example/kind": "demo" }
  }),
  ({ text }) => Effect.succeed(text)
)

const add = Server.tool(
  Tool.make("add", {
    description: "Adds two numbers",
    input: { a: Schema.Finite, b: Schema.Finite },
    output: { sum: Schema.Finite }
  }),
  ({ a, b }) => Effect.succeed({ sum: a + b })
)

const blocks: ReadonlyArray<ContentBlock> = [
  { type: "text", text: "Hi", annotations: { audience: ["user"], priority: 0.5 }, _meta: { "com.example/a": 1 } },
  { type: "image", data: "aGk=", mimeType: "image/png" },
  { type: "audio", data: "aGk=", mimeType: "audio/wav" },
  { type: "resource_link", uri: "test:readme", name: "readme", title: "Read me", description: "To be read" },
  { type: "resource", resource: { uri: "test:readme", mimeType: "text/plain", text: "Read me" } }
]

const content = Server.tool(Tool.make("content"), () => Effect.succeed(blocks))

const order = Server.tool(
  Tool.make("order", { input: { count: Schema.Int }, errors: [OutOfStock] }),
  ({ count }) =>
    count > 2
      ? Effect.fail(new OutOfStock({ left: 2 }))
      : count < 1
      ? Effect.succeed(Tool.failure("Order at least one"))
      : Effect.succeed("Ordered")
)

const broken = Server.tool(Tool.make("broken"), () => Effect.die(new Error("the password is hunter2")))

const count = Server.tool(
  Tool.make("count"),
  () =>
    Effect.forEach([1, 2, 2, 3], (progress) => Progress.report({ progress, total: 3, message: `step ${progress}` }), {
      discard: true
    })
)

const talk = Server.tool(Tool.make("talk"), () =>
  Effect.gen(function*() {
    yield* Effect.logDebug("details")
    yield* Effect.log("working")
    yield* Logging.log("notice", { step: 2 }, { logger: "talk" })
    yield* Effect.annotateLogs(Effect.logError("it failed"), "attempt", 3)
    return "done"
  }))

const forever = Server.tool(Tool.make("forever"), () => Effect.andThen(Progress.report({ progress: 1 }), Effect.never))

const ask = Server.tool(Tool.make("ask"), () =>
  Effect.map(
    Elicitation.form({
      message: "Your order?",
      fields: {
        name: Schema.String.annotate({ title: "Name", default: "Ada" }),
        guests: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
        vegan: Schema.Boolean.annotate({ default: false }),
        size: Schema.Literals(["small", "large"]),
        meal: ElicitationSchema.choice({ fish: "Fish of the day", rice: "Rice and beans" }),
        extras: Schema.optionalKey(Schema.Array(Schema.Literals(["wine", "dessert"])))
      }
    }),
    (answer) => answer.action === "accept" ? `For ${answer.content.name}: ${answer.content.meal}` : answer.action
  ))

const pay = Server.tool(Tool.make("pay"), () =>
  Effect.gen(function*() {
    const answer = yield* Elicitation.url({ message: "Pay here", url: "https://example.com/pay", id: "pay-1" })
    if (answer.action === "accept") yield* Elicitation.complete("pay-1")
    return answer.action
  }))

const think = Server.tool(Tool.make("think"), () =>
  Effect.map(
    Sampling.createMessage({
      messages: [{ role: "user", content: { type: "text", text: "What is 6 x 7?" } }],
      maxTokens: 10,
      systemPrompt: "Be brief",
      modelPreferences: { hints: [{ name: "small" }], speedPriority: 1 }
    }),
    ({ content, model }) => `${model}: ${JSON.stringify(content)}`
  ))

const thinkWithTools = Server.tool(Tool.make("think-with-tools"), () =>
  Effect.map(
    Sampling.createMessage({
      messages: [
        { role: "user", content: { type: "text", text: "How is the weather?" } },
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "weather", input: {} }] },
        { role: "user", content: [{ type: "tool_result", toolUseId: "1", content: [{ type: "text", text: "Rain" }] }] }
      ],
      maxTokens: 10,
      tools: [{ name: "weather", inputSchema: { type: "object" } }],
      toolChoice: { mode: "none" }
    }),
    ({ stopReason }) => stopReason ?? "?"
  ))

const where = Server.tool(
  Tool.make("where"),
  () => Effect.map(Roots.list, (roots) => roots.map(({ name, uri }) => name ?? uri).join(", "))
)

const grow = Server.tool(Tool.make("grow"), () =>
  Effect.gen(function*() {
    // it stays for as long as the server does
    const scope = yield* Scope.make()
    const registry = yield* Server.Registry
    yield* Effect.provideService(
      Layer.buildWithScope(
        Layer.mergeAll(
          Server.tool(Tool.make("grown"), () => Effect.succeed("I am new")),
          Server.prompt(Prompt.make("grown"), () => Effect.succeed("I am new")),
          Server.resource(Resource.make("test:grown", { name: "grown" }), () => Effect.succeed("I am new"))
        ),
        scope
      ),
      Server.Registry,
      registry
    )
    return "grown"
  }))

const touch = Server.tool(
  Tool.make("touch", { input: { uri: Schema.String } }),
  ({ uri }) => Server.resourceUpdated(uri)
)

const readme = Server.resource(
  Resource.make("test:readme", {
    name: "readme",
    title: "Read me",
    description: "To be read",
    mimeType: "text/plain",
    size: 7,
    annotations: { audience: ["assistant"], priority: 1, lastModified: "2025-01-12T15:00:58Z" },
    icons: [icon],
    meta: { "com.example/a": 1 }
  }),
  () => Effect.succeed("Read me")
)

const bytes = Server.resource(
  Resource.make("test:bytes", { name: "bytes", mimeType: "application/octet-stream" }),
  () => Effect.succeed(Uint8Array.of(0, 1, 254, 255))
)

const item = Server.resourceTemplate(
  ResourceTemplate.make("test://items/{id}", {
    name: "item",
    title: "Item",
    description: "One item",
    mimeType: "text/plain",
    icons: [icon],
    variables: { id: Schema.Int }
  }),
  ({ id }) => Effect.succeed(`Item ${id}`),
  { complete: { id: (value) => Effect.succeed(["1", "10", "11", "2"].filter((id) => id.startsWith(value))) } }
)

const greet = Server.prompt(
  Prompt.make("greet", {
    title: "Greet",
    description: "Greets someone",
    arguments: {
      name: Schema.String.annotate({ title: "Name", description: "Whom to greet" }),
      times: Schema.optionalKey(Schema.Int)
    },
    icons: [icon],
    meta: { "com.example/a": 1 }
  }),
  ({ name, times }) =>
    Effect.succeed([
      Prompt.user(`Say hello ${times ?? 1} times to ${name}`),
      Prompt.assistant({ type: "audio", data: "aGk=", mimeType: "audio/wav" }),
      Prompt.user({ type: "resource", resource: { uri: "test:readme", mimeType: "text/plain", text: "Read me" } })
    ]),
  {
    complete: {
      name: (value, context) =>
        value === "*"
          ? Effect.succeed(Array.from({ length: 120 }, (_, i) => `n${i}`))
          : Effect.succeed(
            ["Ada", "Alan"].filter((name) => name.startsWith(value) && context.arguments["times"] !== "0")
          )
    }
  }
)

/**
 * The server.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Server.Server> = Server.layer(
  {
    name: "transcripts",
    title: "Transcripts",
    version: "1.0.0",
    description: "One of everything",
    websiteUrl: "https://example.com",
    icons: [icon],
    instructions: "Ask nicely",
    pageSize: 6,
    limits: { maxBatch: 3 }
  },
  Layer.mergeAll(
    Layer.mergeAll(echo, add, content, order, broken, count, talk, forever),
    Layer.mergeAll(ask, pay, think, thinkWithTools, where, grow, touch),
    Layer.mergeAll(readme, bytes, item, greet)
  )
)

/**
 * The server, and nothing in the log of what its tools fail with on purpose.
 *
 * @category layers
 * @since 0.1.0
 */
export const quiet: Layer.Layer<Server.Server> = Layer.provide(layer, Logger.layer([]))
