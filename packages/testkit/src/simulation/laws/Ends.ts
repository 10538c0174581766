/**
 * Laws of how things end: handlers, connections, the server.
 *
 * They are not about how calls end (`Calls`).
 *
 * @since 0.1.0
 */
import * as History from "../../History.ts"
import * as HistoryLaw from "./HistoryLaw.ts"

// In milliseconds: how long work may go on that is interrupted with its connection.
const release = 6000

// A handler that has begun ends, and soon after its connection has.
const handlers = HistoryLaw.make("a handler ends with its connection at the latest", () => {
  const running = new Map<number, string>()
  const due = new Map<number, number>()
  return {
    look: (event) => {
      for (const [run, by] of due) {
        if (event.at > by) return `run ${run} goes on ${release} ms after the end of its connection`
      }
      if (event._tag === "HandlerBegan") running.set(event.run, event.connection)
      if (event._tag === "HandlerEnded") {
        running.delete(event.run)
        due.delete(event.run)
      }
      if (event._tag === "Disconnected" && event.side === "server") {
        for (const [run, connection] of running) if (connection === event.connection) due.set(run, event.at + release)
      }
      return undefined
    },
    atEnd: () => running.size === 0 ? undefined : `run ${[...running.keys()].join(", ")} has not ended`
  }
})

// Nothing is left: no connection and no subscription once all clients have left, no fiber once the server has closed.
const nothingLeft = HistoryLaw.make("nothing is left at the end", () => ({
  look: (event) => {
    if (event._tag === "Deserted") {
      const { connections, listens } = event
      if (connections + listens > 0) return `${connections} connections and ${listens} subscriptions are left`
    }
    if (event._tag === "Closed") {
      const { fibers, sleepers } = event.left
      if (fibers !== 0 || sleepers !== 0) return `${fibers} fibers are left, of which ${sleepers} sleep`
    }
    return undefined
  }
}))

// Nothing dies, on either side.
const nothingDies = HistoryLaw.make("nothing dies", () => ({
  look: (event) => {
    // an author may log whatever they like
    if (event._tag === "Logged" && event.isOwn !== false && (event.level === "Error" || event.level === "Fatal")) {
      return event.text
    }
    if (event._tag !== "CallEnded" && event._tag !== "HandlerEnded") return undefined
    return event.outcome._tag === "Died" ? History.formatOutcome(event.outcome) : undefined
  }
}))

/**
 * All.
 *
 * @category laws
 * @since 0.1.0
 */
export const all: ReadonlyArray<HistoryLaw.HistoryLaw> = [handlers, nothingLeft, nothingDies]
