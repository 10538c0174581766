import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { ContentBlock } from "../../src/protocol/Content.ts"
import { SamplingMessage } from "../../src/protocol/Sampling.ts"
import { CallToolResult } from "../../src/protocol/Tool.ts"

const isBlock = Schema.is(ContentBlock)

describe("Content", () => {
  it("has text, images, audio, links and embedded resources (CONT-1)", () => {
    expect(isBlock({ type: "text", text: "" })).toBe(true)
    expect(isBlock({ type: "image", data: "", mimeType: "image/png" })).toBe(true)
    expect(isBlock({ type: "audio", data: "", mimeType: "audio/wav" })).toBe(true)
    expect(isBlock({ type: "resource_link", uri: "a:b", name: "a" })).toBe(true)
    expect(isBlock({ type: "resource", resource: { uri: "a:b", text: "" } })).toBe(true)
    expect(isBlock({ type: "resource", resource: { uri: "a:b", blob: "" } })).toBe(true)
    expect(isBlock({ type: "resource", resource: { uri: "a:b" } })).toBe(false)
  })

  it("does not let a block of an unknown type fail the whole (CONT-7)", () => {
    expect(Schema.is(CallToolResult)({ content: [{ type: "text", text: "" }, { type: "hologram", rays: [] }] })).toBe(
      true
    )
    expect(isBlock({ type: "constructor" })).toBe(true)
  })

  it("does not take a broken block of a known type for an unknown one", () => {
    expect(isBlock({ type: "text" })).toBe(false)
    expect(isBlock({ type: "image", data: 1, mimeType: "image/png" })).toBe(false)
    expect(isBlock({ type: 1 })).toBe(false)
    expect(isBlock({})).toBe(false)
  })

  it("has tool use and tool results in sampling only (CONT-6, SAMP-5)", () => {
    const use = { type: "tool_use", id: "1", name: "a", input: {} }
    const result = { type: "tool_result", toolUseId: "1", content: [] }
    expect(isBlock(use)).toBe(false)
    expect(isBlock(result)).toBe(false)
    const message = Schema.is(SamplingMessage)
    expect(message({ role: "assistant", content: use })).toBe(true)
    expect(message({ role: "user", content: [result] })).toBe(true)
    expect(message({ role: "user", content: { type: "resource_link", uri: "a:b", name: "a" } })).toBe(false)
    expect(message({ role: "system", content: [] })).toBe(false)
  })

  it("knows the bounds of priority (RES-21)", () => {
    expect(isBlock({ type: "text", text: "", annotations: { priority: 0.5, audience: ["user"] } })).toBe(true)
    expect(isBlock({ type: "text", text: "", annotations: { priority: 1.5 } })).toBe(false)
    expect(isBlock({ type: "text", text: "", annotations: { audience: ["everyone"] } })).toBe(false)
  })
})
