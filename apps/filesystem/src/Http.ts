/**
 * The server over HTTP, until it is interrupted.
 *
 * Apart from `main`, so that the program over stdio starts without it.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 */
import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Filesystem from "./Filesystem.ts"

/**
 * Where to listen, and the directories to serve.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly host: string
  readonly port: number
  readonly directories: ReadonlyArray<string>
}

/**
 * Serves, and says where on standard error.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = ({ directories, host, port }: Options) =>
  NodeHttpServer.NodeHttpServer.pipe(
    Effect.flatMap(({ url }) => Effect.logInfo(`Serving ${url}`)),
    Effect.andThen(Effect.never),
    Effect.provide(Layer.provide(NodeHttpServer.layer({ host, port }), Filesystem.layer(directories)))
  )
