/**
 * A `HistoryLaw` is a sentence that is true of each history, whatever happened to the connections in it.
 *
 * It looks at what our sides said and did: what a connection itself lost, doubled or turned around it knows from what was taken in.
 *
 * @since 0.1.0
 */
import type * as History from "../../History.ts"
import type * as Transcript from "../../Transcript.ts"

/**
 * Why a history breaks a law: the reason, and the event that shows it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Breach {
  readonly reason: string
  readonly event: History.Event | undefined
}

/**
 * A law.
 *
 * @category models
 * @since 0.1.0
 */
export interface HistoryLaw {
  readonly name: string
  /** The first breach; undefined where there is none. */
  readonly breach: (events: ReadonlyArray<History.Event>) => Breach | undefined
}

/**
 * A law that goes through a history from its beginning. `look` is made anew for each history; `atEnd` looks at what is left over.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  name: string,
  looker: () => {
    readonly look?: (event: History.Event) => string | undefined
    readonly atEnd?: () => string | undefined
  }
): HistoryLaw => ({
  name,
  breach: (events) => {
    const { atEnd, look } = looker()
    if (look !== undefined) {
      for (const event of events) {
        const reason = look(event)
        if (reason !== undefined) return { reason, event }
      }
    }
    const reason = atEnd?.()
    return reason === undefined ? undefined : { reason, event: events.at(-1) }
  }
})

/**
 * A message as laws see it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Message {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: unknown
}

/**
 * The messages of what was said or taken in: of a batch, each of them.
 *
 * @category accessors
 * @since 0.1.0
 */
export const messagesOf = (event: History.Event): ReadonlyArray<Message> => {
  if (event._tag !== "Sent" && event._tag !== "Received") return []
  // any member may be missing, so whatever JSON it is can be looked at so
  return (Array.isArray(event.message) ? event.message : [event.message]).map((json) => Object(json) as Message)
}

/**
 * Whether a message asks for an answer.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRequest = ({ id, method }: Message): boolean => method !== undefined && id !== undefined && id !== null

/**
 * Whether a message is the answer to a request that has an id.
 *
 * @category guards
 * @since 0.1.0
 */
export const isAnswer = ({ id, method }: Message): boolean => method === undefined && id !== undefined && id !== null

/**
 * The id that a message cancels.
 *
 * @category accessors
 * @since 0.1.0
 */
export const cancelled = ({ method, params }: Message): unknown =>
  method === "notifications/cancelled" ? params?.["requestId"] : undefined

/**
 * A name for the requests of an id on one connection. `by` is the side that asks.
 *
 * @category accessors
 * @since 0.1.0
 */
export const nameOf = (connection: string, by: Transcript.Side, id: unknown): string =>
  `${connection} ${by} ${JSON.stringify(id)}`

/**
 * The other side.
 *
 * @category accessors
 * @since 0.1.0
 */
export const other = (side: Transcript.Side): Transcript.Side => side === "client" ? "server" : "client"

/**
 * The client of a connection or a call, by their names.
 *
 * @category accessors
 * @since 0.1.0
 */
export const clientOf = (name: string): string => name.split(/[.#]/)[0]!
