/**
 * A `FaultTransport` is a transport to which happens what happens to connections: messages are late, lost, doubled or overtaken, a side falls silent, the
 * connection is cut.
 *
 * It invents nothing: which message meets with which fault is a list that was given, or made of a seed, and is the same in each run. Time is the clock's.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#custom-transports
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { Dice } from "./simulation/Dice.ts"
import * as Delegate from "./wire/Delegate.ts"

/**
 * What happens to a message: it comes late and others overtake it (`delay`); it comes late, and so does all that follows (`stall`); it is lost (`drop`);
 * it comes once more, later (`duplicate`); it and all that follows in its direction is lost, and nobody is told (`silence`); it is lost, for
 * the connection ends there (`cut`).
 *
 * @category models
 * @since 0.1.0
 */
export const Kind = Schema.Literals(["delay", "stall", "duplicate", "drop", "silence", "cut"])

/**
 * What can happen to a message.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = typeof Kind.Type

/**
 * What happens to which message of a connection: the first one that this side sends or receives is `nth` 0. `millis` is how late it comes.
 *
 * @category models
 * @since 0.1.0
 */
export const Fault = Schema.Struct({
  on: Schema.Literals(["sent", "received"]),
  nth: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
  kind: Kind,
  millis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_600_000 }))
})

/**
 * A fault.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Schema.Schema.Type<typeof Fault> {}

/**
 * What happens to a connection, and who is told when it does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly faults: ReadonlyArray<Fault>
  readonly onFault?: (fault: Fault) => void
}

/**
 * How many of a hundred messages meet with a fault of each kind, and how late they are at most, in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rates extends Readonly<Record<Kind, number>> {
  readonly maxMillis: number
}

/**
 * The default rates.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultRates: Rates = {
  delay: 5,
  stall: 5,
  duplicate: 2,
  drop: 2,
  silence: 0.5,
  cut: 1,
  maxMillis: 5000
}

/**
 * Faults of a seed, for a connection of so many messages each way; 1,000 by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = (
  seed: string | number,
  options: { readonly rates?: Partial<Rates>; readonly messages?: number } = {}
): ReadonlyArray<Fault> => {
  const rates = { ...defaultRates, ...options.rates }
  const faults: Array<Fault> = []
  for (const on of ["sent", "received"] as const) {
    const dice = new Dice(seed).of(on)
    for (let nth = 0; nth < (options.messages ?? 1000); nth++) {
      const kind = dice.among(Kind.literals, rates)
      const millis = dice.between(0, rates.maxMillis)
      if (kind !== undefined) faults.push({ on, nth, kind, millis })
    }
  }
  return faults
}

/**
 * A connection with faults, from the side of the transport that `connect` opens. A cut ends it for both sides where the end of its scope does.
 *
 * @example
 * ```ts
 * import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
 * import * as FaultTransport from "@mcp-effect/testkit/FaultTransport"
 * import * as Effect from "effect/Effect"
 *
 * const ends = Effect.gen(function*() {
 *   const [client, server] = yield* MemoryTransport.make()
 *   const faulty = yield* FaultTransport.make(Effect.succeed(client), { faults: FaultTransport.plan("a seed") })
 *   return [faulty, server]
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*<E, R>(
  connect: Effect.Effect<Transport["Service"], E, R>,
  { faults, onFault }: Options
): Effect.fn.Return<Transport["Service"], E, Exclude<R, Scope.Scope> | Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const transport = yield* Scope.provide(connect, scope)
  const context = yield* Effect.context<never>()
  const cut = Deferred.makeUnsafe<void>()
  const end = Effect.sync(() => {
    // by itself: it ends who asks for it too
    if (Deferred.doneUnsafe(cut, Effect.void)) Effect.runForkWith(context)(Scope.close(scope, Exit.void))
  })
  const way = (on: Fault["on"]) =>
    new Way(faults.filter((fault) => fault.on === on), scope, context, (fault) => onFault?.(fault))
  const outward = way("sent")
  const inward = way("received")
  const isCut = () => Deferred.isDoneUnsafe(cut)
  return Delegate.transport(
    transport,
    (message, relatedTo) =>
      Effect.suspend(() => {
        if (isCut()) return Effect.fail(TransportError.closed())
        const send = transport.send(message, relatedTo)
        return outward.pass(send, Effect.andThen(end, Effect.fail(TransportError.closed())))
      }),
    (receive) => {
      const running = transport.run((json, known) => {
        if (isCut()) return
        const taken = Effect.sync(() => {
          if (!isCut()) receive(json, known)
        })
        // what is not late is taken in at once
        const passing = Effect.runForkWith(context)(inward.pass(taken, end))
        if (passing.pollUnsafe() === undefined) Fiber.runIn(passing, scope)
      })
      // what is under way arrives before the end does
      return Effect.raceFirst(Effect.andThen(running, inward.arrived), Deferred.await(cut))
    }
  )
})

// One direction of a connection.
class Way {
  readonly #faults = new Map<number, Fault>()
  readonly #scope: Scope.Scope
  readonly #context: Context.Context<never>
  readonly #onFault: (fault: Fault) => void
  readonly #clock: Clock.Clock
  #passed = 0
  #isSilent = false
  // when what is sent now arrives at the earliest, and when all of it has
  #notBefore = 0
  #last = 0

  constructor(
    faults: ReadonlyArray<Fault>,
    scope: Scope.Scope,
    context: Context.Context<never>,
    onFault: (fault: Fault) => void
  ) {
    // the first of those for one message
    for (const fault of faults) if (!this.#faults.has(fault.nth)) this.#faults.set(fault.nth, fault)
    this.#scope = scope
    this.#context = context
    this.#onFault = onFault
    this.#clock = Context.get(context, Clock.Clock)
  }

  get arrived(): Effect.Effect<void> {
    return Effect.suspend(() => this.#isSilent ? Effect.void : Effect.sleep(Math.max(0, this.#last - this.#now)))
  }

  get #now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  pass<E>(deliver: Effect.Effect<void, E>, cut: Effect.Effect<void, E>): Effect.Effect<void, E> {
    return Effect.suspend(() => {
      const fault = this.#faults.get(this.#passed++)
      if (this.#isSilent) return Effect.void
      if (fault !== undefined) this.#onFault(fault)
      switch (fault?.kind) {
        case undefined:
          return this.#at(this.#notBefore, deliver)
        case "drop":
          return Effect.void
        case "silence":
          this.#isSilent = true
          return Effect.void
        case "cut":
          return cut
        case "delay":
          return this.#at(Math.max(this.#now + fault.millis, this.#notBefore), deliver)
        case "stall":
          this.#notBefore = Math.max(this.#now + fault.millis, this.#notBefore)
          return this.#at(this.#notBefore, deliver)
        case "duplicate":
          return Effect.andThen(
            this.#at(this.#notBefore, deliver),
            this.#at(Math.max(this.#now + Math.max(1, fault.millis), this.#notBefore), deliver)
          )
      }
    })
  }

  // Nobody waits for what is late.
  #at<E>(time: number, deliver: Effect.Effect<void, E>): Effect.Effect<void, E> {
    const late = time - this.#now
    if (late <= 0) return deliver
    this.#last = Math.max(this.#last, time)
    return Effect.sync(() => {
      Fiber.runIn(
        Effect.runForkWith(this.#context)(Effect.ignore(Effect.andThen(Effect.sleep(late), deliver))),
        this.#scope
      )
    })
  }
}
