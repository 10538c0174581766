/**
 * `LedgerLaws` are what has to be true of any `Ledger`, so that no `requestState` is good for more than one retry.
 *
 * They do not ask how a ledger remembers, nor that it forgets: what has expired it may know or not.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import type { Ledger } from "@mcp-effect/core/Ledger"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Law from "./Law.ts"

/**
 * What laws need to know of a ledger.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many states the ledger knows at a time at least, 50 by default: with more, it may take one for used that is not. */
  readonly keeps?: number
}

type Make = Effect.Effect<Ledger, never, Scope.Scope>

// By a clock that is ahead of all others: a store with one of its own forgets nothing meanwhile.
const start = Date.UTC(2100)

// What expires when, in milliseconds: an id stands for one state, which has one time.
const lifetimes = { a: 1, b: 1000, c: 1000, d: 60_000, constructor: 60_000, e: 3_600_000 } as const

type Id = keyof typeof lifetimes

const Id = Schema.Literals(["a", "b", "c", "d", "constructor", "e"])

const Use = Schema.TaggedStruct("Use", { id: Id, times: Schema.Literals([1, 1, 2, 7]) })

const Release = Schema.TaggedStruct("Release", { id: Id })

const Wait = Schema.TaggedStruct("Wait", { millis: Schema.Literals([1, 500, 999, 30_000, 600_000]) })

const Action = Schema.Union([Use, Use, Release, Wait])

type Action = typeof Action.Type

const law = <A>(
  name: string,
  make: Make,
  arbitrary: Arbitrary.Arbitrary<A>,
  holds: (value: A, ledger: Ledger) => Effect.Effect<void, Law.Broken, Scope.Scope>
): Law.Law =>
  Law.make(
    name,
    Effect.succeed([Law.property({
      subject: "the ledger",
      arbitrary,
      holds: (value) =>
        TestClock.setTime(start).pipe(
          Effect.andThen(make),
          Effect.flatMap((ledger) => holds(value, ledger)),
          Effect.provide(TestClock.layer())
        )
    })])
  )

const broken = (reason: string) => Effect.fail(new Law.Broken({ reason }))

const expiryOf = (id: Id): number => start + lifetimes[id]

const ids = Arbitrary.array(Arbitrary.schema(Id), { minLength: 1, maxLength: 6 })

const once = (make: Make): Law.Law =>
  law("a state is taken once", make, ids, (ids, ledger) =>
    Effect.gen(function*() {
      const taken = new Set<Id>()
      for (const id of ids) {
        const isFirst = yield* ledger.use(id, expiryOf(id))
        if (isFirst && taken.has(id)) return yield* broken(`${id} was taken twice`)
        if (!isFirst && !taken.has(id)) return yield* broken(`${id} was refused, and nobody had it`)
        taken.add(id)
      }
    }))

const concurrency = (make: Make): Law.Law =>
  law(
    "of many who ask at the same time, one gets the state",
    make,
    Arbitrary.all({ ids, askers: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 20 }))) }),
    ({ askers, ids }, ledger) =>
      Effect.gen(function*() {
        const asked = [...new Set(ids)].flatMap((id) => Array.from({ length: askers }, () => id))
        const answers = yield* Effect.forEach(asked, (id) => ledger.use(id, expiryOf(id)), { concurrency: "unbounded" })
        for (const id of new Set(ids)) {
          const count = answers.filter((isFirst, i) => isFirst && asked[i] === id).length
          if (count !== 1) return yield* broken(`${count} of ${askers} got ${id}`)
        }
      })
  )

const expiry = (make: Make): Law.Law =>
  law(
    "a state stays used until it expires",
    make,
    Arbitrary.all({ ids, others: ids, part: Arbitrary.schema(Schema.Literals([0, 0.5, 0.9, 1])) }),
    ({ ids, others, part }, ledger) =>
      Effect.gen(function*() {
        for (const id of [...ids, ...others]) yield* ledger.use(id, expiryOf(id))
        // from what expires first to what expires last
        for (const id of [...new Set(ids)].sort((one, other) => lifetimes[one] - lifetimes[other])) {
          const time = start + Math.floor((lifetimes[id] - 1) * part)
          if (time > (yield* Effect.clockWith((clock) => clock.currentTimeMillis))) yield* TestClock.setTime(time)
          if (yield* ledger.use(id, expiryOf(id))) {
            return yield* broken(`${id} could be taken again ${expiryOf(id) - time} ms before it expired`)
          }
        }
      })
  )

// Whatever is taken, given back and waited for: no state is taken by two, and one that is free is had, unless there are more of them than the
// ledger keeps.
const model = (make: Make, options: Options = {}): Law.Law =>
  law(
    "a state that was given back is taken once more, and no other",
    make,
    Arbitrary.array(Arbitrary.schema(Action), { minLength: 1, maxLength: 40 }),
    (actions, ledger) =>
      Effect.gen(function*() {
        const keeps = options.keeps ?? 50
        const known = new Set<Id>()
        const used = new Set<Id>()
        let now = start
        for (const action of actions) {
          if (action._tag === "Wait") {
            now += action.millis
            yield* TestClock.setTime(now)
            continue
          }
          const { id } = action
          // whoever asks for it has seen that it has not expired
          if (expiryOf(id) <= now) continue
          if (action._tag === "Release") {
            yield* ledger.release(id)
            used.delete(id)
            continue
          }
          const answers = yield* Effect.replicateEffect(ledger.use(id, expiryOf(id)), action.times, {
            concurrency: "unbounded"
          })
          const count = answers.filter((isFirst) => isFirst).length
          if (count > (used.has(id) ? 0 : 1)) return yield* broken(`${id} was taken by more than one`)
          known.add(id)
          if (count === 0 && !used.has(id) && known.size <= keeps) {
            return yield* broken(`${id} was refused, and nobody had it`)
          }
          used.add(id)
        }
      })
  )

/**
 * All laws of a ledger; each case has a ledger of its own, under a `TestClock` that begins in the year 2100.
 *
 * @example
 * ```ts
 * import * as Ledger from "@mcp-effect/core/Ledger"
 * import * as LedgerLaws from "@mcp-effect/testkit/LedgerLaws"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import * as Effect from "effect/Effect"
 *
 * Vitest.laws("my ledger", LedgerLaws.all(Effect.sync(() => Ledger.makeMemory())))
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const all = (make: Make, options: Options = {}): ReadonlyArray<Law.Law> => [
  ...((options.keeps ?? 50) < 6 ? [] : [once(make), concurrency(make)]),
  expiry(make),
  model(make, options)
]
