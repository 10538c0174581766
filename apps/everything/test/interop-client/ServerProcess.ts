/**
 * A server of another library as a process that listens for HTTP, on the Node that runs the tests.
 *
 * It is not how servers over stdio are run: that is the client's own business.
 */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"

/** What to run, and where in its output the URL is. */
export interface Options {
  readonly args: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
  /** Finds the URL in what was printed so far. */
  readonly url: (printed: string) => string | undefined
}

/** Starts a server, and gives its URL. It ends with the scope. */
export const start = ({ args, env, url }: Options) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const child = spawn(process.execPath, args, {
          stdio: ["ignore", "pipe", "pipe"],
          env: { ...process.env, ...env }
        })
        let printed = ""
        const found = new Promise<string>((resolve, reject) => {
          for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => {
              // only the end is kept of what a server says as it works
              printed = (printed + text).slice(-65_536)
              const where = url(printed)
              if (where !== undefined) resolve(where)
            })
          }
          child.once("close", (code) => reject(new Error(`${args.join(" ")} ended with ${code}:\n${printed}`)))
        })
        return { child, url: await found }
      }),
      ({ child }) =>
        Effect.promise(async () => {
          if (child.exitCode !== null || child.signalCode !== null) return
          const closed = once(child, "close")
          child.kill("SIGKILL")
          await closed
        })
    ),
    ({ url }) => url
  )

/** A port that nobody listens at, for servers that cannot look for one themselves. */
export const freePort = Effect.promise(async () => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  // it listens on a port, so the address is no name of a pipe
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
})
