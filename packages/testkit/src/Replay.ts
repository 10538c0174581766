/**
 * A `Replay` says the lines of one side of a transcript again, and holds the other side, a live one, to its own.
 *
 * It is not bound to a test runner, nor to a wire: whether the conversation went as before is a value.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Arbitrary from "effect/Arbitrary"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Law from "./Law.ts"
import * as Transcript from "./Transcript.ts"
import type * as Difference from "./transcript/Difference.ts"
import * as Mismatches from "./transcript/Mismatch.ts"
import type * as Names from "./transcript/Names.ts"
import * as Rewriting from "./transcript/Rewriting.ts"
import { Script } from "./transcript/Script.ts"
import * as ScriptedServer from "./transcript/ScriptedServer.ts"
import * as Speaking from "./transcript/Speaking.ts"
import * as Wire from "./Wire.ts"

/**
 * Where a conversation went another way.
 *
 * @category errors
 * @since 0.1.0
 */
export type Mismatch = Mismatches.Mismatch

/**
 * How the live side is held to its lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Names.Rules {
  /**
   * `strict` by default: a message is the same. `lenient`: it may have more members, and the ids that the live side gives to its requests and their
   * progress may be others, as long as they are used in the same way.
   */
  readonly mode?: Difference.Mode
  /** What redacted values are in this run: `{ "«redacted:1»": "…" }`. One without a value is said as it stands there. */
  readonly secrets?: Readonly<Record<string, unknown>>
  /** How long the live side may say nothing that it should say, by the real clock; 10 seconds by default. */
  readonly patience?: Duration.Input
}

/**
 * How a server is held to its lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerOptions extends Options {
  /** `Wire.memory` by default. Over one of several streams only what comes on the same stream has an order. */
  readonly wire?: Wire.Wire
}

/**
 * Says the client's lines to the server of the context, and holds the server to its own. In the end it has said nothing else.
 *
 * @category running
 * @since 0.1.0
 */
export const toServer = (
  entries: ReadonlyArray<Transcript.Entry>,
  options: ServerOptions = {}
): Effect.Effect<void, Mismatch, Server> =>
  Effect.scoped(Effect.gen(function*() {
    const wire = options.wire ?? Wire.memory
    const connect = yield* wire.serve
    return yield* over(entries, connect, { ...options, isOrdered: wire.isOrdered })
  }))

/**
 * Says the client's lines over a connection of its own, and holds the server at its end to its lines.
 *
 * @category running
 * @since 0.1.0
 */
export const over = Effect.fnUntraced(function*(
  entries: ReadonlyArray<Transcript.Entry>,
  connect: Wire.Connect,
  options: Options & { readonly isOrdered?: boolean } = {}
): Effect.fn.Return<void, Mismatch, Scope.Scope> {
  const script = new Script(entries, "server", { ...options, isOrdered: options.isOrdered !== false })
  const { listen, say, settle } = yield* Speaking.open(connect, {
    onMessage: (message, stream) => script.hear(message, stream),
    onFailure: (cause) => script.isOver || script.closed(cause),
    patience: options.patience
  })
  while (!script.isOver) {
    const message = script.next()
    if (message !== undefined) yield* say(message)
    else if (!(yield* listen)) script.lost()
  }
  yield* settle
  if (script.mismatch !== undefined) return yield* script.mismatch
})

/**
 * How a client is held to its lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientOptions extends Options {
  /** Whether the client says its lines in this order; true by default. Else those between two of the server may come in any. */
  readonly isOrdered?: boolean
}

/**
 * Says the server's lines to the client that `use` makes with the transport, and holds the client to its own. In the end it has said nothing else.
 * When it says something else, the connection breaks, and that it did is the error, whatever `use` makes of it.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as Replay from "@mcp-effect/testkit/Replay"
 * import * as Transcript from "@mcp-effect/testkit/Transcript"
 * import * as Effect from "effect/Effect"
 *
 * const test = Effect.gen(function*() {
 *   const entries = yield* Transcript.read("tools.jsonl")
 *   return yield* Replay.toClient(entries, (transport) =>
 *     Effect.flatMap(
 *       Client.make({ name: "host", version: "1.0.0", transport }),
 *       (client) => client.request("tools/list", {})
 *     ))
 * })
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const toClient = <A, E, R>(
  entries: ReadonlyArray<Transcript.Entry>,
  use: (transport: Transport["Service"]) => Effect.Effect<A, E, R>,
  options: ClientOptions = {}
): Effect.Effect<A, E | Mismatch, Exclude<R, Scope.Scope>> =>
  Effect.scoped(Effect.gen(function*() {
    const script = yield* scripted(entries, options)
    const exit = yield* Effect.exit(use(script.transport))
    if (Exit.isSuccess(exit) || script.isBroken()) yield* script.outcome
    return yield* exit
  }))

/**
 * The transport of `toClient`, and how it went, for clients that live on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scripted = (
  entries: ReadonlyArray<Transcript.Entry>,
  options: ClientOptions = {}
): Effect.Effect<ScriptedServer.ScriptedServer> =>
  ScriptedServer.make(entries, { ...options, isOrdered: options.isOrdered !== false, patience: options.patience })

/**
 * Writes a transcript anew from what the server of the context says to the client's lines now. The server is given the time that nothing comes in
 * for `patience`, 1 second by default, before it counts as having said less than before. A transcript of the client's lines alone becomes a whole one.
 * Where `CI` is set nothing is written, and it fails.
 *
 * @category running
 * @since 0.1.0
 */
export const update = (
  path: string,
  options: Rewriting.Options & { readonly wire?: Wire.Wire } = {}
): Effect.Effect<void, Mismatch | Transcript.TranscriptError, Server> =>
  Effect.scoped(
    Effect.flatMap((options.wire ?? Wire.memory).serve, (connect) => Rewriting.update(path, connect, options))
  )

/**
 * The law that a server says what a transcript says. There is one case of it, whatever the number of runs.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = <E>(
  name: string,
  entries: ReadonlyArray<Transcript.Entry>,
  server: Layer.Layer<Server, E>,
  options: ServerOptions = {}
): Law.Law =>
  lawOf(
    name,
    `the server over ${(options.wire ?? Wire.memory).name}`,
    entries,
    Effect.provide(toServer(entries, options), Layer.fresh(server))
  )

/**
 * The law that a client says what a transcript says. There is one case of it, whatever the number of runs.
 *
 * @category laws
 * @since 0.1.0
 */
export const clientLaw = <E>(
  name: string,
  entries: ReadonlyArray<Transcript.Entry>,
  use: (transport: Transport["Service"]) => Effect.Effect<unknown, E, Scope.Scope>,
  options: ClientOptions = {}
): Law.Law => lawOf(name, "the client", entries, toClient(entries, use, options))

const lawOf = (
  name: string,
  subject: string,
  entries: ReadonlyArray<Transcript.Entry>,
  replay: Effect.Effect<unknown, unknown>
): Law.Law => {
  const property = Law.property({
    subject,
    arbitrary: Arbitrary.Constant(Transcript.title(entries) ?? "the transcript"),
    holds: () =>
      Effect.mapError(Effect.asVoid(replay), (error) =>
        error instanceof Mismatches.Mismatch
          ? new Law.Broken({ reason: error.message, lines: error.lines })
          : new Law.Broken({ reason: `it failed: ${String(error)}` }))
  })
  return Law.make(
    name,
    Effect.succeed([{ ...property, check: (options) => property.check({ ...options, runs: 1 }) }])
  )
}
