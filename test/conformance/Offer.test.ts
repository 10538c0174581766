import { describe, expect, it } from "@effect/vitest"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { alone, ask, isStateless, messages } from "../../scripts/conformance/Offer.ts"

interface Seen {
  readonly method: string
  readonly headers: IncomingMessage["headers"]
  readonly body: {
    readonly id?: number
    readonly method: string
    readonly params?: { readonly [key: string]: unknown }
  }
}

/** A server that lists two tools on a page each, nothing else, and remembers what it was sent. */
const serve = async () => {
  const seen: Array<Seen> = []
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const text = Buffer.concat(chunks).toString()
      const body = (text === "" ? { method: request.method } : JSON.parse(text)) as Seen["body"]
      seen.push({ method: request.method ?? "", headers: request.headers, body })
      const result = body.method !== "tools/list"
        ? {}
        : body.params?.["cursor"] === undefined
        ? { tools: [{ name: "first" }], nextCursor: "more" }
        : { tools: [{ name: "second" }] }
      response.writeHead(200, {
        "content-type": "application/json",
        ...body.method === "initialize" ? { "mcp-session-id": "one" } : {}
      }).end(body.id === undefined ? "" : JSON.stringify({ jsonrpc: "2.0", id: body.id, result }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // listening on a port, its address is no path
  const { port } = server.address() as AddressInfo
  return { seen, url: `http://127.0.0.1:${port}/mcp`, [Symbol.dispose]: () => server.close() }
}

const listMethods = [
  "tools/list",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list"
]

describe("Offer", () => {
  it("asks a server in a session at a revision that has sessions, and ends it", async () => {
    using server = await serve()
    expect(await ask(server.url, "2025-11-25")).toMatchObject({ tools: ["first", "second"], prompts: [] })
    expect(server.seen.map(({ body }) => body.method)).toEqual([
      "initialize",
      "notifications/initialized",
      ...listMethods,
      "DELETE"
    ])
    expect(server.seen.slice(1).every(({ headers }) => headers["mcp-session-id"] === "one")).toBe(true)
    expect(server.seen.every(({ headers }) => headers["mcp-method"] === undefined)).toBe(true)
  })

  it("asks a server by requests that stand alone at a revision that has no sessions", async () => {
    using server = await serve()
    expect(await ask(server.url, "2026-07-28")).toMatchObject({ tools: ["first", "second"], prompts: [] })
    expect(server.seen.map(({ headers }) => headers["mcp-method"])).toEqual(listMethods)
    for (const { body, headers } of server.seen) {
      expect(headers["mcp-protocol-version"]).toBe("2026-07-28")
      expect(headers["mcp-session-id"]).toBeUndefined()
      expect(body.method).toBe(headers["mcp-method"])
      expect(body.params?.["_meta"]).toMatchObject({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}
      })
    }
    expect(server.seen[1]?.body.params?.["cursor"]).toBe("more")
  })

  it("knows which revisions have sessions", () => {
    expect(["2024-11-05", "2025-11-25"].map(isStateless)).toEqual([false, false])
    expect(isStateless("2026-07-28")).toBe(true)
    expect(alone("2026-07-28", "tools/list", { cursor: "c" })).toMatchObject({
      headers: { "mcp-method": "tools/list" },
      params: { cursor: "c" }
    })
  })

  it("reads a reply in JSON", () => {
    expect(messages("application/json; charset=utf-8", `{"id":1}`)).toEqual([{ id: 1 }])
    expect(messages("application/json", "")).toEqual([])
  })

  it("reads the messages of a stream of events, without those that carry no data", () => {
    const body =
      `id: 0\ndata:\n\nretry: 500\n\n: heartbeat\n\nevent: message\nid: 1\ndata: {"method":\ndata: "ping"}\n\ndata: {"id":2}\r\n\r\n`
    expect(messages("text/event-stream", body)).toEqual([{ method: "ping" }, { id: 2 }])
  })
})
