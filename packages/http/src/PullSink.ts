/**
 * A `PullSink` holds a stream's text for platforms that ask for it piece by piece, as Effect's streams and the Web's do.
 *
 * It is not a buffer without end: as soon as something waits in it, it says so, and the stream's connection holds back the rest.
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Sink, Source, Streaming } from "./HttpReply.ts"

/** How much may wait before the sink is congested, in UTF-16 units. */
const highWaterMark = 16 * 1024

/**
 * A sink.
 *
 * @category models
 * @since 0.1.0
 */
export class PullSink implements Sink {
  readonly #queue: Queue.Queue<string, Cause.Done>
  readonly #onAbort: () => void
  #source: Source | undefined
  #waiting = 0

  constructor(queue: Queue.Queue<string, Cause.Done>, onAbort: () => void) {
    this.#queue = queue
    this.#onAbort = onAbort
  }

  /** The next piece, all that waits; fails with `Done` at the end, and is interrupted if the stream is dropped. */
  get next(): Effect.Effect<string, Cause.Done> {
    return Effect.map(Queue.takeAll(this.#queue), (texts) => {
      const wasCongested = this.#waiting >= highWaterMark
      this.#waiting = 0
      if (wasCongested) this.#source?.drained()
      return texts.join("")
    })
  }

  /** The client is gone, or has it all. */
  closed(): void {
    Queue.shutdownUnsafe(this.#queue)
    this.#source?.closed()
  }

  open(reply: Streaming): void {
    this.#source = reply.open(this)
  }

  write(text: string): boolean {
    Queue.offerUnsafe(this.#queue, text)
    this.#waiting += text.length
    return this.#waiting < highWaterMark
  }

  end(): void {
    Queue.endUnsafe(this.#queue)
  }

  abort(): void {
    Queue.shutdownUnsafe(this.#queue)
    this.#onAbort()
  }
}

/**
 * Opens the stream of a reply. `onAbort` drops the client, who may well not be asking for anything.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (reply: Streaming, onAbort: () => void): Effect.Effect<PullSink> =>
  Effect.map(Queue.unbounded<string, Cause.Done>(), (queue) => {
    const sink = new PullSink(queue, onAbort)
    sink.open(reply)
    return sink
  })
