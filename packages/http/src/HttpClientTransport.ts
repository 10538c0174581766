/**
 * The `HttpClientTransport` speaks with a server over HTTP: Streamable HTTP in both eras, and HTTP+SSE with servers that have nothing newer.
 *
 * It is the client's side of what an `Endpoint` serves, and no HTTP client itself: which one sends the requests is the application's choice.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { ParameterHeaders } from "@mcp-effect/core/ParameterHeaders"
import { Transport } from "@mcp-effect/core/Transport"
import type * as TransportError from "@mcp-effect/core/TransportError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Body from "./client/Body.ts"
import type { ClientSession } from "./client/ClientSession.ts"
import { Connection } from "./client/Connection.ts"
import * as Delays from "./client/Delays.ts"
import { Exchange } from "./client/Exchange.ts"
import * as Failure from "./client/Failure.ts"
import * as Listening from "./client/Listening.ts"
import * as MessageHeaders from "./client/MessageHeaders.ts"
import * as Origin from "./client/Origin.ts"
import * as Refusal from "./client/Refusal.ts"

/**
 * Headers that go with each request; what is secret is `Redacted`.
 *
 * @category models
 * @since 0.1.0
 */
export type GivenHeaders = Origin.GivenHeaders

/**
 * Headers that go with each request, or what makes them anew for each one.
 *
 * @category models
 * @since 0.1.0
 */
export type HeadersInput = GivenHeaders | Effect.Effect<GivenHeaders, TransportError.TransportError>

/**
 * Where the server is, and how long and how much it may.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Delays.Delays {
  /** The URL of the endpoint, `http:` or `https:`. Nothing is ever sent to another origin. */
  readonly url: string | URL
  /** Headers of each request, such as `authorization`, or an effect that makes them for each one. Those of the protocol win over them. */
  readonly headers?: HeadersInput
  /** The longest message that is received: in bytes of a JSON body, in UTF-16 units of an event; 4 Mi by default. */
  readonly maxMessageSize?: number
  /** How often in a row the stream of one request is gone on with while nothing new comes on it; 5 by default. */
  readonly maxResumptions?: number
  /** How long the server gets to take in a notification or a response; 30 seconds by default. Requests are their sender's to time. */
  readonly acceptTimeout?: Duration.Input
  /** How long the server gets in the end to be told that the session is over; 2 seconds by default. */
  readonly closeTimeout?: Duration.Input
}

type Send = Effect.Effect<void, TransportError.TransportError>

/**
 * A transport to the server at a URL, with the `HttpClient` of the environment. Nothing is sent until there is something to send; a URL or a
 * header that cannot be sent at all fails at once with `Unreachable`.
 *
 * What a message says decides on its era: one that names its version in `_meta` stands for itself, everything else belongs to the session that
 * `initialize` begins.
 *
 * - **Streamable HTTP, with sessions.** The id and the version of the session go with every request. The stream of a request that breaks, or that
 *   the server closes, is gone on with after its last event; each event is received once. After `notifications/initialized` a stream for what
 *   nobody asked for is kept open, where the server has one: `gaps` tells when something may have been missed on it. A session that the server
 *   does not know any more (404, or the 400 of servers that have started anew) fails `send` and `run` with `SessionLost`.
 * - **Streamable HTTP, without.** Each request is lost with its stream (`Closed`), and given up by closing it. Cancellations and responses are not
 *   sent.
 * - **HTTP+SSE**, where `initialize` is refused with 400, 404 or 405 by a server that turns out to have it.
 *
 * `send` of a request ends with the reply. It fails with `Refused` when there is no answer in it, with `Unreachable` where it is certain that
 * nothing was sent, and else with `Closed` or `Broken`: then the server may have acted on it. An error that a server answers with is an answer,
 * whatever its status, except for 401 and 403.
 *
 * Redirects are followed within the origin, five times at most, and never with another method. The `HttpClient` must not follow them itself:
 * that of `fetch` is told so, and those of Node do not. With the scope the session is ended (DELETE), and everything is closed.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
 * import * as Effect from "effect/Effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Redacted from "effect/Redacted"
 *
 * const tools = Effect.scoped(Effect.gen(function*() {
 *   const transport = yield* HttpClientTransport.make({
 *     url: "https://example.com/mcp",
 *     headers: { authorization: Redacted.make("Bearer …") }
 *   })
 *   const client = yield* Client.make({ transport, name: "example", version: "1.0.0" })
 *   return yield* client.request("tools/list", {})
 * })).pipe(Effect.provide(FetchHttpClient.layer))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Transport["Service"], TransportError.TransportError, Scope.Scope | HttpClient.HttpClient> {
  const context = yield* Effect.context<never>()
  const url = Result.try(() => new URL(options.url))
  if (Result.isFailure(url) || !/^https?:$/.test(url.success.protocol) || url.success.username !== "") {
    return yield* Failure.unreachable("its URL is not one of http: or https: without a user")
  }
  const origin = new Origin.Origin(yield* HttpClient.HttpClient, url.success, options.headers ?? {}, context)
  yield* origin.check
  const acceptTimeout = options.acceptTimeout ?? "30 seconds"
  const gaps = yield* PubSub.sliding<void>(1)
  const scope = yield* Scope.fork(yield* Effect.scope, "parallel")
  const connection = new Connection({
    origin,
    scope,
    maxMessageSize: options.maxMessageSize ?? 4 * 1024 * 1024,
    maxResumptions: options.maxResumptions ?? 5,
    delay: Delays.make(options),
    onGap: Effect.asVoid(PubSub.publish(gaps, undefined)),
    run: (effect) => void Effect.runForkWith(context)(effect)
  })
  // finalizers run last to first: this one ends what is in progress, and then the session
  yield* Effect.addFinalizer((exit) =>
    Effect.suspend(() => {
      const { session } = connection
      const isAlive = connection.outcome === undefined
      connection.end(Exit.void)
      return Effect.andThen(
        Effect.andThen(Scope.close(scope, exit), PubSub.shutdown(gaps)),
        session.id === undefined || !isAlive
          ? Effect.void
          : Effect.flatMap(origin.send("DELETE", session.deleteHeaders), Origin.release).pipe(
            Effect.interruptible,
            Effect.timeout(options.closeTimeout ?? "2 seconds"),
            Effect.ignore
          )
      )
    })
  )
  return {
    send: (message) => Effect.suspend(() => inScope(connection, send(connection, message, acceptTimeout))),
    isCongested: () => false,
    run: (receive) => connection.run(receive),
    gaps: Stream.fromPubSub(gaps)
  }
})

/**
 * The server at a URL, as the transport of one client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<Transport, TransportError.TransportError, HttpClient.HttpClient> =>
  Layer.effect(Transport, make(options))

// What is being sent ends with the transport, and whoever sends it learns that it has: so it has a fiber of its own.
const inScope = (connection: Connection, sending: Send): Send => {
  if (connection.outcome !== undefined) return Exit.isSuccess(connection.outcome) ? Failure.closed : connection.outcome
  return Effect.flatMap(
    Effect.forkIn(sending, connection.options.scope, { startImmediately: true }),
    (fiber) =>
      Effect.flatMap(
        Effect.onInterrupt(Fiber.await(fiber), () => Fiber.interrupt(fiber)),
        (exit) => Exit.hasInterrupts(exit) ? Failure.closed : exit
      )
  )
}

const send = (connection: Connection, message: JsonRpc.Message, acceptTimeout: Duration.Input): Send => {
  const version = MessageHeaders.statelessVersion(message)
  if (version === undefined && isOfNoSession(connection, message)) return Effect.void
  const encoded = JsonRpc.stringify(message)
  const text = Result.isSuccess(encoded) ? encoded.success : encoded.failure.instead
  const told = Result.isSuccess(encoded)
    ? Effect.void
    : Effect.logError("A message could not be written as JSON", encoded.failure.cause)
  if (text === undefined) {
    return Effect.andThen(told, Failure.unreachable("the message could not be written as JSON"))
  }
  const sending = "method" in message && "id" in message
    ? request(connection, message, text, version)
    : Effect.timeoutOrElse(tell(connection, message, text, version), {
      duration: acceptTimeout,
      orElse: () => Failure.closed
    })
  return Result.isSuccess(encoded) ? sending : Effect.andThen(told, sending)
}

// Without a session nothing is cancelled by a message, and nothing was asked that could be answered (HTTP26-5, HTTP26-15).
const isOfNoSession = (connection: Connection, message: JsonRpc.Message): boolean => {
  if (!("method" in message)) return !connection.hasSession
  if (message.method !== "notifications/cancelled") return false
  const id: unknown = (message.params as { readonly requestId?: unknown } | undefined)?.requestId
  return !connection.hasSession || connection.standing.has(id)
}

const request = (connection: Connection, message: JsonRpc.Request, text: string, version: string | undefined): Send => {
  if (version === undefined) {
    const { legacy } = connection
    const sending = legacy === undefined
      ? new Exchange(connection, message, text, undefined).run
      : legacy.request(message, text)
    return connection.isRunning ? sending : Effect.andThen(connection.ready, sending)
  }
  return Effect.withFiber((fiber) => {
    const parameters = fiber.getRef(ParameterHeaders)
    const headers = MessageHeaders.ofStateless(message, version, parameters)
    const exchange = new Exchange(connection, message, text, headers).run
    const sending = Effect.andThen(Origin.checked(headers), exchange)
    return Effect.onExitPrimitive(
      // in here, because an interruption may come between any two steps
      Effect.suspend(() => {
        connection.standing.add(message.id)
        return connection.isRunning ? sending : Effect.andThen(connection.ready, sending)
      }),
      () => {
        connection.standing.delete(message.id)
        return undefined
      }
    )
  })
}

// A notification or a response: the reply says only whether it was taken in (HTTP-13, HTTP-14).
const tell = (
  connection: Connection,
  message: Exclude<JsonRpc.Message, JsonRpc.Request>,
  text: string,
  version: string | undefined
): Send => {
  if (version !== undefined && "method" in message) {
    const headers = MessageHeaders.ofStateless(message, version, [])
    return Effect.andThen(Origin.checked(headers), post(connection, text, headers, undefined))
  }
  if (connection.legacy !== undefined) return connection.legacy.post(text)
  const { session } = connection
  const posted = post(connection, text, session.postHeaders, session)
  return "method" in message && message.method === "notifications/initialized"
    ? Effect.andThen(
      posted,
      Effect.suspend(() =>
        Effect.forkIn(Effect.ignore(Listening.listen(connection, session)), connection.options.scope)
      )
    )
    : posted
}

const post = (
  connection: Connection,
  text: string,
  headers: { readonly [name: string]: string },
  session: ClientSession | undefined
): Send =>
  Effect.flatMap(connection.origin.send("POST", headers, text), (response) => {
    if (response.status >= 200 && response.status < 300) return Body.skip(response)
    return Effect.flatMap(
      Refusal.read(response, connection.options.maxMessageSize),
      (refusal) =>
        session?.id !== undefined && Refusal.isOfLostSession(refusal, undefined)
          ? connection.lose(session)
          : Effect.fail(refusal.error)
    )
  })
