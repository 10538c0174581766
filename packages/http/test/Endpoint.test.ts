import { describe, expect, it } from "@effect/vitest"
import type * as Principal from "@mcp-effect/core/Principal"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpReply from "@mcp-effect/http/HttpReply"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "./NeutralClient.ts"
import { serve, sessions, settle, streams } from "./Serving.ts"

describe("the handshake", () => {
  it.effect("initialize begins a session, whose id is on the reply, secret and of visible ASCII (HTTP-45, HTTP-46, HTTP-47, HTTP-61, SEC-11)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const ids = new Set<string>()
        for (let i = 0; i < 100; i++) {
          const reply = yield* Client.post(Client.initializeRequest())
          expect(reply.status).toBe(200)
          expect(reply.headers["content-type"]).toBe("application/json")
          expect(reply.json.result.protocolVersion).toBe("2025-11-25")
          expect(reply.headers["mcp-session-id"]).toMatch(/^[\x21-\x7e]{22,}$/)
          ids.add(reply.headers["mcp-session-id"]!)
        }
        expect(ids.size).toBe(100)
        expect(yield* sessions).toBe(100)
      })))

  it.effect("a handshake that fails leaves no session behind", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const reply = yield* Client.post({ ...Client.initializeRequest(), params: {} })
        expect(reply.json).toMatchObject({ id: "init", error: { code: -32602 } })
        expect(reply.headers).not.toHaveProperty("mcp-session-id")
        expect(yield* sessions).toBe(0)
        expect(yield* server.connections).toBe(0)
      })))

  it.effect("a request without a session id is refused with 400 unless it is initialize (HTTP-50)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (
          const message of [Client.request(1, "ping"), Client.call(1, "echo"), {
            jsonrpc: "2.0",
            method: "notifications/initialized"
          }]
        ) {
          expect((yield* Client.post(message)).status).toBe(400)
        }
        expect((yield* Client.send("DELETE")).status).toBe(400)
        expect((yield* Client.send("GET", { headers: { "last-event-id": "1" } })).status).toBe(400)
      })))

  it.effect("a second initialize in a session is an error", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const reply = yield* session.post(Client.initializeRequest())
        expect(reply.json.error.code).toBe(-32600)
        expect(yield* sessions).toBe(1)
      })))
})

describe("what is posted", () => {
  it.effect("notifications and responses are accepted with 202 and nothing else (HTTP-13)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const messages = [
          { jsonrpc: "2.0", method: "notifications/initialized" },
          { jsonrpc: "2.0", method: "notifications/unheard_of" },
          { jsonrpc: "2.0", id: 77, result: {} },
          { jsonrpc: "2.0", id: 77, error: { code: 1, message: "no" } },
          { jsonrpc: "2.0", error: { code: 1, message: "without an id" } },
          { jsonrpc: "2.0", id: null, error: { code: 1, message: "with the id null" } }
        ]
        for (const message of messages) {
          const reply = yield* session.post(message)
          expect([message, reply.status, reply.body]).toEqual([message, 202, ""])
          expect(reply.headers).not.toHaveProperty("content-type")
        }
      })))

  it.effect("what is no message is refused with 400, and with an id only if it has one (HTTP-14, BASE-9)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const bodies: ReadonlyArray<readonly [string, number, string | number | undefined]> = [
          ["{", -32700, undefined],
          ["", -32700, undefined],
          ["1", -32600, undefined],
          ["null", -32600, undefined],
          ["{}", -32600, undefined],
          [JSON.stringify({ jsonrpc: "1.0", id: 5, method: "ping" }), -32600, 5],
          [JSON.stringify({ jsonrpc: "2.0", id: null, method: "ping" }), -32600, undefined],
          [JSON.stringify({ jsonrpc: "2.0", id: 1.5, method: "ping" }), -32600, undefined],
          [JSON.stringify({ jsonrpc: "2.0", id: 6, method: 7 }), -32600, 6],
          [JSON.stringify({ jsonrpc: "2.0", id: 6, result: 1, error: 2 }), -32600, 6],
          [`${"[".repeat(10_000)}${"]".repeat(10_000)}`, -32600, undefined]
        ]
        for (const [body, code, id] of bodies) {
          const reply = yield* Client.send("POST", { body, headers: session.headers })
          expect([body.slice(0, 80), reply.status, reply.json.error.code, reply.json.id]).toEqual([
            body.slice(0, 80),
            400,
            code,
            id
          ])
          expect("id" in reply.json).toBe(id !== undefined)
        }
        expect((yield* session.post(Client.request(8, "ping"))).status).toBe(200)
      })))

  it.effect("a request that nests too deep is answered with its id (BASE-6, BASE-16)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`
        const reply = yield* Client.send("POST", {
          body: `{"jsonrpc":"2.0","id":8,"method":"ping","params":{"a":${deep}}}`,
          headers: session.headers
        })
        expect([reply.json.id, reply.json.error.code]).toEqual([8, -32600])
        expect((yield* session.post(Client.request(8, "ping"))).json).toEqual({ jsonrpc: "2.0", id: 8, result: {} })
      })))

  it.effect("a request is answered in one JSON object if its answer comes first (HTTP-15)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const reply = yield* session.post(Client.call(7, "echo", { text: "hello" }))
        expect(reply.status).toBe(200)
        expect(reply.headers).toEqual({ "content-type": "application/json" })
        expect(reply.json).toMatchObject({ jsonrpc: "2.0", id: 7, result: { structuredContent: { text: "hello" } } })
        const unknown = yield* session.post(Client.request("x", "no/such"))
        expect([unknown.status, unknown.json.id, unknown.json.error.code]).toEqual([200, "x", -32601])
      })))

  it.effect("an id that is in use is refused with 400, and the request that has it is answered", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const first = yield* Effect.forkChild(session.post(Client.call(1, "wait", { gate: "a" })))
        yield* server.arrived("a")
        const second = yield* session.post(Client.call(1, "echo", { text: "x" }))
        expect([second.status, "id" in second.json]).toEqual([400, false])
        yield* server.open("a")
        expect((yield* Fiber.join(first)).json).toMatchObject({ id: 1, result: { structuredContent: { text: "a" } } })
        expect((yield* session.post(Client.call(1, "echo", { text: "again" }))).status).toBe(200)
      })))

  it.effect("a defect shows nothing of its cause", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const reply = yield* session.post(Client.call(1, "explode"))
        expect(reply.stream?.messages.at(-1)).toMatchObject({ id: 1, error: { code: -32603 } })
        expect(reply.stream?.text).not.toMatch(/secret|home/)
      })))

  it.effect("a cancelled request is never answered; its POST ends as an empty stream", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const waiting = yield* Effect.forkChild(session.post(Client.call(1, "wait", { gate: "a" })))
        yield* server.arrived("a")
        const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } }
        expect((yield* session.post(cancelled)).status).toBe(202)
        const reply = yield* Fiber.join(waiting)
        expect(reply.stream?.state).toBe("ended")
        expect(reply.stream?.messages).toEqual([])
        yield* settle
        expect(server.interrupted).toEqual(["a"])
      })))

  it.effect("other methods than GET, POST and DELETE are not allowed, and the reply says so", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const method of ["PUT", "PATCH", "HEAD", "TRACE"]) {
          const reply = yield* Client.send(method)
          expect([reply.status, reply.headers["allow"]]).toEqual([405, "GET, POST, DELETE, OPTIONS"])
        }
      })))

  it.effect("one path serves POST and GET, any other is not found (HTTP-1)", () =>
    serve({ path: "/mcp" }, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        expect((yield* session.get()).status).toBe(200)
        expect((yield* Client.send("POST", { url: "/other", headers: session.headers })).status).toBe(404)
        expect((yield* Client.send("POST", { url: "/mcp/", headers: session.headers })).status).toBe(404)
      })))
})

describe("batches", () => {
  it.effect("are answered by an array with a response for each request, in the revision that has them (BASE-19, BASE-22, HTTP-15)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open({ protocolVersion: "2025-03-26" })
        const reply = yield* session.post([
          Client.call(1, "echo", { text: "one" }),
          { jsonrpc: "2.0", method: "notifications/unheard_of" },
          Client.request(2, "ping")
        ])
        expect(reply.status).toBe(200)
        expect(reply.json.map((response: { id: unknown }) => response.id)).toEqual([1, 2])
      })))

  it.effect("of notifications and responses alone are accepted (BASE-19, HTTP-13)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open({ protocolVersion: "2025-03-26" })
        const reply = yield* session.post([
          { jsonrpc: "2.0", method: "notifications/unheard_of" },
          { jsonrpc: "2.0", id: 9, result: {} }
        ])
        expect([reply.status, reply.body]).toEqual([202, ""])
      })))

  it.effect("become a stream with one response each when something comes before the last response (HTTP-17)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open({ protocolVersion: "2025-03-26" })
        const replying = yield* Effect.forkChild(
          session.post([Client.call(1, "echo", { text: "one" }), Client.call(2, "wait", { gate: "a" })])
        )
        yield* server.arrived("a")
        yield* TestClock.adjust(250)
        const { stream } = yield* Fiber.join(replying)
        yield* server.open("a")
        yield* Effect.yieldNow
        expect(stream?.messages.map(({ id }) => id)).toEqual([1, 2])
        expect(stream?.state).toBe("ended")
      })))

  it.effect("are refused as a whole in every other revision (BASE-21)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        for (const protocolVersion of ["2024-11-05", "2025-06-18", "2025-11-25"]) {
          const session = yield* Client.open({ protocolVersion })
          for (const batch of [[Client.call(1, "echo", { text: "x" })], [{ jsonrpc: "2.0", method: "x" }], []]) {
            const reply = yield* session.post(batch)
            expect([reply.status, reply.json.error.code, "id" in reply.json]).toEqual([400, -32600, false])
          }
          // the refused ids are free
          expect((yield* session.post(Client.request(1, "ping"))).status).toBe(200)
        }
        expect(server.calls()).toBe(0)
      })))

  it.effect("that are empty, too long, or hold initialize, an invalid message or an id twice are one error (BASE-20, BASE-22)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open({ protocolVersion: "2025-03-26" })
        const batches = [
          [],
          Array.from({ length: 10_000 }, (_, id) => Client.call(id, "echo", { text: "x" })),
          [Client.initializeRequest()],
          [Client.call(1, "echo", { text: "x" }), 1],
          [Client.call(1, "echo", { text: "x" }), Client.call(1, "echo", { text: "y" })]
        ]
        for (const batch of batches) {
          const reply = yield* session.post(batch)
          expect([reply.status, reply.json.error.code]).toEqual([400, -32600])
          expect((yield* Client.post(batch)).status).toBe(400)
        }
        expect(server.calls()).toBe(0)
      })))
})

describe("sessions", () => {
  it.effect("an unknown session id is 404 on every method (HTTP-52)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const headers = { "mcp-session-id": "unknown" }
        expect((yield* Client.post(Client.request(1, "ping"), headers)).status).toBe(404)
        expect((yield* Client.post(Client.initializeRequest(), headers)).status).toBe(404)
        expect((yield* Client.send("GET", { headers })).status).toBe(404)
        expect((yield* Client.send("DELETE", { headers })).status).toBe(404)
      })))

  it.effect("DELETE ends a session: its work is interrupted, its streams end, and its id is 404 (HTTP-56, HTTP-52, HTTP-51)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.get()
        const waiting = yield* Effect.forkChild(session.post(Client.call(1, "wait", { gate: "a" })))
        yield* server.arrived("a")
        expect((yield* session.delete()).status).toBe(204)
        expect((yield* Fiber.join(waiting)).status).toBe(404)
        expect(stream?.state).not.toBe("open")
        expect(server.interrupted).toEqual(["a"])
        for (
          const reply of [yield* session.post(Client.request(1, "ping")), yield* session.get(), yield* session.delete()]
        ) {
          expect(reply.status).toBe(404)
        }
        expect(yield* sessions).toBe(0)
        expect(yield* server.connections).toBe(0)
      })))

  it.effect("one that ends while a body comes takes nothing in any more, and no handler runs (HTTP-52, HTTP-56)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const endpoint = yield* Endpoint.Endpoint
        const session = yield* Client.open()
        const legacy = (yield* Client.send("GET")).stream!
        const posting = (message: unknown, url: string, headers: { readonly [name: string]: string | undefined }) =>
          Effect.gen(function*() {
            const body = yield* Deferred.make<string>()
            const reply = yield* Effect.forkChild(
              endpoint.handle({
                method: "POST",
                url,
                header: (name) => ({ ...Client.defaultHeaders, ...headers })[name],
                body: () => Deferred.await(body)
              }),
              { startImmediately: true }
            )
            return Effect.andThen(Deferred.succeed(body, JSON.stringify(message)), Fiber.join(reply))
          })
        const late = [
          yield* posting(Client.call(1, "echo", { text: "x" }), "/mcp", session.headers),
          yield* posting(Client.call(2, "wait", { gate: "a" }), "/mcp", session.headers),
          yield* posting({ jsonrpc: "2.0", method: "notifications/x" }, "/mcp", session.headers),
          yield* posting(Client.initializeRequest("2024-11-05"), legacy.events[0]!.data, {})
        ]
        yield* session.delete()
        legacy.disconnect()
        yield* settle
        for (const reply of late) expect((yield* reply).status).toBe(404)
        expect(server.calls()).toBe(0)
        expect([yield* streams, yield* sessions, yield* server.connections]).toEqual([0, 0, 0])
      })))

  it.effect("authentication that fails unexpectedly is answered with 500, and why is nobody's business", () =>
    serve({ authenticate: () => Effect.die(new Error("secret cause at /home/someone")) }, () =>
      Effect.gen(function*() {
        const reply = yield* Client.post(Client.initializeRequest())
        expect([reply.status, reply.json]).toEqual([500, {
          jsonrpc: "2.0",
          error: { code: -32603, message: "Internal error" }
        }])
      })))

  it.effect("another principal's session is as if unknown, and no id is a credential (SEC-10, SEC-12)", () => {
    const authenticate = (request: { readonly header: (name: string) => string | undefined }) => {
      const user = request.header("authorization")
      return user === undefined
        ? Effect.fail(HttpReply.refusal(401, "Who are you?", { headers: { "www-authenticate": "Bearer" } }))
        : Effect.succeed<Principal.Principal>({ subject: user })
    }
    return serve({ authenticate }, () =>
      Effect.gen(function*() {
        const alice = yield* Client.open({ headers: { authorization: "alice" } })
        expect((yield* alice.post(Client.call(1, "who"))).json.result.structuredContent).toEqual({ text: "alice" })
        const { stream } = yield* alice.get()
        const mallory = { authorization: "mallory" }
        const unknown = yield* Client.post(Client.request(1, "ping"), { ...mallory, "mcp-session-id": "unknown" })
        for (
          const reply of [
            yield* alice.post(Client.request(1, "ping"), mallory),
            yield* alice.get({ ...mallory, "last-event-id": stream!.lastId }),
            yield* alice.delete(mallory)
          ]
        ) {
          expect([reply.status, reply.body]).toEqual([404, unknown.body])
        }
        const nobody = yield* alice.post(Client.request(1, "ping"), { authorization: undefined })
        expect([nobody.status, nobody.headers["www-authenticate"]]).toEqual([401, "Bearer"])
        expect((yield* alice.post(Client.request(1, "ping"))).status).toBe(200)
      }))
  })

  it.effect("when there are as many as can be, initialize is refused with 503 and a clear error, and the others go on", () =>
    serve({ maxSessions: 3 }, () =>
      Effect.gen(function*() {
        const first = yield* Client.open()
        yield* Client.open()
        yield* Client.open()
        for (let i = 0; i < 100; i++) {
          const reply = yield* Client.post(Client.initializeRequest())
          expect([reply.status, reply.json.id]).toEqual([503, "init"])
          expect(reply.json.error.message).toContain("sessions")
        }
        expect((yield* Client.send("GET")).status).toBe(503)
        expect((yield* first.post(Client.request(1, "ping"))).status).toBe(200)
        yield* first.delete()
        expect((yield* Client.post(Client.initializeRequest())).status).toBe(200)
      })))

  it.effect("expire when their client has been away for too long, and only then", () =>
    serve({ idleTimeout: "30 minutes" }, (server) =>
      Effect.gen(function*() {
        const away = yield* Client.open()
        const active = yield* Client.open()
        const listening = yield* Client.open()
        const { stream } = yield* listening.get()
        for (let minutes = 0; minutes < 40; minutes += 10) {
          yield* TestClock.adjust("10 minutes")
          expect((yield* active.post(Client.request(1, "ping"))).status).toBe(200)
        }
        expect((yield* away.post(Client.request(1, "ping"))).status).toBe(404)
        expect((yield* listening.post(Client.request(1, "ping"))).status).toBe(200)
        stream!.disconnect()
        yield* TestClock.adjust("32 minutes")
        expect(yield* sessions).toBe(0)
        expect(yield* server.connections).toBe(0)
      })))

  it.effect("a thousand clients that all use the id 1 each get their own answer", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const clients = yield* Effect.all(Array.from({ length: 1000 }, () => Client.open()))
        for (let round = 0; round < 5; round++) {
          const replies = yield* Effect.forEach(
            clients,
            (client, i) => client.post(Client.call(1, "echo", { text: `${round}/${i}` })),
            { concurrency: "unbounded" }
          )
          replies.forEach((reply, i) => expect(reply.json.result.structuredContent.text).toBe(`${round}/${i}`))
        }
      })))
})
