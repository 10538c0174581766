import { describe, expect, it } from "@effect/vitest"
import * as Principal from "@mcp-effect/core/Principal"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpReply from "@mcp-effect/http/HttpReply"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Client from "./NeutralClient.ts"
import { requests, serve, sessions, settle, streams } from "./Serving.ts"
import * as Stateless from "./StatelessClient.ts"

type Headers = Record<string, string | undefined>

const post = (message: any, headers: Headers = {}) =>
  Client.post(message, { ...Stateless.headersOf(message), ...headers })

const echo = (id: string | number, text = "hello") => Stateless.call(id, "echo", { text })

const without = (name: string) => {
  const message = echo(1)
  return { ...message, params: { ...message.params, _meta: { ...Stateless.meta(), [name]: undefined } } }
}

const notification = (method: string, params: object = {}) => ({ jsonrpc: "2.0", method, params })

describe("a request that stands for itself", () => {
  it.effect("is answered with one JSON object, and begins no session (HTTP26-3, HTTP26-7)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const reply = yield* post(echo(7))
        expect([reply.status, reply.headers]).toEqual([200, { "content-type": "application/json" }])
        expect(reply.json).toMatchObject({
          jsonrpc: "2.0",
          id: 7,
          result: { resultType: "complete", structuredContent: { text: "hello" } }
        })
        expect([yield* sessions, yield* requests]).toEqual([0, 0])
      })))

  it.effect(
    "has its errors told by status and code, the first that is wrong, with its id (HTTP26-22, HTTP26-25, HTTP26-26, HTTP26-30, HTTP26-31, HTTP26-32, HTTP26-33, HTTP26-34, HTTP26-35, HTTP26-36, HTTP26-37)",
    () =>
      serve({}, (server) =>
        Effect.gen(function*() {
          const listed = Stateless.request(1, "tools/list")
          const noMeta = Client.request(1, "server/discover")
          const strange = Stateless.request(1, "tools/list", {}, { "io.modelcontextprotocol/protocolVersion": "v9" })
          const deaf = Stateless.call(1, "ask", {}, { "io.modelcontextprotocol/clientCapabilities": {} })
          const version = (value: string | undefined) => ({ "mcp-protocol-version": value })
          const cases: ReadonlyArray<readonly [string, any, Headers, number, number | undefined]> = [
            ["nothing is wrong", listed, {}, 200, undefined],
            ["no version header", listed, version(undefined), 400, -32020],
            [
              "no version header, no _meta field",
              without("io.modelcontextprotocol/protocolVersion"),
              version(undefined),
              400,
              -32020
            ],
            ["no _meta", noMeta, {}, 400, -32602],
            ["no _meta, no header", noMeta, version(undefined), 400, -32020],
            ["no version in _meta", without("io.modelcontextprotocol/protocolVersion"), {}, 400, -32602],
            ["no capabilities in _meta", without("io.modelcontextprotocol/clientCapabilities"), {}, 400, -32602],
            ["no client info", without("io.modelcontextprotocol/clientInfo"), {}, 200, undefined],
            ["another version in the body", strange, {}, 400, -32020],
            ["another version in the header", listed, version("v9"), 400, -32020],
            ["a session's version in the header", listed, version("2025-11-25"), 400, -32020],
            ["a version nobody has", strange, version("v9"), 400, -32022],
            ["a version before a method", { ...strange, method: "no/such" }, version("v9"), 400, -32022],
            ["another method in the header", listed, { "mcp-method": "prompts/list" }, 400, -32020],
            ["no method in the header", listed, { "mcp-method": undefined }, 400, -32020],
            ["an unknown method", Stateless.request(1, "no/such"), {}, 404, -32601],
            [
              "an unknown method with another header",
              Stateless.request(1, "no/such"),
              { "mcp-method": "x" },
              400,
              -32020
            ],
            ...["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"].map((
              method
            ) => [method, Stateless.request(1, method), {}, 404, -32601] as const),
            ["params that are no params", Stateless.request(1, "completion/complete"), {}, 404, -32601],
            ["an unknown tool", Stateless.call(1, "no-such"), {}, 200, -32602],
            ["a missing capability", deaf, {}, 400, -32021],
            ["a defect", Stateless.call(1, "explode"), {}, 200, -32603],
            ["an unknown resource", Stateless.request(1, "resources/read", { uri: "test://none" }), {}, 200, -32602]
          ]
          for (const [what, message, headers, status, code] of cases) {
            const reply = yield* post(message, headers)
            expect([what, reply.status, reply.json.error?.code, reply.json.id]).toEqual([what, status, code, 1])
          }
          expect(server.calls()).toBe(1)
          const unsupported = yield* post(strange, version("v9"))
          expect(unsupported.json.error.data).toEqual({ supported: [Stateless.version], requested: "v9" })
          const missing = yield* post(deaf)
          expect(missing.json.error.data.requiredCapabilities).toHaveProperty("elicitation")
        }))
  )

  it.effect("may come with white space around its headers, and its id comes back as it was (HTTP26-29, HTTP26-34)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const id of [0, -1, 2 ** 53 - 1, "", "1", "ü✓"]) {
          const reply = yield* post(echo(id), {
            "mcp-method": " tools/call\t",
            "mcp-protocol-version": ` ${Stateless.version} `
          })
          expect([reply.status, reply.json.id]).toEqual([200, id])
          const refused = yield* post(echo(id), { "mcp-method": "TOOLS/CALL" })
          expect([refused.status, refused.json.id]).toEqual([400, id])
        }
      })))

  it.effect("is one message: arrays, responses and what is no message are refused with 400 (HTTP26-5, HTTP26-34, HTTP26-35)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const headers = Stateless.headersOf(echo(1))
        const bodies: ReadonlyArray<readonly [string, number, unknown]> = [
          ["{", -32700, undefined],
          ["", -32700, undefined],
          ["[]", -32600, undefined],
          [JSON.stringify([echo(1)]), -32600, undefined],
          [JSON.stringify([echo(1), echo(2)]), -32600, undefined],
          ["1", -32600, undefined],
          ["null", -32600, undefined],
          ["{}", -32600, undefined],
          [JSON.stringify({ jsonrpc: "2.0", id: 3, result: {} }), -32600, undefined],
          [JSON.stringify({ jsonrpc: "2.0", id: 3, error: { code: 1, message: "" } }), -32600, undefined],
          [JSON.stringify({ ...echo(4), jsonrpc: "1.0" }), -32600, 4],
          [JSON.stringify({ ...echo(4), params: [] }), -32600, 4],
          [JSON.stringify({ ...echo(4), method: 1 }), -32600, 4],
          [JSON.stringify({ ...echo(4), id: null }), -32600, undefined],
          [JSON.stringify({ ...echo(4), id: 1.5 }), -32600, undefined],
          [JSON.stringify(echo(5)).replace("\"hello\"", `${"[".repeat(300)}${"]".repeat(300)}`), -32600, 5]
        ]
        for (const [body, code, id] of bodies) {
          const reply = yield* Client.send("POST", { body, headers })
          const seen = [body.slice(0, 90), reply.status, reply.json.error.code, reply.json.id]
          expect(seen).toEqual([body.slice(0, 90), 400, code, id])
        }
        expect(server.calls()).toBe(0)
      })))

  it.effect("that is a notification gets 202 and nothing, also without its method in a header (HTTP26-6, HTTP26-41)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const cancelled = notification("notifications/cancelled", { requestId: 1, _meta: Stateless.meta() })
        for (const message of [cancelled, notification("notifications/anything")]) {
          for (const method of [message.method, undefined]) {
            const reply = yield* post(message, { "mcp-method": method })
            expect([reply.status, reply.body]).toEqual([202, ""])
          }
        }
        // a space that is none in HTTP makes it another version
        for (const version of ["v9", `${Stateless.version}\u00a0`]) {
          const unknown = yield* post(cancelled, { "mcp-protocol-version": version })
          expect([unknown.status, unknown.json.error?.code, "id" in unknown.json]).toEqual([400, -32022, false])
        }
        const unsaid = yield* post(cancelled, { "mcp-protocol-version": undefined })
        expect([unsaid.status, unsaid.json.error.code, "id" in unsaid.json]).toEqual([400, -32020, false])
      })))

  it.effect("is made for who sends it, each anew (HTTP26-42)", () =>
    serve({
      authenticate: (request) => {
        const subject = request.header("authorization")
        return subject === undefined ? Effect.fail(HttpReply.refusal(401, "Who?")) : Effect.succeed({ subject })
      }
    }, () =>
      Effect.gen(function*() {
        for (const authorization of ["alice", "bob"]) {
          const reply = yield* post(Stateless.call(1, "who"), { authorization })
          expect(reply.json.result.structuredContent).toEqual({ text: authorization })
        }
        expect((yield* post(Stateless.call(1, "who"))).status).toBe(401)
      })))

  it.effect("is made for the principal around it where nobody authenticates", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const reply = yield* post(Stateless.call(1, "who"))
        expect(reply.json.result.structuredContent).toEqual({ text: "ada" })
      }).pipe(Effect.provideService(Principal.CurrentPrincipal, { subject: "ada" }))))

  it.effect("has nothing to do with others of the same id: a thousand clients each get their own answer (VER-6)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(Stateless.call(1, "wait", { gate: "a" })), {
          startImmediately: true
        })
        const replies = yield* Effect.forEach(
          Array.from({ length: 1000 }, (_, i) => i),
          (i) =>
            post(i % 2 === 0 ? echo(1, `text ${i}`) : Stateless.call(1, "steps", { count: i }, { progressToken: i })),
          { concurrency: "unbounded" }
        )
        yield* settle
        const texts = replies.map(({ json, stream }) => (json ?? stream!.messages.at(-1)).result.structuredContent.text)
        expect(texts).toEqual(Array.from({ length: 1000 }, (_, i) => i % 2 === 0 ? `text ${i}` : String(i)))
        yield* server.open("a")
        expect((yield* Fiber.join(waiting)).json.result.structuredContent).toEqual({ text: "a" })
        expect(yield* requests).toBe(0)
      })))
})

describe("two eras at one endpoint", () => {
  it.effect("are told apart by what comes (HTTP26-40, VER-12, VER-13)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        expect((yield* session.post(Client.call(1, "echo", { text: "a" }))).json.result).not.toHaveProperty(
          "resultType"
        )
        expect((yield* post(echo(1))).json.result.resultType).toBe("complete")
        // whatever session it names
        expect((yield* post(echo(1), session.headers)).json.result.resultType).toBe("complete")
        expect((yield* post(echo(1), { "mcp-session-id": "none" })).json.result.resultType).toBe("complete")
        // a session's version, or none, and no session: the body tells
        for (const version of ["2025-11-25", undefined]) {
          const headers = { "mcp-protocol-version": version }
          expect((yield* Client.post(Client.request(1, "tools/list"), headers)).json.error.code).toBe(-32600)
          expect((yield* post(Stateless.request(1, "tools/list"), headers)).json.error.code).toBe(-32020)
        }
        const opened = yield* post(Client.initializeRequest(), { "mcp-protocol-version": "2025-11-25" })
        expect([opened.status, "mcp-session-id" in opened.headers]).toEqual([200, true])
        const misled = yield* post(Client.initializeRequest())
        expect([misled.status, misled.json.error.code, misled.json.id]).toEqual([400, -32600, "init"])
        expect((yield* session.post(Client.request(2, "ping"))).status).toBe(200)
        expect(yield* sessions).toBe(2)
      })))

  it.effect(
    "hold headers against the body in a session too: what stands for itself needs its own version there, and is never part of a batch (HTTP26-5, HTTP26-22, HTTP26-25)",
    () =>
      serve({}, (server) =>
        Effect.gen(function*() {
          const session = yield* Client.open({ protocolVersion: "2025-03-26" })
          const headers = Stateless.headersOf(echo(1))
          for (const version of ["2025-03-26", "2025-11-25", undefined]) {
            const reply = yield* session.post(echo(1), { ...headers, "mcp-protocol-version": version })
            expect([version, reply.status, reply.json.error?.code, reply.json.id]).toEqual([version, 400, -32020, 1])
          }
          for (const batch of [[echo(1)], [Client.request(2, "ping"), echo(1)]]) {
            const reply = yield* session.post(batch)
            expect([reply.status, reply.json.error?.code]).toEqual([400, -32600])
          }
          expect(server.calls()).toBe(0)
          // without a word of itself it belongs to the session, which does not know the method
          const discover = yield* session.post(Client.request(3, "server/discover"))
          expect([discover.status, discover.json.error.code]).toEqual([200, -32601])
          expect((yield* session.post([Client.request(4, "ping")])).json).toEqual([{
            jsonrpc: "2.0",
            id: 4,
            result: {}
          }])
        }))
  )

  it.effect("share GET and DELETE, which are for sessions", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        expect((yield* session.get()).status).toBe(200)
        expect((yield* session.get({ "mcp-protocol-version": Stateless.version })).status).toBe(400)
        expect((yield* session.delete()).status).toBe(204)
      })))
})

describe("a server without sessions", () => {
  const stateless = { eras: ["stateless"] as const }

  it.effect("knows POST alone (HTTP26-1, HTTP26-2)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const method of ["GET", "DELETE", "PUT"]) {
          for (const headers of [{}, { "mcp-session-id": "x", "last-event-id": "y" }]) {
            const reply = yield* Client.send(method, { headers })
            expect([method, reply.status, reply.headers["allow"]]).toEqual([method, 405, "POST, OPTIONS"])
          }
        }
        expect(
          (yield* Client.send("GET", { headers: { "content-type": undefined, accept: "text/event-stream" } })).status
        ).toBe(405)
      }), stateless))

  it.effect("does not look at session ids and event ids, and gives none (HTTP26-3, HTTP26-4)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const reply = yield* post(echo(1), { "mcp-session-id": "x", "last-event-id": "y" })
        expect([reply.status, reply.headers]).toEqual([200, { "content-type": "application/json" }])
        const queried = yield* Client.send("POST", {
          url: "/mcp?sessionId=x",
          body: JSON.stringify(echo(1)),
          headers: Stateless.headersOf(echo(1))
        })
        expect(queried.status).toBe(200)
      }), stateless))

  it.effect("tells who would begin one what it speaks, and refuses whoever says no version (VER-14, HTTP26-39)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const version of ["2025-11-25", undefined, Stateless.version]) {
          const reply = yield* Client.post(Client.initializeRequest(), {
            "mcp-protocol-version": version,
            "mcp-session-id": "x"
          })
          expect([reply.status, reply.json.error.code]).toEqual([400, -32022])
          expect(reply.json.error.data.supported).toEqual([Stateless.version])
        }
        const unsaid = yield* Client.post(Client.call(1, "echo", { text: "a" }))
        expect([unsaid.status, unsaid.json.error.code, unsaid.json.id]).toEqual([400, -32020, 1])
        const old = yield* Client.post(Client.call(1, "echo", { text: "a" }), { "mcp-protocol-version": "2025-11-25" })
        expect([old.status, old.json.error.code]).toEqual([400, -32602])
        expect(yield* sessions).toBe(0)
      }), stateless))
})

it.effect("a server of sessions alone refuses what stands for itself (HTTP-59)", () =>
  serve({}, () =>
    Effect.gen(function*() {
      const reply = yield* post(echo(1))
      expect([reply.status, reply.json.error.code]).toEqual([400, -32600])
      const session = yield* Client.open()
      expect((yield* session.post(echo(1), Stateless.headersOf(echo(1)))).status).toBe(400)
      expect((yield* session.post(Client.call(1, "echo", { text: "a" }))).status).toBe(200)
    }), { eras: ["session"] }))

describe("how many requests there can be", () => {
  it.effect("is limited, streams included: others get 503 and a time to come back, and are served when there is room", () =>
    serve({ maxRequests: 2 }, (server) =>
      Effect.gen(function*() {
        const streaming = yield* post(Stateless.call(1, "steps", { count: 1, gate: "a" }, { progressToken: 1 }))
        const waiting = yield* Effect.forkChild(post(Stateless.call(1, "wait", { gate: "b" })), {
          startImmediately: true
        })
        yield* server.arrived("b")
        expect(yield* requests).toBe(2)
        const refused = yield* post(echo("x"))
        expect([refused.status, refused.json.id, refused.json.error.code]).toEqual([503, "x", -32603])
        expect(refused.headers["retry-after"]).toMatch(/^\d+$/)
        // what asks for nothing still comes in
        expect((yield* post(notification("notifications/anything"))).status).toBe(202)
        streaming.stream!.disconnect()
        expect((yield* post(echo("x"))).status).toBe(200)
        yield* Fiber.interrupt(waiting)
        expect(yield* requests).toBe(0)
      })))

  it.effect("is limited by what their handlers still do, although nobody waits for it any more", () =>
    serve({ maxRequests: 2 }, (server) =>
      Effect.gen(function*() {
        for (const gate of ["a", "b"]) {
          const waiting = yield* Effect.forkChild(post(Stateless.call(1, "finish", { gate })), {
            startImmediately: true
          })
          yield* server.arrived(gate)
          yield* Fiber.interrupt(waiting)
        }
        expect(yield* requests).toBe(2)
        expect((yield* post(echo("x"))).status).toBe(503)
        yield* server.open("a")
        yield* settle
        expect([yield* requests, (yield* post(echo("x"))).status]).toEqual([1, 200])
        // a stream that is dropped keeps its place too
        const { stream } = yield* post(Stateless.call(1, "finish", { gate: "c", progress: 1 }, { progressToken: 1 }))
        yield* server.arrived("c")
        stream!.disconnect()
        expect((yield* post(echo("x"))).status).toBe(503)
        yield* server.open("b")
        yield* server.open("c")
        yield* settle
        expect(yield* requests).toBe(0)
      })))
})

it.effect("the endpoint counts sessions, requests and streams apart", () =>
  serve({}, (server) =>
    Effect.gen(function*() {
      const session = yield* Client.open()
      const mine = yield* session.get()
      const { stream } = yield* post(Stateless.call(1, "steps", { count: 1, gate: "a" }, { progressToken: 1 }))
      const endpoint = yield* Endpoint.Endpoint
      expect([yield* endpoint.sessions, yield* endpoint.requests, yield* streams]).toEqual([1, 1, 2])
      yield* server.open("a")
      yield* settle
      expect(stream!.state).toBe("ended")
      expect([yield* endpoint.sessions, yield* endpoint.requests, yield* streams]).toEqual([1, 0, 1])
      mine.stream!.disconnect()
      expect(yield* streams).toBe(0)
    })))
