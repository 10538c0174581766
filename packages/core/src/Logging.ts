/**
 * `Logging` sends what a handler logs to the client, at the level that client asked for.
 *
 * It is not where the server's own log goes: that is Effect's loggers, and goes on beside this. Causes, stack traces and the messages of
 * errors are never sent (LOG-10).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as Predicate from "effect/Predicate"
import * as References from "effect/References"
import * as Result from "effect/Result"
import { LoggingLevel } from "./protocol/Logging.ts"
import { RequestContext } from "./RequestContext.ts"

/**
 * The levels from least to most severe (LOG-3).
 *
 * @category constants
 * @since 0.1.0
 */
export const levels: ReadonlyArray<LoggingLevel> = LoggingLevel.literals

/**
 * The level of a session before its client has set one.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultLevel: LoggingLevel = "info"

/**
 * Whether a message of this level is sent to a client that asked for `threshold` (LOG-2); one that asked for nothing is sent nothing (META-12).
 *
 * @category guards
 * @since 0.1.0
 */
export const isEnabled = (level: LoggingLevel, threshold: LoggingLevel | undefined): boolean =>
  threshold !== undefined && levels.indexOf(level) >= levels.indexOf(threshold)

const fromLogLevel: { readonly [L in LogLevel.LogLevel]: LoggingLevel } = {
  All: "debug",
  Trace: "debug",
  Debug: "debug",
  Info: "info",
  Warn: "warning",
  Error: "error",
  Fatal: "critical",
  None: "debug"
}

/**
 * Sends one message to the client of the request being handled, with a level that Effect's own log levels do not have, or with data that
 * is not text. `logger` names the part of the server that speaks.
 *
 * @category combinators
 * @since 0.1.0
 */
export const log = (
  level: LoggingLevel,
  data: unknown,
  options?: { readonly logger?: string }
): Effect.Effect<void, never, RequestContext> =>
  Effect.flatMap(RequestContext, (request) =>
    isEnabled(level, request.session.logLevel)
      ? request.notify("notifications/message", { level, data: jsonOf(data), ...options })
      : Effect.void)

/**
 * Effect's logs as messages to the client: the text, and the log annotations beside it. Outside a request, nothing is sent.
 *
 * A message that cannot be sent at once is dropped: a log line never slows the handler down and never piles up.
 *
 * @category loggers
 * @since 0.1.0
 */
export const clientLogger: Logger.Logger<unknown, void> = Logger.make((options) => {
  const request = Context.getOption(options.fiber.context, RequestContext)
  if (request._tag === "None") return
  const level = fromLogLevel[options.logLevel]
  if (!isEnabled(level, request.value.session.logLevel)) return
  if (request.value.isCongested()) return
  // Effect gives what was logged as a list; an error in it is shown by its name alone, for its message was not written for clients
  const parts = (Array.isArray(options.message) ? options.message : [options.message]).map((part: unknown) =>
    Predicate.isError(part) ? part.name : part
  )
  const message = parts.length === 1 ? parts[0] : parts
  const annotations = options.fiber.getRef(References.CurrentLogAnnotations)
  const data = Object.keys(annotations).length === 0 ? message : { message, ...annotations }
  Effect.runForkWith(options.fiber.context)(
    request.value.notify("notifications/message", { level, data: jsonOf(data) })
  )
})

// What is logged need not be JSON, but `data` is, and it is never absent (LOG-4).
const jsonOf = (data: unknown): unknown =>
  typeof data === "string" ? data : Result.getOrElse(
    Result.try((): unknown => JSON.parse(JSON.stringify(data) ?? "null")),
    // nor need it be willing to become text, and a line of the log is no reason to fail
    () => Result.getOrElse(Result.try(() => Inspectable.toStringUnknown(data)), () => "(not printable)")
  )
