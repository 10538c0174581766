/**
 * The official SDK, version 2: `McpServer`, and its transport for `node:http` with sessions as its examples keep them.
 */
import { McpServer } from "@modelcontextprotocol/server"
import { randomUUID } from "node:crypto"
import * as z from "zod"
import { furtherTools, info, listen, megabyte, transport } from "./Work.mjs"

const makeServer = () => {
  const server = new McpServer(info)
  for (const name of ["echo", ...furtherTools]) {
    server.registerTool(
      name,
      { description: "Says it again", inputSchema: z.object({ text: z.string() }) },
      ({ text }) => ({ content: [{ type: "text", text }] })
    )
  }
  server.registerTool("megabyte", {}, () => ({ content: [{ type: "text", text: megabyte }] }))
  return server
}

if (transport === "stdio") {
  const { StdioServerTransport } = await import("@modelcontextprotocol/server/stdio")
  await makeServer().connect(new StdioServerTransport())
} else if (transport === "stateless") {
  const { createMcpHandler } = await import("@modelcontextprotocol/server")
  const { toNodeHandler } = await import("@modelcontextprotocol/node")
  listen(toNodeHandler(createMcpHandler(makeServer)))
} else {
  const { NodeStreamableHTTPServerTransport } = await import("@modelcontextprotocol/node")
  const sessions = new Map()
  listen(async (request, response) => {
    let session = sessions.get(request.headers["mcp-session-id"])
    if (session === undefined) {
      session = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        enableJsonResponse: true,
        onsessioninitialized: (id) => {
          sessions.set(id, session)
        }
      })
      await makeServer().connect(session)
    }
    await session.handleRequest(request, response)
  })
}
