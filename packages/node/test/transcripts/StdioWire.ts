/**
 * Wires that are lines of bytes: between two streams of this process, and to a process of its own.
 *
 * @since 0.1.0
 */
import * as Server from "@mcp-effect/core/Server"
import { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { PassThrough, type Readable, type Writable } from "node:stream"
import { setImmediate as turn } from "node:timers/promises"
import { layer } from "../../../core/test/transcripts/Server.ts"
import type { Wire } from "../../../core/test/transcripts/Transcript.ts"
import * as StdioTransport from "../../src/StdioTransport.ts"

const lines = (toServer: Writable, fromServer: Readable, more: () => Promise<void>): Wire => {
  const heard: Array<unknown> = []
  let rest = ""
  fromServer.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop()!
    for (const line of lines) heard.push(JSON.parse(line))
  })
  return {
    say: (message) => {
      toServer.write(`${JSON.stringify(message)}\n`)
      return Promise.resolve()
    },
    heard,
    more,
    ordered: true
  }
}

const turns = async () => {
  for (let i = 0; i < 10; i++) await turn()
}

/** A server in this process, at the end of two streams. */
export const streams: Effect.Effect<Wire, never, Scope.Scope> = Effect.gen(function*() {
  const server = yield* Layer.build(Layer.fresh(layer))
  const [input, output] = [new PassThrough(), new PassThrough()]
  yield* Server.serve({ sessionId: "streams", drainTimeout: "1 millis" }).pipe(
    Effect.provideService(Transport, StdioTransport.make({ input, output })),
    Effect.provideContext(server),
    Effect.forkScoped
  )
  return lines(input, output, turns)
}).pipe(Effect.provide(Logger.layer([])))

/** A server as a process. */
export const child: Effect.Effect<Wire, never, Scope.Scope> = Effect.gen(function*() {
  const process_ = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--conditions=@mcp-effect/source", join(import.meta.dirname, "Program.ts")])
    ),
    (child) =>
      Effect.callback<void>((resume) => {
        child.once("close", () => resume(Effect.void))
        child.stdin.end()
      })
  )
  process_.stderr.resume()
  // a line that may still come is waited for by an answer that comes after it
  return lines(process_.stdin, process_.stdout, turns)
})
