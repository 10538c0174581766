/**
 * A `Listening` is one who takes what a stream tells and keeps it.
 *
 * It is not slow unless it is told to be: `reading` closes its ears.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Conversation from "../Conversation.ts"

export interface Listening<A, E> {
  /** What was heard, in order. */
  readonly heard: ReadonlyArray<A>
  /** How it ended: undefined while it goes on. */
  readonly exit: () => Exit.Exit<void, E> | undefined
}

/** Listens to a stream until the scope ends. */
export const to = Effect.fnUntraced(function*<A, E>(
  stream: Stream.Stream<A, E>,
  reading?: Latch.Latch
): Effect.fn.Return<Listening<A, E>, never, Scope.Scope> {
  const heard: Array<A> = []
  const fiber = yield* Effect.forkScoped(
    Stream.runForEach(stream, (news) => {
      const hear = Effect.sync(() => void heard.push(news))
      return reading === undefined ? hear : reading.whenOpen(hear)
    }),
    { startImmediately: true }
  )
  return { heard, exit: () => fiber.pollUnsafe() }
})

/** The tag of the reason that a listening or a request failed for; what else it came to as text. */
export const reasonOf = (exit: Exit.Exit<unknown, unknown> | undefined): unknown => {
  if (exit === undefined) return "goes on"
  if (Exit.isSuccess(exit)) return "over"
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? (error.value as { reason: { _tag: string } }).reason : "interrupted"
}

/** Forks, and lets it run as far as it comes. */
export const attempt = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkScoped(effect, { startImmediately: true })
  yield* Conversation.settle
  return { exit: () => fiber.pollUnsafe(), interrupt: Fiber.interrupt(fiber) }
})
