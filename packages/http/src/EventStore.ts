/**
 * The `EventStore` keeps what was sent on event streams, so that a client that lost its connection can be sent what it missed.
 *
 * It is not a queue: nothing is taken out by sending it, and what is oldest is forgotten when there is too much.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * An event: `sequence` counts upwards within its stream, with gaps; `data` is the text of one message.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  readonly stream: number
  readonly sequence: number
  readonly data: string
}

/**
 * The store. Events of one stream come in the order of their sequence.
 *
 * @category services
 * @since 0.1.0
 */
export class EventStore extends Context.Service<EventStore, {
  readonly append: (sessionId: string, event: Event) => Effect.Effect<void>
  /** The events of one stream after a sequence number, oldest first: never those of another stream (HTTP-44). */
  readonly after: (sessionId: string, stream: number, sequence: number) => Effect.Effect<ReadonlyArray<Event>>
  /** The session has ended: none of its events is asked for again. */
  readonly forget: (sessionId: string) => Effect.Effect<void>
}>()("@mcp-effect/http/EventStore") {}

/**
 * The bounds of the store in memory, for one session and in all. `Bytes` counts UTF-16 units, which is bytes for ASCII. The newest event of a
 * session is kept however large it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryOptions {
  /** 10,000 by default. */
  readonly maxEvents?: number
  /** 1 MiB by default. */
  readonly maxBytes?: number
  /** 64 MiB by default. */
  readonly maxTotalBytes?: number
}

class Log {
  readonly events: Array<Event | undefined> = []
  // what comes before it is forgotten; the array is cut now and then, so that forgetting one costs nothing
  start = 0
  bytes = 0

  get length(): number {
    return this.events.length - this.start
  }

  shift(): number {
    const { length } = this.events[this.start]!.data
    // let go at once: its place may stay for long, and its data may be large
    this.events[this.start] = undefined
    this.start++
    this.bytes -= length
    if (this.start > 64 && this.start * 2 > this.events.length) {
      this.events.splice(0, this.start)
      this.start = 0
    }
    return length
  }
}

/**
 * A store in memory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeMemory = (options: MemoryOptions = {}): EventStore["Service"] => {
  const maxEvents = options.maxEvents ?? 10_000
  const maxBytes = options.maxBytes ?? 1024 * 1024
  const maxTotalBytes = options.maxTotalBytes ?? 64 * 1024 * 1024
  // in the order of their last event: the session that has been silent the longest comes first
  const logs = new Map<string, Log>()
  let total = 0
  const append = (sessionId: string, event: Event): void => {
    const log = logs.get(sessionId) ?? new Log()
    logs.delete(sessionId)
    logs.set(sessionId, log)
    log.events.push(event)
    log.bytes += event.data.length
    total += event.data.length
    while (log.length > 1 && (log.length > maxEvents || log.bytes > maxBytes)) total -= log.shift()
    for (const [oldest, { bytes }] of logs) {
      if (total <= maxTotalBytes || oldest === sessionId) break
      logs.delete(oldest)
      total -= bytes
    }
  }
  return {
    append: (sessionId, event) => Effect.sync(() => append(sessionId, event)),
    after: (sessionId, stream, sequence) =>
      Effect.sync(() => {
        const log = logs.get(sessionId)
        if (log === undefined) return []
        const found: Array<Event> = []
        for (let i = log.start; i < log.events.length; i++) {
          const event = log.events[i]!
          if (event.stream === stream && event.sequence > sequence) found.push(event)
        }
        return found
      }),
    forget: (sessionId) =>
      Effect.sync(() => {
        total -= logs.get(sessionId)?.bytes ?? 0
        logs.delete(sessionId)
      })
  }
}

/**
 * Keeps events in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory = (options?: MemoryOptions): Layer.Layer<EventStore> =>
  Layer.sync(EventStore, () => makeMemory(options))
