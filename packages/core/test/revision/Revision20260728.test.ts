import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { clientRequest } from "../../src/revision/Revision.ts"
import { revision } from "../../src/revision/Revision20260728.ts"

const _meta = {
  "io.modelcontextprotocol/protocolVersion": revision.version,
  "io.modelcontextprotocol/clientCapabilities": {}
}
const call = clientRequest(revision, "tools/call")
const list = clientRequest(revision, "tools/list")

const failure = (decoded: Result.Result<unknown, string> | undefined): string | undefined =>
  decoded !== undefined && Result.isFailure(decoded) ? decoded.failure : undefined

describe("2026-07-28", () => {
  it("wants version and capabilities in each request (META-9, META-10, META-13), not the client's name (META-14)", () => {
    expect(failure(call?.params.decode({ name: "a" }))).toBe("_meta: Missing key")
    expect(failure(list?.params.decode(undefined))).toBe("_meta: Missing key")
    expect(failure(list?.params.decode({ _meta: {} }))).toContain("io.modelcontextprotocol/protocolVersion")
    expect(failure(list?.params.decode({ _meta: { ..._meta, "io.modelcontextprotocol/clientCapabilities": 1 } })))
      .toContain("io.modelcontextprotocol/clientCapabilities")
    expect(failure(list?.params.decode({ _meta }))).toBeUndefined()
  })

  it("wants the kind of each result (BASE-24)", () => {
    expect(failure(call?.result.decode({ content: [] }))).toBe("resultType: Missing key")
    expect(() => call?.result.encode({ content: [] })).toThrow("resultType")
    expect(failure(call?.result.decode({ content: [], resultType: "complete" }))).toBeUndefined()
  })

  it("sends no page or contents without saying how long and for whom they may be kept (CACHE-1 to CACHE-3)", () => {
    const page = { tools: [], resultType: "complete", ttlMs: 0, cacheScope: "private" as const }
    expect(list?.result.encode(page)).toBe(page)
    expect(() => list?.result.encode({ tools: [], resultType: "complete" })).toThrow("ttlMs")
    expect(() => list?.result.encode({ ...page, ttlMs: -1 })).toThrow("ttlMs")
    expect(failure(list?.result.decode({ ...page, cacheScope: "mine" }))).toContain("cacheScope")
  })

  it("takes a page without cache hints or with a negative time for a stale one (CACHE-10)", () => {
    expect(failure(list?.result.decode({ tools: [], resultType: "complete" }))).toBeUndefined()
    expect(failure(list?.result.decode({ tools: [], resultType: "complete", ttlMs: -1, cacheScope: "public" })))
      .toBeUndefined()
  })

  it("knows no tasks in the core (CAP-16, TOOL-36), and lets structured content be anything (TOOL-16)", () => {
    expect(call?.params.encode({ name: "a", task: {}, _meta })).toEqual({ name: "a", _meta })
    const result = { content: [], structuredContent: null, resultType: "complete" }
    expect(call?.result.encode(result)).toBe(result)
    expect(
      clientRequest(revision, "server/discover")?.result.encode({
        supportedVersions: [],
        capabilities: { tasks: {}, tools: {} },
        resultType: "complete",
        ttlMs: 0,
        cacheScope: "public"
      })
    ).toMatchObject({ capabilities: { tools: {} } })
  })

  it("asks for input within a result, without ids (MRTR-3 to MRTR-5, ELIC-24)", () => {
    const inputRequests = {
      name: {
        method: "elicitation/create" as const,
        params: { mode: "url" as const, message: "go", url: "a:b", elicitationId: "1" }
      },
      roots: { method: "roots/list" as const }
    }
    expect(revision.inputRequired?.encode({ resultType: "input_required", inputRequests, requestState: "s" })).toEqual({
      resultType: "input_required",
      inputRequests: {
        ...inputRequests,
        name: { method: "elicitation/create", params: { mode: "url", message: "go", url: "a:b" } }
      },
      requestState: "s"
    })
    expect(
      failure(
        revision.inputRequired?.decode({ resultType: "input_required", inputRequests: { x: { method: "tools/call" } } })
      )
    )
      .toContain("inputRequests")
  })

  it("brings answers as bare results (MRTR-23)", () => {
    const inputResponses = {
      name: { action: "accept" as const, content: { age: 0.5 }, _meta: {}, resultType: "complete" },
      roots: { roots: [], _meta: {} }
    }
    expect(call?.params.encode({ name: "a", inputResponses, _meta })).toEqual({
      name: "a",
      inputResponses: { name: { action: "accept", content: { age: 0.5 } }, roots: { roots: [] } },
      _meta
    })
    expect(failure(call?.params.decode({ name: "a", inputResponses: { x: 1 }, _meta }))).toContain("inputResponses")
  })
})
