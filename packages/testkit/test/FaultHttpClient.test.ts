import { describe, expect, it } from "@effect/vitest"
import * as FaultHttpClient from "@mcp-effect/testkit/FaultHttpClient"
import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

const text = "0123456789".repeat(10)

/** A server that is always there, and how often it was asked. */
const server = () => {
  const asked: Array<string> = []
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => {
      asked.push(url.pathname)
      return HttpClientResponse.fromWeb(request, new Response(text, { headers: { "content-length": "100" } }))
    })
  )
  return { asked, client }
}

const fault = (kind: FaultHttpClient.Kind, millis = 0, bytes = 0): FaultHttpClient.Fault => ({
  nth: 0,
  kind,
  millis,
  bytes
})

/** What comes of one request: its body, piece by piece, how it ended, and how often the server was asked. */
const ask = (...faults: ReadonlyArray<FaultHttpClient.Fault>) =>
  VirtualTime.run(Effect.gen(function*() {
    const { asked, client } = server()
    const met: Array<string> = []
    const faulty = FaultHttpClient.make(client, { faults, onFault: ({ kind }) => met.push(kind) })
    const pieces: Array<string> = []
    const asking = Effect.flatMap(faulty.get("http://localhost/x"), (response) =>
      Effect.as(
        Stream.runForEach(response.stream, (chunk) => Effect.sync(() => pieces.push(new TextDecoder().decode(chunk)))),
        response.status
      ))
    const fiber = yield* Effect.forkChild(Effect.exit(asking))
    yield* Effect.sleep(60_000)
    const exit = fiber.pollUnsafe()
    yield* Fiber.interrupt(fiber)
    return {
      body: pieces.join(""),
      pieces: pieces.length,
      asked: asked.length,
      met,
      end: exit === undefined
        ? "none"
        : Exit.isSuccess(exit) && Exit.isSuccess(exit.value)
        ? exit.value.value
        : "failed"
    }
  }))

describe("a client whose requests meet with faults", () => {
  it.live("does nothing where there is none", () =>
    Effect.gen(function*() {
      expect(yield* ask({ ...fault("cut"), nth: 1 })).toEqual({ body: text, pieces: 1, asked: 1, met: [], end: 200 })
    }))

  it.live("refuses, or answers as a proxy does, and the server is not asked", () =>
    Effect.gen(function*() {
      expect(yield* ask(fault("refuse"))).toMatchObject({ body: "", asked: 0, met: ["refuse"], end: "failed" })
      expect(yield* ask(fault("proxy"))).toMatchObject({ asked: 0, end: 502 })
    }))

  it.live("loses a reply of a server that has acted", () =>
    Effect.gen(function*() {
      expect(yield* ask(fault("lose"))).toMatchObject({ body: "", asked: 1, end: "failed" })
    }))

  it.live("cuts a body after so many bytes, or lets it fall silent", () =>
    Effect.gen(function*() {
      for (const bytes of [0, 1, 99]) {
        const body = text.slice(0, bytes)
        expect(yield* ask(fault("cut", 0, bytes))).toMatchObject({ body, asked: 1, end: "failed" })
        expect(yield* ask(fault("silence", 0, bytes))).toMatchObject({ body, asked: 1, end: "none" })
      }
      expect(yield* ask(fault("cut", 0, 200))).toMatchObject({ body: text, end: 200 })
    }))

  it.live("gives a body in pieces", () =>
    Effect.gen(function*() {
      expect(yield* ask(fault("slow", 100, 7))).toMatchObject({ body: text, pieces: 15, end: 200 })
    }))

  it.live("is late, before or after the server acts, by the clock", () =>
    VirtualTime.run(Effect.gen(function*() {
      for (const [kind, before] of [["delay", 0], ["late", 1]] as const) {
        const { asked, client } = server()
        const start = yield* Clock.currentTimeMillis
        const faulty = FaultHttpClient.make(client, { faults: [fault(kind, 5000)] })
        const fiber = yield* Effect.forkChild(faulty.get("http://localhost/x"))
        yield* Effect.sleep(4999)
        expect(asked).toHaveLength(before)
        yield* Fiber.join(fiber)
        expect(asked).toHaveLength(1)
        expect((yield* Clock.currentTimeMillis) - start).toBe(5000)
      }
    })))

  it("has the same faults for the same seed, at the rates that are asked for", () => {
    expect(FaultHttpClient.plan("a")).toEqual(FaultHttpClient.plan("a"))
    expect(FaultHttpClient.plan("a")).not.toEqual(FaultHttpClient.plan("b"))
    const none = { delay: 0, slow: 0, late: 0, cut: 0, refuse: 0, proxy: 0, lose: 0, silence: 0 }
    expect(FaultHttpClient.plan("a", { rates: none })).toEqual([])
    const cut = FaultHttpClient.plan("a", { rates: { ...none, cut: 100 }, requests: 5 })
    expect(cut.map(({ kind, nth }) => [nth, kind])).toEqual([0, 1, 2, 3, 4].map((nth) => [nth, "cut"]))
  })
})
