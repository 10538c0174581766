/**
 * Laws of what is said over HTTP, where a request has a stream of its own, and a stream may come over many connections.
 *
 * They are not for pipes, which may double and lose what goes through them.
 *
 * @since 0.1.0
 */
import * as HistoryLaw from "./HistoryLaw.ts"

// What is said on the stream of a request: its answer, and its progress, whose token is the id with our clients.
const streamOf = (message: HistoryLaw.Message): unknown =>
  message.method === undefined
    ? message.id
    : message.method === "notifications/progress"
    ? message.params?.["progressToken"]
    : undefined

// However often a stream is gone on with: what the server says on it comes once, in its order, and before an answer comes all that was said before
// it.
const inOrder = HistoryLaw.make("what is said on a stream comes once, in its order, without gaps", () => {
  const said = new Map<string, Array<string>>()
  const come = new Map<string, number>()
  return {
    look: (event) => {
      if (event._tag !== "Sent" && event._tag !== "Received") return undefined
      if ((event._tag === "Sent") !== (event.side === "server")) return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        const stream = streamOf(message)
        if (stream === undefined || stream === null) continue
        const name = HistoryLaw.nameOf(event.connection, "client", stream)
        const texts = said.get(name) ?? []
        const text = JSON.stringify(message)
        if (event._tag === "Sent") {
          said.set(name, [...texts, text])
          continue
        }
        const expected = come.get(name) ?? 0
        come.set(name, expected + 1)
        // an error may be the transport's own, for a reply that is none
        if (texts[expected] !== text && message.error === undefined) {
          return `on the stream of ${name} came ${text}, and not ${texts[expected] ?? "nothing"}`
        }
      }
      return undefined
    }
  }
})

// What is said to all comes to a client as often as it was said to it, at most.
const once = HistoryLaw.make("news comes as often as it was sent, at most", () => {
  const left = new Map<string, number>()
  return {
    look: (event) => {
      if (event._tag !== "Sent" && event._tag !== "Received") return undefined
      if ((event._tag === "Sent") !== (event.side === "server")) return undefined
      for (const message of HistoryLaw.messagesOf(event)) {
        if (message.method === undefined) continue
        const name = `${event.connection} ${JSON.stringify(message)}`
        const count = left.get(name) ?? 0
        if (event._tag === "Received" && count === 0) return `${name} comes once more than it was sent`
        left.set(name, event._tag === "Sent" ? count + 1 : count - 1)
      }
      return undefined
    }
  }
})

// In milliseconds: who is interrupted may clean up.
const cleaning = 1000

// A request that stands for itself is cancelled by the end of its connection: nobody works on it any more.
const abandoned = HistoryLaw.make("work for nobody ends", () => {
  const runs = new Map<number, string>()
  const due = new Map<number, number>()
  return {
    look: (event) => {
      for (const [run, by] of due) {
        if (event.at > by) return `run ${run} goes on ${cleaning} ms after its request was lost`
      }
      if (event._tag === "HandlerBegan") runs.set(event.run, HistoryLaw.nameOf(event.connection, "client", event.id))
      if (event._tag === "HandlerEnded") {
        runs.delete(event.run)
        due.delete(event.run)
      }
      if (event._tag === "Lost" && event.isAlone) {
        const name = HistoryLaw.nameOf(event.connection, "client", event.id)
        for (const [run, request] of runs) if (request === name) due.set(run, event.at + cleaning)
      }
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
export const all: ReadonlyArray<HistoryLaw.HistoryLaw> = [inOrder, once, abandoned]
