import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Client from "../../src/Client.ts"
import { settle } from "../Conversation.ts"
import * as Fleet from "./Fleet.ts"

describe("a gap in what a transport brings", () => {
  it.effect.each(["session", "stateless"] as const)(
    "makes each list that the server has one that may have changed (SUB-21), in the %s era",
    (era) =>
      Effect.gen(function*() {
        const gaps = yield* Queue.unbounded<void>()
        const fleet = new Fleet.Fleet({ era: () => era, capabilities: { tools: { listChanged: true }, prompts: {} } })
        const transport = { ...yield* fleet.transport, gaps: Stream.fromQueue(gaps) }
        const client = yield* Client.make({ name: "test", version: "1.0.0", transport })
        const notified: Array<string> = []
        yield* Effect.forkScoped(
          Stream.runForEach(client.notifications, ({ method }) => Effect.sync(() => notified.push(method)))
        )
        yield* settle
        expect(notified).toEqual([])
        const all = ["notifications/tools/list_changed", "notifications/prompts/list_changed"]
        for (const times of [all, [...all, ...all]]) {
          yield* Queue.offer(gaps, undefined)
          yield* settle
          expect(notified).toEqual(times)
        }
      })
  )
})
