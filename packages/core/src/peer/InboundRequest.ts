/**
 * An `InboundRequest` is one request that is being worked on: what the dispatcher and its handler know of it, and can do for it.
 *
 * It does not know who keeps it nor how its answer is sent.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Latch from "effect/Latch"
import * as JsonRpc from "../JsonRpc.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type * as Transport from "../Transport.ts"
import type { ProgressUpdate } from "./OutboundRequests.ts"

/**
 * How errors and notifications read to the other side.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wire {
  encodeError(error: ProtocolError.ProtocolError): JsonRpc.ErrorObject
  /** The wire form of a notification's params; undefined when the other side does not know the method. */
  encodeNotification(method: string, params: object): object | undefined
}

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
  /** Set by the dispatcher for what only stands and waits, until this opens: it takes none of the places to run in. */
  standing: Latch.Latch | undefined
  /** Set by the dispatcher where the request is answered in another way than its connection speaks. */
  wire: Wire
  /** What it runs in, once it waits for something. */
  readonly fiber: Fiber.Fiber<void> | undefined
  /** Whether anybody waits for the answer still. */
  readonly isActive: boolean
  /** Whether its work was ended by `suspend`. */
  readonly isSuspended: boolean
  /** Ends the work here, by interruption, and answers with this instead. */
  readonly suspend: (instead: Effect.Effect<unknown, ProtocolError.ProtocolError>) => void
  /** Sends progress for this request, if it was asked for, while the request is active and the value increases (PROG-5, PROG-9). */
  readonly progress: (update: ProgressUpdate) => Effect.Effect<void>
  /** Sends a notification on this request's stream. */
  readonly notify: (method: string, params: object) => Effect.Effect<void>
}

type Work = Effect.Effect<unknown, ProtocolError.ProtocolError>

/**
 * What every request being worked on has, whoever keeps it.
 *
 * @category models
 * @since 0.1.0
 */
export abstract class Inbound implements InboundRequest {
  readonly id: JsonRpc.RequestId
  readonly method: string
  readonly params: unknown
  context: Context.Context<never>
  target: string | undefined = undefined
  isQuick = false
  standing: Latch.Latch | undefined = undefined
  wire: Wire
  fiber: Fiber.Fiber<void> | undefined = undefined
  readonly #transport: Transport.Outgoing
  #instead: Work | undefined = undefined
  #lastProgress = Number.NEGATIVE_INFINITY

  constructor(request: JsonRpc.Request, context: Context.Context<never>, transport: Transport.Outgoing, wire: Wire) {
    this.id = request.id
    this.method = request.method
    this.params = request.params
    this.context = context
    this.#transport = transport
    this.wire = wire
  }

  abstract get isActive(): boolean

  /** Answers with a response, and the error that it carries if it does, unless nobody waits for it any more. */
  abstract respond(
    response: JsonRpc.ResultResponse | JsonRpc.ErrorResponse,
    error?: ProtocolError.ProtocolError
  ): Effect.Effect<void>

  /** Does the work, and answers with what it comes to. */
  run(work: Work): Effect.Effect<void> {
    return Effect.matchCauseEffect(work, {
      onSuccess: (result) =>
        this.#instead === undefined
          ? this.respond({ jsonrpc: "2.0", id: this.id, result })
          : this.#runInstead(this.#instead),
      onFailure: (cause) => this.fail(cause)
    })
  }

  /** Answers for work that has ended so. */
  fail(cause: Cause.Cause<ProtocolError.ProtocolError>): Effect.Effect<void> {
    if (!this.isActive) return Effect.void
    if (this.#instead !== undefined) return this.#runInstead(this.#instead)
    return Effect.flatMap(
      errorOf(this, cause),
      (error) => this.respond({ jsonrpc: "2.0", id: this.id, error: this.wire.encodeError(error) }, error)
    )
  }

  #runInstead(instead: Work): Effect.Effect<void> {
    this.#instead = undefined
    return this.run(instead)
  }

  get isSuspended(): boolean {
    return this.#instead !== undefined
  }

  suspend(instead: Work): void {
    if (this.#instead !== undefined) return
    this.#instead = instead
    this.fiber?.interruptUnsafe()
  }

  notify(method: string, params: object): Effect.Effect<void> {
    return Effect.suspend(() => {
      const encoded = this.isActive ? this.wire.encodeNotification(method, params) : undefined
      return encoded === undefined
        ? Effect.void
        : Effect.ignore(this.#transport.send({ jsonrpc: "2.0", method, params: encoded }, this.id))
    })
  }

  progress(update: ProgressUpdate): Effect.Effect<void> {
    return Effect.suspend(() => {
      const meta = (this.params as { readonly _meta?: { readonly progressToken?: unknown } } | undefined)?._meta
      if (!JsonRpc.isRequestId(meta?.progressToken) || !(update.progress > this.#lastProgress)) return Effect.void
      // what JSON has no number for is no step, and no total
      if (!Number.isFinite(update.progress)) return Effect.void
      this.#lastProgress = update.progress
      const { total, ...step } = update
      return this.notify("notifications/progress", {
        progressToken: meta.progressToken,
        ...(total === undefined || Number.isFinite(total) ? update : step)
      })
    })
  }
}

// Of a defect, or an interruption that no peer asked for, the log has the cause and the peer learns only that it failed.
const errorOf = (
  request: InboundRequest,
  cause: Cause.Cause<ProtocolError.ProtocolError>
): Effect.Effect<ProtocolError.ProtocolError> => {
  const error = Cause.findErrorOption(cause)
  return error._tag === "Some" ? Effect.succeed(error.value) : Effect.as(
    // a logger that fails does not keep the answer back
    Effect.ignoreCause(
      Effect.logError(`Request failed unexpectedly: ${request.method} ${request.target ?? ""}`.trimEnd(), cause)
    ),
    ProtocolError.internalError()
  )
}
