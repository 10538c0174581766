import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../src/Client.ts"
import * as Backoff from "../src/client/Backoff.ts"
import type { Root } from "../src/protocol/Root.ts"
import type * as SessionError from "../src/SessionError.ts"
import * as Supervisor from "../src/Supervisor.ts"
import * as TransportError from "../src/TransportError.ts"
import * as Fleet from "./client/Fleet.ts"
import { type Message, settle } from "./Conversation.ts"
import * as Interruption from "./Interruption.ts"

type Settings = Omit<Supervisor.Options<Scope.Scope>, "name" | "version" | "transport">

/** A client of a fleet, all the states it was in, and its end. */
const supervise = Effect.fnUntraced(function*(
  options: Fleet.Options = {},
  settings: Settings = {},
  handlers: Layer.Layer<never, never, Client.Registry> = Layer.empty
) {
  const fleet = new Fleet.Fleet(options)
  const scope = yield* Scope.fork(yield* Effect.scope)
  const { client, ready, state } = yield* Effect.provideService(
    Scope.provide(scope)(
      Supervisor.make({ name: "test", version: "1.0.0", ...settings, transport: fleet.transport }, handlers)
    ),
    Random.Random,
    // the longest delays, so that it is known when something happens
    { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 1 }
  )
  const states: Array<Supervisor.State> = []
  const watching = yield* Effect.forkScoped(
    Stream.runForEach(state, (state) => Effect.sync(() => states.push(state))),
    { startImmediately: true }
  )
  const notified: Array<string> = []
  yield* Effect.forkScoped(
    Stream.runForEach(client.notifications, ({ method }) => Effect.sync(() => notified.push(method))),
    { startImmediately: true }
  )
  yield* settle
  return { fleet, client, ready, state, states, watching, notified, close: Scope.close(scope, Exit.void) }
})

const ask = <A>(request: Effect.Effect<A, SessionError.SessionError>) =>
  Effect.tap(Effect.forkChild(request, { startImmediately: true }), () => settle)

const reasonOf = (exit: Exit.Exit<unknown, SessionError.SessionError> | undefined) => {
  if (exit === undefined) return undefined
  const error = Exit.findErrorOption(exit)
  return error._tag === "Some" ? error.value.reason : undefined
}

const pass = (millis: number) => Effect.andThen(TestClock.adjust(millis), settle)

const call = { name: "work", arguments: {} }

const exited = new TransportError.Exited({ code: 1, signal: null, stderr: [] })
const refused = (status: number) => new TransportError.Refused({ status, message: `HTTP ${status}` })
const unreachable = () => new TransportError.Unreachable({ cause: new Error("nobody is there") })

/** Leaves what it is asked about unanswered on the first server. */
const silent = (method: string, until = 1) => (message: Message, { number }: Fleet.Member) =>
  message.method === method && number <= until ? "nothing" as const : undefined

describe("the state of a supervised client", () => {
  it.effect("is told from the current one on, until it is closed", () =>
    Effect.gen(function*() {
      const { close, fleet, state, states, watching } = yield* supervise()
      yield* fleet.last.end(exited)
      yield* pass(100)
      expect(states.map(({ _tag }) => _tag)).toEqual([
        "Connecting",
        "Connecting",
        "Ready",
        "Degraded",
        "Degraded",
        "Degraded",
        "Ready"
      ])
      expect(states[0]).toMatchObject({ attempt: 1, reason: undefined })
      expect(states[2]).toMatchObject({ server: { info: { name: "scripted" }, protocolVersion: "2025-11-25" } })
      expect(states[3]).toMatchObject({
        attempt: 1,
        retryAt: undefined,
        since: 0,
        reason: { message: "The connection ended before the answer came: The process ended with code 1" }
      })
      const late: Array<string> = []
      yield* Effect.forkChild(Stream.runForEach(state, ({ _tag }) => Effect.sync(() => late.push(_tag))), {
        startImmediately: true
      })
      yield* settle
      expect(late).toEqual(["Ready"])
      yield* close
      yield* Fiber.await(watching)
      expect(late).toEqual(["Ready", "Closed"])
      expect(yield* Stream.runCollect(state)).toMatchObject([{
        _tag: "Closed",
        reason: { message: "The client has ended" }
      }])
    }))

  it.effect("is part of the Layer, beside the client", () =>
    Effect.gen(function*() {
      const fleet = new Fleet.Fleet()
      yield* Effect.gen(function*() {
        const { ready } = yield* Supervisor.Supervisor
        expect(yield* ready).toMatchObject({ info: { name: "scripted" } })
        yield* (yield* Client.Client).ping()
      }).pipe(Effect.provide(Supervisor.layer({ name: "test", version: "1.0.0", transport: fleet.transport })))
      expect(fleet).toMatchObject({ starts: 1, living: 0 })
    }))
})

describe("requests without a connection", () => {
  it.effect("wait for one", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise({ fails: (number) => number < 3 ? unreachable() : undefined })
      const asked = yield* ask(client.callTool("work"))
      const pinged = yield* ask(client.ping())
      expect(client.server).toMatchObject({ capabilities: {}, info: undefined })
      yield* pass(100)
      yield* pass(200)
      expect(Exit.isSuccess(yield* Fiber.await(asked))).toBe(true)
      // it waited for the server before it chose the request
      expect(Exit.isSuccess(yield* Fiber.await(pinged))).toBe(true)
      expect(fleet.last.all("ping")).toHaveLength(1)
    }))

  it.effect("wait as long as their timeout, and were not sent", () =>
    Effect.gen(function*() {
      const { client } = yield* supervise({ fails: unreachable })
      const asked = yield* ask(client.callTool("work", {}, { timeout: "5 seconds" }))
      const pinged = yield* ask(client.ping({ timeout: "5 seconds" }))
      yield* pass(4999)
      expect(asked.pollUnsafe()).toBeUndefined()
      yield* pass(1)
      for (const exit of [yield* Fiber.await(asked), yield* Fiber.await(pinged)]) {
        expect(reasonOf(exit)).toMatchObject({
          _tag: "NotSent",
          message: "There was no connection to the server within 5000 ms: The other side cannot be reached"
        })
      }
    }))

  it.effect("say nothing of why there is none before that is known", () =>
    Effect.gen(function*() {
      const { client } = yield* supervise({ script: () => "nothing" })
      const asked = yield* ask(client.callTool("work", {}, { timeout: "5 seconds" }))
      yield* pass(5000)
      expect(reasonOf(asked.pollUnsafe())).toMatchObject({
        _tag: "NotSent",
        message: "There was no connection to the server within 5000 ms"
      })
    }))

  it.effect("wait no longer than `maxTimeout` in all, and once sent have the rest of it", () =>
    Effect.gen(function*() {
      const { client } = yield* supervise({
        fails: (number) => number < 2 ? unreachable() : undefined,
        script: silent("tools/call", 9)
      }, { initialDelay: "30 seconds", maxDelay: "30 seconds" })
      const asked = yield* ask(client.request("tools/call", call, { timeout: "50 seconds", maxTimeout: "45 seconds" }))
      yield* pass(30_000)
      yield* pass(14_999)
      expect(asked.pollUnsafe()).toBeUndefined()
      yield* pass(1)
      expect(reasonOf(asked.pollUnsafe())).toMatchObject({ _tag: "RequestTimeout" })
    }))

  it.effect("wait up to a number, and others fail at once; who gives up makes room", () =>
    Effect.gen(function*() {
      const { client } = yield* supervise({ fails: unreachable }, { maxWaiting: 2 })
      const first = yield* ask(client.callTool("work"))
      yield* ask(client.callTool("work"))
      expect(reasonOf(yield* Effect.exit(client.callTool("work")))).toMatchObject({ _tag: "Unavailable" })
      yield* Fiber.interrupt(first)
      yield* Interruption.atEachStep(24, client.ping())
      expect((yield* ask(client.callTool("work"))).pollUnsafe()).toBeUndefined()
    }))

  it.effect.each<[string, number, object]>([
    ["forth", 1, { _tag: "Success" }],
    ["back", -1, { _tag: "Failure" }]
  ])("wait as long when the time of day is put %s", ([_, hours, outcome]) =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      let shift = 0
      const shifted: Clock.Clock = { ...clock, currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + shift }
      const { client } = yield* Effect.provideService(
        supervise({
          fails: (number) => number < 2 ? unreachable() : undefined,
          script: ({ method }) => method === "ping" && hours < 0 ? "nothing" : undefined
        }, { initialDelay: "4 seconds" }),
        Clock.Clock,
        shifted
      )
      const asked = yield* ask(client.request("ping", {}, { timeout: "10 seconds", maxTimeout: "10 seconds" }))
      shift = hours * 3_600_000
      yield* pass(4000)
      yield* pass(5999)
      expect(asked.pollUnsafe() === undefined).toBe(hours < 0)
      yield* pass(1001)
      expect(asked.pollUnsafe()).toMatchObject(outcome)
    }))
})

describe("a server that has gone", () => {
  it.effect("is started again, and never is there more than one (STDIO-20)", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      for (let n = 1; n <= 20; n++) {
        expect(fleet.starts).toBe(n)
        yield* client.callTool("work")
        yield* pass(10_000)
        yield* fleet.last.end(n % 2 === 0 ? exited : undefined)
        yield* settle
        yield* pass(100)
      }
      expect(fleet).toMatchObject({ living: 1, most: 1 })
    }))

  it.effect("takes a call along whose outcome is not known then, and what is safe is asked again (STDIO-20)", () =>
    Effect.gen(function*() {
      const unanswered = new Set(["tools/call", "resources/read"])
      const { client, fleet } = yield* supervise({
        script: ({ method }, { number }) =>
          number === 1 && unanswered.has(method!)
            ? "nothing"
            : method === "resources/read"
            ? { result: { contents: [] } }
            : undefined
      })
      const unsafe = yield* ask(client.callTool("work"))
      const safe = yield* ask(client.callTool("work", {}, { isSafe: true }))
      const read = yield* ask(client.readResource("a:b"))
      const unread = yield* ask(client.readResource("a:b", { isSafe: false }))
      yield* fleet.last.end(exited)
      yield* settle
      expect(reasonOf(unsafe.pollUnsafe())).toMatchObject({ _tag: "OutcomeUnknown", method: "tools/call" })
      expect(reasonOf(unread.pollUnsafe())).toMatchObject({ _tag: "OutcomeUnknown", method: "resources/read" })
      yield* pass(100)
      expect(yield* Fiber.await(safe)).toMatchObject({ _tag: "Success" })
      expect(yield* Fiber.await(read)).toMatchObject({ _tag: "Success" })
      expect(fleet.last.all("tools/call")).toHaveLength(1)
      expect(fleet.last.all("resources/read")).toHaveLength(1)
    }))

  it.effect("with its session is begun anew, by `initialize`, and what it refused for that is sent again (HTTP-53)", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      const first = fleet.last
      const lost = new TransportError.SessionLost()
      first.refuses = () => lost
      const asked = yield* ask(client.callTool("work"))
      yield* first.end(lost)
      yield* pass(200)
      expect(yield* Fiber.await(asked)).toMatchObject({ _tag: "Success" })
      expect(fleet.last.methods).toEqual(["initialize", "notifications/initialized", "tools/call"])
    }))

  it.effect("has not gone because nobody asks: one process serves whoever asks, whenever (VER-10)", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      for (let hour = 0; hour < 3; hour++) {
        const conversations = Array.from({ length: 5 }, () => Effect.andThen(client.tools, client.callTool("work")))
        yield* Effect.all(conversations, { concurrency: "unbounded" })
        yield* pass(3_600_000)
      }
      expect(fleet).toMatchObject({ starts: 1, living: 1 })
    }))

  it.effect("is not asked for ever what it dies of", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise({
        script: ({ method }) => method === "tools/list" ? "closed" : undefined
      })
      const asked = yield* ask(client.tools)
      for (let n = 0; n < 10; n++) yield* pass(3000)
      expect(reasonOf(asked.pollUnsafe())).toMatchObject({ _tag: "Disconnected" })
      const times = fleet.members.flatMap((member) => member.all("tools/list")).length
      expect(times).toBe(4)
    }))

  it.effect("makes lists old: each that it has may have changed (SUB-21)", () =>
    Effect.gen(function*() {
      const { fleet, notified } = yield* supervise({ capabilities: { tools: {}, resources: {} } })
      expect(notified).toEqual([])
      yield* fleet.last.end()
      yield* pass(100)
      expect(notified).toEqual(["notifications/tools/list_changed", "notifications/resources/list_changed"])
    }))

  it.effect("is told by the handlers of the client what they tell, each time", () =>
    Effect.gen(function*() {
      const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([])
      const { fleet } = yield* supervise({}, {}, Client.roots(roots))
      yield* fleet.last.end()
      yield* pass(100)
      yield* SubscriptionRef.set(roots, [{ uri: "file:///work" }])
      yield* settle
      const told = fleet.members.map((member) => member.all("notifications/roots/list_changed").length)
      expect(told).toEqual([0, 1])
    }))

  it.effect("hears nothing of what is told meanwhile", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      yield* client.notify("notifications/progress", { progressToken: 1, progress: 1 })
      yield* settle
      expect(fleet.last.methods.at(-1)).toBe("notifications/progress")
      yield* fleet.last.end()
      yield* client.notify("notifications/progress", { progressToken: 1, progress: 2 })
      yield* pass(100)
      expect(fleet.last.methods).toEqual(["initialize", "notifications/initialized"])
    }))
})

describe("the era of a server", () => {
  it.effect("is known from the last connection, and not asked for again (VER-15)", () =>
    Effect.gen(function*() {
      const { fleet } = yield* supervise()
      expect(fleet.last.methods).toEqual(["server/discover", "initialize", "notifications/initialized"])
      yield* fleet.last.end()
      yield* pass(100)
      expect(fleet.last.methods).toEqual(["initialize", "notifications/initialized"])
    }))

  it.effect("is asked for again when the verdict proves wrong (VER-16)", () =>
    Effect.gen(function*() {
      const { client, fleet, ready } = yield* supervise({
        era: (number) => number === 1 ? "session" : "stateless",
        // a server that does not know what to say
        script: ({ method }, { number }) => method === "initialize" && number > 1 ? "closed" : undefined
      })
      expect(client.server.era).toBe("session")
      yield* fleet.last.end()
      yield* pass(100)
      yield* pass(200)
      expect(yield* ready).toMatchObject({ era: "stateless" })
      expect(fleet.members.slice(1).map(({ methods }) => methods)).toEqual([["initialize"], ["server/discover"]])
    }))

  it.effect("is not final when it is the verdict that has no common version (VER-16)", () =>
    Effect.gen(function*() {
      const { fleet, ready } = yield* supervise({
        era: (number) => number === 1 ? "session" : "stateless",
        script: ({ method }, { number }) =>
          method === "initialize" && number > 1
            ? { result: { protocolVersion: "1999-01-01", capabilities: {}, serverInfo: { name: "x", version: "1" } } }
            : undefined
      })
      yield* fleet.last.end()
      yield* pass(100)
      yield* pass(200)
      expect(yield* ready).toMatchObject({ era: "stateless" })
    }))

  it.effect("is that with sessions where the process dies of the probe: it is started again at once, for `initialize` (VER-19)", () =>
    Effect.gen(function*() {
      const { fleet, states } = yield* supervise({
        script: ({ method }) => method === "server/discover" ? "closed" : undefined
      })
      // no time has passed
      expect(states.at(-1)).toMatchObject({ _tag: "Ready", server: { era: "session" } })
      expect(fleet.members.map((member) => member.methods)).toEqual([
        ["server/discover"],
        ["initialize", "notifications/initialized"]
      ])
      expect(fleet.most).toBe(1)
    }))

  it.effect("is not guessed where the client speaks but one", () =>
    Effect.gen(function*() {
      const { fleet } = yield* supervise(
        { script: ({ method }) => method === "server/discover" ? "closed" : undefined },
        { versions: ["2026-07-28"] }
      )
      expect(fleet.starts).toBe(1)
      yield* pass(100)
      expect(fleet.last.methods).toEqual(["server/discover"])
    }))
})

describe("attempts to connect", () => {
  it.effect("come after longer and longer times, at random", () =>
    Effect.gen(function*() {
      const backoff = Backoff.make(undefined, undefined)
      for (let failures = 1; failures <= 40; failures++) {
        const bound = Math.min(30_000, 100 * 2 ** (failures - 1))
        const delays = yield* Effect.replicateEffect(Backoff.delay(backoff, failures), 50)
        for (const delay of delays) expect(delay).toBeLessThanOrEqual(bound)
        expect(Math.max(...delays)).toBeGreaterThan(bound * 0.8)
        expect(Math.min(...delays)).toBeLessThan(bound * 0.2)
      }
    }).pipe(Random.withSeed("backoff")))

  it.effect("do not follow each other at once when a server dies of every start, and requests fail at once after some", () =>
    Effect.gen(function*() {
      const { client, fleet, states } = yield* supervise({ script: () => "closed" })
      const waiting = yield* ask(client.callTool("work", {}, { timeout: "5 minutes" }))
      for (let second = 0; second < 300 && fleet.starts < 11; second++) yield* pass(1000)
      // the one that is for free, when it may have died of the probe
      expect(fleet.starts).toBe(11)
      expect(reasonOf(waiting.pollUnsafe())).toMatchObject({ _tag: "Unavailable", retryAfter: 30_000 })
      yield* pass(10_000)
      const { retryAfter } = reasonOf(yield* Effect.exit(client.ping())) as SessionError.Unavailable
      expect(retryAfter).toBeGreaterThan(19_000)
      expect(retryAfter).toBeLessThanOrEqual(20_000)
      expect(states.at(-1)).toMatchObject({ _tag: "Connecting", attempt: 11 })
      yield* pass(retryAfter)
      expect(fleet.starts).toBe(12)
      // one attempt failed, and they fail at once again
      expect(reasonOf(yield* Effect.exit(client.ping()))).toMatchObject({ _tag: "Unavailable", retryAfter: 30_000 })
      yield* pass(10 * 60_000)
      expect(fleet.starts).toBeLessThanOrEqual(12 + 20)
      expect(fleet).toMatchObject({ living: 0, most: 1 })
    }))

  it.effect("let requests wait again once one is under way, and all is well when it succeeds", () =>
    Effect.gen(function*() {
      let isDown = true
      const { client, fleet } = yield* supervise(
        { fails: () => isDown ? unreachable() : undefined, script: silent("initialize", 99) },
        { maxFailures: 1, openFor: "20 seconds" }
      )
      expect(reasonOf(yield* Effect.exit(client.ping()))).toMatchObject({ _tag: "Unavailable", retryAfter: 20_000 })
      isDown = false
      yield* pass(20_000)
      const asked = yield* ask(client.ping())
      expect(asked.pollUnsafe()).toBeUndefined()
      const [initialize] = fleet.last.all("initialize")
      fleet.last.answer(initialize!, Fleet.usual(initialize!, "session"))
      yield* settle
      expect(yield* Fiber.await(asked)).toMatchObject({ _tag: "Success" })
    }))

  it.effect("are counted anew after a connection that lasted, and one that did not counts as failed", () =>
    Effect.gen(function*() {
      const { fleet, states } = yield* supervise({}, { stableAfter: "10 seconds" })
      const lastAttempt = () => states.findLast((state) => state._tag === "Degraded")?.attempt
      for (const attempt of [2, 3, 4]) {
        yield* pass(8000)
        yield* fleet.last.end()
        yield* settle
        expect(lastAttempt()).toBe(attempt)
        yield* pass(1000)
      }
      yield* pass(10_000)
      yield* fleet.last.end()
      yield* settle
      expect(lastAttempt()).toBe(2)
    }))

  it.effect.each(
    [
      [
        "the command does not exist",
        new TransportError.NotStarted({ message: "no such command", cause: undefined }),
        "NotSent"
      ],
      ["401", refused(401), "Refused"],
      ["403", refused(403), "Refused"]
    ] as const
  )("end when they are of no use: %s", ([, reason, tag]) =>
    Effect.gen(function*() {
      const { client, fleet, ready, states } = yield* supervise({ fails: () => reason })
      expect(states.at(-1)).toMatchObject({
        _tag: "Closed",
        reason: { reason: { _tag: tag, message: reason.message } }
      })
      expect(reasonOf(yield* Effect.exit(client.ping()))).toMatchObject({ _tag: tag })
      expect(reasonOf(yield* Effect.exit(ready))).toMatchObject({ _tag: tag })
      yield* pass(60_000)
      expect(fleet.starts).toBe(1)
    }))

  it.effect("end when there is no version in common, and when the server refuses who asks", () =>
    Effect.gen(function*() {
      const old = yield* supervise({}, { versions: ["2026-07-28"] })
      expect(old.states.at(-1)).toMatchObject({ _tag: "Closed" })
      const { fleet, states } = yield* supervise({
        script: ({ method }, member) => {
          member.refuses = () => refused(401)
          return method === "server/discover" ? { error: { code: -32601, message: "no" } } : undefined
        }
      })
      expect(states.at(-1)).toMatchObject({ _tag: "Closed", reason: { reason: { _tag: "Refused", status: 401 } } })
      expect(fleet).toMatchObject({ starts: 1, living: 0 })
    }))

  it.effect("go on while processes are scarce, and end after as many as there may be", () =>
    Effect.gen(function*() {
      const scarce = new TransportError.NotStarted({ message: "EAGAIN", isTransient: true, cause: undefined })
      const { fleet, states } = yield* supervise({ fails: () => scarce }, { maxAttempts: 3 })
      yield* pass(100)
      yield* pass(200)
      yield* pass(60_000)
      expect(fleet.starts).toBe(3)
      expect(states.at(-1)).toMatchObject({ _tag: "Closed", reason: { message: "EAGAIN" } })
    }))

  it.effect("end with the defect of a transport that cannot be opened", () =>
    Effect.gen(function*() {
      const { client, state } = yield* Supervisor.make({
        name: "test",
        version: "1.0.0",
        transport: Effect.die(new Error("a defect"))
      })
      yield* settle
      expect(reasonOf(yield* Effect.exit(client.ping()))).toMatchObject({
        _tag: "NotSent",
        message: "The transport cannot be opened"
      })
      expect(yield* Stream.runCollect(state)).toHaveLength(1)
    }))

  it.effect("are in the log: the first that fails, the one after which requests fail at once, and the end", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const { client } = yield* supervise({ fails: unreachable }, { maxFailures: 3, maxAttempts: 5 })
      yield* pass(100)
      yield* pass(200)
      const unavailable = reasonOf(yield* Effect.exit(client.ping()))
      expect([unavailable?._tag, unavailable?.message]).toEqual([
        "Unavailable",
        "There is no connection to the server at present: The other side cannot be reached"
      ])
      for (let minute = 0; minute < 5; minute++) yield* pass(60_000)
      expect(logged).toEqual([
        "Warn: No connection to the server after 1 attempt: The other side cannot be reached",
        "Warn: No connection to the server after 3 attempts: The other side cannot be reached",
        "Error: The server is given up: The other side cannot be reached"
      ])
    }).pipe(Effect.provide(Logger.layer([
      Logger.make(({ logLevel, message }) => void logged.push(`${logLevel}: ${message}`))
    ])))
  })

  it.effect("are in the log once when a connection was lost, and never when it is us who end", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const { close, fleet } = yield* supervise()
      yield* fleet.last.end(exited)
      yield* settle
      yield* pass(1000)
      yield* close
      expect(logged).toEqual([
        "Warn: The connection to the server was lost: The connection ended before the answer came: The process ended with code 1"
      ])
    }).pipe(Effect.provide(Logger.layer([
      Logger.make(({ logLevel, message }) => void logged.push(`${logLevel}: ${message}`))
    ])))
  })
})

describe("requests that got no answer", () => {
  it.effect.each(
    [
      ["nobody was there", "tools/call", unreachable(), true],
      ["there were too many", "tools/call", refused(429), true],
      ["the service was unavailable, and it is safe", "tools/list", refused(503), true],
      ["the service was unavailable, and it is not safe", "tools/call", refused(503), false],
      ["it was refused", "tools/list", refused(400), false]
    ] as const
  )("are sent again, or not: %s", ([, method, reason, isAgain]) =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      let times = 0
      fleet.last.refuses = (message) => message.method === method && ++times < 4 ? reason : undefined
      const asked = yield* ask(client.request(method, method === "tools/call" ? call : {}))
      if (!isAgain) {
        expect(reasonOf(asked.pollUnsafe())).toEqual(expect.objectContaining({ _tag: reason._tag }))
        return expect(times).toBe(1)
      }
      expect(asked.pollUnsafe()).toBeUndefined()
      for (const delay of [100, 200, 400]) yield* pass(delay)
      expect(yield* Fiber.await(asked)).toMatchObject({ _tag: "Success" })
      expect(times).toBe(4)
    }))

  it.effect("are not sent again for longer than their timeout, and say why", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise()
      fleet.last.refuses = () => unreachable()
      const asked = yield* ask(client.callTool("work", {}, { timeout: "3 seconds" }))
      for (let n = 0; n < 30; n++) yield* pass(100)
      expect(reasonOf(asked.pollUnsafe())).toMatchObject({
        _tag: "NotSent",
        message: "The other side cannot be reached"
      })
    }))

  it.effect("are those that nobody has answered: what was answered with an error is not sent again", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise({
        script: ({ method }) => method === "tools/list" ? { error: { code: -32603, message: "later" } } : undefined
      })
      expect(reasonOf(yield* Effect.exit(client.tools))).toMatchObject({ _tag: "ErrorAnswer" })
      yield* pass(60_000)
      expect(fleet.last.all("tools/list")).toHaveLength(1)
    }))

  it.effect("are not those of which a round was answered, unless they are safe", () =>
    Effect.gen(function*() {
      const script = (
        { method, params }: { readonly method?: string; readonly params?: { readonly [key: string]: unknown } }
      ): Fleet.Reply | undefined =>
        method === "tools/call" && params!["inputResponses"] === undefined
          ? {
            result: {
              resultType: "input_required",
              inputRequests: {
                name: {
                  method: "elicitation/create",
                  params: { mode: "form", message: "Who?", requestedSchema: { type: "object", properties: {} } }
                }
              }
            }
          }
          : undefined
      const { client, fleet } = yield* supervise(
        { era: () => "stateless", script },
        {},
        Client.elicitation({ form: () => Effect.succeed({ action: "decline" }) })
      )
      let left = 2
      fleet.last.refuses = ({ params }) =>
        params?.["inputResponses"] !== undefined && left-- > 0
          ? unreachable()
          : undefined
      const unsafe = yield* ask(client.callTool("work"))
      expect(reasonOf(unsafe.pollUnsafe())).toMatchObject({ _tag: "OutcomeUnknown" })
      const safe = yield* ask(client.callTool("work", {}, { isSafe: true }))
      yield* pass(100)
      expect(yield* Fiber.await(safe)).toMatchObject({ _tag: "Success" })
    }))

  it.effect("tell of progress that rises however often they are sent (PROG-5)", () =>
    Effect.gen(function*() {
      const steps: Array<number> = []
      const { client, fleet } = yield* supervise({ script: silent("tools/call", 2) })
      const asked = yield* ask(client.callTool("work", {}, {
        isSafe: true,
        onProgress: ({ progress }) => Effect.sync(() => steps.push(progress))
      }))
      for (const progress of [1, 2]) {
        const { params } = fleet.last.all("tools/call")[0]!
        const { progressToken } = params!["_meta"] as { readonly progressToken: number }
        fleet.last.notify("notifications/progress", { progressToken, progress: 1 })
        fleet.last.notify("notifications/progress", { progressToken, progress: progress + 1 })
        yield* settle
        yield* fleet.last.end()
        yield* settle
        yield* pass(200)
      }
      expect(yield* Fiber.await(asked)).toMatchObject({ _tag: "Success" })
      expect(steps).toEqual([1, 2, 3])
    }))

  it.effect("are cancelled where they are, when they are interrupted (CANC-1)", () =>
    Effect.gen(function*() {
      const { client, fleet } = yield* supervise({ script: silent("tools/call") })
      const asked = yield* ask(client.callTool("work"))
      yield* Fiber.interrupt(asked)
      yield* settle
      expect(fleet.last.methods.at(-1)).toBe("notifications/cancelled")
    }))
})

describe("the end of a supervised client", () => {
  it.effect("ends its server and all that is asked, and nothing is tried again", () =>
    Effect.gen(function*() {
      const { client, close, fleet } = yield* supervise({ script: silent("tools/call", 9) })
      const unsafe = yield* ask(client.callTool("work"))
      const safe = yield* ask(client.callTool("work", {}, { isSafe: true }))
      fleet.last.refuses = () => unreachable()
      const paused = yield* ask(client.tools)
      yield* close
      expect(reasonOf(yield* Fiber.await(unsafe))).toMatchObject({ _tag: "OutcomeUnknown" })
      expect(reasonOf(yield* Fiber.await(safe))).toMatchObject({ _tag: "Disconnected" })
      expect(reasonOf(yield* Fiber.await(paused))).toMatchObject({ _tag: "NotSent" })
      expect(reasonOf(yield* Effect.exit(client.ping()))).toMatchObject({ _tag: "NotSent" })
      yield* client.notify("notifications/progress", { progressToken: 1, progress: 1 })
      yield* pass(60_000)
      expect(fleet).toMatchObject({ starts: 1, living: 0 })
    }))

  it.effect("fails what waits for a connection", () =>
    Effect.gen(function*() {
      const { client, close, fleet, ready } = yield* supervise({ fails: unreachable })
      const asked = yield* ask(client.callTool("work"))
      const waiting = yield* ask(ready)
      yield* close
      expect(reasonOf(yield* Fiber.await(asked))).toMatchObject({ _tag: "NotSent", message: "The client has ended" })
      expect(reasonOf(yield* Fiber.await(waiting))).toMatchObject({ _tag: "NotSent" })
      yield* pass(60_000)
      expect(fleet.starts).toBe(1)
    }))

  it.effect("comes in the middle of an attempt, too", () =>
    Effect.gen(function*() {
      const { close, fleet } = yield* supervise({ script: silent("initialize", 9) })
      expect(fleet.living).toBe(1)
      yield* close
      expect(fleet.living).toBe(0)
    }))
})
