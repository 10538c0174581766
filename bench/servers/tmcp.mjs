/**
 * tmcp, with zod and its stdio transport, or its HTTP transport behind the adapter that SDK v2 uses too.
 */
import { ZodJsonSchemaAdapter } from "@tmcp/adapter-zod"
import { McpServer } from "tmcp"
import * as z from "zod"
import { furtherTools, info, listening, megabyte, transport } from "./Work.mjs"

const server = new McpServer(info, { adapter: new ZodJsonSchemaAdapter(), capabilities: { tools: {} } })
for (const name of ["echo", ...furtherTools]) {
  server.tool(
    { name, description: "Says it again", schema: z.object({ text: z.string() }) },
    ({ text }) => ({ content: [{ type: "text", text }] })
  )
}
server.tool({ name: "megabyte", description: "" }, () => ({ content: [{ type: "text", text: megabyte }] }))

if (transport === "stdio") {
  const { StdioTransport } = await import("@tmcp/transport-stdio")
  new StdioTransport(server).listen()
} else {
  const { HttpTransport } = await import("@tmcp/transport-http")
  const { serve } = await import("@hono/node-server")
  const http = new HttpTransport(server)
  serve({ fetch: (request) => http.respond(request), port: 0, hostname: "127.0.0.1" }, ({ port }) => listening(port))
}
