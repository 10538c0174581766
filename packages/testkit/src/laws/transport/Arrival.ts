/**
 * Messages arrive: as they were sent, once, and in their order.
 *
 * It is not about those that were sent when the connection had ended.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Law from "../../Law.ts"
import * as EventLoop from "../../wire/EventLoop.ts"
import * as Setting from "./Setting.ts"

const both = Arbitrary.all({ there: Setting.contents, back: Setting.contents })

// Both sides speak at the same time; what holds for one of them, holds for the other.
const eachWay = (
  setting: Setting.Setting,
  holds: (
    end: Setting.Connection["near"],
    messages: ReadonlyArray<JsonRpc.Message>,
    ear: Setting.Ear
  ) => Effect.Effect<void, Law.Broken, Scope.Scope>
) =>
(
  { back, there }: { readonly there: ReadonlyArray<Setting.Content>; readonly back: ReadonlyArray<Setting.Content> },
  { far, near }: Setting.Connection
) =>
  Effect.gen(function*() {
    const ways = [[near, there, yield* Setting.listen(far)], [far, back, yield* Setting.listen(near)]] as const
    yield* Effect.forEach(
      ways,
      ([end, contents, ear]) =>
        holds(end, contents.map((content, index) => Setting.message(setting, index, content)), ear),
      { concurrency: "unbounded", discard: true }
    )
  })

/**
 * What one side sends, one after the other, the other one hears; both speak at the same time.
 *
 * @category laws
 * @since 0.1.0
 */
export const inOrder = (setting: Setting.Setting): Law.Law =>
  Setting.law(
    "each message arrives as it was sent, once and in its order",
    setting,
    both,
    eachWay(setting, (end, messages, ear) =>
      Effect.gen(function*() {
        const sent = messages.map(Setting.textOf)
        for (const message of [...messages, Setting.last]) yield* Setting.send(setting, end, message)
        yield* Setting.soon(setting, "the arrival of the last message", ear.last)
        yield* EventLoop.turns(2)
        for (let i = 0; i < Math.max(sent.length, ear.heard.length); i++) {
          if (sent[i] !== ear.heard[i]) {
            return yield* Setting.broken(
              `of ${Setting.shown(sent[i])} (${i + 1} of ${sent.length}) arrived ${Setting.shown(ear.heard[i])}`
            )
          }
        }
      }))
  )

/**
 * What is sent at the same time arrives, each message whole.
 *
 * @category laws
 * @since 0.1.0
 */
export const atOnce = (setting: Setting.Setting): Law.Law =>
  Setting.law(
    "messages that are sent at the same time all arrive, once",
    setting,
    both,
    eachWay(setting, (end, messages, ear) =>
      Effect.gen(function*() {
        yield* Effect.forEach(messages, (message) => Setting.send(setting, end, message), {
          concurrency: "unbounded"
        })
        yield* Setting.send(setting, end, Setting.last)
        yield* Setting.soon(setting, "the arrival of the last message", ear.last)
        yield* EventLoop.turns(2)
        const sent = messages.map(Setting.textOf).sort()
        const heard = [...ear.heard].sort()
        const i = sent.findIndex((text, i) => text !== heard[i])
        if (i >= 0) return yield* Setting.broken(`${Setting.shown(sent[i])} did not arrive, or not whole`)
        if (heard.length > sent.length) return yield* Setting.broken("more arrived than was sent")
      }))
  )

/**
 * A message whose sender was interrupted arrives whole, or not at all; the others do not notice.
 *
 * @category laws
 * @since 0.1.0
 */
export const interrupted = (setting: Setting.Setting): Law.Law =>
  Setting.law(
    "a message whose sender is interrupted arrives whole or not at all",
    setting,
    Arbitrary.array(
      Arbitrary.all({ content: Arbitrary.schema(Setting.Content), isInterrupted: Arbitrary.schema(Schema.Boolean) }),
      {
        minLength: 1,
        maxLength: 12
      }
    ),
    (sends, { far, near }) =>
      Effect.gen(function*() {
        const ear = yield* Setting.listen(far)
        const sent = sends.map(({ content }, i) => Setting.message(setting, i, content))
        for (const [i, { isInterrupted }] of sends.entries()) {
          if (!isInterrupted) {
            yield* Setting.send(setting, near, sent[i]!)
            continue
          }
          const fiber = yield* Effect.forkChild(near.send(sent[i]!), { startImmediately: true })
          yield* Setting.soon(setting, "the interruption of a sender", Fiber.interrupt(fiber))
        }
        yield* Setting.send(setting, near, Setting.last)
        yield* Setting.soon(setting, "the arrival of the last message", ear.last)
        const texts = sent.map(Setting.textOf)
        let at = 0
        for (const text of ear.heard) {
          const found = texts.indexOf(text, at)
          if (found < 0) return yield* Setting.broken(`${Setting.shown(text)} was not sent, or came late or twice`)
          const missed = sends.findIndex(({ isInterrupted }, i) => i >= at && i < found && !isInterrupted)
          if (missed >= 0) return yield* Setting.broken(`${Setting.shown(texts[missed])} did not arrive`)
          at = found + 1
        }
        const missed = sends.findIndex(({ isInterrupted }, i) => i >= at && !isInterrupted)
        if (missed >= 0) return yield* Setting.broken(`${Setting.shown(texts[missed])} did not arrive`)
      })
  )
