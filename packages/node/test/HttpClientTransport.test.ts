import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { expect, it } from "@effect/vitest"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as HttpClientTransport from "@mcp-effect/http/HttpClientTransport"
import * as NodeHttpServer from "@mcp-effect/node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as ClientScenarios from "../../http/test/ClientScenarios.ts"
import * as Scripted from "../../http/test/ScriptedServer.ts"

const clients: ReadonlyArray<readonly [string, Layer.Layer<HttpClient.HttpClient>]> = [
  ["fetch", FetchHttpClient.layer],
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp]
]

for (const [name, client] of clients) {
  ClientScenarios.declare(`a node:http listener and ${name}`, (server, options) =>
    Effect.map(
      Layer.build(Layer.provide(NodeHttpServer.layer(options), server.layer)),
      (context) => {
        const { sessions, streams } = Context.get(context, Endpoint.Endpoint)
        const { url } = Context.get(context, NodeHttpServer.NodeHttpServer)
        return { url, client, open: Effect.all([sessions, streams]) }
      }
    ))
}

/** A listener whose every reply is written by the test. */
const listen = (handle: http.RequestListener) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<http.Server>((resume) => {
        const server = http.createServer(handle).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void)).closeAllConnections()
        })
    ),
    (server) => ({ server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` })
  )

const connections = (server: http.Server): Effect.Effect<number> =>
  Effect.callback((resume) => {
    server.getConnections((_, count) => resume(Effect.succeed(count)))
  })

const connect = Effect.fnUntraced(function*(url: string, client: Layer.Layer<HttpClient.HttpClient>) {
  const transport = yield* HttpClientTransport.make({ url, reconnectDelay: 1 }).pipe(
    Effect.provide(yield* Layer.build(client))
  )
  const received: Array<unknown> = []
  yield* Effect.forkScoped(transport.run((json) => void received.push(json)), { startImmediately: true })
  return { transport, received }
})

it.live.each(clients)("%s: where nobody listens, nothing was sent", ([, client]) =>
  Effect.gen(function*() {
    // a port that was free a moment ago
    const url = yield* Effect.scoped(Effect.map(listen(() => {}), ({ url }) => url))
    const { transport } = yield* connect(url, client)
    expect((yield* Scripted.failureOf(transport.send(Scripted.request(1, "ping"))))._tag).toBe("Unreachable")
  }))

it.live.each(clients)(
  "%s: a connection that breaks before the reply may have brought the message there",
  ([, client]) =>
    Effect.gen(function*() {
      const { url } = yield* listen((request) => request.resume().on("end", () => request.socket.destroy()))
      const { transport } = yield* connect(url, client)
      expect((yield* Scripted.failureOf(transport.send(Scripted.request(1, "ping"))))._tag).toBe("Broken")
    })
)

it.live.each(clients)(
  "%s: redirects are not followed to another origin, where nothing arrives",
  ([, client]) =>
    Effect.gen(function*() {
      let arrived = 0
      const other = yield* listen((_, response) => {
        arrived++
        response.end()
      })
      const { url } = yield* listen((_, response) => response.writeHead(307, { location: other.url }).end())
      const { transport } = yield* connect(url, client)
      const failed = yield* Scripted.failureOf(transport.send(Scripted.request(1, "ping")))
      expect([failed._tag, failed.message, arrived]).toEqual(["Refused", "The server redirects, to another origin", 0])
    })
)

it.live.each(clients)(
  "%s: one connection serves calls one after the other, whether they are answered in JSON or on streams",
  ([, client]) =>
    Effect.gen(function*() {
      let opened = 0
      const { server, url } = yield* listen((request, response) => {
        let text = ""
        request.on("data", (chunk) => {
          text += String(chunk)
        }).on("end", () => {
          const { id } = JSON.parse(text) as { readonly id: number }
          const body = JSON.stringify(Scripted.answer(id))
          if (id % 2 === 0) response.writeHead(200, { "content-type": "application/json" }).end(body)
          else response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${body}\n\n`)
        })
      })
      server.on("connection", () => opened++)
      const { received, transport } = yield* connect(url, client)
      for (let id = 0; id < 20; id++) yield* transport.send(Scripted.request(id, "ping"))
      expect(received).toHaveLength(20)
      expect(opened).toBeLessThan(name(client) === "node:http" ? 21 : 5)
    })
)

const name = (client: Layer.Layer<HttpClient.HttpClient>): string | undefined =>
  clients.find(([, known]) => known === client)?.[0]

it.live.each(clients)(
  "%s: a stream of a session that is cut on the wire is gone on with; its end leaves no connection (robustness 15, robustness 18)",
  ([, client]) =>
    Effect.gen(function*() {
      const messages = Array.from({ length: 20 }, (_, i) => Scripted.notification("notifications/message", { data: i }))
      const { server, url } = yield* listen((request, response) => {
        if (request.method === "DELETE") return response.writeHead(204).end()
        const last = request.headers["last-event-id"]
        if (request.method === "GET" && last === undefined) return response.writeHead(405).end()
        request.resume().on("end", () => {
          response.writeHead(200, { "content-type": "text/event-stream" })
          const next = last === undefined ? 0 : Number(last) + 1
          if (next === messages.length) {
            return response.end(`id: 20\ndata: ${JSON.stringify(Scripted.answer(1))}\n\n`)
          }
          // one event, and a piece of the one after it
          const frame = (n: number) => `id: ${n}\ndata: ${JSON.stringify(messages[n] ?? {})}\n\n`
          response.write(frame(next) + frame(next + 1).slice(0, -1), () => setTimeout(() => response.destroy(), 2))
        })
      })
      yield* Effect.scoped(Effect.gen(function*() {
        const { received, transport } = yield* connect(url, client)
        yield* transport.send(Scripted.request(1, "tools/call"))
        expect(received).toEqual([...messages, Scripted.answer(1)])
      }))
      server.closeIdleConnections()
      expect(yield* Effect.repeat(connections(server), { until: (count) => count === 0 })).toBe(0)
    })
)
