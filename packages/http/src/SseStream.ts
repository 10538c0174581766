/**
 * An `SseStream` is one stream of messages to a client: that of a POST until its requests are answered, or the one that a GET opens.
 *
 * It is not a connection: a connection that breaks leaves it as it is, and what is sent meanwhile waits in the store (HTTP-27, HTTP-29).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as EventId from "./EventId.ts"
import type { Event, EventStore } from "./EventStore.ts"
import type { Sink, Source } from "./HttpReply.ts"
import * as SseConnection from "./SseConnection.ts"

/**
 * What a stream needs of its endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export interface Environment extends SseConnection.Environment {
  readonly store: EventStore["Service"]
  /** Runs an effect with the services of the endpoint. */
  readonly run: (effect: Effect.Effect<void>) => void
  /** How long a client is told to wait before it reconnects, in milliseconds. */
  readonly retry: number
}

/**
 * What a stream is made of. `isPrimed` says whether it opens with an empty event that can be resumed from (HTTP-21).
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly environment: Environment
  readonly sessionId: string
  readonly key: number
  readonly isPrimed: boolean
  /** Called when the last message is sent; from then on, its events are only in the store. */
  readonly onFinished: () => void
}

/**
 * A stream.
 *
 * @category models
 * @since 0.1.0
 */
export class SseStream {
  readonly #options: Options
  // events reach store and connection in one order, however long the store takes
  readonly #lock = Semaphore.makeUnsafe(1)
  #sequence = 0
  #written = 0
  #connection: SseConnection.SseConnection | undefined
  #isOpened = false
  #isEnding = false
  // progress that came while the client did not read, the last of each token
  #held: Map<unknown, string> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  get key(): number {
    return this.#options.key
  }

  /** Whether a connection carries it now. */
  get isAttached(): boolean {
    return this.#connection !== undefined
  }

  /** Whether what is sent now has to wait for the client. */
  get isCongested(): boolean {
    return this.#connection?.isCongested === true
  }

  /** Sends a message. */
  send(data: string): Effect.Effect<void> {
    return this.#locked(Effect.suspend(() => {
      if (this.#held === undefined) return this.#append(data)
      const held = [...this.#held.values(), data]
      this.#held = undefined
      return Effect.forEach(held, (each) => this.#append(each), { discard: true })
    }))
  }

  /** Sends progress, of which only the last counts while the client does not read. */
  sendProgress(token: unknown, data: string): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (!this.isCongested) return this.send(data)
      this.#held ??= new Map()
      this.#held.set(token, data)
      return Effect.void
    })
  }

  /** Nothing more will be sent: the connection ends once all is written (HTTP-26). */
  get end(): Effect.Effect<void> {
    return this.#locked(Effect.sync(() => this.finish()))
  }

  /** As `end`, for a stream that nothing is being sent on. */
  finish(): void {
    this.#isEnding = true
    this.#options.onFinished()
    this.#connection?.end()
  }

  /** Ends the connection but not the stream, and says when to come back for the rest (HTTP-22, HTTP-23). */
  get poll(): Effect.Effect<void> {
    return this.#locked(Effect.sync(() => {
      this.#connection?.write(`retry: ${this.#options.environment.retry}\n\n`)
      this.#connection?.end()
    }))
  }

  /** Drops the connection. */
  abort(): void {
    this.#connection?.abort()
  }

  /**
   * Gives the stream a connection, in place of the one it has. It goes on after `sequence`, or else with what was never written; a new stream,
   * and one with nothing to go on with, is primed.
   */
  attach(sink: Sink, sequence?: number): Source {
    const { environment } = this.#options
    const previous = this.#connection
    const connection: SseConnection.SseConnection = new SseConnection.SseConnection(
      environment,
      sink,
      () => this.#release(),
      () => {
        if (this.#connection === connection) this.#connection = undefined
      }
    )
    this.#connection = undefined
    if (previous !== undefined) leave(previous)
    environment.run(this.#locked(Effect.map(this.#missed(sequence ?? this.#written), (missed) => {
      // while the store was asked, the client may have left, or come once more
      if (connection.isClosed) return
      if (this.#connection !== undefined) leave(this.#connection)
      this.#connection = connection
      if (sequence === undefined && this.#options.isPrimed && (!this.#isOpened || missed.length === 0)) {
        connection.write(this.#prime())
      }
      this.#isOpened = true
      if (missed.length > 0) {
        connection.replay(this.#frames(missed))
        this.#written = Math.max(this.#written, missed[missed.length - 1]!.sequence)
      }
      if (this.#isEnding) connection.end()
    })))
    return connection
  }

  #missed(sequence: number): Effect.Effect<ReadonlyArray<Event>> {
    const { environment, key, sessionId } = this.#options
    return environment.store.after(sessionId, key, sequence)
  }

  #append(data: string): Effect.Effect<void> {
    const { environment, key, sessionId } = this.#options
    const sequence = ++this.#sequence
    return Effect.map(environment.store.append(sessionId, { stream: key, sequence, data }), () => {
      if (this.#connection === undefined) return
      this.#written = sequence
      this.#connection.write(this.#frame(sequence, data))
    })
  }

  // An event that is not stored: it stands for a place between others, at first the one before them all.
  #prime(): string {
    const sequence = this.#isOpened ? ++this.#sequence : 0
    return `id: ${this.#id(sequence)}\ndata: \n\n`
  }

  #frame(sequence: number, data: string): string {
    return `id: ${this.#id(sequence)}\nevent: message\ndata: ${data}\n\n`
  }

  *#frames(events: ReadonlyArray<Event>): Generator<string> {
    for (const { data, sequence } of events) yield this.#frame(sequence, data)
  }

  #id(sequence: number): string {
    return EventId.format(this.#options.sessionId, this.#options.key, sequence)
  }

  #release(): void {
    const held = this.#held
    if (held === undefined) return
    this.#held = undefined
    this.#options.environment.run(
      this.#locked(Effect.forEach(held.values(), (data) => this.#append(data), { discard: true }))
    )
  }

  #locked(effect: Effect.Effect<void>): Effect.Effect<void> {
    return Effect.uninterruptible(this.#lock.withPermits(1)(effect))
  }
}

// Another connection takes over. What still waits in this one is sent there, if it is asked for.
const leave = (connection: SseConnection.SseConnection): void =>
  connection.isCongested ? connection.abort() : connection.end()
