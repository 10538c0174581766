/**
 * Laws of what clients hear without having asked for it.
 *
 * They are not about progress (`Calls`).
 *
 * @since 0.1.0
 */
import * as HistoryLaw from "./HistoryLaw.ts"

// In milliseconds: how long news may be under way where nothing goes wrong.
const transit = 2500

interface Due {
  readonly client: string
  readonly at: number
}

// A client that listens, and to whose connections nothing happened, hears of each change while it is there. A change is told by a run of a handler of
// this name.
const heard = (handler: string) =>
  HistoryLaw.make("who listens hears of each change", () => {
    const listening = new Set<string>()
    const changes = new Map<number, number>()
    const troubled = new Set<string>()
    const missed = new Map<string, number>()
    let due: ReadonlyArray<Due> = []
    return {
      look: (event) => {
        for (const { at, client } of due) if (event.at > at + transit && !missed.has(client)) missed.set(client, at)
        due = due.filter(({ at }) => event.at <= at + transit)
        switch (event._tag) {
          case "Fault":
            troubled.add(HistoryLaw.clientOf(event.connection))
            return undefined
          case "Listens":
            listening.add(event.client)
            return undefined
          case "Left":
            listening.delete(event.client)
            due = due.filter(({ client }) => client !== event.client)
            return undefined
          case "Disconnected": {
            const client = HistoryLaw.clientOf(event.connection)
            due = due.filter((due) => due.client !== client)
            if (event.side === "client") listening.delete(client)
            return undefined
          }
          case "HandlerBegan":
            if (event.handler === handler) changes.set(event.run, event.at)
            return undefined
          case "HandlerEnded": {
            const at = changes.get(event.run)
            if (at === undefined || event.outcome._tag !== "Succeeded") return undefined
            due = [...due, ...Array.from(listening, (client) => ({ client, at }))]
            return undefined
          }
          case "Heard":
            due = due.filter(({ at, client }) => client !== event.client || event.at < at)
            return undefined
          default:
            return undefined
        }
      },
      atEnd: () => {
        for (const [client, at] of missed) {
          if (!troubled.has(client)) return `client ${client} does not hear of the change at ${at} ms`
        }
        return undefined
      }
    }
  })

/**
 * All, of the playground.
 *
 * @category laws
 * @since 0.1.0
 */
export const all: ReadonlyArray<HistoryLaw.HistoryLaw> = [heard("tool touch")]
