/**
 * The `Ledger` remembers which `requestState` has been used, so that each is good for one retry (MRTR-13).
 *
 * It is not a store of states: those are with the clients. It holds the ids of what came back, until they have expired anyway.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * What has been used. With several instances of a server, a ledger that all of them share is these two functions over a common store.
 *
 * @category services
 * @since 0.1.0
 */
export interface Ledger {
  /**
   * Takes a state, atomically: true for the first who asks, false for all others. It may be forgotten after `expiresAt`, in milliseconds of the
   * Clock.
   */
  readonly use: (id: string, expiresAt: number) => Effect.Effect<boolean>
  /** Gives a state back, to be taken once more. An id that is not known is no error. */
  readonly release: (id: string) => Effect.Effect<void>
}

/**
 * The ledger of the context. In memory by default, one for the process: with several instances it refuses a replay only where the state was
 * used first.
 *
 * @category references
 * @since 0.1.0
 */
export const Ledger: Context.Reference<Ledger> = Context.Reference("@mcp-effect/core/Ledger", {
  defaultValue: () => makeMemory()
})

/**
 * The bounds of the ledger in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryOptions {
  /** 100,000 by default. */
  readonly maxEntries?: number
}

interface Entry {
  readonly id: string
  readonly expiresAt: number
  used: boolean
}

/**
 * A ledger in memory. Beyond `maxEntries` it forgets what expires first, and from then on takes every state for used that expires no later and
 * that it does not know: clients have to begin anew, but there is no replay.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeMemory = (options: MemoryOptions = {}): Ledger => {
  const maxEntries = options.maxEntries ?? 100_000
  const entries = new Map<string, Entry>()
  const queue = new Expiries()
  // what expires no later may have been used and forgotten; all that is known expires no earlier
  let horizon = -Infinity
  const use = (id: string, expiresAt: number, now: number): boolean => {
    for (let first = queue.first; first !== undefined && first.expiresAt <= now; first = queue.first) {
      entries.delete(queue.shift().id)
    }
    const known = entries.get(id)
    if (known !== undefined) {
      const { used } = known
      known.used = true
      return !used
    }
    if (expiresAt <= horizon) return false
    const entry: Entry = { id, expiresAt, used: true }
    entries.set(id, entry)
    queue.push(entry)
    if (entries.size > maxEntries) {
      const forgotten = queue.shift()
      entries.delete(forgotten.id)
      horizon = forgotten.expiresAt
    }
    return true
  }
  return {
    use: (id, expiresAt) => Effect.map(Clock.currentTimeMillis, (now) => use(id, expiresAt, now)),
    release: (id) =>
      Effect.sync(() => {
        // the entry stays where it is in the queue: taking it out would be a search
        const entry = entries.get(id)
        if (entry !== undefined) entry.used = false
      })
  }
}

/** A binary heap, the entry that expires first on top. */
class Expiries {
  readonly #heap: Array<Entry> = []

  get first(): Entry | undefined {
    return this.#heap[0]
  }

  push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.expiresAt <= entry.expiresAt) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  /** Takes the first out. There has to be one. */
  shift(): Entry {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.expiresAt < heap[child]!.expiresAt) child++
      if (last.expiresAt <= heap[child]!.expiresAt) break
      heap[at] = heap[child]!
      at = child
    }
    if (heap.length > 0) heap[at] = last
    return first
  }
}

/**
 * Keeps the ledger in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory = (options?: MemoryOptions): Layer.Layer<never> =>
  Layer.sync(Ledger, () => makeMemory(options))
