/**
 * `Speaking` is a connection to a live server as a transcript needs it: lines are said one after the other, each once the one before it has arrived.
 *
 * It does not know what is to be said, nor what has to be answered.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import type * as Wire from "../Wire.ts"
import * as EventLoop from "../wire/EventLoop.ts"
import * as StatelessVersion from "../wire/StatelessVersion.ts"
import { StreamOf } from "../wire/StreamOf.ts"

/**
 * What happens on the connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** `stream` is there when there are several. */
  readonly onMessage: (message: unknown, stream: unknown) => void
  readonly onFailure: (cause: unknown) => void
  /** How long the other side may do nothing, by the real clock. */
  readonly patience: Duration.Input | undefined
}

/**
 * The connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Speaking {
  readonly say: (message: unknown) => Effect.Effect<void>
  /** Comes back after a message was received or the connection has failed; false when nothing happened for too long. */
  readonly listen: Effect.Effect<boolean>
  /** Comes back when what was said last has had the time to show all that it leads to. */
  readonly settle: Effect.Effect<void>
}

// How many turns of the event loop what was said last gets to show that it was too much.
const settling = 30

// How many of them a request gets to arrive at the server before the next message is said.
const arriving = 10

/**
 * Comes back when what is ready has run: for whoever waits for what does not come.
 *
 * @category combinators
 * @since 0.1.0
 */
export const settle: Effect.Effect<void> = EventLoop.turns(settling)

/**
 * Whether something happens before patience is over. The clock is the real one: one that a test sets would never find that nothing comes.
 *
 * @category combinators
 * @since 0.1.0
 */
export const within = (patience: Duration.Input | undefined) => (effect: Effect.Effect<void>): Effect.Effect<boolean> =>
  Effect.timeoutOrElse(Effect.as(effect, true), {
    duration: patience ?? Duration.seconds(10),
    orElse: () => Effect.succeed(false)
  }).pipe(Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))

/**
 * Connects, until the scope ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = Effect.fnUntraced(function*(
  connect: Wire.Connect,
  { onFailure, onMessage, patience }: Options
): Effect.fn.Return<Speaking, never, Scope.Scope> {
  const happened = Latch.makeUnsafe()
  const fail = (cause: unknown) => {
    onFailure(cause)
    happened.openUnsafe()
  }
  const isPatient = within(patience)
  const connected = yield* Effect.result(connect)
  if (connected._tag === "Failure") {
    fail(connected.failure)
    return { say: () => Effect.void, listen: Effect.succeed(true), settle: Effect.void }
  }
  const transport = connected.success
  const running = transport.run((json, context) => {
    onMessage(json, context?.mapUnsafe.get(StreamOf.key))
    happened.openUnsafe()
  })
  yield* Effect.forkScoped(
    Effect.match(running, { onFailure: fail, onSuccess: () => fail("the other side has closed it") }),
    { startImmediately: true }
  )
  const say = yield* saying(transport, fail)
  return {
    say: (message) =>
      Effect.flatMap(
        isPatient(say(message)),
        (isTaken) => isTaken ? Effect.void : Effect.sync(() => fail("a message was not taken"))
      ),
    listen: Effect.suspend(() => {
      if (happened.isOpen()) {
        happened.closeUnsafe()
        return Effect.succeed(true)
      }
      return Effect.tap(isPatient(happened.await), Effect.sync(() => happened.closeUnsafe()))
    }),
    settle
  }
})

// A transport that asks by HTTP goes on sending until the answer is there, and gives a request that stands for itself up when it is interrupted.
const saying = Effect.fnUntraced(function*(transport: Transport["Service"], fail: (cause: unknown) => void) {
  const scope = yield* Effect.scope
  const asking = new Map<unknown, Fiber.Fiber<void>>()
  return Effect.fnUntraced(function*(message: unknown): Effect.fn.Return<void> {
    // transcripts say things that are no messages, too
    const { id, method, params } = message as JsonRpc.Request
    const sending = Effect.match(transport.send(message as JsonRpc.Message), { onFailure: fail, onSuccess: () => {} })
    if (!isAsking(message)) {
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
    yield* Effect.race(EventLoop.turns(arriving), Effect.asVoid(Fiber.await(fiber)))
  })
})

/**
 * Whether a message has to be answered. The answer to what a batch asks may be as long in coming as any.
 *
 * @category guards
 * @since 0.1.0
 */
export const isAsking = (message: unknown): boolean =>
  Array.isArray(message)
    ? message.some(isAsking)
    : Predicate.isObject(message) && message.id !== undefined && message.method !== undefined
