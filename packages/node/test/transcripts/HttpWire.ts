/**
 * A wire that is HTTP requests: Streamable HTTP, or HTTP+SSE for the revision that has nothing else. No port is opened.
 *
 * It is not strict about streams: whatever stream a message comes on, it is heard.
 *
 * @since 0.1.0
 */
import * as WebHandler from "@mcp-effect/http/WebHandler"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import { setImmediate as turn } from "node:timers/promises"
import { layer } from "../../../core/test/transcripts/Server.ts"
import type { Wire } from "../../../core/test/transcripts/Transcript.ts"

const origin = "http://localhost:8080"

type Message = {
  readonly id?: unknown
  readonly method?: string
  readonly params?: {
    readonly protocolVersion?: string
    readonly requestId?: unknown
    readonly name?: unknown
    readonly uri?: unknown
    readonly _meta?: { readonly "io.modelcontextprotocol/protocolVersion"?: unknown }
  }
}

const named: ReadonlySet<unknown> = new Set(["tools/call", "prompts/get"])

// What the stateless era says beside a message, so that gateways need not read it.
const mirrored = ({ method, params }: Message): Record<string, string> => {
  const name = method === "resources/read" ? params?.uri : named.has(method) ? params?.name : undefined
  return {
    "mcp-protocol-version": String(params?._meta?.["io.modelcontextprotocol/protocolVersion"] ?? "2026-07-28"),
    ...(method === undefined ? {} : { "mcp-method": method }),
    ...(typeof name === "string" ? { "mcp-name": name } : {})
  }
}

class HttpWire implements Wire {
  readonly heard: Array<unknown> = []
  readonly ordered = false
  readonly #handler: WebHandler.WebHandler["handler"]
  readonly #closed = new AbortController()
  readonly #headers: Record<string, string> = {}
  // the requests of the stateless era: who gives one up closes its stream
  readonly #open = new Map<unknown, AbortController>()
  #url = `${origin}/mcp`

  constructor(handler: WebHandler.WebHandler["handler"]) {
    this.#handler = handler
  }

  async say(message: unknown): Promise<void> {
    const asks = (Array.isArray(message) ? message : [message]).some(({ id, method }: Message) =>
      id !== undefined && method !== undefined
    )
    if (this.#isStateless(message as Message)) return this.#sayStateless(message as Message)
    const posted = this.#fetch("POST", message)
    if ((message as Message).method === "initialize") return this.#begin(await posted)
    // an answer may be a long time coming, but that the server has taken the message is not
    if (asks) void posted.then((response) => this.#listen(response))
    else await this.#listen(await posted)
    await this.more()
    // over HTTP+SSE there is one stream for all, and it is open already
    if ((message as Message).method === "notifications/initialized" && !this.#url.includes("?")) {
      void this.#listen(await this.#fetch("GET"))
    }
  }

  async more(): Promise<void> {
    for (let i = 0; i < 10; i++) await turn()
  }

  close(): void {
    this.#closed.abort()
  }

  /** HTTP+SSE: opens the one stream there is, which says where to post to. */
  async open(): Promise<void> {
    void this.#listen(await this.#fetch("GET"))
    while (!this.#url.includes("?")) await this.more()
  }

  #isStateless({ method, params }: Message): boolean {
    return params?._meta?.["io.modelcontextprotocol/protocolVersion"] !== undefined ||
      (method === "notifications/cancelled" && this.#open.has(params?.requestId)) ||
      (method !== "initialize" && this.#headers["mcp-session-id"] === undefined && !this.#url.includes("?"))
  }

  async #sayStateless(message: Message): Promise<void> {
    if (message.method === "notifications/cancelled") {
      this.#open.get(message.params?.requestId)?.abort()
      return this.more()
    }
    const controller = new AbortController()
    this.#open.set(message.id, controller)
    void this.#fetch("POST", message, mirrored(message), controller.signal).then((response) => this.#listen(response))
    await this.more()
  }

  async #begin(response: Response): Promise<void> {
    const session = response.headers.get("mcp-session-id")
    if (session !== null) this.#headers["mcp-session-id"] = session
    await this.#listen(response)
    const answer = this.heard.at(-1) as { readonly result?: { readonly protocolVersion: string } }
    const version = answer.result?.protocolVersion
    if (version !== undefined) this.#headers["mcp-protocol-version"] = version
  }

  #fetch(
    method: string,
    message?: unknown,
    headers: Record<string, string> = this.#headers,
    signal: AbortSignal = new AbortController().signal
  ): Promise<Response> {
    return this.#handler(
      new Request(this.#url, {
        method,
        headers: {
          ...headers,
          host: "localhost:8080",
          accept: method === "GET" ? "text/event-stream" : "application/json, text/event-stream",
          ...(message === undefined ? {} : { "content-type": "application/json" })
        },
        ...(message === undefined ? {} : { body: JSON.stringify(message) }),
        signal: AbortSignal.any([this.#closed.signal, signal])
      })
    )
  }

  async #listen(response: Response): Promise<void> {
    const type = response.headers.get("content-type") ?? ""
    if (!type.startsWith("text/event-stream")) {
      const text = await response.text()
      if (text !== "") this.heard.push(...[JSON.parse(text)].flat())
      return
    }
    let rest = ""
    const decoder = new TextDecoder()
    const reader = response.body!.getReader()
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true as const, value: undefined }))
      if (done) return
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n")
      rest = events.pop()!
      for (const event of events) this.#hear(event)
    }
  }

  #hear(event: string): void {
    const data = event.split("\n").flatMap((line) => line.startsWith("data:") ? [line.slice(5).trim()] : []).join("\n")
    if (data === "") return
    if (/^event: ?endpoint$/m.test(event)) this.#url = new URL(data, origin).href
    else this.heard.push(JSON.parse(data))
  }
}

/** Streamable HTTP, or with `sse` HTTP+SSE. */
export const make = (options: { readonly sse: boolean }): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.gen(function*() {
    const { handler } = yield* Effect.acquireRelease(
      Effect.sync(() => WebHandler.make(Layer.provide(Layer.fresh(layer), Logger.layer([])), { path: "/mcp" })),
      ({ dispose }) => Effect.promise(dispose)
    )
    const wire = yield* Effect.acquireRelease(
      Effect.sync(() => new HttpWire(handler)),
      (wire) => Effect.sync(() => wire.close())
    )
    if (options.sse) yield* Effect.promise(() => wire.open())
    return wire
  })
