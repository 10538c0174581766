/**
 * A `Harness` is a client and the server it is connected to, in one scope, with all that they said to each other.
 *
 * It is not a mock of either: both are what applications run, and what is said crosses a real wire.
 *
 * @since 0.1.0
 */
import * as Client from "@mcp-effect/core/Client"
import type { Server } from "@mcp-effect/core/Server"
import type { SessionError } from "@mcp-effect/core/SessionError"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Transcript from "./Transcript.ts"
import * as Wire from "./Wire.ts"

/**
 * How the client is connected, and what it does for the server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<E = never, R = never> extends Partial<Client.Options> {
  /** `Wire.memory` by default. */
  readonly wire?: Wire.Wire
  /** What answers the server's questions, as `Client.elicitation` and its like, or `Answers.layer`. */
  readonly handlers?: Layer.Layer<never, E, R>
  /** Is told of each line as it is said. */
  readonly onLine?: (line: Transcript.Line) => void
}

/**
 * A client, and what was said so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface Harness {
  readonly client: Client.Methods
  readonly lines: ReadonlyArray<Transcript.Line>
}

/**
 * A client of the server of the context.
 *
 * @category constructors
 * @since 0.1.0
 */
export const connect = Effect.fnUntraced(function*<E = never, R = never>(
  options: Options<E, R> = {}
): Effect.fn.Return<
  Harness,
  SessionError | TransportError | E,
  Server | Scope.Scope | Exclude<R, Client.Registry>
> {
  return yield* over(yield* (options.wire ?? Wire.memory).serve, options)
})

/**
 * A client over a wire that is being served already, whatever the options say of one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const over = Effect.fnUntraced(function*<E = never, R = never>(
  connect: Wire.Connect,
  options: Options<E, R> = {}
): Effect.fn.Return<Harness, SessionError | TransportError | E, Scope.Scope | Exclude<R, Client.Registry>> {
  const { handlers, onLine, wire: _, ...own } = options
  const lines: Array<Transcript.Line> = []
  const transport = Transcript.record(yield* connect, (line) => {
    lines.push(line)
    onLine?.(line)
  })
  const client = yield* Client.make(
    { name: "harness", version: "1.0.0", ...own, transport },
    handlers ?? Layer.empty
  )
  return { client, lines }
})

/**
 * A server, and a client of it.
 *
 * @example
 * ```ts
 * import * as Server from "@mcp-effect/core/Server"
 * import * as Harness from "@mcp-effect/testkit/Harness"
 * import * as Effect from "effect/Effect"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server.Server>
 *
 * const test = Effect.gen(function*() {
 *   const { client } = yield* Harness.make(Calculator)
 *   return yield* client.callTool("add", { a: 1, b: 2 })
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<EL, RL, E = never, R = never>(
  server: Layer.Layer<Server, EL, RL>,
  options: Options<E, R> = {}
): Effect.fn.Return<
  Harness,
  SessionError | TransportError | E | EL,
  Scope.Scope | RL | Exclude<Exclude<R, Client.Registry>, Server>
> {
  const context = yield* Layer.build(Layer.fresh(server))
  return yield* Effect.provideContext(connect(options), context)
})

/**
 * The client of a server of its own, for tests that take it from the context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <EL, RL, E = never, R = never>(
  server: Layer.Layer<Server, EL, RL>,
  options: Options<E, R> = {}
): Layer.Layer<
  Client.Client,
  SessionError | TransportError | E | EL,
  Exclude<RL | Exclude<Exclude<R, Client.Registry>, Server>, Scope.Scope>
> => Layer.effect(Client.Client, Effect.map(make(server, options), ({ client }) => client))
