/**
 * `Lines` cuts a stream of bytes into lines of text: at `\n`, with or without a `\r` before it, wherever the chunks end.
 *
 * It knows nothing of JSON, and it holds no more than one line.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import { StringDecoder } from "node:string_decoder"

/**
 * What to do with lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** In UTF-16 units. */
  readonly maxLength: number
  readonly onLine: (line: string) => void
  /** A line was too long, and is skipped. */
  readonly onTooLong: () => void
}

/**
 * A splitter of one stream.
 *
 * @category models
 * @since 0.1.0
 */
export class Lines {
  readonly #options: Options
  readonly #decoder = new StringDecoder("utf8")
  #parts: Array<string> = []
  #length = 0
  #skipping = false

  constructor(options: Options) {
    this.#options = options
  }

  push(chunk: Buffer): void {
    this.#text(this.#decoder.write(chunk))
  }

  /** The stream has ended: what stands after the last `\n` is a line too. */
  end(): void {
    this.#text(this.#decoder.end())
    if (this.#length > 0 && !this.#skipping) this.#emit(this.#parts.join(""))
    this.#parts = []
    this.#length = 0
  }

  #text(text: string): void {
    let start = 0
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const part = text.slice(start, end)
      start = end + 1
      if (this.#skipping) {
        this.#skipping = false
        continue
      }
      if (this.#length + part.length > this.#options.maxLength) this.#options.onTooLong()
      else if (this.#length === 0) this.#emit(part)
      else {
        this.#parts.push(part)
        this.#emit(this.#parts.join(""))
      }
      this.#parts = []
      this.#length = 0
    }
    if (start < text.length) this.#hold(start === 0 ? text : text.slice(start))
  }

  #hold(part: string): void {
    if (this.#skipping) return
    this.#length += part.length
    if (this.#length <= this.#options.maxLength) {
      this.#parts.push(part)
      return
    }
    this.#parts = []
    this.#length = 0
    this.#skipping = true
    this.#options.onTooLong()
  }

  #emit(line: string): void {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line
    if (text.trim() !== "") this.#options.onLine(text)
  }
}
