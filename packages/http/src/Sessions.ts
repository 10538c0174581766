/**
 * `Sessions` are the clients of one endpoint, by session id: so many at most, each bound to its principal, and none kept for ever.
 *
 * They are not authentication (SEC-10): an id is worth nothing without the principal that it was given to.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 *
 * @since 0.1.0
 */
import * as Principal from "@mcp-effect/core/Principal"
import type * as Server from "@mcp-effect/core/Server"
import type { Outgoing } from "@mcp-effect/core/Transport"
import type * as Clock from "effect/Clock"
import * as WebCrypto from "effect/crypto/WebCrypto"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"

/**
 * A client as the table sees it. It gets the messages of the server, and what it sends goes to what it was connected with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Client extends Outgoing {
  readonly id: string
  readonly principal: Principal.Principal
  /** When the client was last heard of, in milliseconds. */
  lastHeard: number
  /** Whether the client is there now, so that it does not expire. */
  readonly isAttached: boolean
  readonly connect: (connected: Server.Connected) => void
  /** Completes when all its requests are answered. */
  readonly drain: Effect.Effect<void>
  /** The session is over. */
  readonly close: () => void
}

/**
 * Limits of the table: how many sessions there are at a time (10,000 by default), and how long a client may be away before its session
 * ends (30 minutes by default).
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly maxSessions?: number
  readonly idleTimeout?: Duration.Input
}

interface Entry {
  readonly client: Client
  readonly scope: Scope.Closeable
}

/**
 * The table.
 *
 * @category models
 * @since 0.1.0
 */
export class Sessions {
  readonly #server: Server.Server["Service"]
  readonly #clock: Clock.Clock
  readonly #onClosed: (sessionId: string) => Effect.Effect<void>
  readonly #maxSessions: number
  readonly #idleTimeout: number
  readonly #entries = new Map<string, Entry>()

  constructor(options: {
    readonly server: Server.Server["Service"]
    readonly clock: Clock.Clock
    readonly limits: Limits
    readonly onClosed: (sessionId: string) => Effect.Effect<void>
  }) {
    this.#server = options.server
    this.#clock = options.clock
    this.#onClosed = options.onClosed
    this.#maxSessions = options.limits.maxSessions ?? 10_000
    this.#idleTimeout = Duration.toMillis(Duration.fromInputUnsafe(options.limits.idleTimeout ?? Duration.minutes(30)))
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size
  }

  /** The session of an id, for its own principal; to anyone else it is unknown (SEC-12). */
  find(id: string, principal: Principal.Principal): Client | undefined {
    const client = this.#entries.get(id)?.client
    if (client === undefined || !Principal.isSame(client.principal, principal)) return undefined
    client.lastHeard = this.#clock.currentTimeMillisUnsafe()
    return client
  }

  /** A new session, connected to the server; none when there are too many already. */
  open<C extends Client>(
    principal: Principal.Principal,
    make: (options: { readonly id: string; readonly principal: Principal.Principal; readonly now: number }) => C
  ): Effect.Effect<C | undefined> {
    return Effect.flatMap(makeId, (id) => {
      if (this.#entries.size >= this.#maxSessions) return Effect.undefined
      const client = make({ id, principal, now: this.#clock.currentTimeMillisUnsafe() })
      const scope = Scope.makeUnsafe()
      this.#entries.set(client.id, { client, scope })
      return Effect.map(Scope.provide(this.#server.connect(client, { sessionId: client.id }), scope), (connected) => {
        client.connect(connected)
        return client
      })
    })
  }

  /** Ends a session: what it is working on is interrupted. */
  close(client: Client): Effect.Effect<void> {
    return Effect.suspend(() => {
      const entry = this.#entries.get(client.id)
      if (entry === undefined) return Effect.void
      this.#entries.delete(client.id)
      client.close()
      return Effect.andThen(Scope.close(entry.scope, Exit.void), this.#onClosed(client.id))
    })
  }

  /** Ends all sessions, once what they are working on is answered or the time for it is over. */
  closeAll(timeout: Duration.Input): Effect.Effect<void> {
    return Effect.suspend(() => {
      const clients = [...this.#entries.values()].map(({ client }) => client)
      return Effect.forEach(clients, ({ drain }) => drain, { concurrency: "unbounded", discard: true }).pipe(
        Effect.timeoutOption(timeout),
        Effect.andThen(Effect.forEach(clients, (client) => this.close(client), { discard: true }))
      )
    })
  }

  /** Ends the sessions whose clients have been away for too long. */
  get sweep(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const now = this.#clock.currentTimeMillisUnsafe()
      const expired: Array<Client> = []
      for (const { client } of this.#entries.values()) {
        if (client.isAttached) client.lastHeard = now
        else if (now - client.lastHeard >= this.#idleTimeout) expired.push(client)
      }
      return Effect.forEach(expired, (client) => this.close(client), { discard: true })
    })
  }

  /** How often to sweep. */
  get sweepInterval(): Duration.Duration {
    return Duration.millis(Math.min(Math.max(this.#idleTimeout / 10, 100), 60_000))
  }
}

// 192 random bits as 32 characters of visible ASCII (HTTP-46, HTTP-47, SEC-11).
const makeId: Effect.Effect<string> = Effect.map(
  WebCrypto.WebCrypto,
  (crypto) => Base64Url.encode(crypto.getRandomValues(new Uint8Array(24)))
)
