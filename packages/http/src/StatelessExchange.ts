/**
 * A `StatelessExchange` is one POST of the stateless era with a request in it: its reply is one JSON body or a stream of events, and who drops
 * the reply cancels the request (HTTP26-7, HTTP26-16).
 *
 * It is not an `Exchange` of a session: nothing of it is stored, so a stream that broke is gone (HTTP26-4, HTTP26-19).
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { ProtocolError } from "@mcp-effect/core/ProtocolError"
import type { Answer, Answering } from "@mcp-effect/core/Server"
import type { Outgoing } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import { encode, progressToken } from "./Exchange.ts"
import * as HttpReply from "./HttpReply.ts"
import * as SseConnection from "./SseConnection.ts"
import type { InProgress, StatelessRequests } from "./StatelessRequests.ts"

type Reply = Effect.Effect<HttpReply.HttpReply>

// What may wait for a connection that has not begun before log lines are dropped, in UTF-16 units.
const highWaterMark = 16 * 1024

/**
 * An exchange.
 *
 * @category models
 * @since 0.1.0
 */
export class StatelessExchange implements Outgoing, InProgress {
  readonly id: JsonRpc.RequestId
  readonly isLong: boolean
  readonly #requests: StatelessRequests
  readonly #decide: (reply: Reply) => void
  #answering: Answering | undefined
  #state: "Undecided" | "Streaming" | "Answered" | "Over" = "Undecided"
  /** When its reply becomes a stream, in milliseconds. */
  deadline = 0
  #connection: SseConnection.SseConnection | undefined
  // what was said before there was a connection
  #early: Array<string> = []
  #waiting = 0
  #isAwaited = true
  // the last step of progress that the client had no time to read
  #progress: string | undefined
  // closed as long as the client reads less than it is sent
  #flow: Latch.Latch | undefined

  /** `decide` is told the reply, once. */
  constructor(
    requests: StatelessRequests,
    id: JsonRpc.RequestId,
    isLong: boolean,
    decide: (reply: Reply) => void
  ) {
    this.#requests = requests
    this.id = id
    this.isLong = isLong
    this.#decide = decide
    requests.begin(this)
  }

  /** Whether it is known what the reply is. */
  get isDecided(): boolean {
    return this.#state !== "Undecided"
  }

  /** The server works on the request. What is not answered yet is awaited from here on. */
  started(answering: Answering): void {
    this.#answering = answering
    switch (this.#state) {
      case "Undecided":
        this.deadline = this.#requests.deadline
        return this.#requests.add(this)
      case "Over":
        // answered at once, for which this changes nothing, or given up on while it began
        return this.#requests.abandon(this, answering)
      default:
        return
    }
  }

  send(message: JsonRpc.Message): Effect.Effect<void> {
    return Effect.suspend(() => {
      const text = this.#isOpen ? encode(message) : undefined
      if (text === undefined) return Effect.void
      const isProgress = progressToken(message) !== undefined
      if (isProgress && this.isCongested()) {
        this.#progress = event(text)
        return Effect.void
      }
      const isFirst = this.#state === "Undecided"
      this.upgrade()
      this.#flushProgress()
      this.#write(event(text))
      // the connection takes the stream up before the handler goes on
      if (isFirst) return Effect.yieldNow
      // of progress only the last step counts, so that nobody waits for it
      return isProgress ? Effect.void : this.#flowing
    })
  }

  isCongested(): boolean {
    return this.#connection === undefined ? this.#waiting > highWaterMark : this.#connection.isCongested
  }

  /** Takes the answer: it is the reply, or the end of the stream (HTTP26-11). */
  respond({ error, response }: Answer): void {
    // a response that JSON cannot hold has become an error
    const text = encode(response)!
    switch (this.#state) {
      case "Undecided":
        this.#over()
        return this.#decide(Exit.succeed(HttpReply.ofJson(error === undefined ? 200 : statusOf(error), text)))
      case "Streaming":
        this.#state = "Answered"
        return this.#last((this.#progress ?? "") + event(text))
      default:
        return
    }
  }

  /** Makes the reply a stream, unless it is decided. */
  upgrade(): void {
    if (this.#state !== "Undecided") return
    this.#state = "Streaming"
    this.#requests.stream(this)
    this.#decide(Exit.succeed(HttpReply.events((sink) => this.#open(sink))))
  }

  /** Nobody waits for the reply any more: the request is cancelled, and nothing is said (HTTP26-16 to HTTP26-18). */
  cancel(): void {
    if (this.#state === "Over") return
    const isAnswered = this.#state === "Answered"
    this.#over()
    if (!isAnswered && this.#answering !== undefined) this.#requests.abandon(this, this.#answering)
  }

  /** The endpoint is about to end: a request that only stands is answered now (SUB-16). */
  complete(): void {
    this.#answering?.end()
  }

  /** The endpoint ends: the request is cancelled, and its client is told so. */
  end(): void {
    const ended = JSON.stringify(
      JsonRpc.errorResponse(this.id, JsonRpc.internalError, "The server ended before the request did")
    )
    const state = this.#state
    if (state === "Undecided") {
      this.cancel()
      this.#decide(Exit.succeed(HttpReply.ofJson(503, ended)))
    } else if (state === "Streaming" && !this.isCongested()) {
      this.#state = "Answered"
      if (this.#answering !== undefined) this.#requests.abandon(this, this.#answering)
      this.#last(event(ended))
    } else if (this.#connection === undefined) {
      this.cancel()
    } else {
      this.#connection.abort()
    }
  }

  /** Called now and then: a stream that no connection has taken up since the last time was dropped before it began. */
  sweep(): void {
    if (this.#connection !== undefined) return
    if (this.#isAwaited) this.#isAwaited = false
    else this.cancel()
  }

  get #isOpen(): boolean {
    return this.#state === "Undecided" || this.#state === "Streaming"
  }

  #open(sink: HttpReply.Sink): HttpReply.Source {
    const connection = new SseConnection.SseConnection(
      this.#requests.connections,
      sink,
      () => this.#drained(),
      () => this.cancel()
    )
    if (this.#state === "Over") {
      connection.abort()
      return connection
    }
    this.#connection = connection
    connection.replay(this.#early.values())
    this.#early = []
    this.#waiting = 0
    if (this.#state === "Answered") connection.end()
    else if (!connection.isCongested) this.#release()
    return connection
  }

  #write(text: string): void {
    if (this.#connection !== undefined) return this.#connection.write(text)
    this.#early.push(text)
    // a connection takes the first piece however long it is, so this does not count against it either
    if (this.#early.length === 1) return
    this.#waiting += text.length
    if (this.#waiting > this.#requests.connections.maxBuffered) this.cancel()
  }

  // An answer is there as a whole already, so that however long it is, it counts for nothing against the limit.
  #last(text: string): void {
    if (this.#connection === undefined) this.#early.push(text)
    else this.#connection.end(text)
  }

  #flushProgress(): void {
    const progress = this.#progress
    this.#progress = undefined
    if (progress !== undefined) this.#write(progress)
  }

  #drained(): void {
    this.#flushProgress()
    if (!this.isCongested()) this.#release()
  }

  // Who says more than the client reads waits for it, or for its end.
  get #flowing(): Effect.Effect<void> {
    return this.#state === "Streaming" && this.isCongested()
      ? (this.#flow ??= Latch.makeUnsafe(false)).await
      : Effect.void
  }

  #release(): void {
    this.#flow?.openUnsafe()
    this.#flow = undefined
  }

  #over(): void {
    this.#state = "Over"
    this.#early = []
    this.#requests.delete(this)
    this.#release()
  }
}

/**
 * The status of a reply that is an error (HTTP26-30 to HTTP26-33, HTTP26-36).
 *
 * @category accessors
 * @since 0.1.0
 */
export const statusOf = ({ reason }: ProtocolError): number => {
  switch (reason._tag) {
    case "InvalidRequest":
    case "InvalidMeta":
    case "HeaderMismatch":
    case "UnsupportedProtocolVersion":
    case "MissingClientCapability":
      return 400
    case "MethodNotFound":
      return 404
    case "InvalidParams":
    case "ResourceNotFound":
    case "UrlElicitationRequired":
    case "InternalError":
    case "ApplicationError":
      return 200
  }
}

// Events have no ids: nobody can come back for them (HTTP26-4).
const event = (text: string): string => `event: message\ndata: ${text}\n\n`
