/**
 * The `EventReader` reads one reply that is a stream of events, and tells the messages in it from what else there is.
 *
 * It is not what comes back to a stream that has ended: it says where to go on, and how it ended.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as EventParser from "./EventParser.ts"
import * as Incoming from "./Incoming.ts"

/**
 * What is done with what comes. `onMessage` takes a message and the event that carries it; true says that what follows is not waited for any
 * longer than `linger`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handlers {
  /** The longest event, in UTF-16 units. */
  readonly maxLength: number
  readonly onMessage: (json: unknown) => boolean
  /** Every event comes by here first; false skips it. */
  readonly onEvent?: (event: EventParser.Event) => boolean
  readonly onRetry?: (delay: number) => void
  /** An event was longer than that, and is skipped; true says that the rest is not worth reading. */
  readonly onTooLong: () => boolean
  /** Tells of what is no message. */
  readonly warn: (effect: Effect.Effect<void>) => void
}

/**
 * How a stream ended: as it should, in the middle, with bytes that are no text, or because of what it said.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = "Ended" | "Broken" | "NotUtf8" | "Enough"

// How long a stream is read on once it has said all that it is there for; one that ends at once leaves its connection to the next request.
const linger = 1000

/**
 * Reads a stream to its end. It never fails, and what is not complete at its end is dropped.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (response: HttpClientResponse.HttpClientResponse, handlers: Handlers): Effect.Effect<Outcome> =>
  Effect.scoped(Effect.flatMap(Stream.toPull(response.stream), (pull) => {
    const decoder = new TextDecoder("utf-8", { fatal: true })
    let isEnough = false
    let isWorthless = false
    let hasWarned = false
    const parser = new EventParser.EventParser({
      maxLength: handlers.maxLength,
      onRetry: (delay) => handlers.onRetry?.(delay),
      onTooLong: () => {
        isWorthless = handlers.onTooLong()
      },
      onEvent: (event) => {
        if (handlers.onEvent?.(event) === false || event.data === "" || event.type !== "message") return
        const json = Incoming.parse(event.data)
        if (json !== undefined) {
          if (handlers.onMessage(json)) isEnough = true
          return
        }
        if (hasWarned) return
        hasWarned = true
        handlers.warn(Effect.logWarning("A stream of the server holds what is no message; it is skipped"))
      }
    })
    const reading: Effect.Effect<Outcome, unknown> = Effect.flatMap(pull, (chunks) => {
      for (const chunk of chunks) {
        const text = Result.try(() => decoder.decode(chunk, { stream: true }))
        if (Result.isFailure(text)) return Effect.succeed("NotUtf8")
        parser.push(text.success)
        if (isWorthless) return Effect.succeed("Enough")
      }
      return isEnough ? rest : reading
    })
    const rest: Effect.Effect<Outcome, unknown> = Effect.suspend(() =>
      Effect.as(Effect.timeoutOption(Effect.forever(pull), linger), "Enough")
    )
    return Effect.catchCause(reading, (cause) => Effect.sync(() => Pull.isDoneCause(cause) ? "Ended" : "Broken"))
  }))
