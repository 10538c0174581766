/**
 * The `Noise` is what a server prints on standard output that is no message: banners, logs, debris.
 *
 * It is never answered, as the server did not mean it for us. A little of it is skipped; too much of it ends the connection.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/**
 * What becomes of noise.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** In bytes without a message between them; a line counts as 1,024 more. */
  readonly limit: number
  readonly clock: Clock.Clock
  readonly log: (effect: Effect.Effect<void>) => void
  /** Called once, with the bytes that were too many. */
  readonly onTooMuch: (size: number) => void
}

// In milliseconds: noise that goes on is told of once in this time.
const quietTime = 10_000

// In UTF-16 units: as much of a line as a log needs.
const maxLogged = 200

// In bytes: what a line costs beside its bytes, as to find out that it is no message takes time however short it is.
const costOfLine = 1024

/**
 * The noise of one connection.
 *
 * @category models
 * @since 0.1.0
 */
export class Noise {
  readonly #options: Options
  #size = 0
  #skipped = 0
  #quietUntil = -Infinity
  #isTooMuch = false

  constructor(options: Options) {
    this.#options = options
  }

  /** Bytes have come, of which nobody knows yet what they are. */
  bytes(count: number): void {
    this.#size += count
    if (this.#size <= this.#options.limit || this.#isTooMuch) return
    this.#isTooMuch = true
    this.#options.onTooMuch(this.#size)
  }

  /** They were a message. */
  message(): void {
    this.#size = 0
  }

  /** They were a line that is none. */
  line(text: string): void {
    this.bytes(costOfLine)
    this.#skipped++
    const now = this.#options.clock.currentTimeMillisUnsafe()
    if (now < this.#quietUntil) return
    this.#quietUntil = now + quietTime
    this.#options.log(Effect.annotateLogs(
      Effect.logWarning("The server printed on standard output what is no message"),
      // quoted, so that no control character in it reaches a terminal
      { lines: this.#skipped, last: JSON.stringify(text.slice(0, maxLogged)) }
    ))
    this.#skipped = 0
  }
}
