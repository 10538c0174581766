/**
 * Runs a test against an endpoint of its own.
 *
 * @since 0.1.0
 */
import type * as Server from "@mcp-effect/core/Server"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestServer from "./TestServer.ts"

export const serve = <E>(
  options: Endpoint.Options,
  test: (server: TestServer.TestServer) => Effect.Effect<void, E, Endpoint.Endpoint>,
  serverOptions?: Partial<Server.Options>
): Effect.Effect<void, E> => {
  const server = TestServer.make(serverOptions)
  return Effect.provide(test(server), Layer.provide(Endpoint.layer({ drainTimeout: 0, ...options }), server.layer))
}

/** How many sessions the endpoint has. */
export const sessions = Effect.flatMap(Endpoint.Endpoint, (endpoint) => endpoint.sessions)

/** How many streams the endpoint has open. */
export const streams = Effect.flatMap(Endpoint.Endpoint, (endpoint) => endpoint.streams)

/** How many requests that stand for themselves are in progress. */
export const requests = Effect.flatMap(Endpoint.Endpoint, (endpoint) => endpoint.requests)

/** Lets fibers that can go on go on. */
export const settle = Effect.forEach(Array.from({ length: 10 }), () => Effect.yieldNow, { discard: true })
