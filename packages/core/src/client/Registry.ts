/**
 * The `Registry` is what a client does for its servers: it answers what they ask, and declares that it can.
 *
 * It is not who asks: the handlers of one registry answer over any connection, in a session as well as in the rounds of a request.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ClientCapabilities } from "../protocol/Capabilities.ts"
import type { LoggingLevel } from "../protocol/LoggingLevel.ts"
import type { ServerRequests } from "../protocol/Methods.ts"
import type { ProtocolError } from "../ProtocolError.ts"
import type { Caller, ServerDescription } from "./Caller.ts"
import { CompletedElicitations } from "./CompletedElicitations.ts"

/**
 * What a server may ask a client.
 *
 * @category models
 * @since 0.1.0
 */
export type Question = "sampling/createMessage" | "elicitation/create" | "roots/list"

/**
 * Answers a question of a server, which is told (ELIC-19).
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<M extends Question> = (
  params: ServerRequests[M]["params"],
  server: ServerDescription | undefined
) => Effect.Effect<ServerRequests[M]["result"], ProtocolError>

/**
 * A handler whose params fit the method that it is found by.
 *
 * @category models
 * @since 0.1.0
 */
export type AnyHandler = (
  params: never,
  server: ServerDescription | undefined
) => Effect.Effect<ServerRequests[Question]["result"], ProtocolError>

/**
 * What a client does for its servers.
 *
 * @category services
 * @since 0.1.0
 */
export class Registry extends Context.Service<Registry, {
  /** A second handler of one method is a defect. */
  readonly register: <M extends Question>(
    method: M,
    handler: Handler<M>,
    capabilities: ClientCapabilities
  ) => Effect.Effect<void>
  readonly handler: (method: string) => AnyHandler | undefined
  /** What is declared to servers: each handler's own. */
  readonly capabilities: () => ClientCapabilities
  /** Runs with each connection once it is negotiated, for as long as it lives. */
  readonly connected: Array<(caller: Caller) => Effect.Effect<void, never, Scope.Scope>>
  /** What the server said it is done with of what the user was sent away for. */
  readonly completed: CompletedElicitations
  /**
   * How long to wait for that before a request is sent again which was answered with the URLs it waits for (ELIC-29). Without it, none is sent
   * again.
   */
  completionTimeout: Duration.Input | undefined
  /** From which level on servers are asked to log, if they are. */
  logLevel: LoggingLevel | undefined
}>()("@mcp-effect/core/client/Registry") {}

/**
 * An empty registry. `declared` is what the client declares beside.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (declared: ClientCapabilities): Registry["Service"] => {
  const handlers = new Map<string, AnyHandler>()
  let capabilities = declared
  return {
    register: (method, handler, own) =>
      Effect.suspend(() => {
        if (handlers.has(method)) return Effect.die(new Error(`The client has two handlers of ${method}`))
        handlers.set(method, handler)
        capabilities = { ...capabilities, ...own }
        return Effect.void
      }),
    handler: (method) => handlers.get(method),
    capabilities: () => capabilities,
    connected: [],
    completed: new CompletedElicitations(),
    completionTimeout: undefined,
    logLevel: undefined
  }
}
