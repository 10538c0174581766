/**
 * A scenario: something that our client does with a server that was written with another library, and what has to come of it.
 *
 * It knows neither the library nor the transport.
 */
import type * as Client from "@mcp-effect/core/Client"
import type * as Effect from "effect/Effect"

/** What a scenario works with: one connection, shared by all scenarios of a row, which come one after the other. */
export interface Connected {
  readonly client: Client.Client["Service"]
  /** The revision that is spoken. */
  readonly version: string
  /** A name that no other connection has, for what the server's process remembers. */
  readonly name: string
}

/** One scenario, for the revisions from `since` on that are before `before`. */
export interface Scenario {
  /** The tool that it is about, or the capability as a path; a server that has not got it has to say so. */
  readonly needs: string
  readonly since?: string
  readonly before?: string
  readonly run: (connected: Connected) => Effect.Effect<void, unknown>
}

/** Scenarios by what they prove. */
export type Scenarios = { readonly [sentence: string]: Scenario }

/** Whether a scenario is for a revision. */
export const isFor = ({ before, since }: Scenario, version: string): boolean =>
  (since === undefined || version >= since) && (before === undefined || version < before)
