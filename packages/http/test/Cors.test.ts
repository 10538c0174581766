import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "./NeutralClient.ts"
import { serve } from "./Serving.ts"

const origin = "https://app.example"

describe("CORS", () => {
  it.effect("is silent where no origin is allowed, and OPTIONS is no method then", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const reply = yield* Client.post(Client.initializeRequest(), { origin: "http://localhost:3000" })
        expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([])
        expect((yield* Client.send("OPTIONS")).status).toBe(405)
      })))

  it.effect("a preflight of an allowed origin is answered, with what was asked for", () =>
    serve({ allowedOrigins: [origin] }, () =>
      Effect.gen(function*() {
        const reply = yield* Client.send("OPTIONS", {
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,mcp-session-id,mcp-protocol-version"
          }
        })
        expect(reply.status).toBe(204)
        expect(reply.headers).toMatchObject({
          "access-control-allow-origin": origin,
          "access-control-allow-methods": "GET, POST, DELETE",
          "access-control-allow-headers": "content-type,mcp-session-id,mcp-protocol-version",
          vary: "Origin"
        })
      })))

  it.effect("an allowed page reads the session id, also of refusals and streams, and no reply names * or credentials", () =>
    serve({ allowedOrigins: [origin] }, () =>
      Effect.gen(function*() {
        const session = yield* Client.open({ headers: { origin } })
        const replies = [
          yield* Client.post(Client.initializeRequest(), { origin }),
          yield* session.get(),
          yield* Client.post(Client.request(1, "ping"), { origin }),
          yield* Client.send("PUT", { headers: { origin } })
        ]
        for (const reply of replies) {
          expect(reply.headers["access-control-allow-origin"]).toBe(origin)
          expect(reply.headers["access-control-expose-headers"]).toContain("Mcp-Session-Id")
          expect(reply.headers).not.toHaveProperty("access-control-allow-credentials")
          expect(Object.values(reply.headers)).not.toContain("*")
        }
      })))
})
