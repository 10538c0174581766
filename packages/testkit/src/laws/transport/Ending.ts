/**
 * Connections end, and both sides notice: `run` is over, and `send` fails.
 *
 * It is not about how a session ends.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Law from "../../Law.ts"
import * as EventLoop from "../../wire/EventLoop.ts"
import * as Setting from "./Setting.ts"

/**
 * With the connection both runs end, and who sends from then on learns so from a `TransportError`.
 *
 * @category laws
 * @since 0.1.0
 */
export const noticed = (setting: Setting.Setting): Law.Law =>
  Setting.law(
    "the end of a connection ends both runs, and what is sent then fails",
    setting,
    Setting.contents,
    (contents, { close, far, near }) =>
      Effect.gen(function*() {
        const runs = yield* Effect.forEach(
          [near, far],
          (end) => Effect.forkChild(Effect.exit(end.run(() => {})), { startImmediately: true })
        )
        for (const [i, content] of contents.entries()) {
          yield* Setting.send(setting, i % 2 === 0 ? near : far, Setting.message(setting, i, content))
        }
        yield* Setting.soon(setting, "closing the connection", close)
        for (const run of runs) {
          const exit = yield* Setting.soon(setting, "the end of run", Fiber.join(run))
          if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
            return yield* Setting.broken(`run died: ${Cause.pretty(exit.cause)}`)
          }
        }
        for (const end of [near, far]) {
          const sent = yield* Setting.soon(
            setting,
            "the failure of a message that was sent after the end",
            Effect.exit(end.send(Setting.last))
          )
          if (Exit.isSuccess(sent)) return yield* Setting.broken("a message was sent after the end, as if it were not")
          const error = Cause.findErrorOption(sent.cause)
          if (error._tag === "None") return yield* Setting.broken(`sending died: ${Cause.pretty(sent.cause)}`)
        }
      })
  )

/**
 * Who does not run an end any more hears nothing of it.
 *
 * @category laws
 * @since 0.1.0
 */
export const interrupted = (setting: Setting.Setting): Law.Law =>
  Setting.law(
    "an end whose run was interrupted hands on nothing more",
    setting,
    Arbitrary.all({ contents: Setting.contents, before: Arbitrary.schema(Schema.Literals([0, 1, 3])) }),
    ({ before, contents }, { far, near }) =>
      Effect.gen(function*() {
        const heard: Array<unknown> = []
        let isOver = false
        let isLate = false
        const run = yield* Effect.forkChild(
          far.run((json) => {
            heard.push(json)
            if (isOver) isLate = true
          }),
          { startImmediately: true }
        )
        for (const [i, content] of contents.entries()) {
          if (i === before) {
            yield* Setting.soon(setting, "the interruption of run", Fiber.interrupt(run))
            isOver = true
          }
          const sending = yield* Effect.forkScoped(near.send(Setting.message(setting, i, content)), {
            startImmediately: true
          })
          yield* EventLoop.turns(1)
          const exit = sending.pollUnsafe()
          if (exit !== undefined && Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
            return yield* Setting.broken(`sending died: ${Cause.pretty(exit.cause)}`)
          }
        }
        if (isLate) return yield* Setting.broken("something was received after run was interrupted")
      })
  )
