/**
 * The server over HTTP, until it is interrupted.
 *
 * It is apart from `main`, so that the program over stdio starts without it.
 */
import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Everything from "./Everything.ts"

/** Where to listen, and what the server is made with. */
export interface Options {
  readonly host: string
  readonly port: number
  readonly pageSize: number
}

/** The server, listening. */
export const layer = ({ host, pageSize, port }: Options) =>
  Layer.provide(NodeHttpServer.layer({ host, port }), Everything.layer({ pageSize }))

/** Serves, and says where. */
export const serve = (options: Options) =>
  NodeHttpServer.NodeHttpServer.pipe(
    Effect.flatMap(({ url }) => Effect.logInfo(`Serving ${url}`)),
    Effect.andThen(Effect.never),
    Effect.provide(layer(options))
  )
