/**
 * `everything stdio` and `everything http`: the server that has everything, as a program.
 *
 * Standard output is the protocol's in the one and empty in the other; logs go to standard error in both.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Program from "@mcp-effect/node/Program"
import * as StdioServer from "@mcp-effect/node/StdioServer"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Everything from "./Everything.ts"

const pageSize = Flag.Int("page-size").pipe(
  Flag.withDescription("Items on a page of a list"),
  Flag.withDefault(1000)
)

const stdio = Command.make("stdio", { pageSize }, (options) => StdioServer.run(Everything.layer(options))).pipe(
  Command.withDescription("Serve the client that started this process")
)

const http = Command.make("http", {
  pageSize,
  host: Flag.String("host").pipe(Flag.withDescription("The address to listen at"), Flag.withDefault("127.0.0.1")),
  port: Flag.Int("port").pipe(Flag.withDescription("The port to listen at; 0 for any"), Flag.withDefault(0))
}, (options) => Effect.flatMap(Effect.promise(() => import("./Http.ts")), (Http) => Http.serve(options))).pipe(
  Command.withDescription("Serve clients over HTTP, and print the URL on standard error")
)

const everything = Command.make("everything").pipe(
  Command.withDescription("A server with every feature of the protocol"),
  Command.withSubcommands([stdio, http])
)

Command.run(everything, { version: "0.1.0" }).pipe(
  Effect.provide(NodeServices.layer),
  Program.run
)
