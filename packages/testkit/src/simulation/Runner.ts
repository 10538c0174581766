/**
 * A `Runner` makes scenarios of one kind, runs them, and looks whether what happened is lawful.
 *
 * It knows neither the network nor the server of its scenarios.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as History from "../History.ts"
import * as Law from "../Law.ts"
import type * as HistoryLaw from "./laws/HistoryLaw.ts"
import * as Run from "./Run.ts"
import * as Scenario from "./Scenario.ts"

/**
 * How a scenario went: all that happened, and the laws that it breaks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report<out S> {
  readonly scenario: S
  readonly events: ReadonlyArray<History.Event>
  readonly breaches: ReadonlyArray<HistoryLaw.Breach & { readonly law: string }>
}

/**
 * A runner of scenarios.
 *
 * @category models
 * @since 0.1.0
 */
export interface Runner<in out S> {
  readonly scenarios: Arbitrary.Arbitrary<S>
  readonly laws: ReadonlyArray<HistoryLaw.HistoryLaw>
  readonly run: (scenario: S) => Effect.Effect<Report<S>>
}

/**
 * A runner, whose clients speak these revisions; all by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A, F>(
  settings: Run.Settings<A, F>,
  laws: ReadonlyArray<HistoryLaw.HistoryLaw>,
  versions?: ReadonlyArray<string>
): Runner<Scenario.Scenario<A, F>> => ({
  scenarios: Scenario.arbitrary(settings.workload.asks, settings.networks, versions),
  laws,
  run: (scenario) =>
    Effect.map(Run.make(settings, scenario), (events) => ({
      scenario,
      events,
      breaches: laws.flatMap((law) => {
        const breach = law.breach(events)
        return breach === undefined ? [] : [{ law: law.name, ...breach }]
      })
    }))
})

/**
 * How large scenarios are.
 *
 * @category constants
 * @since 0.1.0
 */
export const size = 12

/**
 * Runs the scenario of a seed.
 *
 * @category running
 * @since 0.1.0
 */
export const runSeed = <S>(runner: Runner<S>, seed: number): Effect.Effect<Report<S>> =>
  Effect.flatMap(
    Effect.orDie(Arbitrary.sampleEffect(runner.scenarios, { seed, size, count: 1 })),
    // as many as were asked for
    ([scenario]) => runner.run(scenario!)
  )

// How many reports are kept for the next law, and how much of a history is shown.
const maxKept = 500
const maxShown = 60

/**
 * Its laws, of something that is called `subject`. What one of them has seen of a scenario the others need not run again.
 *
 * @category laws
 * @since 0.1.0
 */
export const laws = <S>(
  subject: string,
  names: ReadonlyArray<string>,
  runner: Effect.Effect<Runner<S>, Law.Broken>
): ReadonlyArray<Law.Law> => {
  let made: Runner<S> | undefined
  const once = Effect.suspend(() =>
    made === undefined ? Effect.tap(runner, (runner) => Effect.sync(() => void (made = runner))) : Effect.succeed(made)
  )
  const kept = new Map<string, Report<S>>()
  const report = (runner: Runner<S>, scenario: S): Effect.Effect<Report<S>> =>
    Effect.suspend(() => {
      const key = JSON.stringify(scenario)
      const known = kept.get(key)
      if (known !== undefined) return Effect.succeed(known)
      return Effect.tap(runner.run(scenario), (report) =>
        Effect.sync(() => {
          if (kept.size >= maxKept) kept.clear()
          kept.set(key, report)
        }))
    })
  return names.map((name) => {
    const law = Law.make(
      name,
      Effect.map(once, (runner) => [
        Law.property({
          subject,
          arbitrary: runner.scenarios,
          untriable:
            "the Schema of a handler has a check that what is made at random hardly ever passes: the option `inputs` says what to give it",
          holds: (scenario) =>
            Effect.flatMap(report(runner, scenario), ({ breaches, events }) => {
              const breach = breaches.find(({ law }) => law === name)
              return breach === undefined ? Effect.void : Effect.fail(brokenBy(breach, events))
            })
        })
      ])
    )
    return { name, check: (options) => law.check({ size, ...options }) }
  })
}

const brokenBy = ({ event, reason }: HistoryLaw.Breach, events: ReadonlyArray<History.Event>): Law.Broken => {
  const end = event === undefined ? events.length : events.indexOf(event) + 1
  const shown = events.slice(Math.max(0, end - maxShown), end)
  const before = end - shown.length
  return new Law.Broken({
    reason: [
      reason,
      `History${before === 0 ? "" : `, after ${before} events`}:`,
      History.format(shown).trimEnd()
    ].join("\n")
  })
}
