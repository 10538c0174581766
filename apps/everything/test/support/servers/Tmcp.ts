/**
 * tmcp: its `McpServer` over stdio, over its HTTP transport in both eras, and over its HTTP+SSE transport.
 */
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node"
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod"
import { McpServer } from "tmcp"
import * as z from "zod"
import * as Work from "./Work.ts"

const server = new McpServer(Work.info, {
  adapter: new ZodJsonSchemaAdapter(),
  instructions: Work.instructions,
  capabilities: {
    logging: {},
    completions: {},
    tools: { listChanged: true },
    prompts: {},
    resources: { subscribe: true, listChanged: true }
  }
})

server.tool(
  { name: "echo", description: "Says it again", schema: z.object({ text: z.string() }) },
  ({ text }) => Work.text(text)
)
server.tool(
  {
    name: "add",
    description: "Adds",
    schema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() })
  },
  ({ a, b }) => ({ ...Work.text(JSON.stringify({ sum: a + b })), structuredContent: { sum: a + b } })
)
server.tool({ name: "fail", description: "Fails" }, () => ({ ...Work.text("It went wrong"), isError: true }))
server.tool(
  { name: "slow", description: "Takes its time", schema: z.object({ steps: z.number() }) },
  async ({ steps }) => {
    for (let progress = 1; progress <= steps; progress++) {
      await Work.turn()
      server.progress(progress, steps, `step ${progress}`)
    }
    return Work.text(`${steps} steps`)
  }
)
server.tool(
  { name: "sample", description: "Samples", replayable: true, schema: z.object({ prompt: z.string() }) },
  async ({ prompt }) => {
    const { content, model } = await server.message(Work.question(prompt))
    const [first] = Array.isArray(content) ? content : [content]
    return Work.text(`${model}: ${first?.type === "text" ? first.text : first?.type}`)
  }
)
server.tool({ name: "ask", description: "Asks the user", replayable: true }, async () => {
  const form = z.object({ colour: z.enum(["red", "green"]), times: z.int().min(1).default(3) })
  const { action, content } = await server.elicitation(Work.form.message, form)
  return Work.text(Work.answered(action, content))
})
server.tool({ name: "roots", description: "Lists the roots" }, async () => {
  await server.refreshRoots()
  return Work.text(server.roots.map(({ uri }) => uri).join(" "))
})
server.tool({ name: "log", description: "Logs" }, () => {
  server.log("debug", "in detail", "interop")
  server.log("error", { what: "badly" }, "interop")
  return Work.text("logged")
})
server.tool({ name: "touch", description: "Changes the counter" }, () => {
  server.changed("resource", "test://counter")
  return Work.text("touched")
})
server.tool({ name: "announce", description: "Says that the tools have changed" }, () => {
  server.changed("tools")
  return Work.text("announced")
})

const read = (contents: { readonly text: string } | { readonly blob: string }, mimeType?: string) => (uri: string) => ({
  contents: [{ uri, ...contents, ...(mimeType === undefined ? undefined : { mimeType }) }]
})

server.resource(
  { name: "greeting", description: "A greeting", uri: "test://greeting", mimeType: "text/plain" },
  read({ text: "Hello" }, "text/plain")
)
server.resource({ name: "counter", description: "A counter", uri: "test://counter" }, read({ text: "0" }))
server.resource(
  { name: "pixel", description: "A pixel", uri: "test://pixel", mimeType: "image/png" },
  read({ blob: Work.pixel }, "image/png")
)
server.template(
  {
    name: "item",
    description: "An item",
    uri: "test://items/{id}",
    complete: { id: (beginning) => ({ completion: { values: Work.items(beginning) } }) }
  },
  (uri, { id }) => read({ text: `Item ${String(id)}` })(uri)
)
server.prompt(
  {
    name: "greet",
    description: "Greets",
    schema: z.object({ name: z.string(), style: z.string().optional() }),
    complete: { style: (beginning) => ({ completion: { values: Work.styles(beginning) } }) }
  },
  ({ name, style }) => ({
    messages: [{ role: "user", content: { type: "text", text: Work.greeting(name, style) } }]
  })
)

/** What its transports over HTTP have in common. */
interface Responder {
  readonly respond: (request: Request) => Promise<Response | null>
}

const serve = (path: string, transport: Responder) => {
  const handler = toNodeHandler({
    fetch: async (request) => await transport.respond(request) ?? new Response(null, { status: 404 })
  })
  // with exact optional properties, what Node gives does not fit what the SDK takes: its method may be undefined
  Work.listen(path, (request, response) => handler(request as NodeIncomingMessageLike, response))
}

if (Work.transport === "stdio") {
  const { StdioTransport } = await import("@tmcp/transport-stdio")
  new StdioTransport(server).listen()
} else if (Work.transport === "http") {
  const { HttpTransport } = await import("@tmcp/transport-http")
  serve("/mcp", new HttpTransport(server, { path: "/mcp" }))
} else {
  const { SseTransport } = await import("@tmcp/transport-sse")
  serve("/sse", new SseTransport(server, { path: "/sse" }))
}
