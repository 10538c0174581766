import { expect, it } from "@effect/vitest"
import * as WebHandler from "@mcp-effect/http/WebHandler"
import * as Effect from "effect/Effect"
import * as Client from "./NeutralClient.ts"
import * as Scenarios from "./Scenarios.ts"
import * as StatelessScenarios from "./StatelessScenarios.ts"
import * as TestServer from "./TestServer.ts"

const serve: Scenarios.Serve = (server, options) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => WebHandler.make(server.layer, { path: "/mcp", ...options })),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }) => ({ fetch: (path, init) => handler(new Request(`http://localhost:8080${path}`, init)) })
  )

Scenarios.declare("a Web handler", serve)

StatelessScenarios.declare("a Web handler", serve)

it.live("a body that does not come in time is refused with 408, and the platform need not read on", () =>
  Effect.scoped(Effect.gen(function*() {
    const { handler } = yield* Effect.acquireRelease(
      Effect.sync(() => WebHandler.make(TestServer.make().layer, { bodyTimeout: 20 })),
      ({ dispose }) => Effect.promise(dispose)
    )
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      cancel: () => {
        isCancelled = true
      }
    })
    // the type of `RequestInit` does not have `duplex`, which a body of unknown length needs
    const init: RequestInit & { readonly duplex: "half" } = {
      method: "POST",
      headers: Client.defaultHeaders,
      body,
      duplex: "half"
    }
    const reply = yield* Effect.promise(() => handler(new Request("http://localhost/mcp", init)))
    expect([reply.status, isCancelled]).toEqual([408, true])
  })))
