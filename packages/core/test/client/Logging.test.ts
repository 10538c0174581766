import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import { maxText } from "../../src/client/Logging.ts"
import * as Logging from "../../src/Logging.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import { LoggingLevel } from "../../src/protocol/LoggingLevel.ts"
import * as Server from "../../src/Server.ts"
import * as Supervisor from "../../src/Supervisor.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import { Fleet } from "./Fleet.ts"
import * as Listening from "./Listening.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

const { reasonOf } = Listening

const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

/** Says one message of each level. */
const Shout = Tool.make("shout", { input: { about: Schema.String } })

const shouting = Server.tool(
  Shout,
  ({ about }) =>
    Effect.forEach(LoggingLevel.literals, (level) => Logging.log(level, { about }, { logger: "mouth" }), {
      discard: true
    })
)

const silently = Effect.provide(Logger.layer([]))

describe.each(versions)("what our own server logs, in %s", (version) => {
  const connect = Effect.gen(function*() {
    const [near, far] = yield* MemoryTransport.make()
    yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "test" }), Transport, far))
    return yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: [version] })
  })

  it.effect("is heard from the level on that was asked for (LOG-1, LOG-3, LOG-4, LOG-12, META-12)", () =>
    Effect.gen(function*() {
      const client = yield* connect
      for (const [index, level] of LoggingLevel.literals.entries()) {
        yield* client.setLoggingLevel(level)
        const logs = yield* Listening.to(client.logs)
        yield* client.callTool("shout", { about: level })
        yield* Conversation.settle
        const wanted = LoggingLevel.literals.slice(index)
        expect(logs.heard.filter(({ data }) => (data as { about: string }).about === level)).toEqual(
          wanted.map((level) => ({ level, logger: "mouth", data: { about: LoggingLevel.literals[index] } }))
            .map((expected) => expect.objectContaining(expected))
        )
      }
    }).pipe(Conversation.withServer(shouting), silently))

  it.effect("is no matter of another client (LOG-6)", () =>
    Effect.gen(function*() {
      const loud = yield* connect
      const quiet = yield* connect
      yield* loud.setLoggingLevel("debug")
      yield* quiet.setLoggingLevel("emergency")
      const logs = yield* Listening.to(quiet.logs)
      yield* loud.callTool("shout", { about: "x" })
      yield* quiet.callTool("shout", { about: "x" })
      yield* Conversation.settle
      expect(logs.heard.map(({ level }) => level)).toEqual(["emergency"])
    }).pipe(Conversation.withServer(shouting), silently))
})

describe("the level of a client", () => {
  const levels = (server: ScriptedServer.ScriptedServer) =>
    server.received.flatMap(({ id, method, params }) =>
      id === undefined
        ? []
        : [[method, (params?.["_meta"] as Conversation.Json | undefined)?.["io.modelcontextprotocol/logLevel"]]]
    )

  it.effect("is part of each request from then on, in the stateless era (META-12, LOG-14)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.stateless(undefined, { logging: {}, tools: {} }))
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport: server.transport })
      yield* Effect.exit(client.tools)
      yield* client.setLoggingLevel("warning")
      yield* Effect.exit(client.tools)
      yield* client.setLoggingLevel("debug")
      yield* Effect.exit(client.callTool("x"))
      yield* Effect.exit(
        client.request("tools/call", { name: "x", _meta: { "io.modelcontextprotocol/logLevel": "alert", a: 1 } })
      )
      expect(levels(server)).toEqual([
        ["server/discover", undefined],
        ["tools/list", undefined],
        ["tools/list", "warning"],
        ["tools/call", "debug"],
        ["tools/call", "alert"]
      ])
      expect(server.received.at(-1)!.params!["_meta"]).toMatchObject({
        a: 1,
        "io.modelcontextprotocol/protocolVersion": "2026-07-28"
      })
    }))

  it.effect("is a request of its own in a session, and part of no other (LOG-1)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session(() => ({ result: {} }), {
        logging: {},
        tools: {}
      }))
      const client = yield* Client.make({
        name: "test",
        version: "1.0.0",
        transport: server.transport,
        versions: ["2025-11-25"]
      })
      yield* client.setLoggingLevel("warning")
      yield* Effect.exit(client.callTool("x"))
      expect(server.all("logging/setLevel").map(({ params }) => params)).toEqual([{ level: "warning" }])
      expect(levels(server).every(([_, level]) => level === undefined)).toBe(true)
    }))

  it.effect.each(["session", "stateless"] as const)(
    "is asked of no server that does not log to its clients, in the %s era (LOG-1)",
    (era) =>
      Effect.gen(function*() {
        const script = era === "session" ? ScriptedServer.session : ScriptedServer.stateless
        const server = yield* ScriptedServer.make(script(undefined, { tools: {} }))
        const client = yield* Client.make({
          name: "test",
          version: "1.0.0",
          transport: server.transport,
          ...(era === "session" ? { versions: ["2025-11-25"] } : {})
        })
        expect(reasonOf(yield* Effect.exit(client.setLoggingLevel("info")))).toMatchObject({
          _tag: "CapabilityMissing",
          capability: "logging"
        })
        yield* Effect.exit(client.tools)
        expect(levels(server).every(([_, level]) => level === undefined)).toBe(true)
        expect(server.all("logging/setLevel")).toEqual([])
      })
  )

  it.effect("is asked for again over the next connection of a session, before anything else", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({ capabilities: { logging: {}, tools: {} } })
      const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
      yield* client.setLoggingLevel("info")
      yield* client.setLoggingLevel("error")
      yield* fleet.last.end()
      const asking = yield* Listening.attempt(client.callTool("x"))
      yield* TestClock.adjust("1 minute")
      expect(reasonOf(asking.exit())).toBe("over")
      const { received } = fleet.last
      const after = received.slice(received.findIndex(({ method }) => method === "notifications/initialized") + 1)
      expect(after.map(({ method, params }) => [method, params!["level"]])).toEqual([
        ["logging/setLevel", "error"],
        ["tools/call", undefined]
      ])
    }))

  it.effect("that the server refused is not asked for again", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({
        capabilities: { logging: {}, tools: {} },
        script: ({ method }) =>
          method === "logging/setLevel" ? { error: { code: -32602, message: "Invalid params" } } : undefined
      })
      const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
      expect(reasonOf(yield* Effect.exit(client.setLoggingLevel("info")))).toMatchObject({ _tag: "ErrorAnswer" })
      yield* fleet.last.end()
      yield* TestClock.adjust("1 minute")
      yield* client.callTool("x")
      expect(fleet.members).toHaveLength(2)
      expect(fleet.last.all("logging/setLevel")).toEqual([])
    }))

  it.effect("holds over the next connection of the stateless era (META-12)", () =>
    Effect.gen(function*() {
      const fleet = new Fleet({ capabilities: { logging: {}, tools: {} }, era: () => "stateless" })
      const { client } = yield* Supervisor.make({ name: "test", version: "1.0.0", transport: fleet.transport })
      yield* client.setLoggingLevel("notice")
      yield* fleet.last.end()
      yield* TestClock.adjust("1 minute")
      yield* client.callTool("x")
      expect(fleet.last.all("tools/call")[0]!.params!["_meta"]).toMatchObject({
        "io.modelcontextprotocol/logLevel": "notice"
      })
    }))
})

describe("the log of a client", () => {
  interface Line {
    readonly level: string
    readonly message: unknown
    readonly annotations: { readonly [name: string]: unknown }
    readonly isOnStderr: boolean
  }

  /** A server that logs by hand, and what comes of it in the log of the client. */
  const logged = Effect.fnUntraced(function*(
    handlers: Layer.Layer<never, never, Client.Registry> = Client.logging(),
    options: Partial<Client.Options> = {}
  ): Effect.fn.Return<
    {
      readonly lines: ReadonlyArray<Line>
      readonly client: Client.Methods
      readonly log: (params: Conversation.Json) => Effect.Effect<void>
    },
    never,
    Scope.Scope
  > {
    const lines: Array<Line> = []
    const logger = Logger.make(({ fiber, logLevel, message }) => {
      const annotations = { ...fiber.getRef(References.CurrentLogAnnotations) }
      // what the client itself logs is not of a server
      if (annotations["server"] === undefined) return
      lines.push({
        level: logLevel,
        message: Array.isArray(message) && message.length === 1 ? message[0] : message,
        annotations,
        isOnStderr: fiber.getRef(Logger.LogToStderr)
      })
    })
    const server = yield* ScriptedServer.make(ScriptedServer.session(undefined, { logging: {} }))
    const client = yield* Client.make({
      name: "test",
      version: "1.0.0",
      transport: server.transport,
      versions: ["2025-11-25"],
      ...options
    }, handlers).pipe(
      Effect.orDie,
      Effect.provideService(Logger.CurrentLoggers, new Set([logger])),
      Effect.provideService(References.MinimumLogLevel, "All")
    )
    const log = (params: Conversation.Json) =>
      Effect.andThen(server.notify("notifications/message", params), Conversation.settle)
    return { lines, client, log }
  })

  it.effect("has what the server logs at the like levels, by name, and never on standard output (LOG-3, LOG-12)", () =>
    Effect.gen(function*() {
      const { lines, log } = yield* logged()
      for (const level of LoggingLevel.literals) yield* log({ level, data: `at ${level}` })
      expect(lines.map(({ level }) => level)).toEqual([
        "Debug",
        "Info",
        "Info",
        "Warn",
        "Error",
        "Fatal",
        "Fatal",
        "Fatal"
      ])
      yield* log({ level: "info", data: { a: [1, null] }, logger: "db" })
      expect(lines.at(-1)).toEqual({
        level: "Info",
        message: "{\"a\":[1,null]}",
        annotations: { server: "old", logger: "db" },
        isOnStderr: true
      })
      expect(lines.every(({ isOnStderr }) => isOnStderr)).toBe(true)
    }))

  it.effect("has nothing of it unless it was asked to", () =>
    Effect.gen(function*() {
      const { client, lines, log } = yield* logged(Client.roots([]))
      const logs = yield* Listening.to(client.logs)
      yield* log({ level: "error", data: "x" })
      expect(logs.heard).toHaveLength(1)
      expect(lines).toEqual([])
    }))

  it.effect("has no line that the server made up, nor what steers a terminal, and no endless one", () =>
    Effect.gen(function*() {
      const { lines, log } = yield* logged()
      yield* log({
        level: "info",
        data: "a\nERROR b\r\u001b[2J\u009b\u0000\u2028\u202egnp",
        logger: "x\ny".repeat(1000)
      })
      yield* log({ level: "info", data: ["\u009b\u2029"] })
      yield* log({ level: "info", data: "é \u{1f600} ok" })
      yield* log({ level: "info", data: "x".repeat(100_000) })
      expect(lines.map(({ message }) => message).slice(0, 3)).toEqual([
        "a\\u000aERROR b\\u000d\\u001b[2J\\u009b\\u0000\\u2028\\u202egnp",
        "[\"\\u009b\\u2029\"]",
        "é \u{1f600} ok"
      ])
      expect(lines[3]!.message).toBe(`${"x".repeat(maxText)} (${100_000 - maxText} more)`)
      expect(String(lines[0]!.annotations["logger"]).length).toBeLessThan(1000)
      expect(lines[0]!.annotations["logger"]).not.toContain("\n")
    }))

  it.effect("has at most so many lines a second, and says how many it leaves out (LOG-12)", () =>
    Effect.gen(function*() {
      const { lines, log } = yield* logged()
      for (let i = 0; i < 250; i++) yield* log({ level: "info", data: `${i}` })
      expect(lines).toHaveLength(100)
      yield* TestClock.adjust("1 second")
      yield* log({ level: "info", data: "later" })
      expect(lines.slice(100).map(({ level, message }) => [level, message])).toEqual([
        ["Warn", "150 log messages of the server were left out"],
        ["Info", "later"]
      ])
      yield* log({ level: "info", data: "more" })
      expect(lines.at(-1)!.message).toBe("more")
    }))

  it.effect("has as many lines as it is told", () =>
    Effect.gen(function*() {
      const { lines, log } = yield* logged(Client.logging({ maxPerSecond: 2 }))
      for (let i = 0; i < 5; i++) yield* log({ level: "info", data: `${i}` })
      expect(lines).toHaveLength(2)
    }))

  it.effect("misses the oldest when it does not keep up, and keeps no more than it is told", () =>
    Effect.gen(function*() {
      const { client, log } = yield* logged(Client.logging(), { maxNotifications: 16 })
      const reading = Latch.makeUnsafe(false)
      const logs = yield* Listening.to(client.logs, reading)
      for (let i = 0; i < 100; i++) yield* log({ level: "info", data: i })
      yield* reading.open
      yield* Conversation.until(() => logs.heard.at(-1)?.data === 99)
      // what was in hand, and what waited
      expect(logs.heard.length).toBeLessThanOrEqual(32)
    }))
})
