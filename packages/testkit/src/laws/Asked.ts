/**
 * `Asked` is what a server has asked its client, and what it was answered.
 *
 * It does not answer: that is done by the handlers that it listens to.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * A question, and its answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  readonly method: string
  readonly message: unknown
  readonly answer: unknown
}

/**
 * The same handlers, which tell of each question that they have answered.
 *
 * @category combinators
 * @since 0.1.0
 */
export const heard = (
  handlers: Layer.Layer<never, never, Client.Registry>,
  onAsked: (asked: Asked) => void
): Layer.Layer<never, never, Client.Registry> =>
  Layer.unwrap(Effect.map(Client.Registry, (registry) => {
    const register: typeof registry.register = (method, handler, capabilities) =>
      registry.register(
        method,
        (params, server) =>
          Effect.tap(
            handler(params, server),
            (answer) => Effect.sync(() => onAsked({ method, message: messageOf(params), answer }))
          ),
        capabilities
      )
    // what is set there is set in the registry itself
    const heard = new Proxy(registry, { get: (of, key) => key === "register" ? register : Reflect.get(of, key) })
    return Layer.provide(handlers, Layer.succeed(Client.Registry, heard))
  }))

// What is asked in the words of a revision, say in the fields of a form, may be another thing in each of them.
const messageOf = (params: object): unknown =>
  "message" in params ? params.message : "messages" in params ? params.messages : undefined
