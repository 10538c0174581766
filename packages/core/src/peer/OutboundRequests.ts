/**
 * The requests a peer has sent and not seen answered: ids, progress, timeouts and cancellation of what we asked.
 *
 * It is not the table of what we were asked (`InboundRequests`): each direction has its own id space (BASE-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as JsonRpc from "../JsonRpc.ts"
import * as SessionError from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
import { Deadlines, type Timed } from "./Deadlines.ts"
import { RequestTable } from "./RequestTable.ts"

/**
 * One step of a long request, as reported by the side that works on it. `total` and `progress` share a unit of the reporter's choice.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProgressUpdate {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/**
 * How a request is sent: the inbound request whose stream it travels on, how long to wait for the answer (`timeout` is reset by progress,
 * `maxTimeout` is not; CANC-15 to CANC-18), and what to do on progress.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions {
  readonly relatedTo?: JsonRpc.RequestId | undefined
  readonly timeout?: Duration.Input | undefined
  readonly maxTimeout?: Duration.Input | undefined
  readonly onProgress?: ((update: ProgressUpdate) => Effect.Effect<void>) | undefined
}

/**
 * How long to wait for an answer by default: one minute since the request or its last progress, ten minutes in all.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultTimeouts = { timeout: Duration.minutes(1), maxTimeout: Duration.minutes(10) } as const

class Entry implements Timed {
  readonly answer = Deferred.makeUnsafe<unknown, SessionError.SessionError>()
  readonly onProgress: ((update: ProgressUpdate) => Effect.Effect<void>) | undefined
  deadline: number
  lastProgress = Number.NEGATIVE_INFINITY
  readonly method: string
  readonly #timeout: number
  readonly #maxTimeout: number
  readonly #last: number

  constructor(method: string, options: RequestOptions, now: number) {
    this.method = method
    this.#timeout = Duration.toMillis(options.timeout ?? defaultTimeouts.timeout)
    this.#maxTimeout = Duration.toMillis(options.maxTimeout ?? defaultTimeouts.maxTimeout)
    this.#last = now + this.#maxTimeout
    this.deadline = Math.min(now + this.#timeout, this.#last)
    this.onProgress = options.onProgress
  }

  // Progress puts the deadline off, up to the last moment allowed.
  putOff(now: number): void {
    this.deadline = Math.min(now + this.#timeout, this.#last)
  }

  expire(): void {
    const timeout = this.deadline === this.#last ? Math.max(this.#timeout, this.#maxTimeout) : this.#timeout
    this.deadline = Number.POSITIVE_INFINITY
    this.fail(new SessionError.RequestTimeout({ method: this.method, timeout }))
  }

  fail(reason: SessionError.SessionError["reason"]): void {
    Deferred.doneUnsafe(this.answer, SessionError.fail(reason))
  }
}

/**
 * The table of outstanding requests of one peer.
 *
 * @category models
 * @since 0.1.0
 */
export class OutboundRequests {
  readonly #transport: Transport.Outgoing
  readonly #entries = new RequestTable<Entry>()
  readonly #context: Context.Context<never>
  // made for the first request: most sessions of a server never ask anything
  #madeDeadlines: Deadlines | undefined
  #nextId = 0

  /** Time is that of the clock in `context`. */
  constructor(transport: Transport.Outgoing, context: Context.Context<never>) {
    this.#transport = transport
    this.#context = context
  }

  get #deadlines(): Deadlines {
    return this.#madeDeadlines ??= new Deadlines(this.#context, () => this.#entries.values())
  }

  /** How many requests are unanswered. */
  get size(): number {
    return this.#entries.size
  }

  /** Sends a request and waits for its answer. Interruption and timeout cancel it on the other side (CANC-1). */
  request(
    method: string,
    params: object | undefined,
    options: RequestOptions
  ): Effect.Effect<unknown, SessionError.SessionError> {
    return Effect.suspend(() => {
      const id = this.#nextId++
      const entry = new Entry(method, options, this.#deadlines.now)
      this.#entries.set(id, entry)
      this.#deadlines.watch(entry.deadline)
      const sent = this.#transport.send({
        jsonrpc: "2.0",
        id,
        method,
        params: options.onProgress === undefined ? params : withProgressToken(params, id)
      }, options.relatedTo)
      return Effect.onExitPrimitive(
        Effect.matchEffect(sent, {
          onSuccess: (_) => Deferred.await(entry.answer),
          onFailure: (_) => SessionError.fail(new SessionError.Disconnected())
        }),
        // whoever takes the entry settles the request: an answer has taken it already, anything else cancels (CANC-9)
        () =>
          this.#take(id)
            ? Effect.ignore(this.#transport.send({
              jsonrpc: "2.0",
              method: "notifications/cancelled",
              params: { requestId: id }
            }, options.relatedTo))
            : undefined
      )
    })
  }

  #take(id: JsonRpc.RequestId): boolean {
    const taken = this.#entries.delete(id)
    if (taken && this.#entries.size === 0) this.#deadlines.stop()
    return taken
  }

  /** Settles the request that a response answers. False when there is none (BASE-39). */
  settle(response: JsonRpc.ResultResponse | JsonRpc.ErrorResponse): boolean {
    const id = response.id
    const entry = id === undefined || id === null ? undefined : this.#entries.get(id)
    if (entry === undefined) return false
    this.#take(id!)
    Deferred.doneUnsafe(
      entry.answer,
      "result" in response
        ? Effect.succeed(response.result)
        : SessionError.fail(new SessionError.ErrorAnswer(response.error))
    )
    return true
  }

  /** Fails the request that a response was meant to answer, had it been one. */
  reject(id: unknown, message: string): void {
    const entry = this.#entries.get(id as JsonRpc.RequestId)
    if (entry === undefined) return
    this.#entries.delete(id as JsonRpc.RequestId)
    entry.fail(new SessionError.InvalidAnswer({ method: entry.method, message }))
  }

  /** Hands a progress notification to the request it belongs to; one that does not increase is dropped (PROG-5, PROG-8). */
  progress(token: unknown, update: ProgressUpdate): Effect.Effect<void> {
    const entry = this.#entries.get(token as JsonRpc.RequestId)
    if (entry === undefined || !(update.progress > entry.lastProgress)) return Effect.void
    entry.lastProgress = update.progress
    entry.putOff(this.#deadlines.now)
    return entry.onProgress === undefined ? Effect.void : entry.onProgress(update)
  }

  /** Fails every outstanding request: the other side is gone. */
  disconnect(): void {
    this.#madeDeadlines?.stop()
    for (const entry of this.#entries.clear()) entry.fail(new SessionError.Disconnected())
  }
}

const withProgressToken = (params: object | undefined, progressToken: JsonRpc.RequestId): object => {
  const meta = params !== undefined && "_meta" in params ? params._meta as object : undefined
  return { ...params, _meta: { ...meta, progressToken } }
}
