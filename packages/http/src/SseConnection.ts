/**
 * An `SseConnection` is one HTTP response that carries a stream of events: what is written waits here while the client does not read.
 *
 * It is not the stream itself (`SseStream`), which outlives the connections that carry it.
 *
 * Spec: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @since 0.1.0
 */
import type { Sink, Source } from "./HttpReply.ts"

/**
 * What a connection needs of its endpoint: the set of all open ones, and how much may wait in one, in UTF-16 units.
 *
 * @category models
 * @since 0.1.0
 */
export interface Environment {
  readonly connections: Set<SseConnection>
  readonly maxBuffered: number
}

// Events that are sent again go out together: thousands of small writes would keep others waiting. In UTF-16 units.
const replayed = 16 * 1024

/**
 * A connection. `onDrained` is called when nothing waits any more, `onClosed` once, when the connection has ended however it did.
 *
 * @category models
 * @since 0.1.0
 */
export class SseConnection implements Source {
  readonly #environment: Environment
  readonly #onDrained: () => void
  #onClosed: (() => void) | undefined
  #sink: Sink | undefined
  // comes before the backlog
  #missed: Iterator<string> | undefined
  #backlog: Array<string> = []
  #waiting = 0
  #state: "Flowing" | "Congested" | "Ending" = "Flowing"
  #isStalled = false

  constructor(environment: Environment, sink: Sink, onDrained: () => void, onClosed: () => void) {
    this.#environment = environment
    this.#sink = sink
    this.#onDrained = onDrained
    this.#onClosed = onClosed
    environment.connections.add(this)
  }

  /** Whether what is written now has to wait. */
  get isCongested(): boolean {
    return this.#state !== "Flowing"
  }

  /** Whether it has ended, however it did. */
  get isClosed(): boolean {
    return this.#onClosed === undefined
  }

  /** Writes a piece. A client that leaves more than the limit unread is disconnected: it does not read. */
  write(text: string): void {
    if (this.#sink === undefined || this.#state === "Ending") return
    if (this.#state === "Flowing") {
      if (!this.#sink.write(text)) this.#state = "Congested"
      return
    }
    this.#backlog.push(text)
    this.#waiting += text.length
    if (this.#waiting > this.#environment.maxBuffered) this.abort()
  }

  /** Writes what the client missed, at its own pace; it counts for nothing against the limit, since the store bounds it. */
  replay(texts: Iterator<string>): void {
    this.#missed = texts
    if (this.#state === "Flowing") this.#flush()
  }

  /** A comment, so that proxies do not cut a silent connection. One that has not moved since the last time is disconnected. */
  heartbeat(): void {
    if (this.#state === "Flowing") return this.write(":\n\n")
    if (this.#isStalled) return this.abort()
    this.#isStalled = true
  }

  /** Ends the connection once all is written, a last piece among it that counts for nothing against the limit. */
  end(last?: string): void {
    if (this.#state === "Ending") return
    const isFlowing = this.#state === "Flowing"
    this.#state = "Ending"
    if (last !== undefined) {
      if (isFlowing) this.#sink?.write(last)
      else this.#backlog.push(last)
    }
    if (isFlowing) this.#finish()
  }

  /** Drops the connection. */
  abort(): void {
    this.#sink?.abort()
    this.closed()
  }

  drained(): void {
    this.#isStalled = false
    this.#flush()
  }

  closed(): void {
    const onClosed = this.#onClosed
    this.#sink = undefined
    this.#onClosed = undefined
    this.#missed = undefined
    this.#backlog = []
    this.#environment.connections.delete(this)
    onClosed?.()
  }

  #flush(): void {
    let taken = 0
    let isFlowing = true
    while (isFlowing && this.#missed !== undefined) isFlowing = this.#writeMissed(this.#missed)
    while (isFlowing && taken < this.#backlog.length) isFlowing = this.#sink?.write(this.#backlog[taken++]!) === true
    this.#backlog.splice(0, taken)
    const isEmpty = this.#missed === undefined && this.#backlog.length === 0
    if (this.#backlog.length === 0) this.#waiting = 0
    if (this.#state === "Ending") {
      if (isEmpty) this.#finish()
      return
    }
    this.#state = isFlowing ? "Flowing" : "Congested"
    if (isFlowing) this.#onDrained()
  }

  // Made when there is room for them, so that a client that asks for much and reads nothing costs little.
  #writeMissed(missed: Iterator<string>): boolean {
    let piece = ""
    while (piece.length < replayed) {
      const next = missed.next()
      if (next.done === true) {
        this.#missed = undefined
        break
      }
      piece += next.value
    }
    return piece === "" || this.#sink?.write(piece) === true
  }

  #finish(): void {
    this.#sink?.end()
    this.closed()
  }
}
