import * as WebHandler from "@mcp-effect/http/WebHandler"
import * as Effect from "effect/Effect"
import * as Scenarios from "./Scenarios.ts"

Scenarios.declare("a Web handler", (server, options) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => WebHandler.make(server.layer, { path: "/mcp", ...options })),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }) => ({ fetch: (path, init) => handler(new Request(`http://localhost:8080${path}`, init)) })
  ))
