/**
 * An `Answer` to one request of the stateless era that came by itself, not over a connection.
 *
 * It is not a table of requests (`InboundRequests`): whoever takes the request in keeps it, and cancels it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as JsonRpc from "../JsonRpc.ts"
import * as Peer from "../Peer.ts"
import { Inbound, type Wire } from "../peer/InboundRequest.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type * as Transport from "../Transport.ts"
import type { ServerLive } from "./ServerLive.ts"
import * as StatelessDispatch from "./StatelessDispatch.ts"

/**
 * The response to a request, with the error that it carries, if it does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly response: JsonRpc.ResultResponse | JsonRpc.ErrorResponse
  readonly error: ProtocolError.ProtocolError | undefined
}

/**
 * Where the answer goes, once, unless the request is cancelled before; and where what is said before it goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly transport: Transport.Outgoing
  readonly context: Context.Context<never> | undefined
  readonly onAnswer: (answer: Answer) => void
}

/**
 * A request that is being answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answering {
  /**
   * Interrupts the work. The answer is not awaited any more (HTTP26-16 to HTTP26-18). `onEnded` is called when the work has ended, which may be
   * before this returns, or long after where a handler cannot be interrupted.
   */
  readonly cancel: (onEnded?: () => void) => void
  /** Completes a request that only stands and waits (`subscriptions/listen`): its result follows soon. Of any other, nothing changes. */
  readonly end: () => void
}

// Before its revision is known, a request can only fail.
const unknownWire: Wire = { encodeError: ProtocolError.toErrorObject, encodeNotification: () => undefined }

class SingleRequest extends Inbound implements Answering {
  readonly #server: ServerLive
  readonly #options: Options
  isActive = true

  constructor(server: ServerLive, request: JsonRpc.Request, context: Context.Context<never>, options: Options) {
    super(request, context, options.transport, unknownWire)
    this.#server = server
    this.#options = options
  }

  start(): void {
    // code of the author's runs here too (middleware, who may see what), and whoever took the request in must not fail for it
    const work = Result.getOrElse(
      Result.try({
        try: () =>
          JsonRpc.isDeeperThan(this.params, this.#maxDepth - 1)
            ? Effect.fail(ProtocolError.invalidRequest(`The message nests deeper than ${this.#maxDepth} levels`))
            : StatelessDispatch.dispatch(this.#server, this.#options.transport, this),
        catch: Exit.die
      }),
      (defect) => defect
    )
    const fiber = Effect.runForkWith(this.context)(this.run(work))
    const exit = fiber.pollUnsafe()
    if (exit !== undefined) return this.#ended(exit)
    this.fiber = fiber
    Fiber.runIn(fiber, this.#server.requests)
    fiber.addObserver((exit) => this.#ended(exit))
    if (this.isSuspended) fiber.interruptUnsafe()
  }

  get #maxDepth(): number {
    return this.#server.options.limits?.maxDepth ?? Peer.defaultLimits.maxDepth
  }

  cancel(onEnded?: () => void): void {
    this.isActive = false
    if (this.fiber === undefined) return onEnded?.()
    this.fiber.interruptUnsafe()
    if (onEnded !== undefined) this.fiber.addObserver(onEnded)
  }

  end(): void {
    this.standing?.openUnsafe()
  }

  // A fiber that was interrupted ends without a look at what comes after.
  #ended(exit: Exit.Exit<void>): void {
    if (Exit.isSuccess(exit) || !this.isActive) return
    Fiber.runIn(Effect.runForkWith(this.context)(this.fail(exit.cause)), this.#server.requests)
  }

  respond(response: Answer["response"], error?: ProtocolError.ProtocolError): Effect.Effect<void> {
    return Effect.sync(() => {
      if (!this.isActive) return
      this.isActive = false
      this.#options.onAnswer({ response, error })
    })
  }
}

/**
 * Begins to answer a request. What is known at once is answered before this returns.
 *
 * @category constructors
 * @since 0.1.0
 */
export const start = (server: ServerLive, request: JsonRpc.Request, options: Options): Answering => {
  const base = server.registry.context
  const single = new SingleRequest(
    server,
    request,
    options.context === undefined ? base : Context.merge(base, options.context),
    options
  )
  single.start()
  return single
}
