import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as JsonRpc from "../src/JsonRpc.ts"

const kind = (message: object) => JsonRpc.classify({ jsonrpc: "2.0", ...message })

describe("classify", () => {
  it("tells the four kinds of messages apart (BASE-1, BASE-2, BASE-7, BASE-11, BASE-13)", () => {
    expect(kind({ id: 1, method: "x" })).toBe("Request")
    expect(kind({ id: "", method: "", params: {} })).toBe("Request")
    expect(kind({ method: "x" })).toBe("Notification")
    expect(kind({ id: 1, result: {} })).toBe("ResultResponse")
    expect(kind({ id: 1, error: { code: 1, message: "" } })).toBe("ErrorResponse")
    // an error whose request could not be read (BASE-8, BASE-9)
    expect(kind({ id: null, error: { code: 1, message: "" } })).toBe("ErrorResponse")
    expect(kind({ error: { code: 1, message: "", data: null } })).toBe("ErrorResponse")
  })

  it("calls everything else invalid (BASE-1, BASE-2, BASE-3, BASE-7, BASE-11)", () => {
    for (
      const message of [
        {},
        { id: 1 },
        { id: null, method: "x" },
        { id: 1.5, method: "x" },
        { id: 1, method: null },
        { id: 1, method: "x", params: [] },
        { method: "x", params: null },
        { id: null, result: {} },
        { result: {} },
        { id: 1, result: [] },
        { id: 1, result: {}, error: { code: 1, message: "" } },
        { id: 1, error: { code: "1", message: "" } },
        { id: 1, error: { code: 1 } },
        { id: 1, error: { code: 2 ** 53, message: "" } },
        { id: 1.5, error: { code: 1, message: "" } }
      ]
    ) expect(kind(message)).toBe("Invalid")
    for (const json of [null, 1, "x", true, [], { id: 1, method: "x" }, { jsonrpc: "1.0", id: 1, method: "x" }]) {
      expect(JsonRpc.classify(json)).toBe("Invalid")
    }
  })

  it.prop("never throws", [Schema.Json], ([json]) => {
    expect(JsonRpc.classify(json)).toMatch(/^(Request|Notification|ResultResponse|ErrorResponse|Invalid)$/)
  })
})

describe("isRequestId", () => {
  it("lets in no id that is longer than what carries it has to be (robustness 7)", () => {
    const longest = "x".repeat(JsonRpc.maxIdLength)
    const request = (id: string) => ({ jsonrpc: "2.0", id, method: "m" })
    expect([longest, `${longest}x`].map(JsonRpc.isRequestId)).toEqual([true, false])
    expect([longest, `${longest}x`].map((id) => JsonRpc.classify(request(id)))).toEqual(["Request", "Invalid"])
  })
})

describe("isDeeperThan", () => {
  it("counts lists and objects, and stops at the limit (robustness 7)", () => {
    expect(JsonRpc.isDeeperThan(1, 0)).toBe(false)
    expect(JsonRpc.isDeeperThan([], 0)).toBe(true)
    expect(JsonRpc.isDeeperThan([[{}]], 3)).toBe(false)
    expect(JsonRpc.isDeeperThan([[{}]], 2)).toBe(true)
    expect(JsonRpc.isDeeperThan({ a: 1, b: { c: [] } }, 2)).toBe(true)
    expect(JsonRpc.isDeeperThan({ a: null, b: "x" }, 1)).toBe(false)
  })
})

describe("stringify", () => {
  it("writes the text of a result that is kept once, and that of the message around it each time", () => {
    let written = 0
    const result = {
      tools: [],
      get nextCursor() {
        written++
        return "é\n"
      }
    }
    const message = (id: JsonRpc.RequestId) => ({ jsonrpc: "2.0" as const, id, result })
    const kept = { ...message(1), result: JsonRpc.keepText(result) }
    const first = Result.getOrThrow(JsonRpc.stringify(kept))
    const second = Result.getOrThrow(JsonRpc.stringify({ ...kept, id: "\"2" }))
    expect(written).toBe(1)
    expect(first).toBe(JSON.stringify(message(1)))
    expect(second).toBe(JSON.stringify(message("\"2")))
  })

  it("writes one line (STDIO-2)", () => {
    const text = JsonRpc.stringify({ jsonrpc: "2.0", method: "a\nb", params: { "\r": "\n" } })
    expect(Result.getOrThrow(text)).toBe("{\"jsonrpc\":\"2.0\",\"method\":\"a\\nb\",\"params\":{\"\\r\":\"\\n\"}}")
  })

  it("gives an internal error for a result that JSON cannot hold, and nothing for a notification", () => {
    const cycle: Record<string, unknown> = {}
    cycle["self"] = cycle
    const result = JsonRpc.stringify({ jsonrpc: "2.0", id: 1, result: cycle })
    expect(Result.isFailure(result) && result.failure.instead).toBe(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}"
    )
    const notification = JsonRpc.stringify({ jsonrpc: "2.0", method: "x", params: { big: 1n } })
    expect(Result.isFailure(notification) && notification.failure.instead).toBeUndefined()
  })
})
