/**
 * A `HandlerLaw` is a law of each handler of a server: its cases are tried one by one, each on a server of its own (`Subject`).
 *
 * What has to be true of a case is the law's own business.
 *
 * @since 0.1.0
 */
import type * as HandlerObserver from "@mcp-effect/core/HandlerObserver"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as Subject from "./Subject.ts"
import * as Words from "./Words.ts"

/**
 * What handlers of a kind are registered for.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<K extends HandlerObserver.Registered["kind"]> = Extract<
  HandlerObserver.Registered,
  { readonly kind: K }
>

/**
 * The cases of one handler, and what has to be true of each on a server of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cases<in out A> {
  readonly arbitrary: Arbitrary.Arbitrary<A>
  readonly holds: (value: A, subject: Subject.Subject) => Effect.Effect<void, Law.Broken, Scope.Scope>
}

/**
 * A case, and what its questions are answered by.
 *
 * @category models
 * @since 0.1.0
 */
export interface Seeded<out A> {
  readonly value: A
  readonly seed: number
}

const seeds = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 })))

/**
 * Cases with a seed for each.
 *
 * @category combinators
 * @since 0.1.0
 */
export const seeded = <A>(arbitrary: Arbitrary.Arbitrary<A>): Arbitrary.Arbitrary<Seeded<A>> =>
  Arbitrary.all({ value: arbitrary, seed: seeds })

/**
 * A law of each handler; `casesOf` gives undefined for a handler that it says nothing about.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lawOfAll = <A>(
  name: string,
  settings: Subject.Settings,
  casesOf: (registered: HandlerObserver.Registered) => Cases<A> | undefined
): Law.Law =>
  Law.make(
    name,
    Effect.map(handlers(settings), (registered) =>
      registered.flatMap((handler) => {
        if (!settings.isMeant(handler)) return []
        const cases = casesOf(handler)
        return cases === undefined ? [] : [Law.property({
          subject: Subject.nameOf(handler),
          arbitrary: seeded(cases.arbitrary),
          shown: ({ value }) => value,
          untriable: Words.rare,
          holds: ({ seed, value }) => Subject.use({ ...settings, seed }, (subject) => cases.holds(value, subject))
        })]
      }))
  )

/**
 * The cases of a handler that is called with its own input, as often as the law runs `call`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const called = (
  settings: Subject.Settings,
  registered: HandlerObserver.Registered,
  holds: (
    call: Effect.Effect<Call.Answer>,
    subject: Subject.Subject
  ) => Effect.Effect<void, Law.Broken, Scope.Scope>
): Cases<unknown> => {
  const codec = Call.codecOf(registered)
  return {
    arbitrary: settings.inputOf(registered),
    holds: (input, subject) =>
      Effect.gen(function*() {
        const client = yield* subject.connect()
        const encoded = yield* subject.encode(codec, input)
        return yield* holds(Effect.exit(Call.send(client, registered, encoded)), subject)
      })
  }
}

/**
 * The handlers of the server, in order of registration; fails without those that there have to be, of which everything would be true.
 *
 * @category accessors
 * @since 0.1.0
 */
export const handlers = (
  settings: Subject.Settings
): Effect.Effect<ReadonlyArray<HandlerObserver.Registered>, Law.Broken> =>
  Subject.use(settings, ({ broken, registered }) => {
    const missing = settings.named.find(
      (declaration) => !registered.some((handler) => handler.declaration === declaration)
    )
    return missing === undefined
      ? Effect.succeed(registered)
      : Effect.fail(broken(`the server has no handler for ${JSON.stringify(missing.name)} as it is declared`))
  })

/**
 * A law of each handler of one kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lawOfEach = <K extends HandlerObserver.Registered["kind"], A>(
  name: string,
  settings: Subject.Settings,
  kind: K,
  casesOf: (registered: Of<K>) => Cases<A> | undefined
): Law.Law =>
  // its kind is K
  lawOfAll(name, settings, (handler) => handler.kind === kind ? casesOf(handler as Of<K>) : undefined)
