import { expect, it } from "@effect/vitest"
import * as HttpRouterServer from "@mcp-effect/http/HttpRouterServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Client from "./NeutralClient.ts"
import * as Scenarios from "./Scenarios.ts"
import * as StatelessScenarios from "./StatelessScenarios.ts"
import * as TestServer from "./TestServer.ts"

const toWeb = (layer: Layer.Layer<never, never, HttpRouter.HttpRouter>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => HttpRouter.toWebHandler(layer, { disableLogger: true })),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }) => (path: string, init: RequestInit) => handler(new Request(`http://localhost:8080${path}`, init))
  )

const serve: Scenarios.Serve = (server, options) =>
  Effect.map(
    toWeb(
      HttpRouterServer.layer({ ...options, path: "/mcp" }).pipe(
        Layer.provide(server.layer),
        Layer.provide(HttpServer.layerServices)
      )
    ),
    (fetch) => ({ fetch })
  )

Scenarios.declare("a route of HttpRouter", serve)

StatelessScenarios.declare("a route of HttpRouter", serve)

it.live("the endpoint is one route among others", () =>
  Effect.scoped(Effect.gen(function*() {
    const mcp = Layer.provide(HttpRouterServer.layer({ path: "/deep/mcp" }), TestServer.make().layer)
    const hello = HttpRouter.add("GET", "/hello", HttpServerResponse.text("hello"))
    const fetch = yield* toWeb(Layer.provide(Layer.mergeAll(mcp, hello), HttpServer.layerServices))
    const get = (path: string) => Effect.promise(() => fetch(path, { method: "GET" }))
    const text = yield* Effect.promise(async () => (await fetch("/hello", { method: "GET" })).text())
    expect(text).toBe("hello")
    const reply = yield* Effect.promise(() =>
      fetch("/deep/mcp", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "*/*" },
        body: JSON.stringify(Client.initializeRequest())
      })
    )
    expect([reply.status, reply.headers.has("mcp-session-id")]).toEqual([200, true])
    expect((yield* get("/mcp")).status).toBe(404)
  })))
