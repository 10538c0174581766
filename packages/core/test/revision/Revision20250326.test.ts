import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { clientRequest } from "../../src/revision/Revision.ts"
import { revision } from "../../src/revision/Revision20250326.ts"

const call = clientRequest(revision, "tools/call")

describe("2025-03-26", () => {
  it("shows a link to a resource as text (CONT-5)", () => {
    expect(
      call?.result.encode({
        content: [{ type: "resource_link", uri: "file:///a", name: "a", title: "The file", description: "All of it" }]
      })
    ).toEqual({ content: [{ type: "text", text: "The file: file:///a\nAll of it" }] })
  })

  it("knows audio and annotations of blocks, but no metadata (CONT-1, CONT-4)", () => {
    expect(
      call?.result.encode({
        content: [{
          type: "audio",
          data: "",
          mimeType: "a/b",
          annotations: { priority: 1, lastModified: "now" },
          _meta: {}
        }]
      })
    ).toEqual({ content: [{ type: "audio", data: "", mimeType: "a/b", annotations: { priority: 1 } }] })
  })

  it("shows structured content as text, unless some text says it already (TOOL-19)", () => {
    expect(call?.result.encode({ content: [], structuredContent: { sum: 3 } })).toEqual({
      content: [{ type: "text", text: "{\"sum\":3}" }]
    })
    const content = [{ type: "text" as const, text: "three" }]
    expect(call?.result.encode({ content, structuredContent: { sum: 3 } })).toEqual({ content })
  })

  it("keeps the annotations of tools, but not what came later (TOOL-6)", () => {
    expect(
      clientRequest(revision, "tools/list")?.result.encode({
        tools: [{
          name: "a",
          title: "A",
          inputSchema: { type: "object" },
          outputSchema: { type: "object" },
          annotations: { title: "A", readOnlyHint: true },
          _meta: {},
          icons: []
        }]
      })
    ).toEqual({
      tools: [{ name: "a", inputSchema: { type: "object" }, annotations: { title: "A", readOnlyHint: true } }]
    })
  })

  it("does not offer elicitation (CAP-7)", () => {
    expect(
      clientRequest(revision, "initialize")?.params.encode({
        protocolVersion: revision.version,
        capabilities: { elicitation: {}, roots: {} },
        clientInfo: { name: "c", title: "C", version: "1" }
      })
    ).toEqual({
      protocolVersion: revision.version,
      capabilities: { roots: {} },
      clientInfo: { name: "c", version: "1" }
    })
  })

  it("passes blocks of unknown types on (CONT-7)", () => {
    const wire = { content: [{ type: "hologram", data: 1 }] }
    const decoded = Result.getOrThrow(call?.result.decode(wire) ?? Result.fail("no codec"))
    expect(decoded).toEqual(wire)
    expect(call?.result.encode(decoded)).toEqual(wire)
  })
})
