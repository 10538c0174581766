/**
 * A `Connected` client, as its transport sees it.
 *
 * It is the outside of a `Connection`: what comes goes in here, and how far it is answered can be asked.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Session } from "../Session.ts"
import type * as Transport from "../Transport.ts"
import type { Connection } from "./Connection.ts"

/**
 * A connected client.
 *
 * @category models
 * @since 0.1.0
 */
export interface Connected {
  readonly receive: Transport.Receive
  /** The session, or undefined before `initialize`. */
  readonly session: () => Session | undefined
  /** Completes when all requests are answered; what the client was asked fails, since it will say no more. */
  readonly drain: Effect.Effect<void>
  /** How many requests are unanswered in each direction. */
  readonly size: () => { readonly inbound: number; readonly outbound: number }
}

/**
 * There is one for each session, so what it can read when it is asked, it does not hold.
 *
 * @category models
 * @since 0.1.0
 */
export class ConnectedLive implements Connected {
  readonly #connection: Connection
  readonly receive: Transport.Receive

  constructor(connection: Connection) {
    this.#connection = connection
    this.receive = (json, context) => connection.peer.receive(json, context)
  }

  get drain(): Effect.Effect<void> {
    return this.#connection.peer.drain
  }

  session(): Session | undefined {
    return this.#connection.current?.session
  }

  size() {
    return this.#connection.peer.size
  }
}
