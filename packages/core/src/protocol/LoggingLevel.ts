/**
 * The levels of log messages, from least to most severe (LOG-3).
 *
 * It does not filter: that is for whoever sends.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The severity of a log message, as in RFC 5424.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LoggingLevel = Schema.Literals([
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency"
])

export type LoggingLevel = typeof LoggingLevel.Type
