/**
 * A `Network` is what the connections of a simulation are made of, and what can happen to them.
 *
 * It chooses nothing by itself: what happens is in the scenario, and chance is that of its seed.
 *
 * @since 0.1.0
 */
import type { Server } from "@mcp-effect/core/Server"
import type { Transport } from "@mcp-effect/core/Transport"
import type { TransportError } from "@mcp-effect/core/TransportError"
import type * as Arbitrary from "effect/Arbitrary"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as History from "../History.ts"
import type { Dice } from "./Dice.ts"

/**
 * What a network is given: what is to happen to it, who writes that down, and its share of what is random.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<out F> {
  readonly faults: ReadonlyArray<F>
  /** How many clients there are. */
  readonly clients: number
  readonly history: History.History
  readonly dice: Dice
}

/**
 * Opens a connection of a client, its first one being of number 0, until the scope ends. What is said at the server's end is written down by the
 * network, where there is such an end, under the name that is given; that of the client is not its business.
 *
 * @category models
 * @since 0.1.0
 */
export type Open = (
  connection: { readonly name: string; readonly client: number; readonly number: number }
) => Effect.Effect<Transport["Service"], TransportError, Scope.Scope>

/**
 * A network of faults of one kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Network<in F> {
  readonly name: string
  /** Serves the server of the context until the scope ends. */
  readonly serve: (options: Options<F>) => Effect.Effect<Open, never, Server | Scope.Scope>
}

/**
 * Networks to choose from, and the faults that they know.
 *
 * @category models
 * @since 0.1.0
 */
export interface Networks<in out F> {
  readonly all: ReadonlyArray<Network<F>>
  readonly faults: Arbitrary.Arbitrary<F>
}
