/**
 * A side that does not read makes the other one wait, so that what it does not read does not pile up.
 *
 * It is not a limit of how much a message may hold.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Law from "../../Law.ts"
import * as EventLoop from "../../wire/EventLoop.ts"
import * as Setting from "./Setting.ts"

const message = (index: number): JsonRpc.Message => ({
  jsonrpc: "2.0",
  method: "notifications/x",
  params: { index, text: "x".repeat(4000) }
})

/**
 * While the other side does not read, `send` waits or `isCongested` says so, before too much has been taken; once it reads, all of it arrives.
 *
 * @category laws
 * @since 0.1.0
 */
export const felt = (setting: Setting.Setting): Law.Law => {
  const name = "a side that does not read makes the other one wait"
  const { check } = Setting.law(
    name,
    setting,
    Arbitrary.Constant("nothing is read"),
    (_, { far, near }) =>
      Effect.gen(function*() {
        let sent = 0
        let waiting: Fiber.Fiber<void, unknown> | undefined
        while (waiting === undefined && !near.isCongested()) {
          if (sent >= setting.maxWaiting) return yield* Setting.broken(`${sent} messages of 4 KiB were taken`)
          const fiber = yield* Effect.forkScoped(near.send(message(sent++)), { startImmediately: true })
          // most are taken at once, and go out when others have their turn
          if (sent % 16 === 0) yield* EventLoop.turns(1)
          if (fiber.pollUnsafe() === undefined) yield* EventLoop.turns(5)
          if (fiber.pollUnsafe() === undefined) waiting = fiber
        }
        const ear = yield* Setting.listen(far)
        if (waiting !== undefined) {
          yield* Setting.soon(setting, "the end of waiting, when all was read,", Effect.exit(Fiber.join(waiting)))
        }
        yield* Setting.send(setting, near, Setting.last)
        yield* Setting.soon(setting, "the arrival of the last message", ear.last)
        if (ear.heard.length !== sent) return yield* Setting.broken(`of ${sent} messages ${ear.heard.length} arrived`)
      })
  )
  // every case is the same
  return { name, check: (options) => check({ ...options, runs: 1 }) }
}
