/**
 * The errors of a `Transport`: what can go wrong between two peers before a message is understood.
 *
 * It is not an error of the protocol: nothing here was said by the other side (BASE-38).
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The connection has ended.
 *
 * @category errors
 * @since 0.1.0
 */
export class Closed extends Schema.TaggedError<Closed>()("Closed", {}) {
  override get message(): string {
    return "The connection is closed"
  }
}

/**
 * The bytes could not be read or written; the cause is for logs only.
 *
 * @category errors
 * @since 0.1.0
 */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { cause: Schema.Defect() }) {
  override get message(): string {
    return "The connection broke"
  }
}

/**
 * A failure of the transport, with its `reason`.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  reason: Schema.Union([Closed, Broken])
}) {
  override get message(): string {
    return this.reason.message
  }
}

/**
 * The `TransportError` of a connection that has ended.
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = (): TransportError => new TransportError({ reason: new Closed() })
