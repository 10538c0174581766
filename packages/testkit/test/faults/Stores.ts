/**
 * Faults of stores of events, and of ledgers.
 *
 * @since 0.1.0
 */
import * as Ledger from "@mcp-effect/core/Ledger"
import * as EventStore from "@mcp-effect/http/EventStore"
import * as EventStoreLaws from "@mcp-effect/testkit/EventStoreLaws"
import * as LedgerLaws from "@mcp-effect/testkit/LedgerLaws"
import * as Effect from "effect/Effect"
import type { Fault } from "./Fault.ts"

type Store = EventStore.EventStore["Service"]

const storeFault = (
  name: string,
  caughtBy: string,
  faulty: () => Store,
  sound: () => Store = () => EventStore.makeMemory(),
  options?: EventStoreLaws.Options
): Fault => ({
  name,
  caughtBy,
  faulty: EventStoreLaws.all(Effect.sync(faulty), options),
  sound: EventStoreLaws.all(Effect.sync(sound), options)
})

const ordered = "after a place comes what was appended to its stream since, oldest first"

/** A store in a table of a session's events, which is read and written back; what stands between the two is the store's. */
const table = (options: {
  readonly between: Effect.Effect<void>
  readonly keyOf: (sessionId: string, stream: number) => string
  readonly keep: (events: ReadonlyArray<EventStore.Event>) => ReadonlyArray<EventStore.Event>
}): Store => {
  const events = new Map<string, ReadonlyArray<EventStore.Event>>()
  const sessions = new Map<string, Set<string>>()
  return {
    append: (sessionId, event) =>
      Effect.suspend(() => {
        const key = options.keyOf(sessionId, event.stream)
        const known = events.get(key) ?? []
        sessions.set(sessionId, (sessions.get(sessionId) ?? new Set()).add(key))
        return Effect.map(options.between, () => void events.set(key, options.keep([...known, event])))
      }),
    after: (sessionId, stream, sequence) =>
      Effect.sync(() =>
        (events.get(options.keyOf(sessionId, stream)) ?? []).filter((event) =>
          event.stream === stream && event.sequence > sequence
        )
      ),
    forget: (sessionId) =>
      Effect.sync(() => {
        for (const key of sessions.get(sessionId) ?? []) events.delete(key)
      })
  }
}

const sound = {
  between: Effect.void,
  keyOf: (sessionId: string, stream: number) => JSON.stringify([sessionId, stream]),
  keep: (events: ReadonlyArray<EventStore.Event>) => events
}

const ledgerFault = (name: string, caughtBy: string, faulty: () => Ledger.Ledger): Fault => ({
  name,
  caughtBy,
  faulty: LedgerLaws.all(Effect.sync(faulty)),
  sound: LedgerLaws.all(Effect.sync(() => Ledger.makeMemory()))
})

/** A ledger that looks first and writes then, with time in between. */
const lookingFirst = (between: Effect.Effect<void>): Ledger.Ledger => {
  const used = new Set<string>()
  return {
    use: (id) =>
      Effect.suspend(() => {
        if (used.has(id)) return Effect.succeed(false)
        return Effect.map(between, () => {
          used.add(id)
          return true
        })
      }),
    release: (id) => Effect.sync(() => used.delete(id))
  }
}

export const faults: ReadonlyArray<Fault> = [
  storeFault("a store that sends the last event once more", ordered, () => {
    const store = EventStore.makeMemory()
    return { ...store, after: (sessionId, stream, sequence) => store.after(sessionId, stream, sequence - 1) }
  }),
  storeFault("a store that gives the events of another stream", ordered, () => {
    const store = EventStore.makeMemory()
    return {
      ...store,
      after: (sessionId, stream, sequence) =>
        Effect.map(
          Effect.all([store.after(sessionId, stream, sequence), store.after(sessionId, 0, sequence)]),
          ([own, announced]) => stream === 0 ? own : [...own, ...announced]
        )
    }
  }),
  storeFault(
    "a store that takes no notice of capitals",
    ordered,
    () => table({ ...sound, keyOf: (sessionId, stream) => sound.keyOf(sessionId.toLowerCase(), stream) }),
    () => table(sound)
  ),
  storeFault(
    "a store without room that drops what is new",
    ordered,
    () => table({ ...sound, keep: (events) => events.slice(0, 3) }),
    () => table({ ...sound, keep: (events) => events.slice(-3) }),
    { keeps: 3 }
  ),
  storeFault("a store that forgets nothing", "a session that is forgotten is gone, and no other with it", () => ({
    ...EventStore.makeMemory(),
    forget: () => Effect.void
  })),
  storeFault(
    "a store that two appends write back at the same time",
    "what is appended at the same time is kept, all of it",
    () => table({ ...sound, between: Effect.yieldNow, keyOf: (sessionId) => sessionId }),
    () => table({ ...sound, keyOf: (sessionId) => sessionId })
  ),
  ledgerFault(
    "a ledger that looks first and writes then",
    "of many who ask at the same time, one gets the state",
    () => lookingFirst(Effect.yieldNow)
  ),
  ledgerFault("a ledger that forgets early", "a state stays used until it expires", () => {
    const ledger = Ledger.makeMemory()
    return { ...ledger, use: (id, expiresAt) => ledger.use(id, Math.min(expiresAt, Date.UTC(2100) + 60_000)) }
  }),
  ledgerFault(
    "a ledger that takes nothing back",
    "a state that was given back is taken once more, and no other",
    () => ({ ...Ledger.makeMemory(), release: () => Effect.void })
  )
]
