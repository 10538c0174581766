/**
 * `everything stdio` and `everything http`: the server that has everything, as a program.
 *
 * Standard output is the protocol's in the one and empty in the other; logs go to standard error in both.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
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

const everything = Command.make("everything").pipe(
  Command.withDescription("A server with every feature of the protocol"),
  Command.withSubcommands([stdio])
)

Command.run(everything, { version: "0.1.0" }).pipe(
  Effect.provide([NodeServices.layer, StdioServer.layerLogger]),
  NodeRuntime.runMain({ teardown: StdioServer.teardown })
)
