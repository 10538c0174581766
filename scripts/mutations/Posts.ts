/**
 * The entries that take each message as a request of HTTP, and give a reply to each: a listener, a Web handler, a route.
 *
 * They carry bytes, and know nothing of what they mean.
 */
import type { Server } from "@mcp-effect/core/Server"
import * as HttpRouterServer from "@mcp-effect/http/HttpRouterServer"
import * as WebHandler from "@mcp-effect/http/WebHandler"
import type * as Context from "effect/Context"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as http from "node:http"

/** The headers of a request. */
export type Headers = { readonly [name: string]: string }

/** A reply whose body may be a stream. */
export interface Reply {
  readonly status: number
  readonly header: (name: string) => string | undefined
  /** Reads until the end, or until the text so far is enough; then the request is given up. */
  readonly read: (isEnough: (text: string) => boolean) => Promise<string>
}

/** Sends requests. */
export interface Client {
  readonly send: (method: "POST" | "DELETE", headers: Headers, body: Uint8Array) => Promise<Reply>
  readonly close: () => Promise<void>
}

/** Over a socket. */
export const socket = (url: string): Client => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
  return {
    send: (method, headers, body) =>
      new Promise((resolve, reject) => {
        const request = http.request(url, { agent, method, headers: { ...headers, "content-length": body.length } })
        request.on("error", reject).on("response", (response) => {
          resolve({
            status: response.statusCode ?? 0,
            header: (name) => [response.headers[name] ?? []].flat()[0],
            read: (isEnough) =>
              new Promise((resolve) => {
                let text = ""
                response.setEncoding("utf8").on("data", (chunk: string) => {
                  text += chunk
                  if (isEnough(text)) response.destroy()
                }).on("close", () => resolve(text))
              })
          })
        })
        request.end(body)
      }),
    close: async () => agent.destroy()
  }
}

const ofHandler = (handler: (request: Request) => Promise<Response>, close: () => Promise<void>): Client => ({
  send: async (method, headers, body) => {
    const aborter = new AbortController()
    const init = { method, headers: { ...headers, host: "localhost" }, signal: aborter.signal }
    const response = await handler(
      new Request("http://localhost/mcp", method === "POST" ? { ...init, body: body.slice() } : init)
    )
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      read: async (isEnough) => {
        if (response.body === null) return ""
        const reader = response.body.getReader()
        const decoder = new TextDecoder()
        let text = ""
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          text += decoder.decode(next.value, { stream: true })
          if (!isEnough(text)) continue
          await reader.cancel()
          aborter.abort()
          break
        }
        return text
      }
    }
  },
  close
})

/** Through the Web handler. */
export const web = (context: Context.Context<Server>): Client => {
  const { dispose, handler } = WebHandler.make(Layer.succeedContext(context), { drainTimeout: 0 })
  return ofHandler(handler, dispose)
}

/** Through a route of an application. */
export const router = (context: Context.Context<Server>): Client => {
  const { dispose, handler } = HttpRouter.toWebHandler(
    HttpRouterServer.layer({ path: "/mcp", drainTimeout: 0 }).pipe(
      Layer.provide(Layer.succeedContext(context)),
      Layer.provide(HttpServer.layerServices)
    ),
    { disableLogger: true }
  )
  return ofHandler((request) => handler(request), dispose)
}
