import { describe, expect, it } from "@effect/vitest"
import type { Tool } from "../../src/protocol/Tool.ts"
import { clientRequest, serverRequest } from "../../src/revision/Revision.ts"
import { revision } from "../../src/revision/Revision20251125.ts"

const call = clientRequest(revision, "tools/call")
const list = clientRequest(revision, "tools/list")
const tool: Tool = { name: "a", inputSchema: { type: "object" } }
const tools = (...tools: ReadonlyArray<Tool>) => list?.result.encode({ tools })

describe("2025-11-25", () => {
  it("encodes what it knows as it is, at no cost", () => {
    const result = {
      content: [{ type: "text" as const, text: "hi", _meta: {} }, {
        type: "audio" as const,
        data: "",
        mimeType: "a/b"
      }],
      structuredContent: { a: 1 },
      isError: false,
      _meta: { a: 1 }
    }
    expect(call?.result.encode(result)).toBe(result)
    const params = { name: "a", arguments: {}, task: { ttl: 1 } }
    expect(call?.params.encode(params)).toBe(params)
    const page = {
      tools: [{
        ...tool,
        icons: [{ src: "a:b" }],
        execution: { taskSupport: "optional" as const },
        outputSchema: { type: "object" }
      }]
    }
    expect(list?.result.encode(page)).toBe(page)
  })

  it("leaves out what came with the stateless era (BASE-28)", () => {
    expect(call?.result.encode({ content: [], resultType: "complete" })).toEqual({ content: [] })
    expect(list?.result.encode({ tools: [], resultType: "complete", ttlMs: 1, cacheScope: "public" })).toEqual({
      tools: []
    })
    expect(clientRequest(revision, "logging/setLevel")?.result.encode({ resultType: "complete" })).toEqual({})
    expect(call?.params.encode({ name: "a", requestState: "s", inputResponses: {} })).toEqual({ name: "a" })
  })

  it("shows structured content that is not an object as text (TOOL-15)", () => {
    expect(call?.result.encode({ content: [], structuredContent: [1, null] })).toEqual({
      content: [{ type: "text", text: "[1,null]" }]
    })
    const content = [{ type: "text" as const, text: "none" }]
    expect(call?.result.encode({ content, structuredContent: null })).toEqual({ content })
  })

  it("shows output schemas with an object at the root only (TOOL-9)", () => {
    expect(tools({ ...tool, outputSchema: { type: "array" } })).toEqual({ tools: [tool] })
    expect(tools({ ...tool, outputSchema: { anyOf: [] } })).toEqual({ tools: [tool] })
    const kept = { ...tool, outputSchema: { type: "object", "x-other": 1 } }
    expect(tools(kept)).toEqual({ tools: [kept] })
  })

  it("spells out properties that are true or false, and keeps every other keyword of a schema (JSCH-13)", () => {
    const inputSchema = { type: "object" as const, properties: { a: true, b: false, c: { if: {} } }, $defs: { d: {} } }
    expect(tools({ ...tool, inputSchema })).toEqual({
      tools: [{ ...tool, inputSchema: { ...inputSchema, properties: { a: {}, b: { not: {} }, c: { if: {} } } } }]
    })
  })

  it("wants an id for each URL elicitation (ELIC-23), and none for a form (ELIC-5)", () => {
    const elicit = serverRequest(revision, "elicitation/create")
    const url = { mode: "url" as const, message: "go", url: "https://example.com" }
    expect(() => elicit?.params.encode(url)).toThrow("elicitationId")
    expect(elicit?.params.encode({ ...url, elicitationId: "1" })).toEqual({ ...url, elicitationId: "1" })
    const form = { message: "who?", requestedSchema: { type: "object" as const, properties: {} } }
    expect(elicit?.params.encode(form)).toBe(form)
  })
})
