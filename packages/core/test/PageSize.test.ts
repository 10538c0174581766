import { expect, it } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import { PageSize } from "@mcp-effect/core/PageSize"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const server = Server.layer(
  { name: "lists", version: "1.0.0", pageSize: 2 },
  Layer.mergeAll(
    ...(["a", "b", "c", "d"] as const).map((name) => Server.tool(Tool.make(name), () => Effect.void)) as [
      Layer.Layer<never, never, Server.Registry>
    ]
  )
)

const firstPage = Effect.gen(function*() {
  const [near, far] = yield* MemoryTransport.make()
  yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "1" }), Transport, far))
  const client = yield* Client.make({ name: "lists", version: "1.0.0", transport: near })
  const { tools } = yield* client.request("tools/list", {})
  return tools.map(({ name }) => name)
})

it.effect("a page has as many items as the server's options say, unless the context says otherwise (PAGE-4)", () =>
  Effect.gen(function*() {
    expect(yield* Effect.provide(firstPage, Layer.fresh(server))).toEqual(["a", "b"])
    const three = Layer.provide(Layer.fresh(server), Layer.succeed(PageSize, 3))
    expect(yield* Effect.provide(firstPage, three)).toEqual(["a", "b", "c"])
  }))
