/**
 * A scenario: something that a client does with the server and what has to come of it, over any transport.
 */
import type { Driver } from "./Driver.ts"
import type { Notifications } from "./Notifications.ts"

/** What a scenario works with: one connection, shared by all scenarios of a row, which come one after the other. */
export interface Connected {
  readonly client: Driver
  readonly notifications: Notifications
}

/** Scenarios by what they prove. */
export type Scenarios = { readonly [sentence: string]: (connected: Connected) => Promise<void> }
