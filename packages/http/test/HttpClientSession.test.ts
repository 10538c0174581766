import { describe, expect, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import * as Scripted from "./ScriptedServer.ts"

const {
  accepted,
  answer,
  connect,
  eventually,
  failureOf,
  initialize,
  initialized,
  json,
  notification,
  plain,
  request
} = Scripted

const news = (n: number) => notification("notifications/message", { level: "info", data: n })

const noStream = () => plain(405, "")

interface Parts {
  readonly version?: string
  readonly begin?: () => Response
  readonly get?: Scripted.Script
  readonly post?: Scripted.Script
  readonly delete?: Scripted.Script
}

/** A server with a session; the counts are of each method. */
const server = (parts: Parts): Scripted.Script => {
  const counts: Record<string, number> = {}
  return (one) => {
    if (one.body?.method === "initialize") return parts.begin?.() ?? Scripted.session(parts.version)
    const count = counts[one.method] = (counts[one.method] ?? 0) + 1
    if (one.method === "GET") return (parts.get ?? noStream)(one, count)
    if (one.method === "DELETE") return (parts.delete ?? accepted)(one, count)
    if (one.body?.method === "notifications/initialized") return accepted()
    return (parts.post ?? ((one) => json(answer(one.body.id))))(one, count)
  }
}

/** Connects and does the handshake. */
const open = Effect.fnUntraced(function*(parts: Parts, settings?: Scripted.Settings) {
  const client = yield* connect(server(parts), settings)
  yield* client.transport.send(initialize)
  yield* client.transport.send(initialized)
  return client
})

const gets = ({ asked }: { readonly asked: ReadonlyArray<Scripted.Asked> }) =>
  asked.filter(({ method }) => method === "GET")

/** The quickest that jitter makes of a second, and more. */
const second = TestClock.adjust("1 second")

describe("a session", () => {
  it.effect("its id and its version go with every request after initialize, and with no initialize (INIT-17, HTTP-48, HTTP-49, HTTP-57)", () =>
    Effect.gen(function*() {
      const client = yield* open({
        post: (one) => one.body.method === undefined ? accepted() : json(answer(one.body.id))
      })
      yield* client.transport.send(request(1, "ping"))
      yield* client.transport.send(answer("theirs"), "theirs")
      yield* eventually(() => gets(client).length === 1)
      yield* client.close
      expect(client.asked.map(({ body, headers, method }) => [
        body?.method ?? method,
        headers["mcp-session-id"],
        headers["mcp-protocol-version"]
      ])).toEqual([
        ["initialize", undefined, undefined],
        ["notifications/initialized", "s-1", "2025-11-25"],
        ...[["GET", "s-1", "2025-11-25"], ["ping", "s-1", "2025-11-25"], ["POST", "s-1", "2025-11-25"]].toSorted((
          a,
          b
        ) =>
          client.asked.findIndex(({ body, method }) => (body?.method ?? method) === a[0]) -
          client.asked.findIndex(({ body, method }) => (body?.method ?? method) === b[0])
        ),
        ["DELETE", "s-1", "2025-11-25"]
      ])
      expect(client.received).toEqual([
        answer("init", { protocolVersion: "2025-11-25", capabilities: {} }),
        answer(1)
      ])
    }))

  it.effect.each(["2025-03-26", "2024-11-05"])(
    "revision %s has no header of its version",
    (version) =>
      Effect.gen(function*() {
        const client = yield* open({ version })
        yield* client.transport.send(request(1, "ping"))
        for (const { headers } of client.asked) expect(headers).not.toHaveProperty("mcp-protocol-version")
        expect(client.asked.at(-1)!.headers["mcp-session-id"]).toBe("s-1")
      })
  )

  it.effect("begins the same when initialize is answered on a stream (HTTP-16, HTTP-61)", () =>
    Effect.gen(function*() {
      const begin = () =>
        new Scripted.OpenStream({ "mcp-session-id": "s-2" })
          .message(answer("init", { protocolVersion: "2025-06-18", capabilities: {} })).end().response
      const client = yield* open({ begin })
      yield* client.transport.send(request(1, "ping"))
      expect(client.asked.at(-1)!.headers).toMatchObject({
        "mcp-session-id": "s-2",
        "mcp-protocol-version": "2025-06-18"
      })
    }))

  it.effect("may have no id, and then is not ended by DELETE", () =>
    Effect.gen(function*() {
      const client = yield* open({ begin: () => Scripted.session("2025-11-25", {}) })
      yield* client.transport.send(request(1, "ping"))
      yield* client.close
      for (const { headers, method } of client.asked) {
        expect(headers).not.toHaveProperty("mcp-session-id")
        expect(method).not.toBe("DELETE")
      }
      expect(client.asked.at(-1)!.headers["mcp-protocol-version"]).toBe("2025-11-25")
    }))

  it.effect.each(["", "two words", "x".repeat(5000)])(
    "an id that is none is refused: %s (HTTP-47)",
    (id) =>
      Effect.gen(function*() {
        const { received, transport } = yield* connect(() => Scripted.session("2025-11-25", { "mcp-session-id": id }))
        expect((yield* failureOf(transport.send(initialize))).message).toContain("a session id that is none")
        expect(received).toEqual([])
      })
  )

  it.effect("an initialize that fails begins none", () =>
    Effect.gen(function*() {
      const error = { jsonrpc: "2.0", id: "init", error: { code: -32602, message: "no" } }
      const client = yield* connect(server({ begin: () => json(error, { headers: { "mcp-session-id": "s-1" } }) }))
      yield* client.transport.send(initialize)
      yield* client.transport.send(request(1, "ping"))
      expect(client.received[0]).toEqual(error)
      expect(client.asked.at(-1)!.headers).not.toHaveProperty("mcp-session-id")
    }))

  it.effect("an initialize anew says nothing of the session before (HTTP-53)", () =>
    Effect.gen(function*() {
      let count = 0
      const client = yield* open({ begin: () => Scripted.session("2025-11-25", { "mcp-session-id": `s-${++count}` }) })
      yield* client.transport.send(initialize)
      expect(client.asked.at(-1)!.headers).not.toHaveProperty("mcp-session-id")
      expect(client.asked.at(-1)!.headers).not.toHaveProperty("mcp-protocol-version")
      yield* client.transport.send(request(1, "ping"))
      expect(client.asked.at(-1)!.headers["mcp-session-id"]).toBe("s-2")
    }))

  it.effect("a request that stands for itself is not of the session, though there is one", () =>
    Effect.gen(function*() {
      const client = yield* open({})
      yield* client.transport.send(Scripted.stateless(1, "tools/list"))
      expect(client.asked.at(-1)!.headers).not.toHaveProperty("mcp-session-id")
      expect(client.asked.at(-1)!.headers["mcp-protocol-version"]).toBe("2026-07-28")
    }))

  it.effect("a cancellation of a request that stands for itself is not sent in it (HTTP26-15)", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const client = yield* open({ post: (one) => one.body.id === 1 ? stream.response : accepted() })
      const sending = yield* Effect.forkChild(client.transport.send(Scripted.stateless(1, "tools/call")))
      yield* eventually(() => client.asked.some(({ body }) => body?.id === 1))
      const before = client.asked.length
      yield* client.transport.send(notification("notifications/cancelled", { requestId: 1 }))
      expect(client.asked.length).toBe(before)
      yield* Fiber.interrupt(sending)
    }))

  it.effect("a cancellation is sent by name, as closing the stream cancels nothing (HTTP-28)", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const client = yield* open({
        post: (one) => "mcp-method" in one.headers ? json(answer(1)) : one.body.id === 1 ? stream.response : accepted()
      })
      // one that stood for itself had the same id
      yield* client.transport.send(Scripted.stateless(1, "tools/list"))
      const sending = yield* Effect.forkChild(client.transport.send(request(1, "tools/call")), {
        startImmediately: true
      })
      yield* eventually(() => client.asked.some(({ body }) => body?.method === "tools/call"))
      const cancelled = notification("notifications/cancelled", { requestId: 1 })
      yield* client.transport.send(cancelled)
      yield* Fiber.interrupt(sending)
      yield* eventually(() => stream.isCancelled)
      expect(client.asked.at(-1)!.body).toEqual(cancelled)
    }))
})

describe("a session that is lost", () => {
  const gone: ReadonlyArray<readonly [string, () => Response]> = [
    ["without a body", () => plain(404, "")],
    [
      "with an error for nobody",
      () => json({ jsonrpc: "2.0", id: null, error: { code: -32001, message: "?" } }, { status: 404 })
    ],
    [
      "with an error for the request",
      () => json({ jsonrpc: "2.0", id: 1, error: { code: -32001, message: "?" } }, { status: 404 })
    ]
  ]

  it.effect.each(gone)(
    "404 in a session fails the request and the transport: %s (HTTP-53)",
    ([, reply]) =>
      Effect.gen(function*() {
        const client = yield* open({ post: reply })
        expect(yield* failureOf(client.transport.send(request(1, "ping")))).toMatchObject({ _tag: "SessionLost" })
        expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
        const before = client.asked.length
        expect(yield* failureOf(client.transport.send(request(2, "ping")))).toMatchObject({ _tag: "SessionLost" })
        yield* client.close
        expect(client.asked.length).toBe(before)
      })
  )

  it.effect("so does 404 to a notification, to a response, and to the stream that is listened on (HTTP-53)", () =>
    Effect.gen(function*() {
      for (const message of [notification("notifications/x"), answer("theirs")]) {
        const client = yield* open({ post: () => plain(404, "") })
        expect(yield* failureOf(client.transport.send(message))).toMatchObject({ _tag: "SessionLost" })
        expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
      }
      const client = yield* open({ get: () => plain(404, "") })
      expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
    }))

  it.effect("a session that is lost after another has begun is not the end of that one", () =>
    Effect.gen(function*() {
      let count = 0
      const stream = new Scripted.OpenStream()
      const client = yield* open({
        begin: () => Scripted.session("2025-11-25", { "mcp-session-id": `s-${++count}` }),
        get: (one) =>
          one.headers["mcp-session-id"] === "s-2"
            ? noStream()
            : "last-event-id" in one.headers
            ? plain(404, "")
            : stream.write("id: 1\ndata:\n\n").response
      })
      yield* eventually(() => gets(client).length === 1)
      yield* client.transport.send(initialize)
      yield* client.transport.send(initialized)
      stream.end()
      yield* Scripted.settle
      yield* second
      yield* eventually(() => gets(client).some(({ headers }) => "last-event-id" in headers))
      yield* Scripted.settle
      yield* client.transport.send(request(1, "ping"))
      expect(client.asked.at(-1)!.headers["mcp-session-id"]).toBe("s-2")
    }))

  it.effect("404 that says the method is unknown is an answer, and the session lives (VER-23)", () =>
    Effect.gen(function*() {
      const error = { jsonrpc: "2.0", id: 1, error: { code: -32601, message: "?" } }
      const client = yield* open({ post: (one) => one.body.id === 1 ? json(error, { status: 404 }) : json(answer(2)) })
      yield* client.transport.send(request(1, "tasks/list"))
      yield* client.transport.send(request(2, "ping"))
      expect(client.received.slice(1)).toEqual([error, answer(2)])
    }))

  it.effect.each([
    "Bad Request: No valid session ID provided",
    "Bad Request: Server not initialized",
    "Bad Request: Mcp-Session-Id header is required"
  ])(
    "so does 400 as servers say it that have started anew, to requests, to notifications and to the stream that is listened on: %s (HTTP-53)",
    (message) =>
      Effect.gen(function*() {
        const reply = (id: unknown) => json({ jsonrpc: "2.0", id, error: { code: -32000, message } }, { status: 400 })
        for (const id of [null, 1]) {
          const client = yield* open({ post: () => reply(id) })
          expect(yield* failureOf(client.transport.send(request(1, "ping")))).toMatchObject({ _tag: "SessionLost" })
          expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
        }
        const told = yield* open({ post: () => reply(null) })
        expect(yield* failureOf(told.transport.send(notification("notifications/x")))).toMatchObject({
          _tag: "SessionLost"
        })
        const listening = yield* open({ get: () => reply(null) })
        expect(Scripted.reasonOf(yield* listening.ended)).toMatchObject({ _tag: "SessionLost" })
      })
  )

  it.effect("400 that says anything else is an answer, and the session lives", () =>
    Effect.gen(function*() {
      const errors = [
        { code: -32000, message: "Bad Request: Unsupported protocol version" },
        { code: -32602, message: "No such session of music" }
      ].map((error, index) => ({ jsonrpc: "2.0", id: index + 1, error }))
      const client = yield* open({
        post: (one) => {
          const error = errors.find(({ id }) => id === one.body.id)
          return error === undefined ? json(answer(3)) : json(error, { status: 400 })
        }
      })
      for (const id of [1, 2, 3]) yield* client.transport.send(request(id, "ping"))
      expect(client.received.slice(1)).toEqual([...errors, answer(3)])
    }))

  it.effect("404 without a session id is a refusal like any other", () =>
    Effect.gen(function*() {
      const client = yield* open({ begin: () => Scripted.session("2025-11-25", {}), post: () => plain(404, "") })
      expect(yield* failureOf(client.transport.send(request(1, "ping")))).toMatchObject({
        _tag: "Refused",
        status: 404
      })
    }))
})

describe("a stream that is gone on with", () => {
  it.effect("after the last event, by GET, when the time has come that the server named (HTTP-24, HTTP-25, HTTP-42)", () =>
    Effect.gen(function*() {
      const client = yield* open({
        post: () => new Scripted.OpenStream().write("id: 7\ndata:\n\nretry: 2500\n\n").end().response,
        get: (one) =>
          one.headers["last-event-id"] === undefined
            ? noStream()
            : new Scripted.OpenStream().message(news(1), "8").message(answer(1), "9").end().response
      })
      const sending = yield* Effect.forkChild(client.transport.send(request(1, "tools/call")), {
        startImmediately: true
      })
      const resumed = () => gets(client).filter(({ headers }) => "last-event-id" in headers)
      yield* Scripted.settle
      yield* TestClock.adjust(2499)
      yield* Scripted.settle
      expect(resumed()).toHaveLength(0)
      yield* TestClock.adjust(1)
      yield* Fiber.join(sending)
      expect(client.received.slice(1)).toEqual([news(1), answer(1)])
      expect(resumed()).toHaveLength(1)
      expect(resumed()[0]!.headers).toMatchObject({
        accept: "text/event-stream",
        "last-event-id": "7",
        "mcp-session-id": "s-1",
        "mcp-protocol-version": "2025-11-25"
      })
    }))

  it.effect("cut at any byte, it brings each event once and in order (robustness 15)", () =>
    Effect.gen(function*() {
      const events = [
        ["e0", ""],
        ["e1", JSON.stringify(news(1))],
        ["e2", JSON.stringify(notification("notifications/message", { data: "ä😀\n" }))],
        ["e3", JSON.stringify(news(3))],
        ["e4", JSON.stringify(answer(1, { done: true }))]
      ] as const
      const frames = events.map(([id, data], index) =>
        new TextEncoder().encode(
          index % 2 === 0
            ? `id: ${id}\ndata: ${data}\n\n`
            : `: comment\r\nevent: message\r\nid:${id}\r\ndata:${data}\r\n\r\n`
        )
      )
      const whole = Buffer.concat(frames)
      // what the server sends after an event; a careless one sends some that were seen once more
      const after = (id: string, more: number) =>
        Buffer.concat(frames.slice(Math.max(0, events.findIndex(([known]) => known === id) + 1 - more)))
      for (const [more, end] of [[0, "break"], [0, "end"], [2, "break"]] as const) {
        for (let cut = frames[0]!.length; cut < whole.length; cut++) {
          yield* Effect.scoped(Effect.gen(function*() {
            const client = yield* open({
              post: () => {
                const stream = new Scripted.OpenStream().bytes(whole.subarray(0, cut))
                // what is buffered when a stream errors is lost: it is read first
                setImmediate(() => setImmediate(() => stream[end]()))
                return stream.response
              },
              get: (one) => {
                const id = one.headers["last-event-id"]
                return id === undefined
                  ? noStream()
                  : new Scripted.OpenStream().bytes(after(id, more)).end().response
              }
            }, { reconnectDelay: 0 })
            yield* client.transport.send(request(1, "tools/call"))
            expect(client.received.slice(1), `cut at ${cut}, ${end}`).toEqual(
              events.slice(1).map(([, data]) => JSON.parse(data))
            )
          }))
        }
      }
    }), 60_000)

  it.effect("as often as something new comes, and no more than that when nothing does", () =>
    Effect.gen(function*() {
      const stream = (id: string) => new Scripted.OpenStream().write(`id: ${id}\ndata:\n\n`).end().response
      const client = yield* open({
        post: () => stream("0"),
        // twenty times something new, and then always the same
        get: (one, count) => "last-event-id" in one.headers ? stream(String(Math.min(count, 20))) : noStream()
      }, { maxResumptions: 3, reconnectJitter: 0 })
      const sending = yield* Effect.forkChild(Effect.exit(client.transport.send(request(1, "tools/call"))))
      for (let i = 0; i < 60; i++) {
        yield* Scripted.settle
        yield* TestClock.adjust("30 seconds")
      }
      expect(Scripted.reasonOf(yield* Fiber.join(sending))).toMatchObject({ _tag: "Closed" })
      const ids = gets(client).flatMap(({ headers }) => headers["last-event-id"] ?? [])
      expect(ids).toEqual([
        ...Array.from({ length: 20 }, (_, i) => String(i)).filter((id) => id !== "1"),
        "20",
        "20",
        "20"
      ])
    }))

  it.effect("also when the server cannot be reached for a while, later each time", () =>
    Effect.gen(function*() {
      const at: Array<number> = []
      const client = yield* open({
        post: () => new Scripted.OpenStream().write("id: 1\ndata:\n\n").end().response,
        get: (one, count) => {
          if (!("last-event-id" in one.headers)) return noStream()
          if (count < 4) return Promise.reject(new TypeError("fetch failed"))
          return count < 5 ? plain(503, "") : new Scripted.OpenStream().message(answer(1)).end().response
        }
      }, { reconnectJitter: 0 })
      const script = client.asked
      const sending = yield* Effect.forkChild(client.transport.send(request(1, "tools/call")))
      for (let time = 0; time < 20; time++) {
        yield* Scripted.settle
        while (at.length < script.filter(({ headers }) => "last-event-id" in headers).length) at.push(time)
        yield* second
      }
      yield* Fiber.join(sending)
      // one second, then two, four and eight more
      expect(at).toEqual([1, 3, 7, 15])
    }))

  it.effect.each([405, 400, 404])(
    "unless the server refuses with %i: then the request is lost, and it is not said that it was never sent",
    (status) =>
      Effect.gen(function*() {
        const client = yield* open({
          post: () => new Scripted.OpenStream().write("id: 1\ndata:\n\n").end().response,
          get: (one) => "last-event-id" in one.headers ? plain(status, "") : noStream()
        })
        const sending = yield* Effect.forkChild(Effect.exit(client.transport.send(request(1, "tools/call"))))
        yield* Scripted.settle
        yield* second
        expect(Scripted.reasonOf(yield* Fiber.join(sending))).toMatchObject({ _tag: "Closed" })
        if (status !== 404) return
        expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
      })
  )

  it.effect("an id says nothing when it is taken back, and without one the request is lost", () =>
    Effect.gen(function*() {
      const client = yield* open({
        post: (_, count) =>
          count === 1
            ? new Scripted.OpenStream().message(news(1)).end().response
            : new Scripted.OpenStream().message(news(1), "1").write("id\ndata:\n\n").end().response
      })
      for (const id of [1, 2]) {
        expect(yield* failureOf(client.transport.send(request(id, "ping")))).toMatchObject({ _tag: "Closed" })
      }
    }))

  it.effect("a server that names no time at all, or a day, is asked within limits (HTTP-24)", () =>
    Effect.gen(function*() {
      for (const [retry, wait] of [[0, 20], [86_400_000, 300_000]] as const) {
        const client = yield* open({
          post: () => new Scripted.OpenStream().write(`retry: ${retry}\nid: 1\ndata:\n\n`).end().response,
          get: (one) =>
            "last-event-id" in one.headers ? new Scripted.OpenStream().message(answer(1)).end().response : noStream()
        })
        const sending = yield* Effect.forkChild(client.transport.send(request(1, "ping")))
        yield* Scripted.settle
        yield* TestClock.adjust(wait - 1)
        yield* Scripted.settle
        expect(sending.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust(1)
        yield* Fiber.join(sending)
      }
    }))
})

describe("the stream that is listened on", () => {
  it.effect("is opened once the session stands, and brings what nobody asked for (HTTP-30, HTTP-31, HTTP-37)", () =>
    Effect.gen(function*() {
      const stream = new Scripted.OpenStream()
      const client = yield* connect(server({ get: () => stream.response }))
      yield* client.transport.send(initialize)
      yield* Scripted.settle
      expect(gets(client)).toHaveLength(0)
      yield* client.transport.send(initialized)
      yield* eventually(() => gets(client).length === 1)
      expect(gets(client)[0]!.headers).toMatchObject({ accept: "text/event-stream", "mcp-session-id": "s-1" })
      const ask = request("theirs", "roots/list")
      stream.message(news(1)).message(ask)
      yield* eventually(() => client.received.length === 3)
      expect(client.received.slice(1)).toEqual([news(1), ask])
      expect(client.gaps()).toBe(0)
    }))

  const without: ReadonlyArray<readonly [string, () => Response]> = [
    ["405", () => plain(405, "")],
    ["404 without a session id", () => plain(404, "")],
    ["501", () => plain(501, "")],
    ["what is no stream", () => json({})]
  ]

  it.effect.each(without)(
    "is done without where a server has none: %s (HTTP-32)",
    ([, reply]) =>
      Effect.gen(function*() {
        const client = yield* open({ begin: () => Scripted.session("2025-11-25", {}), get: reply })
        yield* Scripted.settle
        yield* TestClock.adjust("1 hour")
        yield* Scripted.settle
        expect(gets(client)).toHaveLength(1)
        yield* client.transport.send(request(1, "ping"))
        expect(client.gaps()).toBe(0)
      })
  )

  it.effect("is gone on with after its last event, whenever it ends (HTTP-35, HTTP-42)", () =>
    Effect.gen(function*() {
      const streams: Array<Scripted.OpenStream> = []
      const client = yield* open({
        get: () => {
          streams.push(new Scripted.OpenStream())
          return streams.at(-1)!.response
        }
      })
      for (let round = 1; round <= 5; round++) {
        yield* eventually(() => streams.length === round)
        const stream = streams.at(-1)!
        // the event before it once more, as a careless server would
        if (round > 1) stream.message(news(round - 1), `e${round - 1}`)
        stream.message(news(round), `e${round}`)
        yield* eventually(() => client.received.length === round + 1)
        if (round % 2 === 0) stream.end()
        else stream.break()
        yield* Scripted.settle
        yield* second
      }
      expect(client.received.slice(1)).toEqual([1, 2, 3, 4, 5].map(news))
      expect(gets(client).map(({ headers }) => headers["last-event-id"]).slice(0, 5)).toEqual([
        undefined,
        "e1",
        "e2",
        "e3",
        "e4"
      ])
      expect(client.gaps()).toBe(0)
    }))

  it.effect("tells of a gap once it stands again, when there was nothing to go on with or the server could not", () =>
    Effect.gen(function*() {
      const streams: Array<Scripted.OpenStream> = []
      const client = yield* open({
        get: (one) => {
          if ("last-event-id" in one.headers) return plain(400, "")
          streams.push(new Scripted.OpenStream())
          return streams.at(-1)!.response
        }
      }, { reconnectJitter: 0 })
      yield* eventually(() => streams.length === 1)
      streams[0]!.end()
      yield* Scripted.settle
      expect(client.gaps()).toBe(0)
      yield* second
      yield* eventually(() => client.gaps() === 1)
      streams[1]!.message(news(1), "e1").end()
      yield* eventually(() => client.received.length === 2)
      yield* Scripted.settle
      yield* second
      yield* Scripted.settle
      expect(client.gaps()).toBe(1)
      yield* TestClock.adjust("2 seconds")
      yield* eventually(() => client.gaps() === 2)
      expect(gets(client).map(({ headers }) => headers["last-event-id"])).toEqual([
        undefined,
        undefined,
        "e1",
        undefined
      ])
    }))

  it.effect("is asked for ever more rarely while it fails, and never fails the transport", () =>
    Effect.gen(function*() {
      const client = yield* open({
        get: (_, count) =>
          count % 3 === 0 ? Promise.reject(new TypeError("fetch failed")) : plain([500, 401, 409][count % 3]!, "")
      }, { reconnectJitter: 0 })
      for (let i = 0; i < 61; i++) {
        yield* Scripted.settle
        yield* second
      }
      // after 0, 1, 3, 7, 15, 31 and 61 seconds
      expect(gets(client).length).toBe(7)
      yield* client.transport.send(request(1, "ping"))
      expect(client.received).toHaveLength(2)
    }))

  it.effect("a silent stream that the server ends from time to time is opened again at once", () =>
    Effect.gen(function*() {
      const streams: Array<Scripted.OpenStream> = []
      const client = yield* open({
        get: () => {
          streams.push(new Scripted.OpenStream())
          return streams.at(-1)!.response
        }
      })
      for (let i = 1; i <= 10; i++) {
        yield* eventually(() => streams.length === i)
        yield* Scripted.settle
        yield* TestClock.adjust("1 minute")
        streams.at(-1)!.end()
        yield* Scripted.settle
        yield* second
      }
      yield* eventually(() => gets(client).length === 11)
    }))
})

describe("the end", () => {
  it.effect("ends the session by DELETE, closes what is open, and fails what is being sent (HTTP-54)", () =>
    Effect.gen(function*() {
      const streams = [new Scripted.OpenStream(), new Scripted.OpenStream()]
      const never = new Promise<Response>(() => {})
      const client = yield* open({
        get: () => streams[0]!.response,
        post: (one) => one.body.id === 1 ? streams[1]!.response : one.body.id === 2 ? never : accepted()
      })
      const sending = yield* Effect.forEach(
        [request(1, "a"), request(2, "b"), request(3, "c")],
        (message) => Effect.forkChild(Effect.exit(client.transport.send(message)), { startImmediately: true })
      )
      yield* eventually(() => client.asked.length === 6)
      yield* Scripted.settle
      yield* client.close
      expect(client.asked.at(-1)!.method).toBe("DELETE")
      expect(streams.map(({ isCancelled }) => isCancelled)).toEqual([true, true])
      const [first, waiting, refused] = yield* Effect.forEach(sending, Fiber.join)
      expect([first!, waiting!, refused!].map((exit) => Scripted.reasonOf(exit))).toMatchObject([
        { _tag: "Closed" },
        { _tag: "Closed" },
        { _tag: "Refused" }
      ])
      expect(yield* client.ended).toEqual(Exit.void)
      expect(yield* failureOf(client.transport.send(request(4, "d")))).toMatchObject({ _tag: "Closed" })
      const before = client.asked.length
      yield* TestClock.adjust("1 hour")
      yield* Scripted.settle
      expect(client.asked.length).toBe(before)
    }))

  it.effect("does not depend on the server: DELETE may be refused, fail, or never be answered (HTTP-55)", () =>
    Effect.gen(function*() {
      const replies: ReadonlyArray<() => Response | Promise<Response>> = [
        () => plain(405, ""),
        () => plain(404, ""),
        () => Promise.reject(new TypeError("fetch failed"))
      ]
      for (const reply of replies) {
        const client = yield* open({ delete: reply })
        yield* client.close
        expect(yield* client.ended).toEqual(Exit.void)
      }
      const silent = yield* open({ delete: () => new Promise(() => {}) })
      const closing = yield* Effect.forkChild(silent.close, { startImmediately: true })
      yield* Scripted.settle
      expect(closing.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(closing)
    }))

  it.effect("ends what waits to be gone on with", () =>
    Effect.gen(function*() {
      const client = yield* open({ post: () => new Scripted.OpenStream().write("id: 1\ndata:\n\n").end().response })
      const sending = yield* Effect.forkChild(Effect.exit(client.transport.send(request(1, "a"))))
      yield* Scripted.settle
      yield* client.close
      expect(Scripted.reasonOf(yield* Fiber.join(sending))).toMatchObject({ _tag: "Closed" })
    }))
})

/** Counts the fibers that run, of all that is forked with the context it is in. */
class Fibers implements Metric.FiberRuntimeMetricsService {
  alive = 0
  recordFiberStart(_: Context.Context<never>): void {
    this.alive++
  }
  recordFiberEnd(_: Context.Context<never>, _exit: Exit.Exit<unknown, unknown>): void {
    this.alive--
  }
}

it.effect("however requests end, they leave no fiber and no stream, and the transport leaves none either", () => {
  const fibers = new Fibers()
  const test = Effect.gen(function*() {
    const before = fibers.alive
    const streams: Array<Scripted.OpenStream> = []
    const stream = () => {
      streams.push(new Scripted.OpenStream())
      return streams.at(-1)!
    }
    const client = yield* open({
      get: (one) => "last-event-id" in one.headers ? plain(503, "") : stream().response,
      post: (one) => {
        switch (one.body.id % 6) {
          case 0:
            return json(answer(one.body.id))
          case 1:
            return stream().message(answer(one.body.id)).end().response
          case 2:
            return stream().message(answer(one.body.id)).response
          case 3:
            return stream().write("id: 1\ndata:\n\n").end().response
          case 4:
            return plain(500, "no")
          default:
            return stream().response
        }
      }
    })
    yield* eventually(() => streams.length === 1)
    yield* Scripted.settle
    const connected = fibers.alive
    const sending = yield* Effect.forEach(
      Array.from({ length: 300 }, (_, id) => id),
      (id) =>
        Effect.forkChild(
          Effect.exit(client.transport.send(id % 2 === 0 ? request(id, "a") : Scripted.stateless(id, "a")))
        )
    )
    yield* eventually(() => client.asked.length === 303)
    yield* Scripted.settle
    for (let i = 0; i < 20; i++) {
      yield* TestClock.adjust("30 seconds")
      yield* Scripted.settle
    }
    // those whose stream says nothing are all that is left
    expect(fibers.alive - connected).toBe(2 * 50)
    yield* Effect.forEach(sending, Fiber.interrupt)
    yield* Scripted.settle
    expect(fibers.alive).toBe(connected)
    expect(streams.slice(1).filter(({ isOpen }) => isOpen)).toEqual([])
    yield* client.close
    yield* Scripted.settle
    expect(fibers.alive).toBe(before)
    expect(streams.filter(({ isOpen }) => isOpen)).toEqual([])
  })
  return Effect.provideService(test, Metric.FiberRuntimeMetrics, fibers)
}, { concurrent: false })
