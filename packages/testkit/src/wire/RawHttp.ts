/**
 * A `RawHttp` is a client's end that says over HTTP whatever it is given, each message in a POST of its own, and hears what comes on any stream.
 *
 * It is not the client that applications use, which knows what may be said when, and mends what breaks.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as MirroredHeaders from "@mcp-effect/core/MirroredHeaders"
import type { Receive, Transport } from "@mcp-effect/core/Transport"
import type { Endpoint } from "@mcp-effect/http/Endpoint"
import type * as HttpReply from "@mcp-effect/http/HttpReply"
import * as HttpRequest from "@mcp-effect/http/HttpRequest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as StatelessVersion from "./StatelessVersion.ts"
import { StreamOf } from "./StreamOf.ts"

/**
 * Where the server is, and how it is spoken with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly path: string
  /** The version in the headers of a message that stands for itself and does not say one. */
  readonly version: string
  /** Whether it is HTTP+SSE: there is one stream for all, and it says where to post to. */
  readonly sse: boolean
}

/**
 * The client's end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  endpoint: Endpoint["Service"],
  options: Options
): Effect.fn.Return<Transport["Service"], never, Scope.Scope> {
  const raw = new RawHttp(endpoint, options)
  yield* Effect.addFinalizer(() => Effect.sync(() => raw.close()))
  return {
    isCongested: () => false,
    run: (receive) => Effect.andThen(raw.start(receive), Effect.never),
    send: (message) => raw.say(message)
  }
})

interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly params?: { readonly [key: string]: unknown }
}

class RawHttp {
  readonly #endpoint: Endpoint["Service"]
  readonly #options: Options
  readonly #started = Deferred.makeUnsafe<void>()
  readonly #open = new Set<HttpReply.Source>()
  readonly #session: Record<string, string> = {}
  #url: string
  #receive: Receive = () => {}
  #streams = 0

  constructor(endpoint: Endpoint["Service"], options: Options) {
    this.#endpoint = endpoint
    this.#options = options
    this.#url = options.path
  }

  start(receive: Receive): Effect.Effect<void> {
    this.#receive = receive
    return this.#options.sse
      ? Effect.asVoid(this.#exchange("GET", {}))
      : Effect.asVoid(Deferred.succeed(this.#started, undefined))
  }

  say(message: unknown): Effect.Effect<void> {
    return Effect.andThen(Deferred.await(this.#started), Effect.suspend(() => this.#say(message as Message)))
  }

  close(): void {
    for (const source of this.#open) source.closed()
  }

  #say(message: Message): Effect.Effect<void> {
    const { method } = message
    const version = StatelessVersion.of(message)
    const isAlone = version !== undefined ||
      (!this.#options.sse && method !== "initialize" && this.#session["mcp-session-id"] === undefined)
    // who gives up a request that stands for itself closes its stream
    if (method === "notifications/cancelled" && isAlone) return Effect.void
    if (isAlone) return Effect.flatten(this.#exchange("POST", this.#mirrored(message, version), message))
    const posted = Effect.flatten(this.#exchange("POST", this.#session, message))
    // what nobody asked for has a stream of its own
    return method === "notifications/initialized" && !this.#options.sse
      ? Effect.andThen(posted, Effect.asVoid(this.#exchange("GET", this.#session)))
      : posted
  }

  // What stands for itself says it beside the message too, so that gateways need not read it.
  #mirrored(message: Message, version: unknown): Record<string, string> {
    const { method, params } = message
    const name = params?.[MirroredHeaders.mirroredName.get(method ?? "") ?? ""]
    return {
      "mcp-protocol-version": String(version ?? this.#options.version),
      ...(method === undefined ? {} : { "mcp-method": method }),
      ...(typeof name === "string" ? { "mcp-name": name } : {})
    }
  }

  // Ends when the reply has begun; what it gives ends with the reply, and drops it when it is interrupted.
  #exchange(
    method: string,
    headers: Readonly<Record<string, string>>,
    message?: Message
  ): Effect.Effect<Effect.Effect<void>> {
    const sent: Readonly<Record<string, string>> = {
      ...headers,
      host: "localhost",
      accept: method === "GET" ? "text/event-stream" : "application/json, text/event-stream",
      ...(message === undefined ? {} : { "content-type": "application/json" })
    }
    const body = message === undefined ? "" : JSON.stringify(message)
    return Effect.map(
      this.#endpoint.handle({
        method,
        url: this.#url,
        header: (name) => sent[name],
        body: (limit) =>
          body.length > limit ? Effect.fail(new HttpRequest.BodyError({ reason: "TooLarge" })) : Effect.succeed(body)
      }),
      (reply) => {
        const session = reply.headers["mcp-session-id"]
        if (session !== undefined) this.#session["mcp-session-id"] = session
        const context = Context.make(StreamOf, this.#streams++)
        const hear = (json: unknown) => {
          if (message?.method === "initialize") this.#begin(json)
          this.#receive(json, context)
        }
        if (reply._tag === "Streaming") return this.#listen(reply, hear)
        if (reply.body !== "") { for (const json of [JSON.parse(reply.body)].flat()) hear(json) }
        return Effect.void
      }
    )
  }

  #begin(answer: unknown): void {
    if (!Predicate.isObject(answer) || !Predicate.isObject(answer.result)) return
    const { protocolVersion } = answer.result
    if (typeof protocolVersion === "string") this.#session["mcp-protocol-version"] = protocolVersion
  }

  #listen(reply: HttpReply.Streaming, hear: (json: unknown) => void): Effect.Effect<void> {
    const ended = Deferred.makeUnsafe<void>()
    let rest = ""
    const end = () => void Deferred.doneUnsafe(ended, Effect.void)
    const source = reply.open({
      write: (text) => {
        const events = (rest + text).split("\n\n")
        rest = events.pop()!
        for (const event of events) if (!Deferred.isDoneUnsafe(ended)) this.#hear(event, hear)
        return true
      },
      end,
      abort: end
    })
    this.#open.add(source)
    return Effect.ensuring(
      Deferred.await(ended),
      Effect.sync(() => {
        end()
        this.#open.delete(source)
        source.closed()
      })
    )
  }

  #hear(event: string, hear: (json: unknown) => void): void {
    const data = event.split("\n").flatMap((line) => line.startsWith("data:") ? [line.slice(5).trim()] : []).join("\n")
    if (data === "") return
    if (!/^event: ?endpoint$/m.test(event)) return hear(JSON.parse(data))
    const { pathname, search } = new URL(data, "http://localhost")
    this.#url = pathname + search
    Deferred.doneUnsafe(this.#started, Effect.void)
  }
}
