import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Client from "../../src/Client.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as Roots from "../../src/Roots.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as TraceContext from "../../src/TraceContext.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const versions = ["2024-11-05", "2025-11-25", "2026-07-28"]

const features = Layer.mergeAll(
  Server.tool(Tool.make("add"), () => Effect.withSpan(Effect.succeed("ok"), "inner")),
  Server.tool(Tool.make("fail"), () => Effect.succeed(Tool.failure("no"))),
  Server.tool(Tool.make("ask"), () => Effect.as(Roots.list, "ok")),
  Server.resource(Resource.make("test:r", { name: "r" }), () => Effect.succeed("r")),
  Server.prompt(Prompt.make("p"), () => Effect.succeed("p"))
)

const tracing = (spans: Array<Tracer.Span>) =>
  Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })

/** Runs a test with a tracer and a registry of its own. */
const observing = <A, E>(
  test: (spans: ReadonlyArray<Tracer.Span>) => Effect.Effect<A, E, Server.Server | Server.Registry | Scope.Scope>
) => {
  const spans: Array<Tracer.Span> = []
  return test(spans).pipe(
    Conversation.withServer(features),
    Effect.provideService(Tracer.Tracer, tracing(spans)),
    Effect.provideService(Metric.MetricRegistry, new Map()),
    Effect.provide(Logger.layer([]))
  )
}

const attributes = (span: Tracer.Span | undefined) => Object.fromEntries(span?.attributes ?? [])

/** A client of a server of ours. */
const connect = Effect.fnUntraced(function*(version: string) {
  const [near, far] = yield* MemoryTransport.make()
  yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "secret" }), Transport, far))
  return yield* Client.make(
    { name: "test", version: "1.0.0", transport: near, versions: [version] },
    Client.roots([])
  )
})

const call = (client: Client.Methods, name: string) => client.request("tools/call", { name, arguments: {} })

describe("spans of a client", () => {
  it.effect.each(versions)(
    "are one trace with those of its server (META-20), in %s",
    (version) =>
      observing((spans) =>
        Effect.gen(function*() {
          const client = yield* connect(version)
          yield* Effect.withSpan(call(client, "add"), "outer")
          const named = (name: string, kind: Tracer.SpanKind) =>
            spans.filter((span) => span.name === name && span.kind === kind)
          const [outer] = named("outer", "internal")
          const [asked] = named("tools/call add", "client")
          const [answered] = named("tools/call add", "server")
          const [inner] = named("inner", "internal")
          expect(asked?.parent).toMatchObject({ _tag: "Some", value: { spanId: outer?.spanId } })
          expect(answered?.parent).toMatchObject({
            _tag: "Some",
            value: { _tag: "ExternalSpan", spanId: asked?.spanId }
          })
          expect(inner?.parent).toMatchObject({ _tag: "Some", value: { spanId: answered?.spanId } })
          expect(new Set([outer, asked, answered, inner].map((span) => span?.traceId)).size).toBe(1)
          // the two are about the same request
          expect(attributes(asked)["jsonrpc.request.id"]).toBe(attributes(answered)["jsonrpc.request.id"])
          expect(spans.every(({ status }) => status._tag === "Ended")).toBe(true)
        })
      )
  )

  it.effect.each(versions)(
    "are named, of kind client, and attributed by the conventions, in %s",
    (version) =>
      observing((spans) =>
        Effect.gen(function*() {
          const client = yield* connect(version)
          const before = spans.length
          yield* call(client, "add")
          yield* client.readResource("test:r")
          yield* client.getPrompt("p")
          yield* client.request("tools/list", {})
          const base = { "mcp.protocol.version": version, "jsonrpc.request.id": expect.stringMatching(/^\d+$/) }
          expect(
            spans.slice(before).filter(({ kind }) => kind === "client").map((span) => [span.name, attributes(span)])
          ).toEqual([
            ["tools/call add", {
              "mcp.method.name": "tools/call",
              "gen_ai.tool.name": "add",
              "gen_ai.operation.name": "execute_tool",
              ...base
            }],
            ["resources/read", { "mcp.method.name": "resources/read", "mcp.resource.uri": "test:r", ...base }],
            ["prompts/get p", { "mcp.method.name": "prompts/get", "gen_ai.prompt.name": "p", ...base }],
            ["tools/list", { "mcp.method.name": "tools/list", ...base }]
          ])
          // the handshake too, in the version that was asked for
          const [first] = spans.filter(({ kind }) => kind === "client")
          expect(attributes(first)).toMatchObject({
            "mcp.method.name": version === "2026-07-28" ? "server/discover" : "initialize",
            "mcp.protocol.version": version
          })
          expect(JSON.stringify(spans.filter(({ kind }) => kind === "client").map(attributes))).not.toContain("secret")
        })
      )
  )

  it.effect("are one for each round of a request, and none has an error (MRTR-1, MRTR-24)", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const client = yield* connect("2026-07-28")
        yield* call(client, "ask")
        const asked = spans.filter(({ kind, name }) => kind === "client" && name === "tools/call ask")
        expect(asked.map((span) => attributes(span)["error.type"])).toEqual([undefined, undefined])
        expect(new Set(asked.map((span) => attributes(span)["jsonrpc.request.id"])).size).toBe(2)
        const answered = spans.filter(({ kind, name }) => kind === "server" && name === "tools/call ask")
        expect(answered.map(({ parent }) => parent._tag === "Some" ? parent.value.spanId : undefined)).toEqual(
          asked.map(({ spanId }) => spanId)
        )
      })
    ))

  it.effect("say what kind of error a request ended with", () =>
    observing((spans) =>
      Effect.gen(function*() {
        const answers: { readonly [name: string]: ScriptedServer.Reply } = {
          fails: { result: { content: [], isError: true } },
          none: { error: { code: -32602, message: "No" } },
          own: { error: { code: 418, message: "No" } },
          odd: { result: 5 },
          gone: "closed"
        }
        const server = yield* ScriptedServer.make(
          ScriptedServer.session(({ params }) => answers[params?.["name"] as string], { tools: {} })
        )
        const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
        for (const name of ["fails", "none", "own", "odd"]) yield* Effect.exit(call(client, name))
        const stopped = yield* Effect.forkChild(call(client, "stopped"))
        yield* Conversation.settle
        yield* Fiber.interrupt(stopped)
        const late = yield* Effect.forkChild(Effect.exit(call(client, "late")))
        yield* Conversation.settle
        yield* TestClock.adjust("2 minutes")
        yield* Fiber.join(late)
        yield* Effect.exit(call(client, "gone"))
        expect(
          spans.filter(({ name }) => name.startsWith("tools/call")).map((span) => [
            span.name,
            attributes(span)["error.type"]
          ])
        ).toEqual([
          ["tools/call fails", "tool_error"],
          ["tools/call none", "-32602"],
          ["tools/call own", "_OTHER"],
          ["tools/call odd", "InvalidAnswer"],
          ["tools/call stopped", "cancelled"],
          ["tools/call late", "RequestTimeout"],
          ["tools/call gone", "Disconnected"]
        ])
        expect(spans.every(({ status }) => status._tag === "Ended")).toBe(true)
      })
    ))
})

describe("the trace that a request says", () => {
  const said = (server: ScriptedServer.ScriptedServer) =>
    server.all("tools/call").map(({ params }) => params?.["_meta"] as Conversation.Json | undefined)

  const scripted = Effect.fnUntraced(function*(era: "session" | "stateless") {
    const server = yield* ScriptedServer.make(
      (era === "session" ? ScriptedServer.session : ScriptedServer.stateless)(() => ({ result: { content: [] } }), {
        tools: {}
      })
    )
    return [server, yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })] as const
  })

  const traceId = "0af7651916cd43dd8448eb211c80319c"
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`

  it.effect.each(["session", "stateless"] as const)(
    "is nothing where nobody traces: requests have no more than they need (%s)",
    (era) =>
      Effect.gen(function*() {
        const [server, client] = yield* scripted(era)
        yield* call(client, "add")
        // a span that goes nowhere is not told of
        yield* Effect.withSpan(call(client, "add"), "native")
        for (const { params } of server.received) {
          expect(JSON.stringify(params ?? {})).not.toContain("trace")
        }
        if (era === "session") expect(said(server)).toEqual([undefined, undefined])
      })
  )

  it.effect.each(["session", "stateless"] as const)(
    "is that of who asked the client, with its state, also where no spans are made (META-20, %s)",
    (era) =>
      Effect.gen(function*() {
        const [server, client] = yield* scripted(era)
        const parent = TraceContext.fromParams({ _meta: { traceparent, tracestate: "a=b" } })!
        yield* Effect.withParentSpan(call(client, "add"), parent)
        expect(said(server)[0]).toMatchObject({ traceparent, tracestate: "a=b" })
        const spans: Array<Tracer.Span> = []
        yield* call(client, "add").pipe(
          Effect.withSpan("outer"),
          Effect.withParentSpan(parent),
          Effect.provideService(Tracer.Tracer, tracing(spans))
        )
        const asked = spans.find(({ name }) => name === "tools/call add")
        expect(said(server)[1]).toMatchObject({ traceparent: `00-${traceId}-${asked?.spanId}-01`, tracestate: "a=b" })
      })
  )

  it.effect("is the caller's own, where the request has one already", () =>
    observing(() =>
      Effect.gen(function*() {
        const [server, client] = yield* scripted("stateless")
        yield* client.request("tools/call", { name: "add", _meta: { traceparent, "com.example/a": 1 } })
        expect(said(server)[0]).toMatchObject({ traceparent, "com.example/a": 1 })
      })
    ))

  it.effect("is of the session era too, beside what `_meta` has, from the first request on", () =>
    observing(() =>
      Effect.gen(function*() {
        const [server, client] = yield* scripted("session")
        yield* client.request("tools/call", { name: "add" }, { onProgress: () => Effect.void })
        const pattern = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
        const [sent] = server.all("tools/call")
        expect(sent?.params?.["_meta"]).toEqual({ progressToken: sent?.id, traceparent: pattern })
        expect(server.all("initialize")[0]?.params).toMatchObject({ _meta: { traceparent: pattern } })
      })
    ))
})

describe("metrics of a client", () => {
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
        let code = 1
        const server = yield* ScriptedServer.make(
          ScriptedServer.session(
            ({ params }) => params?.["name"] === "odd" ? { error: { code: code++, message: "No" } } : undefined,
            { tools: {} }
          )
        )
        const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
        const waiting = yield* Effect.forkChild(call(client, "wait"))
        yield* Conversation.settle
        yield* TestClock.adjust("2 seconds")
        yield* server.answer(server.all("tools/call")[0], { result: { content: [] } })
        yield* Fiber.join(waiting)
        for (let i = 0; i < 50; i++) yield* Effect.exit(call(client, "odd"))
        yield* Effect.exit(client.request("prompts/list", {}))
        expect(yield* histograms("mcp.client.operation.duration")).toEqual([
          { attributes: { "mcp.method.name": "server/discover", "error.type": "-32601" }, count: 1, sum: 0 },
          { attributes: { "mcp.method.name": "initialize" }, count: 1, sum: 0 },
          { attributes: { "mcp.method.name": "tools/call" }, count: 1, sum: 2 },
          // whatever codes a server makes up, they are one
          { attributes: { "mcp.method.name": "tools/call", "error.type": "_OTHER" }, count: 50, sum: 0 }
        ])
      })
    ))

  it.effect("say how long sessions lasted, in seconds: until either side ended them", () =>
    observing(() =>
      Effect.gen(function*() {
        const connected = Effect.fnUntraced(function*(script: ScriptedServer.Script, scope: Scope.Scope) {
          const server = yield* ScriptedServer.make(script)
          yield* Scope.provide(Client.make({ name: "test", version: "1.0.0", transport: server.transport }), scope)
          return server
        })
        const scope = yield* Scope.make()
        yield* connected(ScriptedServer.session(), scope)
        yield* connected(ScriptedServer.stateless(), scope)
        const other = yield* connected(ScriptedServer.session(), scope)
        yield* TestClock.adjust("30 seconds")
        yield* other.close
        yield* Conversation.settle
        yield* TestClock.adjust("60 seconds")
        yield* Scope.close(scope, Exit.void)
        yield* Conversation.settle
        expect(yield* histograms("mcp.client.session.duration")).toEqual([
          { attributes: { "mcp.protocol.version": "2025-11-25" }, count: 2, sum: 120 }
        ])
      })
    ))
})
