import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "./NeutralClient.ts"
import { serve } from "./Serving.ts"
import * as Stateless from "./StatelessClient.ts"

const post = (message: any, headers: Record<string, string | undefined> = {}) =>
  Client.post(message, { ...Stateless.headersOf(message), ...headers })

it.effect("a request that stands for itself is answered with one JSON object, and begins no session (HTTP26-3, HTTP26-7)", () =>
  serve({}, () =>
    Effect.gen(function*() {
      const reply = yield* post(Stateless.call(7, "echo", { text: "hello" }))
      expect([reply.status, reply.headers]).toEqual([200, { "content-type": "application/json" }])
      expect(reply.json).toMatchObject({
        jsonrpc: "2.0",
        id: 7,
        result: { resultType: "complete", structuredContent: { text: "hello" } }
      })
    })))
