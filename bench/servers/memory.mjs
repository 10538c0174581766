/**
 * A client and a server in one process, over the memory transport of each library. It answers, over the IPC channel, how many microseconds
 * of CPU time a call takes: `memory.mjs <contender> <calls> <depth>`.
 */
import { info } from "./Work.mjs"

const [contender, calls, depth] = process.argv.slice(2)
const text = "The quick brown fox jumps over the lazy dog"
const echo = { name: "echo", arguments: { text } }

const ours = (version) => async () => {
  const Client = await import("@mcp-effect/core/Client")
  const MemoryTransport = await import("@mcp-effect/core/MemoryTransport")
  const Server = await import("@mcp-effect/core/Server")
  const Tool = await import("@mcp-effect/core/Tool")
  const Transport = await import("@mcp-effect/core/Transport")
  const Effect = await import("effect/Effect")
  const Schema = await import("effect/Schema")
  const server = Server.layer(
    info,
    Server.tool(Tool.make("echo", { input: { text: Schema.String } }), (input) => Effect.succeed(input.text))
  )
  return (measure) =>
    Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const [toServer, toClient] = yield* MemoryTransport.make()
      yield* Effect.forkScoped(
        Server.serve({ sessionId: "memory" }).pipe(
          Effect.provideService(Transport.Transport, toClient),
          Effect.provide(server)
        )
      )
      const client = yield* Client.make({ ...info, transport: toServer, versions: [version] })
      const round = Effect.forEach(
        Array.from({ length: Number(calls) }),
        () => client.callTool(echo.name, echo.arguments),
        { concurrency: Number(depth), discard: true }
      )
      yield* round
      const used = measure()
      yield* round
      used()
    })))
}

const clients = {
  "mcp-effect": ours("2025-11-25"),
  "mcp-effect, 2026-07-28": ours("2026-07-28"),
  "sdk-v1": async () => {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js")
    const { InMemoryTransport } = await import("@modelcontextprotocol/sdk/inMemory.js")
    const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js")
    const z = await import("zod")
    const server = new McpServer(info)
    server.registerTool("echo", { inputSchema: { text: z.string() } }, (input) => ({
      content: [{ type: "text", text: input.text }]
    }))
    const [toServer, toClient] = InMemoryTransport.createLinkedPair()
    const client = new Client(info)
    await Promise.all([server.connect(toClient), client.connect(toServer)])
    const round = async () => {
      let left = Number(calls)
      await Promise.all(Array.from({ length: Number(depth) }, async () => {
        while (left-- > 0) await client.callTool(echo)
      }))
    }
    return async (measure) => {
      await round()
      const used = measure()
      await round()
      used()
    }
  }
}

const cpu = () => {
  const { system, user } = process.cpuUsage()
  return user + system
}

const run = await clients[contender]()
await run(() => {
  const before = cpu()
  return () => process.send({ cpu: (cpu() - before) / Number(calls) })
})
process.disconnect()
process.exit(0)
