/**
 * An `Exchange` is one POST that holds requests: it finds out what its reply is to be, one JSON body or a stream of events (HTTP-15).
 *
 * It is not what answers them: everything it is given was said by the server's handlers.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as HttpReply from "./HttpReply.ts"
import type { SseStream } from "./SseStream.ts"

/**
 * An exchange. `openStream` makes the stream that it goes on with, if it does.
 *
 * @category models
 * @since 0.1.0
 */
export class Exchange {
  readonly #isBatch: boolean
  readonly #openStream: () => SseStream
  #owed: number
  #responses: Array<string> = []
  #stream: SseStream | undefined
  #reply: HttpReply.HttpReply | undefined
  #refusal: HttpReply.HttpReply | undefined
  #resume: ((effect: Effect.Effect<HttpReply.HttpReply>) => void) | undefined

  constructor(requests: number, isBatch: boolean, openStream: () => SseStream) {
    this.#owed = requests
    this.#isBatch = isBatch
    this.#openStream = openStream
  }

  /** The stream it goes on with. */
  get stream(): SseStream | undefined {
    return this.#stream
  }

  /** Whether it is known what the reply is. */
  get isDecided(): boolean {
    return this.#reply !== undefined
  }

  /** The reply, once it is known what it is. */
  get reply(): Effect.Effect<HttpReply.HttpReply> {
    return this.#reply !== undefined
      ? Exit.succeed(this.#reply)
      // it may be decided before the fiber comes to wait for it
      : Effect.callback<HttpReply.HttpReply>((resume) => {
        if (this.#reply !== undefined) resume(Exit.succeed(this.#reply))
        else this.#resume = resume
      })
  }

  /** Takes the response to one of the requests. */
  respond(message: JsonRpc.Message): Effect.Effect<void> {
    this.#owed--
    const text = encode(message)
    if (this.#stream !== undefined) {
      const sent = text === undefined ? Effect.void : this.#stream.send(text)
      return this.#owed > 0 ? sent : Effect.andThen(sent, this.#stream.end)
    }
    if (text !== undefined) this.#responses.push(text)
    return this.#owed > 0 ? Effect.void : this.#complete()
  }

  /** One of the requests was cancelled and will not be answered. */
  forget(): Effect.Effect<void> {
    this.#owed--
    if (this.#owed > 0) return Effect.void
    return this.#stream === undefined ? this.#complete() : this.#stream.end
  }

  /** Sends what comes before the last response, for which the reply has to be a stream (HTTP-18). */
  send(message: JsonRpc.Message): Effect.Effect<void> {
    const text = encode(message)
    if (text === undefined) return Effect.void
    const token = progressToken(message)
    const isNew = this.#stream === undefined
    const sent = Effect.flatMap(
      this.upgrade,
      (stream) => token === undefined ? stream.send(text) : stream.sendProgress(token, text)
    )
    // the connection takes the stream up before the handler goes on, so that little waits in the store
    return isNew ? Effect.andThen(sent, Effect.yieldNow) : sent
  }

  /** Refuses the whole POST. */
  refuse(reply: HttpReply.HttpReply): void {
    this.#refusal = reply
    this.#settle(reply)
  }

  /** The reply, if the POST was refused as a whole. */
  get refusal(): HttpReply.HttpReply | undefined {
    return this.#refusal
  }

  /** Makes the reply a stream, if it is not decided yet. */
  get upgrade(): Effect.Effect<SseStream> {
    return Effect.suspend(() => {
      if (this.#stream !== undefined) return Effect.succeed(this.#stream)
      const stream = this.#openStream()
      const responses = this.#responses
      this.#stream = stream
      this.#responses = []
      this.#settle(HttpReply.events((sink) => stream.attach(sink)))
      return Effect.as(Effect.forEach(responses, (text) => stream.send(text), { discard: true }), stream)
    })
  }

  #complete(): Effect.Effect<void> {
    if (this.#responses.length > 0) {
      this.#settle(HttpReply.ofJson(200, this.#isBatch ? `[${this.#responses.join(",")}]` : this.#responses[0]!))
      return Effect.void
    }
    // nothing to say in JSON: a stream without events
    return Effect.flatMap(this.upgrade, (stream) => stream.end)
  }

  #settle(reply: HttpReply.HttpReply): void {
    if (this.#reply !== undefined) return
    this.#reply = reply
    this.#resume?.(Exit.succeed(reply))
  }
}

/**
 * The text of a message; a response that JSON cannot hold becomes an error, and anything else is left out.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode = (message: JsonRpc.Message): string | undefined => {
  const text = JsonRpc.stringify(message)
  return Result.isSuccess(text) ? text.success : text.failure.instead
}

/**
 * The token of a progress notification.
 *
 * @category accessors
 * @since 0.1.0
 */
export const progressToken = (message: JsonRpc.Message): unknown =>
  "method" in message && message.method === "notifications/progress"
    ? (message.params as { readonly progressToken?: unknown } | undefined)?.progressToken
    : undefined
