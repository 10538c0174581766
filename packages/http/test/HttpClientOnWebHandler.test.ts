import * as WebHandler from "@mcp-effect/http/WebHandler"
import * as Effect from "effect/Effect"
import * as ClientScenarios from "./ClientScenarios.ts"
import * as Scripted from "./ScriptedServer.ts"

ClientScenarios.declare("a Web handler and fetch", (server, options) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => WebHandler.make(server.layer, { path: "/mcp", ...options })),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }) => {
      let streams = 0
      const closed = () => void streams--
      const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
        const response = await handler(new Request(input, init))
        if (response.body === null || response.headers.get("content-type") !== "text/event-stream") return response
        streams++
        // the types do not know yet that a transformer is told of its cancellation
        const counted: Transformer<Uint8Array, Uint8Array> & { readonly cancel: () => void } = {
          flush: closed,
          cancel: closed
        }
        return new Response(response.body.pipeThrough(new TransformStream(counted)), response)
      }
      return {
        url: "http://localhost:8080/mcp",
        client: Scripted.client(fetch),
        open: Effect.map(server.connections, (sessions) => [sessions, streams])
      }
    }
  ))
