/**
 * The `Stderr` of a server that this program has started, as lines: for the log, for whoever listens, and for its last words.
 *
 * What is written there is no sign of an error (STDIO-7), and nothing here waits for whoever reads it.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Take from "effect/Take"
import type { Readable } from "node:stream"
import { Lines } from "./Lines.ts"

/**
 * What a server writes to standard error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Stderr {
  /** The last lines, then those that follow, until the server has ended. The oldest are dropped for who does not keep up. */
  readonly lines: Stream.Stream<string>
  /** Begins to read, to the end. */
  readonly read: (input: Readable) => void
  /** The very last lines, each of them cut. */
  readonly lastWords: () => ReadonlyArray<string>
}

/**
 * How many lines are kept for whoever listens or is slow.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxLines = 256

/**
 * The longest line, in UTF-16 units; a notice stands for a longer one.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxLineLength = 8192

/**
 * How many lines are the last words, and how much of each, in UTF-16 units.
 *
 * @category constants
 * @since 0.1.0
 */
export const lastWordsLimits = { lines: 20, length: 500 }

/**
 * Logs what it reads at debug level, until the scope ends: that of the process must be within it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(): Effect.fn.Return<Stderr, never, Scope.Scope> {
  const arrived = yield* Queue.sliding<string, Cause.Done>(maxLines)
  const told = yield* PubSub.sliding<Take.Take<string>>({ capacity: maxLines, replay: maxLines })
  let last: Array<string> = []

  const lines = new Lines({
    maxLength: maxLineLength,
    onLine: (line) => {
      last.push(line)
      // cut now and then, and not for each line of a flood
      if (last.length > maxLines) last = last.slice(-lastWordsLimits.lines)
      Queue.offerUnsafe(arrived, line)
    },
    onTooLong: () => Queue.offerUnsafe(arrived, `(a line of more than ${maxLineLength} characters)`)
  })
  const end = () => {
    lines.end()
    Queue.endUnsafe(arrived)
  }

  const tell = Effect.flatMap(Queue.takeAll(arrived), (some) =>
    Effect.forEach(some, (line) =>
      Effect.andThen(
        // quoted, so that no control character in it reaches a terminal
        Effect.annotateLogs(Effect.logDebug("The server wrote to standard error"), { line: JSON.stringify(line) }),
        PubSub.publish(told, [line])
      ), { discard: true }))
  yield* Effect.acquireRelease(
    Effect.forkDetach(
      Effect.catchTag(Effect.forever(tell), "Done", () => PubSub.end(told, Exit.void))
    ),
    (telling) => Effect.andThen(Queue.end(arrived), Fiber.await(telling))
  )
  return {
    lines: Stream.fromPubSubTake(told),
    read: (input) => void input.on("data", (chunk: Buffer) => lines.push(chunk)).on("end", end).on("close", end),
    lastWords: () => last.slice(-lastWordsLimits.lines).map((line) => line.slice(0, lastWordsLimits.length))
  }
})
