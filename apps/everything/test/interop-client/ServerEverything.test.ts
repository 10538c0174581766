/**
 * Our client with the reference server, `@modelcontextprotocol/server-everything`, as its users run it.
 */
import * as ChildProcessTransport from "@mcp-effect/node/ChildProcessTransport"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { at, interop, type Way } from "./Row.ts"
import { everything } from "./scenarios/Everything.ts"
import * as ServerProcess from "./ServerProcess.ts"

const versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const program = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"))

// It takes a number of its environment, and port 0 for none.
const listening = (transport: string, path: string): Way["open"] =>
  Effect.gen(function*() {
    const port = yield* ServerProcess.freePort
    const url = yield* ServerProcess.start({
      args: [program, transport],
      env: { PORT: String(port) },
      url: (printed) => printed.includes(`port ${port}`) ? `http://127.0.0.1:${port}${path}` : undefined
    })
    return at(url)
  })

interop({
  name: "server-everything",
  scenarios: everything,
  ways: [
    {
      transport: "stdio",
      open: Effect.succeed(ChildProcessTransport.make({ command: process.execPath, args: [program, "stdio"] })),
      versions
    },
    { transport: "Streamable HTTP", open: listening("streamableHttp", "/mcp"), versions },
    { transport: "HTTP+SSE", open: listening("sse", "/sse"), versions }
  ]
})
