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
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Function from "effect/Function"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as JsonRpc from "../JsonRpc.ts"
import type * as ProtocolError from "../ProtocolError.ts"
import type * as Transport from "../Transport.ts"
import type { TransportError } from "../TransportError.ts"
import { Inbound, type InboundRequest, type Wire } from "./InboundRequest.ts"
import { RequestTable } from "./RequestTable.ts"

/**
 * How many requests run at a time, while others wait, and how many may be unanswered in all, where an answer that the other side does not take in
 * is none; beyond that they are refused at once, and once as many refusals are not taken in, not even that.
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
export interface Options extends Wire {
  readonly transport: Transport.Outgoing
  /** Gives the work that a request stands for. What is known at once is given as an `Exit` and answered without a fiber. */
  dispatch(request: InboundRequest): Effect.Effect<unknown, ProtocolError.ProtocolError>
  readonly context: Context.Context<never>
}

// A transport that fails has told whoever runs it; the answers it takes no more concern nobody else.
const sent = { onSuccess: (_: void) => Effect.void, onFailure: (_: Cause.Cause<TransportError>) => Effect.void }

class TableRequest extends Inbound {
  work: Effect.Effect<unknown, ProtocolError.ProtocolError> = Effect.void
  isCancelled = false
  readonly #table: InboundRequests

  constructor(table: InboundRequests, request: JsonRpc.Request, context: Context.Context<never>, options: Options) {
    super(request, context, options.transport, options)
    this.#table = table
  }

  get isActive(): boolean {
    return this.#table.isActive(this)
  }

  respond(response: JsonRpc.Message): Effect.Effect<void> {
    return this.#table.answer(this, response)
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
  readonly #active = new RequestTable<TableRequest>()
  #running = 0
  // none before there were too many at a time
  #waiting: Set<TableRequest> | undefined
  #isStarting = false
  #answering = 0
  #refusing = 0
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

  /** Whether this very request is unanswered. */
  isActive(request: TableRequest): boolean {
    return this.#active.get(request.id) === request
  }

  /** Starts a request. */
  start(message: JsonRpc.Request, context: Context.Context<never> | undefined): void {
    const limits = this.#limits
    const base = this.#options.context
    if (this.#active.has(message.id)) {
      // no second answer may carry this id, so the refusal carries none
      return this.refuse(JsonRpc.errorResponse(null, JsonRpc.invalidRequest, "The request id is already in use"))
    }
    if (this.#active.size + this.#answering >= limits.maxUnanswered) {
      return this.refuse(
        JsonRpc.errorResponse(
          message.id,
          JsonRpc.internalError,
          `Too many requests in flight (at most ${limits.maxUnanswered})`
        ),
        message.id
      )
    }
    const request = new TableRequest(
      this,
      message,
      context === undefined ? base : Context.merge(base, context),
      this.#options
    )
    this.#active.set(request.id, request)
    // code of the author's runs here too (middleware, who may see what), and the one who reads the connection must not fail for it
    request.work = Result.getOrElse(
      Result.try({ try: () => this.#options.dispatch(request), catch: Exit.die }),
      Function.identity
    )
    if (
      this.#running < limits.maxConcurrency || request.isQuick || request.standing !== undefined ||
      Exit.isExit(request.work)
    ) {
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

  /** Completes what only stands and waits. */
  end(): void {
    for (const { standing } of this.#active.values()) standing?.openUnsafe()
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

  /** Runs what nobody waits for; the end of the scope interrupts it. */
  fork(effect: Effect.Effect<void>): void {
    Fiber.runIn(Effect.runForkWith(this.#options.context)(effect), this.#scope)
  }

  #run(request: TableRequest): void {
    if (request.standing === undefined) this.#running++
    const fiber = Effect.runForkWith(request.context)(request.run(request.work))
    const exit = fiber.pollUnsafe()
    if (exit !== undefined) return this.#ended(request, exit)
    request.fiber = fiber
    Fiber.runIn(fiber, this.#scope)
    fiber.addObserver((exit) => this.#ended(request, exit))
    // it may have been cancelled or suspended before it first waited for something
    if (request.isCancelled || request.isSuspended) fiber.interruptUnsafe()
  }

  #ended(request: TableRequest, exit: Exit.Exit<void>): void {
    if (request.standing === undefined) this.#running--
    // a fiber that interrupts itself, or is handed what is no effect, ends without a look at what comes after
    if (Exit.isFailure(exit) && this.isActive(request)) this.fork(request.fail(exit.cause))
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

  /** Takes a request out and sends its answer. Acts when it is called, which is at the end of the request's fiber. */
  answer(request: TableRequest, message: JsonRpc.Message): Effect.Effect<void> {
    if (!this.isActive(request)) return Effect.void
    this.#active.delete(request.id)
    this.#answering++
    // settled once it is sent: whoever waits for that may end the connection
    return Effect.onExitPrimitive(
      Effect.matchCauseEffect(this.#sendAnswer(request, message), sent),
      () => {
        this.#answering--
        this.#settled()
        return undefined
      }
    )
  }

  // Where everything travels in one pipe, the client is also told that no more of what stood will come (SUB-17, SUB-18).
  #sendAnswer(request: TableRequest, message: JsonRpc.Message): Effect.Effect<void, TransportError> {
    const { transport } = this.#options
    const answer = transport.send(message, request.id)
    if (request.standing === undefined || transport.closeStream !== undefined) return answer
    const method = "notifications/cancelled"
    const params = request.wire.encodeNotification(method, { requestId: request.id })
    return params === undefined ? answer : Effect.andThen(answer, transport.send({ jsonrpc: "2.0", method, params }))
  }

  #settled(): void {
    if (this.#active.size > 0 || this.#answering > 0 || this.#idle.length === 0) return
    const idle = this.#idle
    this.#idle = nobody
    for (const resume of idle) resume()
  }

  /** Sends what refuses a message. To who takes in none of them there is no use in saying more. */
  refuse(message: JsonRpc.Message, relatedTo?: JsonRpc.RequestId): void {
    if (this.#refusing >= this.#limits.maxUnanswered) return
    this.#refusing++
    this.fork(Effect.onExitPrimitive(
      Effect.matchCauseEffect(this.#options.transport.send(message, relatedTo), sent),
      () => {
        this.#refusing--
        return undefined
      }
    ))
  }
}
