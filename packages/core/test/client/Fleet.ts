/**
 * A `Fleet` is the servers that a supervised client starts, one after the other, each of them scripted; it counts those that live.
 *
 * It starts none by itself.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type { Receive, Transport } from "../../src/Transport.ts"
import * as TransportError from "../../src/TransportError.ts"
import type { Json, Message } from "../Conversation.ts"

/** What a request is answered with; `"nothing"` for no answer, `"closed"` for the end of the connection instead. */
export type Reply = { readonly result: Json } | { readonly error: object } | "nothing" | "closed"

/** A server of a fleet; the first has the number 1. */
export class Member {
  readonly number: number
  /** What the client has said, in order. */
  readonly received: Array<Message> = []
  /** Why a message is not taken in. */
  refuses: (message: Message) => TransportError.TransportError["reason"] | undefined = () => undefined
  readonly #ended = Deferred.makeUnsafe<void, TransportError.TransportError>()
  #receive: Receive = () => {}

  constructor(number: number) {
    this.number = number
  }

  run(receive: Receive): Effect.Effect<void, TransportError.TransportError> {
    return Effect.suspend(() => {
      this.#receive = receive
      return Deferred.await(this.#ended)
    })
  }

  /** Ends the connection: by itself, or with this failure of the transport. */
  end(reason?: TransportError.TransportError["reason"]): Effect.Effect<void> {
    return Effect.asVoid(Deferred.done(
      this.#ended,
      reason === undefined ? Exit.void : Exit.fail(new TransportError.TransportError({ reason }))
    ))
  }

  get isEnded(): boolean {
    return Deferred.isDoneUnsafe(this.#ended)
  }

  /** Says any JSON value. */
  say(json: unknown): void {
    if (!this.isEnded) this.#receive(json)
  }

  notify(method: string, params: Json = {}): void {
    this.say({ jsonrpc: "2.0", method, params })
  }

  answer(request: Message, reply: object): void {
    this.say({ jsonrpc: "2.0", id: request.id, ...reply })
  }

  /** The methods that the client said, in order. */
  get methods(): ReadonlyArray<string | undefined> {
    return this.received.map(({ method }) => method)
  }

  /** What the client said with this method, in order. */
  all(method: string): ReadonlyArray<Message> {
    return this.received.filter((message) => message.method === method)
  }
}

export interface Options {
  /** What a server answers to a request; undefined for what a well-behaved one does. */
  readonly script?: (message: Message, member: Member) => Reply | undefined
  /** Why the server of this number cannot be started. */
  readonly fails?: (number: number) => TransportError.TransportError["reason"] | undefined
  /** Why a message is not taken in, by any of them. */
  readonly refuses?: (message: Message) => TransportError.TransportError["reason"] | undefined
  readonly era?: (number: number) => "session" | "stateless"
  readonly capabilities?: Json
}

export class Fleet {
  readonly members: Array<Member> = []
  /** How often it was tried to start one. */
  starts = 0
  living = 0
  /** How many have lived at the same time. */
  most = 0
  readonly transport: Effect.Effect<Transport["Service"], TransportError.TransportError, Scope.Scope>

  constructor(options: Options = {}) {
    this.transport = Effect.gen({ self: this }, function*() {
      const number = ++this.starts
      const reason = options.fails?.(number)
      if (reason !== undefined) return yield* Effect.fail(new TransportError.TransportError({ reason }))
      const member = yield* Effect.acquireRelease(
        Effect.sync(() => {
          this.living++
          this.most = Math.max(this.most, this.living)
          return new Member(number)
        }),
        (member) => Effect.andThen(member.end(), Effect.sync(() => this.living--))
      )
      const scope = yield* Effect.scope
      this.members.push(member)
      return {
        isCongested: () => false,
        send: (json) =>
          Effect.suspend(() => {
            // what a client says is a message, or the test fails on it
            const message = JSON.parse(JSON.stringify(json)) as Message
            const reason = member.isEnded
              ? new TransportError.Closed()
              : member.refuses(message) ?? options.refuses?.(message)
            if (reason !== undefined) return Effect.fail(new TransportError.TransportError({ reason }))
            member.received.push(message)
            if (message.id === undefined || message.method === undefined) return Effect.void
            const reply = options.script?.(message, member) ??
              usual(message, options.era?.(number) ?? "session", options.capabilities)
            if (reply === "nothing") return Effect.void
            const replied = reply === "closed" ? member.end() : Effect.sync(() => member.answer(message, reply))
            return Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.yieldNow, replied), scope))
          }),
        run: (receive) => member.run(receive)
      }
    })
  }

  get last(): Member {
    return this.members.at(-1)!
  }
}

const everything = { tools: {}, resources: { subscribe: true }, prompts: {}, logging: {} }

/** What a well-behaved server answers. */
export const usual = (
  { method, params }: Message,
  era: "session" | "stateless",
  capabilities: Json = everything
): { readonly result: Json } | { readonly error: object } => {
  const done = era === "stateless" ? { resultType: "complete" } : {}
  switch (method) {
    case "initialize":
      return era === "session"
        ? {
          result: {
            protocolVersion: params!["protocolVersion"],
            capabilities,
            serverInfo: { name: "scripted", version: "1.0.0" }
          }
        }
        : {
          error: {
            code: -32022,
            message: "Unsupported protocol version",
            data: { supported: ["2026-07-28"], requested: params!["protocolVersion"] }
          }
        }
    case "server/discover":
      return era === "session"
        ? { error: { code: -32601, message: "Method not found" } }
        : { result: { ...done, supportedVersions: ["2026-07-28"], capabilities, ttlMs: 0, cacheScope: "private" } }
    case "tools/list":
      return {
        result: {
          ...done,
          tools: [],
          ...(era === "stateless" ? { ttlMs: 0, cacheScope: "private" } : {})
        }
      }
    case "tools/call":
      return { result: { ...done, content: [] } }
    default:
      return { result: done }
  }
}
