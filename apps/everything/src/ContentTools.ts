/**
 * A tool for each kind of content: text, image, audio, resource link, embedded resource, and several of them together.
 *
 * They have no structured output: see `StructuredTools`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result
 */
import * as Server from "@mcp-effect/core/Server"
import * as Tool from "@mcp-effect/core/Tool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { redPixel, silence } from "./Media.ts"

const SimpleText = Tool.make("test_simple_text", {
  title: "Simple text",
  description: "Answers with a text",
  annotations: { readOnly: true, idempotent: true, openWorld: false }
})

const ImageContent = Tool.make("test_image_content", { description: "Answers with an image" })

const AudioContent = Tool.make("test_audio_content", { description: "Answers with a sound" })

const LinkContent = Tool.make("resource_link_content", {
  description: "Answers with a link to a resource of this server"
})

const EmbeddedResource = Tool.make("test_embedded_resource", { description: "Answers with a resource in the result" })

const MultipleContentTypes = Tool.make("test_multiple_content_types", {
  description: "Answers with a text, an image and a resource"
})

const ErrorHandling = Tool.make("test_error_handling", { description: "Always answers that it failed" })

/** The tools. */
export const layer = Layer.mergeAll(
  Server.tool(SimpleText, () => Effect.succeed("This is a simple text response for testing.")),
  Server.tool(ImageContent, () => Effect.succeed({ type: "image", data: redPixel, mimeType: "image/png" })),
  Server.tool(AudioContent, () => Effect.succeed({ type: "audio", data: silence, mimeType: "audio/wav" })),
  Server.tool(LinkContent, () =>
    Effect.succeed({
      type: "resource_link",
      uri: "test://static-text",
      name: "static-text",
      description: "A text that never changes",
      mimeType: "text/plain",
      annotations: { audience: ["user"], priority: 0.5 }
    })),
  Server.tool(EmbeddedResource, () =>
    Effect.succeed({
      type: "resource",
      resource: {
        uri: "test://embedded-resource",
        mimeType: "text/plain",
        text: "This is an embedded resource content."
      }
    })),
  Server.tool(MultipleContentTypes, () =>
    Effect.succeed([
      { type: "text", text: "Multiple content types test:" },
      { type: "image", data: redPixel, mimeType: "image/png" },
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 })
        }
      }
    ])),
  Server.tool(ErrorHandling, () => Effect.succeed(Tool.failure("This tool intentionally returns an error for testing")))
)
