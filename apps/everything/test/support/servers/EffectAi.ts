/**
 * effect/ai, the MCP server that Effect itself ships, in all revisions that it speaks: over stdio, and over Streamable HTTP.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import * as Work from "./Work.ts"

type Handled = Effect.Effect<
  McpSchema.CallToolResult | McpSchema.InputRequired,
  McpSchema.InternalError,
  McpSchema.McpRequestContext
>

const say = (text: string, more: { readonly isError?: boolean; readonly structuredContent?: unknown } = {}) =>
  new McpSchema.CallToolResult({ content: [McpSchema.TextContent.make({ text })], ...more })

const internal = (error: unknown) => new McpSchema.InternalError({ message: String(error) })

const tool = <const Fields extends Schema.Struct.Fields & { readonly [name: string]: Schema.Codec<unknown, unknown> }>(
  name: string,
  fields: Fields,
  handle: (input: Schema.Struct.Type<Fields>) => Handled,
  outputSchema?: { readonly type: "object"; readonly properties: object; readonly required: ReadonlyArray<string> }
) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const server = yield* McpServer.McpServer
    const input = Schema.Struct(fields)
    const inputSchema = {
      type: "object" as const,
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, Schema.toJsonSchemaDocument(field).schema])
      ),
      required: Object.keys(fields)
    }
    yield* server.addTool({
      tool: new McpSchema.Tool({ name, inputSchema, outputSchema }),
      annotations: Context.empty(),
      handle: (payload) =>
        Effect.matchEffect(Schema.decodeUnknownEffect(input)(payload ?? {}), {
          // the struct has no services, which its generic fields do not show
          onSuccess: (input) => handle(input as Schema.Struct.Type<Fields>),
          onFailure: (error) => Effect.fail(new McpSchema.InvalidParams({ message: error.message }))
        }) as ReturnType<Parameters<typeof server.addTool>[0]["handle"]>
    })
  }))

const progressToken = Effect.map(McpSchema.McpRequestContext, ({ requestMetadata }) => {
  const token: unknown = requestMetadata === undefined ? undefined : Reflect.get(requestMetadata, "progressToken")
  return typeof token === "string" || typeof token === "number" ? token : undefined
})

const text = { text: Schema.String }
const named = { name: Schema.String }

// One question, in the way of the era: a request to the client, or a round.
const ask = <A>(
  question: McpSchema.McpInputRequest,
  request: (client: McpSchema.McpReverseClient) => Effect.Effect<A, unknown>,
  answered: (answer: A) => McpSchema.CallToolResult
): Handled =>
  Effect.gen(function*() {
    const { inputResponses } = yield* McpSchema.McpRequestContext
    const session = yield* Effect.serviceOption(McpSchema.McpServerClient)
    if (Option.isSome(session)) {
      return answered(yield* Effect.scoped(Effect.flatMap(session.value.getClient, request)))
    }
    const given = inputResponses?.asked
    // the answer to a question is the result of its method
    return given === undefined
      ? new McpSchema.InputRequired({ inputRequests: { asked: question } })
      : answered(given as A)
  }).pipe(Effect.mapError(internal))

const tools = Layer.mergeAll(
  tool("echo", text, ({ text }) => Effect.succeed(say(text))),
  tool(
    "add",
    { a: Schema.Finite, b: Schema.Finite },
    ({ a, b }) => Effect.succeed(say(JSON.stringify({ sum: a + b }), { structuredContent: { sum: a + b } })),
    { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] }
  ),
  tool("fail", {}, () => Effect.succeed(say("It went wrong", { isError: true }))),
  tool("slow", { steps: Schema.Int }, ({ steps }) =>
    Effect.gen(function*() {
      const token = yield* progressToken
      const server = yield* Effect.serviceOption(McpServer.McpServer)
      for (let progress = 1; progress <= steps; progress++) {
        yield* Effect.promise(Work.turn)
        if (token !== undefined && Option.isSome(server)) {
          yield* server.value.notifications["notifications/progress"]({
            progressToken: token,
            progress,
            total: steps,
            message: `step ${progress}`
          })
        }
      }
      return say(`${steps} steps`)
    }).pipe(Effect.mapError(internal))),
  tool(
    "wait",
    named,
    ({ name }) => Effect.map(Effect.promise((signal) => Work.untilCancelled(name, signal)), (text) => say(text))
  ),
  tool("begun", named, ({ name }) => Effect.as(Effect.promise(() => Work.wait(name).begun.promise), say("begun"))),
  tool(
    "cancelled",
    named,
    ({ name }) => Effect.as(Effect.promise(() => Work.wait(name).cancelled.promise), say("cancelled"))
  ),
  tool("sample", { prompt: Schema.String }, ({ prompt }) =>
    ask(
      { method: "sampling/createMessage", params: Work.question(prompt) },
      (client) =>
        Effect.flatMap(
          Schema.decodeUnknownEffect(McpSchema.CreateMessage.payloadSchema)(Work.question(prompt)),
          client.createMessage
        ),
      ({ content, model }) => {
        const [first] = Array.isArray(content) ? content : [content]
        return say(`${model}: ${first?.type === "text" ? first.text : first?.type}`)
      }
    )),
  tool("ask", {}, () =>
    ask(
      { method: "elicitation/create", params: { mode: "form", ...Work.form } },
      (client) =>
        Effect.flatMap(
          Schema.decodeUnknownEffect(McpSchema.ElicitRequestFormParams)({ mode: "form", ...Work.form }),
          client.elicit
        ),
      (answer) => say(Work.answered(answer.action, "content" in answer ? answer.content : undefined))
    )),
  tool("roots", {}, () =>
    ask(
      { method: "roots/list" },
      // without an argument it sends params that are null, which is no JSON-RPC
      (client) => client.listRoots({}),
      ({ roots }) => say(roots.map(({ uri }) => String(uri)).join(" "))
    )),
  tool("log", {}, () =>
    Effect.gen(function*() {
      const server = yield* Effect.serviceOption(McpServer.McpServer)
      if (Option.isSome(server)) {
        const log = server.value.notifications["notifications/message"]
        yield* log({ level: "debug", logger: "interop", data: "in detail" })
        yield* log({ level: "error", logger: "interop", data: { what: "badly" } })
      }
      return say("logged")
    }).pipe(Effect.mapError(internal))),
  tool("touch", {}, () =>
    Effect.gen(function*() {
      const server = yield* Effect.serviceOption(McpServer.McpServer)
      if (Option.isSome(server)) {
        yield* server.value.notifications["notifications/resources/updated"]({ uri: "test://counter" })
      }
      return say("touched")
    }).pipe(Effect.mapError(internal))),
  tool("announce", {}, () =>
    Effect.gen(function*() {
      const server = yield* Effect.serviceOption(McpServer.McpServer)
      if (Option.isSome(server)) yield* server.value.notifications["notifications/tools/list_changed"](undefined)
      return say("announced")
    }).pipe(Effect.mapError(internal)))
)

const id = McpSchema.param("id", Schema.String)

const data = Layer.mergeAll(
  McpServer.resource({
    uri: "test://greeting",
    name: "greeting",
    mimeType: "text/plain",
    content: Effect.succeed(
      McpSchema.ReadResourceResult.make({
        contents: [{ uri: "test://greeting", mimeType: "text/plain", text: "Hello" }]
      })
    )
  }),
  McpServer.resource({ uri: "test://counter", name: "counter", content: Effect.succeed("0") }),
  McpServer.resource({
    uri: "test://pixel",
    name: "pixel",
    mimeType: "image/png",
    content: Effect.succeed(
      McpSchema.ReadResourceResult.make({
        contents: [{ uri: "test://pixel", mimeType: "image/png", blob: Buffer.from(Work.pixel, "base64") }]
      })
    )
  }),
  McpServer.resource`test://items/${id}`({
    name: "item",
    completion: { id: (beginning) => Effect.succeed(Work.items(beginning)) },
    content: (_uri, id) => Effect.succeed(`Item ${id}`)
  }),
  McpServer.prompt({
    name: "greet",
    parameters: { name: Schema.String, style: Schema.optionalKey(Schema.String) },
    completion: { style: (beginning) => Effect.succeed(Work.styles(beginning)) },
    content: ({ name, style }) => Effect.succeed(Work.greeting(name, style))
  })
)

const options = {
  ...Work.info,
  instructions: Work.instructions,
  protocols: [
    McpProtocol.v2026_07_28,
    McpProtocol.v2025_11_25,
    McpProtocol.v2025_06_18,
    McpProtocol.v2025_03_26,
    McpProtocol.v2024_11_05
  ],
  registrations: Layer.mergeAll(tools, data)
} as const

const served = Work.transport === "stdio"
  ? McpServer.layerStdio(options).pipe(Layer.provide(NodeStdio.layer))
  : Layer.effectDiscard(Effect.map(HttpServer.HttpServer, ({ address }) => {
    const port = "port" in address ? address.port : 0
    process.stderr.write(`http://127.0.0.1:${port}/mcp\n`)
  })).pipe(
    Layer.provideMerge(HttpRouter.serve(McpServer.layerHttp({ ...options, path: "/mcp" }), {
      disableLogger: true,
      disableListenLog: true
    })),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  )

Layer.launch(served).pipe(Effect.provide(Layer.succeed(Logger.LogToStderr, true)), NodeRuntime.runMain)
