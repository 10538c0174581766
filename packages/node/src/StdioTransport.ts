/**
 * The `StdioTransport` speaks through a pair of byte streams, one message a line: the standard input and output of this process, or any
 * other two.
 *
 * It is not a session, and it does not start processes: that is the client's side.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import { type Receive, Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { Readable, Writable } from "node:stream"
import { Lines } from "./Lines.ts"
import * as StdoutGuard from "./StdoutGuard.ts"

/**
 * The two streams. `write` is `output.write` unless something stands before it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly input: Readable
  readonly output: Writable
  readonly write?: StdoutGuard.Write
  /** The longest line that is read, in UTF-16 units; 4 Mi by default. A longer one is skipped and answered with -32700. */
  readonly maxLineLength?: number
  /**
   * For the side that started the other one. It is told of a line that is not JSON, or of `undefined` for one that is too long, and does not
   * answer it; it reads on while its own output is full, and until the end of input even when nobody reads its output any more.
   */
  readonly onUnreadable?: (line: string | undefined) => void
}

/**
 * The longest line that is read by default, in UTF-16 units.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultMaxLineLength = 4 * 1024 * 1024

// From here on, in UTF-16 units, to copy a text behind others costs more than a write of its own.
const longText = 65_536

/**
 * A transport over two streams. `flush` completes when all that was sent has left this process; whoever ends the process waits for it.
 *
 * @category models
 * @since 0.1.0
 */
export type StdioTransport = Transport["Service"] & { readonly flush: Effect.Effect<void> }

/**
 * A transport over two streams. Writes of one tick go out as one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): StdioTransport => {
  const { input, onUnreadable, output } = options
  const write = options.write ?? ((text, onWritten) => output.write(text, onWritten))
  const writable = Latch.makeUnsafe(true)
  let pending = ""
  let isReading = false

  const flush = () => {
    const text = pending
    if (text === "") return
    pending = ""
    // Node calls more than 16 KiB too much even when the pipe has taken it all
    if (!write(text) && output.writableLength > 0 && writable.closeUnsafe()) {
      // nor is more read meanwhile: what a client asks for without reading the answers would pile up here. Were both sides to do so, they
      // would wait for each other
      if (isReading && onUnreadable === undefined) input.pause()
      // who waits goes on when there is room, and fails when there is nobody to write to any more
      const go = () => {
        output.off("drain", go).off("close", go)
        writable.openUnsafe()
        if (isReading) input.resume()
      }
      output.once("drain", go).once("close", go)
    }
  }
  const append = (text: string) => {
    if (text.length < longText) return appendText(`${text}\n`)
    flush()
    pending = text
    flush()
    appendText("\n")
  }
  const appendText = (text: string) => {
    if (pending === "") queueMicrotask(flush)
    pending += text
  }
  // One bad line costs one error; the lines around it are served (STDIO-10).
  const refuse = onUnreadable === undefined
    ? (message: string) => append(JSON.stringify(JsonRpc.errorResponse(null, JsonRpc.parseError, message)))
    : (_message: string, line?: string) => onUnreadable(line)
  const sendNow = (message: JsonRpc.Message): Effect.Effect<void, TransportError.TransportError> => {
    if (output.destroyed || output.writableEnded) return Effect.fail(TransportError.closed())
    const text = JsonRpc.stringify(message)
    if (Result.isSuccess(text)) {
      append(text.success)
      return Effect.void
    }
    if (text.failure.instead !== undefined) append(text.failure.instead)
    return Effect.logError("A message could not be written as JSON", text.failure.cause)
  }

  return {
    isCongested: () => !writable.isOpen(),
    flush: Effect.callback<void>((resume) => {
      if (output.destroyed || output.writableEnded) return resume(Effect.void)
      const text = pending
      pending = ""
      write(text, () => resume(Effect.void))
    }),
    send: (message) =>
      Effect.suspend(() =>
        writable.isOpen() ? sendNow(message) : Effect.flatMap(writable.await, () => sendNow(message))
      ),
    run: (receive) =>
      Effect.callback<void, TransportError.TransportError>((resume) => {
        const lines = new Lines({
          maxLength: options.maxLineLength ?? defaultMaxLineLength,
          onLine: (line) => parse(line, receive, refuse),
          onTooLong: () => refuse("The line is too long")
        })
        const onData = (chunk: Buffer) => lines.push(chunk)
        const onEnd = () => {
          lines.end()
          resume(Effect.void)
        }
        const onError = (cause: unknown) =>
          resume(Effect.fail(new TransportError.TransportError({ reason: new TransportError.Broken({ cause }) })))
        // a reader that has gone away closes the connection; there is nobody left to tell
        const onGone = () => resume(Effect.void)
        if (input.destroyed || input.readableEnded) return onEnd()
        isReading = true
        input.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError)
        if (onUnreadable === undefined) output.on("error", onGone).on("close", onGone)
        return Effect.sync(() => {
          isReading = false
          input.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError)
          // its `error` listener stays: a write that fails from now on is nobody's concern, and must not end the process
          output.off("close", onGone)
          input.pause()
        })
      })
  }
}

const parse = (line: string, receive: Receive, refuse: (message: string, line: string) => void): void => {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return refuse("The line is not JSON", line)
  }
  receive(json)
}

// A client that does not read is not waited for any longer than this.
const flushTimeout = Duration.seconds(2)

/**
 * The transport of this process: its standard input and output, guarded. Its end waits until what was sent has left the process.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options?: Pick<Options, "maxLineLength">
): Layer.Layer<Transport> =>
  Layer.effect(
    Transport,
    StdoutGuard.acquire.pipe(
      Effect.map((write) => make({ input: process.stdin, output: process.stdout, write, ...options })),
      Effect.tap(({ flush }) =>
        Effect.addFinalizer(() => Effect.timeoutOption(Effect.interruptible(flush), flushTimeout))
      )
    )
  )
