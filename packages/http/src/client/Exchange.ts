/**
 * An `Exchange` is one request of the client with all that comes back for it, over as many connections as that takes.
 *
 * It does not know what was asked, but for `initialize`, with which a session begins.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Effect from "effect/Effect"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Result from "effect/Result"
import * as MediaType from "../MediaType.ts"
import * as Body from "./Body.ts"
import { ClientSession } from "./ClientSession.ts"
import type { Connection } from "./Connection.ts"
import * as EventReader from "./EventReader.ts"
import * as Failure from "./Failure.ts"
import * as Incoming from "./Incoming.ts"
import * as LegacyConnection from "./LegacyConnection.ts"
import * as Origin from "./Origin.ts"
import { Position } from "./Position.ts"
import * as Refusal from "./Refusal.ts"

type Step = Effect.Effect<void, TransportError>

/**
 * An exchange. It is in the stateless era when it has headers of its own, else in the session.
 *
 * @category models
 * @since 0.1.0
 */
export class Exchange {
  readonly #connection: Connection
  readonly #request: JsonRpc.Request
  readonly #text: string
  readonly #stateless: { readonly [name: string]: string } | undefined
  readonly #isInitialize: boolean
  readonly #position = new Position()
  #session: ClientSession
  #isAnswered = false

  constructor(
    connection: Connection,
    request: JsonRpc.Request,
    text: string,
    stateless: { readonly [name: string]: string } | undefined
  ) {
    this.#connection = connection
    this.#request = request
    this.#text = text
    this.#stateless = stateless
    this.#isInitialize = stateless === undefined && request.method === "initialize"
    this.#session = this.#isInitialize ? ClientSession.none : connection.session
  }

  /** Sends the request, and completes when its reply has ended after the answer. */
  get run(): Step {
    return Effect.flatMap(
      this.#connection.origin.send("POST", this.#stateless ?? this.#session.postHeaders, this.#text),
      (response) => this.#reply(response)
    )
  }

  #reply(response: HttpClientResponse.HttpClientResponse): Step {
    const { headers, status } = response
    if (status < 200 || status > 299) return this.#refused(response)
    if (this.#isInitialize) {
      const session = ClientSession.of(headers)
      if (session === undefined) return this.#useless(response, "has a session id that is none")
      this.#session = session
      this.#connection.hasSession = true
    }
    const type = headers["content-type"]
    if (MediaType.names(type, "text/event-stream")) return this.#stream(response)
    if (MediaType.names(type, "application/json")) {
      return Effect.matchEffect(Body.text(response, headers, this.#connection.options.maxMessageSize), {
        onSuccess: (text) => this.#body(status, text),
        onFailure: ({ reason }) =>
          reason === "Broken" ? Failure.closed : Failure.refused(status, `The reply ${this.#problem(reason)}`)
      })
    }
    return this.#useless(response, "is neither JSON nor a stream of events")
  }

  get #hasSessionId(): boolean {
    return this.#stateless === undefined && this.#session.id !== undefined
  }

  #problem(reason: "TooLong" | "NotUtf8"): string {
    return reason === "NotUtf8" ? "is not UTF-8" : `is longer than ${this.#connection.options.maxMessageSize} bytes`
  }

  #useless(response: HttpClientResponse.HttpClientResponse, why: string): Step {
    return Effect.andThen(Origin.release(response), Failure.refused(response.status, `The reply ${why}`))
  }

  #body(status: number, text: string): Step {
    const json = Result.try((): unknown => JSON.parse(text))
    if (Result.isFailure(json)) return Failure.refused(status, "The reply is not JSON")
    const { id } = this.#request
    const error = Incoming.errorWithoutId(json.success)
    const answer = error === undefined ? json.success : { ...error, id }
    if (!Incoming.answers(answer, id)) return Failure.refused(status, "The reply does not answer the request")
    this.#answer(answer)
    return Effect.void
  }

  #answer(json: unknown): void {
    this.#isAnswered = true
    // what is sent next is in the session already
    if (this.#isInitialize && this.#session.agree(json)) this.#connection.session = this.#session
    this.#connection.receive(json)
  }

  #refused(response: HttpClientResponse.HttpClientResponse): Step {
    return Effect.flatMap(Refusal.read(response, this.#connection.options.maxMessageSize), (refusal) => {
      // a session that is gone is gone, however the server says it
      if (this.#hasSessionId && Refusal.isOfLostSession(refusal, this.#request.id)) {
        return this.#connection.lose(this.#session)
      }
      const outcome = Effect.suspend(() => {
        const answer = Refusal.answerTo(this.#request.id, refusal)
        return answer === undefined ? Effect.fail(refusal.error) : Effect.sync(() => this.#answer(answer))
      })
      return this.#isInitialize && LegacyConnection.isWorthTrying(refusal)
        ? Effect.flatMap(
          LegacyConnection.open(this.#connection),
          (legacy) => legacy === undefined ? outcome : legacy.request(this.#request, this.#text)
        )
        : outcome
    })
  }

  #stream(response: HttpClientResponse.HttpClientResponse): Step {
    const { maxMessageSize, run } = this.#connection.options
    const reading = EventReader.read(response, {
      maxLength: maxMessageSize,
      warn: run,
      onRetry: (delay) => {
        this.#position.retry = delay
      },
      onTooLong: () => !this.#isAnswered,
      onEvent: ({ id }) => this.#position.advance(id),
      onMessage: (json) => {
        if (this.#stateless !== undefined && Incoming.isRequest(json)) {
          // nothing can be asked where nothing can be answered (HTTP26-5, HTTP26-10)
          run(Effect.logWarning("The server asked something on the stream of a request that stands for itself"))
          return false
        }
        if (Incoming.answers(json, this.#request.id)) {
          this.#answer(json)
          return true
        }
        this.#connection.receive(json)
        return false
      }
    })
    return Effect.flatMap(reading, (outcome) => {
      if (this.#isAnswered) return Effect.void
      if (outcome === "NotUtf8") return Failure.refused(response.status, "The stream is not UTF-8")
      if (outcome === "Enough") {
        return Failure.refused(response.status, `An event of the stream is longer than ${maxMessageSize} characters`)
      }
      return this.#resume
    })
  }

  // A stream that can be gone on with has not failed (HTTP-25); where nothing outlasts a connection, the request is lost (HTTP26-19).
  get #resume(): Step {
    return Effect.suspend(() => {
      const { delay, maxResumptions } = this.#connection.options
      const position = this.#position
      if (this.#stateless !== undefined || position.lastEventId === "" || position.failures >= maxResumptions) {
        return Failure.closed
      }
      const sent = Effect.suspend(() =>
        this.#connection.origin.send("GET", this.#session.getHeaders(position.lastEventId))
      )
      return Effect.andThen(
        position.leave(delay),
        Effect.matchEffect(sent, {
          onFailure: (error) => error.reason._tag === "Refused" ? Effect.fail(error) : this.#resume,
          onSuccess: (response) => this.#resumed(response)
        })
      )
    })
  }

  #resumed(response: HttpClientResponse.HttpClientResponse): Step {
    const { headers, status } = response
    if (status >= 200 && status < 300) {
      return MediaType.names(headers["content-type"], "text/event-stream")
        ? this.#stream(response)
        : this.#useless(response, "is not a stream of events")
    }
    return Effect.andThen(
      Origin.release(response),
      status === 404 && this.#hasSessionId
        // the request was sent all the same, and may have been acted on
        ? Effect.andThen(Effect.ignore(this.#connection.lose(this.#session)), Failure.closed)
        : status >= 500 || status === 408 || status === 409 || status === 429
        ? this.#resume
        : Failure.closed
    )
  }
}
