/**
 * Two transports over streams of bytes, which arrive in pieces that begin and end anywhere: within a line, within a character.
 *
 * Nothing is lost or overtaken here (`FaultTransport` does that): a stream is a stream.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as StdioTransport from "@mcp-effect/node/StdioTransport"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { PassThrough, type Readable, type Writable } from "node:stream"
import type { Dice } from "./Dice.ts"

// Of a hundred pieces so many are waited for, and at most so long, in milliseconds.
const pauses = 10
const maxPause = 20

// A chunk is cut so often at most: long ones would take for ever otherwise.
const maxPieces = 8

/**
 * The two ends. Both streams end with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  dice: Dice
): Effect.fn.Return<readonly [client: Transport["Service"], server: Transport["Service"]], never, Scope.Scope> {
  const stream = Effect.acquireRelease(
    Effect.sync(() => new PassThrough()),
    (stream) => Effect.sync(() => stream.destroy())
  )
  const clientOut = yield* stream
  const clientIn = yield* stream
  const serverOut = yield* stream
  const serverIn = yield* stream
  yield* Effect.forkScoped(relay(clientOut, serverIn, dice.of("client")), { startImmediately: true })
  yield* Effect.forkScoped(relay(serverOut, clientIn, dice.of("server")), { startImmediately: true })
  return [
    StdioTransport.make({ input: clientIn, output: clientOut, onUnreadable: () => {} }),
    StdioTransport.make({ input: serverIn, output: serverOut })
  ]
})

const relay = Effect.fnUntraced(function*(from: Readable, to: Writable, dice: Dice): Effect.fn.Return<void> {
  const chunks = yield* Queue.unbounded<Buffer, Cause.Done>()
  from.on("data", (chunk: Buffer) => Queue.offerUnsafe(chunks, chunk))
  from.on("end", () => Queue.endUnsafe(chunks))
  const passOn = Effect.flatMap(Queue.take(chunks), (chunk) =>
    Effect.forEach(piecesOf(chunk, dice), (piece) => {
      const pause = dice.chance(pauses / 100) ? Effect.sleep(dice.between(1, maxPause)) : Effect.void
      return Effect.andThen(pause, Effect.sync(() => void (to.destroyed || to.write(piece))))
    }, { discard: true }))
  yield* Effect.ignore(Effect.forever(passOn))
  to.end()
})

const piecesOf = (chunk: Buffer, dice: Dice): ReadonlyArray<Buffer> => {
  const cuts = Array.from({ length: dice.between(0, maxPieces - 1) }, () => dice.between(1, chunk.length))
  const places = [0, ...cuts.sort((self, that) => self - that), chunk.length]
  return places.flatMap((place, index) => {
    const piece = chunk.subarray(place, places[index + 1] ?? place)
    return piece.length === 0 ? [] : [piece]
  })
}
