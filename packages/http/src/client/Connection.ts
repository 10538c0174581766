/**
 * The `Connection` is what the parts of one HTTP transport have in common: where requests go, who receives, the session, and how it all ends.
 *
 * It sends nothing by itself.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Receive } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { ClientSession } from "./ClientSession.ts"
import type { Origin } from "./Origin.ts"

/**
 * What a connection is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly origin: Origin
  /** What runs on its own account ends with it. */
  readonly scope: Scope.Scope
  /** In bytes of a body, in UTF-16 units of an event. */
  readonly maxMessageSize: number
  readonly maxResumptions: number
  /** Waits before a stream is come back to. */
  readonly delay: (retry: number | undefined, failures: number) => Effect.Effect<void>
  /** What nobody asked for may have been lost. */
  readonly onGap: Effect.Effect<void>
  /** Runs an effect with the services of the transport. */
  readonly run: (effect: Effect.Effect<void>) => void
}

/**
 * How messages go over HTTP+SSE.
 *
 * @category models
 * @since 0.1.0
 */
export interface Legacy {
  /** Sends a request; completes when its answer has come. */
  readonly request: (message: JsonRpc.Request, text: string) => Effect.Effect<void, TransportError.TransportError>
  /** Sends another message; completes when it was taken in. */
  readonly post: (text: string) => Effect.Effect<void, TransportError.TransportError>
}

/**
 * A connection.
 *
 * @category models
 * @since 0.1.0
 */
export class Connection {
  readonly options: Options
  readonly origin: Origin
  /** The session; before `initialize` was answered, one that says nothing. */
  session = ClientSession.none
  /** Whether `initialize` was answered, or is being answered: servers may ask before. */
  hasSession = false
  /** The ids of requests that stand for themselves, while they are in progress. */
  readonly standing = new Set<unknown>()
  /** The connection over HTTP+SSE, if that is what the server has. */
  legacy: Legacy | undefined
  #outcome: Exit.Exit<void, TransportError.TransportError> | undefined
  readonly #ended = Deferred.makeUnsafe<void, TransportError.TransportError>()
  readonly #running = Latch.makeUnsafe(false)
  #receive: Receive = () => {}

  constructor(options: Options) {
    this.options = options
    this.origin = options.origin
  }

  /** Hands on what was received. */
  receive(json: unknown): void {
    this.#receive(json)
  }

  /** Whether there is somebody to receive. */
  get isRunning(): boolean {
    return this.#running.isOpen()
  }

  /** Completes once there is somebody to receive. */
  get ready(): Effect.Effect<void> {
    return this.#running.await
  }

  /** Feeds `receive` until the connection ends. */
  run(receive: Receive): Effect.Effect<void, TransportError.TransportError> {
    return Effect.suspend(() => {
      this.#receive = receive
      this.#running.openUnsafe()
      return Effect.ensuring(
        Deferred.await(this.#ended),
        Effect.sync(() => {
          this.#receive = () => {}
        })
      )
    })
  }

  /** How it ended, if it has. */
  get outcome(): Exit.Exit<void, TransportError.TransportError> | undefined {
    return this.#outcome
  }

  /** It has ended; only the first time counts. */
  end(outcome: Exit.Exit<void, TransportError.TransportError>): void {
    this.#outcome ??= outcome
    Deferred.doneUnsafe(this.#ended, this.#outcome)
  }

  /** The server does not know a session any more (HTTP-53). When it is this one, that is the end; there may be another since. */
  lose(session: ClientSession): Effect.Effect<never, TransportError.TransportError> {
    return Effect.suspend(() => {
      const error = new TransportError.TransportError({ reason: new TransportError.SessionLost() })
      if (this.session === session) this.end(Exit.fail(error))
      return Effect.fail(error)
    })
  }
}
