/**
 * A `Listening` is one `subscriptions/listen` of a raw client, by either of the ways that it can come, and all that is said of it.
 *
 * It is not a `Client`: it checks nothing.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "../src/JsonRpc.ts"
import { CurrentPrincipal, type Principal } from "../src/Principal.ts"
import * as Server from "../src/Server.ts"
import * as Conversation from "./Conversation.ts"

type Json = Conversation.Json
type Message = Conversation.Message

export interface Listening {
  /** All that was said of the subscription, in order. */
  readonly heard: () => ReadonlyArray<Message>
  /** The client ends it. */
  readonly cancel: Effect.Effect<void>
  /** The server ends it. */
  readonly end: Effect.Effect<void>
}

export interface Options {
  readonly id?: JsonRpc.RequestId
  /** More `_meta`. */
  readonly meta?: Json
  readonly principal?: Principal
  /** While it is closed, the client takes nothing. */
  readonly reading?: Latch.Latch
}

/** One way to subscribe. */
export type Listen = (
  notifications: unknown,
  options?: Options
) => Effect.Effect<Listening, never, Server.Server | Scope.Scope>

export const meta: Json = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {}
}

/** The request, as it is on the wire. */
export const request = (notifications: unknown, options: Options = {}): JsonRpc.Request => ({
  jsonrpc: "2.0",
  id: options.id ?? "listen",
  method: "subscriptions/listen",
  params: { notifications, _meta: { ...meta, ...options.meta } }
})

/** As a request that comes by itself. */
export const alone: Listen = Effect.fnUntraced(function*(notifications, options = {}) {
  const server = yield* Server.Server
  const heard: Array<Message> = []
  // what a server says is a message, or the test fails on it
  const hear = (json: unknown): void => void heard.push(JSON.parse(JSON.stringify(json)) as Message)
  const answering = server.answer(request(notifications, options), {
    transport: {
      isCongested: () => options.reading?.isOpen() === false,
      send: (message) => {
        const hearing = Effect.sync(() => hear(message))
        return options.reading === undefined ? hearing : options.reading.whenOpen(hearing)
      }
    },
    context: options.principal === undefined ? undefined : Context.make(CurrentPrincipal, options.principal),
    onAnswer: ({ response }) => hear(response)
  })
  yield* Conversation.settle
  return {
    heard: () => heard,
    cancel: Effect.sync(() => answering.cancel()),
    end: Effect.andThen(Effect.sync(() => answering.end()), Conversation.settle)
  }
})

/** Over a connection that is there already. */
export const over = (conversation: Conversation.Conversation): Listen =>
  Effect.fnUntraced(function*(notifications, options = {}) {
    const { id } = request(notifications, options)
    yield* conversation.say(request(notifications, options))
    yield* Conversation.settle
    return {
      heard: () => conversation.received.filter((message) => isAbout(message, id)),
      cancel: conversation.notify("notifications/cancelled", { requestId: id }),
      end: Effect.andThen(Effect.forkChild(conversation.connected.drain), Conversation.settle)
    }
  })

/** Over a connection of its own. */
export const piped: Listen = (notifications, options) =>
  Effect.flatMap(
    Conversation.open({ handshake: false }),
    (conversation) => over(conversation)(notifications, options)
  )

/** Whether a message belongs to the subscription of this id. */
export const isAbout = (message: Message, id: JsonRpc.RequestId): boolean =>
  message.method === undefined ? message.id === id : tagOf(message) === id

export const tagOf = ({ params }: Message): unknown =>
  (params?.["_meta"] as Json | undefined)?.["io.modelcontextprotocol/subscriptionId"]

/** What was acknowledged. */
export const acknowledged = (listening: Listening): unknown => {
  const [first] = listening.heard()
  return first?.method === "notifications/subscriptions/acknowledged" ? first.params?.["notifications"] : first
}

/** The news, shortened: methods, and URIs of updates. */
export const newsOf = (listening: Listening): ReadonlyArray<unknown> =>
  listening.heard().flatMap(({ method, params }) =>
    method === undefined || method === "notifications/subscriptions/acknowledged"
      ? []
      : [method === "notifications/resources/updated" ? params?.["uri"] : method]
  )
