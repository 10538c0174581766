/**
 * Faults of HTTP, on both sides of it.
 *
 * @since 0.1.0
 */
import * as HttpLaws from "../simulation/HttpLaws.ts"
import type { Fault } from "./Fault.ts"
import * as Mutant from "./Mutant.ts"

const fault = Mutant.faultOf("../simulation/HttpLaws.ts", HttpLaws.laws())

const resumed = "a stream is gone on with where it was cut: each event comes once, in its order"

export const faults: ReadonlyArray<Fault> = [
  fault("a client that comes back without saying how far it has come", resumed, {
    file: "http/src/client/ClientSession.ts",
    text: "lastEventId === \"\"",
    by: "true"
  }),
  fault("a stream that keeps nothing while nobody listens", resumed, {
    file: "http/src/SseStream.ts",
    text: "return Effect.map(environment.store.append(sessionId, { stream: key, sequence, data }), () => {",
    by:
      "return Effect.map(this.#connection === undefined ? Effect.void : environment.store.append(sessionId, { stream: key, sequence, data }), () => {"
  }),
  fault("a stream that goes on one event too late", resumed, {
    file: "http/src/SseStream.ts",
    text: "this.#missed(sequence ?? this.#written)",
    by: "this.#missed((sequence ?? this.#written) + 1)"
  }),
  fault("a client that reads each chunk as a text of its own", resumed, {
    file: "http/src/client/EventReader.ts",
    text: "decoder.decode(chunk, { stream: true })",
    by: "new TextDecoder().decode(chunk)"
  }),
  fault("a session for whoever knows its id", "a session is its principal's own", {
    file: "http/src/Sessions.ts",
    text: "client === undefined || !Principal.isSame(client.principal, principal)",
    by: "client === undefined"
  }),
  fault("work that goes on when the client has left", "work for nobody ends", {
    file: "http/src/StatelessRequests.ts",
    text: "answering.cancel(() => {",
    by: "void answering\n    queueMicrotask(() => {"
  }),
  fault(
    "a store that keeps the events of all sessions together",
    "after a place comes what was appended to its stream since, oldest first",
    {
      file: "http/src/EventStore.ts",
      text: "const log = logs.get(sessionId) ?? new Log()",
      by: "const log = logs.values().next().value ?? new Log()"
    }
  ),
  fault("a listening stream that stays when its client has left", "nothing is left at the end", {
    file: "http/src/StatelessExchange.ts",
    text: "if (!isAnswered && this.#answering !== undefined) this.#requests.abandon(this, this.#answering)",
    by: "void isAnswered"
  })
]
