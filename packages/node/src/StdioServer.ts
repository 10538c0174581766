/**
 * The `StdioServer` runs a server for the one client that started this process, and ends with it.
 *
 * It is not the transport (`StdioTransport`) and adds nothing to the protocol: it is the program around them.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import * as Server from "@mcp-effect/core/Server"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Program from "./Program.ts"
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
    Effect.provide(Program.layerLogger)
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
  Program.run(run(server, options))
