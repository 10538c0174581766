/**
 * A `Scenario` is all that is chosen about a run of a simulation: who is there, what they ask when, and what happens to their connections. It is data, which
 * prints, shrinks and can be kept.
 *
 * It does not run: `Simulation` does that.
 *
 * @since 0.1.0
 */
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import type * as Network from "./Network.ts"

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const Timing = Schema.Struct({
  at: upTo(10_000),
  timeout: Schema.Literals([5000, 60_000, 500]),
  givenUpAfter: Schema.optionalKey(upTo(2000))
})

const Manner = Schema.Struct({
  isSupervised: Schema.Boolean,
  listens: Schema.Boolean,
  patience: upTo(1000),
  leavesAfter: Schema.optionalKey(upTo(8000))
})

/**
 * A call: when it begins, how long it may take until it times out, and after how long it is given up, if it is. Times are in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call<A> extends Schema.Schema.Type<typeof Timing> {
  readonly asks: A
}

/**
 * A client: what revision it speaks, whether it is kept connected, whether it listens to news, how long its user takes to answer, and when it leaves if
 * it does not wait for all of its calls. Times are in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Client<A> extends Schema.Schema.Type<typeof Manner> {
  readonly version: string
  readonly calls: ReadonlyArray<Call<A>>
}

/**
 * A scenario, of a seed for all that is random while it runs; `network` is the name of what its connections are made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scenario<A, F> {
  readonly seed: number
  readonly network: string
  readonly clients: ReadonlyArray<Client<A>>
  readonly faults: ReadonlyArray<F>
}

/**
 * Scenarios whose clients ask such things, of these revisions; all of those of the network by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arbitrary = <A, F>(
  asks: Arbitrary.Arbitrary<A>,
  networks: Network.Networks<F>,
  versions: ReadonlyArray<string> = Revisions.all.map(({ version }) => version)
): Arbitrary.Arbitrary<Scenario<A, F>> => {
  const call: Arbitrary.Arbitrary<Call<A>> = Arbitrary.map(
    Arbitrary.all([Arbitrary.schema(Timing), asks]),
    ([timing, asks]) => ({ ...timing, asks })
  )
  const client: Arbitrary.Arbitrary<Client<A>> = Arbitrary.map(
    Arbitrary.all([
      Arbitrary.schema(Schema.Literals(versions)),
      Arbitrary.schema(Manner),
      Arbitrary.array(call, { minLength: 1, maxLength: 8 })
    ]),
    ([version, manner, calls]) => ({ version, ...manner, calls })
  )
  return Arbitrary.all({
    seed: Arbitrary.schema(upTo(1_000_000)),
    network: Arbitrary.schema(Schema.Literals(networks.all.map(({ name }) => name))),
    clients: Arbitrary.array(client, { minLength: 1, maxLength: 3 }),
    faults: Arbitrary.array(networks.faults, { maxLength: 12 })
  })
}
