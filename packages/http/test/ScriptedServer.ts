/**
 * A server whose every reply is written by the test, in the same process: requests come by `fetch`, and time is the test's.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Transport } from "@mcp-effect/core/Transport"
import type * as TransportError from "@mcp-effect/core/TransportError"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** What was asked. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: any
  readonly redirect: RequestInit["redirect"]
}

/** What a test replies. */
export type Script = (asked: Asked, count: number) => Response | Promise<Response>

/** A stream as its server sees it. */
export class OpenStream {
  readonly response: Response
  isCancelled = false
  isEnded = false
  #controller!: ReadableStreamDefaultController<Uint8Array>
  readonly #encoder = new TextEncoder()

  constructor(headers: Record<string, string> = {}) {
    this.response = new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => {
          this.isCancelled = true
        }
      }),
      { headers: { "content-type": "text/event-stream", ...headers } }
    )
  }

  write(text: string): this {
    return this.bytes(this.#encoder.encode(text))
  }

  bytes(bytes: Uint8Array): this {
    this.#controller.enqueue(bytes)
    return this
  }

  message(message: unknown, id?: string): this {
    return this.write(`${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`)
  }

  get isOpen(): boolean {
    return !this.isCancelled && !this.isEnded
  }

  end(): this {
    this.isEnded = true
    this.#controller.close()
    return this
  }

  break(): this {
    this.isEnded = true
    this.#controller.error(new Error("the connection broke"))
    return this
  }
}

export const json = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...init.headers }
  })

export const accepted = (): Response => new Response(null, { status: 202 })

export const plain = (status: number, text: string): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } })

export const answer = (id: JsonRpc.RequestId, result: object = {}): JsonRpc.ResultResponse => ({
  jsonrpc: "2.0",
  id,
  result
})

export const request = (id: JsonRpc.RequestId, method: string, params?: object): JsonRpc.Request => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params })
})

export const notification = (method: string, params?: object): JsonRpc.Notification => ({
  jsonrpc: "2.0",
  method,
  ...(params === undefined ? {} : { params })
})

export const initialize = request("init", "initialize", { protocolVersion: "2025-11-25", capabilities: {} })

export const initialized = notification("notifications/initialized")

/** A request that stands for itself. */
export const stateless = (id: JsonRpc.RequestId, method: string, params: object = {}): JsonRpc.Request =>
  request(id, method, { ...params, _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } })

/** The reply to `initialize`. */
export const session = (version = "2025-11-25", headers: Record<string, string> = { "mcp-session-id": "s-1" }) =>
  json(answer("init", { protocolVersion: version, capabilities: {} }), { headers })

const headersOf = (init: RequestInit | undefined): Record<string, string> => {
  const headers: Record<string, string> = {}
  new Headers(init?.headers).forEach((value, name) => {
    headers[name] = value
  })
  return headers
}

/** A client connected to what `fetch` reaches. */
export interface Connected {
  readonly transport: Transport["Service"]
  readonly received: ReadonlyArray<any>
  /** How often it was told that something may be missing. */
  readonly gaps: () => number
  /** How `run` ended, once it has. */
  readonly ended: Effect.Effect<Exit.Exit<void, TransportError.TransportError>>
  readonly close: Effect.Effect<void>
}

export type Settings = Omit<HttpClientTransport.Options, "url"> & { readonly url?: string }

/** The HTTP client of this `fetch`. */
export const client = (fetch: typeof globalThis.fetch) =>
  Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))

/** Connects over any `fetch`. */
export const connectOver = Effect.fnUntraced(function*(fetch: typeof globalThis.fetch, settings: Settings = {}) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const transport = yield* HttpClientTransport.make({ url: "http://server.test/mcp", ...settings }).pipe(
    Effect.provide(client(fetch)),
    Scope.provide(scope)
  )
  const received: Array<unknown> = []
  let gaps = 0
  yield* Effect.forkIn(
    Stream.runForEach(transport.gaps ?? Stream.empty, () => Effect.sync(() => gaps++)),
    scope,
    { startImmediately: true }
  )
  const running = yield* Effect.forkChild(transport.run((message) => void received.push(message)), {
    startImmediately: true
  })
  const connected: Connected = {
    transport,
    received,
    gaps: () => gaps,
    ended: Fiber.await(running),
    close: Scope.close(scope, Exit.void)
  }
  return connected
})

/** A script as a `fetch`, with what was asked of it. */
export const serve = (script: Script) => {
  const asked: Array<Asked> = []
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const one: Asked = {
      method: init?.method ?? "GET",
      url: String(input),
      headers: headersOf(init),
      body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
      redirect: init?.redirect
    }
    asked.push(one)
    const aborted = Promise.withResolvers<never>()
    init?.signal?.addEventListener("abort", () => aborted.reject(new DOMException("aborted", "AbortError")))
    return Promise.race([script(one, asked.length), aborted.promise])
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}

/** Connects to a script. */
export const connect = Effect.fnUntraced(function*(script: Script, settings?: Settings) {
  const { asked, fetch } = serve(script)
  const connected = yield* connectOver(fetch, settings)
  return { ...connected, asked }
})

/** Waits for a condition that events outside of Effect bring about. */
export const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.repeat(Effect.promise(() => new Promise(setImmediate)), { until: () => holds() })

/** Lets all that can happen without time happen. */
export const settle: Effect.Effect<void> = Effect.repeat(Effect.promise(() => new Promise(setImmediate)), { times: 10 })

export const reasonOf = (exit: Exit.Exit<unknown, TransportError.TransportError>): object | undefined => {
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? { ...error.value.reason } : undefined
}

/** Sends, and says how that ended. */
export const failureOf = (effect: Effect.Effect<unknown, TransportError.TransportError>) =>
  Effect.map(Effect.flip(Effect.asVoid(effect)), ({ reason }) => reason)
