/**
 * Faults of transports.
 *
 * @since 0.1.0
 */
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import type { Transport } from "@mcp-effect/core/Transport"
import type * as TransportError from "@mcp-effect/core/TransportError"
import * as TransportLaws from "@mcp-effect/testkit/TransportLaws"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import type { Fault } from "./Fault.ts"

type End = Transport["Service"]

type Send = Effect.Effect<void, TransportError.TransportError>

const fault = (name: string, caughtBy: string, faulty: TransportLaws.Connect, sound: TransportLaws.Connect): Fault => ({
  name,
  caughtBy,
  faulty: TransportLaws.all(faulty, { clock: "virtual" }),
  // that sound transports pass all laws is tested with them
  sound: TransportLaws.all(sound, { clock: "virtual" }).filter((law) => law.name === caughtBy)
})

/** A connection in memory whose near end is another one. */
const near = (change: (end: End) => End, capacity?: number): TransportLaws.Connect =>
  Effect.map(
    MemoryTransport.make(capacity === undefined ? undefined : { capacity }),
    ([near, far]) => [change(near), far] as const
  )

const memory = near((end) => end)

/** Ends whose messages cross as pieces of lines, made and read by `Line`. */
interface Line {
  readonly write: (text: string, put: (piece: string | Uint8Array) => Send) => Send
  readonly read: () => (piece: string | Uint8Array) => string
}

const pieced = (line: Line): TransportLaws.Connect =>
  Effect.map(MemoryTransport.make(), (ends) => {
    const end = (own: End): End => ({
      ...own,
      send: (message) =>
        line.write(
          `${JSON.stringify(message)}\n`,
          (piece) => own.send({ jsonrpc: "2.0", method: "piece", params: { piece } })
        ),
      run: (receive) =>
        Effect.suspend(() => {
          const read = line.read()
          let text = ""
          return own.run((json) => {
            text += read((json as { readonly params: { readonly piece: string | Uint8Array } }).params.piece)
            const lines = text.split("\n")
            text = lines.pop()!
            for (const each of lines) receive(JSON.parse(each))
          })
        })
    })
    return [end(ends[0]), end(ends[1])]
  })

const inBytes = (size: number, read: Line["read"]): Line => ({
  write: (text, put) => {
    const bytes = Buffer.from(text)
    const count = bytes.length > 10_000 ? 1 : Math.ceil(bytes.length / size)
    return Effect.forEach(
      Array.from({ length: count }, (_, i) => bytes.subarray(i * size, count === 1 ? undefined : (i + 1) * size)),
      put,
      { discard: true }
    )
  },
  read
})

const decoding = (stream: boolean): Line["read"] => () => {
  const decoder = new TextDecoder()
  return (piece) => decoder.decode(piece as Uint8Array, { stream })
}

const inHalves = (isWhole: boolean): TransportLaws.Connect =>
  Effect.suspend(() => {
    const lock = Semaphore.makeUnsafe(1)
    return pieced({
      write: (text, put) => {
        const half = text.length >> 1
        const both = Effect.andThen(put(text.slice(0, half)), Effect.andThen(Effect.yieldNow, put(text.slice(half))))
        return lock.withPermits(1)(isWhole ? Effect.uninterruptible(both) : both)
      },
      read: () => String
    })
  })

const copied = (json: unknown): unknown => {
  if (typeof json !== "object" || json === null) return json
  if (Array.isArray(json)) return json.map(copied)
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(json)) copy[key] = copied(value)
  return copy
}

const reading = (end: End): End => ({
  ...end,
  run: (receive) => Effect.flatMap(Effect.forkDetach(end.run(receive)), Fiber.join)
})

export const faults: ReadonlyArray<Fault> = [
  fault(
    "a transport that sends what is long later",
    "each message arrives as it was sent, once and in its order",
    near((end) => ({
      ...end,
      send: (message) =>
        JSON.stringify(message).length > 500
          ? Effect.asVoid(Effect.forkDetach(Effect.andThen(Effect.yieldNow, end.send(message))))
          : end.send(message)
    })),
    memory
  ),
  fault(
    "a transport that sends once more what it is not sure of",
    "each message arrives as it was sent, once and in its order",
    near((end) => ({
      ...end,
      send: (message) => "id" in message ? Effect.andThen(end.send(message), end.send(message)) : end.send(message)
    })),
    memory
  ),
  fault(
    "a transport that reads each chunk as a text of its own",
    "each message arrives as it was sent, once and in its order",
    pieced(inBytes(64, decoding(false))),
    pieced(inBytes(64, decoding(true)))
  ),
  fault(
    "a transport that copies objects member by member",
    "each message arrives as it was sent, once and in its order",
    near((end) => ({ ...end, run: (receive) => end.run((json) => receive(copied(json))) })),
    memory
  ),
  fault(
    "a transport with room for one message that is being written",
    "messages that are sent at the same time all arrive, once",
    near((end) => {
      let pending: Parameters<End["send"]>[0] | undefined
      return {
        ...end,
        send: (message) =>
          Effect.suspend(() => {
            pending = message
            return Effect.andThen(Effect.yieldNow, Effect.suspend(() => end.send(pending!)))
          })
      }
    }),
    memory
  ),
  fault(
    "a transport whose sender may be interrupted in the middle of a line",
    "a message whose sender is interrupted arrives whole or not at all",
    inHalves(false),
    inHalves(true)
  ),
  fault(
    "a transport that takes what nobody will read any more",
    "the end of a connection ends both runs, and what is sent then fails",
    near((end) => ({ ...end, send: (message) => Effect.ignore(end.send(message)) })),
    memory
  ),
  fault(
    "a transport that goes on reading for nobody",
    "an end whose run was interrupted hands on nothing more",
    Effect.map(MemoryTransport.make(), ([near, far]) => [near, reading(far)]),
    memory
  ),
  fault(
    "a transport that takes all there is",
    "a side that does not read makes the other one wait",
    near((end) => end, Infinity),
    memory
  )
]
