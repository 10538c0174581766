/**
 * A client of a Streamable HTTP server that does next to nothing itself: it posts requests over connections that stay open.
 *
 * It does not read what it is told, except for the first answer to each kind of request.
 */
import { Agent, request as httpRequest } from "node:http"
import type { Answer, Client, Era } from "./Client.ts"
import { type Options, Process } from "./Process.ts"

export interface HttpClient extends Client {
  /** Leaves the session that it is in, so that `initialize` opens another one. */
  readonly forget: () => void
}

/** What a request says of itself in the stateless era, in its body and beside it. */
const statelessVersion = "2026-07-28"

const statelessMeta = {
  "io.modelcontextprotocol/protocolVersion": statelessVersion,
  "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" }
}

const accepted = { action: "accept", content: { text: "The quick brown fox jumps over the lazy dog" } }

const statelessHeaders = (method: string, params: object): Record<string, string> => ({
  "mcp-protocol-version": statelessVersion,
  "mcp-method": method,
  ...("name" in params ? { "mcp-name": String(params.name) } : undefined)
})

export const connect = async (
  contender: string,
  options: Partial<Options>,
  era: Era = "session"
): Promise<HttpClient> => {
  const process = new Process(contender, { transport: "http", ...options })
  const port = await process.message("port")
  const agent = new Agent({ keepAlive: true })
  let session: string | undefined
  let protocolVersion: string | undefined
  let id = 0

  const post = (message: object, headers?: Record<string, string>): Promise<string> =>
    process.expect(
      new Promise((resolve, reject) => {
        const body = JSON.stringify(message)
        const request = httpRequest({
          agent,
          host: "127.0.0.1",
          port,
          path: "/mcp",
          method: "POST",
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            accept: "application/json, text/event-stream",
            ...(session === undefined ? undefined : { "mcp-session-id": session }),
            ...(protocolVersion === undefined ? undefined : { "mcp-protocol-version": protocolVersion }),
            ...headers
          }
        }, (response) => {
          const { "mcp-session-id": given } = response.headers
          if (typeof given === "string") session = given
          const chunks: Array<Buffer> = []
          response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
            const text = Buffer.concat(chunks).toString()
            if (response.statusCode === 200 || response.statusCode === 202) resolve(text)
            else reject(new Error(`${response.statusCode}: ${text.slice(0, 200)}`))
          })
        })
        request.on("error", reject)
        request.end(body)
      })
    )
  const call = (method: string, params: object) =>
    era === "session"
      ? post({ jsonrpc: "2.0", id: ++id, method, params })
      : post(
        { jsonrpc: "2.0", id: ++id, method, params: { ...params, _meta: statelessMeta } },
        statelessHeaders(method, params)
      )

  // a call that needs input is made again with it
  const converse = async (method: string, params: object): Promise<void> => {
    const text = await call(method, params)
    if (era === "session" || !text.includes("\"input_required\"")) return
    const { inputRequests, requestState } = answerIn(text).result ?? {}
    const inputResponses = Object.fromEntries(Object.keys(inputRequests ?? {}).map((key) => [key, accepted]))
    await call(method, { ...params, inputResponses, requestState })
  }

  return {
    process,
    era,
    forget: () => {
      session = undefined
      protocolVersion = undefined
    },
    notify: async (method) => {
      await post({ jsonrpc: "2.0", method })
    },
    request: async (method, params) => {
      const answer = answerIn(await call(method, params))
      protocolVersion ??= answer.result?.protocolVersion
      return answer
    },
    repeat: async (count, depth, method, params) => {
      let left = count
      await Promise.all(Array.from({ length: depth }, async () => {
        while (left-- > 0) await converse(method, params)
      }))
    }
  }
}

// an answer is the body, or the last event of a stream that ends with it
const answerIn = (body: string): Answer => {
  const data = body.startsWith("{") ? body : body.split("\n").findLast((line) => line.startsWith("data:"))?.slice(5)
  return JSON.parse(data ?? "{}")
}
