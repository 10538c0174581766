/**
 * Logging on the client: what servers log, from which level on, and how it comes to the client's own log.
 *
 * It is not how a server logs (`Logging`). What a server logs is its own word: text to be read, and not to be acted on. Since 2026-07-28 it is
 * deprecated (LOG-13).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as Stream from "effect/Stream"
import * as MonotonicTime from "../peer/MonotonicTime.ts"
import type { LoggingLevel, LoggingMessageParams } from "../protocol/Logging.ts"
import * as SessionError from "../SessionError.ts"
import type { Caller } from "./Caller.ts"
import type { Notification } from "./Notifications.ts"
import { Registry } from "./Registry.ts"

/**
 * What a server logs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Logging {
  /**
   * Asks for messages of this level and the more severe ones: in a session for all of it, without one with each request from now on. Fails with
   * `CapabilityMissing` if the server does not log to its clients.
   */
  readonly setLoggingLevel: (level: LoggingLevel) => Effect.Effect<void, SessionError.SessionError>
  /** What the server logs from here on; who does not keep up misses the oldest. */
  readonly logs: Stream.Stream<LoggingMessageParams>
}

/**
 * How much of what servers log is passed on: at most `maxPerSecond` messages, 100 by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly maxPerSecond?: number
}

/**
 * How much of the text of one message is passed on, in UTF-16 units; 4,096.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxText = 4096

/**
 * The log messages of the server behind a caller. Requests of the stateless era ask for them by the level in the registry (META-12).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, registry: Registry["Service"]): Logging => {
  registry.connected.push((connection) =>
    registry.logLevel === undefined || !isSessionWithLogs(connection)
      ? Effect.void
      : Effect.asVoid(Effect.forkScoped(
        Effect.ignore(connection.request("logging/setLevel", { level: registry.logLevel })),
        // before anything else is asked
        { startImmediately: true }
      ))
  )
  return {
    logs: logsOf(caller),
    setLoggingLevel: (level) =>
      Effect.flatMap(caller.ready(), () => {
        if (caller.server.capabilities.logging === undefined) {
          return SessionError.fail(new SessionError.CapabilityMissing({ capability: "logging" }))
        }
        const asked = caller.revision.era === "session" ? caller.request("logging/setLevel", { level }) : Effect.void
        return Effect.map(asked, () => {
          registry.logLevel = level
        })
      })
  }
}

/**
 * Passes on what servers log to the loggers of the context, at the levels that are like theirs. None of it goes to standard output, which may be
 * somebody's transport. What is more than the limit is left out, and counted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*(
  { maxPerSecond = 100 }: Options = {}
): Effect.fn.Return<void, never, Registry> {
  const registry = yield* Registry
  registry.connected.push((caller) =>
    Effect.suspend(() => {
      let second = Number.NEGATIVE_INFINITY
      let passed = 0
      let leftOut = 0
      const pass = (params: LoggingMessageParams) =>
        Effect.clockWith((clock) => {
          const now = MonotonicTime.millis(clock)
          if (now - second < 1000 && passed >= maxPerSecond) {
            leftOut++
            return Effect.void
          }
          const told = leftOut === 0
            ? Effect.void
            : Effect.logWarning(`${leftOut} log messages of the server were left out`)
          if (now - second >= 1000) {
            second = now
            passed = 0
          }
          leftOut = 0
          passed++
          return Effect.andThen(told, Effect.logWithLevel(levels[params.level])(textOf(params.data))).pipe(
            Effect.annotateLogs({
              server: textOf(caller.server.info?.name ?? "unknown", maxName),
              ...(params.logger === undefined ? undefined : { logger: textOf(params.logger, maxName) })
            })
          )
        })
      return Effect.asVoid(Effect.forkScoped(
        Effect.provideService(Stream.runForEach(logsOf(caller), pass), Logger.LogToStderr, true),
        { startImmediately: true }
      ))
    })
  )
})

const levels: { readonly [L in LoggingLevel]: LogLevel.Severity } = {
  debug: "Debug",
  info: "Info",
  notice: "Info",
  warning: "Warn",
  error: "Error",
  critical: "Fatal",
  alert: "Fatal",
  emergency: "Fatal"
}

const isSessionWithLogs = ({ revision, server }: Caller): boolean =>
  revision.era === "session" && server.capabilities.logging !== undefined

const logsOf = (caller: Caller): Stream.Stream<LoggingMessageParams> =>
  Stream.map(Stream.filter(caller.notifications.stream, isLog), ({ params }) => params)

const isLog = (
  notification: Notification
): notification is Extract<Notification, { readonly method: "notifications/message" }> =>
  notification.method === "notifications/message"

const maxName = 128

// One line of text, whatever it is: a server writes no lines of its own into the log, and does not steer the terminal that shows it.
const textOf = (data: unknown, max: number = maxText): string => {
  const text = typeof data === "string" ? data : JSON.stringify(data) ?? "null"
  const clipped = text.length <= max ? text : `${text.slice(0, max)} (${text.length - max} more)`
  return clipped.replace(unprintable, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
}

// Control characters, line ends, and what turns the direction of text.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
