/**
 * A `RequestTable` holds requests by id, for as long as they are unanswered.
 *
 * It knows nothing of what it holds. It is a `Map` that is replaced from time to time: V8 leaves each table that a map has outgrown pointing
 * at the next one, so that one of them in the old generation keeps all later ones alive until the next full collection, with the requests
 * that were in them.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "../JsonRpc.ts"

// Often enough that a table is gone before it grows old, seldom enough that copying what is in flight costs nothing.
const lifetime = 256

/**
 * Requests by id.
 *
 * @category models
 * @since 0.1.0
 */
export class RequestTable<A> {
  // none while there are no requests, since most connections are idle most of the time
  #entries: Map<JsonRpc.RequestId, A> | undefined
  #added = 0

  get size(): number {
    return this.#entries === undefined ? 0 : this.#entries.size
  }

  has(id: JsonRpc.RequestId): boolean {
    return this.#entries !== undefined && this.#entries.has(id)
  }

  get(id: JsonRpc.RequestId): A | undefined {
    return this.#entries?.get(id)
  }

  set(id: JsonRpc.RequestId, request: A): void {
    if (this.#entries === undefined) this.#entries = new Map()
    else if (++this.#added % lifetime === 0) this.#entries = new Map(this.#entries)
    this.#entries.set(id, request)
  }

  /** Whether there was one. */
  delete(id: JsonRpc.RequestId): boolean {
    if (this.#entries === undefined || !this.#entries.delete(id)) return false
    if (this.#entries.size === 0) this.#entries = undefined
    return true
  }

  values(): Iterable<A> {
    return this.#entries === undefined ? [] : this.#entries.values()
  }

  /** Takes everything out. */
  clear(): ReadonlyArray<A> {
    const requests = Array.from(this.values())
    this.#entries = undefined
    return requests
  }
}
