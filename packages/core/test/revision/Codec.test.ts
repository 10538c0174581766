import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { CallToolParams, CallToolResult } from "../../src/protocol/Tool.ts"
import * as Codec from "../../src/revision/Codec.ts"
import * as Revisions from "../../src/revision/Revisions.ts"

const params = Codec.make(CallToolParams)
const result = Codec.make(CallToolResult)

const failure = (decoded: Result.Result<unknown, string>): string => {
  if (Result.isSuccess(decoded)) throw new Error("It was accepted")
  return decoded.failure
}

describe("Codec", () => {
  it("passes what it received on as it is, members nobody knows included (BASE-10, BASE-41, META-21)", () => {
    const wire = {
      name: "add",
      arguments: { a: 1, deep: { "x-y": [null] } },
      future: { some: "thing" },
      _meta: { progressToken: 1, "com.example/key": [1] }
    }
    const decoded = params.decode(wire)
    expect(Result.isSuccess(decoded) && decoded.success).toBe(wire)
    expect(params.encode(wire)).toBe(wire)
  })

  it("takes absent params for empty ones", () => {
    const ping = Revisions.latestOfSessionEra.clientRequests.get("ping")
    expect(ping?.params.decode(undefined)).toEqual(Result.succeed({}))
    expect(failure(params.decode(undefined))).toBe("name: Missing key")
  })

  it("refuses what does not fit, with a line that names the place and repeats nothing", () => {
    expect(failure(params.decode(null))).toContain("Expected object")
    expect(failure(params.decode([]))).toContain("Expected object")
    const secret = "s3cret".repeat(10_000)
    const message = failure(params.decode({ name: { secret } }))
    expect(message).toBe("name: Expected string")
    expect(failure(params.decode({ name: "a", arguments: [secret] })).length).toBeLessThan(200)
    expect(failure(params.decode({ name: "a", _meta: { progressToken: 1.5 } }))).toContain("_meta.progressToken")
  })

  it("does not take inherited members for given ones", () => {
    const wire: unknown = JSON.parse("{\"__proto__\":{\"name\":\"add\"}}")
    expect(Result.isFailure(params.decode(wire))).toBe(true)
  })

  it("refuses numbers that JSON does not have", () => {
    const progress = Revisions.latestOfSessionEra.serverNotifications.get("notifications/progress")
    expect(Result.isFailure(progress?.params.decode({ progressToken: 1, progress: Number.NaN }) ?? Result.succeed(0)))
      .toBe(true)
    expect(() => progress?.params.encode({ progressToken: 1, progress: Number.POSITIVE_INFINITY })).toThrow("progress")
  })

  it("throws when it is to encode what does not fit: a defect of ours", () => {
    expect(() => result.encode({ content: [{ type: "text" }] })).toThrow("content[0].text")
    expect(() => result.encode({})).toThrow("content")
  })

  it("takes undefined members for absent ones when it encodes", () => {
    expect(result.encode({ content: [{ type: "text", text: "a", _meta: undefined }], isError: undefined })).toEqual({
      content: [{ type: "text", text: "a" }]
    })
  })

  it("demands on the wire what the revision requires, in both directions", () => {
    const codec = Codec.make(CallToolResult, { required: Schema.Struct({ resultType: Schema.String }) })
    expect(failure(codec.decode({ content: [] }))).toBe("resultType: Missing key")
    expect(() => codec.encode({ content: [] })).toThrow("resultType")
    expect(codec.encode({ content: [], resultType: "complete" })).toEqual({ content: [], resultType: "complete" })
  })

  it("survives hostile depth", () => {
    let deep: unknown = {}
    for (let i = 0; i < 100_000; i++) deep = { deep }
    const wire = { name: "a", arguments: { deep } }
    expect(Result.isSuccess(params.decode(wire))).toBe(true)
    expect(Result.isFailure(params.decode({ ...wire, name: 1 }))).toBe(true)
  })
})
