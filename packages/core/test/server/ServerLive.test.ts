import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as Listening from "../Listening.ts"

describe("a server that ends", () => {
  it.effect("interrupts the requests that came by themselves, before its features go", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      const note = (event: string) => Effect.sync(() => events.push(event))
      const never = Server.tool(Tool.make("never"), () => Effect.onInterrupt(Effect.never, () => note("interrupted")))
      const feature = Layer.effectDiscard(Effect.addFinalizer(() => note("released")))
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(
        Server.layer({ name: "test", version: "1.0.0" }, Layer.merge(never, feature)),
        scope
      )
      const server = yield* Effect.provide(Server.Server, context)
      server.answer(
        { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "never", _meta: Listening.meta } },
        {
          transport: { send: () => Effect.void, isCongested: () => false },
          context: undefined,
          onAnswer: ({ error }) => events.push(error?.reason._tag ?? "answered")
        }
      )
      yield* Conversation.settle
      expect(events).toEqual([])
      yield* Scope.close(scope, Exit.void)
      expect(events).toEqual(["interrupted", "InternalError", "released"])
    }).pipe(Effect.provide(Logger.layer([]))))
})
