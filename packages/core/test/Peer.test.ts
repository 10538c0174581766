import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Elicitation from "../src/Elicitation.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

const Echo = Tool.make("echo", { input: { text: Schema.String } })
const Ask = Tool.make("ask")

const features = Layer.mergeAll(
  Server.tool(Echo, ({ text }) => Effect.succeed(text)),
  Server.tool(Ask, () =>
    Effect.map(
      Elicitation.rawForm({ message: "?", requestedSchema: { type: "object", properties: {} } }),
      (answer) => answer.action
    ))
)

const serving = Conversation.withServer(features)

const echo = (id: unknown, text = "hi") => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "echo", arguments: { text } }
})

const answered = (id: unknown, text = "hi") => ({
  jsonrpc: "2.0",
  id,
  result: { content: [{ type: "text", text }] }
})

describe("messages", () => {
  it.effect("a response has the version, the id of its request with the same type, and exactly one of result and error (BASE-1, BASE-2, BASE-6, BASE-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const id of ["7", 7, "", 0, -1, Number.MAX_SAFE_INTEGER, "ä\u0000"]) {
        yield* conversation.say(echo(id))
        expect(yield* conversation.answer(id)).toEqual(answered(id))
        yield* conversation.say({ jsonrpc: "2.0", id, method: "no/such" })
        expect(yield* conversation.answer(id)).toEqual({
          jsonrpc: "2.0",
          id,
          error: { code: -32601, message: "Method not found: no/such" }
        })
      }
    }).pipe(serving))

  it.effect.each([null, 1.5, true, [1], { a: 1 }, 2 ** 53, Number.NaN])(
    "an id of %j is refused and no handler runs (BASE-2, BASE-3)",
    (id) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        const before = conversation.received.length
        yield* conversation.say(echo(id))
        yield* Conversation.settle
        expect(conversation.received.slice(before)).toEqual([
          { jsonrpc: "2.0", id: null, error: { code: -32600, message: expect.any(String) } }
        ])
      }).pipe(serving)
  )

  it.effect.each<[string, unknown, unknown]>([
    ["no version", { id: 5, method: "ping" }, 5],
    ["another version", { jsonrpc: "1.0", id: 5, method: "ping" }, 5],
    ["a version that is a number", { jsonrpc: 2, id: "a", method: "ping" }, "a"],
    ["a method that is no text", { jsonrpc: "2.0", id: 5, method: 5 }, 5],
    ["positional params", { jsonrpc: "2.0", id: 5, method: "ping", params: [] }, 5],
    ["scalar params", { jsonrpc: "2.0", id: 5, method: "ping", params: "x" }, 5],
    ["null params", { jsonrpc: "2.0", id: 5, method: "ping", params: null }, 5],
    ["nothing but an id", { jsonrpc: "2.0", id: 5 }, 5],
    ["an empty object", {}, null],
    ["a text", "ping", null],
    ["a number", 5, null],
    ["null", null, null],
    ["true", true, null]
  ])(
    "%s is no message: -32600, and the session goes on (BASE-1, BASE-2, BASE-16)",
    ([, json, id]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        yield* conversation.say(json)
        expect(yield* conversation.answer(id as string)).toEqual({
          jsonrpc: "2.0",
          id,
          error: { code: -32600, message: expect.any(String) }
        })
        yield* conversation.say(echo("after"))
        expect(yield* conversation.answer("after")).toEqual(answered("after"))
      }).pipe(serving)
  )

  it.effect.each<[string, Conversation.Json]>([
    ["result and error", { id: 0, result: {}, error: { code: 1, message: "x" } }],
    ["a result that is a list", { id: 0, result: [] }],
    ["a result that is a text", { id: 0, result: "x" }],
    ["a null result", { id: 0, result: null }],
    ["an error without code", { id: 0, error: { message: "x" } }],
    ["an error with a fractional code", { id: 0, error: { code: 1.5, message: "x" } }],
    ["an error without message", { id: 0, error: { code: 1 } }],
    ["an error that is a text", { id: 0, error: "x" }],
    ["a result without id", { result: {} }]
  ])(
    "a response with %s is taken for no answer, and is not answered itself (BASE-7, BASE-11)",
    ([, response]) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ capabilities: { elicitation: {} } })
        const id = yield* conversation.ask("tools/call", { name: "ask" })
        const request = yield* conversation.next("elicitation/create")
        expect(request.id).toBe(0)
        const before = conversation.received.length
        yield* conversation.say({ jsonrpc: "2.0", ...response })
        yield* Conversation.settle
        // at most the call that waited has ended
        expect(conversation.received.slice(before).filter((message) => message.id !== id)).toEqual([])
        yield* conversation.reply(request, { action: "decline" })
        expect([
          { content: [{ type: "text", text: "decline" }] },
          {
            content: [{ type: "text", text: expect.stringContaining("elicitation/create does not fit") }],
            isError: true
          }
        ]).toContainEqual((yield* conversation.answer(id)).result)
        expect((yield* conversation.request("ping")).result).toEqual({})
      }).pipe(serving)
  )

  it.effect("a response that answers nothing is dropped, and what is asked meanwhile is not disturbed (BASE-39)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { elicitation: {} } })
      const id = yield* conversation.ask("tools/call", { name: "ask" })
      const request = yield* conversation.next("elicitation/create")
      const before = conversation.received.length
      yield* conversation.say({ jsonrpc: "2.0", id: 999, result: {} })
      yield* conversation.say({ jsonrpc: "2.0", id: "0", result: { action: "accept" } })
      yield* conversation.say({ jsonrpc: "2.0", id: 999, error: { code: 1, message: "x" } })
      yield* conversation.say({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "x" } })
      yield* conversation.say({ jsonrpc: "2.0", error: { code: -32700, message: "x" } })
      yield* Conversation.settle
      expect(conversation.received.slice(before)).toEqual([])
      yield* conversation.reply(request, { action: "cancel" })
      expect((yield* conversation.answer(id)).result).toEqual({ content: [{ type: "text", text: "cancel" }] })
      // the answer again, now that nobody waits for it
      yield* conversation.reply(request, { action: "accept" })
      expect((yield* conversation.request("ping")).result).toEqual({})
    }).pipe(serving))

  it.effect("notifications are never answered, known or not, well formed or not; the server's own have no id (BASE-13, BASE-14, BASE-40)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const before = conversation.received.length
      yield* conversation.notify("notifications/initialized")
      yield* conversation.notify("notifications/no_such", { a: 1 })
      yield* conversation.notify("tools/call", { name: "echo", arguments: { text: "x" } })
      yield* conversation.notify("notifications/cancelled")
      yield* conversation.notify("notifications/cancelled", { requestId: { a: 1 } })
      yield* conversation.notify("notifications/progress", { progressToken: 1 })
      yield* conversation.notify("notifications/roots/list_changed", { _meta: "x" })
      yield* Conversation.settle
      expect(conversation.received.slice(before)).toEqual([])
      yield* conversation.request("logging/setLevel", { level: "debug" })
      for (const message of conversation.received) {
        expect("method" in message && "id" in message).toBe(false)
      }
    }).pipe(serving))

  it.effect("errors have an integer code and a text, of the standard meaning (BASE-11, BASE-16, BASE-40)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const code = (method: string, params?: Conversation.Json) =>
        Effect.map(conversation.request(method, params), ({ error }) => {
          expect(error?.message).toMatch(/^[^\n]+$/)
          return error?.code
        })
      expect(yield* code("no/such")).toBe(-32601)
      expect(yield* code("server/discover")).toBe(-32601)
      expect(yield* code("__proto__")).toBe(-32601)
      expect(yield* code("initialize", Conversation.initialize())).toBe(-32600)
      expect(yield* code("tools/call")).toBe(-32602)
      expect(yield* code("tools/call", { name: 5 })).toBe(-32602)
      expect(yield* code("logging/setLevel", { level: "loud" })).toBe(-32602)
      expect(yield* code("tools/list", { cursor: "made up" })).toBe(-32602)
    }).pipe(serving))

  it.effect("members that nobody knows are ignored (BASE-41)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.say({ ...echo(1, "x"), extra: 1, trace: { a: 1 } })
      expect(yield* conversation.answer(1)).toEqual(answered(1, "x"))
      const listed = yield* conversation.request("tools/list", { extra: true, _meta: { "com.example/a": 1 } })
      expect(listed.result?.["tools"]).toHaveLength(2)
    }).pipe(serving))

  it.effect("an id in use is refused without an id, and the request that has it is answered once (BASE-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ capabilities: { elicitation: {} } })
      yield* conversation.say({ jsonrpc: "2.0", id: "x", method: "tools/call", params: { name: "ask" } })
      const request = yield* conversation.next("elicitation/create")
      yield* conversation.say(echo("x"))
      expect((yield* conversation.answer(null)).error?.code).toBe(-32600)
      yield* conversation.reply(request, { action: "decline" })
      yield* conversation.answer("x")
      yield* Conversation.settle
      expect(conversation.received.filter((message) => message.id === "x")).toHaveLength(1)
    }).pipe(serving))
})

describe("batches", () => {
  const inBatches = (version: string) => Conversation.open({ version })

  it.effect("a batch of 2025-03-26 is served, and answered for its requests only (BASE-19, BASE-22)", () =>
    Effect.gen(function*() {
      const conversation = yield* inBatches("2025-03-26")
      yield* conversation.say([
        echo("a", "1"),
        { jsonrpc: "2.0", method: "notifications/no_such" },
        { jsonrpc: "2.0", id: "b", method: "no/such" },
        echo("c", "3")
      ])
      expect(yield* conversation.answer("a")).toEqual(answered("a", "1"))
      expect((yield* conversation.answer("b")).error?.code).toBe(-32601)
      expect(yield* conversation.answer("c")).toEqual(answered("c", "3"))
      yield* Conversation.settle
      expect(conversation.received).toHaveLength(4)
    }).pipe(serving))

  it.effect("a batch of responses settles what they answer (BASE-19)", () =>
    Effect.gen(function*() {
      const conversation = yield* inBatches("2025-03-26")
      const before = conversation.received.length
      yield* conversation.say([{ jsonrpc: "2.0", id: 5, result: {} }, { jsonrpc: "2.0", id: 6, result: {} }])
      yield* conversation.say([{ jsonrpc: "2.0", method: "notifications/no_such" }])
      yield* Conversation.settle
      expect(conversation.received.slice(before)).toEqual([])
    }).pipe(serving))

  it.effect("what is no message in a batch costs one error, and the others are served", () =>
    Effect.gen(function*() {
      const conversation = yield* inBatches("2025-03-26")
      yield* conversation.say([1, echo("a"), [echo("b")]])
      expect(yield* conversation.answer("a")).toEqual(answered("a"))
      yield* Conversation.settle
      const errors = conversation.received.filter((message) => message.id === null)
      expect(errors.map((message) => message.error?.code)).toEqual([-32600, -32600])
      expect(conversation.received.some((message) => message.id === "b")).toBe(false)
    }).pipe(serving))

  it.effect.each(["2024-11-05", "2025-06-18", "2025-11-25"])(
    "a batch in %s is one error, and none of it is served (BASE-21)",
    (version) =>
      Effect.gen(function*() {
        const conversation = yield* inBatches(version)
        const before = conversation.received.length
        yield* conversation.say([echo("a"), echo("b")])
        yield* conversation.say([])
        yield* Conversation.settle
        expect(conversation.received.slice(before).map(({ error, id }) => [id, error?.code])).toEqual([
          [null, -32600],
          [null, -32600]
        ])
      }).pipe(serving)
  )

  it.effect("an empty batch and one of 10,000 are one error each (BASE-22, robustness 9)", () =>
    Effect.gen(function*() {
      const conversation = yield* inBatches("2025-03-26")
      const before = conversation.received.length
      yield* conversation.say([])
      yield* conversation.say(Array.from({ length: 10_000 }, (_, id) => echo(id + 10)))
      yield* conversation.say(Array.from({ length: 101 }, (_, id) => echo(id + 10)))
      yield* Conversation.settle
      expect(conversation.received.slice(before).map(({ error, id }) => [id, error?.code])).toEqual([
        [null, -32600],
        [null, -32600],
        [null, -32600]
      ])
      yield* conversation.say(Array.from({ length: 100 }, (_, id) => echo(id + 10)))
      yield* Conversation.settle
      expect(conversation.received.filter(({ result }) => result?.["content"])).toHaveLength(100)
    }).pipe(serving))

  it.effect("initialize is never served from a batch (BASE-20)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.say([{
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: Conversation.initialize({ version: "2025-03-26" })
      }])
      expect((yield* conversation.answer(null)).error?.code).toBe(-32600)
      expect(conversation.connected.session()).toBeUndefined()
      // nor is a second one, once batches are spoken
      yield* conversation.request("initialize", Conversation.initialize({ version: "2025-03-26" }))
      yield* conversation.say([{
        jsonrpc: "2.0",
        id: "again",
        method: "initialize",
        params: Conversation.initialize()
      }])
      expect((yield* conversation.answer("again")).error?.code).toBe(-32600)
    }).pipe(serving))
})
