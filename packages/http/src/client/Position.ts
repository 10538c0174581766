/**
 * A `Position` is how far a client has come in one stream of the server, so that it can go on there over another connection.
 *
 * It is not where an event is in the server's own count (`EventId`): what an id means is for the server to know.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Event } from "./EventParser.ts"

// So many ids are remembered, of events that a server may send once more.
const maxIds = 1024

// An id that no header can carry, or that is too long for one that servers take (in UTF-16 units), is nothing to go on after.
const maxIdLength = 4096
const isUsable = (id: string): boolean => id.length <= maxIdLength && /^[\t\x20-\x7e\x80-\xff]*$/.test(id)

// A piece of a text keeps all of it: an id of its own is no piece of what came together with it.
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const copyOf = (id: string): string => decoder.decode(encoder.encode(id))

/**
 * A position.
 *
 * @category models
 * @since 0.1.0
 */
export class Position {
  /** Where to go on after; empty when there is nothing to go on with. */
  lastEventId = ""
  /** What the server said last of when to come back, in milliseconds. */
  retry: number | undefined
  /** How often it was come back to since something new came. */
  failures = 0
  // the ids that came over this connection, and those of the connections before
  #ids: Array<string> = []
  #seen: Set<string> | undefined

  /** Takes the next event; false when it came over an earlier connection already. Those of one connection are all new. */
  advance(id: Event["id"]): boolean {
    if (id !== undefined) {
      if (this.#seen?.has(id) === true) return false
      if (isUsable(id)) this.lastEventId = copyOf(id)
      else this.reset()
      if (this.lastEventId !== "" && this.#ids.push(this.lastEventId) > 2 * maxIds) this.#ids = this.#ids.slice(-maxIds)
    }
    this.failures = 0
    return true
  }

  /** The connection is over: waits until it is time for the next one. */
  leave(
    delay: (retry: number | undefined, failures: number) => Effect.Effect<void>
  ): Effect.Effect<void> {
    if (this.#ids.length > 0) this.#seen = new Set([...this.#seen ?? [], ...this.#ids].slice(-2 * maxIds))
    this.#ids = []
    return delay(this.retry, this.failures++)
  }

  /** There is no going on: the stream begins anew. */
  reset(): void {
    this.lastEventId = ""
    this.#seen = undefined
    this.#ids = []
  }
}
