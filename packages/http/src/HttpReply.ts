/**
 * An `HttpReply` is what the endpoint answers to one HTTP request: a whole response, or a stream of text that goes on.
 *
 * It is not bound to a platform: an adapter writes it out, and tells a stream when it may go on and when the client has gone.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"

/**
 * Headers by their lower-case names.
 *
 * @category models
 * @since 0.1.0
 */
export type Headers = { readonly [name: string]: string }

/**
 * A reply that is known as a whole. An empty body has no content type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Complete {
  readonly _tag: "Complete"
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * A reply that goes on. The adapter sends the head and then calls `open`, once, with the place to write to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Streaming {
  readonly _tag: "Streaming"
  readonly status: number
  readonly headers: Headers
  readonly open: (sink: Sink) => Source
}

/**
 * A reply.
 *
 * @category models
 * @since 0.1.0
 */
export type HttpReply = Complete | Streaming

/**
 * Where a stream's text goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sink {
  /** Takes text. False says that nothing more should come before `Source.drained`. */
  readonly write: (text: string) => boolean
  /** The response is complete. */
  readonly end: () => void
  /** Drops the connection: what was not sent yet is lost. */
  readonly abort: () => void
}

/**
 * What an adapter tells a stream about its connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source {
  /** What was written has been sent. */
  readonly drained: () => void
  /** The connection has ended, by whomever. */
  readonly closed: () => void
}

const json: Headers = { "content-type": "application/json" }

const noHeaders: Headers = {}

const eventStream: Headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  // nginx and those that follow it hold responses back otherwise
  "x-accel-buffering": "no"
}

/**
 * A reply without a body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty = (status: number, headers: Headers = noHeaders): HttpReply => ({
  _tag: "Complete",
  status,
  headers,
  body: ""
})

/**
 * A reply with a JSON body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofJson = (status: number, body: string): HttpReply => ({ _tag: "Complete", status, headers: json, body })

/**
 * A refusal: an HTTP status whose body is a JSON-RPC error without an id (HTTP-14), since no request was taken in.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (
  status: number,
  message: string,
  options?: { readonly code?: number; readonly id?: JsonRpc.RequestId | undefined; readonly headers?: Headers }
): HttpReply => ({
  _tag: "Complete",
  status,
  headers: options?.headers === undefined ? json : { ...json, ...options.headers },
  body: JSON.stringify(
    JsonRpc.errorResponse(
      options?.id,
      options?.code ?? (status < 500 ? JsonRpc.invalidRequest : JsonRpc.internalError),
      message
    )
  )
})

/**
 * A reply that is a stream of events.
 *
 * @category constructors
 * @since 0.1.0
 */
export const events = (open: Streaming["open"]): HttpReply => ({
  _tag: "Streaming",
  status: 200,
  headers: eventStream,
  open
})

/**
 * The reply with more headers.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withHeaders = (reply: HttpReply, headers: Headers): HttpReply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})

/**
 * The reply to a request that belongs to a session and does not name it.
 *
 * @category constants
 * @since 0.1.0
 */
export const missingSession: HttpReply = refusal(400, "The Mcp-Session-Id header is missing")

/**
 * The reply to a session id that names no session, or one of somebody else (HTTP-52).
 *
 * @category constants
 * @since 0.1.0
 */
export const unknownSession: HttpReply = refusal(404, "The session does not exist, or has ended")

/**
 * The reply to who would need a session more than there can be.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooManySessions = (id?: JsonRpc.RequestId): HttpReply =>
  refusal(503, "The server has as many sessions as it can hold; try again later", {
    id,
    headers: { "retry-after": "60" }
  })

/**
 * The reply to a request when so many are in progress that there can be no more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tooManyRequests = (id: JsonRpc.RequestId): HttpReply =>
  refusal(503, "The server is working on as many requests as it can; try again later", {
    id,
    headers: { "retry-after": "1" }
  })

/**
 * The reply to a long body when so many are waiting to be understood that no more can.
 *
 * @category constants
 * @since 0.1.0
 */
export const tooManyBodies: HttpReply = refusal(
  503,
  "The server has as many long bodies to read as it can; try again later",
  {
    headers: { "retry-after": "1" }
  }
)
