/**
 * A `History` is what happened in a simulation, on all sides and in order: what was said and taken in, what was asked and how that ended, what handlers did.
 *
 * It judges nothing (`HistoryLaws` does), and knows no transport.
 *
 * @since 0.1.0
 */
import type * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import * as Transcript from "./Transcript.ts"
import type * as VirtualTime from "./VirtualTime.ts"
import * as Delegate from "./wire/Delegate.ts"

/**
 * How something ended.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | { readonly _tag: "Succeeded"; readonly value: unknown }
  | { readonly _tag: "Failed"; readonly reason: string }
  | { readonly _tag: "Interrupted" }
  | { readonly _tag: "Died"; readonly defect: string }

/**
 * Something that happened. Connections, calls and runs of handlers have names: `1.2` is the second connection of client 1, `1#3` its fourth call.
 *
 * @category models
 * @since 0.1.0
 */
export type Happening =
  | { readonly _tag: "Connected"; readonly connection: string }
  /** For this side the connection is over. */
  | { readonly _tag: "Disconnected"; readonly connection: string; readonly side: Transcript.Side }
  /** A client has left, or was never there. */
  | { readonly _tag: "Left"; readonly client: string; readonly because?: string }
  | { readonly _tag: "Sent"; readonly connection: string; readonly side: Transcript.Side; readonly message: unknown }
  | {
    readonly _tag: "Received"
    readonly connection: string
    readonly side: Transcript.Side
    readonly message: unknown
  }
  /** Over HTTP: no reply to this request will come any more; where it stood for itself, nobody works on it either. */
  | { readonly _tag: "Lost"; readonly connection: string; readonly id: JsonRpc.RequestId; readonly isAlone: boolean }
  /** Something was done to a connection. */
  | { readonly _tag: "Fault"; readonly connection: string; readonly fault: string }
  /** It has to end within so many milliseconds; `expected` is what it comes to where nothing goes wrong. */
  | {
    readonly _tag: "CallBegan"
    readonly call: string
    readonly what: string
    readonly within: number
    readonly expected?: unknown
    /** It changes nothing by its nature: it may be made again. */
    readonly isSafe?: boolean
  }
  /** It was sent as a request of this id, on a connection of its client. */
  | { readonly _tag: "CallSent"; readonly call: string; readonly connection: string; readonly id: JsonRpc.RequestId }
  | { readonly _tag: "CallProgress"; readonly call: string; readonly progress: number }
  | { readonly _tag: "CallGivenUp"; readonly call: string }
  | { readonly _tag: "CallEnded"; readonly call: string; readonly outcome: Outcome }
  /** A handler began with a request; the number is that of its run. */
  | {
    readonly _tag: "HandlerBegan"
    readonly run: number
    readonly handler: string
    readonly connection: string
    readonly id: JsonRpc.RequestId | undefined
    readonly input: unknown
  }
  | { readonly _tag: "HandlerEnded"; readonly run: number; readonly outcome: Outcome }
  /** A client hears of changes from now on. */
  | { readonly _tag: "Listens"; readonly client: string; readonly what: string }
  /** A client heard that a resource has changed. */
  | { readonly _tag: "Heard"; readonly client: string; readonly what: string }
  /** `isOwn` is what our own code says, not that of handlers. */
  | { readonly _tag: "Logged"; readonly level: string; readonly text: string; readonly isOwn?: boolean }
  /** Nobody uses the server any more; after a while it was looked at what is left. */
  | { readonly _tag: "Deserted"; readonly connections: number; readonly listens: number }
  /** Nothing goes on, or nothing comes to an end. */
  | { readonly _tag: "Stuck"; readonly because: string }
  /** The server has closed, too; after a while it was looked at what is left, beside what there was before. */
  | { readonly _tag: "Closed"; readonly left: Pick<VirtualTime.Census, "fibers" | "sleepers"> }

/**
 * What happened, when: in milliseconds since the beginning.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = { readonly at: number } & Happening

/**
 * A history while it is written.
 *
 * @category models
 * @since 0.1.0
 */
export interface History {
  readonly events: ReadonlyArray<Event>
  readonly add: (happening: Happening) => void
}

/**
 * A history, which is written into an array. Its times are those of the clock here.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (events: Array<Event> = []): Effect.Effect<History> =>
  Clock.clockWith((clock) =>
    Effect.succeed({
      events,
      add: (happening) => void events.push({ at: clock.currentTimeMillisUnsafe(), ...happening })
    })
  )

/**
 * The connection that a request came over, for who writes down what its handler does.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentConnection: Context.Reference<string> = Context.Reference(
  "@mcp-effect/testkit/History/CurrentConnection",
  { defaultValue: () => "?" }
)

/**
 * One end of a connection, with all that it says and takes in written down. Handlers of what it takes in know the connection.
 *
 * @category combinators
 * @since 0.1.0
 */
export const record = (
  transport: Transport["Service"],
  { connection, history, side }: {
    readonly history: History
    readonly connection: string
    readonly side: Transcript.Side
  }
): Transport["Service"] =>
  Delegate.transport(
    transport,
    (message, relatedTo) =>
      Effect.suspend(() => {
        history.add({ _tag: "Sent", connection, side, message })
        return transport.send(message, relatedTo)
      }),
    (receive) =>
      Effect.ensuring(
        transport.run((json, context) => {
          history.add({ _tag: "Received", connection, side, message: json })
          receive(json, Context.add(context ?? Context.empty(), CurrentConnection, connection))
        }),
        Effect.sync(() => history.add({ _tag: "Disconnected", connection, side }))
      )
  )

/**
 * The text of an event, for people: one line.
 *
 * @category encoding
 * @since 0.1.0
 */
export const formatEvent = (event: Event): string => `${String(event.at).padStart(9)} ms  ${textOf(event)}`

/**
 * The text of events, one on each line.
 *
 * @category encoding
 * @since 0.1.0
 */
export const format = (events: ReadonlyArray<Event>): string =>
  events.map((event) => `${formatEvent(event)}\n`).join("")

/**
 * What was said on all connections, as a transcript.
 *
 * @category encoding
 * @since 0.1.0
 */
export const toLines = (events: ReadonlyArray<Event>): ReadonlyArray<Transcript.Line> =>
  events.flatMap((event) => event._tag === "Sent" ? [{ from: event.side, message: event.message }] : [])

const textOf = (event: Event): string => {
  switch (event._tag) {
    case "Connected":
      return `${event.connection}  is connected`
    case "Disconnected":
      return `${event.connection}  is over for the ${event.side}`
    case "Left":
      return `${event.client}  leaves${event.because === undefined ? "" : `: ${event.because}`}`
    case "Sent":
      return `${event.connection}  ${Transcript.formatLine({ from: event.side, message: event.message })}`
    case "Received":
      return `${event.connection}  ${event.side} takes in ${brief(event.message)}`
    case "Lost":
      return `${event.connection}  request ${JSON.stringify(event.id)} is lost`
    case "Fault":
      return `${event.connection}  fault: ${event.fault}`
    case "CallBegan":
      return `${event.call}  calls ${event.what}`
    case "CallSent":
      return `${event.call}  is request ${JSON.stringify(event.id)} on ${event.connection}`
    case "CallProgress":
      return `${event.call}  hears of progress: ${event.progress}`
    case "CallGivenUp":
      return `${event.call}  is given up`
    case "CallEnded":
      return `${event.call}  has ended: ${formatOutcome(event.outcome)}`
    case "HandlerBegan":
      return `${event.connection}  run ${event.run} of ${event.handler} for request ${JSON.stringify(event.id)}: ${
        Formatter.formatJson(event.input)
      }`
    case "HandlerEnded":
      return `run ${event.run} has ended: ${formatOutcome(event.outcome)}`
    case "Listens":
      return `${event.client}  listens to ${event.what}`
    case "Heard":
      return `${event.client}  hears of ${event.what}`
    case "Logged":
      return `${event.level}: ${event.text}`
    case "Deserted":
      return `nobody is there any more: ${event.connections} connections and ${event.listens} subscriptions are left`
    case "Stuck":
      return `it does not end: ${event.because}`
    case "Closed":
      return `all is closed: ${event.left.fibers} fibers are left, of which ${event.left.sleepers} sleep`
  }
}

/**
 * The text of an outcome.
 *
 * @category encoding
 * @since 0.1.0
 */
export const formatOutcome = (outcome: Outcome): string => {
  switch (outcome._tag) {
    case "Succeeded":
      return outcome.value === undefined ? "succeeded" : Formatter.formatJson(outcome.value)
    case "Failed":
      return `failed: ${outcome.reason}`
    case "Interrupted":
      return "interrupted"
    case "Died":
      return `died: ${outcome.defect}`
  }
}

// It was written in full when it was sent.
const brief = (message: unknown): string => {
  const { error, id, method } = Object(message) as Record<string, unknown>
  if (method === undefined) return `the ${error === undefined ? "answer" : "error"} to ${JSON.stringify(id)}`
  return id === undefined ? String(method) : `${String(method)} ${JSON.stringify(id)}`
}
