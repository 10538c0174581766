import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import * as Composition from "../../src/client/Composition.ts"
import * as Connection from "../../src/client/Connection.ts"
import * as TransportError from "../../src/TransportError.ts"
import * as Conversation from "../Conversation.ts"
import * as ScriptedServer from "./ScriptedServer.ts"

type Message = Conversation.Message

const meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {}
}

// what is said at the end of the handshake has arrived too
const connect = (server: ScriptedServer.ScriptedServer, options?: Partial<Client.Options>) =>
  Effect.tap(
    Client.make({ name: "test", version: "1.0.0", transport: server.transport, probeTimeout: "5 seconds", ...options }),
    () => Conversation.settle
  )

/** What a connection fails with. */
const failure = (server: ScriptedServer.ScriptedServer, options?: Partial<Client.Options>) =>
  Effect.map(Effect.exit(connect(server, options)), (exit) => {
    const error = Exit.findErrorOption(exit)
    return error._tag === "Some" ? error.value.reason : undefined
  })

/** Connects with what is known of the server from before. */
const connectKnowing = (
  known: "session" | "stateless",
  server: ScriptedServer.ScriptedServer,
  versions?: Array<string>
) =>
  Effect.tap(
    Composition.make(
      { name: "test", version: "1.0.0", ...(versions === undefined ? undefined : { versions }) },
      Layer.empty,
      (settings) => Connection.make(server.transport, { ...settings, known })
    ),
    () => Conversation.settle
  )

const error = (code: number, data?: unknown): ScriptedServer.Reply => ({
  error: { code, message: "No", ...(data === undefined ? undefined : { data }) }
})

const answering = (answers: { readonly [method: string]: ScriptedServer.Reply }): ScriptedServer.Script => (message) =>
  message.method === undefined ? undefined : answers[message.method]

const versionsAsked = (server: ScriptedServer.ScriptedServer) =>
  server.all("initialize").map(({ params }) => params?.["protocolVersion"])

describe("a server of the stateless era", () => {
  it.effect("is asked first of all what it speaks, in the version that is preferred, and then there is no handshake (VER-1, VER-18, DISC-1, META-9, META-10, META-11)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.stateless())
      const client = yield* connect(server)
      expect(server.received).toEqual([{ jsonrpc: "2.0", id: 0, method: "server/discover", params: { _meta: meta } }])
      expect(client.server).toEqual({
        protocolVersion: "2026-07-28",
        era: "stateless",
        capabilities: {},
        info: { name: "new", version: "1" },
        instructions: undefined
      })
    }))

  it.effect("may say of its answer nothing about the kind (BASE-25)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(answering({
        "server/discover": { result: { supportedVersions: ["2026-07-28"], capabilities: {} } }
      }))
      const client = yield* connect(server)
      expect(client.server).toMatchObject({ era: "stateless", info: undefined })
    }))

  it.effect("is not taken for one by an answer of a kind that nobody knows (BASE-26)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(answering({
        "server/discover": { result: { resultType: "task", supportedVersions: ["2026-07-28"], capabilities: {} } },
        initialize: error(-32601)
      }))
      expect(yield* failure(server, { versions: ["2026-07-28"] })).toMatchObject({ _tag: "InvalidAnswer" })
    }))

  it.effect("is spoken to in a version that both have (VER-3, DISC-6)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(
        answering({ "server/discover": ScriptedServer.discovered({}, ["2031-01-01", "2026-07-28", "2025-11-25"]) })
      )
      expect((yield* connect(server)).server.protocolVersion).toBe("2026-07-28")
    }))

  it.effect("that names versions of sessions alone is met with `initialize`, in the best of these (VER-3)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make((message) =>
        message.method === "server/discover"
          ? ScriptedServer.discovered({}, ["2025-03-26", "2025-06-18"])
          : ScriptedServer.session()(message)
      )
      expect((yield* connect(server)).server).toMatchObject({ protocolVersion: "2025-06-18", era: "session" })
      expect(versionsAsked(server)).toEqual(["2025-06-18"])
    }))

  it.effect("that refuses the version is asked in one that it names, or it is said that there is none (VER-3, VER-17)", () =>
    Effect.gen(function*() {
      const refusing = (supported: unknown) =>
        ScriptedServer.make((message) =>
          message.method === "server/discover"
            ? error(-32022, { supported, requested: "2026-07-28" })
            : ScriptedServer.session()(message)
        )
      const old = yield* refusing(["2025-03-26", 5, "2026-07-28"])
      expect((yield* connect(old)).server.protocolVersion).toBe("2025-03-26")
      for (const supported of [["2031-01-01"], []]) {
        const server = yield* refusing(supported)
        expect(yield* failure(server)).toMatchObject({ _tag: "NoCommonVersion", offered: supported })
        expect(server.methods).toEqual(["server/discover"])
      }
      for (const supported of [undefined, null, "2025-11-25", { 0: "2025-11-25" }]) {
        const server = yield* refusing(supported)
        expect(yield* failure(server)).toMatchObject({ _tag: "ErrorAnswer", code: -32022 })
        expect(server.methods).toEqual(["server/discover"])
      }
    }))

  it.effect("that names what it has just refused is asked once more, for it may be one of many (VER-17)", () =>
    Effect.gen(function*() {
      const refusal = error(-32022, { supported: ["2026-07-28"], requested: "2026-07-28" })
      let asked = 0
      const upgraded = yield* ScriptedServer.make((message) =>
        ++asked === 1 ? refusal : ScriptedServer.stateless()(message)
      )
      expect((yield* connect(upgraded)).server.protocolVersion).toBe("2026-07-28")
      expect(upgraded.methods).toEqual(["server/discover", "server/discover"])
      const stubborn = yield* ScriptedServer.make(() => refusal)
      expect(yield* failure(stubborn)).toMatchObject({ _tag: "NoCommonVersion", offered: ["2026-07-28"] })
      expect(stubborn.methods).toEqual(["server/discover", "server/discover"])
    }))

  it.effect.each([-32020, -32021, -32022])(
    "that answers with %s is not met with `initialize` (VER-17)",
    (code) =>
      Effect.gen(function*() {
        const server = yield* ScriptedServer.make(answering({ "server/discover": error(code) }))
        expect(yield* failure(server)).toMatchObject({ _tag: "ErrorAnswer", code })
        expect(server.methods).toEqual(["server/discover"])
      })
  )

  it.effect("that is slow to say so is one all the same (VER-17)", () =>
    Effect.gen(function*() {
      let asked = 0
      const server = yield* ScriptedServer.make((message) =>
        message.method === "server/discover" && asked++ === 0 ? undefined : ScriptedServer.stateless()(message)
      )
      const connecting = yield* Effect.forkChild(connect(server))
      yield* Conversation.settle
      yield* TestClock.adjust("6 seconds")
      expect((yield* Fiber.join(connecting)).server.era).toBe("stateless")
      expect(server.methods).toEqual(["server/discover", "notifications/cancelled", "initialize", "server/discover"])
    }))

  it.effect("that is slow, and does not say why it refuses `initialize`, is asked again (VER-17, VER-19)", () =>
    Effect.gen(function*() {
      let asked = 0
      const server = yield* ScriptedServer.make(({ id, method }) => {
        if (method === "server/discover") return asked++ === 0 ? undefined : ScriptedServer.discovered()
        return id === undefined ? undefined : error(-32602)
      })
      const connecting = yield* Effect.forkChild(connect(server))
      yield* Conversation.settle
      yield* TestClock.adjust("6 seconds")
      expect((yield* Fiber.join(connecting)).server.era).toBe("stateless")
    }))

  it.effect("that refuses everything is asked no more than three times", () =>
    Effect.gen(function*() {
      const connectTo = Effect.fnUntraced(function*(script: ScriptedServer.Script) {
        const server = yield* ScriptedServer.make(script)
        const connecting = yield* Effect.forkChild(failure(server))
        yield* Conversation.settle
        for (let minute = 0; minute < 5; minute++) {
          yield* TestClock.adjust("1 minute")
          yield* Conversation.settle
        }
        return {
          reason: yield* Fiber.join(connecting),
          asked: server.methods.filter((method) => !method.includes("cancelled"))
        }
      })
      const versions = { supported: ["2026-07-28"], requested: "" }
      // silent to discovery for ever, and of the new era
      expect(yield* connectTo(answering({ initialize: error(-32022, versions) }))).toEqual({
        reason: expect.objectContaining({ _tag: "RequestTimeout", timeout: 60_000 }),
        asked: ["server/discover", "initialize", "server/discover"]
      })
      expect(yield* connectTo(answering({ initialize: error(-32603) }))).toEqual({
        reason: expect.objectContaining({ _tag: "ErrorAnswer", code: -32603 }),
        asked: ["server/discover", "initialize", "server/discover"]
      })
      expect(yield* connectTo(answering({ "server/discover": error(-32603), initialize: error(-32020) }))).toEqual({
        reason: expect.objectContaining({ _tag: "ErrorAnswer", code: -32603 }),
        asked: ["server/discover", "initialize", "server/discover"]
      })
      expect(yield* connectTo(({ id }) => id === undefined ? undefined : error(-32022, versions))).toEqual({
        reason: expect.objectContaining({ _tag: "NoCommonVersion" }),
        asked: ["server/discover", "server/discover"]
      })
    }))
})

describe("a server of the session era", () => {
  const answers: ReadonlyArray<readonly [string, ScriptedServer.Reply]> = [
    ["that it does not know the method", error(-32601)],
    ["that the params are wrong", error(-32602)],
    ["that nothing was initialized", error(-32600)],
    ["a code of its own", error(-32000)],
    ["a code of HTTP", error(400)],
    ["that it failed", error(-32603)],
    ["an error without a code", { error: { message: "No" } }],
    ["an error that is text", { error: "No" }],
    ["nothing", { result: {} }],
    ["what is no object", { result: "pong" }],
    ["both a result and an error", { result: {}, error: { code: 1, message: "No" } }],
    ["with what it answers `initialize` with", { result: { protocolVersion: "2025-11-25", capabilities: {} } }]
  ]

  it.effect.each(answers)(
    "may answer the probe %s, and a session is opened (VER-19, VER-20, VER-23)",
    ([, reply]) =>
      Effect.gen(function*() {
        const server = yield* ScriptedServer.make(ScriptedServer.session(undefined, {}, reply))
        expect((yield* connect(server)).server).toMatchObject({ era: "session", protocolVersion: "2025-11-25" })
        expect(server.methods).toEqual(["server/discover", "initialize", "notifications/initialized"])
      })
  )

  it.effect("may say nothing to the probe: then it is one after a while (VER-19, VER-20)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make((message) =>
        message.method === "server/discover" ? undefined : ScriptedServer.session()(message)
      )
      const connecting = yield* Effect.forkChild(connect(server))
      yield* Conversation.settle
      yield* TestClock.adjust("4 seconds")
      expect(server.methods).toEqual(["server/discover"])
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(connecting)).server.era).toBe("session")
      expect(server.methods).toEqual([
        "server/discover",
        "notifications/cancelled",
        "initialize",
        "notifications/initialized"
      ])
    }))

  it.effect("gets as the first of the session the newest version, and what the client can do and is (INIT-1, INIT-6, INIT-7)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      yield* connect(server, { versions: ["2025-06-18", "2025-03-26"], capabilities: { roots: {} }, title: "T" })
      expect(server.received).toEqual([
        {
          jsonrpc: "2.0",
          id: 0,
          method: "initialize",
          params: {
            protocolVersion: "2025-06-18",
            capabilities: { roots: {} },
            clientInfo: { name: "test", version: "1.0.0", title: "T" }
          }
        },
        { jsonrpc: "2.0", method: "notifications/initialized" }
      ])
    }))

  it.effect("hears nothing more before it has answered, and then that the client is ready (INIT-3, INIT-4)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(connect(server, { versions: ["2025-11-25"] }))
      yield* Conversation.settle
      expect(server.methods).toEqual(["initialize"])
      yield* server.answer(server.received[0], ScriptedServer.initialized(server.received[0]!) as object)
      yield* Fiber.join(connecting)
      expect(server.methods).toEqual(["initialize", "notifications/initialized"])
    }))

  it.effect("may offer another version that the client speaks (INIT-11)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make((message) =>
        ScriptedServer.session()({ ...message, params: { ...message.params, protocolVersion: "2024-11-05" } })
      )
      expect((yield* connect(server)).server.protocolVersion).toBe("2024-11-05")
    }))

  it.effect.each(["2023-01-01", "2026-07-28", "2031-01-01", "2024-11-05", "__proto__"])(
    "that opens a session in %s is left, and told nothing more (INIT-11, INIT-13, INIT-24)",
    (protocolVersion) =>
      Effect.gen(function*() {
        const server = yield* ScriptedServer.make((message) =>
          ScriptedServer.session()({ ...message, params: { ...message.params, protocolVersion } })
        )
        expect(yield* failure(server, { versions: ["2026-07-28", "2025-11-25"] })).toEqual(
          expect.objectContaining({
            _tag: "NoCommonVersion",
            offered: [protocolVersion],
            spoken: ["2026-07-28", "2025-11-25"]
          })
        )
        expect(server.methods).toEqual(["server/discover", "initialize"])
        expect(server.isLeft).toBe(true)
      })
  )

  it.effect("that refuses the version is asked for one that it names, and for none twice (INIT-11, INIT-20)", () =>
    Effect.gen(function*() {
      const refusing = (supported: ReadonlyArray<string>, accepts?: string) =>
        ScriptedServer.make((message) =>
          message.method === "initialize" && message.params?.["protocolVersion"] !== accepts
            ? error(-32602, { supported, requested: message.params?.["protocolVersion"] })
            : ScriptedServer.session()(message)
        )
      const old = yield* refusing(["2025-03-26", "2024-11-05"], "2024-11-05")
      expect((yield* connect(old)).server.protocolVersion).toBe("2024-11-05")
      expect(versionsAsked(old)).toEqual(["2025-11-25", "2025-03-26", "2024-11-05"])
      const contrary = yield* refusing(["2025-11-25", "2026-07-28"])
      expect(yield* failure(contrary)).toMatchObject({ _tag: "NoCommonVersion" })
      expect(versionsAsked(contrary)).toEqual(["2025-11-25"])
    }))

  it.effect("that does not answer in time is left, and nothing is cancelled (INIT-16, INIT-20, CANC-3)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(
        failure(server, { versions: ["2025-11-25"], handshakeTimeout: "10 seconds" })
      )
      yield* Conversation.settle
      yield* TestClock.adjust("9 seconds")
      expect(server.isLeft).toBe(false)
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(connecting)).toMatchObject({
        _tag: "RequestTimeout",
        method: "initialize",
        timeout: 10_000
      })
      expect(server.methods).toEqual(["initialize"])
      expect(server.isLeft).toBe(true)
    }))

  it.effect("is not told when the client gives up the handshake: interrupted, or with the end of its scope (INIT-16, CANC-3, INIT-24)", () =>
    Effect.gen(function*() {
      for (const end of ["interruption", "scope"]) {
        const server = yield* ScriptedServer.make()
        const scope = yield* Scope.make()
        const connecting = yield* Effect.forkChild(
          Scope.provide(connect(server, { versions: ["2025-11-25"] }), scope)
        )
        yield* Conversation.settle
        expect(server.methods).toEqual(["initialize"])
        yield* end === "scope" ? Scope.close(scope, Exit.void) : Fiber.interrupt(connecting)
        yield* Conversation.settle
        expect(server.isLeft).toBe(true)
        yield* Fiber.interrupt(connecting)
        expect(server.methods).toEqual(["initialize"])
      }
    }))

  it.effect("that breaks the handshake off, or answers it with what is none, is an error that says so (INIT-20)", () =>
    Effect.gen(function*() {
      const opened = (result: object) => answering({ initialize: { result } })
      const serverInfo = { name: "s", version: "1" }
      const cases: ReadonlyArray<readonly [ScriptedServer.Script, object]> = [
        [answering({ initialize: "closed" }), { _tag: "Disconnected" }],
        [answering({ initialize: error(-32603) }), { _tag: "ErrorAnswer", code: -32603 }],
        [opened({}), { _tag: "InvalidAnswer", method: "initialize" }],
        [opened({ protocolVersion: "2025-11-25", serverInfo }), { _tag: "InvalidAnswer" }],
        [opened({ protocolVersion: "2025-11-25", capabilities: [], serverInfo }), { _tag: "InvalidAnswer" }],
        [opened({ protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "s" } }), {
          _tag: "InvalidAnswer"
        }],
        [opened({ protocolVersion: 5, capabilities: {}, serverInfo }), { _tag: "InvalidAnswer" }]
      ]
      for (const [script, expected] of cases) {
        const server = yield* ScriptedServer.make(script)
        expect(yield* failure(server, { versions: ["2025-11-25"] })).toMatchObject(expected)
        expect(server.methods).toEqual(["initialize"])
      }
    }))

  it.effect("is found out by a client that has sessions alone (VER-14)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.stateless())
      expect(yield* failure(server, { versions: ["2025-11-25", "2025-06-18"] })).toMatchObject({
        _tag: "NoCommonVersion",
        offered: ["2026-07-28"]
      })
      expect(server.methods).toEqual(["initialize"])
    }))
})

describe("a client without sessions", () => {
  const versions = ["2026-07-28"]

  it.effect("finds out that its server has nothing else, and executes nothing (VER-21)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      expect(yield* failure(server, { versions })).toMatchObject({ _tag: "NoCommonVersion", spoken: versions })
      expect(server.methods).toEqual(["server/discover"])
    }))

  it.effect("waits for a slow server as long as for any handshake (INIT-20)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(connect(server, { versions }))
      yield* Conversation.settle
      yield* TestClock.adjust("30 seconds")
      yield* server.answer(server.received[0], ScriptedServer.discovered() as object)
      expect((yield* Fiber.join(connecting)).server.era).toBe("stateless")
    }))
})

describe("what was found out before", () => {
  it.effect("is not asked for again: a session is opened at once (VER-15)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.session())
      expect((yield* connectKnowing("session", server)).server.era).toBe("session")
      expect(server.methods).toEqual(["initialize", "notifications/initialized"])
    }))

  it.effect("is found out again where it is true no more (VER-16)", () =>
    Effect.gen(function*() {
      for (
        const initialize of [
          error(-32022, { supported: ["2026-07-28"], requested: "2025-11-25" }),
          error(-32022),
          error(-32601),
          error(-32602)
        ]
      ) {
        const server = yield* ScriptedServer.make(
          answering({ "server/discover": ScriptedServer.discovered(), initialize })
        )
        expect((yield* connectKnowing("session", server)).server.era).toBe("stateless")
        expect(server.methods).toEqual(["initialize", "server/discover"])
      }
      const session = yield* ScriptedServer.make(ScriptedServer.session())
      expect((yield* connectKnowing("stateless", session)).server.era).toBe("session")
      const broken = yield* ScriptedServer.make(({ id }) => id === undefined ? undefined : error(-32603))
      const exit = yield* Effect.exit(connectKnowing("session", broken))
      expect(Exit.findErrorOption(exit)).toMatchObject({ value: { reason: { _tag: "ErrorAnswer", code: -32603 } } })
    }))

  it.effect("lets a slow server of the stateless era have its time (VER-15)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make()
      const connecting = yield* Effect.forkChild(connectKnowing("stateless", server))
      yield* Conversation.settle
      yield* TestClock.adjust("30 seconds")
      expect(server.methods).toEqual(["server/discover"])
      yield* server.answer(server.received[0], ScriptedServer.discovered() as object)
      expect((yield* Fiber.join(connecting)).server.era).toBe("stateless")
    }))

  it.effect("is of no use to a client that does not speak it (VER-16)", () =>
    Effect.gen(function*() {
      const server = yield* ScriptedServer.make(ScriptedServer.stateless())
      expect((yield* connectKnowing("session", server, ["2026-07-28"])).server.era).toBe("stateless")
    }))
})

describe("a transport that refuses the probe", () => {
  const refusing = (reason: TransportError.TransportError["reason"]) =>
    Effect.tap(ScriptedServer.make(ScriptedServer.session()), (server) =>
      Effect.sync(() => {
        server.refuses = ({ method }: Message) =>
          method === "server/discover" ? new TransportError.TransportError({ reason }) : undefined
      }))

  it.effect.each([400, 404, 405, 406, 415, 422, 500, 501])(
    "with %s, and no error of the new era in it, speaks of a server of the old one (VER-22, VER-23)",
    (status) =>
      Effect.gen(function*() {
        const server = yield* refusing(new TransportError.Refused({ status, message: "No" }))
        expect((yield* connect(server)).server.era).toBe("session")
        expect(server.methods).toEqual(["initialize", "notifications/initialized"])
      })
  )

  it.effect("because nobody is there, or nobody may come in, says nothing of the era", () =>
    Effect.gen(function*() {
      for (const status of [401, 403]) {
        const server = yield* refusing(new TransportError.Refused({ status, message: "No" }))
        expect(yield* failure(server)).toMatchObject({ _tag: "Refused", status })
        expect(server.methods).toEqual([])
      }
      const unreachable = yield* refusing(new TransportError.Unreachable({ cause: "refused" }))
      expect(yield* failure(unreachable)).toMatchObject({ _tag: "NotSent" })
      const broken = yield* refusing(new TransportError.Broken({ cause: "reset" }))
      expect(yield* failure(broken)).toMatchObject({ _tag: "Disconnected" })
    }))
})
