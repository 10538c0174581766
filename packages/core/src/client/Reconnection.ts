/**
 * `Reconnection` connects, and connects again whenever the connection has ended: one at a time, each in a scope of its own.
 *
 * It sends no request of a user's; what becomes of those is `Supervised`'s business.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type { Revision } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import type { Transport } from "../Transport.ts"
import type { TransportError } from "../TransportError.ts"
import type { Availability } from "./Availability.ts"
import * as Backoff from "./Backoff.ts"
import * as Connection from "./Connection.ts"
import * as Gap from "./Gap.ts"

/**
 * How it is tried to connect: counts of attempts in a row, times in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly transport: Effect.Effect<Transport["Service"], TransportError, Scope.Scope>
  readonly settings: Connection.Options
  readonly backoff: Backoff.Backoff
  readonly stableAfter: number
  readonly maxFailures: number
  readonly openFor: number
  readonly maxAttempts: number
}

type Era = Revision["era"]

// How an attempt ended that came to nothing. `hasDied`: the transport was there, and then its other side was not.
interface Failure {
  readonly error: SessionError.SessionError
  readonly isFinal: boolean
  readonly hasDied: boolean
}

// How a connection ended.
interface Loss {
  readonly error: SessionError.SessionError
  readonly era: Era
  readonly wasStable: boolean
}

/**
 * Keeps a connection available for as long as it runs. It ends when it is of no use to try again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keep = Effect.fnUntraced(function*(
  options: Options,
  availability: Availability
): Effect.fn.Return<void> {
  // the era that the server spoke last (VER-15)
  let verdict: Era | undefined
  let failures = 0
  const isDual = speaks(options.settings, "stateless") && speaks(options.settings, "session")
  let isFirstDeath = true
  while (true) {
    availability.attempting(failures + 1)
    const used = verdict
    // closed before the next one is tried: there is never more than one
    const outcome = yield* Effect.scoped(attempt(options, availability, used, failures + 1))
    const { error } = outcome
    if ("era" in outcome) {
      verdict = outcome.era
      if (outcome.wasStable) failures = 0
      isFirstDeath = true
    } else {
      if (outcome.isFinal && (used === undefined || error.reason._tag !== "NoCommonVersion")) {
        return yield* giveUp(availability, error)
      }
      if (used !== undefined) {
        // it may have become another server, so it is asked (VER-16)
        if (hasAnswered(error)) verdict = undefined
      } else if (isDual && outcome.hasDied) {
        // there are old servers that die of the probe
        verdict = "session"
        if (isFirstDeath) {
          isFirstDeath = false
          continue
        }
      }
    }
    failures++
    if (failures >= options.maxAttempts) return yield* giveUp(availability, error)
    const isOpen = failures >= options.maxFailures
    if (!("era" in outcome)) yield* tell(failures, options.maxFailures, error)
    const delay = isOpen ? options.openFor : yield* Backoff.delay(options.backoff, failures)
    availability.attempting(failures + 1, availability.now + delay, error)
    if (isOpen) availability.open()
    yield* Effect.sleep(delay)
  }
})

// Loud about the first of many, and about what requests notice; each of them would be too much.
const tell = (failures: number, maxFailures: number, { message }: SessionError.SessionError): Effect.Effect<void> => {
  const log = failures === 1 || failures === maxFailures ? Effect.logWarning : Effect.logDebug
  return log(`No connection to the server after ${failures} attempt${failures === 1 ? "" : "s"}: ${message}`)
}

const giveUp = (availability: Availability, error: SessionError.SessionError): Effect.Effect<void> => {
  availability.close(error)
  return Effect.logError(`The server is given up: ${error.message}`)
}

const speaks = ({ spoken }: Connection.Options, era: Era): boolean => spoken.some((revision) => revision.era === era)

const attempt = (
  options: Options,
  availability: Availability,
  known: Era | undefined,
  number: number
): Effect.Effect<Failure | Loss, never, Scope.Scope> =>
  Effect.matchEffect(connect(options, known), {
    onFailure: Effect.succeed,
    onSuccess: (connection): Effect.Effect<Loss> =>
      Effect.suspend(() => {
        const since = availability.elapsed
        const isFirst = availability.last === undefined
        availability.connected(connection)
        if (!isFirst) Gap.announce(connection)
        return Effect.flatMap(Effect.exit(connection.ended), (exit) => {
          const ended = Exit.findErrorOption(exit)
          const reason = ended._tag === "Some"
            ? SessionError.ofTransport(ended.value)
            : new SessionError.Disconnected({})
          const error = new SessionError.SessionError({ reason })
          const wasStable = availability.elapsed - since >= options.stableAfter
          availability.lost()
          availability.attempting(wasStable ? 1 : number, undefined, error)
          return Effect.as(
            Effect.logWarning(`The connection to the server was lost: ${error.message}`),
            { error, era: connection.revision.era, wasStable }
          )
        })
      })
  })

const connect = Effect.fnUntraced(function*(
  { settings, transport: open }: Options,
  known: Era | undefined
): Effect.fn.Return<Connection.Connection, Failure, Scope.Scope> {
  const transport = yield* Effect.mapError(open, (error): Failure => ({
    error: new SessionError.SessionError({ reason: SessionError.ofTransport(error) }),
    isFinal: isFinal(error.reason),
    hasDied: false
  }))
  let hasEnded = false
  const watched: Transport["Service"] = {
    send: (message, relatedTo) => transport.send(message, relatedTo),
    isCongested: (relatedTo) => transport.isCongested(relatedTo),
    run: (receive) =>
      Effect.onExit(transport.run(receive), (exit) =>
        Effect.sync(() => {
          // else it is us who left
          if (Exit.isSuccess(exit) || !Cause.hasInterruptsOnly(exit.cause)) hasEnded = true
        })),
    ...(transport.gaps === undefined ? undefined : { gaps: transport.gaps })
  }
  return yield* Effect.mapError(Connection.make(watched, { ...settings, known }), (error): Failure => ({
    error,
    isFinal: isFinal(error.reason),
    hasDied: hasEnded
  }))
})

// What will not be otherwise the next time.
const isFinal = (reason: SessionError.SessionError["reason"] | TransportError["reason"]): boolean => {
  switch (reason._tag) {
    case "NoCommonVersion":
      return true
    case "NotStarted":
      return reason.isTransient !== true
    case "Refused":
      return reason.status === 401 || reason.status === 403
    default:
      return false
  }
}

// Whether the server was there to say something, or to die of what it heard.
const hasAnswered = ({ reason }: SessionError.SessionError): boolean =>
  reason._tag !== "NotSent" && !(reason._tag === "Refused" && (reason.status === 429 || reason.status >= 500))
