/**
 * A `Supervised` caller asks whatever connection there is, waits while there is none, and asks again what got no answer, if it may.
 *
 * It does not connect (`Reconnection` does), and to features it looks like any `Caller`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { defaultTimeouts } from "../peer/OutboundRequests.ts"
import type { ClientNotifications, ClientRequests } from "../protocol/Methods.ts"
import type { Revision } from "../revision/Revision.ts"
import * as SessionError from "../SessionError.ts"
import type { Availability } from "./Availability.ts"
import * as Backoff from "./Backoff.ts"
import type { Caller, CallerOptions, RequestOptions, ServerDescription } from "./Caller.ts"
import type * as Connection from "./Connection.ts"
import type { Notifications } from "./Notifications.ts"
import * as Retries from "./Retries.ts"
import * as Rounds from "./Rounds.ts"

/**
 * What a supervised caller is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly settings: Connection.Options
  readonly availability: Availability
  readonly backoff: Backoff.Backoff
  readonly maxRetries: number
}

// A request until it is answered. Times are in milliseconds, moments those of `Availability.elapsed`.
interface Asking<M extends keyof ClientRequests> {
  readonly method: M
  readonly params: ClientRequests[M]["params"]
  readonly options: CallerOptions | undefined
  readonly isSafe: boolean
  readonly timeout: number
  /** When it has taken too long in all. */
  readonly last: number
  /** When it has not been sent for too long. */
  waitsUntil: number
  tries: number
  retries: number
  /** How it failed last. */
  error: SessionError.SessionError | undefined
}

/**
 * A caller over one connection after the other.
 *
 * @category models
 * @since 0.1.0
 */
export class Supervised implements Caller {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  get notifications(): Notifications {
    return this.#options.settings.notifications
  }

  get ended(): Effect.Effect<void, SessionError.SessionError> {
    return this.#options.availability.closed
  }

  /** Before the first connection, that which will be asked for. */
  get revision(): Revision {
    return this.#options.availability.last?.revision ?? this.#options.settings.spoken[0]!
  }

  get server(): ServerDescription {
    return this.#options.availability.last?.server ?? {
      protocolVersion: this.revision.version,
      era: this.revision.era,
      capabilities: {},
      info: undefined,
      instructions: undefined
    }
  }

  ready(options?: Pick<RequestOptions, "timeout">): Effect.Effect<void, SessionError.SessionError> {
    const timeout = Duration.toMillis(options?.timeout ?? defaultTimeouts.timeout)
    const { availability } = this.#options
    return Effect.asVoid(availability.connection(timeout, () => noConnection(availability, timeout)))
  }

  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: CallerOptions
  ): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> {
    return Effect.suspend(() => {
      const { elapsed } = this.#options.availability
      const { maxTimeout, timeout } = options?.isStanding === true ? untimed : timeoutsOf(options)
      return this.#ask({
        method,
        params,
        options: Rounds.rising(options),
        isSafe: options?.isSafe ?? Retries.isSafe(method),
        timeout,
        last: elapsed + maxTimeout,
        waitsUntil: elapsed + timeout,
        tries: 0,
        retries: 0,
        error: undefined
      })
    })
  }

  /** What the server is told is for the connection that there is; one that has ended drops it. */
  notify<M extends keyof ClientNotifications>(
    method: M,
    params: ClientNotifications[M]["params"]
  ): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { last } = this.#options.availability
      return last === undefined ? Effect.void : last.notify(method, params)
    })
  }

  #ask<M extends keyof ClientRequests>(
    asking: Asking<M>
  ): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> {
    const { availability } = this.#options
    const within = Math.min(asking.waitsUntil, asking.last) - availability.elapsed
    return Effect.flatMap(
      availability.connection(within, () => asking.error ?? noConnection(availability, asking.timeout)),
      (connection) => {
        const maxTimeout = asking.last - availability.elapsed
        if (maxTimeout <= 0) return Effect.fail(asking.error ?? noConnection(availability, asking.timeout))
        const { method, options, params } = asking
        let sends = 0
        const sent: CallerOptions = {
          ...options,
          maxTimeout,
          onId: (id) => {
            sends++
            options?.onId?.(id)
          }
        }
        return Effect.catch(
          connection.request(method, params, sent),
          (error) => this.#failed(asking, connection, sends, error)
        )
      }
    )
  }

  #failed<M extends keyof ClientRequests>(
    asking: Asking<M>,
    connection: Connection.Connection,
    sends: number,
    error: SessionError.SessionError
  ): Effect.Effect<ClientRequests[M]["result"], SessionError.SessionError> {
    const { availability, backoff, maxRetries } = this.#options
    const decision = Retries.decide(error.reason, {
      ...asking,
      sends,
      isStanding: asking.options?.isStanding === true
    }, maxRetries)
    if (typeof decision !== "string") {
      return decision === error.reason
        ? Effect.fail(error)
        : SessionError.fail(decision)
    }
    if (availability.isClosed) return Effect.fail(error)
    if (decision === "counted") {
      asking.retries++
      asking.waitsUntil = availability.elapsed + asking.timeout
    }
    asking.error = error
    asking.tries++
    // the next connection is not there at once, and then it is for this
    if (connection.isEnded) return this.#ask(asking)
    const rest = Math.min(asking.waitsUntil, asking.last) - availability.elapsed
    if (rest <= 0) return Effect.fail(error)
    return Effect.flatMap(
      Backoff.delay(backoff, asking.tries),
      (delay) => Effect.andThen(availability.pause(Math.min(delay, rest)), Effect.suspend(() => this.#ask(asking)))
    )
  }
}

const untimed = { timeout: Number.POSITIVE_INFINITY, maxTimeout: Number.POSITIVE_INFINITY }

const timeoutsOf = (options: CallerOptions | undefined) => ({
  timeout: Duration.toMillis(options?.timeout ?? defaultTimeouts.timeout),
  maxTimeout: Duration.toMillis(options?.maxTimeout ?? defaultTimeouts.maxTimeout)
})

const noConnection = ({ reason }: Availability, timeout: number): SessionError.SessionError => {
  const message = `There was no connection to the server within ${timeout} ms`
  return new SessionError.SessionError({
    reason: new SessionError.NotSent({ message: reason === undefined ? message : `${message}: ${reason.message}` })
  })
}
