import { describe, expect, it } from "@effect/vitest"
import * as MemoryTransport from "@mcp-effect/core/MemoryTransport"
import * as History from "@mcp-effect/testkit/History"
import type * as Transcript from "@mcp-effect/testkit/Transcript"
import * as VirtualTime from "@mcp-effect/testkit/VirtualTime"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Calls from "../src/simulation/laws/Calls.ts"
import * as Ends from "../src/simulation/laws/Ends.ts"
import * as News from "../src/simulation/laws/News.ts"
import * as Requests from "../src/simulation/laws/Requests.ts"
import * as Streams from "../src/simulation/laws/Streams.ts"

describe("History", () => {
  it.live("what both ends say and take in is written down, with its time, and its end", () =>
    Effect.gen(function*() {
      const known: Array<string> = []
      const events = yield* VirtualTime.run(Effect.gen(function*() {
        const history = yield* History.make()
        yield* Effect.scoped(Effect.gen(function*() {
          const [near, far] = yield* MemoryTransport.make()
          const client = History.record(near, { connection: "0.0", side: "client", history })
          const server = History.record(far, { connection: "0.0", side: "server", history })
          yield* Effect.forkScoped(
            server.run((_, context) =>
              void known.push(Context.get(context ?? Context.empty(), History.CurrentConnection))
            ),
            { startImmediately: true }
          )
          yield* Effect.sleep(7)
          yield* client.send({ jsonrpc: "2.0", id: 1, method: "ping" })
          yield* Effect.sleep(1)
        }))
        yield* Effect.sleep(1)
        return history.events
      }))
      expect(known).toEqual(["0.0"])
      expect(History.format(events).split("\n")).toEqual([
        `        7 ms  0.0  > {"jsonrpc":"2.0","id":1,"method":"ping"}`,
        "        7 ms  0.0  server takes in ping 1",
        "        8 ms  0.0  is over for the server",
        ""
      ])
      expect(History.toLines(events)).toEqual([
        { from: "client", message: { jsonrpc: "2.0", id: 1, method: "ping" } }
      ])
    }))
})

type Step = readonly [at: number, happening: History.Happening]

const connection = "0.0"

const sent = (side: Transcript.Side, message: object, on = connection): History.Happening => ({
  _tag: "Sent",
  connection: on,
  side,
  message
})
const received = (side: Transcript.Side, message: object, on = connection): History.Happening => ({
  _tag: "Received",
  connection: on,
  side,
  message
})
const call = (id: number, meta?: object) => ({ id, method: "tools/call", params: { _meta: meta } })
const answer = (id: number) => ({ id, result: {} })
const cancel = (requestId: number) => ({ method: "notifications/cancelled", params: { requestId } })
const progress = (progress: number) => ({ method: "notifications/progress", params: { progressToken: 1, progress } })
const began = (name: string, what = ""): History.Happening => ({ _tag: "CallBegan", call: name, what, within: 100 })
const ended = (name: string, value: unknown = "done"): History.Happening => ({
  _tag: "CallEnded",
  call: name,
  outcome: { _tag: "Succeeded", value }
})
const callSent = (name: string, id: number, on = connection): History.Happening => ({
  _tag: "CallSent",
  call: name,
  connection: on,
  id
})
const run: Extract<History.Happening, { readonly _tag: "HandlerBegan" }> = {
  _tag: "HandlerBegan",
  run: 1,
  handler: "tool t",
  connection,
  id: 1,
  input: {}
}
const ended1: Extract<History.Happening, { readonly _tag: "HandlerEnded" }> = {
  _tag: "HandlerEnded",
  run: 1,
  outcome: { _tag: "Succeeded", value: "" }
}
const over = (side: Transcript.Side): History.Happening => ({ _tag: "Disconnected", connection, side })
const deserted: History.Happening = { _tag: "Deserted", connections: 0, listens: 0 }

/** Of each law, a history that keeps it narrowly, and what breaks it when it comes next. */
const cases: ReadonlyArray<readonly [law: string, kept: ReadonlyArray<Step>, breach: ReadonlyArray<Step>]> = [
  [
    "a request is answered at most once",
    // the connection has doubled it
    [[0, received("server", call(1))], [0, received("server", call(1))], [1, sent("server", answer(1))], [
      2,
      sent("server", answer(1))
    ]],
    [[3, sent("server", answer(1))]]
  ],
  [
    "what was cancelled is not answered",
    [[0, received("server", cancel(1))], [1, received("server", call(1))], [2, received("server", cancel(1))]],
    [[2, sent("server", answer(1))]]
  ],
  [
    "the handler of what was cancelled is interrupted",
    [[0, run], [1, received("server", cancel(1))], [1001, deserted]],
    [[1002, deserted]]
  ],
  ["an id is used for one request", [[0, sent("client", call(1))], [0, sent("client", call(1), "0.1")]], [
    [1, sent("client", call(1))]
  ]],
  [
    "progress rises, and is reported while the request runs",
    [[0, received("server", call(1, { progressToken: 1 }))], [1, sent("server", progress(1))]],
    [[2, sent("server", progress(1))]]
  ],
  [
    "progress rises, and is reported while the request runs",
    [[0, received("server", call(1, { progressToken: 1 }))], [1, sent("server", answer(1))]],
    [[2, sent("server", progress(1))]]
  ],
  ["a call ends, once and in time", [[0, began("0#0")], [100, ended("0#0")]], [[100, ended("0#0")]]],
  ["a call ends, once and in time", [[0, began("0#0")]], [[101, ended("0#0")]]],
  ["a call ends, once and in time", [[0, began("0#0")]], [[1, deserted]]],
  [
    "progress is heard as it rises, until the call ends",
    [[0, { _tag: "CallProgress", call: "0#0", progress: 1 }], [0, ended("0#0")]],
    [[0, { _tag: "CallProgress", call: "0#0", progress: 2 }]]
  ],
  [
    "what nobody waits for any more is cancelled",
    [[0, callSent("0#0", 1)], [0, sent("client", call(1))], [1, ended("0#0")]],
    [[2, deserted]]
  ],
  [
    "what nobody waits for any more is cancelled",
    [
      [0, callSent("0#0", 1)],
      [0, sent("client", call(1))],
      [1, ended("0#0")],
      [1, sent("client", cancel(1))],
      [2, callSent("0#1", 2)],
      [2, sent("client", call(2))],
      [3, ended("0#1")]
    ],
    [[4, deserted]]
  ],
  [
    "what may have been done is not sent again",
    [[0, callSent("0#0", 1)], [0, received("server", call(1))], [1, received("client", answer(1))], [
      1,
      received("server", call(1))
    ], [
      1,
      callSent("0#0", 2)
    ], [2, received("server", call(2))]],
    [[3, callSent("0#0", 3)]]
  ],
  [
    "nobody hears of the calls of others",
    [[0, began("1#0", `{"key":"1#0"}`)], [0, received("client", { result: "1#0" }, "1.0")], [0, ended("1#0", "1#0")]],
    [[0, received("client", { result: "1#0" }, "0.0")]]
  ],
  [
    "where nothing goes wrong, calls come to what they should",
    [[0, { _tag: "CallBegan", call: "0#0", what: "", within: 1, expected: "a" }]],
    [[0, ended("0#0", "b")]]
  ],
  [
    "a handler ends with its connection at the latest",
    [[0, run], [1, over("server")], [6001, { _tag: "HandlerEnded", run: 1, outcome: { _tag: "Interrupted" } }]],
    [[6002, { ...run, run: 2 }]]
  ],
  [
    "who listens hears of each change",
    [
      [0, { _tag: "Listens", client: "0", what: "news" }],
      [1, { ...run, handler: "tool touch" }],
      [1, ended1],
      [9, { _tag: "Heard", client: "0", what: "news" }],
      [10, { ...run, run: 2, handler: "tool touch" }],
      [10, { ...ended1, run: 2 }]
    ],
    [[9999, deserted]]
  ],
  [
    "what is said on a stream comes once, in its order, without gaps",
    [[0, sent("server", progress(1))], [0, sent("server", answer(1))], [1, received("client", progress(1))]],
    [[1, received("client", progress(1))]]
  ],
  [
    "what is said on a stream comes once, in its order, without gaps",
    [[0, sent("server", progress(1))], [0, sent("server", answer(1))]],
    [[1, received("client", answer(1))]]
  ],
  [
    "news comes as often as it was sent, at most",
    [[0, sent("server", { method: "notifications/x" })], [1, received("client", { method: "notifications/x" })]],
    [[2, received("client", { method: "notifications/x" })]]
  ],
  [
    "work for nobody ends",
    [[0, run], [1, { _tag: "Lost", connection, id: 1, isAlone: true }], [1001, deserted]],
    [[1002, deserted]]
  ],
  ["nothing is left at the end", [[0, deserted]], [[0, { _tag: "Closed", left: { fibers: 1, sleepers: 0 } }]]],
  ["nothing dies", [[0, { _tag: "Logged", level: "Warn", text: "" }]], [[0, {
    _tag: "Logged",
    level: "Error",
    text: ""
  }]]]
]

const laws = [...Calls.all, ...Ends.all, ...News.all, ...Requests.all, ...Streams.all]

describe("the laws of histories", () => {
  const eventsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<History.Event> =>
    steps.map(([at, happening]) => ({ at, ...happening }))

  it.each(cases)("%s", (name, kept, breach) => {
    const law = laws.find((law) => law.name === name)
    expect(law?.breach(eventsOf(kept))).toBeUndefined()
    expect(law?.breach(eventsOf([...kept, ...breach]))).toBeDefined()
  })

  it("each of them has a history that breaks it", () => {
    expect(new Set(cases.map(([law]) => law))).toEqual(new Set(laws.map(({ name }) => name)))
  })

  it("a client to whose connections something happens may well fail", () => {
    const law = laws.find(({ name }) => name.startsWith("where nothing goes wrong"))
    const began: History.Happening = { _tag: "CallBegan", call: "0#0", what: "", within: 1, expected: "a" }
    const fault: History.Happening = { _tag: "Fault", connection: "0.0", fault: "drop" }
    expect(law?.breach(eventsOf([[0, began], [0, fault], [0, ended("0#0", "b")]]))).toBeUndefined()
  })
})
