/**
 * A `ScriptedServer` is the far end of a client under test: it keeps all that the client says, and answers by hand.
 *
 * It is not a `Server`: it says whatever the test wants, also what no server may.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type * as JsonRpc from "../../src/JsonRpc.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import type { Transport } from "../../src/Transport.ts"
import type * as TransportError from "../../src/TransportError.ts"
import type { Json, Message } from "../Conversation.ts"

/** What a request is answered with, beside its id; undefined for nothing, `"closed"` for the end of the connection. */
export type Reply = { readonly result?: unknown; readonly error?: unknown } | "closed" | undefined

/** What is said to each message of the client. */
export type Script = (message: Message) => Reply

export class ScriptedServer {
  /** The client's end. */
  readonly transport: Transport["Service"]
  /** What the client has said, in order. */
  readonly received: Array<Message> = []
  script: Script
  /** Why the transport does not take a message in, if it does not. */
  refuses: (message: Message) => TransportError.TransportError | undefined = () => undefined
  /** Whether the client has stopped listening. */
  isLeft = false
  /** Ends the connection without a word. */
  readonly close: Effect.Effect<void>
  readonly #send: Transport["Service"]["send"]
  #receive: ((json: unknown) => void) | undefined

  constructor(near: Transport["Service"], far: Transport["Service"], close: Effect.Effect<void>, script: Script) {
    this.close = close
    this.script = script
    this.#send = far.send
    this.transport = {
      isCongested: near.isCongested,
      send: (message) => {
        const error = this.refuses(message as Message)
        return error === undefined ? near.send(message) : Effect.fail(error)
      },
      run: (receive) => {
        this.#receive = receive
        return Effect.ensuring(near.run(receive), Effect.sync(() => this.isLeft = true))
      }
    }
  }

  hear(json: unknown): Effect.Effect<void> {
    // what a client says is a message, or the test fails on it
    const message = JSON.parse(JSON.stringify(json)) as Message
    this.received.push(message)
    const reply = this.script(message)
    if (reply === undefined) return Effect.void
    return reply === "closed" ? this.close : this.answer(message, reply)
  }

  /** Says any JSON value. */
  say(json: unknown): Effect.Effect<void> {
    // tests say what is no message, too
    return Effect.orDie(this.#send(json as JsonRpc.Message))
  }

  /** Says several JSON values that arrive together. */
  sayTogether(...all: ReadonlyArray<unknown>): Effect.Effect<void> {
    return Effect.sync(() => {
      for (const json of all) this.#receive?.(json)
    })
  }

  notify(method: string, params: Json = {}): Effect.Effect<void> {
    return this.say({ jsonrpc: "2.0", method, params })
  }

  ask(id: JsonRpc.RequestId, method: string, params: Json = {}): Effect.Effect<void> {
    return this.say({ jsonrpc: "2.0", id, method, params })
  }

  /** Answers a request. */
  answer(request: Message | undefined, reply: object): Effect.Effect<void> {
    return this.say({ jsonrpc: "2.0", id: request?.id, ...reply })
  }

  /** What the client said: the methods in order, and "response" for what has none. */
  get methods(): ReadonlyArray<string> {
    return this.received.map(({ method }) => method ?? "response")
  }

  /** What the client said with this method, in order. */
  all(method: string): ReadonlyArray<Message> {
    return this.received.filter((message) => message.method === method)
  }
}

/** A server that answers as the script says. */
export const make = Effect.fnUntraced(function*(
  script: Script = () => undefined
): Effect.fn.Return<ScriptedServer, never, Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const [near, far] = yield* Scope.provide(MemoryTransport.make(), scope)
  const server = new ScriptedServer(near, far, Scope.close(scope, Exit.void), script)
  const hear = (json: unknown) => Effect.runSync(server.hear(json))
  yield* Effect.forkScoped(far.run(hear))
  return server
})

/** What a server of the session era answers `initialize` with, in the version that it was asked for. */
export const initialized = ({ params }: Message, capabilities: Json = {}): Reply => ({
  result: { protocolVersion: params?.["protocolVersion"], capabilities, serverInfo: { name: "old", version: "1" } }
})

/** What a server of the stateless era answers `server/discover` with. */
export const discovered = (
  capabilities: Json = {},
  supportedVersions: ReadonlyArray<string> = ["2026-07-28"]
): Reply => ({
  result: {
    resultType: "complete",
    supportedVersions,
    capabilities,
    ttlMs: 0,
    cacheScope: "private",
    _meta: { "io.modelcontextprotocol/serverInfo": { name: "new", version: "1" } }
  }
})

/** What a server answers with that does not know a method. */
export const unknown: Reply = { error: { code: -32601, message: "Method not found" } }

/** A server of the session era: it answers the probe with `probe`, and what is asked in the session with `otherwise`. */
export const session = (
  otherwise: Script = () => unknown,
  capabilities?: Json,
  probe: Reply = unknown
): Script =>
(message) => {
  if (message.method === "server/discover") return probe
  if (message.method === "initialize") return initialized(message, capabilities)
  return message.id === undefined ? undefined : otherwise(message)
}

/** A server of the stateless era that answers everything but discovery with `otherwise`. */
export const stateless = (otherwise: Script = () => unknown, capabilities?: Json): Script => (message) => {
  if (message.method === "server/discover") return discovered(capabilities)
  if (message.method === "initialize") {
    return {
      error: {
        code: -32022,
        message: "Unsupported protocol version",
        data: { supported: ["2026-07-28"], requested: "" }
      }
    }
  }
  return message.id === undefined ? undefined : otherwise(message)
}
