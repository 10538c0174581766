/**
 * Scenarios of what a server tells without having been asked: changes, and what it logs.
 */
import { expect } from "@effect/vitest"
import type * as Client from "@mcp-effect/core/Client"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { Scenarios } from "../Scenario.ts"

// What the tool `log` logs, up to its last message.
const logged = Effect.fnUntraced(function*(client: Client.Client["Service"]) {
  const logs = yield* Effect.forkChild(
    Stream.runCollect(Stream.takeUntil(client.logs, ({ level }) => level === "error")),
    { startImmediately: true }
  )
  yield* client.callTool("log")
  // a server may log of other things too
  return (yield* Fiber.join(logs)).filter(({ level }) => level === "debug" || level === "error")
})

/** The scenarios. */
export const news: Scenarios = {
  "is told of changes to a resource, and again after it has stopped listening (RES-7, SUB-1, SUB-15)": {
    needs: "resources.subscribe",
    run: Effect.fnUntraced(function*({ client }) {
      const heard = Effect.scoped(Effect.gen(function*() {
        const updates = yield* client.subscribe("test://counter")
        yield* client.callTool("touch")
        return yield* Stream.runHead(updates)
      }))
      expect(yield* heard).toMatchObject({ value: { uri: "test://counter" } })
      expect(yield* heard).toMatchObject({ value: { uri: "test://counter" } })
    })
  },
  "is told that the list of tools has changed (SUB-1)": {
    needs: "tools.listChanged",
    run: Effect.fnUntraced(function*({ client }) {
      const heard = Effect.scoped(Effect.gen(function*() {
        const changes = yield* client.changes("tools")
        yield* client.callTool("announce")
        return yield* Stream.runHead(changes)
      }))
      expect(yield* heard).toMatchObject({ value: "tools" })
    })
  },
  "has what the server logs, from the level on that it asks for (LOG-1)": {
    needs: "logging",
    run: Effect.fnUntraced(function*({ client }) {
      yield* client.setLoggingLevel("error")
      expect(yield* logged(client)).toMatchObject([{ level: "error", logger: "interop", data: { what: "badly" } }])
      yield* client.setLoggingLevel("debug")
      expect(yield* logged(client)).toMatchObject([
        { level: "debug", logger: "interop", data: "in detail" },
        { level: "error" }
      ])
    })
  }
}
