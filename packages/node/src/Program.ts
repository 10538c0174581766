/**
 * A `Program` is a server as a process: where its log goes, and how it ends.
 *
 * It is not bound to a transport; `StdioServer.runMain` is this for the one that a host starts.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"

/**
 * The log on standard error, where it cannot disturb the protocol.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerLogger: Layer.Layer<never> = Layer.succeed(Logger.LogToStderr, true)

// In milliseconds: enough for what is still being written to standard error, or to standard output by a program that is no server.
const lingerTimeout = 1000

/**
 * How a server exits: the end of its work, SIGTERM and SIGINT are all how it is told to stop, so they are a success (STDIO-18).
 *
 * @category running
 * @since 0.1.0
 */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  const code = Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1
  onExit(code)
  // what a handler has left running (a timer, a socket) does not keep the process from ending
  setTimeout(() => process.exit(code), lingerTimeout).unref()
}

/**
 * Runs an effect as this program and ends as `teardown` says. Its log is on standard error, and so is the report of its failure, which no
 * logger that the effect itself provides would reach (STDIO-3).
 *
 * @example
 * ```ts
 * import * as Server from "@mcp-effect/core/Server"
 * import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
 * import * as Program from "@mcp-effect/node/Program"
 * import * as Layer from "effect/Layer"
 *
 * NodeHttpServer.layer({ port: 3000 }).pipe(
 *   Layer.provide(Server.layer({ name: "empty", version: "1.0.0" }, Layer.empty)),
 *   Layer.launch,
 *   Program.run
 * )
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const run = <A, E>(program: Effect.Effect<A, E>): void =>
  program.pipe(
    Effect.tapCause((cause) =>
      Cause.hasInterruptsOnly(cause) || !Runtime.getErrorReported(Cause.squash(cause))
        ? Effect.void
        : Effect.logError(cause)
    ),
    Effect.provide(layerLogger),
    NodeRuntime.runMain({ teardown, disableErrorReporting: true })
  )
