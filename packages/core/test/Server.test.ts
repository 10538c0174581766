import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../src/Client.ts"
import * as MemoryTransport from "../src/MemoryTransport.ts"
import { CurrentPrincipal } from "../src/Principal.ts"
import * as Prompt from "../src/Prompt.ts"
import * as ProtocolError from "../src/ProtocolError.ts"
import { RequestContext } from "../src/RequestContext.ts"
import * as Resource from "../src/Resource.ts"
import * as ResourceTemplate from "../src/ResourceTemplate.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import { Transport } from "../src/Transport.ts"
import * as Conversation from "./Conversation.ts"

const tool = (name: string, options?: Parameters<typeof Server.tool>[2]) =>
  Server.tool(Tool.make(name), () => Effect.succeed(name), options)

const prompt = (name: string) => Server.prompt(Prompt.make(name), () => Effect.succeed(name))

const resource = (uri: string) => Server.resource(Resource.make(uri, { name: uri }), () => Effect.succeed(uri))

/** Registers features while the server runs, until the scope ends. */
const add = Effect.fnUntraced(function*(features: Layer.Layer<never, never, Server.Registry>, scope?: Scope.Scope) {
  const registry = yield* Server.Registry
  yield* Effect.provideService(
    Layer.buildWithScope(features, scope ?? (yield* Effect.scope)),
    Server.Registry,
    registry
  )
})

const toolNames = (conversation: Conversation.Conversation) =>
  Effect.map(
    conversation.request("tools/list"),
    ({ result = {} }) => (result["tools"] as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name)
  )

const announced = (conversation: Conversation.Conversation) =>
  conversation.received.flatMap(({ method }) => method === undefined ? [] : [method])

describe("registrations", () => {
  it.effect("last as long as their scope: what leaves is unlisted, unusable and announced (TOOL-2, RES-6, PROM-2)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const scope = yield* Scope.make()
      yield* add(Layer.mergeAll(tool("later"), prompt("later"), resource("test:later")), scope)
      yield* Conversation.settle
      expect(announced(conversation).sort()).toEqual([
        "notifications/prompts/list_changed",
        "notifications/resources/list_changed",
        "notifications/tools/list_changed"
      ])
      expect(yield* toolNames(conversation)).toEqual(["first", "later"])
      expect((yield* conversation.call("later")).result).toEqual({ content: [{ type: "text", text: "later" }] })
      yield* Scope.close(scope, Exit.void)
      yield* Conversation.settle
      expect(announced(conversation)).toHaveLength(6)
      expect(yield* toolNames(conversation)).toEqual(["first"])
      expect((yield* conversation.call("later")).error?.code).toBe(-32602)
      expect((yield* conversation.request("prompts/get", { name: "later" })).error?.code).toBe(-32602)
      expect((yield* conversation.request("resources/read", { uri: "test:later" })).error?.code).toBe(-32002)
    }).pipe(Conversation.withServer(tool("first"), { features: ["resources", "prompts"] })))

  it.effect("a burst of them is announced once to each session (TOOL-2)", () =>
    Effect.gen(function*() {
      const sessions = yield* Effect.all(Array.from({ length: 3 }, () => Conversation.open()))
      yield* add(Layer.mergeAll(tool("a"), ...Array.from({ length: 50 }, (_, i) => tool(`b${i}`))))
      yield* Conversation.settle
      expect(sessions.map(announced)).toEqual(Array.from({ length: 3 }, () => ["notifications/tools/list_changed"]))
    }).pipe(Conversation.withServer(tool("first"))))

  it.effect("what is there at start is not announced", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* Conversation.settle
      expect(announced(conversation)).toEqual([])
    }).pipe(Conversation.withServer(Layer.mergeAll(tool("a"), prompt("b"), resource("test:c")))))

  it.effect("may be made by handlers too", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("grow")
      expect(yield* toolNames(conversation)).toEqual(["grow", "grown"])
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("grow"), () =>
        Effect.gen(function*() {
          const scope = yield* Scope.make()
          yield* add(tool("grown"), scope)
          return "done"
        }))
    )))

  const template = Server.resourceTemplate(ResourceTemplate.make("test:/{a}", { name: "a" }), () => Effect.succeed(""))

  it.effect.each<[string, Layer.Layer<never, never, Server.Registry>, string]>([
    ["tool", Layer.fresh(Layer.merge(tool("x"), tool("x"))), "The tool \"x\" is registered twice"],
    ["prompt", Layer.merge(prompt("x"), prompt("x")), "The prompt \"x\" is registered twice"],
    ["resource", Layer.merge(resource("test:x"), resource("test:x")), "The resource \"test:x\" is registered twice"],
    [
      "resource template",
      Layer.merge(template, Layer.fresh(template)),
      "The resource template \"test:/{a}\" is registered twice"
    ]
  ])("two of one name are a defect at start: %s", ([, features, message]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.void.pipe(Conversation.withServer(features)))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(`AlreadyRegistered: ${message}`)
    }))

  it.effect("a name is free again once its scope has ended", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      yield* add(tool("x"), scope)
      yield* Scope.close(scope, Exit.void)
      yield* add(tool("x"))
      expect(yield* toolNames(yield* Conversation.open())).toEqual(["x"])
    }).pipe(Conversation.withServer(Layer.empty)))

  it.effect("are seen and usable only where they are visible (TOOL-31)", () =>
    Effect.gen(function*() {
      const [admin, guest] = [
        yield* Conversation.open({ sessionId: "admin" }),
        yield* Conversation.open({ sessionId: "guest" })
      ]
      expect(yield* toolNames(admin)).toEqual(["open", "secret"])
      expect(yield* toolNames(guest)).toEqual(["open"])
      expect((yield* admin.call("secret")).result).toBeDefined()
      expect((yield* guest.call("secret")).error).toEqual({ code: -32602, message: "Unknown tool: secret" })
    }).pipe(Conversation.withServer(
      Layer.merge(tool("open"), tool("secret", { visible: (session) => session.id === "admin" }))
    )))
})

describe("middleware", () => {
  const Sum = Tool.make("sum", { input: { a: Schema.Finite } })
  const sum = Server.tool(
    Sum,
    ({ a }) => a < 0 ? Effect.fail(ProtocolError.application(1, "negative")) : Effect.succeed(`${a}`)
  )

  it.effect("sees every request with its params and session, also the one before there is a session", () => {
    const seen: Array<unknown> = []
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* conversation.call("sum", { a: 1 })
      yield* conversation.request("ping")
      yield* conversation.request("no/such")
      yield* conversation.request("tools/call", { name: 5 })
      expect(seen).toEqual([
        ["initialize", 1, undefined, "2025-11-25"],
        ["tools/call", 2, conversation.connected.session()?.id, "sum"],
        ["ping", 3, conversation.connected.session()?.id, undefined]
      ])
    }).pipe(Conversation.withServer(Layer.merge(
      sum,
      Server.middleware((request, next) => {
        const { name, protocolVersion } = request.params as {
          readonly name?: string
          readonly protocolVersion?: string
        }
        seen.push([request.method, request.id, request.session?.id, name ?? protocolVersion])
        return next
      })
    )))
  })

  it.effect("replaces results and errors, and may answer in place of the handler", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("sum", { a: 1 })).result).toEqual({
        content: [{ type: "text", text: "1" }],
        _meta: { "com.example/seen": true }
      })
      expect((yield* conversation.call("sum", { a: -1 })).error).toEqual({ code: 2, message: "negative!" })
      expect((yield* conversation.request("tools/list")).error).toEqual({ code: 3, message: "closed" })
    }).pipe(Conversation.withServer(Layer.merge(
      sum,
      Server.middleware((request, next) =>
        request.method === "tools/list"
          ? Effect.fail(ProtocolError.application(3, "closed"))
          : request.method !== "tools/call"
          ? next
          : next.pipe(
            Effect.map((result) => ({ ...result, _meta: { "com.example/seen": true } })),
            Effect.mapError((error) => ProtocolError.application(2, `${error.message}!`))
          )
      )
    ))))

  it.effect("the first is outermost, and each ends with its scope", () => {
    const order: Array<string> = []
    const around = (name: string) =>
      Server.middleware((_, next) =>
        Effect.suspend(() => {
          order.push(name)
          return next
        })
      )
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.request("ping")
      expect(order.splice(0)).toEqual(["a", "b"])
      const scope = yield* Scope.make()
      yield* add(around("c"), scope)
      yield* conversation.request("ping")
      expect(order.splice(0)).toEqual(["a", "b", "c"])
      yield* Scope.close(scope, Exit.void)
      yield* conversation.request("ping")
      expect(order).toEqual(["a", "b"])
    }).pipe(Conversation.withServer(Layer.provideMerge(around("b"), around("a"))))
  })

  it.effect("may say who asks, for the session and for each request, with services of its own", () => {
    class Directory extends Context.Service<Directory, { readonly owner: string }>()("test/Directory") {}
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* conversation.call("who")).result).toEqual({ content: [{ type: "text", text: "ada ada" }] })
      expect(conversation.connected.session()?.principal).toEqual({ subject: "ada" })
    }).pipe(Conversation.withServer(Layer.merge(
      Server.tool(Tool.make("who"), () =>
        Effect.gen(function*() {
          const request = yield* RequestContext
          return `${(yield* CurrentPrincipal).subject} ${request.principal.subject}`
        })),
      Server.middleware((_, next) =>
        Effect.flatMap(Directory, ({ owner }) => Effect.provideService(next, CurrentPrincipal, { subject: owner }))
      ).pipe(Layer.provide(Layer.succeed(Directory, { owner: "ada" })))
    )))
  })

  it.effect("is told who asks by the middleware outside of it", () => {
    const told: Array<string> = []
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      yield* conversation.request("ping")
      expect(told).toEqual(["anonymous", "ada"])
    }).pipe(Conversation.withServer(Layer.provideMerge(
      Server.middleware((request, next) => Effect.suspend(() => (told.push(request.principal.subject), next))),
      Server.middleware((request, next) =>
        Effect.suspend(() => (told.push(request.principal.subject), next)).pipe(
          Effect.provideService(CurrentPrincipal, { subject: "ada" })
        )
      )
    )))
  })

  it.effect("is interrupted with the request", () => {
    let released = 0
    return Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const id = yield* conversation.ask("tools/call", { name: "never" })
      yield* Conversation.settle
      yield* conversation.notify("notifications/cancelled", { requestId: id })
      yield* Conversation.settle
      expect(released).toBe(1)
    }).pipe(Conversation.withServer(Layer.merge(
      Server.tool(Tool.make("never"), () => Effect.never),
      Server.middleware((_, next) => Effect.onInterrupt(next, () => Effect.sync(() => released++)))
    )))
  })
})

describe("who asks", () => {
  it.effect("is what the transport says, whatever a client claims of itself (ELIC-42)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const claim = { principal: { subject: "admin" }, subject: "admin", authorization: "Bearer x" }
      yield* conversation.request("initialize", {
        ...Conversation.initialize(),
        ...claim,
        clientInfo: { name: "admin", version: "1", ...claim },
        _meta: claim
      })
      expect((yield* conversation.call("who", claim, claim)).result).toEqual({
        content: [{ type: "text", text: "anonymous" }]
      })
      expect(conversation.connected.session()?.principal).toEqual({ subject: "anonymous" })
      // and what it says is for each message
      conversation.connected.receive(
        { jsonrpc: "2.0", id: "w", method: "tools/call", params: { name: "who" } },
        Context.make(CurrentPrincipal, { subject: "ada" })
      )
      expect((yield* conversation.answer("w")).result).toEqual({ content: [{ type: "text", text: "ada" }] })
    }).pipe(Conversation.withServer(
      Server.tool(Tool.make("who"), () => Effect.map(CurrentPrincipal, ({ subject }) => subject))
    )))
})

describe("serve", () => {
  it.effect("is for the principal around it, who may see what others may not (TOOL-31)", () =>
    Effect.gen(function*() {
      const [near, far] = yield* MemoryTransport.make()
      yield* Effect.forkScoped(
        Server.serve({ sessionId: "s" }).pipe(
          Effect.provideService(Transport, far),
          Effect.provideService(CurrentPrincipal, { subject: "ada" })
        )
      )
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport: near, versions: ["2025-11-25"] })
      expect(yield* client.request("tools/call", { name: "who" })).toEqual({
        content: [{ type: "text", text: "ada ada" }]
      })
    }).pipe(Conversation.withServer(Server.tool(
      Tool.make("who"),
      () => Effect.map(RequestContext, ({ principal, session }) => `${principal.subject} ${session.principal.subject}`),
      { visible: ({ principal }) => principal.subject === "ada" }
    ))))

  /** A served connection whose client end is the test's. */
  const serving = Effect.fnUntraced(function*(drainTimeout?: string) {
    const [near, far] = yield* MemoryTransport.make()
    const received: Array<Conversation.Message> = []
    yield* Effect.forkScoped(near.run((json) => received.push(json as Conversation.Message)))
    const served = yield* Effect.forkChild(
      Server.serve({ sessionId: "s", ...(drainTimeout === undefined ? undefined : { drainTimeout: "2 seconds" }) })
        .pipe(
          Effect.provideService(Transport, far)
        )
    )
    const say = (json: object) => Effect.orDie(near.send({ jsonrpc: "2.0", ...json } as never))
    yield* say({ id: 1, method: "initialize", params: Conversation.initialize() })
    yield* say({ method: "notifications/initialized" })
    return { served, say, received }
  })

  const go = Deferred.makeUnsafe<void>()
  const features = Layer.merge(
    Server.tool(Tool.make("work"), () => Effect.as(Deferred.await(go), "done")),
    Server.tool(Tool.make("never"), () => Effect.never)
  )

  it.effect("interrupted, answers what is in progress first, and then ends", () =>
    Effect.gen(function*() {
      const { received, say, served } = yield* serving()
      yield* say({ id: 2, method: "tools/call", params: { name: "work" } })
      yield* Conversation.settle
      const interrupted = yield* Effect.forkChild(Fiber.interrupt(served))
      yield* Conversation.settle
      expect(served.pollUnsafe()).toBeUndefined()
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(interrupted)
      yield* Conversation.settle
      expect(received.at(-1)).toEqual({
        jsonrpc: "2.0",
        id: 2,
        result: { content: [{ type: "text", text: "done" }] }
      })
    }).pipe(Conversation.withServer(features)))

  it.effect("does not wait for ever: the deadline interrupts what is left", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const { received, say, served } = yield* serving("2 seconds")
      yield* say({ id: 2, method: "tools/call", params: { name: "never" } })
      yield* Conversation.settle
      expect(yield* server.connections).toBe(1)
      const interrupted = yield* Effect.forkChild(Fiber.interrupt(served))
      yield* Conversation.settle
      yield* TestClock.adjust("1999 millis")
      expect(served.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(interrupted)
      expect(yield* server.connections).toBe(0)
      expect(received.some((message) => message.id === 2)).toBe(false)
    }).pipe(Conversation.withServer(features)))
})
