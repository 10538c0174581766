import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Logging from "../src/Logging.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"

const silent = Logger.layer([])

const levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const

const features = Layer.mergeAll(
  Server.tool(
    Tool.make("all"),
    () => Effect.forEach(levels, (level) => Logging.log(level, { level }, { logger: "test" }), { discard: true })
  ),
  Server.tool(Tool.make("effect", { input: { text: Schema.String } }), ({ text }) =>
    Effect.gen(function*() {
      yield* Effect.logTrace("trace", text)
      yield* Effect.logDebug("debug", text)
      yield* Effect.log(text)
      yield* Effect.logWarning({ structured: text })
      yield* Effect.annotateLogs(Effect.logError(text), "attempt", 3)
      yield* Effect.logFatal(text)
    })),
  Server.tool(Tool.make("cause"), () =>
    Effect.gen(function*() {
      yield* Effect.logError("It failed", new Error("password=hunter2"))
      return yield* Effect.die(new Error("password=hunter2"))
    })),
  Server.tool(Tool.make("odd"), () =>
    Effect.gen(function*() {
      const cycle: Record<string, unknown> = {}
      cycle["self"] = cycle
      yield* Effect.logInfo(cycle)
      yield* Effect.logInfo(1n)
      yield* Effect.logInfo(undefined)
      yield* Effect.logInfo()
      yield* Logging.log("info", undefined)
      return "fine"
    }))
)

const serving = Conversation.withServer(features)

const logged = (conversation: Conversation.Conversation) =>
  conversation.all("notifications/message").map(({ params }) => params)

describe("log messages", () => {
  it.effect("carry level, logger and data (LOG-3, LOG-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.request("logging/setLevel", { level: "debug" })
      yield* conversation.call("all")
      expect(logged(conversation)).toEqual(levels.map((level) => ({ level, logger: "test", data: { level } })))
    }).pipe(serving))

  it.effect.each(levels)(
    "from level %s on are sent, and no others; setting it answers an empty result (LOG-1, LOG-2, LOG-3)",
    (level) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        expect((yield* conversation.request("logging/setLevel", { level })).result).toEqual({})
        yield* conversation.call("all")
        expect(logged(conversation).map((params) => params?.["level"])).toEqual(levels.slice(levels.indexOf(level)))
      }).pipe(serving)
  )

  it.effect("are sent from info on before a level is set (LOG-2)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("all")
      expect(logged(conversation)).toHaveLength(7)
    }).pipe(serving))

  it.effect("Effect's own logs are among them, with their annotations (LOG-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.request("logging/setLevel", { level: "debug" })
      yield* conversation.call("effect", { text: "hi" })
      expect(logged(conversation)).toEqual([
        { level: "debug", data: ["debug", "hi"] },
        { level: "info", data: "hi" },
        { level: "warning", data: { structured: "hi" } },
        { level: "error", data: { message: "hi", attempt: 3 } },
        { level: "critical", data: "hi" }
      ])
    }).pipe(serving))

  it.effect("reach the client beside the loggers of the program and of the tool", () => {
    const lines: Array<string> = []
    const logger = (name: string) =>
      Logger.make<unknown, void>(({ message }) => void lines.push(`${name}: ${String(message)}`))
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("programs")
      yield* conversation.call("own")
      expect(logged(conversation)).toEqual([{ level: "info", data: "hi" }, { level: "info", data: "ho" }])
      expect(lines).toEqual(["program: hi", "tool: ho"])
    }).pipe(
      Conversation.withServer(Layer.mergeAll(
        Server.tool(Tool.make("programs"), () => Effect.logInfo("hi")),
        Layer.provide(Server.tool(Tool.make("own"), () => Effect.logInfo("ho")), Logger.layer([logger("tool")]))
      )),
      Effect.provide(Logger.layer([logger("program")]))
    )
  })

  it.effect("the level is one session's: another session keeps its own (LOG-6)", () =>
    Effect.gen(function*() {
      const loud = yield* Conversation.open()
      const quiet = yield* Conversation.open()
      yield* loud.request("logging/setLevel", { level: "debug" })
      yield* quiet.request("logging/setLevel", { level: "emergency" })
      yield* loud.call("all")
      yield* quiet.call("all")
      expect(logged(loud)).toHaveLength(8)
      expect(logged(quiet)).toHaveLength(1)
      expect(loud.connected.session()?.logLevel).toBe("debug")
    }).pipe(serving))

  it.effect.each(["loud", "", "INFO", null, 3, undefined])(
    "an unknown level %j is refused and the old one stays (LOG-5)",
    (level) =>
      Effect.gen(function*() {
        const conversation = yield* Conversation.open()
        yield* conversation.request("logging/setLevel", { level: "error" })
        expect((yield* conversation.request("logging/setLevel", { level })).error?.code).toBe(-32602)
        expect(conversation.connected.session()?.logLevel).toBe("error")
      }).pipe(serving)
  )

  it.effect("never carry causes, stack traces or defects (LOG-10)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.request("logging/setLevel", { level: "debug" })
      expect((yield* conversation.call("cause")).error).toEqual({ code: -32603, message: "Internal error" })
      yield* Conversation.settle
      expect(JSON.stringify(conversation.received)).not.toMatch(/hunter2|\.ts:\d/)
      expect(logged(conversation)).toEqual([
        { level: "error", data: ["It failed", "Error"] },
        { level: "error", data: "Request failed unexpectedly: tools/call cause" }
      ])
    }).pipe(serving, Effect.provide(silent)))

  it.effect("that JSON cannot hold are sent in another form, and never without data (LOG-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("odd")).result).toEqual({ content: [{ type: "text", text: "fine" }] })
      expect(logged(conversation).map((params) => params?.["data"])).toEqual([
        "{}",
        "1n",
        null,
        [],
        null
      ])
    }).pipe(serving))

  it.effect("of a request go on its own stream, not to other sessions", () =>
    Effect.gen(function*() {
      const [here, there] = [yield* Conversation.open(), yield* Conversation.open()]
      yield* here.call("all")
      yield* Conversation.settle
      expect(logged(there)).toEqual([])
    }).pipe(serving))

  it.effect("are dropped while the client does not read, and the handler goes on", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ reads: false, handshake: false, capacity: 4 })
      yield* conversation.ask("initialize", Conversation.initialize())
      yield* conversation.notify("notifications/initialized")
      for (let i = 0; i < 3; i++) yield* conversation.ask("ping")
      yield* Conversation.settle
      yield* conversation.ask("tools/call", { name: "effect", arguments: { text: "x" } })
      yield* Conversation.settle
      // only the answer waits
      expect(conversation.connected.size().inbound).toBe(0)
    }).pipe(serving))
})
