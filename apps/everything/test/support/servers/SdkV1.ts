/**
 * The official SDK, version 1: `McpServer` over stdio, over Streamable HTTP with sessions and an event store, and over HTTP+SSE.
 */
import { completable } from "@modelcontextprotocol/sdk/server/completable.js"
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import {
  CreateMessageResultSchema,
  ElicitResultSchema,
  ListRootsResultSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema
} from "@modelcontextprotocol/sdk/types.js"
import { randomUUID } from "node:crypto"
import * as z from "zod"
import { Events } from "./Events.ts"
import * as Work from "./Work.ts"

const makeServer = () => {
  const server = new McpServer(Work.info, {
    instructions: Work.instructions,
    capabilities: { logging: {}, resources: { subscribe: true } }
  })
  const subscribed = new Set<string>()
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    subscribed.add(params.uri)
    return {}
  })
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    subscribed.delete(params.uri)
    return {}
  })

  server.registerTool("echo", { inputSchema: { text: z.string() } }, ({ text }) => Work.text(text))
  server.registerTool(
    "add",
    { inputSchema: { a: z.number(), b: z.number() }, outputSchema: { sum: z.number() } },
    ({ a, b }) => ({ ...Work.text(JSON.stringify({ sum: a + b })), structuredContent: { sum: a + b } })
  )
  server.registerTool("fail", {}, () => ({ ...Work.text("It went wrong"), isError: true }))
  server.registerTool(
    "slow",
    { inputSchema: { steps: z.number() } },
    async ({ steps }, { _meta, sendNotification }) => {
      const progressToken = _meta?.progressToken
      for (let progress = 1; progress <= steps; progress++) {
        await Work.turn()
        if (progressToken !== undefined) {
          await sendNotification({
            method: "notifications/progress",
            params: { progressToken, progress, total: steps, message: `step ${progress}` }
          })
        }
      }
      return Work.text(`${steps} steps`)
    }
  )
  server.registerTool(
    "wait",
    { inputSchema: { name: z.string() } },
    async ({ name }, { signal }) => Work.text(await Work.untilCancelled(name, signal))
  )
  server.registerTool("begun", { inputSchema: { name: z.string() } }, async ({ name }) => {
    await Work.wait(name).begun.promise
    return Work.text("begun")
  })
  server.registerTool("cancelled", { inputSchema: { name: z.string() } }, async ({ name }) => {
    await Work.wait(name).cancelled.promise
    return Work.text("cancelled")
  })
  server.registerTool("sample", { inputSchema: { prompt: z.string() } }, async ({ prompt }, { sendRequest }) => {
    const { content, model } = await sendRequest(
      { method: "sampling/createMessage", params: Work.question(prompt) },
      CreateMessageResultSchema
    )
    return Work.text(`${model}: ${content.type === "text" ? content.text : content.type}`)
  })
  server.registerTool("ask", {}, async ({ sendRequest }) => {
    const { action, content } = await sendRequest(
      { method: "elicitation/create", params: Work.form },
      ElicitResultSchema
    )
    return Work.text(Work.answered(action, content))
  })
  server.registerTool("roots", {}, async ({ sendRequest }) => {
    const { roots } = await sendRequest({ method: "roots/list" }, ListRootsResultSchema)
    return Work.text(roots.map(({ uri }) => uri).join(" "))
  })
  server.registerTool("log", {}, async ({ sessionId }) => {
    await server.sendLoggingMessage({ level: "debug", logger: "interop", data: "in detail" }, sessionId)
    await server.sendLoggingMessage({ level: "error", logger: "interop", data: { what: "badly" } }, sessionId)
    return Work.text("logged")
  })
  server.registerTool("touch", {}, async () => {
    if (subscribed.has("test://counter")) await server.server.sendResourceUpdated({ uri: "test://counter" })
    return Work.text("touched")
  })
  server.registerTool("announce", {}, () => {
    server.sendToolListChanged()
    return Work.text("announced")
  })
  if (Work.transport === "http") {
    server.registerTool("drop", {}, async ({ closeSSEStream }) => {
      if (closeSSEStream === undefined) return Work.text("nothing to close")
      closeSSEStream()
      await Work.turn()
      return Work.text("gone on with")
    })
  }

  server.registerResource("greeting", "test://greeting", { mimeType: "text/plain" }, ({ href }) => ({
    contents: [{ uri: href, mimeType: "text/plain", text: "Hello" }]
  }))
  server.registerResource("counter", "test://counter", {}, ({ href }) => ({ contents: [{ uri: href, text: "0" }] }))
  server.registerResource("pixel", "test://pixel", { mimeType: "image/png" }, ({ href }) => ({
    contents: [{ uri: href, mimeType: "image/png", blob: Work.pixel }]
  }))
  server.registerResource(
    "item",
    new ResourceTemplate("test://items/{id}", { list: undefined, complete: { id: Work.items } }),
    {},
    ({ href }, { id }) => ({ contents: [{ uri: href, text: `Item ${String(id)}` }] })
  )
  server.registerPrompt(
    "greet",
    { argsSchema: { name: z.string(), style: completable(z.string().optional(), (value = "") => Work.styles(value)) } },
    ({ name, style }) => ({
      messages: [{ role: "user", content: { type: "text", text: Work.greeting(name, style) } }]
    })
  )
  return server
}

// With exact optional properties, the SDK's own HTTP transport does not fit its interface: its `sessionId` may be undefined.
const connect = (transport: Omit<Transport, "sessionId"> & { readonly sessionId?: string | undefined }) =>
  makeServer().connect(transport as Transport)

if (Work.transport === "stdio") {
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js")
  await connect(new StdioServerTransport())
} else if (Work.transport === "http") {
  const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js")
  const sessions = new Map<unknown, InstanceType<typeof StreamableHTTPServerTransport>>()
  Work.listen("/mcp", async (request, response) => {
    const id = request.headers["mcp-session-id"]
    let session = sessions.get(id)
    if (session === undefined) {
      if (id !== undefined) return response.writeHead(404).end()
      const made = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: new Events(),
        retryInterval: 50,
        onsessioninitialized: (id) => void sessions.set(id, made),
        onsessionclosed: (id) => void sessions.delete(id)
      })
      await connect(made)
      session = made
    }
    await session.handleRequest(request, response)
  })
} else {
  const { SSEServerTransport } = await import("@modelcontextprotocol/sdk/server/sse.js")
  const sessions = new Map<unknown, InstanceType<typeof SSEServerTransport>>()
  Work.listen("/sse", async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    if (request.method === "GET" && url.pathname === "/sse") {
      const made = new SSEServerTransport("/messages", response)
      sessions.set(made.sessionId, made)
      return connect(made)
    }
    const session = url.pathname === "/messages" ? sessions.get(url.searchParams.get("sessionId")) : undefined
    if (session === undefined) return response.writeHead(404).end()
    await session.handlePostMessage(request, response)
  })
}
