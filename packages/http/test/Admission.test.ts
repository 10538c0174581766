import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "./NeutralClient.ts"
import { serve } from "./Serving.ts"

const initialize = (headers: { readonly [name: string]: string | undefined }) =>
  Client.post(Client.initializeRequest(), headers)

describe("Host", () => {
  it.effect("a foreign or missing Host is refused on every method and path, and no handler runs (HTTP-4)", () =>
    serve({ path: "/mcp" }, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        for (const method of ["GET", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"]) {
          for (const url of ["/mcp", "/", "/mcp/../x"]) {
            for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", undefined, ""]) {
              const reply = yield* Client.send(method, {
                url,
                headers: { ...session.headers, host },
                body: JSON.stringify(Client.call(1, "echo", { text: "x" }))
              })
              expect(`${method} ${url} ${host} ${reply.status}`).toBe(`${method} ${url} ${host} 403`)
              expect(reply.json.error.message).toBeTypeOf("string")
              expect(reply.json).not.toHaveProperty("id")
            }
          }
        }
        expect(server.calls()).toBe(0)
      })))

  it.effect("the loopback names are hosts, with any port", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const host of ["localhost", "LOCALHOST:1", "127.0.0.1:65535", "[::1]:8080", "[::1]"]) {
          expect([host, (yield* initialize({ host })).status]).toEqual([host, 200])
        }
      })))

  it.effect("hosts that are listed are hosts, with their port if they have one, and the loopback names are none then", () =>
    serve({ allowedHosts: ["mcp.example", "other.example:8443"] }, () =>
      Effect.gen(function*() {
        const status = (host: string) => Effect.map(initialize({ host }), (reply) => reply.status)
        expect(yield* status("mcp.example:99")).toBe(200)
        expect(yield* status("other.example:8443")).toBe(200)
        expect(yield* status("other.example:8444")).toBe(403)
        expect(yield* status("localhost")).toBe(403)
      })))
})

describe("Origin", () => {
  it.effect("a foreign origin, null, or two origins are refused with 403 (HTTP-2, HTTP-3, SSE-6)", () =>
    serve({ allowedOrigins: ["https://app.example"] }, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const origins = [
          "https://evil.example",
          "null",
          "",
          "https://app.example, https://app.example",
          "https://app.example.evil.example",
          "http://app.example",
          "http://localhost@evil.example",
          "http://localhost, http://evil.example",
          "file://localhost"
        ]
        for (const origin of origins) {
          for (const method of ["POST", "GET", "DELETE"]) {
            const reply = yield* Client.send(method, {
              headers: { ...session.headers, origin },
              body: JSON.stringify(Client.call(1, "echo", { text: "x" }))
            })
            expect([origin, method, reply.status]).toEqual([origin, method, 403])
            expect(reply.headers).not.toHaveProperty("access-control-allow-origin")
          }
        }
        expect(server.calls()).toBe(0)
      })))

  it.effect("no origin, an allowed one, and one of this server's hosts pass (HTTP-4)", () =>
    serve({ allowedOrigins: ["https://app.example"] }, () =>
      Effect.gen(function*() {
        for (const origin of [undefined, "https://app.example", "http://localhost:6274", "http://127.0.0.1"]) {
          expect([origin, (yield* initialize({ origin })).status]).toEqual([origin, 200])
        }
      })))

  it.effect("where any host is allowed, an origin passes only if it is listed", () =>
    serve({ allowedHosts: "any" }, () =>
      Effect.gen(function*() {
        const headers = { host: "evil.example", origin: "http://evil.example" }
        expect((yield* initialize(headers)).status).toBe(403)
        expect((yield* initialize({ host: "evil.example" })).status).toBe(200)
      })))
})

describe("the headers of a POST", () => {
  it.effect("Accept has to allow both kinds of reply, by wildcard too (HTTP-10)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const accepts = {
          "application/json, text/event-stream": 200,
          "text/event-stream,application/json;q=0.5": 200,
          "*/*": 200,
          "application/*, text/*": 200,
          "application/json": 406,
          "text/event-stream": 406,
          "text/html": 406,
          "application/json, text/event-stream;q=0": 406,
          "application/json;q=0, */*": 406,
          "*/*, application/json;q=0.0": 406,
          "*/*;q=0, application/json, text/event-stream": 200,
          "": 406
        }
        for (const [accept, status] of Object.entries(accepts)) {
          expect([accept, (yield* initialize({ accept })).status]).toEqual([accept, status])
        }
      })))

  it.effect("the body is JSON in UTF-8, and not compressed (HTTP-10, BASE-23)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const types = {
          "application/json; charset=UTF-8": 200,
          "Application/JSON": 200,
          "application/json; charset=latin1": 415,
          "text/plain": 415,
          "application/jsonp": 415,
          "application/x-www-form-urlencoded": 415
        }
        for (const [type, status] of Object.entries(types)) {
          expect([type, (yield* initialize({ "content-type": type })).status]).toEqual([type, status])
        }
        expect((yield* initialize({ "content-type": undefined })).status).toBe(415)
        expect((yield* initialize({ "content-encoding": "gzip" })).status).toBe(415)
        expect((yield* initialize({ "content-encoding": "Identity" })).status).toBe(200)
      })))

  it.effect("a body beyond the limit is refused, by its announced length and by its real one", () =>
    serve({ maxBodySize: 1000 }, () =>
      Effect.gen(function*() {
        const long = { ...Client.initializeRequest(), padding: "x".repeat(1000) }
        expect((yield* Client.post(long)).status).toBe(413)
        expect((yield* initialize({ "content-length": "1001" })).status).toBe(413)
        expect((yield* initialize({ "content-length": "1000" })).status).toBe(200)
      })))

  it.effect("a body with more members than the limit is refused before it is parsed, and what is text in it does not count", () =>
    serve({ maxMembers: 1000 }, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const status = (text: string) =>
          Effect.map(Client.send("POST", { headers: session.headers, body: text }), (reply) => reply.status)
        const ping = (params: string) =>
          `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"padding":"${"x".repeat(64 * 1024)}",${params}}}`
        const members = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":1`).join(",")
        expect(yield* status(ping(`"a":{${members(900)}}`))).toBe(200)
        expect(yield* status(ping(`"a":{${members(1001)}}`))).toBe(413)
        expect(yield* status(ping(`"a":${"[".repeat(100_000)}${"]".repeat(100_000)}`))).toBe(413)
        expect(yield* status(ping(`"a":[${"1,".repeat(10_000)}1]`))).toBe(200)
        expect(yield* status(ping(`"a":"${":{[\\\"".repeat(10_000)}"`))).toBe(200)
        // what is not JSON is not JSON, however much of it there is
        expect(yield* status(ping(`"a`))).toBe(400)
      })))

  it.effect("an unknown protocol version is refused on POST, GET and DELETE; a missing one never is (HTTP-59, HTTP-60, HTTP-58)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        for (const version of ["2024-01-01", "1", "", "2026-07-28"]) {
          const headers = { "mcp-protocol-version": version }
          expect((yield* session.post(Client.request(1, "ping"), headers)).status).toBe(400)
          expect((yield* session.get(headers)).status).toBe(400)
          expect((yield* session.delete(headers)).status).toBe(400)
        }
        for (const version of ["2025-03-26", "2025-06-18", "2025-11-25", undefined]) {
          const reply = yield* session.post(Client.request(1, "ping"), { "mcp-protocol-version": version })
          expect([version, reply.status]).toEqual([version, 200])
        }
      })))

  it.effect("headers that nobody knows are nobody's business", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const reply = yield* session.post(Client.request(1, "ping"), { "mcp-method": "tools/call", "x-anything": "1" })
        expect(reply.status).toBe(200)
      })))
})
