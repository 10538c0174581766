/**
 * A `Replay` says the lines of one side of a transcript again, and holds the other side, a live one, to its own.
 *
 * It is not bound to a test runner, nor to a wire: whether the conversation went as before is a value.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Server } from "@mcp-effect/core/Server"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import type * as Transcript from "./Transcript.ts"
import type * as Difference from "./transcript/Difference.ts"
import type * as Mismatches from "./transcript/Mismatch.ts"
import type * as Names from "./transcript/Names.ts"
import { Script } from "./transcript/Script.ts"
import * as Wire from "./Wire.ts"
import * as StatelessVersion from "./wire/StatelessVersion.ts"
import { StreamOf } from "./wire/StreamOf.ts"

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
  /** `strict` by default. */
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
  const heard = Latch.makeUnsafe()
  const failed = (error: unknown) => {
    script.closed(error)
    heard.openUnsafe()
  }
  const connected = yield* Effect.result(connect)
  if (connected._tag === "Failure") failed(connected.failure)
  else {
    const transport = connected.success
    yield* Effect.forkScoped(
      Effect.match(
        transport.run((json, context) => {
          script.hear(json, context?.mapUnsafe.get(StreamOf.key))
          heard.openUnsafe()
        }),
        { onFailure: failed, onSuccess: () => {} }
      ),
      { startImmediately: true }
    )
    const say = yield* speaking(transport, failed)
    while (!script.isOver) {
      heard.closeUnsafe()
      const message = script.next()
      if (message !== undefined) yield* say(message)
      else yield* awaited(script, heard, options)
    }
    yield* turns(settling)
  }
  if (script.mismatch !== undefined) return yield* script.mismatch
})

const awaited = (script: Script, heard: Latch.Latch, { patience }: Options): Effect.Effect<void> =>
  Effect.timeoutOrElse(heard.await, {
    duration: patience ?? Duration.seconds(10),
    orElse: () => Effect.sync(() => script.lost())
  }).pipe(
    // a clock that a test sets would never find that nothing comes
    Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())
  )

// How many turns of the event loop what was said last gets to show that it was too much.
const settling = 30

// How many of them a request gets to arrive at the server before the next message is said.
const arriving = 10

const turns = (count: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let left = count
    const turn = (): NodeJS.Immediate =>
      setImmediate(() => --left > 0 ? void (immediate = turn()) : resume(Effect.void))
    let immediate = turn()
    return Effect.sync(() => clearImmediate(immediate))
  })

// A transport that asks by HTTP goes on sending until the answer is there, and gives a request that stands for itself up when it is interrupted.
const speaking = Effect.fnUntraced(function*(transport: Transport["Service"], failed: (error: unknown) => void) {
  const scope = yield* Effect.scope
  const asking = new Map<unknown, Fiber.Fiber<void>>()
  return Effect.fnUntraced(function*(message: unknown): Effect.fn.Return<void> {
    // transcripts say things that are no messages, too
    const { id, method, params } = message as JsonRpc.Request
    const sending = Effect.match(transport.send(message as JsonRpc.Message), {
      onFailure: failed,
      onSuccess: () => {}
    })
    if (id === undefined || method === undefined) {
      yield* sending
      if (method === "notifications/cancelled" && Predicate.isObject(params)) {
        const fiber = asking.get(params.requestId)
        if (fiber !== undefined) yield* Fiber.interrupt(fiber)
      }
      return
    }
    const fiber = yield* Effect.forkIn(sending, scope, { startImmediately: true })
    if (fiber.pollUnsafe() !== undefined) return
    if (StatelessVersion.of(message) !== undefined) {
      asking.set(id, fiber)
      fiber.addObserver(() => asking.get(id) === fiber && asking.delete(id))
    }
    yield* Effect.race(turns(arriving), Effect.asVoid(Fiber.await(fiber)))
  })
})
