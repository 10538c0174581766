/**
 * What every platform has to do alike, as tests over the Web's `fetch`: the same for each adapter.
 *
 * @since 0.1.0
 */
import { describe, expect, it } from "@effect/vitest"
import type * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpReply from "@mcp-effect/http/HttpReply"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Client from "./NeutralClient.ts"
import * as TestServer from "./TestServer.ts"

/** An endpoint that is served: `path` is `/mcp`, with or without a query. */
export interface Served {
  readonly fetch: (path: string, init: RequestInit & { readonly duplex?: "half" }) => Promise<Response>
}

/** Serves a server at `/mcp`. */
export type Serve = (
  server: TestServer.TestServer,
  options: Endpoint.Options
) => Effect.Effect<Served, unknown, Scope.Scope>

type Headers = Record<string, string>

/** The headers of what is POSTed. */
export const jsonHeaders: Headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream"
}

/** A stream of events as it is read. */
export class Reader {
  text = ""
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()

  constructor(response: Response) {
    this.#reader = response.body!.getReader()
  }

  /** Reads until the text holds so many events, or the end. */
  events(count: number): Effect.Effect<ReadonlyArray<Client.SseEvent>> {
    return this.#until(() => Client.parseEvents(this.text), count)
  }

  /** Reads until the text holds so many messages, or the end. */
  messages(count: number): Effect.Effect<ReadonlyArray<any>> {
    return this.#until(() => Client.messagesOf(Client.parseEvents(this.text)), count)
  }

  /** Reads until the text holds so many comments, or the end. */
  comments(count: number): Effect.Effect<ReadonlyArray<string>> {
    return this.#until(() => this.text.match(/^:\n\n/gm) ?? [], count)
  }

  #until<A>(parse: () => ReadonlyArray<A>, count: number): Effect.Effect<ReadonlyArray<A>> {
    return Effect.promise(async () => {
      for (;;) {
        const parsed = parse()
        if (parsed.length >= count) return parsed
        const next = await this.#reader.read()
        if (next.done) return parsed
        this.text += this.#decoder.decode(next.value, { stream: true })
      }
    })
  }

  get lastId(): string {
    return Client.parseEvents(this.text).at(-1)?.id ?? ""
  }

  get cancel(): Effect.Effect<void> {
    return Effect.promise(() => this.#reader.cancel())
  }
}

const makeClient = (served: Served) => {
  const send = (method: string, init: { headers?: Headers; body?: BodyInit; path?: string; duplex?: "half" } = {}) =>
    Effect.promise(() =>
      served.fetch(init.path ?? "/mcp", {
        method,
        headers: { ...jsonHeaders, ...init.headers },
        ...(init.body === undefined ? {} : { body: init.body }),
        ...(init.duplex === undefined ? {} : { duplex: init.duplex })
      })
    )
  const post = (message: unknown, headers: Headers = {}) => send("POST", { body: JSON.stringify(message), headers })
  const text = (response: Response) => Effect.promise(() => response.text())
  const json = (response: Response) => Effect.promise((): Promise<any> => response.json())
  const open = (capabilities: object = {}, headers: Headers = {}) =>
    Effect.gen(function*() {
      const reply = yield* post(Client.initializeRequest("2025-11-25", capabilities), headers)
      const id = reply.headers.get("mcp-session-id") ?? ""
      yield* json(reply)
      const session = { ...headers, "mcp-session-id": id }
      const initialized = yield* post({ jsonrpc: "2.0", method: "notifications/initialized" }, session)
      return { id, headers: session, initialized }
    })
  return { send, post, text, json, open }
}

/** Streams a body without saying how long it is. */
const endless = (chunk: Uint8Array, limit: number, sent: { bytes: number }): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (sent.bytes >= limit) return controller.close()
      sent.bytes += chunk.length
      controller.enqueue(chunk)
    }
  })

/** Declares the tests. */
export const declare = (name: string, serve: Serve): void => {
  const test = <E>(
    options: Endpoint.Options,
    body: (client: ReturnType<typeof makeClient>, server: TestServer.TestServer) => Effect.Effect<void, E, Scope.Scope>
  ) =>
  () =>
    Effect.scoped(Effect.gen(function*() {
      const server = TestServer.make()
      const served = yield* serve(server, { drainTimeout: 0, ...options })
      yield* body(makeClient(served), server)
    }))

  describe(`${name}`, () => {
    it.live(
      "answers a request with JSON and a notification with 202 and nothing (HTTP-13, HTTP-15, HTTP-61)",
      test({}, ({ json, open, post, text }) =>
        Effect.gen(function*() {
          const { headers, id, initialized } = yield* open()
          expect(id).toMatch(/^[\x21-\x7e]{22,}$/)
          expect([initialized.status, yield* text(initialized)]).toEqual([202, ""])
          const reply = yield* post(Client.call(1, "echo", { text: "héllo ✓" }), headers)
          expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "application/json"])
          expect((yield* json(reply)).result.structuredContent).toEqual({ text: "héllo ✓" })
        }))
    )

    it.live(
      "answers with a stream of events when something comes before the response (HTTP-15, HTTP-17, HTTP-21, HTTP-26)",
      test({}, ({ open, post, text }) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const reply = yield* post(Client.call(1, "steps", { count: 3 }, "p"), headers)
          expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/event-stream"])
          const events = Client.parseEvents(yield* text(reply))
          expect(events[0]!.data).toBe("")
          expect(Client.messagesOf(events).map(({ id, params }) => id ?? params.progress)).toEqual([1, 2, 3, 1])
        }))
    )

    it.live(
      "a stream whose connection broke is resumed, and no handler is cancelled (HTTP-27, HTTP-43)",
      test({ streamAfter: 10 }, ({ open, post, send }, server) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const reader = new Reader(yield* post(Client.call(1, "steps", { count: 2, gate: "a" }, "p"), headers))
          expect(yield* reader.messages(2)).toHaveLength(2)
          yield* reader.cancel
          yield* server.open("a")
          const resumed = new Reader(yield* send("GET", { headers: { ...headers, "last-event-id": reader.lastId } }))
          expect(yield* resumed.messages(2)).toMatchObject([{ id: 1 }])
          expect(server.interrupted).toEqual([])
        }))
    )

    it.live(
      "a GET listens, once at a time, and the end of its connection is noticed (HTTP-30, HTTP-32, HTTP-34)",
      test({}, ({ open, post, send, text }, server) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          yield* text(yield* post(Client.request(1, "resources/subscribe", { uri: "test://counter" }), headers))
          const reader = new Reader(yield* send("GET", { headers }))
          yield* server.touch
          expect(yield* reader.messages(1)).toMatchObject([{ method: "notifications/resources/updated" }])
          const second = yield* send("GET", { headers })
          expect(second.status).toBe(409)
          yield* text(second)
          yield* reader.cancel
          let status = 409
          for (let i = 0; i < 200 && status === 409; i++) {
            const again = yield* send("GET", { headers })
            status = again.status
            yield* status === 409 ? text(again) : Effect.promise(() => again.body!.cancel())
          }
          expect(status).toBe(200)
        }))
    )

    it.live(
      "a client that reads gets everything, however much it is",
      test({}, ({ open, post, text }) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const reply = yield* post(Client.call(1, "chatter", { count: 500, size: 2000 }), headers)
          const messages = Client.messagesOf(Client.parseEvents(yield* text(reply)))
          expect(messages).toHaveLength(501)
          expect(messages.at(-1).id).toBe(1)
        }))
    )

    it.live(
      "a handler asks the client in the middle of a call (HTTP-18)",
      test({}, ({ open, post }) =>
        Effect.gen(function*() {
          const { headers } = yield* open({ elicitation: {} })
          const reader = new Reader(yield* post(Client.call(1, "ask"), headers))
          const [question] = yield* reader.messages(1)
          const answer = { jsonrpc: "2.0", id: question.id, result: { action: "accept", content: { name: "Ada" } } }
          expect((yield* post(answer, headers)).status).toBe(202)
          const messages = yield* reader.messages(2)
          expect(messages[1].result.structuredContent).toEqual({ text: "Ada" })
        }))
    )

    it.live(
      "a handler closes its stream, and the client comes back for the rest (HTTP-22, HTTP-23)",
      test({ retry: 5 }, ({ open, post, send, text }, server) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const closed = yield* text(yield* post(Client.call(1, "poll", { gate: "a" }), headers))
          expect(closed).toContain("retry: 5\n")
          yield* server.open("a")
          const lastId = Client.parseEvents(closed).at(-1)!.id!
          const resumed = new Reader(yield* send("GET", { headers: { ...headers, "last-event-id": lastId } }))
          expect(yield* resumed.messages(1)).toMatchObject([{ id: 1 }])
        }))
    )

    it.live(
      "DELETE ends the session, and its id is gone (HTTP-52, HTTP-56)",
      test({}, ({ open, post, send, text }, server) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const reply = yield* send("DELETE", { headers })
          expect([reply.status, yield* text(reply)]).toEqual([204, ""])
          expect((yield* post(Client.request(1, "ping"), headers)).status).toBe(404)
          expect(yield* server.connections).toBe(0)
        }))
    )

    it.live(
      "a foreign Host or Origin is refused (HTTP-2, HTTP-3, HTTP-4)",
      test({}, ({ post }) =>
        Effect.gen(function*() {
          expect((yield* post(Client.initializeRequest(), { origin: "https://evil.example" })).status).toBe(403)
          expect((yield* post(Client.initializeRequest(), { origin: "null" })).status).toBe(403)
          expect((yield* post(Client.initializeRequest(), { origin: "http://localhost" })).status).toBe(200)
        }))
    )

    it.live(
      "a preflight is answered, and an allowed page reads the session id",
      test({ allowedOrigins: ["https://app.example"] }, ({ post, send }) =>
        Effect.gen(function*() {
          const origin = "https://app.example"
          const preflight = yield* send("OPTIONS", {
            headers: {
              origin,
              "access-control-request-method": "POST",
              "access-control-request-headers": "mcp-session-id"
            }
          })
          expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
            204,
            "mcp-session-id"
          ])
          const reply = yield* post(Client.initializeRequest(), { origin })
          expect(reply.headers.get("access-control-allow-origin")).toBe(origin)
          expect(reply.headers.get("access-control-expose-headers")).toContain("Mcp-Session-Id")
        }))
    )

    it.live(
      "bodies that are too large, compressed, or not JSON in UTF-8 are refused (BASE-23, HTTP-14)",
      test({ maxBodySize: 100_000 }, ({ json, open, send }, server) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const large = yield* send("POST", { headers, body: `"${"x".repeat(100_000)}"` })
          expect(large.status).toBe(413)
          const zip = yield* send("POST", { headers: { ...headers, "content-encoding": "gzip" }, body: "x" })
          expect(zip.status).toBe(415)
          const latin = yield* send("POST", { headers, body: new Uint8Array([0x22, 0xe9, 0x22]) })
          expect([latin.status, (yield* json(latin)).error.code]).toEqual([400, -32700])
          const broken = yield* send("POST", { headers, body: "{" })
          expect([broken.status, (yield* json(broken)).error.code]).toEqual([400, -32700])
          const exact = JSON.stringify(Client.call(1, "echo", { text: "" }))
          const fits = JSON.stringify(Client.call(1, "echo", { text: "x".repeat(100_000 - exact.length) }))
          expect((yield* send("POST", { headers, body: fits })).status).toBe(200)
          expect(server.calls()).toBe(1)
        }))
    )

    it.live(
      "a body of unknown length is refused as soon as it is too large",
      test({ maxBodySize: 100_000 }, ({ open, send }) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const sent = { bytes: 0 }
          const reply = yield* Effect.exit(send("POST", {
            headers,
            body: endless(new Uint8Array(10_000).fill(0x20), 2_000_000, sent),
            duplex: "half"
          }))
          // a client may see the connection end before it sees the reply
          if (reply._tag === "Success") expect(reply.value.status).toBe(413)
          else expect(sent.bytes).toBeLessThan(2_000_000)
        }))
    )

    it.live(
      "a body that is not UTF-8, or begins with a byte order mark, is not JSON (BASE-23)",
      test({}, ({ json, open, send }) =>
        Effect.gen(function*() {
          const { headers } = yield* open()
          const ping = new TextEncoder().encode(JSON.stringify(Client.request(1, "ping")))
          for (const prefix of [[0xef, 0xbb, 0xbf], [0xff], [0xc0, 0x80]]) {
            const reply = yield* send("POST", { headers, body: Uint8Array.from([...prefix, ...ping]) })
            expect([prefix, reply.status, (yield* json(reply)).error.code]).toEqual([prefix, 400, -32700])
          }
        }))
    )

    it.live(
      "clients of HTTP+SSE are served at the same path (SSE-1, SSE-2, SSE-4, SSE-5)",
      test({}, ({ send, text }) =>
        Effect.gen(function*() {
          const reader = new Reader(yield* send("GET", { headers: { accept: "text/event-stream" } }))
          const [endpoint] = yield* reader.events(1)
          const path = endpoint!.data
          expect(path).toMatch(/^\/mcp\?sessionId=/)
          const reply = yield* send("POST", { path, body: JSON.stringify(Client.initializeRequest("2024-11-05")) })
          expect([reply.status, yield* text(reply)]).toEqual([202, ""])
          expect(yield* reader.messages(1)).toMatchObject([{ id: "init" }])
          yield* reader.cancel
        }))
    )

    it.live(
      "a principal's session is unknown to everyone else",
      test({
        authenticate: (request) => {
          const user = request.header("authorization")
          return user === undefined
            ? Effect.fail(HttpReply.refusal(401, "Who are you?", { headers: { "www-authenticate": "Bearer" } }))
            : Effect.succeed({ subject: user })
        }
      }, ({ json, open, post }) =>
        Effect.gen(function*() {
          const { headers } = yield* open({}, { authorization: "alice" })
          const who = yield* json(yield* post(Client.call(1, "who"), headers))
          expect(who.result.structuredContent).toEqual({ text: "alice" })
          expect((yield* post(Client.request(1, "ping"), { ...headers, authorization: "mallory" })).status).toBe(404)
          const { "mcp-session-id": id } = headers
          const nobody = yield* post(Client.request(1, "ping"), { "mcp-session-id": id })
          expect([nobody.status, nobody.headers.get("www-authenticate")]).toEqual([401, "Bearer"])
        }))
    )
  })
}
