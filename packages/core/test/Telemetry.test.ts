import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Prompt from "../src/Prompt.ts"
import * as Resource from "../src/Resource.ts"
import * as Roots from "../src/Roots.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

const go = Deferred.makeUnsafe<void>()

const features = Layer.mergeAll(
  Server.tool(Tool.make("add"), () => Effect.withSpan(Effect.succeed("ok"), "inner")),
  Server.tool(Tool.make("fail"), () => Effect.succeed(Tool.failure("no"))),
  Server.tool(Tool.make("die"), () => Effect.die(new Error("hunter2"))),
  Server.tool(Tool.make("wait"), () => Effect.as(Effect.sleep("2 seconds"), "ok")),
  Server.tool(Tool.make("never"), () => Deferred.await(go)),
  Server.tool(Tool.make("ask"), () => Effect.as(Roots.list, "ok")),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r")),
  Server.prompt(Prompt.make("p"), () => Effect.succeed("p"))
)

/** Runs a test with a tracer and a registry of its own. */
const observing = <A, E>(
  test: (spans: ReadonlyArray<Tracer.Span>) => Effect.Effect<A, E, Server.Server | Server.Registry | Scope.Scope>
) => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return test(spans).pipe(
    Conversation.withServer(features),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provideService(Metric.MetricRegistry, new Map()),
    Effect.provide(Logger.layer([]))
  )
}

const attributes = (span: Tracer.Span | undefined) => Object.fromEntries(span?.attributes ?? [])

describe("spans", () => {
  it.effect("of a call that ends for the client to be asked have no error (MRTR-1)", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities: { roots: {} } })
        const { rounds } = yield* client.converse("tools/call", { name: "ask" }, () => ({ roots: [] }))
        expect(rounds.length).toBe(1)
        const ours = spans.filter(({ kind }) => kind === "server").map(attributes)
        expect(ours.map((attribute) => [attribute["gen_ai.tool.name"], attribute["error.type"]])).toEqual([
          ["ask", undefined],
          ["ask", undefined]
        ])
      })
    ))

  it.effect("are named, of kind server, and attributed by the conventions", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ sessionId: "s" })
        yield* conversation.request("tools/call", { name: "add" }, "abc")
        yield* conversation.request("resources/read", { uri: "test:r" })
        yield* conversation.request("prompts/get", { name: "p" })
        yield* conversation.request("tools/list")
        const ours = spans.filter(({ kind }) => kind === "server")
        const base = { "mcp.session.id": "s", "mcp.protocol.version": "2025-11-25" }
        expect(ours.map((span) => [span.name, attributes(span)]).slice(1)).toEqual([
          ["tools/call add", {
            "mcp.method.name": "tools/call",
            "jsonrpc.request.id": "abc",
            "gen_ai.tool.name": "add",
            "gen_ai.operation.name": "execute_tool",
            ...base
          }],
          ["resources/read", {
            "mcp.method.name": "resources/read",
            "jsonrpc.request.id": "2",
            "mcp.resource.uri": "test:r",
            ...base
          }],
          ["prompts/get p", {
            "mcp.method.name": "prompts/get",
            "jsonrpc.request.id": "3",
            "gen_ai.prompt.name": "p",
            ...base
          }],
          ["tools/list", { "mcp.method.name": "tools/list", "jsonrpc.request.id": "4", ...base }]
        ])
        expect(spans.every(({ status }) => status._tag === "Ended")).toBe(true)
        // what a handler does is within
        const inner = spans.find(({ name }) => name === "inner")
        expect(inner?.parent).toMatchObject({ _tag: "Some", value: { name: "tools/call add" } })
      })
    ))

  it.effect("have their parent from `_meta.traceparent`, when that is one (META-20)", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        const traceId = "0af7651916cd43dd8448eb211c80319c"
        const spanId = "b7ad6b7169203331"
        yield* conversation.call("add", {}, { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "a=b" })
        const span = spans.find(({ name }) => name === "tools/call add")
        expect(span?.traceId).toBe(traceId)
        expect(span?.parent).toMatchObject({
          _tag: "Some",
          value: { _tag: "ExternalSpan", traceId, spanId, sampled: true }
        })
        for (
          const traceparent of [
            `00-${"0".repeat(32)}-${spanId}-01`,
            `00-${traceId}-${"0".repeat(16)}-01`,
            `ff-${traceId}-${spanId}-01`,
            `00-${traceId.toUpperCase()}-${spanId}-01`,
            "",
            "x",
            5,
            null,
            { a: 1 }
          ]
        ) {
          expect((yield* conversation.call("add", {}, { traceparent })).result).toBeDefined()
        }
        const others = spans.filter((span) => span.name === "tools/call add" && span.traceId !== traceId)
        expect(others).toHaveLength(9)
      })
    ))

  it.effect("say what kind of error a request ended with", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        yield* conversation.call("add")
        yield* conversation.call("fail")
        yield* conversation.call("die")
        yield* conversation.call("none")
        const id = yield* conversation.ask("tools/call", { name: "never" })
        yield* conversation.notify("notifications/cancelled", { requestId: id })
        yield* Conversation.settle
        const types = spans.filter(({ name }) => name.startsWith("tools/call")).map((span) => [
          span.name,
          attributes(span)["error.type"]
        ])
        expect(types).toEqual([
          ["tools/call add", undefined],
          ["tools/call fail", "tool_error"],
          ["tools/call die", "-32603"],
          ["tools/call none", "-32602"],
          ["tools/call never", "cancelled"]
        ])
        expect(JSON.stringify(spans.map((span) => attributes(span)))).not.toContain("hunter2")
      })
    ))
})

describe("metrics", () => {
  const histograms = (name: string) =>
    Effect.map(
      Metric.snapshot,
      (snapshots) =>
        snapshots.flatMap((snapshot) =>
          snapshot.id === name && snapshot.type === "Histogram"
            ? [{ attributes: snapshot.attributes, count: snapshot.state.count, sum: snapshot.state.sum }]
            : []
        )
    )

  it.effect("say how long operations took, in seconds, by method and error", () =>
    observing(() =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        const id = yield* conversation.ask("tools/call", { name: "wait" })
        yield* Conversation.settle
        yield* TestClock.adjust("2 seconds")
        yield* conversation.answer(id)
        yield* conversation.call("die")
        yield* conversation.call("none")
        yield* conversation.request("no/such")
        expect(yield* histograms("mcp.server.operation.duration")).toEqual(expect.arrayContaining([
          { attributes: { "mcp.method.name": "initialize" }, count: 1, sum: 0 },
          { attributes: { "mcp.method.name": "tools/call" }, count: 1, sum: 2 },
          { attributes: { "mcp.method.name": "tools/call", "error.type": "-32603" }, count: 1, sum: 0 },
          { attributes: { "mcp.method.name": "tools/call", "error.type": "-32602" }, count: 1, sum: 0 }
        ]))
        // methods that do not exist make no attributes
        expect(JSON.stringify(yield* Metric.snapshot)).not.toContain("no/such")
      })
    ))

  it.effect("count a round that ends for the client to be asked as no error (MRTR-1)", () =>
    observing(() =>
      Effect.gen(function*() {
        const client = yield* StatelessConversation.open({ capabilities: { roots: {} } })
        yield* client.converse("tools/call", { name: "ask" }, () => ({ roots: [] }))
        expect(yield* histograms("mcp.server.operation.duration")).toEqual([
          { attributes: { "mcp.method.name": "tools/call" }, count: 2, sum: 0 }
        ])
      })
    ))

  it.effect("say how long sessions lasted, in seconds", () =>
    observing(() =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open({ version: "2025-06-18" })
        const never = yield* Conversation.open({ handshake: false })
        yield* TestClock.adjust("90 seconds")
        yield* conversation.close
        yield* never.close
        expect(yield* histograms("mcp.server.session.duration")).toEqual([
          { attributes: { "mcp.protocol.version": "2025-06-18" }, count: 1, sum: 90 }
        ])
      })
    ))
})
