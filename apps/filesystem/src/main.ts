/**
 * `filesystem stdio DIR...` and `filesystem http DIR...`: the server over real files, as a program.
 *
 * Not a place for settings: what may be reached are the directories named on the command line, and nothing widens them later.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Program from "@mcp-effect/node/Program"
import * as StdioServer from "@mcp-effect/node/StdioServer"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Filesystem from "./Filesystem.ts"

const directories = Argument.String("directory").pipe(
  Argument.withDescription("A directory that clients may work in"),
  Argument.atLeast(1)
)

const stdio = Command.make(
  "stdio",
  { directories },
  ({ directories }) => StdioServer.run(Filesystem.layer(directories))
).pipe(Command.withDescription("Serve the client that started this process"))

const http = Command.make("http", {
  directories,
  host: Flag.String("host").pipe(Flag.withDescription("The address to listen at"), Flag.withDefault("127.0.0.1")),
  port: Flag.Int("port").pipe(Flag.withDescription("The port to listen at; 0 for any"), Flag.withDefault(0))
}, (options) => Effect.flatMap(Effect.promise(() => import("./Http.ts")), (Http) => Http.serve(options))).pipe(
  Command.withDescription("Serve clients over HTTP, and print the URL on standard error")
)

const filesystem = Command.make("filesystem").pipe(
  Command.withDescription("A server over real files, inside the directories named"),
  Command.withSubcommands([stdio, http])
)

Command.run(filesystem, { version: "0.1.0" }).pipe(
  Effect.provide(NodeServices.layer),
  Program.run
)
