import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "./NeutralClient.ts"
import { serve, sessions, settle } from "./Serving.ts"

/** Opens the stream and finds out where to POST to. */
const connect = Effect.gen(function*() {
  const reply = yield* Client.send("GET", { headers: { accept: "text/event-stream", "content-type": undefined } })
  const stream = reply.stream!
  const url = stream.events[0]!.data
  return {
    reply,
    stream,
    url,
    post: (message: unknown, headers: { readonly [name: string]: string } = {}) =>
      Client.send("POST", { url, body: JSON.stringify(message), headers: { accept: "*/*", ...headers } })
  }
})

describe("HTTP+SSE", () => {
  it.effect("a GET opens the stream, whose first event says where to POST to (SSE-1, SSE-2, SSE-11)", () =>
    serve({ path: "/mcp" }, () =>
      Effect.gen(function*() {
        const { reply, stream, url } = yield* connect
        expect([reply.status, reply.headers["content-type"]]).toEqual([200, "text/event-stream"])
        expect(stream.events).toMatchObject([{ event: "endpoint" }])
        expect(url).toMatch(/^\/mcp\?sessionId=[\x21-\x7e]{22,}$/)
      })))

  it.effect("a GET that accepts anything opens nothing: a foreign page can send one without an Origin (SSE-6)", () =>
    serve({ path: "/mcp" }, () =>
      Effect.gen(function*() {
        for (const accept of ["*/*", "text/*", "image/avif,image/webp,*/*;q=0.8"]) {
          const reply = yield* Client.send("GET", { headers: { accept, "content-type": undefined } })
          expect(reply.status).toBeGreaterThanOrEqual(400)
        }
        expect(yield* sessions).toBe(0)
        const reply = yield* Client.send("GET", {
          headers: { accept: "application/json;q=0.5, Text/Event-Stream;q=0.9", "content-type": undefined }
        })
        expect(reply.status).toBe(200)
      })))

  it.effect("a POST is acknowledged with 202, and what there is to say comes as message events (SSE-4, SSE-5)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const { post, stream } = yield* connect
        const reply = yield* post(Client.initializeRequest("2024-11-05"))
        expect([reply.status, reply.body]).toEqual([202, ""])
        yield* post({ jsonrpc: "2.0", method: "notifications/initialized" })
        yield* post(Client.call(1, "steps", { count: 2 }, "p"))
        yield* settle
        expect(stream.events.map(({ event, id }) => [event, id])).toEqual([
          ["endpoint", undefined],
          ...Array.from({ length: 4 }, () => ["message", undefined])
        ])
        const messages = stream.events.slice(1).map(({ data }) => JSON.parse(data))
        expect(messages.map(({ id, params }) => id ?? params.progress)).toEqual(["init", 1, 2, 1])
        expect(messages[0].result.protocolVersion).toBe("2024-11-05")
      })))

  it.effect("carries requests of the server, and clients that ask for a newer revision", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const { post, stream } = yield* connect
        yield* post(Client.initializeRequest("2025-06-18", { elicitation: {} }))
        yield* post({ jsonrpc: "2.0", method: "notifications/initialized" })
        yield* post(Client.call(1, "ask"))
        yield* settle
        const question = JSON.parse(stream.events.at(-1)!.data)
        yield* post({ jsonrpc: "2.0", id: question.id, result: { action: "decline" } })
        yield* settle
        expect(JSON.parse(stream.events.at(-1)!.data)).toMatchObject({
          id: 1,
          result: { structuredContent: { text: "decline" } }
        })
      })))

  it.effect("the session is its connection: when it breaks, work is interrupted and the URI is gone", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const { post, stream } = yield* connect
        yield* post(Client.initializeRequest("2024-11-05"))
        yield* post(Client.call(1, "wait", { gate: "a" }))
        yield* server.arrived("a")
        stream.disconnect()
        yield* settle
        expect(server.interrupted).toEqual(["a"])
        expect((yield* post(Client.request(2, "ping"))).status).toBe(404)
        expect([yield* sessions, yield* server.connections]).toEqual([0, 0])
      })))

  it.effect("is kept alive by comments, and never expires while it is open", () =>
    serve({ idleTimeout: "1 minute" }, () =>
      Effect.gen(function*() {
        const { post, stream } = yield* connect
        yield* TestClock.adjust("10 minutes")
        expect(stream.text.split(":\n\n").length).toBeGreaterThan(30)
        expect((yield* post(Client.initializeRequest("2024-11-05"))).status).toBe(202)
      })))

  it.effect("what is no JSON or no message is refused with 400, the wrong type with 415, a large body with 413", () =>
    serve({ maxBodySize: 1000 }, () =>
      Effect.gen(function*() {
        const { post, url } = yield* connect
        expect((yield* Client.send("POST", { url, body: "{" })).json.error.code).toBe(-32700)
        expect((yield* post({})).status).toBe(400)
        expect((yield* post([1])).status).toBe(400)
        expect((yield* post(Client.request(1, "ping"), { "content-type": "text/plain" })).status).toBe(415)
        expect((yield* post("x".repeat(1000))).status).toBe(413)
      })))

  it.effect("the two transports do not know each other's sessions", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const { url } = yield* connect
        const legacyId = url.split("=")[1]!
        const session = yield* Client.open()
        expect((yield* Client.post(Client.request(1, "ping"), { "mcp-session-id": legacyId })).status).toBe(404)
        expect((yield* Client.send("DELETE", { headers: { "mcp-session-id": legacyId } })).status).toBe(404)
        const crossed = yield* Client.send("POST", { url: `/mcp?sessionId=${session.id}`, body: "{}" })
        expect(crossed.status).toBe(404)
      })))

  it.effect("a client that does not read is disconnected at the limit", () =>
    serve({ maxBuffered: 10_000 }, () =>
      Effect.gen(function*() {
        const { post, stream } = yield* connect
        yield* post(Client.initializeRequest("2024-11-05"))
        stream.reads = false
        yield* post(Client.call(1, "chatter", { count: 100, size: 1000 }))
        yield* settle
        expect(stream.state).toBe("aborted")
        expect(yield* sessions).toBe(0)
      })))

  it.effect("can be turned off", () =>
    serve({ legacySse: false }, () =>
      Effect.gen(function*() {
        expect((yield* Client.send("GET", { headers: { accept: "text/event-stream" } })).status).toBe(400)
        expect((yield* Client.send("POST", { url: "/mcp?sessionId=x", body: "{}" })).status).toBe(400)
      })))
})
