import { describe, expect, it } from "@effect/vitest"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as EventStore from "@mcp-effect/http/EventStore"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "./NeutralClient.ts"
import { requests, serve, settle, streams } from "./Serving.ts"
import * as Stateless from "./StatelessClient.ts"
import * as TestServer from "./TestServer.ts"

const post = (message: any) => Client.post(message, Stateless.headersOf(message))

const steps = (id: string | number, args: object) => Stateless.call(id, "steps", args, { progressToken: "p" })

const wait = (gate: string) => Stateless.call(1, "wait", { gate })

const listen = (id: string | number, notifications: object) =>
  Stateless.request(id, "subscriptions/listen", { notifications })

/** A stream that is open, of a request that waits at a gate. */
const open = (gate: string) => Effect.map(post(steps(1, { count: 1, gate })), ({ stream }) => stream!)

const talk = (name: "chatter" | "flood", args: object) =>
  Stateless.call(1, name, { size: 1000, ...args }, { "io.modelcontextprotocol/logLevel": "info" })

const comments = (text: string) => text.split(":\n\n").length - 1

describe("the reply", () => {
  it.effect("is a stream when something comes before the answer: messages, the answer, the end (HTTP26-7, HTTP26-8, HTTP26-9, HTTP26-11)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const reply = yield* post(steps(7, { count: 3 }))
        yield* settle
        expect(reply.status).toBe(200)
        expect(reply.stream!.messages.map(({ id, params }) => id ?? params.progress)).toEqual([1, 2, 3, 7])
        expect(reply.stream!.messages[3].result.structuredContent).toEqual({ text: "3" })
        expect(reply.stream!.state).toBe("ended")
        expect([yield* streams, yield* requests]).toEqual([0, 0])
      })))

  it.effect("has no way back: no ids, no empty event, no retry, nothing stored (HTTP26-3, HTTP26-4, HTTP26-12)", () => {
    const stored: Array<unknown> = []
    const store = Layer.effect(
      EventStore.EventStore,
      Effect.map(Effect.provide(EventStore.EventStore, EventStore.layerMemory()), (store) => ({
        ...store,
        append: (sessionId: string, event: EventStore.Event) =>
          Effect.suspend(() => {
            stored.push(event)
            return store.append(sessionId, event)
          })
      }))
    )
    return Effect.gen(function*() {
      const reply = yield* Client.post(steps(7, { count: 3 }), {
        ...Stateless.headersOf(steps(7, {})),
        "last-event-id": "0-1"
      })
      yield* settle
      expect(reply.headers).toEqual({
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no"
      })
      expect(reply.stream!.events).toHaveLength(4)
      expect(reply.stream!.text).not.toMatch(/^(id|retry):/m)
      expect(stored).toEqual([])
    }).pipe(
      Effect.provide(
        Endpoint.layerWithStore({ drainTimeout: 0 }).pipe(Layer.provide([TestServer.make().layer, store]))
      )
    )
  })

  it.effect("becomes a stream when the answer takes long, and comments keep it alive (HTTP26-13)", () =>
    serve({ streamAfter: 250, heartbeat: "15 seconds" }, (server) =>
      Effect.gen(function*() {
        const replying = yield* Effect.forkChild(post(wait("a")))
        yield* server.arrived("a")
        yield* TestClock.adjust(100)
        const later = yield* Effect.forkChild(post(wait("b")))
        yield* server.arrived("b")
        yield* TestClock.adjust(149)
        expect(replying.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust(1)
        const { status, stream } = yield* Fiber.join(replying)
        expect([status, stream!.text]).toEqual([200, ""])
        yield* TestClock.adjust(99)
        expect(later.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust(1)
        expect((yield* Fiber.join(later)).stream!.state).toBe("open")
        yield* TestClock.adjust("30 seconds")
        expect(comments(stream!.text)).toBe(2)
        yield* server.open("a")
        yield* settle
        expect(stream!.messages).toMatchObject([{ id: 1 }])
        expect(stream!.state).toBe("ended")
      })))

  it.effect("is JSON when the answer comes soon, and is not watched any more then", () =>
    serve({ streamAfter: 250 }, (server) =>
      Effect.gen(function*() {
        for (const gate of ["a", "b"]) {
          const replying = yield* Effect.forkChild(post(wait(gate)))
          yield* server.arrived(gate)
          yield* TestClock.adjust(249)
          yield* server.open(gate)
          expect((yield* Fiber.join(replying)).json.result.structuredContent).toEqual({ text: gate })
          yield* TestClock.adjust(1)
        }
        expect(yield* requests).toBe(0)
        // and the next one that takes long is
        yield* TestClock.adjust("1 minute")
        const replying = yield* Effect.forkChild(post(wait("c")))
        yield* server.arrived("c")
        yield* TestClock.adjust(250)
        expect((yield* Fiber.join(replying)).stream!.state).toBe("open")
      })))

  it.effect("has the status 200 once it is a stream, whatever the answer is (HTTP26-36)", () =>
    serve({ streamAfter: 250 }, (server) =>
      Effect.gen(function*() {
        const message = Stateless.call(1, "ask", { gate: "a" }, { "io.modelcontextprotocol/clientCapabilities": {} })
        const replying = yield* Effect.forkChild(post(message))
        yield* server.arrived("a")
        yield* TestClock.adjust(250)
        const { status, stream } = yield* Fiber.join(replying)
        yield* server.open("a")
        yield* settle
        expect([status, stream!.messages[0].error.code, stream!.state]).toEqual([200, -32021, "ended"])
      })))

  it.effect("never carries a request: a question ends it (HTTP26-10)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const { json } = yield* post(Stateless.call(1, "ask"))
        expect(json.result.resultType).toBe("input_required")
      })))
})

it.effect("what comes first is sent however long it is: no client could have read it yet", () =>
  serve({ maxBuffered: 10_000 }, (server) =>
    Effect.gen(function*() {
      const { stream } = yield* post(talk("chatter", { count: 1, size: 50_000 }))
      yield* settle
      expect(stream!.messages.map(({ id, params }) => id ?? params.data.length)).toEqual([50_000, 1])
      expect([stream!.state, server.interrupted]).toEqual(["ended", []])
      // what comes at once after it waits, and counts
      const flooded = yield* post(talk("flood", { count: 30, size: 1000 }))
      yield* settle
      expect([flooded.stream!.state, server.interrupted]).toEqual(["aborted", ["flood"]])
    })))

describe("subscriptions/listen", () => {
  it.effect("is answered with a stream from its first message on, which stays and is kept alive (SUB-4, SUB-22)", () =>
    serve({ heartbeat: "15 seconds" }, (server) =>
      Effect.gen(function*() {
        const { stream } = yield* post(listen("s", { resourceSubscriptions: ["test://counter"] }))
        yield* settle
        expect(stream!.messages).toMatchObject([{ method: "notifications/subscriptions/acknowledged" }])
        yield* TestClock.adjust("45 seconds")
        expect(comments(stream!.text)).toBe(3)
        yield* server.touch
        yield* settle
        expect(stream!.messages[1]).toMatchObject({
          method: "notifications/resources/updated",
          params: { uri: "test://counter", _meta: { "io.modelcontextprotocol/subscriptionId": "s" } }
        })
        expect([stream!.state, yield* requests]).toEqual(["open", 1])
        stream!.disconnect()
        yield* settle
        expect([yield* streams, yield* requests]).toEqual([0, 0])
      })))

  it.effect("that is refused is answered with JSON and a status", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const refused = yield* post(Stateless.request(1, "subscriptions/listen"))
        expect([refused.status, refused.json.error.code, refused.json.id]).toEqual([200, -32602, 1])
      })))

  it.effect("is capped for each principal, with a clear error for the next one", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const open = post(listen(1, {}))
        const [first] = yield* Effect.all([open, open])
        yield* settle
        const refused = yield* open
        expect([refused.status, refused.json.error.code]).toEqual([200, -32603])
        expect(refused.json.error.message).toContain("subscriptions")
        first!.stream!.disconnect()
        yield* settle
        expect((yield* open).stream!.state).toBe("open")
        expect(yield* requests).toBe(2)
      }), { maxListens: 2 }))

  it.effect("to who does not read tells what changed last, not all that did", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const { stream } = yield* post(listen(1, { resourceSubscriptions: ["test://counter"] }))
        yield* settle
        stream!.reads = false
        for (let i = 0; i < 1000; i++) {
          yield* server.touch
          yield* Effect.yieldNow
        }
        stream!.reads = true
        stream!.drain()
        yield* settle
        expect(stream!.state).toBe("open")
        expect(stream!.messages.length).toBeLessThan(6)
        expect(stream!.messages.at(-1)).toMatchObject({ method: "notifications/resources/updated" })
      })))
})

describe("a client that goes", () => {
  it.effect("before the reply is decided cancels its request (HTTP26-16, HTTP26-18)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(wait("a")))
        yield* server.arrived("a")
        yield* Fiber.interrupt(waiting)
        yield* settle
        expect([server.interrupted, yield* requests]).toEqual([["a"], 0])
      })))

  it.effect("while the reply streams cancels its request, and nothing more is said (HTTP26-16, HTTP26-17, HTTP26-18)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const stream = yield* open("a")
        yield* server.arrived("a")
        const { text } = stream
        stream.disconnect()
        yield* settle
        expect([server.interrupted, yield* requests, yield* streams]).toEqual([["a"], 0, 0])
        yield* server.open("a")
        yield* settle
        expect(stream.text).toBe(text)
      })))

  it.effect("in a session cancels nothing (HTTP-27)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "steps", { count: 1, gate: "a" }, "p"))
        yield* server.arrived("a")
        stream!.disconnect()
        yield* settle
        expect(server.interrupted).toEqual([])
      })))

  it.effect("before its stream began is noticed in the end", () =>
    serve({ heartbeat: "15 seconds" }, (server) =>
      Effect.gen(function*() {
        const message = steps(1, { count: 1, gate: "a" })
        const endpoint = yield* Endpoint.Endpoint
        const headers: Record<string, string> = { ...Client.defaultHeaders, ...Stateless.headersOf(message) }
        const reply = yield* endpoint.handle({
          method: "POST",
          url: "/mcp",
          header: (name) => headers[name],
          body: () => Effect.succeed(JSON.stringify(message))
        })
        yield* server.arrived("a")
        yield* TestClock.adjust("15 seconds")
        expect([server.interrupted, yield* requests]).toEqual([[], 1])
        yield* TestClock.adjust("15 seconds")
        yield* settle
        expect([server.interrupted, yield* requests]).toEqual([["a"], 0])
        // whoever comes now is too late
        if (reply._tag === "Streaming") expect(new Client.OpenStream(reply).state).toBe("aborted")
        expect(yield* streams).toBe(0)
      })))

  it.effect("a thousand times, each at another moment, leaves nothing behind", () =>
    serve({ streamAfter: 5 }, (server) =>
      Effect.gen(function*() {
        for (let i = 0; i < 1000; i++) {
          const message = i % 3 === 0
            ? steps(1, { count: i % 7, gate: `${i}` })
            : i % 3 === 1
            ? wait(`${i}`)
            : listen(1, {})
          const waiting = yield* Effect.forkChild(post(message), { startImmediately: i % 2 === 0 })
          for (let turn = 0; turn < i % 5; turn++) yield* i % 4 === 0 ? TestClock.adjust(2) : Effect.yieldNow
          yield* Fiber.interrupt(waiting)
          const exit = waiting.pollUnsafe()
          if (exit?._tag === "Success") exit.value.stream?.disconnect()
        }
        yield* settle
        expect([yield* requests, yield* streams]).toEqual([0, 0])
        expect(server.waiting()).toBe(0)
      })))
})

describe("a client that does not read", () => {
  it.effect("is disconnected, and its request cancelled, when it has not moved between two heartbeats", () =>
    serve({ heartbeat: "15 seconds", maxBuffered: 10_000 }, (server) =>
      Effect.gen(function*() {
        const stream = yield* open("a")
        stream.reads = false
        const { stream: chatting } = yield* post(talk("chatter", { count: 100_000 }))
        chatting!.reads = false
        yield* settle
        // who says more than is read waits: little is written, and less is kept
        expect(chatting!.text.length).toBeLessThan(10_000)
        yield* TestClock.adjust("15 seconds")
        expect([chatting!.state, stream.state]).toEqual(["open", "open"])
        yield* TestClock.adjust("15 seconds")
        yield* settle
        expect(chatting!.state).toBe("aborted")
        expect(server.interrupted).toEqual(["chatter"])
        // nothing waits for this one: the comment was what it did not read
        expect(stream.state).toBe("open")
        yield* TestClock.adjust("15 seconds")
        yield* settle
        expect([stream.state, server.interrupted, yield* requests]).toEqual(["aborted", ["chatter", "a"], 0])
      })))

  it.effect("is disconnected as soon as more waits for it than may", () =>
    serve({ maxBuffered: 10_000 }, (server) =>
      Effect.gen(function*() {
        const fine = yield* open("b")
        // before there is a connection, and while there is one
        expect((yield* post(talk("flood", { count: 100 }))).stream!.state).toBe("aborted")
        const { stream } = yield* post(talk("flood", { count: 100, gate: "a" }))
        yield* server.arrived("a")
        stream!.reads = false
        yield* server.open("a")
        yield* settle
        expect(stream!.state).toBe("aborted")
        expect(server.interrupted).toEqual(["flood", "flood"])
        expect(yield* requests).toBe(1)
        yield* server.open("b")
        yield* settle
        expect(fine.state).toBe("ended")
      })))

  it.effect("gets the last step of progress, and an answer of any length, when it reads on", () =>
    serve({ maxBuffered: 10_000, heartbeat: "15 seconds" }, (server) =>
      Effect.gen(function*() {
        const { stream: walking } = yield* post(steps(2, { count: 10_000, size: 1_000_000 }))
        const { stream: waiting } = yield* post(steps(1, { count: 1, gate: "a", size: 1_000_000 }))
        for (const stream of [walking!, waiting!]) stream.reads = false
        yield* TestClock.adjust("15 seconds")
        yield* server.open("a")
        for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow
        for (const stream of [walking!, waiting!]) {
          expect(stream.state).toBe("open")
          expect(stream.text.length).toBeLessThan(10_000)
          stream.reads = true
          stream.drain()
          expect(stream.state).toBe("ended")
          expect(stream.messages.at(-1).result.structuredContent.text).toHaveLength(1_000_000)
        }
        const seen = walking!.messages.map(({ params }) => params?.progress)
        expect(seen.slice(-2)).toEqual([10_000, undefined])
        expect(seen.length).toBeLessThan(10)
        expect(yield* requests).toBe(0)
      })))

  it.effect("has log lines dropped for it", () =>
    serve({ maxBuffered: 10_000 }, (server) =>
      Effect.gen(function*() {
        const message = Stateless.call(1, "log", { count: 1000, gate: "a" }, {
          "io.modelcontextprotocol/logLevel": "info"
        })
        const { stream } = yield* post(message)
        stream!.reads = false
        yield* server.arrived("a")
        expect(stream!.messages.length).toBeLessThan(5)
        stream!.reads = true
        stream!.drain()
        yield* server.open("a")
        yield* settle
        expect([stream!.state, stream!.messages.at(-1).id]).toEqual(["ended", 1])
      })))
})

describe("the end of the endpoint", () => {
  const shutdown = Effect.flatMap(Endpoint.Endpoint, (endpoint) => endpoint.shutdown)

  it.effect("lets requests finish, answers what only stands, and takes in no more (SUB-16)", () =>
    serve({ drainTimeout: "5 seconds", streamAfter: "1 minute" }, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(wait("a")))
        const stream = yield* open("b")
        const { stream: listening } = yield* post(listen("s", {}))
        yield* server.arrived("a")
        const ending = yield* Effect.forkChild(shutdown)
        yield* settle
        expect(listening!.messages.at(-1)).toMatchObject({ id: "s", result: { resultType: "complete" } })
        expect(listening!.state).toBe("ended")
        const refused = yield* post(Stateless.call(2, "echo", { text: "late" }))
        expect([refused.status, refused.json.id]).toEqual([503, 2])
        yield* TestClock.adjust("4 seconds")
        expect([stream.state, ending.pollUnsafe()]).toEqual(["open", undefined])
        yield* server.open("a")
        yield* server.open("b")
        yield* Fiber.join(ending)
        expect((yield* Fiber.join(waiting)).json.result.structuredContent).toEqual({ text: "a" })
        expect([stream.state, stream.messages.at(-1).id, server.interrupted]).toEqual(["ended", 1, []])
      })))

  it.effect("is the same for all who ask for it, as soon as requests have finished", () =>
    serve({ drainTimeout: "5 seconds", streamAfter: "1 minute" }, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(wait("a")))
        yield* server.arrived("a")
        const endings = yield* Effect.forEach([shutdown, shutdown], (shutdown) => Effect.forkChild(shutdown))
        yield* settle
        yield* server.open("a")
        yield* Fiber.join(waiting)
        yield* settle
        expect(endings.map((ending) => ending.pollUnsafe()?._tag)).toEqual(["Success", "Success"])
      })))

  it.effect("cancels what does not finish, and says so", () =>
    serve({ drainTimeout: "5 seconds", heartbeat: "1 second" }, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(wait("a")))
        const stream = yield* open("b")
        yield* server.arrived("a")
        const ending = yield* Effect.forkChild(shutdown)
        yield* TestClock.adjust("3 seconds")
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(ending)
        yield* settle
        const reply = yield* Fiber.join(waiting)
        expect([reply.stream!.messages.at(-1).error.code, reply.stream!.state]).toEqual([-32603, "ended"])
        expect([stream.messages.at(-1).id, stream.messages.at(-1).error.code, stream.state]).toEqual([
          1,
          -32603,
          "ended"
        ])
        expect([server.interrupted.toSorted(), yield* requests, yield* streams]).toEqual([["a", "b"], 0, 0])
      })))

  it.live("comes with that of its scope, whatever does not finish", () =>
    Effect.gen(function*() {
      const server = TestServer.make()
      const left = yield* Effect.provide(
        Effect.gen(function*() {
          const waiting = yield* Effect.forkDetach(post(wait("a")))
          const stream = yield* open("b")
          yield* server.arrived("a")
          return { waiting, stream }
        }),
        Layer.provide(Endpoint.layer({ drainTimeout: 20, streamAfter: "1 minute" }), server.layer)
      )
      expect((yield* Fiber.join(left.waiting)).status).toBe(503)
      expect([left.stream.state, server.interrupted.toSorted()]).toEqual(["ended", ["a", "b"]])
    }).pipe(Effect.timeout("3 seconds")))

  it.effect("refuses with 503 whoever waits for a reply that is not decided", () =>
    serve({ drainTimeout: "5 seconds", streamAfter: "1 minute" }, (server) =>
      Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(post(wait("a")))
        yield* server.arrived("a")
        yield* Effect.forkChild(shutdown)
        yield* TestClock.adjust("5 seconds")
        const reply = yield* Fiber.join(waiting)
        expect([reply.status, reply.json.id, reply.json.error.code]).toEqual([503, 1, -32603])
        expect(server.interrupted).toEqual(["a"])
      })))
})
