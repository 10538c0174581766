/**
 * Faults of the engine under servers and clients, and of how clients are kept connected.
 *
 * @since 0.1.0
 */
import * as Simulation from "@mcp-effect/testkit/Simulation"
import type { Fault } from "./Fault.ts"
import * as Mutant from "./Mutant.ts"

const fault = Mutant.faultOf("@mcp-effect/testkit/Simulation", Simulation.laws())

export const faults: ReadonlyArray<Fault> = [
  fault("a cancellation that is not heard", "the handler of what was cancelled is interrupted", {
    file: "core/src/Peer.ts",
    text: "return this.#inbound.cancel(requestId)",
    by: "return undefined"
  }),
  fault("a cancellation that is not said", "what nobody waits for any more is cancelled", {
    file: "core/src/peer/OutboundRequests.ts",
    text: "return this.#take(id) ? this.#cancel(id, options, entry.sending) : undefined",
    by: "return void this.#take(id)"
  }),
  fault("an answer that is sent twice", "a request is answered at most once", {
    file: "core/src/peer/InboundRequests.ts",
    text: "const answer = transport.send(message, request.id)",
    by: "const answer = Effect.andThen(transport.send(message, request.id), transport.send(message, request.id))"
  }),
  fault("an answer to what was cancelled", "what was cancelled is not answered", {
    file: "core/src/peer/InboundRequests.ts",
    text: "this.#active.delete(request.id)\n    this.#waiting?.delete(request)",
    by: "this.#waiting?.delete(request)"
  }),
  fault("a handler that nobody interrupts at the end", "a handler ends with its connection at the latest", {
    file: "core/src/peer/InboundRequests.ts",
    text: "request.fiber = fiber\n    Fiber.runIn(fiber, this.#scope)",
    by: "request.fiber = fiber"
  }),
  fault("ids that are counted from what is under way", "an id is used for one request", {
    file: "core/src/peer/OutboundRequests.ts",
    text: "const id = this.#nextId++",
    by: "const id = this.#entries.size"
  }),
  fault("progress of what runs no more", "progress rises, and is reported while the request runs", {
    file: "core/src/peer/InboundRequest.ts",
    text: "this.isActive ? this.wire.encodeNotification(method, params) : undefined",
    by: "this.wire.encodeNotification(method, params)"
  }),
  fault("progress that falls back", "progress rises, and is reported while the request runs", {
    file: "core/src/peer/InboundRequest.ts",
    text: "|| !(update.progress > this.#lastProgress)",
    by: ""
  }),
  fault("a deadline that is over without anybody's noticing", "a call ends, once and in time", {
    file: "core/src/peer/OutboundRequests.ts",
    text: "this.fail(new SessionError.RequestTimeout({ method: this.method, timeout }))",
    by: "void timeout"
  }),
  fault("an end of the connection that leaves calls waiting", "a call ends, once and in time", {
    file: "core/src/peer/OutboundRequests.ts",
    text: "for (const entry of entries) entry.fail(reason)",
    by: "void reason"
  }),
  fault("answers that go to whom the server knows longest", "nobody hears of the calls of others", {
    file: "core/src/peer/InboundRequests.ts",
    text: "const { transport } = this.#options\n",
    by: "const known = InboundRequests.known ??= new WeakMap()\n" +
      "if (!known.has(this.#options.context)) known.set(this.#options.context, this.#options.transport)\n" +
      "const transport = request.method === \"tools/call\" ? known.get(this.#options.context) : this.#options.transport\n"
  }),
  fault("news for the first who listens alone", "who listens hears of each change", {
    file: "core/src/server/Subscribers.ts",
    text: "for (const client of this.#watched.get(uri)?.clients ?? []) client.updated(uri)",
    by: "for (const client of [...this.#watched.get(uri)?.clients ?? []].slice(0, 1)) client.updated(uri)"
  }),
  fault("a client that has left and is told news still", "nothing is left at the end", {
    file: "core/src/server/Connect.ts",
    text: "server.clients.delete(announcements)",
    by: "void announcements"
  }),
  fault("a call that is made again although it may have been done", "what may have been done is not sent again", {
    file: "core/src/client/Retries.ts",
    text: "const repeated = isSafe && retries < maxRetries",
    by: "const repeated = retries < maxRetries"
  })
]
