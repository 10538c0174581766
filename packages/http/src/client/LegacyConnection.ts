/**
 * A `LegacyConnection` is the client's side of HTTP+SSE, the transport before Streamable HTTP: one stream carries all that the server says, and
 * tells where to POST to.
 *
 * It cannot be gone on with: when the stream ends, so does everything.
 *
 * Spec: https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as MediaType from "../MediaType.ts"
import * as Body from "./Body.ts"
import { ClientSession } from "./ClientSession.ts"
import type { Connection, Legacy } from "./Connection.ts"
import * as EventReader from "./EventReader.ts"
import * as Incoming from "./Incoming.ts"
import * as MessageHeaders from "./MessageHeaders.ts"
import * as Origin from "./Origin.ts"
import * as Refusal from "./Refusal.ts"

// How long the first event may take, in milliseconds: another stream at this place may say nothing for ever.
const endpointTimeout = 10_000

// What only a server of the stateless era says, in any era (VER-17).
const modern: ReadonlySet<number | undefined> = new Set([-32020, -32021, -32022])

/**
 * Whether a server that refuses `initialize` so may be one of HTTP+SSE (VER-24, SSE-14).
 *
 * @category guards
 * @since 0.1.0
 */
export const isWorthTrying = ({ json, status }: Refusal.Refusal): boolean =>
  (status === 400 || status === 404 || status === 405) && !modern.has(Incoming.errorCode(json))

/**
 * Connects, or finds out that there is no such server (SSE-12).
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (connection: Connection): Effect.Effect<LegacyConnection | undefined> =>
  Effect.matchEffect(connection.origin.send("GET", MessageHeaders.get), {
    onFailure: (_) => Effect.succeed(undefined),
    onSuccess: (response) => {
      const { headers, status, url } = response
      return status === 200 && MediaType.names(headers["content-type"], "text/event-stream")
        ? new LegacyConnection(connection, url).open(response)
        : Effect.as(Origin.release(response), undefined)
    }
  })

/**
 * A connection over HTTP+SSE.
 *
 * @category models
 * @since 0.1.0
 */
export class LegacyConnection implements Legacy {
  readonly #connection: Connection
  readonly #base: string
  readonly #session = ClientSession.none
  readonly #found = Deferred.makeUnsafe<URL | undefined>()
  readonly #waiting = new Map<JsonRpc.RequestId, Deferred.Deferred<void, TransportError.TransportError>>()
  #postTo: URL | undefined
  #initializing: JsonRpc.RequestId | undefined

  /** `base` is the URL of the stream. */
  constructor(connection: Connection, base: string) {
    this.#connection = connection
    this.#base = base
  }

  /** Reads the stream from now on, and completes when it has said where to POST to. */
  open(response: HttpClientResponse.HttpClientResponse): Effect.Effect<LegacyConnection | undefined> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        Effect.forkIn(this.#read(response), this.#connection.options.scope),
        (reading) =>
          restore(Effect.timeoutOption(Deferred.await(this.#found), endpointTimeout)).pipe(
            Effect.onInterrupt(() => Fiber.interrupt(reading)),
            Effect.flatMap((found) => {
              this.#postTo = found._tag === "Some" ? found.value : undefined
              if (this.#postTo === undefined) return Effect.as(Fiber.interrupt(reading), undefined)
              this.#connection.legacy = this
              this.#connection.session = this.#session
              this.#connection.hasSession = true
              return Effect.succeed(this)
            })
          )
      )
    )
  }

  /** Sends a request; completes when its answer has come on the stream. */
  request(message: JsonRpc.Request, text: string): Effect.Effect<void, TransportError.TransportError> {
    return Effect.ensuring(
      // in here, because an interruption may come between any two steps
      Effect.suspend(() => {
        const answered = Deferred.makeUnsafe<void, TransportError.TransportError>()
        this.#waiting.set(message.id, answered)
        if (message.method === "initialize") this.#initializing = message.id
        // the answer may be faster than the reply to the POST
        return Effect.andThen(this.post(text), Deferred.await(answered))
      }),
      Effect.sync(() => this.#waiting.delete(message.id))
    )
  }

  /** Sends a message (SSE-3); completes when it was taken in. */
  post(text: string): Effect.Effect<void, TransportError.TransportError> {
    return Effect.flatMap(
      this.#connection.origin.send("POST", this.#session.postHeaders, text, this.#postTo),
      (response) => {
        if (response.status >= 200 && response.status < 300) return Body.skip(response)
        // the session is in the URL
        if (response.status === 404) {
          return Effect.andThen(Origin.release(response), this.#connection.lose(this.#session))
        }
        return Effect.flatMap(
          Refusal.read(response, this.#connection.options.maxMessageSize),
          ({ error }) => Effect.fail(error)
        )
      }
    )
  }

  #read(response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> {
    const { maxMessageSize, run } = this.#connection.options
    const reading = EventReader.read(response, {
      maxLength: maxMessageSize,
      warn: run,
      onEvent: ({ data, type }) => {
        if (this.#postTo !== undefined) return true
        // it is the first event, or this is no such server (SSE-2)
        Deferred.doneUnsafe(this.#found, Exit.succeed(type === "endpoint" ? this.#resolve(data) : undefined))
        return false
      },
      onTooLong: () => {
        run(Effect.logWarning("An event of the server is too long; it is skipped"))
        return false
      },
      onMessage: (json) => {
        this.#receive(json)
        return false
      }
    })
    return Effect.flatMap(reading, (outcome) => Effect.sync(() => this.#ended(outcome)))
  }

  // Another origin is not spoken with, whatever the server says (SSE-9).
  #resolve(reference: string): URL | undefined {
    this.#postTo = this.#connection.origin.resolve(reference, new URL(this.#base))
    return this.#postTo
  }

  #receive(json: unknown): void {
    const answers: ReadonlyArray<unknown> = Array.isArray(json) ? json : [json]
    const initialize = answers.find((one) =>
      this.#initializing !== undefined && Incoming.answers(one, this.#initializing)
    )
    if (initialize !== undefined) this.#session.agree(initialize)
    this.#connection.receive(json)
    // who waits goes on at once, and finds it received
    for (const one of answers) {
      const id = Incoming.answeredId(one)
      const answered = id === undefined ? undefined : this.#waiting.get(id)
      if (answered !== undefined) Deferred.doneUnsafe(answered, Exit.void)
    }
  }

  #ended(outcome: EventReader.Outcome): void {
    Deferred.doneUnsafe(this.#found, Exit.succeed(undefined))
    for (const answered of this.#waiting.values()) {
      Deferred.doneUnsafe(answered, Exit.fail(TransportError.closed()))
    }
    if (this.#connection.legacy === this) {
      this.#connection.end(outcome === "Ended" ? Exit.void : Exit.fail(TransportError.closed()))
    }
  }
}
