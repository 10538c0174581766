/**
 * The official SDK, version 1: `McpServer`, and its Streamable HTTP transport with sessions as its examples keep them.
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { randomUUID } from "node:crypto"
import * as z from "zod"
import { furtherTools, info, listen, megabyte, transport } from "./Work.mjs"

const makeServer = () => {
  const server = new McpServer(info)
  for (const name of ["echo", ...furtherTools]) {
    server.registerTool(
      name,
      { description: "Says it again", inputSchema: { text: z.string() } },
      ({ text }) => ({ content: [{ type: "text", text }] })
    )
  }
  server.registerTool("megabyte", {}, () => ({ content: [{ type: "text", text: megabyte }] }))
  return server
}

if (transport === "stdio") {
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js")
  await makeServer().connect(new StdioServerTransport())
} else {
  const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js")
  const sessions = new Map()
  listen(async (request, response) => {
    let session = sessions.get(request.headers["mcp-session-id"])
    if (session === undefined) {
      session = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        enableJsonResponse: true,
        onsessioninitialized: (id) => sessions.set(id, session)
      })
      await makeServer().connect(session)
    }
    await session.handleRequest(request, response)
  })
}
