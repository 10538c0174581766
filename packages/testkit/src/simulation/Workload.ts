/**
 * A `Workload` says what clients of a simulation ask: a call each, made of what is random about it.
 *
 * It does not say when.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import type { JsonObject } from "@mcp-effect/core/protocol/JsonObject"
import type * as Arbitrary from "effect/Arbitrary"
import type * as Layer from "effect/Layer"

/**
 * A call of a tool. `millis` is how long it takes at least where nothing goes wrong; if it is known what it comes to then, that is `expected`: the text of
 * its result.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call {
  readonly tool: string
  /** What is called if it is no tool: then `arguments` are its own, as they travel. */
  readonly registered?: Registered
  readonly arguments: JsonObject
  readonly millis?: number
  readonly expected?: string
}

/**
 * What clients ask, and how they answer. The key of a call is that of no other, of any client; where it is part of what the call says, nobody else may hear of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Workload<in out A> {
  readonly asks: Arbitrary.Arbitrary<A>
  readonly call: (asks: A, key: string, patience: number) => Call
  /** What answers the questions of a server; `patience` is how long the user of this client takes, in milliseconds. */
  readonly handlers: (patience: number) => Layer.Layer<never, never, Client.Registry>
  /** What clients that listen are subscribed to. */
  readonly resource?: string
}
