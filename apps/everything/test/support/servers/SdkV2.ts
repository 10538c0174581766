/**
 * The official SDK, version 2: `McpServer` in both eras, over stdio and over Streamable HTTP. What it asks is written once, as rounds; for the older
 * era the SDK makes requests of them.
 */
import {
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest
} from "@modelcontextprotocol/node"
import {
  completable,
  createMcpHandler,
  inputRequired,
  inputResponse,
  isLegacyRequest,
  McpServer,
  ResourceTemplate,
  type ServerContext,
  type ServerNotifier
} from "@modelcontextprotocol/server"
import { serveStdio } from "@modelcontextprotocol/server/stdio"
import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import * as z from "zod"
import { Events } from "./Events.ts"
import * as Work from "./Work.ts"

const name = z.object({ name: z.string() })

const answer = (context: ServerContext, key: string) => inputResponse(context.mcpReq.inputResponses, key)

interface Setting {
  /** Tells of changes where no connection does: what all requests of the newer era over HTTP have in common. */
  readonly notifier?: (() => ServerNotifier) | undefined
  /** Whether the client can be asked for something, and told of something. */
  readonly reaches: boolean
  /** Whether a stream can be closed and gone on with. */
  readonly drops?: boolean
}

const registerAsking = (server: McpServer) => {
  server.registerTool("sample", { inputSchema: z.object({ prompt: z.string() }) }, ({ prompt }, context) => {
    const given = answer(context, "sampled")
    if (given.kind !== "sampling") {
      return inputRequired({ inputRequests: { sampled: inputRequired.createMessage(Work.question(prompt)) } })
    }
    const { content, model } = given.result
    const [first] = Array.isArray(content) ? content : [content]
    return Work.text(`${model}: ${first?.type === "text" ? first.text : first?.type}`)
  })
  server.registerTool("ask", {}, (context) => {
    const given = answer(context, "asked")
    return given.kind === "elicit"
      ? Work.text(Work.answered(given.action, given.content))
      : inputRequired({ inputRequests: { asked: inputRequired.elicit(Work.form) } })
  })
  server.registerTool("roots", {}, (context) => {
    const given = answer(context, "listed")
    return given.kind === "roots"
      ? Work.text(given.roots.map(({ uri }) => uri).join(" "))
      : inputRequired({ inputRequests: { listed: inputRequired.listRoots() } })
  })
}

const makeServer = ({ reaches, drops = false, notifier }: Setting) => {
  const server = new McpServer(Work.info, {
    instructions: Work.instructions,
    capabilities: {
      ...(reaches ? { logging: {} } : undefined),
      resources: { subscribe: reaches, listChanged: reaches },
      tools: { listChanged: reaches }
    }
  })
  if (reaches) {
    server.server.setRequestHandler("resources/subscribe", () => ({}))
    server.server.setRequestHandler("resources/unsubscribe", () => ({}))
  }

  server.registerTool("echo", { inputSchema: z.object({ text: z.string() }) }, ({ text }) => Work.text(text))
  server.registerTool(
    "add",
    { inputSchema: z.object({ a: z.number(), b: z.number() }), outputSchema: z.object({ sum: z.number() }) },
    ({ a, b }) => ({ ...Work.text(JSON.stringify({ sum: a + b })), structuredContent: { sum: a + b } })
  )
  server.registerTool("fail", {}, () => ({ ...Work.text("It went wrong"), isError: true }))
  server.registerTool("slow", { inputSchema: z.object({ steps: z.number() }) }, async ({ steps }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    for (let progress = 1; progress <= steps; progress++) {
      await Work.turn()
      if (progressToken !== undefined) {
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress, total: steps, message: `step ${progress}` }
        })
      }
    }
    return Work.text(`${steps} steps`)
  })
  server.registerTool(
    "wait",
    { inputSchema: name },
    async ({ name }, { mcpReq }) => Work.text(await Work.untilCancelled(name, mcpReq.signal))
  )
  server.registerTool("begun", { inputSchema: name }, async ({ name }) => {
    await Work.wait(name).begun.promise
    return Work.text("begun")
  })
  server.registerTool("cancelled", { inputSchema: name }, async ({ name }) => {
    await Work.wait(name).cancelled.promise
    return Work.text("cancelled")
  })
  if (reaches) registerAsking(server)
  server.registerTool("log", {}, async ({ mcpReq }) => {
    await mcpReq.log("debug", "in detail", "interop")
    await mcpReq.log("error", { what: "badly" }, "interop")
    return Work.text("logged")
  })
  server.registerTool("touch", {}, async () => {
    if (notifier !== undefined) notifier().resourceUpdated("test://counter")
    else await server.server.sendResourceUpdated({ uri: "test://counter" })
    return Work.text("touched")
  })
  server.registerTool("announce", {}, () => {
    if (notifier !== undefined) notifier().toolsChanged()
    else server.sendToolListChanged()
    return Work.text("announced")
  })
  if (drops) {
    server.registerTool("drop", {}, async ({ http }) => {
      if (http?.closeSSE === undefined) return Work.text("nothing to close")
      http.closeSSE()
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
  const style = completable(z.string(), Work.styles).optional()
  server.registerPrompt("greet", { argsSchema: z.object({ name: z.string(), style }) }, ({ name, style }) => ({
    messages: [{ role: "user", content: { type: "text", text: Work.greeting(name, style) } }]
  }))
  return server
}

if (Work.transport === "stdio") {
  serveStdio(() => makeServer({ reaches: true }))
} else {
  const sessions = new Map<unknown, NodeStreamableHTTPServerTransport>()
  const modern = createMcpHandler(
    ({ era }) => makeServer({ reaches: era === "modern", notifier: () => modern.notify }),
    { legacy: Work.transport === "sessionless" ? "stateless" : "reject" }
  )
  const handler = toNodeHandler(modern)
  // with exact optional properties, what Node gives does not fit what the SDK takes: its method may be undefined
  const like = (request: IncomingMessage) => request as NodeIncomingMessageLike
  Work.listen("/mcp", async (request, response) => {
    if (Work.transport === "sessionless") return handler(like(request), response)
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    const body: unknown = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
    if (!await isLegacyRequest(await toWebRequest(like(request), body))) return handler(like(request), response, body)
    const id = request.headers["mcp-session-id"]
    let session = sessions.get(id)
    if (session === undefined) {
      if (id !== undefined) return response.writeHead(404).end()
      const made = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: new Events(),
        retryInterval: 50,
        onsessioninitialized: (id) => void sessions.set(id, made),
        onsessionclosed: (id) => void sessions.delete(id)
      })
      await makeServer({ reaches: true, drops: true }).connect(made)
      session = made
    }
    await session.handleRequest(request, response, body)
  })
}
