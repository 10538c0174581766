/**
 * A `Simulation` runs a server and its clients under virtual time, over connections to which happens what a scenario says, and looks at all that happened.
 *
 * It mocks neither side: server and clients are those that applications run. Only time, chance and the connections are made here.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Principal } from "@mcp-effect/core/Principal"
import type { Server } from "@mcp-effect/core/Server"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Answers from "./Answers.ts"
import * as History from "./History.ts"
import * as Law from "./Law.ts"
import type * as Laws from "./Laws.ts"
import { settingsOf } from "./laws/Options.ts"
import * as HandlerCalls from "./simulation/HandlerCalls.ts"
import * as HttpNetworks from "./simulation/HttpNetworks.ts"
import * as Calls from "./simulation/laws/Calls.ts"
import * as Ends from "./simulation/laws/Ends.ts"
import type * as HistoryLaw from "./simulation/laws/HistoryLaw.ts"
import * as News from "./simulation/laws/News.ts"
import * as Requests from "./simulation/laws/Requests.ts"
import * as Streams from "./simulation/laws/Streams.ts"
import type * as Network from "./simulation/Network.ts"
import * as Pipes from "./simulation/Pipes.ts"
import * as Playground from "./simulation/Playground.ts"
import * as Runner from "./simulation/Runner.ts"
import type * as Scenario from "./simulation/Scenario.ts"

/**
 * What is simulated.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The server, whose handlers are called; by default one whose tools do all that can go wrong between two sides. What they wait for is in this world
   * too, or never comes: of what is outside, only files are waited for.
   */
  readonly server?: Layer.Layer<Server, unknown>
  /** What answers the questions of that server, as `Client.elicitation` and its like; by default whatever fits. */
  readonly handlers?: Layer.Layer<never, never, Client.Registry>
  /** Input of its handlers that says more than their Schemas do. */
  readonly inputs?: ReadonlyArray<Laws.Input>
  /** The revisions that clients speak; by default all of the eras that the server is of. */
  readonly versions?: ReadonlyArray<string>
  /** Who the clients are, for servers that do not serve everyone. */
  readonly principal?: Principal
  /** Whether connections are pipes, of messages or of bytes, or HTTP; pipes by default. */
  readonly over?: "pipes" | "http"
}

/**
 * How a run went: what was chosen about it, all that happened, and the laws that it breaks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report extends Runner.Report<AnyScenario> {}

const historyLaws = (options: Options): ReadonlyArray<HistoryLaw.HistoryLaw> => [
  ...Requests.all,
  ...Calls.all,
  // of the server of an author nobody knows what tells of a change
  ...(options.server === undefined ? News.all : []),
  ...Ends.all,
  ...(options.over === "http" ? Streams.all : [])
]

type AnyScenario = Scenario.Scenario<unknown, unknown>

// What scenarios are made of is the business of the network and of the workload alone.
const withRunner = <B>(
  options: Options,
  use: <S extends AnyScenario>(runner: Effect.Effect<Runner.Runner<S>, Law.Broken>) => B
): B => {
  const { handlers, inputs, over, principal, server, versions } = options
  const laws = historyLaws(options)
  const runnerOver = <F>(networks: Network.Networks<F>): B => {
    if (server === undefined) {
      return use(Effect.succeed(Runner.make(
        // it does nothing that would have to be waited for
        { server: Playground.layer, workload: Playground.workload, networks, patience: 20 },
        laws,
        versions
      )))
    }
    return use(
      HandlerCalls.make({
        server,
        handlers: handlers ?? Answers.generated(),
        inputOf: settingsOf(server, { inputs: inputs ?? [] }).inputOf
      }).pipe(
        Effect.map((calls) =>
          Runner.make({ server, workload: calls.workload, networks, principal }, laws, versions ?? calls.versions)
        ),
        Effect.mapError((error) => new Law.Broken({ reason: `it could not be simulated: ${String(error)}` }))
      )
    )
  }
  return over === "http" ? runnerOver(HttpNetworks.networks) : runnerOver(Pipes.networks)
}

/**
 * What has to be true whatever happens to connections: requests are answered at most once, what is cancelled ends and is not answered, calls end in time,
 * nobody hears of others, nothing is left at the end, and more. Each case is a scenario of several clients, of both eras, kept connected or not.
 *
 * @example
 * ```ts
 * import type { Server } from "@mcp-effect/core/Server"
 * import * as Simulation from "@mcp-effect/testkit/Simulation"
 * import * as Vitest from "@mcp-effect/testkit/Vitest"
 * import type * as Layer from "effect/Layer"
 *
 * declare const Calculator: Layer.Layer<Server>
 *
 * Vitest.laws("the calculator", Simulation.laws({ server: Calculator }))
 * ```
 *
 * @category laws
 * @since 0.1.0
 */
export const laws = (options: Options = {}): ReadonlyArray<Law.Law> => {
  const names = historyLaws(options).map(({ name }) => name)
  return withRunner(options, (runner) => Runner.laws("a simulation", names, runner))
}

/**
 * Runs what a seed comes to: the same for the same seed, on any machine.
 *
 * @category running
 * @since 0.1.0
 */
export const run = (options: Options & { readonly seed: number }): Effect.Effect<Report, Law.Broken> =>
  withRunner(
    options,
    (runner): Effect.Effect<Report, Law.Broken> =>
      Effect.flatMap(runner, (runner) => Runner.runSeed(runner, options.seed))
  )

/**
 * Runs a scenario of a report again, as it is or made smaller by hand. It has to be one of a simulation with the same options.
 *
 * @category running
 * @since 0.1.0
 */
export const rerun = (scenario: Report["scenario"], options: Options = {}): Effect.Effect<Report, Law.Broken> =>
  withRunner(
    options,
    <S extends AnyScenario>(runner: Effect.Effect<Runner.Runner<S>, Law.Broken>): Effect.Effect<Report, Law.Broken> =>
      // who has kept it says what it was made with
      Effect.flatMap(runner, (runner) => runner.run(scenario as S))
  )

/**
 * The text of a report, for people: what happened, and what is wrong with it.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = ({ breaches, events, scenario }: Report): string =>
  [
    `Scenario: ${JSON.stringify(scenario)}`,
    History.format(events).trimEnd(),
    ...breaches.map(({ event, law, reason }) =>
      `Not so: ${law}\n  but ${reason}${event === undefined ? "" : `\n  ${History.formatEvent(event).trim()}`}`
    )
  ].join("\n")
