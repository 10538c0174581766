/**
 * Laws of requests and their answers, as the two sides of a connection see them.
 *
 * They are not about who waits for the answers (`Calls`).
 *
 * @since 0.1.0
 */
import * as HistoryLaw from "./HistoryLaw.ts"

// In milliseconds: who is interrupted may clean up.
const cleaning = 1000

// However often a connection doubles a request, there is at most one answer for each time that it was taken in.
const answeredOnce = HistoryLaw.make("a request is answered at most once", () => {
  const unanswered = new Map<string, number>()
  return {
    look: (event) => {
      if (event._tag !== "Received" && event._tag !== "Sent") return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        if (event._tag === "Received" && HistoryLaw.isRequest(message)) {
          const name = HistoryLaw.nameOf(event.connection, HistoryLaw.other(event.side), message.id)
          unanswered.set(name, (unanswered.get(name) ?? 0) + 1)
        }
        if (event._tag === "Sent" && HistoryLaw.isAnswer(message)) {
          const name = HistoryLaw.nameOf(event.connection, HistoryLaw.other(event.side), message.id)
          const left = unanswered.get(name) ?? 0
          if (left === 0) {
            return `the ${event.side} answers ${JSON.stringify(message.id)}, which it was not asked any more`
          }
          unanswered.set(name, left - 1)
        }
      }
      return undefined
    }
  }
})

// Once the cancellation of a request was taken in, it is not answered, unless it was taken in again.
const cancelledUnanswered = HistoryLaw.make("what was cancelled is not answered", () => {
  const running = new Set<string>()
  const gone = new Set<string>()
  return {
    look: (event) => {
      if (event._tag !== "Received" && event._tag !== "Sent") return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        const name = (id: unknown) => HistoryLaw.nameOf(event.connection, HistoryLaw.other(event.side), id)
        if (event._tag === "Received") {
          const cancelled = HistoryLaw.cancelled(message)
          if (cancelled !== undefined && running.delete(name(cancelled))) gone.add(name(cancelled))
          if (HistoryLaw.isRequest(message)) {
            running.add(name(message.id))
            gone.delete(name(message.id))
          }
        } else if (HistoryLaw.isAnswer(message)) {
          if (gone.has(name(message.id))) {
            return `the ${event.side} answers ${JSON.stringify(message.id)} after it took in that it is cancelled`
          }
          running.delete(name(message.id))
        }
      }
      return undefined
    }
  }
})

// The handler of a request whose cancellation was taken in ends soon.
const cancelledEnds = HistoryLaw.make("the handler of what was cancelled is interrupted", () => {
  const runs = new Map<string, number>()
  const due = new Map<number, number>()
  return {
    look: (event) => {
      for (const [run, by] of due) {
        if (event.at > by) return `run ${run} goes on ${cleaning} ms after its request was cancelled`
      }
      if (event._tag === "HandlerBegan") runs.set(HistoryLaw.nameOf(event.connection, "client", event.id), event.run)
      if (event._tag === "HandlerEnded") {
        due.delete(event.run)
        for (const [name, run] of runs) if (run === event.run) runs.delete(name)
      }
      if (event._tag === "Received" && event.side === "server") {
        for (const message of HistoryLaw.messagesOf(event)) {
          const id = HistoryLaw.cancelled(message)
          const run = id === undefined ? undefined : runs.get(HistoryLaw.nameOf(event.connection, "client", id))
          if (run !== undefined && !due.has(run)) due.set(run, event.at + cleaning)
        }
      }
      return undefined
    }
  }
})

// No side asks twice with one id on one connection.
const idsOnce = HistoryLaw.make("an id is used for one request", () => {
  const used = new Set<string>()
  return {
    look: (event) => {
      if (event._tag !== "Sent") return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        if (!HistoryLaw.isRequest(message)) continue
        const name = HistoryLaw.nameOf(event.connection, event.side, message.id)
        if (used.has(name)) return `the ${event.side} asks with the id ${JSON.stringify(message.id)} again`
        used.add(name)
      }
      return undefined
    }
  }
})

// Progress of a request is not reported before it is taken in, nor after it is answered or cancelled, and each step is more than the one before.
const progressReported = HistoryLaw.make("progress rises, and is reported while the request runs", () => {
  const last = new Map<string, number>()
  // by the name of their request
  const tokens = new Map<string, string>()
  return {
    look: (event) => {
      if (event._tag !== "Received" && event._tag !== "Sent") return undefined
      const by = HistoryLaw.other(event.side)
      for (const message of HistoryLaw.messagesOf(event)) {
        const request = (id: unknown) => HistoryLaw.nameOf(event.connection, by, id)
        if (event._tag === "Received") {
          const token = tokenOf(message)
          if (HistoryLaw.isRequest(message) && token !== undefined && !tokens.has(request(message.id))) {
            const name = HistoryLaw.nameOf(event.connection, by, token)
            tokens.set(request(message.id), name)
            last.set(name, Number.NEGATIVE_INFINITY)
          }
        }
        const over = event._tag === "Received" ? HistoryLaw.cancelled(message) : message.id
        if (event._tag === "Received" ? over !== undefined : HistoryLaw.isAnswer(message)) {
          const name = tokens.get(request(over))
          if (name !== undefined) last.delete(name)
          tokens.delete(request(over))
        }
        if (event._tag === "Sent" && message.method === "notifications/progress") {
          const { progress, progressToken } = message.params ?? {}
          const name = HistoryLaw.nameOf(event.connection, by, progressToken)
          const before = last.get(name)
          if (before === undefined) return `progress of ${JSON.stringify(progressToken)}, which does not run`
          if (typeof progress !== "number" || !(progress > before)) return `${String(progress)} follows ${before}`
          last.set(name, progress)
        }
      }
      return undefined
    }
  }
})

const tokenOf = ({ params }: HistoryLaw.Message): unknown => {
  const { _meta } = params ?? {}
  return (Object(_meta) as Readonly<Record<string, unknown>>)["progressToken"]
}

/**
 * All.
 *
 * @category laws
 * @since 0.1.0
 */
export const all: ReadonlyArray<HistoryLaw.HistoryLaw> = [
  answeredOnce,
  cancelledUnanswered,
  cancelledEnds,
  idsOnce,
  progressReported
]
