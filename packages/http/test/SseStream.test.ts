import { describe, expect, it } from "@effect/vitest"
import * as Endpoint from "@mcp-effect/http/Endpoint"
import * as EventStore from "@mcp-effect/http/EventStore"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "./NeutralClient.ts"
import { serve, settle, streams } from "./Serving.ts"
import * as TestServer from "./TestServer.ts"

describe("the stream of a POST", () => {
  it.effect("carries what comes before the response, then the response, and ends (HTTP-17, HTTP-18, HTTP-19, HTTP-26)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const reply = yield* session.post(Client.call(1, "steps", { count: 3 }, "p"))
        yield* settle
        expect(reply.headers["content-type"]).toBe("text/event-stream")
        expect(reply.headers["cache-control"]).toContain("no-cache")
        expect(reply.stream!.messages.map(({ id, params }) => id ?? params.progress)).toEqual([1, 2, 3, 1])
        expect(reply.stream!.state).toBe("ended")
        expect(yield* streams).toBe(0)
      })))

  it.effect("opens with an empty event that has an id, in the revision that says so (HTTP-21)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        for (const protocolVersion of ["2025-11-25", "2025-06-18", "2025-03-26"]) {
          const session = yield* Client.open({ protocolVersion })
          for (
            const stream of [
              (yield* session.post(Client.call(1, "steps", { count: 1 }, 1))).stream!,
              (yield* session.get()).stream!
            ]
          ) {
            yield* settle
            const [first] = stream.events
            expect([protocolVersion, first?.data === ""]).toEqual([protocolVersion, protocolVersion === "2025-11-25"])
            if (first?.data === "") expect(first.id).toMatch(/./)
          }
        }
      })))

  it.effect("begins when the answer takes long, so that it can be kept alive and resumed", () =>
    serve({ streamAfter: 250, heartbeat: "15 seconds" }, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const replying = yield* Effect.forkChild(session.post(Client.call(1, "wait", { gate: "a" })))
        yield* server.arrived("a")
        yield* TestClock.adjust(249)
        expect(replying.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust(1)
        const stream = (yield* Fiber.join(replying)).stream!
        expect(stream.events).toMatchObject([{ data: "" }])
        yield* TestClock.adjust("30 seconds")
        expect(stream.text.split(":\n\n").length - 1).toBe(2)
        yield* server.open("a")
        yield* settle
        expect(stream.messages).toMatchObject([{ id: 1 }])
        expect(stream.state).toBe("ended")
      })))

  it.effect("carries requests to the client, whose answers are posted (HTTP-18)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open({ capabilities: { elicitation: {} } })
        const { stream } = yield* session.post(Client.call(1, "ask"))
        yield* settle
        const [question] = stream!.messages
        expect(question.method).toBe("elicitation/create")
        const answer = { jsonrpc: "2.0", id: question.id, result: { action: "accept", content: { name: "Ada" } } }
        expect((yield* session.post(answer)).status).toBe(202)
        yield* settle
        expect(stream!.messages[1]).toMatchObject({ id: 1, result: { structuredContent: { text: "Ada" } } })
      })))

  it.effect("can be closed by its handler, which says when to come back, and goes on where the client does (HTTP-22, HTTP-23)", () =>
    serve({ retry: 700 }, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "poll", { gate: "a" }))
        yield* server.arrived("a")
        expect(stream!.state).toBe("ended")
        expect(stream!.text).toMatch(/^id: \S+\ndata: \n\nretry: 700\n\n$/)
        yield* server.open("a")
        yield* settle
        const resumed = yield* session.get({ "last-event-id": stream!.lastId })
        expect(resumed.stream!.messages).toMatchObject([{
          id: 1,
          result: { structuredContent: { text: "after the break" } }
        }])
        expect(resumed.stream!.state).toBe("ended")
      })))

  it.effect("is not closed before its response in revisions without polling (HTTP-20)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        for (const protocolVersion of ["2025-03-26", "2025-06-18"]) {
          const session = yield* Client.open({ protocolVersion })
          const replying = yield* Effect.forkChild(session.post(Client.call(1, "poll", { gate: protocolVersion })))
          yield* server.arrived(protocolVersion)
          yield* server.open(protocolVersion)
          expect((yield* Fiber.join(replying)).json).toMatchObject({ id: 1 })
        }
      })))
})

describe("a broken connection", () => {
  it.effect("does not cancel: the result waits until the client comes back (HTTP-27, HTTP-29)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "steps", { count: 2, gate: "a" }, "p"))
        yield* server.arrived("a")
        stream!.disconnect()
        yield* settle
        expect(server.interrupted).toEqual([])
        yield* server.open("a")
        yield* settle
        expect(stream!.messages.map(({ id }) => id)).toEqual([undefined, undefined])
        const resumed = (yield* session.get({ "last-event-id": stream!.lastId })).stream!
        expect(resumed.messages).toMatchObject([{ id: 1, result: { structuredContent: { text: "2" } } }])
        expect(resumed.state).toBe("ended")
      })))

  it.effect("before the reply was decided does not cancel either", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const replying = yield* Effect.forkChild(session.post(Client.call(1, "wait", { gate: "a" })))
        yield* server.arrived("a")
        yield* Fiber.interrupt(replying)
        yield* settle
        expect(server.interrupted).toEqual([])
        yield* server.open("a")
        yield* settle
        expect((yield* session.post(Client.request(1, "ping"))).status).toBe(200)
      })))

  it.effect("at any byte loses nothing and repeats nothing: each event comes exactly once, in order (HTTP-43)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const whole = (yield* session.post(Client.call("x", "steps", { count: 4 }, "p"))).stream!
        yield* settle
        const expected = whole.messages
        expect(expected).toHaveLength(5)
        for (let cut = whole.text.indexOf("\n\n") + 2; cut <= whole.text.length; cut++) {
          const seen = Client.parseEvents(whole.text.slice(0, cut))
          const { stream } = yield* session.get({ "last-event-id": seen.at(-1)!.id })
          expect([...Client.messagesOf(seen), ...stream!.messages]).toEqual(expected)
          expect(stream!.state).toBe("ended")
        }
      })))

  it.effect("while the stream goes on: it is resumed live, at any event (HTTP-42, HTTP-43)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const first = (yield* session.post(Client.call("x", "steps", { count: 3, gate: "a" }, "p"))).stream!
        yield* server.arrived("a")
        const ids = first.events.map(({ id }) => id!)
        let last = first
        for (const id of ids) {
          const { stream } = yield* session.get({ "last-event-id": id })
          // whichever connection came last has the stream
          expect(last.state).toBe("ended")
          last = stream!
        }
        expect(last.messages).toEqual([])
        yield* server.open("a")
        yield* settle
        expect(last.messages).toMatchObject([{ id: "x" }])
        expect(last.state).toBe("ended")
      })))

  it.effect("an event id that the session never gave out is refused, and shows nothing of other sessions (HTTP-40, HTTP-44)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const [mine, theirs] = [yield* Client.open(), yield* Client.open()]
        const { stream } = yield* theirs.post(Client.call(1, "steps", { count: 2 }, "p"))
        const own = yield* mine.post(Client.call(1, "steps", { count: 2 }, "p"))
        yield* settle
        const neverOpened = own.stream!.lastId.replace(/-\d+-/, "-99-")
        for (
          const id of [
            ...stream!.events.map(({ id }) => id),
            neverOpened,
            "",
            "1",
            "a-1-1",
            "../../x",
            "9".repeat(1000)
          ]
        ) {
          const reply = yield* mine.get({ "last-event-id": id })
          expect([id, reply.status, reply.stream]).toEqual([id, 400, undefined])
        }
      })))

  it.effect("resumes one stream with its own events alone (HTTP-44, HTTP-40, HTTP-41)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const all = yield* Effect.forEach(["a", "b", "c"], (id) =>
          session.post(Client.call(id, "steps", { count: 2 }, id)))
        yield* settle
        const ids = all.flatMap(({ stream }) =>
          stream!.events.map(({ id }) => id)
        )
        expect(new Set(ids).size).toBe(ids.length)
        for (const { stream } of all) {
          const [priming] = stream!.events
          const resumed = (yield* session.get({ "last-event-id": priming!.id })).stream!
          expect(resumed.messages).toEqual(stream!.messages)
        }
      })))
})

describe("the stream of a GET", () => {
  it.effect("carries what belongs to no request, and no response (HTTP-30, HTTP-32, HTTP-33, HTTP-34)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { headers, status, stream } = yield* session.get()
        expect([status, headers["content-type"]]).toEqual([200, "text/event-stream"])
        yield* session.post(Client.request(1, "resources/subscribe", { uri: "test://counter" }))
        yield* server.touch
        yield* session.post(Client.call(2, "echo", { text: "x" }))
        yield* settle
        expect(stream!.messages.map(({ method }) => method)).toEqual(["notifications/resources/updated"])
        expect(stream!.state).toBe("open")
      })))

  it.effect("has each message to itself: none is on two streams (HTTP-38)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const listening = (yield* session.get()).stream!
        yield* session.post(Client.request("s", "resources/subscribe", { uri: "test://counter" }))
        const posts = yield* Effect.forEach([1, 2, 3], (id) =>
          session.post(Client.call(id, "steps", { count: 2, gate: "a" }, id)))
        yield* server.touch
        yield* server.open("a")
        yield* settle
        const all = [
          listening,
          ...posts.map(({ stream }) =>
            stream!
          )
        ].flatMap(({ messages }) => messages)
        expect(new Set(all.map((message) => JSON.stringify(message))).size).toBe(all.length)
        expect(all).toHaveLength(1 + 3 * 3)
      })))

  it.effect("is one at a time: a second one is refused with 409, a resumed POST is not (HTTP-37)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.get()
        expect((yield* session.get()).status).toBe(409)
        const post = (yield* session.post(Client.call(1, "steps", { count: 2 }, "p"))).stream!
        yield* settle
        const resumed = yield* session.get({ "last-event-id": post.events[0]!.id })
        expect(resumed.stream!.messages).toEqual(post.messages)
        stream!.disconnect()
        expect((yield* session.get()).status).toBe(200)
      })))

  it.effect("gives what came while there was none, and can be resumed like any other (HTTP-35, HTTP-36)", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        yield* session.post(Client.request(1, "resources/subscribe", { uri: "test://counter" }))
        yield* server.touch
        yield* settle
        const first = (yield* session.get()).stream!
        expect(first.messages).toHaveLength(1)
        first.disconnect()
        yield* server.touch
        yield* settle
        const second = (yield* session.get()).stream!
        expect(second.messages).toHaveLength(1)
        second.disconnect()
        const again = (yield* session.get({ "last-event-id": first.lastId })).stream!
        expect(again.messages).toEqual(second.messages)
        yield* server.touch
        yield* settle
        expect(again.messages).toHaveLength(2)
        const ids = [first, second, again].flatMap(({ events }) => events.map(({ id }) => id))
        expect(new Set(ids).size).toBe(ids.length - 1)
      })))

  it.effect("has to be asked for as a stream (HTTP-31)", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        expect((yield* session.get({ accept: "application/json" })).status).toBe(406)
        expect((yield* session.get({ accept: undefined })).status).toBe(406)
        expect((yield* session.get({ accept: "text/event-stream" })).status).toBe(200)
      })))
})

describe("a client that does not read", () => {
  it.effect("has at most the limit buffered for it and is disconnected then; others are unaffected, and it can come back", () =>
    serve({ maxBuffered: 10_000 }, () =>
      Effect.gen(function*() {
        const [stuck, fine] = [yield* Client.open(), yield* Client.open()]
        const calling = (session: Client.ClientSession, reads: boolean) =>
          Effect.gen(function*() {
            const { stream } = yield* session.post(Client.call(1, "chatter", { count: 100, size: 1000 }))
            stream!.reads = reads
            yield* settle
            return stream!
          })
        const [left, right] = yield* Effect.all([calling(stuck, false), calling(fine, true)], { concurrency: 2 })
        expect(left.state).toBe("aborted")
        expect(left.text.length).toBeLessThan(12_000)
        expect(right.messages).toHaveLength(101)
        // it was cut off after what it was sent, and gets the rest
        const resumed = (yield* stuck.get({ "last-event-id": left.lastId })).stream!
        expect([...left.messages, ...resumed.messages].map((message) => message.params?.data ?? message.id)).toEqual(
          right.messages.map((message) => message.params?.data ?? message.id)
        )
        expect(yield* streams).toBe(0)
      })))

  it.effect("is noticed by the heartbeat, if nothing moves from one to the next", () =>
    serve({ heartbeat: "15 seconds" }, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const [stuck, slow] = [(yield* session.get()).stream!, (yield* (yield* Client.open()).get()).stream!]
        stuck.reads = false
        slow.reads = false
        yield* TestClock.adjust("30 seconds")
        slow.drain()
        yield* TestClock.adjust("30 seconds")
        expect([stuck.state, slow.state]).toEqual(["aborted", "open"])
      })))

  it.effect("gets the last progress and the result, not all that came between", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const replying = yield* Effect.forkChild(
          session.post(Client.call(1, "steps", { count: 100_000, gate: "a" }, "p"))
        )
        const { stream } = yield* Fiber.join(replying)
        stream!.reads = false
        yield* server.arrived("a")
        expect(stream!.messages.length).toBeLessThan(10)
        stream!.reads = true
        stream!.drain()
        yield* settle
        expect(stream!.messages.at(-1).params.progress).toBe(100_000)
        yield* server.open("a")
        yield* settle
        const { messages } = stream!
        expect(messages.at(-2).params.progress).toBe(100_000)
        expect(messages.at(-1).id).toBe(1)
        const order = messages.slice(0, -1).map(({ params }) => params.progress)
        expect(order).toEqual([...order].sort((a, b) => a - b))
      })))

  it.effect("gets every progress notification and the result if it reads", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "steps", { count: 20_000 }, "p"))
        while (stream!.state === "open") yield* settle
        expect(stream!.events).toHaveLength(20_002)
        expect(stream!.messages.at(-1).id).toBe(1)
      })))

  it.effect("has log lines dropped for it", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "log", { count: 1000, gate: "a" }))
        stream!.reads = false
        yield* server.arrived("a")
        expect(stream!.messages.length).toBeLessThan(10)
        expect(stream!.state).toBe("open")
        stream!.drain()
        yield* server.open("a")
        yield* settle
        stream!.drain()
        expect(stream!.messages.at(-1).id).toBe(1)
      })))
})

describe("what is sent again", () => {
  it.effect("goes out in few pieces, and no more of it than the client reads", () =>
    serve({}, () =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "chatter", { count: 5000, size: 100 }))
        while (stream!.state === "open") yield* settle
        const resuming = (reads: boolean) =>
          Effect.gen(function*() {
            const endpoint = yield* Endpoint.Endpoint
            const headers = { ...Client.defaultHeaders, ...session.headers, "last-event-id": stream!.events[0]!.id }
            const reply = yield* endpoint.handle({
              method: "GET",
              url: "/mcp",
              header: (name) => headers[name as keyof typeof headers],
              body: () => Effect.succeed("")
            })
            let [text, writes] = ["", 0]
            if (reply._tag === "Streaming") {
              reply.open({
                write: (piece) => {
                  text += piece
                  writes++
                  return reads
                },
                end: () => {},
                abort: () => {}
              })
            }
            return { text, writes }
          })
        const read = yield* resuming(true)
        expect(Client.messagesOf(Client.parseEvents(read.text))).toEqual(stream!.messages)
        expect(read.writes).toBeLessThan(read.text.length / 10_000)
        const unread = yield* resuming(false)
        expect(unread.writes).toBe(1)
        expect(unread.text.length).toBeLessThan(32 * 1024)
      })))

  it.effect("goes to the last who asked for it, and the connections of the others end", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const session = yield* Client.open()
        const { stream } = yield* session.post(Client.call(1, "steps", { count: 100, gate: "a" }, "p"))
        yield* server.arrived("a")
        const resume = Effect.map(session.get({ "last-event-id": stream!.events[0]!.id }), ({ stream }) => stream!)
        const stuck = yield* resume
        stuck.reads = false
        yield* TestClock.adjust("15 seconds")
        const last = yield* resume
        yield* server.open("a")
        yield* settle
        expect([stream!.state, stuck.state, last.state]).toEqual(["ended", "aborted", "ended"])
        expect(last.messages.at(-1).id).toBe(1)
        expect(yield* streams).toBe(0)
      })))

  it.effect("goes to one of two who ask at once, and to none who has left, however slow the store is", () => {
    const server = TestServer.make()
    const slow = Layer.sync(EventStore.EventStore, () => {
      const memory = EventStore.makeMemory()
      return {
        ...memory,
        after: (session, stream, sequence) => Effect.delay(memory.after(session, stream, sequence), 100)
      }
    })
    return Effect.gen(function*() {
      const session = yield* Client.open()
      const posting = yield* session.post(Client.call(1, "steps", { count: 2, gate: "a" }, "p"))
      yield* TestClock.adjust(100)
      const resume = Effect.map(
        session.get({ "last-event-id": posting.stream!.events[0]!.id }),
        ({ stream }) => stream!
      )
      const [first, second, gone] = [yield* resume, yield* resume, yield* resume]
      gone.disconnect()
      yield* TestClock.adjust(300)
      expect(yield* streams).toBe(1)
      yield* server.open("a")
      yield* settle
      expect([first.state, second.state]).toEqual(["ended", "ended"])
      expect(second.messages.map(({ id }) => id)).toEqual([undefined, undefined, 1])
      expect(first.messages.some(({ id }) => id === 1)).toBe(false)
      expect(yield* streams).toBe(0)
    }).pipe(Effect.provide(
      Endpoint.layerWithStore({ drainTimeout: 0 }).pipe(Layer.provide(server.layer), Layer.provide(slow))
    ))
  })
})
