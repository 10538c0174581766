/**
 * A `LegacySession` is one client of HTTP+SSE, the transport before Streamable HTTP: a stream that says where to POST to, and carries everything
 * that the server has to say.
 *
 * It is not resumable: the session is its connection, and ends with it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Principal } from "@mcp-effect/core/Principal"
import type { Connected } from "@mcp-effect/core/Server"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { encode, progressToken } from "./Exchange.ts"
import type { Sink, Source } from "./HttpReply.ts"
import type { Client } from "./Sessions.ts"
import * as SseConnection from "./SseConnection.ts"

/**
 * What a session is made of. `postTo` is the URI that the client sends its messages to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly id: string
  readonly principal: Principal
  readonly environment: SseConnection.Environment
  readonly now: number
  readonly postTo: string
  readonly onClosed: (session: LegacySession) => void
}

/**
 * A session.
 *
 * @category models
 * @since 0.1.0
 */
export class LegacySession implements Client {
  readonly id: string
  readonly principal: Principal
  lastHeard: number
  readonly #options: Options
  #connected: Connected | undefined
  #connection: SseConnection.SseConnection | undefined

  constructor(options: Options) {
    this.id = options.id
    this.principal = options.principal
    this.lastHeard = options.now
    this.#options = options
  }

  get isAttached(): boolean {
    return this.#connection !== undefined
  }

  get drain(): Effect.Effect<void> {
    return this.#connected?.drain ?? Effect.void
  }

  connect(connected: Connected): void {
    this.#connected = connected
  }

  /** Begins: the first event says where to POST to (SSE-2). */
  open(sink: Sink): Source {
    const { environment, onClosed, postTo } = this.#options
    const connection = new SseConnection.SseConnection(environment, sink, () => {}, () => {
      this.#connection = undefined
      onClosed(this)
    })
    this.#connection = connection
    connection.write(`event: endpoint\ndata: ${postTo}\n\n`)
    return connection
  }

  /** Takes in what the client sent. */
  take(json: unknown, context: Context.Context<never> | undefined): void {
    this.#connected?.receive(json, context)
  }

  send(message: JsonRpc.Message): Effect.Effect<void> {
    return Effect.sync(() => {
      // of progress that the client has no time to read, only what comes later counts
      if (progressToken(message) !== undefined && this.isCongested()) return
      const text = encode(message)
      if (text !== undefined) this.#connection?.write(`event: message\ndata: ${text}\n\n`)
    })
  }

  isCongested(): boolean {
    return this.#connection?.isCongested === true
  }

  close(): void {
    this.#connection?.end()
  }
}
