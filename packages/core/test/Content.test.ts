import { describe, expect, it } from "@effect/vitest"
import * as Content from "@mcp-effect/core/Content"
import { ContentBlock } from "@mcp-effect/core/protocol/Content"
import * as Schema from "effect/Schema"

const bytes = new Uint8Array([0, 255, 16])

describe("content blocks", () => {
  it("carry bytes as base64, with their type (CONT-1, CONT-2)", () => {
    expect(Content.image(bytes, "image/png")).toEqual({ type: "image", data: "AP8Q", mimeType: "image/png" })
    expect(Content.audio(bytes, "audio/wav")).toEqual({ type: "audio", data: "AP8Q", mimeType: "audio/wav" })
    expect(Content.resource("app://a", bytes)).toEqual({ type: "resource", resource: { uri: "app://a", blob: "AP8Q" } })
  })

  it("may say for whom they are, and more (CONT-4)", () => {
    expect(Content.text("a", { annotations: { audience: ["user"] }, meta: { "x/y": 1 } })).toEqual({
      type: "text",
      text: "a",
      annotations: { audience: ["user"] },
      _meta: { "x/y": 1 }
    })
  })

  it("are all content of the protocol", () => {
    for (
      const block of [
        Content.text("a"),
        Content.image(bytes, "image/png"),
        Content.audio(bytes, "audio/wav"),
        Content.link({ uri: "app://a", name: "a" }),
        Content.resource("app://a", "text", { mimeType: "text/plain" })
      ]
    ) {
      expect(Schema.is(ContentBlock)(block)).toBe(true)
    }
  })
})
