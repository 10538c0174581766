/**
 * Laws of calls, as those see them who make them.
 *
 * They are not about the wire (`Requests`).
 *
 * @since 0.1.0
 */
import * as Formatter from "effect/Formatter"
import * as History from "../../History.ts"
import * as HistoryLaw from "./HistoryLaw.ts"

type Began = Extract<History.Event, { readonly _tag: "CallBegan" }>

// Whatever happens, a call ends: once, and within its time.
const end = HistoryLaw.make("a call ends, once and in time", () => {
  const open = new Map<string, Began>()
  const known = new Set<string>()
  return {
    look: (event) => {
      if (event._tag === "CallBegan") {
        open.set(event.call, event)
        known.add(event.call)
      }
      if (event._tag === "CallEnded") {
        const began = open.get(event.call)
        if (began === undefined) return `${event.call} ends ${known.has(event.call) ? "again" : "and has not begun"}`
        open.delete(event.call)
        const took = event.at - began.at
        if (took > began.within) return `${event.call} took ${took} ms, and ${began.within} ms are its time`
      }
      if (event._tag === "Stuck") return event.because
      if (event._tag !== "Deserted" || open.size === 0) return undefined
      return `${[...open.keys()].join(", ")} has not ended`
    }
  }
})

// Progress that is heard rises, and nothing is heard any more after the end of the call.
const progress = HistoryLaw.make("progress is heard as it rises, until the call ends", () => {
  const last = new Map<string, number>()
  const ended = new Set<string>()
  return {
    look: (event) => {
      if (event._tag === "CallEnded") ended.add(event.call)
      if (event._tag !== "CallProgress") return undefined
      if (ended.has(event.call)) return `${event.call} hears of progress after its end`
      const before = last.get(event.call)
      if (before !== undefined && event.progress <= before) {
        return `${event.call} hears ${event.progress} after ${before}`
      }
      last.set(event.call, event.progress)
      return undefined
    }
  }
})

// When a call ends, each request that was sent for it is answered or cancelled, or its connection is over.
const cancelled = HistoryLaw.make("what nobody waits for any more is cancelled", () => {
  // requests that are under way, by call and by name
  const ofCall = new Map<string, Array<string>>()
  const underWay = new Map<string, { readonly connection: string }>()
  const isSent = new Set<string>()
  let due: ReadonlyArray<string> = []
  let dueAt = 0
  return {
    look: (event) => {
      if (event.at > dueAt) {
        const left = due.find((name) => underWay.has(name) && isSent.has(name))
        if (left !== undefined) {
          return `nobody waits for the request ${left} since ${dueAt} ms, and it was not cancelled`
        }
        due = []
      }
      switch (event._tag) {
        case "CallSent": {
          const name = HistoryLaw.nameOf(event.connection, "client", event.id)
          underWay.set(name, event)
          ofCall.set(event.call, [...(ofCall.get(event.call) ?? []), name])
          return undefined
        }
        case "CallEnded":
          due = [...due, ...(ofCall.get(event.call) ?? [])]
          dueAt = event.at
          return undefined
        case "Lost":
          underWay.delete(HistoryLaw.nameOf(event.connection, "client", event.id))
          return undefined
        case "Disconnected":
          if (event.side === "server") return undefined
          for (const [name, { connection }] of underWay) if (connection === event.connection) underWay.delete(name)
          return undefined
        case "Sent":
        case "Received": {
          if (event.side === "server") return undefined
          for (const message of HistoryLaw.messagesOf(event)) {
            const name = (id: unknown) => HistoryLaw.nameOf(event.connection, "client", id)
            if (event._tag === "Received" && message.method === undefined) underWay.delete(name(message.id))
            if (event._tag === "Sent" && HistoryLaw.isRequest(message)) isSent.add(name(message.id))
            const id = HistoryLaw.cancelled(message)
            if (id !== undefined) underWay.delete(name(id))
          }
          return undefined
        }
        default:
          return undefined
      }
    }
  }
})

// Of a call that may not be done twice, nothing is sent again once the server has taken it in, unless that was answered (with a question, say).
const sentOnce = HistoryLaw.make("what may have been done is not sent again", () => {
  const last = new Map<string, string>()
  const safe = new Set<string>()
  const taken = new Set<string>()
  const answered = new Set<string>()
  return {
    look: (event) => {
      if (event._tag === "CallBegan" && event.isSafe === true) safe.add(event.call)
      if (event._tag === "CallSent" && !safe.has(event.call)) {
        const before = last.get(event.call)
        if (before !== undefined && taken.has(before)) return `${event.call} was taken in as the request ${before}`
        last.set(event.call, HistoryLaw.nameOf(event.connection, "client", event.id))
      }
      if (event._tag !== "Received") return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        const name = HistoryLaw.nameOf(event.connection, "client", message.id)
        // what a connection has doubled may come when the first is answered
        if (event.side === "server" && HistoryLaw.isRequest(message) && !answered.has(name)) taken.add(name)
        if (event.side === "client" && HistoryLaw.isAnswer(message)) {
          taken.delete(name)
          answered.add(name)
        }
      }
      return undefined
    }
  }
})

// The keys that calls carry, where they do.
const keysIn = (json: unknown, known: ReadonlySet<string>): ReadonlyArray<string> => {
  // input may be anything that a Schema makes
  const text = typeof json === "string" ? json : Formatter.formatJson(json) ?? ""
  return Array.from(text.matchAll(/\d+#\d+/g), ([key]) => key).filter((key) => known.has(key))
}

// What a call says reaches its own client's handlers alone, and what it is answered with its own caller.
const apart = HistoryLaw.make("nobody hears of the calls of others", () => {
  const known = new Set<string>()
  const foreign = (json: unknown, connection: string) =>
    keysIn(json, known).find((key) => HistoryLaw.clientOf(key) !== HistoryLaw.clientOf(connection))
  return {
    look: (event) => {
      switch (event._tag) {
        case "CallBegan":
          if (event.what.includes(JSON.stringify(event.call))) known.add(event.call)
          return undefined
        case "Received": {
          const key = foreign(event.message, event.connection)
          return key === undefined ? undefined : `${event.connection} is told of ${key}`
        }
        case "HandlerBegan": {
          const key = event.connection === "?" ? undefined : foreign(event.input, event.connection)
          return key === undefined ? undefined : `a request of ${event.connection} runs with the input of ${key}`
        }
        case "CallEnded": {
          if (event.outcome._tag !== "Succeeded") return undefined
          const key = keysIn(event.outcome.value, known).find((key) => key !== event.call)
          return key === undefined ? undefined : `${event.call} is answered with what is for ${key}`
        }
        default:
          return undefined
      }
    }
  }
})

// A client to whose connections nothing happened connects, and each of its calls comes to what is expected of it.
const untroubled = HistoryLaw.make("where nothing goes wrong, calls come to what they should", () => {
  const troubled = new Set<string>()
  const calls = new Map<string, Began>()
  const wrong = new Map<string, string>()
  return {
    look: (event) => {
      if (event._tag === "Fault") troubled.add(HistoryLaw.clientOf(event.connection))
      if (event._tag === "CallBegan") calls.set(event.call, event)
      if (event._tag === "Left" && event.because !== undefined) {
        wrong.set(event.client, `client ${event.client} could not connect: ${event.because}`)
      }
      if (event._tag !== "CallEnded") return undefined
      const expected = calls.get(event.call)?.expected
      const { outcome } = event
      if (expected === undefined || (outcome._tag === "Succeeded" && outcome.value === expected)) return undefined
      wrong.set(HistoryLaw.clientOf(event.call), `${event.call} came to ${History.formatOutcome(outcome)}`)
      return undefined
    },
    atEnd: () => {
      for (const [client, reason] of wrong) if (!troubled.has(client)) return reason
      return undefined
    }
  }
})

/**
 * All.
 *
 * @category laws
 * @since 0.1.0
 */
export const all: ReadonlyArray<HistoryLaw.HistoryLaw> = [
  end,
  progress,
  cancelled,
  sentOnce,
  apart,
  untroubled
]
