/**
 * effect/ai, the MCP server that Effect itself ships: a toolkit over stdio or in its HTTP router.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { furtherTools, info, listening, megabyte, transport } from "./Work.mjs"

const names = ["echo", ...furtherTools]
const toolkit = Toolkit.make(
  ...names.map((name) =>
    Tool.make(name, {
      description: "Says it again",
      parameters: Schema.Struct({ text: Schema.String }),
      success: Schema.String
    })
  ),
  Tool.make("megabyte", { success: Schema.String })
)

const registrations = McpServer.toolkit(toolkit).pipe(Layer.provide(toolkit.toLayer({
  ...Object.fromEntries(names.map((name) => [name, ({ text }) => Effect.succeed(text)])),
  megabyte: () => Effect.succeed(megabyte)
})))

const options = { ...info, protocols: [transport === "stateless" ? McpProtocol.v2026_07_28 : McpProtocol.v2025_11_25], registrations }

const stdio = () => McpServer.layerStdio(options).pipe(Layer.provide(NodeStdio.layer))

const http = async () => {
  const NodeHttpServer = await import("@effect/platform-node/NodeHttpServer")
  const HttpRouter = await import("effect/http/HttpRouter")
  const HttpServer = await import("effect/http/HttpServer")
  const { createServer } = await import("node:http")
  return Layer.effectDiscard(Effect.map(HttpServer.HttpServer, ({ address }) => listening(address.port))).pipe(
    Layer.provideMerge(HttpRouter.serve(McpServer.layerHttp({ ...options, path: "/mcp" }), {
      disableLogger: true,
      disableListenLog: true
    })),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  )
}

const served = transport === "stdio" ? stdio() : await http()

Layer.launch(served).pipe(Effect.provide(Layer.succeed(Logger.LogToStderr, true)), NodeRuntime.runMain)
