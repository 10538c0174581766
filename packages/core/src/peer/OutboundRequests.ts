/**
 * The requests a peer has sent and not seen answered: ids, progress, timeouts and cancellation of what we asked.
 *
 * It is not the table of what we were asked (`InboundRequests`): each direction has its own id space (BASE-4).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as JsonRpc from "../JsonRpc.ts"
import * as SessionError from "../SessionError.ts"
import type * as Transport from "../Transport.ts"
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

interface Entry {
  readonly answer: Deferred.Deferred<unknown, SessionError.SessionError>
  readonly onProgress: ((update: ProgressUpdate) => Effect.Effect<void>) | undefined
  readonly timeout: number
  lastProgress: number
  deadline: number
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
  #nextId = 0

  constructor(transport: Transport.Outgoing) {
    this.#transport = transport
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
    return Clock.clockWith((clock) => {
      const id = this.#nextId++
      const timeout = Duration.toMillis(options.timeout ?? defaultTimeouts.timeout)
      const maxTimeout = Duration.toMillis(options.maxTimeout ?? defaultTimeouts.maxTimeout)
      const now = clock.currentTimeMillisUnsafe()
      const entry: Entry = {
        answer: Deferred.makeUnsafe(),
        onProgress: options.onProgress,
        timeout,
        lastProgress: Number.NEGATIVE_INFINITY,
        deadline: now + timeout
      }
      this.#entries.set(id, entry)
      const sent = this.#transport.send({
        jsonrpc: "2.0",
        id,
        method,
        params: options.onProgress === undefined ? params : withProgressToken(params, id)
      }, options.relatedTo)
      return Effect.catch(sent, () => SessionError.fail(new SessionError.Disconnected())).pipe(
        Effect.andThen(Effect.raceFirst(
          Deferred.await(entry.answer),
          watch(entry, method, now + maxTimeout, Math.max(timeout, maxTimeout))
        )),
        // whoever takes the entry settles the request: an answer has taken it already, anything else cancels (CANC-9)
        Effect.onExit(() =>
          Effect.suspend(() =>
            this.#entries.delete(id)
              ? Effect.ignore(this.#transport.send({
                jsonrpc: "2.0",
                method: "notifications/cancelled",
                params: { requestId: id }
              }, options.relatedTo))
              : Effect.void
          )
        )
      )
    })
  }

  /** Settles the request that a response answers. False when there is none (BASE-39). */
  settle(response: JsonRpc.ResultResponse | JsonRpc.ErrorResponse): boolean {
    const id = response.id
    const entry = id === undefined || id === null ? undefined : this.#entries.get(id)
    if (entry === undefined) return false
    this.#entries.delete(id!)
    Deferred.doneUnsafe(
      entry.answer,
      "result" in response
        ? Effect.succeed(response.result)
        : SessionError.fail(new SessionError.ErrorAnswer(response.error))
    )
    return true
  }

  /** Hands a progress notification to the request it belongs to; one that does not increase is dropped (PROG-5, PROG-8). */
  progress(token: unknown, update: ProgressUpdate, now: number): Effect.Effect<void> {
    const entry = this.#entries.get(token as JsonRpc.RequestId)
    if (entry === undefined || !(update.progress > entry.lastProgress)) return Effect.void
    entry.lastProgress = update.progress
    entry.deadline = now + entry.timeout
    return entry.onProgress === undefined ? Effect.void : entry.onProgress(update)
  }

  /** Fails every outstanding request: the other side is gone. */
  disconnect(): void {
    for (const entry of this.#entries.clear()) {
      Deferred.doneUnsafe(entry.answer, SessionError.fail(new SessionError.Disconnected()))
    }
  }
}

const withProgressToken = (params: object | undefined, progressToken: JsonRpc.RequestId): object => {
  const meta = params !== undefined && "_meta" in params ? params._meta as object : undefined
  return { ...params, _meta: { ...meta, progressToken } }
}

// Sleeps until the deadline has stayed in the past; progress moves it, up to the last moment allowed.
const watch = (
  entry: Entry,
  method: string,
  last: number,
  longest: number
): Effect.Effect<never, SessionError.SessionError> =>
  Clock.clockWith((clock) => {
    const deadline = Math.min(entry.deadline, last)
    const left = deadline - clock.currentTimeMillisUnsafe()
    return left > 0
      ? Effect.andThen(Effect.sleep(left), watch(entry, method, last, longest))
      : SessionError.fail(
        new SessionError.RequestTimeout({ method, timeout: deadline === last ? longest : entry.timeout })
      )
  })
