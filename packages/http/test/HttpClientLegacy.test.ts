import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
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

const agreed = answer("init", { protocolVersion: "2024-11-05", capabilities: {} })

interface Parts {
  /** What is replied to POSTs at the URL of the stream. */
  readonly refuse?: () => Response
  /** How the stream begins. */
  readonly first?: string
  readonly post?: (one: Scripted.Asked, stream: Scripted.OpenStream) => Response
}

/** A server of HTTP+SSE, and how often its stream was opened. */
const server = (parts: Parts = {}) => {
  const streams: Array<Scripted.OpenStream> = []
  const script: Scripted.Script = (one) => {
    if (one.method === "GET") {
      streams.push(new Scripted.OpenStream().write(parts.first ?? "event: endpoint\ndata: /messages?sessionId=1\n\n"))
      return streams.at(-1)!.response
    }
    if (!one.url.includes("/messages")) return (parts.refuse ?? (() => plain(405, "")))()
    const stream = streams.at(-1)!
    if (parts.post !== undefined) return parts.post(one, stream)
    if (one.body.method === "initialize") stream.message(agreed)
    else if (one.body.id !== undefined && one.body.result === undefined) stream.message(answer(one.body.id))
    return accepted()
  }
  return { script, streams }
}

describe("a server of HTTP+SSE", () => {
  it.effect.each([400, 404, 405])(
    "is found where initialize is refused with %i: messages are POSTed where its first event says, and all answers come on its stream (SSE-3, SSE-9, SSE-12, SSE-14, VER-24)",
    (status) =>
      Effect.gen(function*() {
        const { script, streams } = server({ refuse: () => plain(status, "") })
        const client = yield* connect(script, { headers: { authorization: "secret" } })
        yield* client.transport.send(initialize)
        yield* client.transport.send(initialized)
        yield* client.transport.send(request(1, "ping"))
        streams[0]!.message(notification("notifications/message")).message(request("theirs", "ping"))
        yield* eventually(() => client.received.length === 4)
        yield* client.transport.send(answer("theirs"), "theirs")
        expect(client.asked.map(({ body, headers, method, url }) => [
          method,
          new URL(url).pathname,
          body?.method ?? headers["accept"],
          headers["authorization"]
        ])).toEqual([
          ["POST", "/mcp", "initialize", "secret"],
          ["GET", "/mcp", "text/event-stream", "secret"],
          ["POST", "/messages", "initialize", "secret"],
          ["POST", "/messages", "notifications/initialized", "secret"],
          ["POST", "/messages", "ping", "secret"],
          ["POST", "/messages", "application/json, text/event-stream", "secret"]
        ])
        expect(client.received).toEqual([
          agreed,
          answer(1),
          notification("notifications/message"),
          request("theirs", "ping")
        ])
        yield* client.close
        expect(streams[0]!.isCancelled).toBe(true)
        expect(yield* client.ended).toEqual(Exit.void)
        expect(client.asked.at(-1)!.method).toBe("POST")
      })
  )

  it.effect("may say where to POST to in full, or relative to its own URL (SSE-9)", () =>
    Effect.gen(function*() {
      for (
        const [endpoint, url] of [
          ["http://server.test/messages", "http://server.test/messages"],
          ["messages?a=b", "http://server.test/deep/messages?a=b"],
          ["//server.test/messages", "http://server.test/messages"]
        ]
      ) {
        const { script } = server({ first: `: hello\nevent: endpoint\ndata: ${endpoint}\n\n` })
        const client = yield* connect(script, { url: "http://server.test/deep/sse" })
        yield* client.transport.send(initialize)
        expect(client.asked.at(-1)!.url).toBe(url)
      }
    }))

  const foreign: ReadonlyArray<readonly [string, string]> = [
    ["another origin", "event: endpoint\ndata: http://evil.test/messages\n\n"],
    ["another scheme", "event: endpoint\ndata: https://server.test/messages\n\n"],
    ["another port", "event: endpoint\ndata: //server.test:81/messages\n\n"],
    ["no URL", "event: endpoint\ndata: http://[\n\n"],
    ["another first event", "data: {}\n\nevent: endpoint\ndata: /messages\n\n"]
  ]

  it.effect.each(foreign)(
    "is not spoken with when it names %s, and the first refusal stands (SSE-9)",
    ([, first]) =>
      Effect.gen(function*() {
        const { script, streams } = server({ first })
        const client = yield* connect(script)
        expect(yield* failureOf(client.transport.send(initialize))).toMatchObject({ _tag: "Refused", status: 405 })
        yield* eventually(() => streams[0]!.isCancelled)
        expect(new Set(client.asked.map(({ url }) => url))).toEqual(new Set(["http://server.test/mcp"]))
      })
  )

  it.effect("that says nothing is given up after ten seconds", () =>
    Effect.gen(function*() {
      const { script, streams } = server({ first: ": nothing\n\n" })
      const client = yield* connect(script)
      const sending = yield* Effect.forkChild(Effect.exit(client.transport.send(initialize)))
      yield* eventually(() => streams.length === 1)
      yield* Scripted.settle
      yield* TestClock.adjust("10 seconds")
      expect(Scripted.reasonOf(yield* Fiber.join(sending))).toMatchObject({ _tag: "Refused", status: 405 })
      expect(streams[0]!.isCancelled).toBe(true)
    }))

  it.effect("is not looked for when who waits for it has gone", () =>
    Effect.gen(function*() {
      const { script, streams } = server({ first: ": nothing\n\n" })
      const client = yield* connect(script)
      const sending = yield* Effect.forkChild(client.transport.send(initialize))
      yield* eventually(() => streams.length === 1)
      yield* Scripted.settle
      yield* Fiber.interrupt(sending)
      yield* eventually(() => streams[0]!.isCancelled)
    }))

  it.effect("is not looked for after anything else: another status, another message, an error of the newer era (SSE-14, VER-17, VER-23)", () =>
    Effect.gen(function*() {
      const error = (code: number) =>
        json({ jsonrpc: "2.0", id: "init", error: { code, message: "" } }, { status: 400 })
      const cases = [
        [initialize, () => plain(401, "")],
        [initialize, () => plain(403, "")],
        [initialize, () => plain(500, "")],
        [initialize, () => error(-32020)],
        [initialize, () => error(-32021)],
        [initialize, () => error(-32022)],
        [request(1, "ping"), () => plain(405, "")],
        [Scripted.stateless(1, "server/discover"), () => plain(405, "")]
      ] as const
      for (const [message, refuse] of cases) {
        const client = yield* connect(server({ refuse }).script)
        yield* Effect.exit(client.transport.send(message))
        expect(client.asked).toHaveLength(1)
      }
    }))

  it.effect("when there is none, the answer in the first refusal stands too", () =>
    Effect.gen(function*() {
      const error = { jsonrpc: "2.0", id: "init", error: { code: -32602, message: "no such version" } }
      const { received, transport } = yield* connect((one) =>
        one.method === "GET" ? plain(405, "") : json(error, { status: 400 })
      )
      yield* transport.send(initialize)
      expect(received).toEqual([error])
    }))

  it.effect("ends everything with its stream: what waits fails, and so does what comes later", () =>
    Effect.gen(function*() {
      for (const end of ["end", "break"] as const) {
        const { script, streams } = server({
          post: (one, stream) => {
            if (one.body.method === "initialize") stream.message(agreed)
            return accepted()
          }
        })
        const client = yield* connect(script)
        yield* client.transport.send(initialize)
        const sending = yield* Effect.forkChild(Effect.exit(client.transport.send(request(1, "ping"))))
        yield* eventually(() => client.asked.length === 4)
        yield* Scripted.settle
        streams[0]![end]()
        expect(Scripted.reasonOf(yield* Fiber.join(sending))).toMatchObject({ _tag: "Closed" })
        const ended = yield* client.ended
        expect(end === "end" ? ended : Scripted.reasonOf(ended)).toMatchObject(
          end === "end" ? Exit.void : { _tag: "Closed" }
        )
        expect(yield* failureOf(client.transport.send(request(2, "ping")))).toMatchObject({ _tag: "Closed" })
        yield* TestClock.adjust("1 hour")
        expect(client.asked).toHaveLength(4)
      }
    }))

  it.effect("refuses single messages as any server does, and forgets a session as any does", () =>
    Effect.gen(function*() {
      const { script } = server({
        post: (one, stream) => {
          if (one.body.method === "initialize") stream.message(agreed)
          return one.body.id === 1 ? plain(413, "") : one.body.id === 2 ? plain(404, "") : accepted()
        }
      })
      const client = yield* connect(script)
      yield* client.transport.send(initialize)
      expect(yield* failureOf(client.transport.send(request(1, "a")))).toMatchObject({ _tag: "Refused", status: 413 })
      expect(yield* failureOf(client.transport.send(request(2, "a")))).toMatchObject({ _tag: "SessionLost" })
      expect(Scripted.reasonOf(yield* client.ended)).toMatchObject({ _tag: "SessionLost" })
    }))

  it.effect("is told the version that was agreed on, where that version is told (INIT-17)", () =>
    Effect.gen(function*() {
      const { script } = server({
        post: (one, stream) => {
          const result = { protocolVersion: "2025-11-25", capabilities: {} }
          if (one.body.id !== undefined) stream.message(answer(one.body.id, result))
          return accepted()
        }
      })
      const client = yield* connect(script)
      yield* client.transport.send(initialize)
      yield* client.transport.send(request(1, "ping"))
      expect(client.asked.slice(-2).map(({ headers }) => headers["mcp-protocol-version"])).toEqual([
        undefined,
        "2025-11-25"
      ])
    }))

  it.effect("a request that is given up leaves nothing waiting", () =>
    Effect.gen(function*() {
      const { script, streams } = server({
        post: (one, stream) => {
          if (one.body.method === "initialize") stream.message(agreed)
          return accepted()
        }
      })
      const client = yield* connect(script)
      yield* client.transport.send(initialize)
      const sending = yield* Effect.forkChild(client.transport.send(request(1, "ping")))
      yield* eventually(() => client.asked.length === 4)
      yield* Fiber.interrupt(sending)
      yield* client.transport.send(notification("notifications/cancelled", { requestId: 1 }))
      expect(client.asked.at(-1)!.body.method).toBe("notifications/cancelled")
      streams[0]!.message(answer(1))
      yield* eventually(() => client.received.length === 2)
    }))
})
