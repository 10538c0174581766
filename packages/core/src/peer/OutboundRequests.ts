/**
 * The requests a peer has sent and not seen answered: ids, progress, timeouts and cancellation of what we asked.
 *
 * It is not the table of what we were asked (`InboundRequests`): each direction has its own id space (BASE-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "../JsonRpc.ts"
import * as SessionError from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
import type { TransportError } from "../TransportError.ts"
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
 * `maxTimeout` is not; CANC-15 to CANC-18), and what to do on progress: for one step at a time, of those that come meanwhile the last, and none any more
 * after it has failed. `isFinal` is for what may not be cancelled (CANC-3): who stops waiting for
 * it says nothing. `isStanding` is for what lasts: no timeout runs, and the other side may end it by cancelling it (SUB-17).
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions {
  readonly relatedTo?: JsonRpc.RequestId | undefined
  readonly timeout?: Duration.Input | undefined
  readonly maxTimeout?: Duration.Input | undefined
  readonly onProgress?: ((update: ProgressUpdate) => Effect.Effect<void>) | undefined
  readonly isFinal?: boolean | undefined
  readonly isStanding?: boolean | undefined
  /** Told the id of the request before it is sent. */
  readonly onId?: ((id: JsonRpc.RequestId) => void) | undefined
}

/**
 * How long to wait for an answer by default: one minute since the request or its last progress, ten minutes in all.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultTimeouts = { timeout: Duration.minutes(1), maxTimeout: Duration.minutes(10) } as const

const noTimeouts = { timeout: Duration.infinity, maxTimeout: Duration.infinity } as const

class Entry implements Timed {
  readonly answer = Deferred.makeUnsafe<unknown, SessionError.SessionError>()
  readonly onProgress: ((update: ProgressUpdate) => Effect.Effect<void>) | undefined
  deadline: number
  lastProgress = Number.NEGATIVE_INFINITY
  readonly method: string
  readonly isStanding: boolean
  sending: Fiber.Fiber<unknown> | undefined
  /** Nobody waits for the answer any more, and nobody hears of steps towards it. */
  isOver = false
  #step: ProgressUpdate | undefined
  #isTelling = false
  readonly #timeout: number
  readonly #maxTimeout: number
  readonly #last: number
  readonly #table: OutboundRequests

  constructor(table: OutboundRequests, method: string, options: RequestOptions, now: number) {
    this.#table = table
    this.method = method
    this.isStanding = options.isStanding === true
    const { maxTimeout, timeout } = this.isStanding ? noTimeouts : options
    this.#timeout = Duration.toMillis(timeout ?? defaultTimeouts.timeout)
    this.#maxTimeout = Duration.toMillis(maxTimeout ?? defaultTimeouts.maxTimeout)
    this.#last = now + this.#maxTimeout
    this.deadline = Math.min(now + this.#timeout, this.#last)
    this.onProgress = options.onProgress
  }

  // Progress puts the deadline off, up to the last moment allowed.
  putOff(now: number): void {
    this.deadline = Math.min(now + this.#timeout, this.#last)
  }

  expire(): void {
    // the other side waits for us, or did
    const { heldUntil } = this.#table
    if (this.deadline < this.#last && heldUntil + this.#timeout > this.deadline) return this.putOff(heldUntil)
    const timeout = this.deadline === this.#last ? Math.max(this.#timeout, this.#maxTimeout) : this.#timeout
    this.deadline = Number.POSITIVE_INFINITY
    this.fail(new SessionError.RequestTimeout({ method: this.method, timeout }))
  }

  fail(reason: SessionError.SessionError["reason"]): void {
    Deferred.doneUnsafe(this.answer, SessionError.fail(reason))
  }

  // However many steps there are, one of them is told, and one waits.
  tell(step: ProgressUpdate): Effect.Effect<void> {
    this.#step = step
    if (this.#isTelling || this.onProgress === undefined) return Effect.void
    this.#isTelling = true
    return Effect.onError(this.#tellOn(this.onProgress), (cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logError(`What hears of the progress of a request failed: ${this.method}`, cause))
  }

  #tellOn(onProgress: (step: ProgressUpdate) => Effect.Effect<void>): Effect.Effect<void> {
    return Effect.suspend(() => {
      const step = this.#step
      this.#step = undefined
      if (step !== undefined && !this.isOver) {
        return Effect.flatMap(onProgress(step), () => this.#tellOn(onProgress))
      }
      this.#isTelling = false
      return Effect.void
    })
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
  readonly #scope: Scope.Scope
  // made for the first request: most sessions of a server never ask anything
  #madeDeadlines: Deadlines | undefined
  #nextId = 0
  #holds = 0
  #heldLast = Number.NEGATIVE_INFINITY
  #hasEnded = false

  /** Time is that of the clock in `context`. What is still being sent at the end of the scope is given up. */
  constructor(transport: Transport.Outgoing, context: Context.Context<never>, scope: Scope.Scope) {
    this.#transport = transport
    this.#context = context
    this.#scope = scope
  }

  get #deadlines(): Deadlines {
    return this.#madeDeadlines ??= new Deadlines(this.#context, () => this.#entries.values())
  }

  /** How many requests are unanswered. */
  get size(): number {
    return this.#entries.size
  }

  /** When the other side waited last for something that it has asked us. */
  get heldUntil(): number {
    return this.#holds > 0 ? this.#deadlines.now : this.#heldLast
  }

  /** While this runs, no request times out but by `maxTimeout`: the other side may well be waiting for what this gives. */
  hold<A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.suspend(() => {
      let isHolding = false
      return Effect.onExitPrimitive(
        // in here, because an interruption may come between any two steps
        Effect.suspend(() => {
          isHolding = true
          this.#holds++
          return effect
        }),
        () => {
          if (!isHolding) return undefined
          this.#holds--
          this.#heldLast = this.#deadlines.now
          return undefined
        }
      )
    })
  }

  /** Sends a request and waits for its answer. Interruption and timeout cancel it on the other side (CANC-1). */
  request(
    method: string,
    params: object | undefined,
    options: RequestOptions
  ): Effect.Effect<unknown, SessionError.SessionError> {
    return Effect.withFiber((fiber) => {
      if (this.#hasEnded) return SessionError.fail(new SessionError.NotSent({ message: "The connection has ended" }))
      const id = this.#nextId++
      let entry: Entry | undefined
      return Effect.onExitPrimitive(
        // in here, because an interruption may come between any two steps
        Effect.suspend(() => {
          entry = new Entry(this, method, options, this.#deadlines.now)
          this.#entries.set(id, entry)
          this.#deadlines.watch(entry.deadline)
          options.onId?.(id)
          this.#send(id, entry, params, options, fiber.context)
          return Deferred.await(entry.answer)
        }),
        () => {
          if (entry === undefined) return undefined
          entry.isOver = true
          // whoever takes the entry settles the request: an answer has taken it already, anything else cancels (CANC-9)
          return this.#take(id) ? this.#cancel(id, options, entry.sending) : undefined
        }
      )
    })
  }

  // By itself, so that nothing it takes keeps the answer or its timeout back.
  #send(
    id: JsonRpc.RequestId,
    entry: Entry,
    params: object | undefined,
    options: RequestOptions,
    context: Context.Context<never>
  ): void {
    const sending = Effect.runForkWith(context)(Effect.catchCause(
      Effect.suspend(() =>
        this.#transport.send({
          jsonrpc: "2.0",
          id,
          method: entry.method,
          params: options.onProgress === undefined ? params : withProgressToken(params, id)
        }, options.relatedTo)
      ),
      (cause) => this.#notSent(id, cause)
    ))
    if (sending.pollUnsafe() !== undefined) return
    entry.sending = sending
    Fiber.runIn(sending, this.#scope)
  }

  // The other side may be slow to read it, and nobody waits for that.
  #cancel(id: JsonRpc.RequestId, options: RequestOptions, sending: Fiber.Fiber<unknown> | undefined): undefined {
    const told = options.isFinal === true ? Effect.void : Effect.ignore(this.#transport.send({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: id }
    }, options.relatedTo))
    const cancelling = Effect.runForkWith(this.#context)(
      Effect.ensuring(told, Effect.sync(() => sending?.interruptUnsafe()))
    )
    if (cancelling.pollUnsafe() === undefined) Fiber.runIn(cancelling, this.#scope)
  }

  // A transport that dies of a request has told nobody.
  #notSent(id: JsonRpc.RequestId, cause: Cause.Cause<TransportError>): Effect.Effect<void> {
    return Effect.suspend(() => {
      const entry = this.#entries.get(id)
      if (entry === undefined) return Effect.void
      this.#take(id)
      const error = Cause.findErrorOption(cause)
      entry.fail(
        error._tag === "Some"
          ? SessionError.ofTransport(error.value)
          : new SessionError.Disconnected({ because: "The transport failed" })
      )
      return error._tag === "Some" || Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logError(`A request could not be sent: ${entry.method}`, cause)
    })
  }

  #take(id: JsonRpc.RequestId): boolean {
    return this.#entries.delete(id)
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

  /** Ends what stands: the other side cancelled it. Nothing else that we asked can be cancelled there. */
  end(id: unknown): void {
    const entry = this.#entries.get(id as JsonRpc.RequestId)
    if (entry?.isStanding !== true) return
    this.#take(id as JsonRpc.RequestId)
    entry.fail(new SessionError.Disconnected({ because: "the other side cancelled the request" }))
    entry.sending?.interruptUnsafe()
  }

  /** Hands a progress notification to the request it belongs to; one that does not increase is dropped (PROG-5, PROG-8). */
  progress(token: unknown, update: ProgressUpdate): Effect.Effect<void> {
    const entry = this.#entries.get(token as JsonRpc.RequestId)
    if (entry === undefined || !(update.progress > entry.lastProgress)) return Effect.void
    entry.lastProgress = update.progress
    entry.putOff(this.#deadlines.now)
    return entry.tell(update)
  }

  /** Fails every outstanding request, and what is asked from now on: the other side is gone. */
  disconnect(because?: string): void {
    this.#madeDeadlines?.stop()
    this.#hasEnded = true
    const entries = this.#entries.clear()
    if (entries.length === 0) return
    const reason = new SessionError.Disconnected(because === undefined ? {} : { because })
    for (const entry of entries) entry.fail(reason)
  }
}

const withProgressToken = (params: object | undefined, progressToken: JsonRpc.RequestId): object => {
  const meta = params !== undefined && "_meta" in params ? params._meta as object : undefined
  return { ...params, _meta: { ...meta, progressToken } }
}
