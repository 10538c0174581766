/**
 * mcp-effect, as its users run it: the built packages, over stdio, on its own listener (`http`) or in effect's `HttpRouter` (`router`).
 */
import * as Elicitation from "@mcp-effect/core/Elicitation"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { furtherTools, info, listening, megabyte, transport } from "./Work.mjs"

const echo = (name) =>
  Server.tool(
    Tool.make(name, { description: "Says it again", input: { text: Schema.String } }),
    ({ text }) => Effect.succeed(text)
  )

const server = Server.layer(
  { ...info, pageSize: 100_000 },
  Layer.mergeAll(
    echo("echo"),
    ...furtherTools.map(echo),
    Server.tool(Tool.make("megabyte"), () => Effect.succeed(megabyte)),
    Server.tool(Tool.make("ask"), () =>
      Effect.map(
        Elicitation.form({ message: "What is to be said?", fields: { text: Schema.String } }),
        (answer) => answer.content?.text ?? answer.action
      ))
  )
)

if (transport === "stdio") {
  const StdioServer = await import("@mcp-effect/node/StdioServer")
  StdioServer.runMain(server)
} else if (transport === "http") {
  const NodeHttpServer = await import("@mcp-effect/node/NodeHttpServer")
  const NodeRuntime = await import("@effect/platform-node/NodeRuntime")
  const told = Layer.effectDiscard(
    Effect.map(NodeHttpServer.NodeHttpServer, ({ url }) => listening(Number(new URL(url).port)))
  )
  const served = NodeHttpServer.layer().pipe(Layer.provide(server))
  NodeRuntime.runMain(Layer.launch(Layer.provide(told, served)))
} else {
  const HttpRouterServer = await import("@mcp-effect/http/HttpRouterServer")
  const NodeHttpServer = await import("@effect/platform-node/NodeHttpServer")
  const NodeRuntime = await import("@effect/platform-node/NodeRuntime")
  const HttpRouter = await import("effect/http/HttpRouter")
  const HttpServer = await import("effect/http/HttpServer")
  const { createServer } = await import("node:http")
  const told = Layer.effectDiscard(Effect.map(HttpServer.HttpServer, ({ address }) => listening(address.port)))
  const endpoint = HttpRouterServer.layer({ path: "/mcp" }).pipe(Layer.provide(server))
  const served = HttpRouter.serve(endpoint, { disableLogger: true, disableListenLog: true })
  NodeRuntime.runMain(Layer.launch(told.pipe(
    Layer.provideMerge(served),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  )))
}
