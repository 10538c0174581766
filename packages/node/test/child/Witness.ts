/**
 * A `Witness` knows which processes live: they hold a connection to it, which ends when they do, however they do.
 *
 * It asks nobody, so that no test has to poll.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Seen {
  readonly behaviour: string
  readonly pid: number
  readonly gone: Promise<void>
}

export interface Witness {
  /** What a process is told as `WITNESS`. */
  readonly path: string
  /** The next process that says that it lives. */
  readonly next: Effect.Effect<Seen>
}

export const make: Effect.Effect<Witness, never, Scope.Scope> = Effect.acquireRelease(
  Effect.callback<Witness & { readonly close: () => void }>((resume) => {
    const directory = mkdtempSync(join(tmpdir(), "mcp-effect-"))
    const path = join(directory, "witness")
    const seen: Array<Seen> = []
    const waiting: Array<(seen: Seen) => void> = []
    const living = new Set<number>()
    const server = createServer((socket) => {
      const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()))
      socket.on("error", () => {}).once("data", (chunk: Buffer) => {
        const [behaviour = "", pid = ""] = chunk.toString().trim().split(" ")
        const one = { behaviour, pid: Number(pid), gone }
        living.add(one.pid)
        void gone.then(() => living.delete(one.pid))
        const next = waiting.shift()
        if (next === undefined) seen.push(one)
        else next(one)
      })
    })
    const next = Effect.promise(() => {
      const one = seen.shift()
      return one === undefined ? new Promise<Seen>((resolve) => waiting.push(resolve)) : Promise.resolve(one)
    })
    const close = () => {
      // what a failed test has left running
      for (const pid of living) process.kill(pid, "SIGKILL")
      server.close()
      rmSync(directory, { recursive: true, force: true })
    }
    server.listen(path, () => resume(Effect.succeed({ path, next, close })))
  }),
  ({ close }) => Effect.sync(close)
)
