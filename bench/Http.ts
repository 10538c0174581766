/**
 * A client of a Streamable HTTP server that does next to nothing itself: it posts requests over connections that stay open.
 *
 * It does not read what it is told, except for the first answer to each kind of request.
 */
import { Agent, request as httpRequest } from "node:http"
import type { Answer, Client } from "./Client.ts"
import { type Options, Process } from "./Process.ts"

export interface HttpClient extends Client {
  /** Leaves the session that it is in, so that `initialize` opens another one. */
  readonly forget: () => void
}

export const connect = async (contender: string, options: Partial<Options>): Promise<HttpClient> => {
  const process = new Process(contender, { transport: "http", ...options })
  const port = await process.message("port")
  const agent = new Agent({ keepAlive: true })
  let session: string | undefined
  let protocolVersion: string | undefined
  let id = 0

  const post = (message: object): Promise<string> =>
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
            ...(protocolVersion === undefined ? undefined : { "mcp-protocol-version": protocolVersion })
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
  const call = (method: string, params: object) => post({ jsonrpc: "2.0", id: ++id, method, params })

  return {
    process,
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
        while (left-- > 0) await call(method, params)
      }))
    }
  }
}

// an answer is the body, or the last event of a stream that ends with it
const answerIn = (body: string): Answer => {
  const data = body.startsWith("{") ? body : body.split("\n").findLast((line) => line.startsWith("data:"))?.slice(5)
  return JSON.parse(data ?? "{}")
}
