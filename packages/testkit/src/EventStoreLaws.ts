/**
 * `EventStoreLaws` are what has to be true of any `EventStore`, so that a client that comes back gets all that it missed, once, and nothing else.
 *
 * They do not ask how a store keeps events, or for how long: how much of a session it keeps at least is the author's to say.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import type * as EventStore from "@mcp-effect/http/EventStore"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Law from "./Law.ts"

/**
 * What laws need to know of a store.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many of the newest events of each session the store keeps at least; 50 by default, none of them longer than 300 UTF-16 units. */
  readonly keeps?: number
}

type Store = EventStore.EventStore["Service"]

type Make = Effect.Effect<Store, never, Scope.Scope>

// Names that run into each other where a store does not mind, and one that objects have already.
const sessions = ["a", "A", "a-1", "__proto__"] as const

const streams = [0, 1] as const

const Place = { session: Schema.Literals(sessions), stream: Schema.Literals(streams) }

const Append = Schema.TaggedStruct("Append", {
  ...Place,
  /** How far the sequence goes on: it has gaps. */
  step: Schema.Literals([1, 2, 5]),
  texts: Schema.Array(Schema.String.check(Schema.isMaxLength(40))).check(Schema.isMinLength(1), Schema.isMaxLength(5))
})

const After = Schema.TaggedStruct("After", { ...Place, back: Schema.Literals([0, 1, 2, 9]) })

const Forget = Schema.TaggedStruct("Forget", { session: Place.session })

const Action = Schema.Union([Append, Append, After, Forget])

type Action = typeof Action.Type

/** What was appended and not forgotten. */
class Model {
  readonly #logs = new Map<string, Array<EventStore.Event>>()
  readonly #sequences = new Map<string, number>()
  readonly #keeps: number
  /** Whether streams append at the same time, so that nobody knows which events of a session are its newest. */
  isConcurrent = false

  constructor(keeps: number) {
    this.#keeps = keeps
  }

  /** The sequence number of the last event of a stream. */
  last(session: string, stream: number): number {
    return this.#sequences.get(JSON.stringify([session, stream])) ?? 0
  }

  /** The events that come next on a stream. */
  append({ session, step, stream, texts }: typeof Append.Type): ReadonlyArray<EventStore.Event> {
    const last = this.last(session, stream)
    const events = texts.map((text, i) => ({ stream, sequence: last + step * (i + 1), data: JSON.stringify(text) }))
    this.#sequences.set(JSON.stringify([session, stream]), last + step * texts.length)
    this.#logs.set(session, [...this.#logs.get(session) ?? [], ...events])
    return events
  }

  /** Every place of a stream that can be gone on after. */
  places(session: string, stream: number): ReadonlyArray<number> {
    const own = (this.#logs.get(session) ?? []).filter((event) => event.stream === stream)
    return [0, ...own.map(({ sequence }) => sequence)]
  }

  forget(session: string): void {
    this.#logs.delete(session)
  }

  /** What is wrong with what came back. */
  misfit(
    session: string,
    stream: number,
    sequence: number,
    found: ReadonlyArray<EventStore.Event>
  ): string | undefined {
    const log = this.#logs.get(session) ?? []
    const sought = (event: EventStore.Event) => event.stream === stream && event.sequence > sequence
    const all = log.filter(sought)
    const kept = this.isConcurrent && log.length > this.#keeps ? [] : log.slice(-this.#keeps)
    const needed = kept.filter(sought)
    // what is forgotten is what is oldest
    const fits = found.length >= needed.length && found.length <= all.length &&
      found.every((event, i) => isSame(event, all[all.length - found.length + i]!))
    return fits
      ? undefined
      : `after ${sequence} of stream ${stream} of session ${session} came ${shown(found)}, and not ${shown(all)}`
  }
}

const isSame = (one: EventStore.Event, other: EventStore.Event): boolean =>
  one.stream === other.stream && one.sequence === other.sequence && one.data === other.data

const shown = (events: ReadonlyArray<EventStore.Event>): string =>
  events.length === 0
    ? "nothing"
    : events.map(({ data, sequence, stream }) => `${stream}/${sequence} ${data}`).join(", ")

const check = (
  store: Store,
  model: Model,
  session: string,
  stream: number,
  sequence: number
): Effect.Effect<void, Law.Broken> =>
  Effect.flatMap(store.after(session, stream, sequence), (found) => {
    const reason = model.misfit(session, stream, sequence, found)
    return reason === undefined ? Effect.void : Effect.fail(new Law.Broken({ reason }))
  })

const checkAll = (store: Store, model: Model): Effect.Effect<void, Law.Broken> =>
  Effect.forEach(
    sessions,
    (session) =>
      Effect.forEach(streams, (stream) =>
        Effect.forEach(model.places(session, stream), (place) => check(store, model, session, stream, place))),
    { discard: true }
  )

const append = (store: Store, session: string, events: ReadonlyArray<EventStore.Event>): Effect.Effect<void> =>
  Effect.forEach(events, (event) => store.append(session, event), { discard: true })

const perform = (store: Store, model: Model, action: Action): Effect.Effect<void, Law.Broken> => {
  switch (action._tag) {
    case "Append":
      return append(store, action.session, model.append(action))
    case "After": {
      const { back, session, stream } = action
      return check(store, model, session, stream, Math.max(0, model.last(session, stream) - back))
    }
    case "Forget":
      model.forget(action.session)
      return store.forget(action.session)
  }
}

const law = <A>(
  name: string,
  make: Make,
  options: Options,
  arbitrary: Arbitrary.Arbitrary<A>,
  holds: (value: A, store: Store, model: Model) => Effect.Effect<void, Law.Broken, Scope.Scope>
): Law.Law =>
  Law.make(
    name,
    Effect.succeed([Law.property({
      subject: "the store",
      arbitrary,
      holds: (value) => Effect.flatMap(make, (store) => holds(value, store, new Model(options.keeps ?? 50)))
    })])
  )

const run = (actions: ReadonlyArray<Action>, store: Store, model: Model): Effect.Effect<void, Law.Broken> =>
  Effect.andThen(
    Effect.forEach(actions, (action) => perform(store, model, action), { discard: true }),
    checkAll(store, model)
  )

const list = <S extends Schema.Constraint>(schema: S): Arbitrary.Arbitrary<ReadonlyArray<S["Type"]>> =>
  Arbitrary.array(Arbitrary.schema(schema), { minLength: 1, maxLength: 40 })

// What comes back after a place is what was appended to that stream of that session since, oldest first and as it was; what a store has no room for
// is what is oldest.
const after = (make: Make, options: Options = {}): Law.Law =>
  law(
    "after a place comes what was appended to its stream since, oldest first",
    make,
    options,
    list(Schema.Union([Append, Append, After])),
    run
  )

// A session that has ended is forgotten, and no other with it; one of the same name begins anew.
const forget = (make: Make, options: Options = {}): Law.Law =>
  law("a session that is forgotten is gone, and no other with it", make, options, list(Action), run)

// Streams of one session, and sessions, append at the same time, each its own events one after the other.
const concurrency = (make: Make, options: Options = {}): Law.Law =>
  law(
    "what is appended at the same time is kept, all of it",
    make,
    options,
    list(Append),
    (appends, store, model) => {
      model.isConcurrent = true
      const turns = new Map<string, Array<Effect.Effect<void>>>()
      for (const each of appends) {
        const key = JSON.stringify([each.session, each.stream])
        const turn = append(store, each.session, model.append(each))
        turns.set(key, [...turns.get(key) ?? [], turn])
      }
      return Effect.andThen(
        Effect.forEach([...turns.values()], (turn) => Effect.all(turn, { discard: true }), {
          concurrency: "unbounded",
          discard: true
        }),
        checkAll(store, model)
      )
    }
  )

/**
 * All laws of a store; each case has a store of its own.
 *
 * @example
 * ```ts
 * import * as EventStore from "@mcp-effect/http/EventStore"
 * import * as EventStoreLaws from "@mcp-effect/testkit/EventStoreLaws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import * as Effect from "effect/Effect"
 *
 * Vitest.laws("my store", EventStoreLaws.all(Effect.sync(() => EventStore.makeMemory())))
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const all = (make: Make, options: Options = {}): ReadonlyArray<Law.Law> => [
  after(make, options),
  forget(make, options),
  concurrency(make, options)
]
