/**
 * The requests a peer is working on: one fiber each, started synchronously, at most so many at a time.
 *
 * It is not where requests are understood: a dispatch function gives the `Effect` that a request stands for.
 *
 * An answer is sent by whoever takes the request out of the table, and cancellation takes it out too; so a request is answered at most
 * once, and never after it was cancelled (CANC-6, CANC-9).
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Function from "effect/Function"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as JsonRpc from "../JsonRpc.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type * as Transport from "../Transport.ts"
import type { TransportError } from "../TransportError.ts"
import type { ProgressUpdate } from "./OutboundRequests.ts"
import { RequestTable } from "./RequestTable.ts"

/**
 * A request being worked on. `context` is what its fiber will run with; the dispatcher may add to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface InboundRequest {
  readonly id: JsonRpc.RequestId
  readonly method: string
  readonly params: unknown
  context: Context.Context<never>
  /** What of the method it is about (the name of a tool, say), for logs and spans; the dispatcher tells. */
  target: string | undefined
  /** Set by the dispatcher for what is answered at once: it does not wait while other requests take all there is to run in (PING-2). */
  isQuick: boolean
  /** Sends progress for this request, if it was asked for, while the request is active and the value increases (PROG-5, PROG-9). */
  readonly progress: (update: ProgressUpdate) => Effect.Effect<void>
  /** Sends a notification on this request's stream. */
  readonly notify: (method: string, params: object) => Effect.Effect<void>
}

/**
 * How many requests run at a time, while others wait, and how many may be unanswered in all; beyond that they are refused at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly maxConcurrency: number
  readonly maxUnanswered: number
}

/**
 * What `InboundRequests` needs of its peer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly transport: Transport.Outgoing
  /** Gives the work that a request stands for. What is known at once is given as an `Exit` and answered without a fiber. */
  dispatch(request: InboundRequest): Effect.Effect<unknown, ProtocolError.ProtocolError>
  encodeError(error: ProtocolError.ProtocolError): JsonRpc.ErrorObject
  /** The wire form of a notification's params; undefined when the other side does not know the method. */
  encodeNotification(method: string, params: object): object | undefined
  readonly context: Context.Context<never>
}

// A transport that fails has told whoever runs it; the answers it takes no more concern nobody else.
const sent = { onSuccess: (_: void) => Effect.void, onFailure: (_: Cause.Cause<TransportError>) => Effect.void }

class Inbound implements InboundRequest {
  readonly id: JsonRpc.RequestId
  readonly method: string
  readonly params: unknown
  context: Context.Context<never>
  target: string | undefined = undefined
  work: Effect.Effect<unknown, ProtocolError.ProtocolError> = Effect.void
  fiber: Fiber.Fiber<void> | undefined = undefined
  isCancelled = false
  isQuick = false
  lastProgress = Number.NEGATIVE_INFINITY
  readonly #table: InboundRequests

  constructor(table: InboundRequests, request: JsonRpc.Request, context: Context.Context<never>) {
    this.id = request.id
    this.method = request.method
    this.params = request.params
    this.context = context
    this.#table = table
  }

  progress(update: ProgressUpdate): Effect.Effect<void> {
    return Effect.suspend(() => {
      const meta = (this.params as { readonly _meta?: { readonly progressToken?: unknown } } | undefined)?._meta
      if (!JsonRpc.isRequestId(meta?.progressToken) || !(update.progress > this.lastProgress)) return Effect.void
      // what JSON has no number for is no step, and no total
      if (!Number.isFinite(update.progress)) return Effect.void
      this.lastProgress = update.progress
      const { total, ...step } = update
      return this.notify("notifications/progress", {
        progressToken: meta.progressToken,
        ...(total === undefined || Number.isFinite(total) ? update : step)
      })
    })
  }

  notify(method: string, params: object): Effect.Effect<void> {
    return this.#table.notify(this, method, params)
  }
}

const nobody: ReadonlyArray<() => void> = []

/**
 * The table of inbound requests of one peer.
 *
 * @category models
 * @since 0.1.0
 */
export class InboundRequests {
  readonly #options: Options
  readonly #limits: Limits
  readonly #scope: Scope.Scope
  readonly #active = new RequestTable<Inbound>()
  #running = 0
  // none before there were too many at a time
  #waiting: Set<Inbound> | undefined
  #isStarting = false
  #answering = 0
  #idle: ReadonlyArray<() => void> = nobody

  /** The end of the scope interrupts every request. */
  constructor(options: Options, limits: Limits, scope: Scope.Scope) {
    this.#options = options
    this.#limits = limits
    this.#scope = scope
  }

  /** How many requests are unanswered. */
  get size(): number {
    return this.#active.size
  }

  /** Whether a request of this id is unanswered. */
  has(id: JsonRpc.RequestId): boolean {
    return this.#active.has(id)
  }

  /** Starts a request. */
  start(message: JsonRpc.Request, context: Context.Context<never> | undefined): void {
    const limits = this.#limits
    const base = this.#options.context
    if (this.#active.has(message.id)) {
      // no second answer may carry this id, so the refusal carries none
      return this.#send(JsonRpc.errorResponse(null, JsonRpc.invalidRequest, "The request id is already in use"))
    }
    if (this.#active.size >= limits.maxUnanswered) {
      return this.#send(
        JsonRpc.errorResponse(
          message.id,
          JsonRpc.internalError,
          `Too many requests in flight (at most ${limits.maxUnanswered})`
        ),
        message.id
      )
    }
    const request = new Inbound(this, message, context === undefined ? base : Context.merge(base, context))
    this.#active.set(request.id, request)
    // code of the author's runs here too (middleware, who may see what), and the one who reads the connection must not fail for it
    request.work = Result.getOrElse(
      Result.try({ try: () => this.#options.dispatch(request), catch: Exit.die }),
      Function.identity
    )
    if (this.#running < limits.maxConcurrency || request.isQuick || Exit.isExit(request.work)) {
      this.#run(request)
    } else {
      this.#waiting ??= new Set()
      this.#waiting.add(request)
    }
  }

  /** Interrupts a request; it is never answered. Unknown ids are ignored (CANC-10). */
  cancel(id: unknown): void {
    const request = this.#active.get(id as JsonRpc.RequestId)
    if (request === undefined) return
    this.#active.delete(request.id)
    this.#waiting?.delete(request)
    request.isCancelled = true
    request.fiber?.interruptUnsafe()
    const told = this.#options.transport.cancelled?.(request.id)
    if (told !== undefined) this.fork(told)
    this.#settled()
  }

  /** Forgets all requests, so that none is answered: the connection has ended. What still runs is interrupted by the end of the scope. */
  disconnect(): void {
    this.#active.clear()
    this.#waiting?.clear()
    this.#settled()
  }

  /** Completes when no request is unanswered and all answers are sent. */
  get awaitIdle(): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      this.#idle = [...this.#idle, () => resume(Effect.void)]
      this.#settled()
    })
  }

  /** Sends a notification for a request that is still active. */
  notify(request: Inbound, method: string, params: object): Effect.Effect<void> {
    return Effect.suspend(() => {
      const encoded = this.#active.get(request.id) === request
        ? this.#options.encodeNotification(method, params)
        : undefined
      return encoded === undefined
        ? Effect.void
        : Effect.ignore(this.#options.transport.send({ jsonrpc: "2.0", method, params: encoded }, request.id))
    })
  }

  /** Runs what nobody waits for; the end of the scope interrupts it. */
  fork(effect: Effect.Effect<void>): void {
    Fiber.runIn(Effect.runForkWith(this.#options.context)(effect), this.#scope)
  }

  #run(request: Inbound): void {
    this.#running++
    const fiber = Effect.runForkWith(request.context)(Effect.matchCauseEffect(request.work, {
      onSuccess: (result) => this.#answer(request, { jsonrpc: "2.0", id: request.id, result }),
      onFailure: (cause) => this.#fail(request, cause)
    }))
    const exit = fiber.pollUnsafe()
    if (exit !== undefined) return this.#ended(request, exit)
    request.fiber = fiber
    Fiber.runIn(fiber, this.#scope)
    fiber.addObserver((exit) => this.#ended(request, exit))
    // it may have been cancelled before it first waited for something
    if (request.isCancelled) fiber.interruptUnsafe()
  }

  #ended(request: Inbound, exit: Exit.Exit<void>): void {
    this.#running--
    // a fiber that interrupts itself, or is handed what is no effect, ends without a look at what comes after
    if (Exit.isFailure(exit) && this.#active.get(request.id) === request) this.fork(this.#fail(request, exit.cause))
    // one that ends at once comes back here, and must not go deeper for each that waits
    if (this.#isStarting || this.#waiting === undefined) return
    this.#isStarting = true
    for (const next of this.#waiting) {
      if (this.#running >= this.#limits.maxConcurrency) break
      this.#waiting.delete(next)
      this.#run(next)
    }
    this.#isStarting = false
  }

  // This and `#answer` act when they are called, which is at the end of the request's fiber.
  #fail(request: Inbound, cause: Cause.Cause<ProtocolError.ProtocolError>): Effect.Effect<void> {
    if (this.#active.get(request.id) !== request) return Effect.void
    const error = Cause.findErrorOption(cause)
    if (error._tag === "Some") {
      return this.#answer(request, {
        jsonrpc: "2.0",
        id: request.id,
        error: this.#options.encodeError(error.value)
      })
    }
    // a defect, or an interruption that no peer asked for: the log has the cause, the peer only that it failed
    return Effect.flatMap(
      // a logger that fails does not keep the answer back
      Effect.ignoreCause(
        Effect.logError(`Request failed unexpectedly: ${request.method} ${request.target ?? ""}`.trimEnd(), cause)
      ),
      () =>
        this.#answer(request, {
          jsonrpc: "2.0",
          id: request.id,
          error: this.#options.encodeError(ProtocolError.internalError())
        })
    )
  }

  #answer(request: Inbound, message: JsonRpc.Message): Effect.Effect<void> {
    if (this.#active.get(request.id) !== request) return Effect.void
    this.#active.delete(request.id)
    this.#answering++
    // settled once it is sent: whoever waits for that may end the connection
    return Effect.onExitPrimitive(
      Effect.matchCauseEffect(this.#options.transport.send(message, request.id), sent),
      () => {
        this.#answering--
        this.#settled()
        return undefined
      }
    )
  }

  #settled(): void {
    if (this.#active.size > 0 || this.#answering > 0 || this.#idle.length === 0) return
    const idle = this.#idle
    this.#idle = nobody
    for (const resume of idle) resume()
  }

  #send(message: JsonRpc.Message, relatedTo?: JsonRpc.RequestId): void {
    this.fork(Effect.ignore(this.#options.transport.send(message, relatedTo)))
  }
}
