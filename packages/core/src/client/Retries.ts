/**
 * `Retries` says what becomes of a request that got no answer: whether it may be sent again, and if not, what is known of it.
 *
 * They send nothing. What was answered, with an error too, is never sent again.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio
 *
 * @since 0.1.0
 */
import * as SessionError from "../SessionError.ts"

/**
 * A request that failed. `sends` is how many messages of it were sent to the connection, of which the last one failed; `retries` how often it was
 * sent again although it is not known what became of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed {
  readonly method: string
  readonly isSafe: boolean
  /** It only stands, and does nothing: who made it sees to it that there is another one. */
  readonly isStanding: boolean
  readonly sends: number
  readonly retries: number
}

/**
 * What follows: the request is sent again, counted if it may have been done before, or it fails.
 *
 * @category models
 * @since 0.1.0
 */
export type Decision = "again" | "counted" | SessionError.SessionError["reason"]

// What changes nothing, or the same however often it is done.
const safe: ReadonlySet<string> = new Set([
  "ping",
  "server/discover",
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "prompts/list",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
  "tasks/result",
  "tasks/list"
])

/**
 * Whether a request of this method may be done twice.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSafe = (method: string): boolean => safe.has(method)

/**
 * What becomes of a request that failed so.
 *
 * @category combinators
 * @since 0.1.0
 */
export const decide = (
  reason: SessionError.SessionError["reason"],
  { isSafe, isStanding, method, retries, sends }: Failed,
  maxRetries: number
): Decision => {
  // a round of it that was answered has done something
  const isUntouched = sends <= 1
  const repeated = isSafe && retries < maxRetries ? "counted" : undefined
  switch (reason._tag) {
    case "NotSent":
    case "Disconnected":
      if (reason._tag === "NotSent" && isUntouched) return "again"
      if (isStanding) return reason
      return repeated ?? (isSafe ? reason : new SessionError.OutcomeUnknown({ method }))
    case "Refused":
      // too many requests: none of this one. That a service is unavailable is also said by those between who have passed the request on.
      if (reason.status === 429 && isUntouched) return "again"
      return (reason.status === 429 || reason.status === 503) && isSafe ? "again" : reason
    default:
      return reason
  }
}
