/**
 * An `HttpSession` is one client of the Streamable HTTP endpoint: it takes in what the client POSTs, and puts each message of the server on
 * exactly one stream (HTTP-38).
 *
 * It is not the protocol's session record, which the connection to the server holds, and it reads no HTTP.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Principal } from "@mcp-effect/core/Principal"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import type { Connected } from "@mcp-effect/core/Server"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { encode, Exchange, progressToken } from "./Exchange.ts"
import * as HttpReply from "./HttpReply.ts"
import type { Client } from "./Sessions.ts"
import * as SseStream from "./SseStream.ts"

/**
 * What a session is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly id: string
  readonly principal: Principal
  readonly environment: SseStream.Environment
  readonly now: number
}

/** The stream that a GET opens. */
const standalone = 0

/**
 * A session.
 *
 * @category models
 * @since 0.1.0
 */
export class HttpSession implements Client {
  readonly id: string
  readonly principal: Principal
  /** When the client was last heard of, in milliseconds. */
  lastHeard: number
  readonly #environment: SseStream.Environment
  #connected: Connected | undefined
  // an idle session is small: these are there while they hold something
  #exchanges: Map<JsonRpc.RequestId, Exchange> | undefined
  #streams: Map<number, SseStream.SseStream> | undefined
  #receiving: Exchange | undefined
  #streamCount = standalone

  constructor(options: Options) {
    this.id = options.id
    this.principal = options.principal
    this.lastHeard = options.now
    this.#environment = options.environment
  }

  /** The server takes it from here. */
  connect(connected: Connected): void {
    this.#connected = connected
  }

  /** The revision that was agreed on, if it was. */
  get revision(): Revision | undefined {
    const session = this.#connected?.session()
    return session && Revisions.byVersion(session.protocolVersion)
  }

  /** Whether the client is there, so that the session does not expire. */
  get isAttached(): boolean {
    for (const stream of this.#streams?.values() ?? []) if (stream.isAttached) return true
    return false
  }

  /** Completes when nothing is in progress. */
  get drain(): Effect.Effect<void> {
    return this.#connected?.drain ?? Effect.void
  }

  /** Takes in notifications and responses; a reply is their refusal. */
  take(json: unknown, context: Context.Context<never> | undefined): HttpReply.HttpReply | undefined {
    const exchange = new Exchange(0, false, () => this.#openStream())
    this.#receive(exchange, json, context)
    return exchange.refusal
  }

  /** Takes in requests, one or a batch with others, and starts working on them. */
  exchange(
    json: unknown,
    ids: ReadonlyArray<JsonRpc.RequestId>,
    context: Context.Context<never> | undefined
  ): Exchange {
    const exchange = new Exchange(ids.length, Array.isArray(json), () => this.#openStream())
    const exchanges = this.#exchanges ??= new Map()
    if (new Set(ids).size < ids.length || ids.some((id) => exchanges.has(id))) {
      exchange.refuse(HttpReply.refusal(400, "The request id is already in use"))
      return exchange
    }
    for (const id of ids) exchanges.set(id, exchange)
    this.#receive(exchange, json, context)
    if (exchange.refusal !== undefined) { for (const id of ids) this.#settle(id) }
    return exchange
  }

  #receive(exchange: Exchange, json: unknown, context: Context.Context<never> | undefined): void {
    this.#receiving = exchange
    this.#connected?.receive(json, context)
    this.#receiving = undefined
  }

  send(message: JsonRpc.Message, relatedTo?: JsonRpc.RequestId): Effect.Effect<void> {
    return Effect.suspend(() => {
      const exchange = relatedTo === undefined ? undefined : this.#exchanges?.get(relatedTo)
      if ("method" in message) return exchange === undefined ? this.#announce(message) : exchange.send(message)
      if (exchange !== undefined) {
        this.#settle(relatedTo!)
        return exchange.respond(message)
      }
      // without an id, it speaks of what is being received right now
      this.#refuse(message)
      return Effect.void
    })
  }

  isCongested(relatedTo?: JsonRpc.RequestId): boolean {
    const stream = relatedTo === undefined
      ? this.#streams?.get(standalone)
      : this.#exchanges?.get(relatedTo)?.stream
    return stream?.isCongested === true
  }

  closeStream(relatedTo: JsonRpc.RequestId): Effect.Effect<void> {
    return Effect.suspend(() => {
      const exchange = this.#exchanges?.get(relatedTo)
      // without a primed stream, the client would have nothing to come back with
      if (exchange === undefined || this.revision?.primingEvent !== true) return Effect.void
      return Effect.flatMap(Effect.tap(exchange.upgrade, Effect.yieldNow), (stream) => stream.poll)
    })
  }

  cancelled(relatedTo: JsonRpc.RequestId): Effect.Effect<void> {
    return Effect.suspend(() => {
      const exchange = this.#exchanges?.get(relatedTo)
      this.#settle(relatedTo)
      return exchange?.forget() ?? Effect.void
    })
  }

  /** Opens the stream for what belongs to no request, unless it is open (HTTP-30, HTTP-33). */
  listen(): HttpReply.HttpReply {
    const stream = this.#standalone()
    return stream.isAttached
      ? HttpReply.refusal(409, "The session has an open stream already")
      : HttpReply.events((sink) => stream.attach(sink))
  }

  /** Goes on with the stream that a position is in, or undefined if there never was such a one (HTTP-42, HTTP-43). */
  resume(position: { readonly stream: number; readonly sequence: number }): HttpReply.HttpReply | undefined {
    if (position.stream > this.#streamCount) return undefined
    const stream = this.#streams?.get(position.stream) ?? this.#finished(position.stream)
    return HttpReply.events((sink) => stream.attach(sink, position.sequence))
  }

  /** The session is over: replies that are awaited are refused, and streams end. */
  close(): void {
    const exchanges = new Set(this.#exchanges?.values())
    for (const exchange of exchanges) exchange.refuse(HttpReply.refusal(404, "The session has ended"))
    for (const stream of this.#streams?.values() ?? []) stream.abort()
    this.#exchanges = undefined
    this.#streams = undefined
  }

  #announce(message: JsonRpc.Message): Effect.Effect<void> {
    const text = encode(message)
    if (text === undefined) return Effect.void
    const token = progressToken(message)
    return token === undefined ? this.#standalone().send(text) : this.#standalone().sendProgress(token, text)
  }

  #refuse(message: JsonRpc.Message): void {
    if (this.#receiving === undefined || !("error" in message)) return
    this.#receiving.refuse(HttpReply.refusal(400, message.error.message, { code: message.error.code }))
  }

  #settle(id: JsonRpc.RequestId): void {
    this.#exchanges?.delete(id)
    if (this.#exchanges?.size === 0) this.#exchanges = undefined
  }

  #standalone(): SseStream.SseStream {
    return this.#streams?.get(standalone) ?? this.#stream(standalone)
  }

  #openStream(): SseStream.SseStream {
    return this.#stream(++this.#streamCount)
  }

  #stream(key: number): SseStream.SseStream {
    const stream = this.#makeStream(key)
    this.#streams ??= new Map()
    this.#streams.set(key, stream)
    return stream
  }

  // What it sent may still be in the store.
  #finished(key: number): SseStream.SseStream {
    const stream = this.#makeStream(key)
    stream.finish()
    return stream
  }

  #makeStream(key: number): SseStream.SseStream {
    return new SseStream.SseStream({
      environment: this.#environment,
      sessionId: this.id,
      key,
      isPrimed: this.revision?.primingEvent === true,
      onFinished: () => {
        this.#streams?.delete(key)
        if (this.#streams?.size === 0) this.#streams = undefined
      }
    })
  }
}
