/**
 * The `EventParser` makes events of the text of an event stream, however it is cut into pieces.
 *
 * It is not effect's parser, since a stream is gone on with after the last event that was complete: an id counts with the end of its event, and
 * counts without data too (HTTP-21). What comes after the last complete event is never seen.
 *
 * Spec: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @since 0.1.0
 */

/**
 * One event. `id` is there when this very event has one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  readonly type: string
  readonly data: string
  readonly id: string | undefined
}

/**
 * What a parser needs. An event that is longer than `maxLength`, in UTF-16 units, is skipped, and `onTooLong` called.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly maxLength: number
  readonly onEvent: (event: Event) => void
  /** In milliseconds. */
  readonly onRetry: (delay: number) => void
  readonly onTooLong: () => void
}

const lf = 0x0a
const space = 0x20

/**
 * The parser of one stream.
 *
 * @category models
 * @since 0.1.0
 */
export class EventParser {
  readonly #options: Options
  // the beginning of a line whose end has not come
  #rest = ""
  #isAfterCr = false
  #type = ""
  #data: string | undefined
  #id: string | undefined
  #length = 0
  #isTooLong = false

  constructor(options: Options) {
    this.#options = options
  }

  /** Takes the next piece. */
  push(text: string): void {
    let start = 0
    if (this.#isAfterCr && text !== "") {
      this.#isAfterCr = false
      if (text.charCodeAt(0) === lf) start = 1
    }
    let nextCr = text.indexOf("\r", start)
    for (;;) {
      const nextLf = text.indexOf("\n", start)
      if (nextCr !== -1 && nextCr < start) nextCr = text.indexOf("\r", start)
      const end = nextCr === -1 || (nextLf !== -1 && nextLf < nextCr) ? nextLf : nextCr
      if (end === -1) break
      const piece = text.slice(start, end)
      const line = this.#rest === "" ? piece : this.#rest + piece
      this.#rest = ""
      start = end + 1
      if (end === nextCr) {
        if (start === text.length) this.#isAfterCr = true
        else if (text.charCodeAt(start) === lf) start++
      }
      this.#line(line)
    }
    if (start < text.length) this.#keep(start === 0 ? text : text.slice(start))
  }

  #keep(text: string): void {
    if (this.#isTooLong) {
      // of a line that is dropped it has to be known only that it is not empty
      this.#rest = ":"
      return
    }
    this.#rest += text
    if (this.#length + this.#rest.length > this.#options.maxLength) this.#drop()
  }

  #drop(): void {
    this.#isTooLong = true
    this.#data = undefined
    if (this.#rest !== "") this.#rest = ":"
    this.#options.onTooLong()
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch()
    const colon = line.indexOf(":")
    if (colon === 0 || this.#isTooLong) return
    this.#length += line.length
    if (this.#length > this.#options.maxLength) return this.#drop()
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? "" : line.slice(line.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1)
    switch (name) {
      case "data":
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
        return
      case "event":
        this.#type = value
        return
      case "id":
        if (!value.includes("\0")) this.#id = value
        return
      case "retry":
        if (/^\d+$/.test(value)) this.#options.onRetry(Number(value))
    }
  }

  #dispatch(): void {
    const type = this.#type === "" ? "message" : this.#type
    const data = this.#data
    const id = this.#id
    this.#type = ""
    this.#data = undefined
    this.#id = undefined
    this.#length = 0
    this.#isTooLong = false
    // an id alone is an event without data
    if (data !== undefined || id !== undefined) this.#options.onEvent({ type, data: data ?? "", id })
  }
}
