/**
 * A client that talks to the endpoint itself, without any platform: requests and replies are values, and time is the test's.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@mcp-effect/http/Endpoint"
import type { HttpReply, Source } from "@mcp-effect/http/HttpReply"
import * as HttpRequest from "@mcp-effect/http/HttpRequest"
import * as Effect from "effect/Effect"

/** A parsed event of a stream. */
export interface SseEvent {
  readonly id?: string
  readonly event?: string
  readonly data: string
}

/** Parses what a stream has sent; a last event that was cut is left out. */
export const parseEvents = (text: string): ReadonlyArray<SseEvent> => {
  const events: Array<SseEvent> = []
  for (const block of text.split("\n\n").slice(0, -1)) {
    const fields: { id?: string; event?: string; data?: string } = {}
    for (const line of block.split("\n")) {
      const [, name, value] = /^([a-z]+): ?(.*)$/s.exec(line) ?? []
      if (name === "id" || name === "event" || name === "data") fields[name] = value ?? ""
    }
    if (fields.data !== undefined) events.push({ ...fields, data: fields.data })
  }
  return events
}

/** The messages among events. */
export const messagesOf = (events: ReadonlyArray<SseEvent>): ReadonlyArray<any> =>
  events.filter(({ data, event }) => data !== "" && event !== "endpoint").map(({ data }) => JSON.parse(data))

/** A stream as its client sees it. */
export class OpenStream {
  text = ""
  state: "open" | "ended" | "aborted" = "open"
  /** Whether the client reads; when it does not, text still comes until the stream is told so. */
  reads = true
  readonly source: Source

  constructor(reply: Extract<HttpReply, { _tag: "Streaming" }>) {
    this.source = reply.open({
      write: (text) => {
        this.text += text
        return this.reads
      },
      end: () => {
        this.state = "ended"
      },
      abort: () => {
        this.state = "aborted"
      }
    })
  }

  get events(): ReadonlyArray<SseEvent> {
    return parseEvents(this.text)
  }

  get messages(): ReadonlyArray<any> {
    return messagesOf(this.events)
  }

  /** The id of the last event. */
  get lastId(): string {
    return this.events.at(-1)?.id ?? ""
  }

  /** The client's connection breaks. */
  disconnect(): void {
    this.source.closed()
  }

  /** The client reads what waits. */
  drain(): void {
    this.source.drained()
  }
}

/** A reply with its stream, if it is one. */
export interface Reply {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly json: any
  readonly stream: OpenStream | undefined
}

export const defaultHeaders: { readonly [name: string]: string } = {
  host: "localhost:1234",
  "content-type": "application/json",
  accept: "application/json, text/event-stream"
}

type Headers = { readonly [name: string]: string | undefined }

/** Sends one request. */
export const send = (
  method: string,
  options: { readonly headers?: Headers; readonly body?: string; readonly url?: string } = {}
): Effect.Effect<Reply, never, Endpoint.Endpoint> =>
  Effect.gen(function*() {
    const endpoint = yield* Endpoint.Endpoint
    const headers: Headers = { ...defaultHeaders, ...options.headers }
    const text = options.body ?? ""
    const reply = yield* endpoint.handle({
      method,
      url: options.url ?? "/mcp",
      header: (name) => headers[name],
      body: (limit) =>
        text.length > limit
          ? Effect.fail(new HttpRequest.BodyError({ reason: "TooLarge" }))
          : Effect.succeed(text)
    })
    const stream = reply._tag === "Streaming" ? new OpenStream(reply) : undefined
    const body = reply._tag === "Complete" ? reply.body : ""
    return {
      status: reply.status,
      headers: reply.headers,
      body,
      json: body === "" ? undefined : JSON.parse(body),
      stream
    }
  })

/** Sends one message. */
export const post = (message: unknown, headers?: Headers) =>
  send("POST", { body: JSON.stringify(message), ...(headers === undefined ? {} : { headers }) })

export const initializeRequest = (protocolVersion = "2025-11-25", capabilities: object = {}) => ({
  jsonrpc: "2.0",
  id: "init",
  method: "initialize",
  params: { protocolVersion, capabilities, clientInfo: { name: "test", version: "1.0.0" } }
})

export const request = (id: string | number, method: string, params?: object) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params })
})

export const call = (id: string | number, name: string, args: object = {}, progressToken?: string | number) =>
  request(id, "tools/call", {
    name,
    arguments: args,
    ...(progressToken === undefined ? {} : { _meta: { progressToken } })
  })

/** A session. */
export interface ClientSession {
  readonly id: string
  readonly headers: Headers
  readonly post: (message: unknown, headers?: Headers) => Effect.Effect<Reply, never, Endpoint.Endpoint>
  readonly get: (headers?: Headers) => Effect.Effect<Reply, never, Endpoint.Endpoint>
  readonly delete: (headers?: Headers) => Effect.Effect<Reply, never, Endpoint.Endpoint>
}

/** Does the handshake. */
export const open = (
  options: { readonly protocolVersion?: string; readonly capabilities?: object; readonly headers?: Headers } = {}
): Effect.Effect<ClientSession, never, Endpoint.Endpoint> =>
  Effect.gen(function*() {
    const reply = yield* post(initializeRequest(options.protocolVersion, options.capabilities), options.headers)
    const id = reply.headers["mcp-session-id"]
    if (id === undefined) return yield* Effect.die(new Error(`no session: ${reply.status} ${reply.body}`))
    const headers = { ...options.headers, "mcp-session-id": id }
    yield* post({ jsonrpc: "2.0", method: "notifications/initialized" }, headers)
    return {
      id,
      headers,
      post: (message, more) => post(message, { ...headers, ...more }),
      get: (more) => send("GET", { headers: { ...headers, "content-type": undefined, ...more } }),
      delete: (more) => send("DELETE", { headers: { ...headers, ...more } })
    }
  })
