/**
 * A `CallModel` predicts how the calls of a client end, whatever its server says, and whenever its connection comes and goes.
 *
 * It is no implementation: it knows neither fibers nor messages, and time is a number.
 *
 * @since 0.1.0
 */

/** What a call is made with; times in milliseconds. */
export interface CallOptions {
  readonly isSafe: boolean
  readonly timeout: number
  readonly maxTimeout: number
}

/** How a call ends: as answered by the event of this number, or by itself. */
export type Outcome =
  | `answered ${number}`
  | `ErrorAnswer ${number}`
  | "InvalidAnswer"
  | "RequestTimeout"
  | "Interrupted"
  | "Disconnected"
  | "NotSent"
  | "OutcomeUnknown"

export class Call {
  readonly options: CallOptions
  state: "unbegun" | "waiting" | "paused" | "pending" | "done" = "unbegun"
  /** How it may have ended: two ways where two things happen at the same time. */
  outcomes: ReadonlyArray<Outcome> = []
  /** What it was told of its progress. */
  readonly steps: Array<number> = []
  /** How many of its requests were cancelled. */
  cancellations = 0
  /** When it ends by itself, or is sent again. */
  deadline = Number.POSITIVE_INFINITY
  /** When it has not been sent for too long. */
  waitsUntil = 0
  last = 0
  retries = 0
  lastProgress = Number.NEGATIVE_INFINITY
  /** How many of its next requests are not taken in. */
  refusing = 0
  /** How it failed last. */
  error: "Disconnected" | "NotSent" = "NotSent"
  /** Whether it may not have seen its answer yet. */
  isFresh = false

  constructor(options: CallOptions) {
    this.options = options
  }

  get isUnderWay(): boolean {
    return this.state !== "unbegun" && this.state !== "done"
  }

  end(...outcomes: ReadonlyArray<Outcome>): void {
    this.state = "done"
    this.outcomes = outcomes
    this.deadline = Number.POSITIVE_INFINITY
  }
}

export interface Options {
  readonly calls: ReadonlyArray<CallOptions>
  readonly isSupervised: boolean
  /** How often a safe call is sent again. */
  readonly maxRetries: number
  /** How long it takes from the end of a connection, or a failure to connect, to the next attempt; in milliseconds. */
  readonly delay: number
}

export class CallModel {
  readonly calls: ReadonlyArray<Call>
  readonly #options: Options
  now: number
  isUp = true
  isClosed = false
  /** How many of the next attempts to connect fail. */
  failing = 0
  #retryAt = Number.POSITIVE_INFINITY

  constructor(options: Options, now: number) {
    this.#options = options
    this.calls = options.calls.map((options) => new Call(options))
    this.now = now
  }

  /** When something happens by itself next. */
  get next(): number {
    return Math.min(this.#retryAt, ...this.calls.map(({ deadline }) => deadline))
  }

  begin(call: Call): void {
    if (call.state !== "unbegun") return
    call.last = this.now + call.options.maxTimeout
    if (this.isClosed || (!this.isUp && !this.#options.isSupervised)) return call.end("NotSent")
    call.waitsUntil = Math.min(this.now + call.options.timeout, call.last)
    if (this.isUp) this.#send(call)
    else this.#wait(call)
  }

  answer(call: Call, outcome: Outcome): void {
    if (call.state !== "pending") return
    call.end(outcome)
    call.isFresh = true
  }

  progress(call: Call, step: number): void {
    if (call.state !== "pending" || step <= call.lastProgress) return
    call.lastProgress = step
    call.deadline = Math.min(this.now + call.options.timeout, call.last)
    if (step > (call.steps.at(-1) ?? Number.NEGATIVE_INFINITY)) call.steps.push(step)
  }

  cancel(call: Call): void {
    if (call.state === "pending") call.cancellations++
    if (call.isUnderWay) return call.end("Interrupted")
    if (call.isFresh) call.outcomes = [...call.outcomes, "Interrupted"]
  }

  /** Everybody has seen what happened until now. */
  settle(): void {
    for (const call of this.calls) call.isFresh = false
  }

  close(): void {
    if (!this.isUp || this.isClosed) return
    this.isUp = false
    if (this.#options.isSupervised) this.#retryAt = this.now + this.#options.delay
    for (const call of this.calls) if (call.state === "pending") this.#lose(call)
  }

  closeScope(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.isUp = false
    this.#retryAt = Number.POSITIVE_INFINITY
    for (const call of this.calls) {
      if (call.state === "pending") this.#lose(call)
      else if (call.isUnderWay) call.end("NotSent")
    }
  }

  /** Time passes, and nothing happens in it but what happens at its end. */
  passTo(now: number): void {
    this.now = now
    for (const call of this.calls) {
      if (call.deadline > now || call.state === "paused") continue
      if (call.state === "pending") {
        call.cancellations++
        call.end("RequestTimeout")
      } else call.end(call.error)
    }
    this.#connect()
    for (const call of this.calls) {
      if (call.deadline > now || call.state !== "paused") continue
      if (this.isUp) this.#send(call)
      else if (now < call.waitsUntil) this.#wait(call)
      else call.end(call.error)
    }
  }

  #connect(): void {
    if (this.#retryAt > this.now) return
    if (this.failing > 0) {
      this.failing--
      this.#retryAt = this.now + this.#options.delay
      return
    }
    this.#retryAt = Number.POSITIVE_INFINITY
    this.isUp = true
    for (const call of this.calls) if (call.state === "waiting") this.#send(call)
  }

  #send(call: Call): void {
    if (call.last <= this.now) return call.end(call.error)
    if (call.refusing === 0) {
      call.state = "pending"
      call.lastProgress = Number.NEGATIVE_INFINITY
      call.deadline = Math.min(this.now + call.options.timeout, call.last)
      return
    }
    call.refusing--
    call.error = "NotSent"
    const rest = call.waitsUntil - this.now
    if (!this.#options.isSupervised || rest <= 0) return call.end("NotSent")
    call.state = "paused"
    call.deadline = this.now + Math.min(this.#options.delay, rest)
  }

  #wait(call: Call): void {
    call.state = "waiting"
    call.deadline = call.waitsUntil
  }

  #lose(call: Call): void {
    if (!this.#options.isSupervised) return call.end("Disconnected")
    if (!call.options.isSafe) return call.end("OutcomeUnknown")
    if (this.isClosed || call.retries === this.#options.maxRetries) return call.end("Disconnected")
    call.retries++
    call.error = "Disconnected"
    call.waitsUntil = Math.min(this.now + call.options.timeout, call.last)
    this.#wait(call)
  }
}
