/**
 * `Listening` keeps the stream open on which a server says what nobody has asked for (HTTP-30).
 *
 * No answer comes on it (HTTP-34), and that it cannot be had is no failure: servers need not have it (HTTP-32).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server
 *
 * @since 0.1.0
 */
import type { TransportError } from "@mcp-effect/core/TransportError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as MediaType from "../MediaType.ts"
import type { ClientSession } from "./ClientSession.ts"
import type { Connection } from "./Connection.ts"
import * as EventReader from "./EventReader.ts"
import * as Origin from "./Origin.ts"
import { Position } from "./Position.ts"
import * as Refusal from "./Refusal.ts"

const lasting = Duration.seconds(5)

/**
 * Listens for as long as the session lives, unless the server has no such stream; fails when it does not know the session any more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listen = (connection: Connection, session: ClientSession): Effect.Effect<void, TransportError> => {
  const { delay, maxMessageSize, onGap, run } = connection.options
  const position = new Position()
  // whether something may have been said that will not be said again
  let isGap = false

  const connect: Effect.Effect<void, TransportError> = Effect.suspend(() =>
    Effect.matchEffect(connection.origin.send("GET", session.getHeaders(position.lastEventId)), {
      onFailure: (_) => again,
      onSuccess: (response) => take(response)
    })
  )

  const again = Effect.suspend(() => {
    if (position.lastEventId === "") isGap = true
    return Effect.andThen(position.leave(delay), connect)
  })

  const take = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void, TransportError> => {
    const { headers, status } = response
    const isOk = status >= 200 && status < 300
    if (isOk && MediaType.names(headers["content-type"], "text/event-stream")) {
      const told = isGap ? onGap : Effect.void
      isGap = false
      return Effect.andThen(
        told,
        Effect.flatMap(Effect.timed(read(response)), ([duration]) => {
          // a silent stream that stood for a while was no failed attempt
          if (Duration.isGreaterThan(duration, lasting)) position.failures = 0
          return again
        })
      )
    }
    return Effect.flatMap(
      isOk ? Effect.as(Origin.release(response), undefined) : Refusal.read(response, maxMessageSize),
      (refusal) => {
        if (refusal !== undefined && session.id !== undefined && Refusal.isOfLostSession(refusal, undefined)) {
          return connection.lose(session)
        }
        // there is no such stream, and what it had begun to say has no end
        if (isOk || status === 404 || status === 405 || status === 501) {
          return position.lastEventId !== "" || isGap ? onGap : Effect.void
        }
        // the server cannot go on there, and is not asked to once more
        if (status < 500 && position.lastEventId !== "" && !isPassing(status)) position.reset()
        return again
      }
    )
  }

  const read = (response: HttpClientResponse.HttpClientResponse) =>
    EventReader.read(response, {
      maxLength: maxMessageSize,
      warn: run,
      onRetry: (retry) => {
        position.retry = retry
      },
      onEvent: ({ id }) => position.advance(id),
      onTooLong: () => {
        run(Effect.andThen(Effect.logWarning("An event of the server is too long; it is skipped"), onGap))
        return false
      },
      onMessage: (json) => {
        connection.receive(json)
        return false
      }
    })

  return connect
}

// Refusals that say nothing of the stream: who asks, or that it is asked too soon.
const isPassing = (status: number): boolean =>
  status === 401 || status === 403 || status === 408 || status === 409 || status === 429
