/**
 * A `Questioner` is a server by hand that asks a client under test: as requests of its own in a session, and in results in the stateless era.
 *
 * It is not a `Server`: it asks whatever the test wants, also what no server may, and keeps all that the client says.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Client from "../../src/Client.ts"
import type { Registry } from "../../src/client/Registry.ts"
import type * as JsonRpc from "../../src/JsonRpc.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import type { SessionError } from "../../src/SessionError.ts"
import type { Json, Message } from "../Conversation.ts"

/** What a request is answered with; undefined for nothing, for now. */
export type Script = (request: Message, questioner: Questioner) => Json | undefined

export interface Options extends Omit<Client.Options, "name" | "version" | "versions"> {
  readonly version?: string
  readonly script?: Script
}

export class Questioner {
  /** What the client said, in order. */
  readonly received: Array<Message> = []
  readonly #say: (json: unknown) => Effect.Effect<void>
  readonly #waiting = new Map<unknown, Deferred.Deferred<Message>>()
  #nextId = 1

  constructor(say: (json: unknown) => Effect.Effect<void>) {
    this.#say = say
  }

  /** Asks, and waits for the response. */
  ask(method: string, params: Json = {}): Effect.Effect<Message> {
    return Effect.suspend(() => {
      const id = `question-${this.#nextId++}`
      const answer = Deferred.makeUnsafe<Message>()
      this.#waiting.set(id, answer)
      return Effect.andThen(this.#say({ jsonrpc: "2.0", id, method, params }), Deferred.await(answer))
    })
  }

  say(json: Json): Effect.Effect<void> {
    return this.#say({ jsonrpc: "2.0", ...json })
  }

  notify(method: string, params: Json = {}): Effect.Effect<void> {
    return this.say({ method, params })
  }

  /** What the client said with this method, in order. */
  all(method: string): ReadonlyArray<Message> {
    return this.received.filter((message) => message.method === method)
  }

  hear(message: Message): void {
    this.received.push(message)
    const waiting = message.method === undefined ? this.#waiting.get(message.id) : undefined
    if (waiting !== undefined) Deferred.doneUnsafe(waiting, Effect.succeed(message))
  }
}

/** What a server of every feature says of itself. */
const described = {
  capabilities: { tools: {}, prompts: {}, resources: {} },
  serverInfo: { name: "questioner", version: "1.0.0" }
}

const handshake = ({ method }: Message, version: string): Json | undefined => {
  if (method === "initialize") return { result: { protocolVersion: version, ...described } }
  if (method !== "server/discover") return undefined
  return {
    result: {
      resultType: "complete",
      ttlMs: 0,
      cacheScope: "private",
      supportedVersions: [version],
      capabilities: described.capabilities
    }
  }
}

/** A client of these handlers, and the server that it is connected to. */
export const open = Effect.fnUntraced(function*<E = never, R = never>(
  handlers: Layer.Layer<never, E, R> = Layer.empty,
  { script, version = "2025-11-25", ...options }: Options = {}
): Effect.fn.Return<
  { readonly client: Client.Methods; readonly server: Questioner },
  SessionError | E,
  Scope.Scope | Exclude<R, Registry>
> {
  const [near, far] = yield* MemoryTransport.make()
  const server = new Questioner((json) => Effect.orDie(far.send(json as JsonRpc.Message)))
  const context = yield* Effect.context<never>()
  yield* Effect.forkScoped(far.run((json) => {
    // what a client says is JSON, or the test fails on it
    const message = JSON.parse(JSON.stringify(json)) as Message
    server.hear(message)
    if (message.id === undefined || message.method === undefined) return
    const reply = handshake(message, version) ?? script?.(message, server)
    if (reply !== undefined) Effect.runForkWith(context)(server.say({ id: message.id, ...reply }))
  }))
  const client = yield* Client.make(
    { name: "test", version: "1.0.0", transport: near, versions: [version], ...options },
    handlers
  )
  return { client, server }
})

/** A result of the stateless era that asks for input. */
export const inputRequired = (asked: Json): Json => ({ result: { resultType: "input_required", ...asked } })

/** The result of a tool that says this. */
export const said = (text: string): Json => ({
  result: { resultType: "complete", content: [{ type: "text", text }] }
})
