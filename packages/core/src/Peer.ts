/**
 * The `Peer` is the symmetric JSON-RPC engine over one connection: it tells requests, notifications, responses and batches apart and keeps
 * both tables, of what was asked and of what we asked.
 *
 * It is not a server or a client, and it knows no method but the two that speak about requests: `notifications/cancelled` and
 * `notifications/progress`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as JsonRpc from "./JsonRpc.ts"
import * as InboundRequests from "./peer/InboundRequests.ts"
import * as OutboundRequests from "./peer/OutboundRequests.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * The limits of one peer, all counts: handlers running at a time, requests unanswered in all, messages in a batch, nesting of a message.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits extends InboundRequests.Limits {
  readonly maxBatch: number
  readonly maxDepth: number
}

/**
 * The default limits.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultLimits: Limits = { maxConcurrency: 128, maxUnanswered: 1024, maxBatch: 100, maxDepth: 256 }

/**
 * What a peer is made of. `batching` says whether batches are allowed now: a fact of the negotiated revision.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends InboundRequests.Options {
  notification(method: string, params: unknown): Effect.Effect<void>
  batching(): boolean
  readonly limits?: Partial<Limits> | undefined
}

/**
 * One side of a connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Peer {
  /** Takes one parsed JSON value from the transport. */
  receive(json: unknown, context?: Context.Context<never>): void
  /** Sends a request and waits for its answer. */
  readonly request: (
    method: string,
    params: object | undefined,
    options?: OutboundRequests.RequestOptions
  ) => Effect.Effect<unknown, SessionError>
  /** While this runs, what we asked times out by `maxTimeout` alone: for answers that the other side waits for meanwhile. */
  readonly hold: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Sends a notification that relates to no request. */
  readonly notify: (method: string, params?: object) => Effect.Effect<void>
  /** Fails what we asked, ends what stands, then completes when all we were asked is answered: for a connection that will say no more. */
  readonly drain: Effect.Effect<void>
  /** Fails what we asked, `because` of this, and forgets what we were asked: nothing is answered any more. */
  disconnect(because?: string): void
  /** How many requests are unanswered in each direction. */
  readonly size: { readonly inbound: number; readonly outbound: number }
}

class PeerLive implements Peer {
  readonly #options: Options
  readonly #limits: Limits
  readonly #inbound: InboundRequests.InboundRequests
  readonly #outbound: OutboundRequests.OutboundRequests

  constructor(options: Options, scope: Scope.Scope) {
    this.#options = options
    this.#limits = options.limits === undefined ? defaultLimits : { ...defaultLimits, ...options.limits }
    this.#inbound = new InboundRequests.InboundRequests(options, this.#limits, scope)
    this.#outbound = new OutboundRequests.OutboundRequests(options.transport, options.context, scope)
  }

  get size() {
    return { inbound: this.#inbound.size, outbound: this.#outbound.size }
  }

  receive(json: unknown, context?: Context.Context<never>): void {
    if (JsonRpc.isDeeperThan(json, this.#limits.maxDepth)) {
      return this.#receiveInvalid(json, `The message nests deeper than ${this.#limits.maxDepth} levels`)
    }
    if (Array.isArray(json)) return this.#receiveBatch(json, context)
    this.#receiveOne(json, context)
  }

  #receiveOne(json: unknown, context: Context.Context<never> | undefined): void {
    // `classify` has checked the envelope, so the casts below only name what it found
    switch (JsonRpc.classify(json)) {
      case "Request":
        return this.#inbound.start(json as JsonRpc.Request, context)
      case "Notification":
        return this.#receiveNotification(json as JsonRpc.Notification)
      case "ResultResponse":
      case "ErrorResponse":
        if (!this.#outbound.settle(json as JsonRpc.ResultResponse)) {
          this.#inbound.fork(Effect.logDebug("Dropped a response that answers no outstanding request"))
        }
        return
      case "Invalid":
        return this.#receiveInvalid(json, "The message is not a valid JSON-RPC 2.0 request")
    }
  }

  #receiveNotification({ method, params }: JsonRpc.Notification): void {
    if (method === "notifications/cancelled") {
      const { requestId } = (params ?? {}) as { readonly requestId?: unknown }
      this.#outbound.end(requestId)
      return this.#inbound.cancel(requestId)
    }
    if (method === "notifications/progress") return this.#receiveProgress(params)
    this.#inbound.fork(this.#options.notification(method, params))
  }

  #receiveProgress(params: unknown): void {
    const { message, progress, progressToken, total } = (params ?? {}) as Record<string, unknown>
    if (typeof progress !== "number") return
    const update: OutboundRequests.ProgressUpdate = {
      progress,
      ...(typeof total === "number" ? { total } : undefined),
      ...(typeof message === "string" ? { message } : undefined)
    }
    this.#inbound.fork(this.#outbound.progress(progressToken, update))
  }

  // A broken response must not be answered (the other side asked nothing), and is all the answer there will be; anything else that is no
  // message is answered.
  #receiveInvalid(json: unknown, message: string): void {
    const { error, id, method, result } = (typeof json === "object" && json !== null ? json : {}) as Record<
      string,
      unknown
    >
    if (method === undefined && (result !== undefined || error !== undefined)) {
      this.#outbound.reject(id, message)
      return this.#inbound.fork(Effect.logDebug("Dropped a malformed response"))
    }
    // an id that is in use is that of another answer
    this.#refuse(JsonRpc.isRequestId(id) && !this.#inbound.has(id) ? id : null, message)
  }

  #receiveBatch(batch: ReadonlyArray<unknown>, context: Context.Context<never> | undefined): void {
    if (!this.#options.batching()) return this.#refuse(null, "Batches are not part of this protocol revision")
    if (batch.length === 0) return this.#refuse(null, "A batch holds at least one message")
    if (batch.length > this.#limits.maxBatch) {
      return this.#refuse(null, `A batch holds at most ${this.#limits.maxBatch} messages`)
    }
    for (const json of batch) this.#receiveOne(json, context)
  }

  #refuse(id: JsonRpc.RequestId | null, message: string): void {
    this.#inbound.refuse(JsonRpc.errorResponse(id, JsonRpc.invalidRequest, message), id ?? undefined)
  }

  request(
    method: string,
    params: object | undefined,
    options: OutboundRequests.RequestOptions = {}
  ): Effect.Effect<unknown, SessionError> {
    return this.#outbound.request(method, params, options)
  }

  hold<A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return this.#outbound.hold(effect)
  }

  notify(method: string, params?: object): Effect.Effect<void> {
    return Effect.ignore(this.#options.transport.send(
      params === undefined ? { jsonrpc: "2.0", method } : { jsonrpc: "2.0", method, params }
    ))
  }

  get drain(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#outbound.disconnect()
      this.#inbound.end()
      return this.#inbound.awaitIdle
    })
  }

  disconnect(because?: string): void {
    this.#outbound.disconnect(because)
    this.#inbound.disconnect()
  }
}

/**
 * A peer whose work is interrupted with the scope. Its owner calls `disconnect` first, so that nothing is answered then.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeUnsafe = (options: Options, scope: Scope.Scope): Peer => new PeerLive(options, scope)

/**
 * A peer that lives as long as the scope: its end interrupts all that is being worked on, answers none of it, and fails what we asked.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<Peer, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const peer = makeUnsafe(options, yield* Scope.fork(scope, "parallel"))
  // finalizers run last to first: the tables are emptied before the fibers are interrupted, so nothing is answered
  yield* Scope.addFinalizer(scope, Effect.sync(() => peer.disconnect()))
  return peer
})
