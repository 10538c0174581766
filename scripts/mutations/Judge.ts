/**
 * The `Judge` holds what a server says on one connection against what it was asked: which ids want an answer, and how many errors without one.
 *
 * It reads what is sent as a server has to, and knows nothing of how it is sent.
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Predicate from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"

/** What nests deeper is refused. */
const maxDepth = 256

/** What was asked with one id. */
interface Asked {
  messages: number
  answers: number
  /** Whether it may stay unanswered: it was cancelled. */
  isExcused: boolean
  /** Whether it is of the round before. */
  isLate: boolean
  readonly method: unknown
}

/** What is wrong with what was heard so far. */
export class Judge {
  readonly wrong: Array<string> = []
  /** How many of each outcome. */
  readonly outcomes: Map<string, number>
  readonly #asked = new Map<unknown, Asked>()
  readonly #good = new Map<string, unknown>()
  readonly #listens = new Set<unknown>()
  #refusalsDue = 0
  #refusals = 0

  constructor(outcomes: Map<string, number>) {
    this.outcomes = outcomes
  }

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
  }

  /** A good request was sent, and this is the value that has to come back. */
  good(id: string, value: unknown): void {
    this.#good.set(id, value)
  }

  /** A text was sent that is one message. */
  said(text: string, batching: boolean): void {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      this.#refusalsDue++
      return
    }
    this.saidJson(json, batching)
  }

  /** A JSON value was sent. */
  saidJson(json: unknown, batching = false): void {
    if (JsonRpc.isDeeperThan(json, maxDepth)) return this.#saidInvalid(json)
    if (!Array.isArray(json)) return this.#saidOne(json)
    if (!batching || json.length === 0 || json.length > 100) this.#refusalsDue++
    else for (const one of json) this.#saidOne(one)
  }

  #saidOne(json: unknown): void {
    switch (JsonRpc.classify(json)) {
      case "Request": {
        const { id, method } = json as JsonRpc.Request
        return this.#ask(id, method)
      }
      case "Notification": {
        const { method, params } = json as JsonRpc.Notification
        if (method !== "notifications/cancelled" || !Predicate.isObject(params)) return
        const asked = this.#asked.get(params["requestId"])
        if (asked !== undefined) asked.isExcused = true
        return
      }
      case "Invalid":
        return this.#saidInvalid(json)
      default:
        return
    }
  }

  #saidInvalid(json: unknown): void {
    const { error, id, method, result } = Predicate.isObject(json) ? json : { error: undefined }
    if (method === undefined && (result !== undefined || error !== undefined)) return
    if (JsonRpc.isRequestId(id)) this.#ask(id, undefined)
    else this.#refusalsDue++
  }

  #ask(id: JsonRpc.RequestId, method: unknown): void {
    if (method === "subscriptions/listen") this.#listens.add(id)
    const asked = this.#asked.get(id)
    if (asked === undefined) this.#asked.set(id, { messages: 1, answers: 0, isExcused: false, isLate: false, method })
    else {
      asked.messages++
      asked.isExcused = false
    }
  }

  /** The server said this. */
  heard(message: unknown): void {
    if (!Predicate.isObject(message)) return void this.wrong.push(`it said ${JSON.stringify(message)}`)
    const { error, id, method } = message
    if (method !== undefined) return this.count(typeof id === "undefined" ? "news" : "questions")
    this.count(Predicate.isObject(error) ? `error ${String(error["code"])}` : "result")
    if (Predicate.isObject(error) && error["code"] === JsonRpc.internalError) {
      const text = String(error["message"])
      if (!text.startsWith("Too many requests")) this.wrong.push(`it failed: ${JSON.stringify(message)}`)
    }
    if (id === null || id === undefined) return void this.#refusals++
    if (typeof id === "string" && this.#good.has(id)) {
      const expected = this.#good.get(id)
      this.#good.delete(id)
      const { result } = message
      const value = Predicate.isObject(result) ? result["structuredContent"] : undefined
      if (!isDeepStrictEqual(value, expected)) this.wrong.push(`a good request was answered ${JSON.stringify(message)}`)
      return
    }
    const asked = this.#asked.get(id)
    if (asked === undefined || asked.answers >= asked.messages) {
      return void this.wrong.push(`nobody asked, or it was answered already: ${JSON.stringify(message).slice(0, 500)}`)
    }
    asked.answers++
  }

  /** The ids of requests that stand until they are cancelled. */
  takeStanding(): ReadonlyArray<unknown> {
    const ids = [...this.#listens]
    this.#listens.clear()
    return ids
  }

  get #open(): ReadonlyArray<readonly [unknown, Asked]> {
    return [...this.#asked].filter(([, { answers, isExcused }]) => answers === 0 && !isExcused)
  }

  /** Whether all that has to be said was said: of several requests with one id, either is answered, or refused without one. */
  get isQuiet(): boolean {
    const missing = [...this.#asked.values()].reduce(
      (sum, { answers, isExcused, messages }) => isExcused ? sum : sum + messages - answers,
      0
    )
    return this.#good.size === 0 && this.#open.length === 0 && this.#refusals >= this.#refusalsDue + missing
  }

  /** Ends a round: what is open now will not be answered. */
  settle(): void {
    for (const [id, { method }] of this.#open) this.wrong.push(`no answer to ${JSON.stringify(id)} (${String(method)})`)
    for (const id of this.#good.keys()) this.wrong.push(`no answer to the good request ${id}`)
    const together = [...this.#asked.values()].reduce((sum, { answers, messages }) => sum + messages - answers, 0)
    if (this.#refusals < this.#refusalsDue || this.#refusals > this.#refusalsDue + together) {
      this.wrong.push(`${this.#refusals} errors without an id, and not ${this.#refusalsDue}`)
    }
    for (const [id, asked] of this.#asked) {
      // what was cancelled may have been answered before that was read, and be heard now
      if (asked.isExcused && asked.answers < asked.messages && !asked.isLate) asked.isLate = true
      else this.#asked.delete(id)
    }
    this.#good.clear()
    this.#refusals = 0
    this.#refusalsDue = 0
  }
}
