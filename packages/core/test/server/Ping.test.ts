import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"

const features = Layer.mergeAll(
  Server.tool(Tool.make("never"), () => Effect.never),
  Server.tool(
    Tool.make("alive"),
    () => Effect.flatMap(RequestContext, (request) => Effect.as(request.ask("ping", {}), "alive"))
  )
)
const serving = Conversation.withServer(features, { limits: { maxConcurrency: 1 } })

describe("ping", () => {
  it.effect("is answered with an empty result before, during and after the handshake (PING-2, PING-5)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const alive = (id: string) => ({ jsonrpc: "2.0", id, result: {} })
      expect(yield* conversation.request("ping", undefined, "a")).toEqual(alive("a"))
      yield* conversation.request("initialize", Conversation.initialize())
      expect(yield* conversation.request("ping", {}, "b")).toEqual(alive("b"))
      yield* conversation.notify("notifications/initialized")
      expect(yield* conversation.request("ping", { _meta: { "com.example/a": 1 } }, "c")).toEqual(alive("c"))
    }).pipe(serving))

  it.effect("is answered while handlers fill all places (PING-2)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.ask("tools/call", { name: "never" })
      yield* conversation.ask("tools/call", { name: "never" })
      expect((yield* conversation.request("ping")).result).toEqual({})
    }).pipe(serving))

  it.effect.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "may be asked of the client too, in %s (PING-1, PING-5)",
    (version) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ version })
        const id = yield* conversation.ask("tools/call", { name: "alive" })
        const ping = yield* conversation.next("ping")
        expect(ping).toEqual({ jsonrpc: "2.0", id: 0, method: "ping", params: {} })
        yield* conversation.reply(ping, {})
        expect((yield* conversation.answer(id)).result).toEqual({ content: [{ type: "text", text: "alive" }] })
      }).pipe(serving)
  )
})
