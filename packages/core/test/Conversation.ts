/**
 * A `Conversation` is a raw client of a server under test: it says JSON values and keeps all that is said, in both directions.
 *
 * It is not a `Client`: it checks nothing and answers nothing by itself, so that tests see the wire.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as JsonRpc from "../src/JsonRpc.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import * as Server from "../src/Server.ts"

export type Json = { readonly [key: string]: unknown }

/** A message as it came over the wire. */
export interface Message {
  readonly jsonrpc: "2.0"
  readonly id?: JsonRpc.RequestId | null
  readonly method?: string
  readonly params?: Json
  readonly result?: Json
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

export interface Line {
  readonly from: "client" | "server"
  readonly message: unknown
}

export interface Options {
  readonly version?: string
  readonly capabilities?: Json
  readonly sessionId?: string
  /** False to say not even `initialize`; `"asked"` to stop before `notifications/initialized`. */
  readonly handshake?: false | "asked"
  /** Messages that may wait before the server waits. */
  readonly capacity?: number
  /** False for a client that never reads. */
  readonly reads?: boolean
}

export class Conversation {
  /** All that was said, in order. */
  readonly lines: Array<Line> = []
  /** What the server said, in order. */
  readonly received: Array<Message> = []
  readonly connected: Server.Connected
  /** Ends the connection without a word. */
  readonly close: Effect.Effect<void>
  readonly #say: (message: JsonRpc.Message) => Effect.Effect<void>
  #unheard: Array<Message> = []
  #waiting: Array<{ readonly is: (message: Message) => boolean; readonly heard: Deferred.Deferred<Message> }> = []
  #nextId = 1

  constructor(
    connected: Server.Connected,
    say: (message: JsonRpc.Message) => Effect.Effect<void>,
    close: Effect.Effect<void>
  ) {
    this.connected = connected
    this.#say = say
    this.close = close
  }

  hear(json: unknown): void {
    // what a server says is a message, or the test fails on it
    const message = JSON.parse(JSON.stringify(json)) as Message
    this.lines.push({ from: "server", message })
    this.received.push(message)
    const index = this.#waiting.findIndex((waiting) => waiting.is(message))
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1)
    if (waiting === undefined) this.#unheard.push(message)
    else Deferred.doneUnsafe(waiting.heard, Effect.succeed(message))
  }

  /** Says any JSON value. */
  say(json: unknown): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.lines.push({ from: "client", message: json })
      // tests say things that are no messages, too
      return this.#say(json as JsonRpc.Message)
    })
  }

  /** The next message of the server that is like this and was not taken before. */
  next(is: string | ((message: Message) => boolean)): Effect.Effect<Message> {
    return Effect.suspend(() => {
      const matches = typeof is === "string" ? (message: Message) => message.method === is : is
      const index = this.#unheard.findIndex(matches)
      const [message] = index === -1 ? [] : this.#unheard.splice(index, 1)
      if (message !== undefined) return Effect.succeed(message)
      const heard = Deferred.makeUnsafe<Message>()
      this.#waiting.push({ is: matches, heard })
      return Deferred.await(heard)
    })
  }

  /** The answer to the request of this id. */
  answer(id: JsonRpc.RequestId | null): Effect.Effect<Message> {
    return this.next((message) => message.method === undefined && message.id === id)
  }

  /** Asks, without waiting for the answer; gives the id. */
  ask(method: string, params?: Json, id: JsonRpc.RequestId = this.#nextId++): Effect.Effect<JsonRpc.RequestId> {
    return Effect.as(
      this.say(params === undefined ? { jsonrpc: "2.0", id, method } : { jsonrpc: "2.0", id, method, params }),
      id
    )
  }

  /** Asks and waits for the answer. */
  request(method: string, params?: Json, id?: JsonRpc.RequestId): Effect.Effect<Message> {
    return Effect.flatMap(this.ask(method, params, id), (id) => this.answer(id))
  }

  /** Calls a tool and waits for the answer. */
  call(name: string, args: Json = {}, meta?: Json): Effect.Effect<Message> {
    return this.request("tools/call", { name, arguments: args, ...(meta === undefined ? undefined : { _meta: meta }) })
  }

  notify(method: string, params?: Json): Effect.Effect<void> {
    return this.say(params === undefined ? { jsonrpc: "2.0", method } : { jsonrpc: "2.0", method, params })
  }

  /** Answers a request of the server. */
  reply(request: Message, result: Json): Effect.Effect<void> {
    return this.say({ jsonrpc: "2.0", id: request.id, result })
  }

  /** Answers a request of the server with an error. */
  refuse(request: Message, code: number, message: string): Effect.Effect<void> {
    return this.say({ jsonrpc: "2.0", id: request.id, error: { code, message } })
  }

  /** The messages of one method that the server has sent so far. */
  all(method: string): ReadonlyArray<Message> {
    return this.received.filter((message) => message.method === method)
  }
}

/** Lets everything run that can run without time passing. */
export const settle: Effect.Effect<void> = Effect.repeat(Effect.yieldNow, { times: 30 })

/** Lets everything run until this is so: for what takes a while though no time passes, such as cryptography. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => isSo() ? Effect.void : Effect.andThen(Effect.yieldNow, until(isSo)))

let sessions = 0

/** Connects to the server, and shakes hands unless told not to. */
export const open = Effect.fnUntraced(function*(
  options: Options = {}
): Effect.fn.Return<Conversation, never, Server.Server | Scope.Scope> {
  const server = yield* Server.Server
  const scope = yield* Scope.fork(yield* Effect.scope)
  const inScope = Scope.provide(scope)
  const [near, far] = yield* inScope(
    MemoryTransport.make(options.capacity === undefined ? {} : { capacity: options.capacity })
  )
  const connected = yield* inScope(server.connect(far, { sessionId: options.sessionId ?? `session-${++sessions}` }))
  const conversation = new Conversation(
    connected,
    (message) => Effect.orDie(near.send(message)),
    Scope.close(scope, Exit.void)
  )
  yield* Effect.forkIn(far.run(connected.receive), scope)
  if (options.reads !== false) yield* Effect.forkIn(near.run((json) => conversation.hear(json)), scope)
  if (options.handshake === false) return conversation
  yield* conversation.request("initialize", initialize(options))
  if (options.handshake !== "asked") yield* conversation.notify("notifications/initialized")
  return conversation
})

/** The params of `initialize`. */
export const initialize = (options: Options = {}): Json => ({
  protocolVersion: options.version ?? "2025-11-25",
  capabilities: options.capabilities ?? {},
  clientInfo: { name: "conversation", version: "1.0.0" }
})

/** Runs a test against a server of these features; every conversation ends before the server does. */
export const withServer = <E2, R2>(
  features: Layer.Layer<never, E2, R2>,
  options?: Partial<Server.Options>
) =>
<A, E, R>(test: Effect.Effect<A, E, R>) =>
  Effect.provide(
    Effect.scoped(test),
    Server.layer({ name: "test", version: "1.0.0", ...options }, features)
  )
