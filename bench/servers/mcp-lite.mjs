/**
 * mcp-lite, with zod and its HTTP transport behind the adapter that SDK v2 uses too. It has no stdio.
 */
import { serve } from "@hono/node-server"
import { InMemorySessionAdapter, McpServer, StreamableHttpTransport } from "mcp-lite"
import * as z from "zod"
import { furtherTools, info, listening, megabyte } from "./Work.mjs"

const server = new McpServer({ ...info, schemaAdapter: (schema) => z.toJSONSchema(schema) })
for (const name of ["echo", ...furtherTools]) {
  server.tool(name, {
    description: "Says it again",
    inputSchema: z.object({ text: z.string() }),
    handler: ({ text }) => ({ content: [{ type: "text", text }] })
  })
}
server.tool("megabyte", { handler: () => ({ content: [{ type: "text", text: megabyte }] }) })

const http = new StreamableHttpTransport({
  sessionAdapter: new InMemorySessionAdapter({ maxEventBufferSize: 1024 })
}).bind(server)
serve({ fetch: (request) => http(request), port: 0, hostname: "127.0.0.1" }, ({ port }) => listening(port))
