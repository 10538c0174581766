import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as StdioTransport from "@mcp-effect/node/StdioTransport"
import * as TransportLaws from "@mcp-effect/testkit/TransportLaws"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Effect from "effect/Effect"
import { type Duplex, PassThrough, Transform } from "node:stream"
import * as HttpEnds from "./wire/HttpEnds.ts"

const seed = { seed: 1 }

// all is in this process
const virtual = { clock: "virtual" } as const

Vitest.laws("the transport in memory", TransportLaws.all(MemoryTransport.make(), virtual), seed)

/** A pair of pipes; what goes through comes in pieces of so many bytes. */
const pipes = (size: number): TransportLaws.Connect =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => [pipe(size), pipe(size)] as const),
      (streams) => Effect.sync(() => streams.forEach((stream) => stream.destroy()))
    ),
    ([there, back]) => [
      StdioTransport.make({ input: back, output: there, onUnreadable: () => {} }),
      StdioTransport.make({ input: there, output: back })
    ]
  )

const pipe = (size: number): Duplex =>
  size === Infinity ? new PassThrough() : new Transform({
    transform(chunk: Buffer, _, done) {
      for (let at = 0; at < chunk.length; at += size) this.push(chunk.subarray(at, at + size))
      done()
    }
  })

Vitest.laws("lines over a pair of pipes", TransportLaws.all(pipes(Infinity), virtual), seed)

Vitest.laws("lines over pipes that cut what goes through them", TransportLaws.all(pipes(7), virtual), {
  ...seed,
  runs: 10
})

const httpEnds: TransportLaws.Connect = Effect.map(HttpEnds.make(), ({ far, near }) => [near, far])

// requests and responses belong to each other there, and the client's reader is not asked whether it has time
Vitest.laws(
  "a session over Streamable HTTP (HTTP-38)",
  TransportLaws.all(httpEnds, { ...virtual, kinds: ["notification"] }).filter(({ name }) =>
    !name.includes("does not read")
  ),
  { ...seed, runs: 20 }
)
