import { describe, expect, it } from "@effect/vitest"
import type { Receive, Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as RawWire from "@mcp-effect/testkit/RawWire"
import * as Replay from "@mcp-effect/testkit/Replay"
import type * as Wire from "@mcp-effect/testkit/Wire"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Server from "../../core/test/transcripts/Server.ts"
import { StreamOf } from "../src/wire/StreamOf.ts"
import { answering, parsed } from "./transcript/Scripts.ts"

const titled = parsed(`# A title
> {"id":1,"method":"x"}
< {"method":"step","params":{"n":1}}
< {"method":"step","params":{"n":2}}
< {"id":1,"result":{"list":[{"a/b":1,"text":"hello"}],"~":true}}
> {"id":2,"method":"y"}
< {"id":2,"result":{}}
`)

const sound: Record<string, ReadonlyArray<unknown>> = {
  x: [
    { method: "step", params: { n: 1 } },
    { method: "step", params: { n: 2 } },
    { id: 1, result: { "~": true, list: [{ text: "hello", "a/b": 1 }] } }
  ],
  y: [{ id: 2, result: {} }]
}

/** How a replay ends with a server that answers so, unlike the sound one. */
const replayed = (
  other: Partial<Record<"x" | "y", ReadonlyArray<unknown>>>,
  options?: Parameters<typeof Replay.over>[2]
) =>
  Effect.scoped(Replay.over(titled, answering(({ method }) => ({ ...sound, ...other })[String(method)] ?? []), {
    patience: 50,
    ...options
  }))

const [step1, step2, answer] = sound["x"]!

describe("replaying to a server", () => {
  it.live("passes when it says what it said before, in whatever order of members", () => replayed({}))

  it.live("tells which line changed, and where in it", () =>
    Effect.gen(function*() {
      const list = [{ "a/b": 2, text: "hello" }, "more"]
      const error = yield* Effect.flip(replayed({ x: [step1, step2, { id: 1, result: { list, other: null } }] }))
      expect(error.line).toBe(5)
      expect(error.reason).toMatchObject({
        _tag: "Changed",
        differences: [
          { pointer: "/result/list/0/a~1b", expected: 1, actual: 2 },
          { pointer: "/result/list/1", expected: undefined, actual: "more" },
          { pointer: "/result/~0", expected: true, actual: undefined },
          { pointer: "/result/other", expected: undefined, actual: null }
        ]
      })
      expect(error.message).toBe(`A title: line 5: the server said something else
  /result/list/0/a~1b: expected 1, but it was 2
  /result/list/1: not expected: "more"
  /result/~0: expected true, but it was nothing
  /result/other: not expected: null`)
      expect(error.lines.map(({ from }) => from)).toEqual(["client", "server", "server", "server"])
    }))

  it.live("tells which line is missing, when another comes instead, and when nothing does", () =>
    Effect.gen(function*() {
      const instead = yield* Effect.flip(replayed({ x: [step1, answer] }))
      expect(instead.line).toBe(4)
      expect(instead.reason).toMatchObject({ _tag: "Missing", instead: answer })
      const nothing = yield* Effect.flip(replayed({ y: [] }))
      expect(nothing.line).toBe(7)
      expect(nothing.message).toBe(`A title: line 7: the server did not say this
  expected: {"id":2,"result":{}}
  instead:  nothing`)
    }))

  it.effect("finds what is missing under a clock that stands still, too", () =>
    Effect.map(Effect.flip(replayed({ y: [] })), (error) => expect(error.reason._tag).toBe("Missing")))

  it.live("tells what is said that is not expected, in the middle and in the end", () =>
    Effect.gen(function*() {
      const news = { method: "news" }
      const middle = yield* Effect.flip(replayed({ x: [step1, news, step2, answer] }))
      expect(middle.line).toBe(4)
      expect(middle.reason).toMatchObject({ _tag: "Unexpected", actual: news })
      const early = yield* Effect.flip(replayed({ x: [step1, step2, answer, news] }))
      expect(early.line).toBe(7)
      expect(early.reason).toMatchObject({ _tag: "Unexpected", actual: news })
      const end = yield* Effect.flip(replayed({ y: [...sound["y"]!, news] }))
      expect(end.line).toBeUndefined()
      expect(end.message).toBe(`A title: the server said what is not expected
  it was:   {"method":"news"}`)
    }))

  it.live("hears what is too much when it comes some turns of the event loop later, too", () =>
    Effect.gen(function*() {
      const server: Wire.Connect = Effect.map(answering(() => []), (transport) => ({
        ...transport,
        run: (receive) => {
          let turns = 10
          const turn = () => void setImmediate(() => --turns > 0 ? turn() : receive({ method: "late" }))
          turn()
          return Effect.never
        }
      }))
      const error = yield* Effect.flip(Effect.scoped(Replay.over(parsed(`> {"method":"x"}`), server)))
      expect(error.reason).toMatchObject({ _tag: "Unexpected", actual: { method: "late" } })
    }))

  it.live("holds the server to the order of its lines on one pipe", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(replayed({ x: [step2, step1, answer] }))
      expect(error.line).toBe(3)
      expect(error.reason).toMatchObject({ _tag: "Missing", instead: step2 })
    }))

  it.live("takes lines in any order over several streams that are not known apart", () =>
    Effect.gen(function*() {
      yield* replayed({ x: [answer, step2, step1] }, { isOrdered: false })
      const error = yield* Effect.flip(replayed({ x: [answer, answer, step1] }, { isOrdered: false }))
      expect(error.line).toBe(3)
      expect(error.reason).toMatchObject({ _tag: "Unexpected", actual: answer })
    }))

  it.live("holds the server to the order of what is on one stream, where streams are known", () =>
    Effect.gen(function*() {
      const entries = parsed(`# A title
> {"id":1,"method":"x"}
< {"method":"step","params":{"n":1}}
< {"method":"news"}
< {"id":1,"result":{}}
`)
      const over = (...said: ReadonlyArray<readonly [stream: number, entry: number]>): Wire.Connect =>
        Effect.map(answering(() => []), (transport) => {
          let receive: Receive = () => {}
          return {
            ...transport,
            run: (listener) => {
              receive = listener
              return Effect.never
            },
            send: () =>
              Effect.sync(() => {
                for (const [stream, entry] of said) receive(entries[entry]!.message, Context.make(StreamOf, stream))
              })
          }
        })
      const replay = (connect: Wire.Connect) =>
        Effect.scoped(Replay.over(entries, connect, { isOrdered: false, patience: 50 }))
      yield* replay(over([1, 2], [0, 1], [0, 3]))
      yield* replay(over([0, 1], [0, 3], [1, 2]))
      const error = yield* Effect.flip(replay(over([1, 2], [0, 3], [0, 1])))
      expect(error.reason).toMatchObject({ _tag: "OutOfOrder", actual: entries[1]!.message })
      expect(error.message).toBe(
        "A title: line 3: the server said this too late: {\"method\":\"step\",\"params\":{\"n\":1}}"
      )
    }))

  it.live("lets a server end the connection when all is said", () =>
    Effect.gen(function*() {
      const over = yield* Deferred.make<void>()
      const server: Wire.Connect = Effect.map(answering(({ method }) => sound[String(method)] ?? []), (transport) => ({
        ...transport,
        run: (receive) =>
          Effect.andThen(Effect.forkChild(transport.run(receive), { startImmediately: true }), Deferred.await(over)),
        send: (message) =>
          Effect.tap(
            transport.send(message),
            "method" in message && message.method === "y" ? Deferred.succeed(over, undefined) : Effect.void
          )
      }))
      yield* Effect.scoped(Replay.over(titled, server))
    }))

  it.live("does not wait for ever for a message to be taken", () =>
    Effect.gen(function*() {
      const stuck: Wire.Connect = Effect.map(answering(() => []), (transport) => ({
        ...transport,
        send: () => Effect.never
      }))
      const notification = parsed(`> {"method":"x"}\n> {"method":"y"}`)
      const error = yield* Effect.flip(Effect.scoped(Replay.over(notification, stuck, { patience: 50 })))
      expect(error.message).toBe("line 2: the connection failed: a message was not taken")
    }))

  it.live("takes more members, and others for ids and progress, when it is lenient", () =>
    Effect.gen(function*() {
      const entries = parsed(`> {"id":1,"method":"x"}
< {"id":"a","method":"ask","params":{"_meta":{"progressToken":"p"}}}
> {"method":"notifications/progress","params":{"progressToken":"p","progress":1}}
> {"id":"a","result":{}}
< {"method":"notifications/cancelled","params":{"requestId":"a"}}
`)
      const said: Array<unknown> = []
      const server = answering(({ id, method, result }) => {
        if (method === "x") return [{ id: 7, method: "ask", params: { _meta: { progressToken: 8 }, more: true } }]
        return id === 7 && result !== undefined
          ? [{ method: "notifications/cancelled", params: { requestId: 7 } }]
          : []
      }, said)
      yield* Effect.scoped(Replay.over(entries, server, { mode: "lenient", patience: 50 }))
      expect(said.slice(1)).toEqual([
        { method: "notifications/progress", params: { progressToken: 8, progress: 1 } },
        { id: 7, result: {} }
      ])
      const strict = yield* Effect.flip(Effect.scoped(Replay.over(entries, server, { patience: 50 })))
      expect(strict.message).toContain("/id: expected \"a\", but it was 7")
      const less = answering(() => [{ id: 7, method: "ask", params: { _meta: {} } }])
      const error = yield* Effect.flip(Effect.scoped(Replay.over(entries, less, { mode: "lenient", patience: 50 })))
      expect(error.message).toContain("/params/_meta/progressToken: expected \"p\", but it was nothing")
    }))

  it.live("lets an id of the server stand for another request once it is free again, when it is lenient, and never for two", () =>
    Effect.gen(function*() {
      const entries = parsed(`> {"id":1,"method":"x"}
< {"id":"a","method":"ask"}
> {"id":"a","result":{}}
< {"id":"a","method":"ask"}
> {"id":"a","result":{}}
< {"id":"b","method":"ask"}
`)
      const asking = (ids: ReadonlyArray<number>) => {
        const left = ids.slice()
        return Replay.over(entries, answering(() => [{ id: left.shift(), method: "ask" }]), {
          mode: "lenient",
          patience: 50
        })
      }
      yield* Effect.scoped(asking([7, 8, 9]))
      expect(yield* Effect.flip(Effect.scoped(asking([7, 8, 8])))).toMatchObject({ line: 6 })
    }))

  it.live("does not wait for the answer to a batch before it goes on", () =>
    Effect.gen(function*() {
      const entries = parsed(`> [{"id":1,"method":"x"}]
> {"method":"go"}
< {"id":1,"result":{}}
`)
      const gone = yield* Deferred.make<void>()
      const server = answering(({ method }) => method === "go" ? [{ id: 1, result: {} }] : [])
      const connect = Effect.map(server, (transport): Transport["Service"] => ({
        ...transport,
        send: (message) =>
          Array.isArray(message)
            ? Deferred.await(gone)
            : Effect.andThen(transport.send(message), Effect.asVoid(Deferred.succeed(gone, undefined)))
      }))
      yield* Effect.scoped(Replay.over(entries, connect))
    }))

  it.live("fails when the connection cannot be made, fails, or ends", () =>
    Effect.gen(function*() {
      const unreachable = yield* Effect.flip(Effect.scoped(Replay.over(titled, Effect.fail(TransportError.closed()))))
      expect(unreachable.reason._tag).toBe("Closed")
      const ended: Wire.Connect = Effect.map(answering(() => []), (transport) => ({
        ...transport,
        run: () => Effect.void
      }))
      const error = yield* Effect.flip(Effect.scoped(Replay.over(titled, ended)))
      expect(error.message).toBe("A title: line 2: the connection failed: the other side has closed it")
      const deaf: Wire.Connect = Effect.map(answering(() => []), (transport) => ({
        ...transport,
        send: () => Effect.fail(TransportError.closed())
      }))
      expect((yield* Effect.flip(Effect.scoped(Replay.over(titled, deaf)))).reason._tag).toBe("Closed")
    }))
})

describe("names in a transcript", () => {
  const lines = parsed(`> {"id":1,"method":"x"}
< {"id":1,"result":{"nextCursor":"$1"}}
> {"id":2,"method":"x","params":{"cursor":"$1"}}
< {"id":2,"result":{"nextCursor":"$1"}}
> {"id":3,"method":"x","params":{"requestState":"made-up","cursor":"$9"}}
`)
  const giving = (cursors: ReadonlyArray<unknown>, said: Array<unknown>) =>
    answering(({ id }) => id === 3 ? [] : [{ id, result: { nextCursor: cursors[Number(id) - 1] } }], said)

  it.live("stand for what the server gave out, which is given back; what it did not give is said as it is", () =>
    Effect.gen(function*() {
      const said: Array<unknown> = []
      yield* Effect.scoped(Replay.over(lines, giving(["abc", "abc"], said)))
      expect(said.slice(1)).toEqual([
        { id: 2, method: "x", params: { cursor: "abc" } },
        { id: 3, method: "x", params: { requestState: "made-up", cursor: "$9" } }
      ])
    }))

  it.live("stand for one value each, and each value has one", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.scoped(Replay.over(lines, giving(["abc", "def"], []))))
      expect(error.message).toContain("/result/nextCursor: expected \"abc\", but it was \"def\"")
      const two = parsed(readsTwo)
      const same = yield* Effect.flip(Effect.scoped(Replay.over(two, giving(["abc", "abc"], []))))
      expect(same.line).toBe(4)
      yield* Effect.scoped(Replay.over(two, giving(["abc", "def"], [])))
    }))

  const readsTwo = `> {"id":1,"method":"x"}
< {"id":1,"result":{"nextCursor":"$1"}}
> {"id":2,"method":"x"}
< {"id":2,"result":{"nextCursor":"$2"}}
`

  it.live("are those of the members that the author says, of numbers too, and other members may vary", () =>
    Effect.gen(function*() {
      const entries = parsed(`> {"id":1,"method":"x"}
< {"id":1,"result":{"taskId":"$1","at":"2025-01-01","price":"$1"}}
> {"id":2,"method":"x","params":{"taskId":"$1"}}
`)
      const said: Array<unknown> = []
      const server = answering(
        ({ id }) => id === 1 ? [{ id, result: { taskId: 17, at: "2026-02-02", price: "$1" } }] : [],
        said
      )
      yield* Effect.scoped(Replay.over(entries, server, { named: ["taskId"], varying: ["at"] }))
      expect(said[1]).toEqual({ id: 2, method: "x", params: { taskId: 17 } })
      const error = yield* Effect.flip(Effect.scoped(Replay.over(entries, server, { named: ["taskId"] })))
      expect(error.message).toContain("/result/at: expected \"2025-01-01\", but it was \"2026-02-02\"")
    }))

  it.live("of secrets stand for whatever is there, also inside a text, and the same each time", () =>
    Effect.gen(function*() {
      const entries = parsed(`> {"id":1,"method":"x","params":{"password":"«redacted:1»"}}
< {"id":1,"result":{"token":"«redacted:2»","text":"(«redacted:2») for «redacted:1»"}}
> {"id":2,"method":"x","params":{"token":"«redacted:2»"}}
`)
      const said: Array<unknown> = []
      const server = (echo: string) =>
        answering(({ id, params }) =>
          id === 1
            ? [{ id, result: { token: "t.o*k", text: `(${echo}) for ${(params as { password: string }).password}` } }]
            : [], said)
      yield* Effect.scoped(Replay.over(entries, server("t.o*k"), { secrets: { "«redacted:1»": "hunter2" } }))
      expect(said).toMatchObject([{ params: { password: "hunter2" } }, { params: { token: "t.o*k" } }])
      yield* Effect.scoped(Replay.over(entries, server("t.o*k")))
      const error = yield* Effect.flip(Effect.scoped(Replay.over(entries, server("other"))))
      expect(error.message).toContain("/result/text")
    }))
})

describe("the law of a transcript", () => {
  const entries = parsed(`# Pings
> {"jsonrpc":"2.0","id":1,"method":"ping"}
< {"jsonrpc":"2.0","id":1,"result":{}}
`)

  it.live("holds where the server says what it said, and else tells what it said, with a token", () =>
    Effect.gen(function*() {
      yield* Replay.law("it answers pings", entries, Server.quiet).check()
      const other = entries.map((entry) =>
        entry.from === "client" ? entry : { ...entry, message: { jsonrpc: "2.0", id: 1, result: { pong: true } } }
      )
      const law = Replay.law("it answers pings", other, Server.quiet, { wire: RawWire.sse })
      const violation = yield* Effect.flip(law.check())
      expect(violation.law).toBe("it answers pings")
      expect(violation.subject).toBe("the server over raw HTTP+SSE")
      expect(violation.message).toContain("/result/pong: expected true, but it was nothing")
      expect(violation.message).toContain("< {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")
      expect((yield* Effect.flip(law.check({ replay: violation.replay }))).message).toBe(violation.message)
    }))
})
