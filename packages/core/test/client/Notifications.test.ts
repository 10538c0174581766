import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Notifications from "../../src/client/Notifications.ts"
import * as Conversation from "../Conversation.ts"
import * as Listening from "./Listening.ts"

const numbered = (n: number): Notifications.Notification => ({
  method: "notifications/message",
  params: { level: "info", data: n }
})

const numbersOf = (notifications: ReadonlyArray<Notifications.Notification>) =>
  notifications.map(({ params }) => (params as { readonly data: unknown }).data)

describe("notifications", () => {
  it.effect("are told at once to those who may miss nothing, however many come", () =>
    Effect.gen(function*() {
      const notifications = yield* Notifications.make(4)
      const order: Array<unknown> = []
      notifications.listen((notification) => order.push(notification))
      const sent = Array.from({ length: 100 }, (_, n) => numbered(n))
      for (const notification of sent) {
        notifications.publish(notification)
        expect(order.at(-1)).toBe(notification)
      }
      expect(order).toEqual(sent)
    }))

  it.effect("make room for the newest: who is slow misses the oldest, who is not misses none", () =>
    Effect.gen(function*() {
      const notifications = yield* Notifications.make(4)
      const reading = Latch.makeUnsafe(false)
      const slow = yield* Listening.to(notifications.stream, reading)
      const quick = yield* Listening.to(notifications.stream)
      for (let n = 0; n < 20; n++) {
        notifications.publish(numbered(n))
        yield* Conversation.settle
      }
      yield* reading.open
      yield* Conversation.settle
      expect(numbersOf(quick.heard)).toEqual(Array.from({ length: 20 }, (_, n) => n))
      expect(numbersOf(slow.heard)).toEqual([0, 16, 17, 18, 19])
    }))
})
