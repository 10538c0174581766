import { describe, expect, it } from "@effect/vitest"
import { ParameterHeaders } from "@mcp-effect/core/ParameterHeaders"
import { Transport } from "@mcp-effect/core/Transport"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as HttpClientTransport from "../src/HttpClientTransport.ts"
import * as Scripted from "./ScriptedServer.ts"

const { accepted, answer, connect, failureOf, json, notification, plain, request, stateless } = Scripted

const ok = (asked: Scripted.Asked) => json(answer(asked.body.id, { method: asked.body.method }))

describe("what a client sends", () => {
  it.effect("each message is a POST of its own, of one JSON message, that takes either kind of reply (HTTP-7, HTTP-8, HTTP-9, HTTP-11, HTTP-12, HTTP26-5)", () =>
    Effect.gen(function*() {
      const { asked, received, transport } = yield* connect((one) => one.body.id === undefined ? accepted() : ok(one))
      yield* transport.send(request(1, "ping"))
      yield* transport.send(notification("notifications/roots/list_changed"))
      yield* transport.send(stateless("two", "tools/list"))
      expect(asked.map(({ body, method, url }) => [method, url, body])).toEqual([
        ["POST", "http://server.test/mcp", request(1, "ping")],
        ["POST", "http://server.test/mcp", notification("notifications/roots/list_changed")],
        ["POST", "http://server.test/mcp", stateless("two", "tools/list")]
      ])
      for (const { headers } of asked) {
        expect(headers).toMatchObject({
          accept: "application/json, text/event-stream",
          "content-type": "application/json",
          "accept-encoding": "identity"
        })
      }
      expect(received).toEqual([answer(1, { method: "ping" }), answer("two", { method: "tools/list" })])
    }))

  it.effect("a message that stands for itself has its version, its method and what it is about in headers (HTTP26-20, HTTP26-21, HTTP26-23, HTTP26-24, HTTP26-28, HDR-16, HDR-17, HDR-18)", () =>
    Effect.gen(function*() {
      const { asked, transport } = yield* connect((one) => one.body.id === undefined ? accepted() : ok(one))
      const messages = [
        [stateless(1, "tools/call", { name: "echo" }), "echo"],
        [stateless(2, "tools/call", { name: "Zürich" }), "=?base64?WsO8cmljaA==?="],
        [stateless(3, "prompts/get", { name: " led" }), "=?base64?IGxlZA==?="],
        [stateless(4, "prompts/get", { name: "=?base64?eA==?=" }), "=?base64?PT9iYXNlNjQ/ZUE9PT89?="],
        [stateless(5, "resources/read", { uri: "file:///a b", name: "not this" }), "file:///a b"],
        [stateless(6, "resources/read", { uri: "file:///\r\nx: y" }), "=?base64?ZmlsZTovLy8NCng6IHk=?="],
        [stateless(7, "tools/list", { name: "none" }), undefined],
        [stateless(8, "tools/call", { name: 5 }), undefined]
      ] as const
      for (const [message] of messages) yield* transport.send(message)
      for (const [index, [message, name]] of messages.entries()) {
        const { headers } = asked[index]!
        expect(headers["mcp-protocol-version"]).toBe("2026-07-28")
        expect(headers["mcp-method"]).toBe(message.method)
        expect(headers["mcp-name"]).toBe(name)
      }
      yield* transport.send(notification("notifications/x", stateless(1, "").params as object))
      expect(asked.at(-1)!.headers).toMatchObject({ "mcp-protocol-version": "2026-07-28" })
      expect(asked.at(-1)!.headers).not.toHaveProperty("mcp-name")
    }))

  it.effect("arguments that are mirrored go with their own request, and with no other (HDR-2, HDR-12, HDR-16, HDR-17, HDR-27)", () =>
    Effect.gen(function*() {
      const { asked, transport } = yield* connect(ok)
      const call = (id: number) => stateless(id, "tools/call", { name: "echo" })
      const mirrored = [["Mcp-Param-Region", "us-west1"], ["Mcp-Param-Empty", ""]] as const
      yield* Effect.all([
        Effect.provideService(transport.send(call(1)), ParameterHeaders, mirrored),
        transport.send(call(2)),
        Effect.provideService(transport.send(request(3, "tools/call")), ParameterHeaders, mirrored)
      ], { concurrency: 3 })
      const [first, second, third] = [1, 2, 3].map((id) => asked.find(({ body }) => body.id === id)!.headers)
      expect(first).toMatchObject({ "mcp-param-region": "us-west1", "mcp-param-empty": "" })
      for (const headers of [second!, third!]) {
        expect(Object.keys(headers).filter((name) => name.startsWith("mcp-param"))).toEqual([])
      }
      const split = Effect.provideService(transport.send(call(4)), ParameterHeaders, [["Mcp-Param-A", "a\r\nb: c"]])
      expect(yield* failureOf(split)).toMatchObject({ _tag: "Unreachable" })
      expect(asked).toHaveLength(3)
    }))

  it.effect("in the stateless era there is no session id, a cancellation is not sent, and nothing is ever answered (HTTP26-5, HTTP26-15)", () =>
    Effect.gen(function*() {
      const streams: Array<Scripted.OpenStream> = []
      const { asked, transport } = yield* connect((one) => {
        if (one.body.id === undefined) return accepted()
        const stream = new Scripted.OpenStream({ "mcp-session-id": "unasked" })
        streams.push(stream)
        return stream.response
      })
      const cancelled = notification("notifications/cancelled", { requestId: 1 })
      const sending = yield* Effect.forkChild(transport.send(stateless(1, "tools/call", { name: "wait" })), {
        startImmediately: true
      })
      yield* Scripted.eventually(() => streams.length === 1)
      yield* transport.send(cancelled)
      yield* transport.send(answer(7), 7)
      expect(streams[0]!.isCancelled).toBe(false)
      yield* Fiber.interrupt(sending)
      yield* Scripted.eventually(() => streams[0]!.isCancelled)
      yield* transport.send(cancelled)
      expect(asked).toHaveLength(1)
      expect(asked[0]!.headers).not.toHaveProperty("mcp-session-id")
    }))

  it.effect("headers of the application go with each request, those of the protocol win, and what makes them is asked each time", () =>
    Effect.gen(function*() {
      const headers = { Authorization: Redacted.make("Bearer secret"), "X-Tenant": "a", Accept: "text/html" }
      const first = yield* connect(ok, { headers })
      yield* first.transport.send(request(1, "ping"))
      expect(first.asked[0]!.headers).toMatchObject({
        authorization: "Bearer secret",
        "x-tenant": "a",
        accept: "application/json, text/event-stream"
      })
      let made = 0
      const second = yield* connect(ok, {
        headers: Effect.sync(() => ({ authorization: Redacted.make(`Bearer ${++made}`), ACCEPT: "text/html" }))
      })
      yield* second.transport.send(request(1, "ping"))
      yield* second.transport.send(request(2, "ping"))
      expect(second.asked.map((one) => one.headers["authorization"])).toEqual(["Bearer 1", "Bearer 2"])
      expect(second.asked[0]!.headers["accept"]).toBe("application/json, text/event-stream")
    }))

  it.effect("the values of the application's headers are in no trace, whether they are given or made for each request", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const headers = { "X-Token": Redacted.make("hunter2"), authorization: Redacted.make("hunter2") }
      for (const given of [headers, Effect.succeed(headers)]) {
        const { asked, transport } = yield* connect(ok, { headers: given })
        yield* transport.send(request(1, "ping")).pipe(
          Effect.provideService(Tracer.Tracer, tracer),
          Effect.provideService(HttpClient.TracerHeaderFilter, () => true)
        )
        expect(asked[0]!.headers).toMatchObject({ "x-token": "hunter2" })
      }
      const attributes = spans.map((span) => Object.fromEntries(span.attributes))
      expect(attributes.map((each) => each["http.request.header.x-token"])).toEqual(["<redacted>", "<redacted>"])
      expect(JSON.stringify(attributes)).not.toContain("hunter2")
    }))

  it.effect("a request that is given up between any two steps leaves nothing behind", () =>
    Effect.gen(function*() {
      const client = yield* connect(({ body }) =>
        body?.method === "initialize"
          ? json(answer("init", { protocolVersion: "2025-11-25", capabilities: {} }))
          : json(answer(body.id, {}))
      )
      for (let step = 0; step < 40; step++) {
        let count = 0
        const scheduler = new Scheduler.MixedScheduler()
        scheduler.shouldYield = () => count++ === step
        const sending = Effect.runFork(Effect.provideService(
          Effect.ignore(client.transport.send(stateless(step, "tools/list"))),
          Scheduler.Scheduler,
          scheduler
        ))
        yield* Fiber.interrupt(sending)
      }
      yield* client.transport.send(Scripted.initialize)
      const before = client.asked.length
      for (let requestId = 0; requestId < 40; requestId++) {
        yield* client.transport.send(notification("notifications/cancelled", { requestId }))
      }
      expect(client.asked.length - before).toBe(40)
    }))

  it.effect("nor is what its URL asks for, which may be a key, or the session of a server of HTTP+SSE", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const { asked, transport } = yield* connect(ok, { url: "http://server.test/mcp?sessionId=hunter2&key=hunter2" })
      yield* Effect.provideService(transport.send(request(1, "ping")), Tracer.Tracer, tracer)
      expect(asked[0]!.url).toContain("hunter2")
      expect(spans).toHaveLength(1)
      const attributes = JSON.stringify(Object.fromEntries(spans[0]!.attributes))
      expect(attributes).toContain("server.test/mcp")
      expect(attributes).not.toContain("hunter2")
    }))

  it.effect("a header or a URL that cannot be sent fails at once, and the error does not repeat its value", () =>
    Effect.gen(function*() {
      const wrong = [
        { headers: { authorization: Redacted.make("secret\nx: y") } },
        { headers: { "not a name": "secret" } },
        { url: "file:///etc/secret" },
        { url: "http://user:secret@server.test/mcp" },
        { url: "secret" }
      ]
      for (const settings of wrong) {
        const failed = yield* failureOf(Effect.scoped(connect(ok, settings)))
        expect(failed._tag).toBe("Unreachable")
        expect(`${failed.message} ${String("cause" in failed ? failed.cause : "")}`).not.toContain("secret")
      }
      const late = yield* connect(ok, { headers: Effect.succeed({ authorization: "se\0cret" }) })
      expect(yield* failureOf(late.transport.send(request(1, "ping")))).toMatchObject({ _tag: "Unreachable" })
      expect(late.asked).toHaveLength(0)
    }))

  it.effect("a request waits for somebody to receive its answer", () =>
    Effect.gen(function*() {
      const { asked, fetch } = Scripted.serve(ok)
      const transport = yield* HttpClientTransport.make({ url: "http://server.test/mcp" }).pipe(
        Effect.provide(Scripted.client(fetch))
      )
      const sending = yield* Effect.forkChild(transport.send(request(1, "ping")))
      const standing = yield* Effect.forkChild(transport.send(stateless(2, "tools/list")))
      yield* Scripted.settle
      expect(asked).toEqual([])
      const received: Array<unknown> = []
      yield* Effect.forkChild(transport.run((json) => void received.push(json)))
      yield* Fiber.join(sending)
      yield* Fiber.join(standing)
      expect(received).toHaveLength(2)
    }))

  it.effect("a message that JSON cannot hold is not sent, and what it would have answered is answered with an error", () =>
    Effect.gen(function*() {
      const { asked, transport } = yield* connect((one) =>
        one.body.method === "initialize" ? Scripted.session() : accepted()
      )
      yield* transport.send(Scripted.initialize)
      const cycle: Record<string, unknown> = {}
      cycle["self"] = cycle
      expect(yield* failureOf(transport.send(request(1, "ping", cycle)))).toMatchObject({ _tag: "Unreachable" })
      yield* transport.send({ jsonrpc: "2.0", id: 5, result: cycle })
      expect(asked.map(({ body }) => body).slice(1)).toEqual([
        { jsonrpc: "2.0", id: 5, error: { code: -32603, message: "Internal error" } }
      ])
    }).pipe(Effect.provide(Logger.layer([]))))
})

describe("what comes back", () => {
  it.effect("JSON and streams are told apart by their type alone, whatever its case and parameters (HTTP-16)", () =>
    Effect.gen(function*() {
      const types = [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        "text/event-stream",
        "TEXT/Event-Stream;x=y"
      ]
      const { received, transport } = yield* connect((one, count) => {
        const type = types[count - 1]!
        const body = JSON.stringify(answer(one.body.id))
        return new Response(/event/i.test(type) ? `data: ${body}\n\n` : body, { headers: { "content-type": type } })
      })
      for (const id of [1, 2, 3, 4]) yield* transport.send(request(id, "ping"))
      expect(received).toEqual([1, 2, 3, 4].map((id) => answer(id)))
    }))

  it.effect("what comes before the answer on its stream is received before it, in order, and comments are nothing (HTTP-18, HTTP26-8, HTTP26-14)", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const { received, transport } = yield* connect(() => stream.response)
      const sending = yield* Effect.forkChild(transport.send(stateless(1, "tools/call", { name: "a" })))
      const progress = notification("notifications/progress", { progressToken: 1, progress: 1 })
      stream.write(":\n\n").message(progress).write(": still here\n")
      yield* Scripted.eventually(() => received.length === 1)
      const text = `data: ${JSON.stringify(answer(1, { text: "ä😀" }))}\n\n`
      for (const byte of new TextEncoder().encode(text)) stream.bytes(new Uint8Array([byte]))
      stream.end()
      yield* Fiber.join(sending)
      expect(received).toEqual([progress, answer(1, { text: "ä😀" })])
    }))

  it.effect("what is no message on a stream is skipped with one warning, and so is what a server may not ask (HTTP26-10)", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const { asked, received } = yield* Effect.gen(function*() {
        const client = yield* connect((one) =>
          new Scripted.OpenStream()
            .write("data: no JSON\n\n").write("data: {\"json\":\"but no message\"}\n\n").write(
              "event: ping\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n"
            )
            .message(request("theirs", "sampling/createMessage")).message(answer("other"))
            .message(answer(one.body.id)).end().response
        )
        yield* client.transport.send(stateless(1, "tools/call", { name: "a" }))
        return client
      }).pipe(Effect.provide(Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void lines.push(line))])))
      expect(received).toEqual([answer("other"), answer(1)])
      expect(asked).toHaveLength(1)
      expect(lines).toHaveLength(2)
      expect(lines.join("\n")).not.toContain("createMessage")
    }))

  it.effect("a stream that goes on after the answer is read for one more second, in which the answer is not waited for", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const { received, transport } = yield* connect((one) => stream.message(answer(one.body.id)).response)
      const sending = yield* Effect.forkChild(transport.send(stateless(1, "tools/list")))
      yield* Scripted.eventually(() => received.length === 1)
      yield* Scripted.settle
      expect([stream.isCancelled, sending.pollUnsafe()]).toEqual([false, undefined])
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(sending)
      expect(stream.isCancelled).toBe(true)
    }))

  it.effect("in the stateless era a stream that breaks before the answer has lost its request, which is not sent again (HTTP26-19)", () =>
    Effect.gen(function*() {
      const { asked, transport } = yield* connect((_, count) => {
        const stream = new Scripted.OpenStream().message(notification("notifications/message"), "7").write("retry: 1\n")
        return (count === 1 ? stream.break() : stream.end()).response
      })
      for (const id of [1, 2]) {
        expect(yield* failureOf(transport.send(stateless(id, "tools/list")))).toMatchObject({ _tag: "Closed" })
      }
      yield* TestClock.adjust("1 hour")
      expect(asked).toHaveLength(2)
    }))

  it.effect("a reply that is of no use fails its request, and nothing else", () =>
    Effect.gen(function*() {
      const bytes = (...parts: Array<number>) => new Uint8Array(parts)
      const replies: ReadonlyArray<readonly [() => Response, string]> = [
        [() => new Response("<html>", { headers: { "content-type": "text/html" } }), "is neither JSON nor a stream"],
        [() => accepted(), "is neither JSON nor a stream"],
        [() => json([]), "does not answer"],
        [() => json(answer("other")), "does not answer"],
        [() => json(request(1, "ping")), "does not answer"],
        [() => new Response("{", { headers: { "content-type": "application/json" } }), "is not JSON"],
        [() => new Response("", { headers: { "content-type": "application/json" } }), "is not JSON"],
        [() => new Response(bytes(0x22, 0xff, 0x22), { headers: { "content-type": "application/json" } }), "not UTF-8"],
        [
          () =>
            new Response(bytes(0x1f, 0x8b, 8, 0), {
              headers: { "content-type": "application/json", "content-encoding": "gzip" }
            }),
          "not UTF-8"
        ],
        [() => new Scripted.OpenStream().bytes(bytes(0x64, 0xff, 0x0a)).response, "not UTF-8"],
        [() => json(answer(1, { text: "x".repeat(1000) })), "longer than 500"],
        [
          () =>
            new Response("1".repeat(1000), {
              headers: { "content-type": "application/json", "content-length": "1000" }
            }),
          "longer than 500"
        ],
        [() => new Scripted.OpenStream().write(`data: ${"x".repeat(1000)}`).response, "longer than 500"]
      ]
      const { received, transport } = yield* connect((one, count) => replies[count - 1]?.[0]() ?? ok(one), {
        maxMessageSize: 500
      })
      for (const [, message] of replies) {
        const failed = yield* failureOf(transport.send(request(1, "ping")))
        expect(failed._tag).toBe("Refused")
        expect(failed.message).toContain(message)
      }
      yield* transport.send(request(1, "ping"))
      expect(received).toEqual([answer(1, { method: "ping" })])
    }))

  it.effect("a body that has no end is given up at the limit", () =>
    Effect.gen(function*() {
      let pulled = 0
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          pulled++
          controller.enqueue(new Uint8Array(1024))
        }
      })
      const { transport } = yield* connect(
        () => new Response(endless, { headers: { "content-type": "application/json" } }),
        { maxMessageSize: 10_000 }
      )
      expect((yield* failureOf(transport.send(request(1, "ping")))).message).toContain("longer than 10000 bytes")
      expect(pulled).toBeLessThan(20)
    }))

  it.effect("what is not asked for an answer does not wait for one: a stream in reply is closed, and silence has an end", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const { transport } = yield* connect((_, count) =>
        count === 1 ? stream.response : new Promise<Response>(() => {})
      )
      yield* transport.send(notification("notifications/x"))
      yield* Scripted.eventually(() => stream.isCancelled)
      const sending = yield* Effect.forkChild(Effect.flip(transport.send(notification("notifications/x"))))
      yield* Scripted.settle
      yield* TestClock.adjust("30 seconds")
      expect((yield* Fiber.join(sending)).reason).toMatchObject({ _tag: "Closed" })
    }))

  it.effect("an error that names no request answers the one whose reply it is in (BASE-9)", () =>
    Effect.gen(function*() {
      const error = { code: -32600, message: "no" }
      const { received, transport } = yield* connect(() => json({ jsonrpc: "2.0", id: null, error }))
      yield* transport.send(request(1, "ping"))
      expect(received).toEqual([{ jsonrpc: "2.0", id: 1, error }])
    }))

  it.effect("a message that opens the prototype pollutes nothing (robustness 8)", () =>
    Effect.gen(function*() {
      const { received, transport } = yield* connect(() =>
        new Response(`{"jsonrpc":"2.0","id":1,"result":{"__proto__":{"polluted":true}},"__proto__":{"id":2}}`, {
          headers: { "content-type": "application/json" }
        })
      )
      yield* transport.send(request(1, "ping"))
      expect(received).toHaveLength(1)
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    }))
})

describe("a status that says no", () => {
  const error = (id: unknown, code: number) => ({
    jsonrpc: "2.0",
    ...(id === undefined ? {} : { id }),
    error: { code, message: "no", data: { supported: [] } }
  })

  const answers: ReadonlyArray<readonly [number, number]> = [
    [400, -32020],
    [400, -32021],
    [400, -32022],
    [404, -32601],
    [500, -32603],
    [503, -32000]
  ]

  it.effect.each(answers)(
    "%i with an error for the request is its answer, %i (VER-23, HTTP26-31)",
    ([status, code]) =>
      Effect.gen(function*() {
        const { received, transport } = yield* connect((one) => json(error(one.body.id, code), { status }))
        yield* transport.send(stateless(1, "tools/list"))
        expect(received).toEqual([error(1, code)])
      })
  )

  const forNobody: ReadonlyArray<readonly [number, null | undefined]> = [[400, undefined], [400, null], [
    404,
    undefined
  ]]

  it.effect.each(forNobody)(
    "%i with an error for nobody is the answer too (BASE-8, BASE-9, VER-23)",
    ([status, id]) =>
      Effect.gen(function*() {
        const { received, transport } = yield* connect(() => json(error(id, -32600), { status }))
        yield* transport.send(request(1, "ping"))
        expect(received).toEqual([error(1, -32600)])
      })
  )

  it.effect("everything else is refused, with a short and harmless account of it (HDR-28, VER-23)", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<readonly [() => Response, number, string]> = [
        [() => json(error(1, -32001), { status: 401 }), 401, "The server answered with status 401: no"],
        [() => json(error(1, -32001), { status: 403 }), 403, "The server answered with status 403: no"],
        [() => json(error(undefined, -32600), { status: 406 }), 406, "The server answered with status 406: no"],
        [() => json(error("other", -32600), { status: 400 }), 400, "The server answered with status 400: no"],
        [() => json({ error: "x" }, { status: 400 }), 400, "The server answered with status 400"],
        [() => plain(400, ""), 400, "The server answered with status 400"],
        [() => plain(413, "too big"), 413, "The server does not take a message of this size: too big"],
        [() => plain(431, ""), 431, "The server does not take headers of this size"],
        [
          () => plain(502, "bad \u001b[31mgateway\nat /home/x"),
          502,
          "The server answered with status 502: bad [31mgateway"
        ],
        [() => plain(500, "x".repeat(5000)), 500, `The server answered with status 500: ${"x".repeat(200)}`],
        [
          () => new Response("<h1>secret</h1>", { status: 500, headers: { "content-type": "text/html" } }),
          500,
          "The server answered with status 500"
        ]
      ]
      const { received, transport } = yield* connect((_, count) => cases[Math.ceil(count / 2) - 1]![0]())
      for (const [, status, message] of cases) {
        for (const one of [request(1, "ping"), notification("notifications/x")]) {
          const failed = yield* failureOf(transport.send(one))
          expect([failed, failed.message]).toEqual([expect.objectContaining({ _tag: "Refused", status }), message])
        }
      }
      expect(received).toEqual([])
    }))

  it.effect("a platform's failure says nothing of the request, and is Unreachable only where nothing was sent", () =>
    Effect.gen(function*() {
      const coded = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) })
      const cases: ReadonlyArray<readonly [Error, string, string]> = [
        [coded("ECONNREFUSED"), "Unreachable", "The other side cannot be reached: server.test, ECONNREFUSED"],
        [coded("ENOTFOUND"), "Unreachable", "The other side cannot be reached: server.test, ENOTFOUND"],
        [coded("CERT_HAS_EXPIRED"), "Unreachable", "The other side cannot be reached: server.test, CERT_HAS_EXPIRED"],
        [
          new TypeError("fetch failed", {
            cause: new AggregateError([Object.assign(new Error(), { code: "ECONNREFUSED" })])
          }),
          "Unreachable",
          "The other side cannot be reached: server.test, ECONNREFUSED"
        ],
        [coded("ECONNRESET"), "Broken", "The connection broke: server.test, ECONNRESET"],
        [coded("UND_ERR_SOCKET"), "Broken", "The connection broke: server.test, UND_ERR_SOCKET"],
        [coded("not a code"), "Broken", "The connection broke: server.test"],
        [new TypeError("Failed to fetch"), "Broken", "The connection broke: server.test"]
      ]
      const { transport } = yield* connect((_, count) => Promise.reject(cases[count - 1]![0]), {
        headers: { authorization: "secret" }
      })
      for (const [, tag, message] of cases) {
        const failed = yield* failureOf(transport.send(request(1, "ping")))
        expect([failed._tag, failed.message]).toEqual([tag, message])
        expect(JSON.stringify(failed)).not.toContain("secret")
      }
    }))
})

describe("redirects", () => {
  const redirect = (status: number, location: string) => new Response(null, { status, headers: { location } })

  it.effect("within the origin keep method, body and headers, and the platform follows none (307, 308)", () =>
    Effect.gen(function*() {
      const { asked, received, transport } = yield* connect((one) => {
        if (one.url.endsWith("/mcp")) return redirect(307, "/next?x=1")
        if (one.url.endsWith("/next?x=1")) return redirect(308, "http://server.test/last")
        return ok(one)
      }, { headers: { authorization: "secret" } })
      yield* transport.send(stateless(1, "tools/list"))
      expect(received).toHaveLength(1)
      expect(asked.map(({ url }) => url)).toEqual([
        "http://server.test/mcp",
        "http://server.test/next?x=1",
        "http://server.test/last"
      ])
      for (const one of asked) {
        expect(one).toMatchObject({ method: "POST", redirect: "manual", body: stateless(1, "tools/list") })
        expect(one.headers).toMatchObject({ authorization: "secret", "mcp-method": "tools/list" })
      }
    }))

  it.effect("to another origin, with another method, or without end are refused, and nothing was sent there", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<readonly [() => Response, string]> = [
        [() => redirect(307, "http://evil.test/mcp"), "to another origin"],
        [() => redirect(307, "https://server.test/mcp"), "to another origin"],
        [() => redirect(308, "http://server.test:8080/mcp"), "to another origin"],
        [() => redirect(307, "//evil.test/mcp"), "to another origin"],
        [() => redirect(307, "http://user@server.test/mcp"), "to another origin"],
        [() => redirect(307, "http://["), "to another origin"],
        [() => redirect(307, "javascript:alert(1)"), "to another origin"],
        [() => redirect(301, "/next"), "with another method"],
        [() => redirect(302, "/next"), "with another method"],
        [() => redirect(303, "/next"), "with another method"]
      ]
      const { asked, transport } = yield* connect((_, count) => cases[count - 1]?.[0]() ?? redirect(307, "/again"))
      for (const [, message] of cases) {
        const failed = yield* failureOf(transport.send(request(1, "ping")))
        expect(failed).toMatchObject({ _tag: "Refused", message: `The server redirects, ${message}` })
      }
      const before = asked.length
      expect((yield* failureOf(transport.send(request(1, "ping")))).message).toContain("more than 5 times")
      expect(asked.length - before).toBe(6)
      expect(new Set(asked.map(({ url }) => new URL(url).origin))).toEqual(new Set(["http://server.test"]))
    }))

  it.effect("that a browser hides are refused", () =>
    Effect.gen(function*() {
      const { transport } = yield* connect(() => Response.error())
      expect((yield* failureOf(transport.send(request(1, "ping")))).message).toContain("does not say where to")
    }))
})

it.effect("as a layer it is the transport of a client, with the HTTP client of the application", () =>
  Effect.gen(function*() {
    const { asked, fetch } = Scripted.serve(ok)
    const layer = HttpClientTransport.layer({ url: new URL("http://server.test/mcp") })
    yield* Effect.provide(
      Effect.gen(function*() {
        const transport = yield* Transport
        yield* Effect.forkChild(transport.run(() => {}), { startImmediately: true })
        expect(transport.isCongested()).toBe(false)
        yield* transport.send(request(1, "ping"))
      }),
      Layer.provide(layer, Scripted.client(fetch))
    )
    expect(asked).toHaveLength(1)
  }))
