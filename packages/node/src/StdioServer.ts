/**
 * The `StdioServer` runs a server for the one client that started this process, and ends with it.
 *
 * It is not the transport (`StdioTransport`) and adds nothing to the protocol: it is the program around them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Server from "@mcp-effect/core/Server"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import * as StdioTransport from "./StdioTransport.ts"
import * as StdoutGuard from "./StdoutGuard.ts"

/**
 * The limits of a stdio server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options
  extends Pick<StdioTransport.Options, "maxLineLength">, Pick<Server.ServeOptions, "drainTimeout" | "releaseTimeout">
{}

/**
 * The log on standard error, where it cannot disturb the protocol.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerLogger: Layer.Layer<never> = Layer.succeed(Logger.LogToStderr, true)

/**
 * Serves the client until it closes standard input, with all logs on standard error. Interruption answers what is in progress first.
 *
 * @category running
 * @since 0.1.0
 */
export const run = <E, R>(
  server: Layer.Layer<Server.Server, E, R>,
  options: Options = {}
): Effect.Effect<void, E | TransportError, R> =>
  Server.serve({ sessionId: "stdio", ...options }).pipe(
    // the transport comes first: it guards standard output while the server is built
    Effect.provide(Layer.provideMerge(server, StdioTransport.layer(options))),
    Effect.ensuring(StdoutGuard.seal),
    Effect.provide(layerLogger)
  )

// In milliseconds: enough for what is still being written to standard error, or to standard output by a program that is no server.
const lingerTimeout = 1000

/**
 * How the program exits: the end of input, SIGTERM and SIGINT are all how a stdio server is told to stop, so they are a success (STDIO-18).
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
 * @category running
 * @since 0.1.0
 */
export const launch = <A, E>(program: Effect.Effect<A, E>): void =>
  program.pipe(
    Effect.tapCause((cause) =>
      Cause.hasInterruptsOnly(cause) || !Runtime.getErrorReported(Cause.squash(cause))
        ? Effect.void
        : Effect.logError(cause)
    ),
    Effect.provide(layerLogger),
    NodeRuntime.runMain({ teardown, disableErrorReporting: true })
  )

/**
 * Runs the server as this program: it exits with 0 when the client ends it, by the end of input or by a signal, once the work in progress is
 * answered; with 1 when it fails.
 *
 * @example
 * ```ts
 * import * as Server from "@mcp-effect/core/Server"
 * import * as StdioServer from "@mcp-effect/node/StdioServer"
 * import * as Layer from "effect/Layer"
 *
 * StdioServer.runMain(Server.layer({ name: "empty", version: "1.0.0" }, Layer.empty))
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const runMain = <E>(server: Layer.Layer<Server.Server, E>, options?: Options): void =>
  launch(run(server, options))
