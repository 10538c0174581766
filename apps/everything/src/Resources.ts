/**
 * Resources of text and bytes, one that changes, and a template.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 */
import * as Resource from "@mcp-effect/core/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { redPixel } from "./Media.ts"

const StaticText = Resource.make("test://static-text", {
  name: "static-text",
  title: "Static text",
  description: "A text that never changes",
  mimeType: "text/plain"
})

const StaticBinary = Resource.make("test://static-binary", {
  name: "static-binary",
  description: "An image that never changes",
  mimeType: "image/png"
})

const Watched = Resource.make("test://watched-resource", {
  name: "watched-resource",
  description: "A text that changes with each call of update_watched_resource",
  mimeType: "text/plain"
})

const UpdateWatched = Tool.make("update_watched_resource", {
  description: "Changes the watched resource, of which its subscribers hear"
})

const Template = ResourceTemplate.make("test://template/{id}/data", {
  name: "template-data",
  title: "Data by id",
  description: "Some data for any id",
  mimeType: "application/json"
})

const ids = ["101", "102", "123", "124", "200"]

const watched = Layer.unwrap(Effect.map(Ref.make(1), (version) =>
  Layer.mergeAll(
    Server.resource(Watched, () => Effect.map(Ref.get(version), (n) => `Watched resource, version ${n}`)),
    Server.tool(UpdateWatched, () =>
      Effect.gen(function*() {
        const n = yield* Ref.updateAndGet(version, (n) => n + 1)
        yield* Server.resourceUpdated(Watched.uri)
        return `Version ${n}`
      }))
  )))

/** The resources, the template, and the tool that changes one of them. */
export const layer = Layer.mergeAll(
  Server.resource(StaticText, () => Effect.succeed("This is the content of the static text resource.")),
  Server.resource(StaticBinary, () => Effect.orDie(Effect.fromResult(Base64.decode(redPixel)))),
  watched,
  Server.resourceTemplate(
    Template,
    ({ id }) => Effect.succeed(JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })),
    { complete: { id: (typed) => Effect.succeed(ids.filter((id) => id.startsWith(typed))) } }
  )
)
