import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as PubSub from "effect/PubSub"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Prompt from "../../src/Prompt.ts"
import { RequestContext } from "../../src/RequestContext.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as Listening from "../Listening.ts"

const tools = "notifications/tools/list_changed"
const prompts = "notifications/prompts/list_changed"
const resources = "notifications/resources/list_changed"

const resource = (uri: string, options?: Parameters<typeof Server.resource<never>>[2]) =>
  Server.resource(Resource.make(uri, { name: uri }), () => Effect.succeed(uri), options)

const tool = (name: string) => Server.tool(Tool.make(name), () => Effect.succeed(name))

const items = Server.resourceTemplate(
  ResourceTemplate.make("test:items/{id}", { name: "item", variables: { id: Schema.Int } }),
  ({ id }) => Effect.succeed(`${id}`)
)

const everything = Layer.mergeAll(
  tool("add"),
  Server.prompt(Prompt.make("p"), () => Effect.succeed("p")),
  resource("test:a"),
  resource("test:b"),
  resource("test:hidden", { visible: ({ principal }) => principal.subject === "ada" }),
  items
)

/** Changes all there is to change, once. */
const changeAll = Effect.gen(function*() {
  yield* Effect.scoped(Effect.gen(function*() {
    yield* Server.registerTool(Tool.make("late"), () => Effect.succeed("late"))
    yield* Server.registerPrompt(Prompt.make("late"), () => Effect.succeed("late"))
    yield* Server.registerResource(Resource.make("test:late", { name: "late" }), () => Effect.succeed("late"))
  }))
  yield* Effect.forEach(["test:a", "test:b", "test:items/1", "test:items/2"], Server.resourceUpdated)
  yield* Conversation.settle
})

const ways: ReadonlyArray<readonly [string, Listening.Listen]> = [
  ["over a connection", Listening.piped],
  ["by itself", Listening.alone]
]

describe.each(ways)("subscriptions/listen, %s", (_, listen) => {
  it.effect("is acknowledged first, before what changed in the meantime (SUB-4)", () =>
    Effect.gen(function*() {
      const reading = Latch.makeUnsafe(false)
      const listening = yield* Listening.alone({ toolsListChanged: true, resourceSubscriptions: ["test:a"] }, {
        reading
      })
      yield* changeAll
      expect(listening.heard()).toEqual([])
      yield* reading.open
      yield* Conversation.settle
      expect(listening.heard().map(({ method }) => method)).toEqual([
        "notifications/subscriptions/acknowledged",
        tools,
        "notifications/resources/updated"
      ])
    }).pipe(Conversation.withServer(everything)))

  it.effect.each<readonly [string, object, object]>([
    ["lists", { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }, {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true
    }],
    ["nothing that is false (SUB-2)", { toolsListChanged: false, promptsListChanged: true }, {
      promptsListChanged: true
    }],
    ["resources and what templates match, each once", {
      resourceSubscriptions: ["test:items/1", "test:a", "test:items/1"]
    }, { resourceSubscriptions: ["test:items/1", "test:a"] }],
    ["no resource that is not there, no text that is no URI", {
      toolsListChanged: true,
      resourceSubscriptions: ["test:none", "nothing", "", "__proto__", "test:a"]
    }, { toolsListChanged: true, resourceSubscriptions: ["test:a"] }],
    ["no resource that the caller may not see", { resourceSubscriptions: ["test:hidden", "test:b"] }, {
      resourceSubscriptions: ["test:b"]
    }],
    ["nothing of extensions, nor what is not known", { taskIds: ["t"], other: true, promptsListChanged: true }, {
      promptsListChanged: true
    }],
    ["nothing, if there is nothing to honour", { resourceSubscriptions: ["test:none"] }, {}],
    ["nothing, if nothing was asked for", {}, {}]
  ])("acknowledges %s (SUB-5)", ([_, asked, honoured]) =>
    Effect.gen(function*() {
      const listening = yield* listen(asked, { id: 7 })
      expect(listening.heard()).toEqual([{
        jsonrpc: "2.0",
        method: "notifications/subscriptions/acknowledged",
        params: { notifications: honoured, _meta: { "io.modelcontextprotocol/subscriptionId": 7 } }
      }])
      expect(yield* (yield* Server.Server).listens).toBe(1)
    }).pipe(Conversation.withServer(everything)))

  it.effect("acknowledges no text that is no URI, although a template matches it (SUB-5)", () =>
    Effect.gen(function*() {
      const listening = yield* listen({ resourceSubscriptions: ["nothing", "test:nothing"] })
      expect(Listening.acknowledged(listening)).toEqual({ resourceSubscriptions: ["test:nothing"] })
    }).pipe(Conversation.withServer(
      Server.resourceTemplate(
        ResourceTemplate.make("{+path}thing", { name: "any", variables: { path: Schema.String } }),
        () => Effect.succeed("any")
      )
    )))

  it.effect("acknowledges no list whose changes are not advertised (SUB-5, SUB-13)", () =>
    Effect.gen(function*() {
      const listening = yield* listen({
        toolsListChanged: true,
        promptsListChanged: true,
        resourcesListChanged: true,
        resourceSubscriptions: ["test:a"]
      })
      expect(Listening.acknowledged(listening)).toEqual({ toolsListChanged: true })
      yield* changeAll
      expect(Listening.newsOf(listening)).toEqual([tools])
    }).pipe(Conversation.withServer(tool("add"))))

  it.effect("is unknown to a server that has nothing to subscribe to (SUB-14)", () =>
    Effect.gen(function*() {
      const listening = yield* listen({ toolsListChanged: true })
      expect(listening.heard()).toEqual([{
        jsonrpc: "2.0",
        id: "listen",
        error: { code: -32601, message: "Method not found: subscriptions/listen" }
      }])
    }).pipe(Conversation.withServer(Layer.empty)))

  it.effect("needs a filter (SUB-1)", () =>
    Effect.gen(function*() {
      for (const filter of [undefined, null, [], true, { toolsListChanged: "yes" }, { resourceSubscriptions: [1] }]) {
        const [answer] = (yield* listen(filter)).heard()
        expect(answer).toMatchObject({ id: "listen", error: { code: -32602 } })
      }
    }).pipe(Conversation.withServer(everything)))

  it.effect.prop(
    "carries what was asked for and no more, tagged with its id as it came (SUB-3, SUB-6, SUB-12, SUB-13, META-19)",
    {
      id: Schema.Union([Schema.Int, Schema.String]),
      toolsListChanged: Schema.Boolean,
      promptsListChanged: Schema.Boolean,
      resourcesListChanged: Schema.Boolean,
      uris: Schema.Array(Schema.Literals(["test:a", "test:b", "test:items/1", "test:items/3", "test:c"]))
    },
    ({ id, uris, ...asked }) =>
      Effect.gen(function*() {
        const listening = yield* listen({ ...asked, resourceSubscriptions: uris }, { id })
        yield* changeAll
        expect([...Listening.newsOf(listening)].sort()).toEqual(
          [
            ...(asked.toolsListChanged ? [tools] : []),
            ...(asked.promptsListChanged ? [prompts] : []),
            ...(asked.resourcesListChanged ? [resources] : []),
            ...new Set(uris.filter((uri) => uri !== "test:items/3" && uri !== "test:c"))
          ].sort()
        )
        expect(listening.heard().map(Listening.tagOf)).toEqual(
          listening.heard().map(() => JSON.parse(JSON.stringify(id)))
        )
      }).pipe(Conversation.withServer(everything)),
    { arbitrary: { runs: 30 } }
  )

  it.effect("carries nothing of what middleware around it says (SUB-11, SUB-4)", () => {
    const say = Effect.gen(function*() {
      const request = yield* RequestContext
      yield* Effect.logError("not for the client")
      yield* request.progress({ progress: Math.random() })
      yield* request.notify("notifications/message", { level: "error", data: "not for the client" })
      yield* request.notify("notifications/prompts/list_changed", {})
    })
    const talkative = Server.middleware((_, next) => Effect.andThen(say, Effect.ensuring(next, say)))
    return Effect.gen(function*() {
      const listening = yield* listen({ toolsListChanged: true }, {
        meta: { progressToken: "p", "io.modelcontextprotocol/logLevel": "debug" }
      })
      yield* changeAll
      yield* listening.end
      expect(listening.heard().map(({ id, method }) => id ?? method).slice(0, 3)).toEqual([
        "notifications/subscriptions/acknowledged",
        tools,
        "listen"
      ])
      expect(listening.heard().filter(({ method }) => method === "notifications/message")).toEqual([])
    }).pipe(Conversation.withServer(Layer.merge(everything, talkative)), Effect.provide(Logger.layer([])))
  })

  it.effect("is told of a burst of changes once (SUB-13)", () =>
    Effect.gen(function*() {
      const listening = yield* listen({ toolsListChanged: true, resourceSubscriptions: ["test:a"] })
      yield* Effect.scoped(Effect.gen(function*() {
        for (let i = 0; i < 200; i++) {
          yield* Server.registerTool(Tool.make(`late-${i}`), () => Effect.succeed("late"))
          yield* Server.resourceUpdated("test:a")
        }
        yield* Conversation.settle
      }))
      yield* Conversation.settle
      const news = Listening.newsOf(listening)
      expect(news.length).toBeGreaterThanOrEqual(2)
      expect(news.length).toBeLessThan(10)
    }).pipe(Conversation.withServer(everything)))

  it.effect("that the client ends is not answered, and nothing follows (SUB-15, CANC-6)", () =>
    Effect.gen(function*() {
      const { listens } = yield* Server.Server
      const listening = yield* listen({ toolsListChanged: true, resourceSubscriptions: ["test:a"] })
      yield* changeAll
      // on its way when the client ends it
      yield* Server.resourceUpdated("test:a")
      yield* listening.cancel
      yield* Conversation.settle
      const heard = listening.heard().length
      expect(yield* listens).toBe(0)
      yield* changeAll
      yield* listening.end
      expect(listening.heard()).toHaveLength(heard)
      expect(listening.heard().every(({ method }) => method !== undefined)).toBe(true)
    }).pipe(Conversation.withServer(everything)))

  it.effect("that a client ends before it has taken the acknowledgement is gone as well (CANC-9)", () =>
    Effect.gen(function*() {
      const { listens } = yield* Server.Server
      const reading = Latch.makeUnsafe(false)
      const listening = yield* Listening.alone({ toolsListChanged: true }, { reading })
      yield* listening.cancel
      yield* reading.open
      yield* changeAll
      expect(listening.heard()).toEqual([])
      expect(yield* listens).toBe(0)
    }).pipe(Conversation.withServer(everything)))

  it.effect("ends with a result, and nothing follows on a stream of its own (SUB-16, SUB-18)", () =>
    Effect.gen(function*() {
      const { listens } = yield* Server.Server
      const listening = yield* listen({ toolsListChanged: true }, { id: 0 })
      yield* listening.end
      const tag = { "io.modelcontextprotocol/subscriptionId": 0 }
      const [, result, cancelled, ...more] = listening.heard()
      expect(result).toEqual({
        jsonrpc: "2.0",
        id: 0,
        result: {
          resultType: "complete",
          _meta: { ...tag, "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } }
        }
      })
      // in one pipe, only this says that no more will come (SUB-17)
      expect(cancelled).toEqual(
        listen === Listening.piped
          ? { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 0, _meta: tag } }
          : undefined
      )
      expect(more).toEqual([])
      expect(yield* listens).toBe(0)
      yield* changeAll
      yield* listening.end
      expect(Listening.newsOf(listening)).toHaveLength(listen === Listening.piped ? 1 : 0)
    }).pipe(Conversation.withServer(everything)))

  it.effect("that ends while the client does not read ends after its acknowledgement (SUB-4, SUB-16)", () =>
    Effect.gen(function*() {
      const reading = Latch.makeUnsafe(false)
      const listening = yield* Listening.alone({ toolsListChanged: true }, { reading })
      yield* listening.end
      expect(listening.heard()).toEqual([])
      yield* reading.open
      yield* Conversation.settle
      expect(listening.heard().map(({ id, method }) => id ?? method)).toEqual([
        "notifications/subscriptions/acknowledged",
        "listen"
      ])
    }).pipe(Conversation.withServer(everything)))

  it.effect("outlives the resource that it is about (SUB-12)", () =>
    Effect.gen(function*() {
      const registration = yield* Scope.make()
      yield* Scope.provide(
        Server.registerResource(Resource.make("test:late", { name: "late" }), () => Effect.succeed("late")),
        registration
      )
      const listening = yield* listen({ resourcesListChanged: true, resourceSubscriptions: ["test:late"] })
      yield* Scope.close(registration, yield* Effect.exit(Effect.void))
      yield* Conversation.settle
      yield* Server.resourceUpdated("test:late")
      yield* Conversation.settle
      expect(Listening.newsOf(listening)).toEqual([resources, "test:late"])
    }).pipe(Conversation.withServer(everything)))

  it.effect("outlives the stream that watches its resource", () =>
    Effect.gen(function*() {
      const listening = yield* listen({ resourceSubscriptions: ["test:a"] })
      yield* Server.resourceUpdated("test:a")
      yield* Conversation.settle
      expect(Listening.newsOf(listening)).toEqual(["test:a"])
    }).pipe(
      Conversation.withServer(resource("test:a", { changes: () => Stream.die(new Error("broken")) })),
      Effect.provide(Logger.layer([]))
    ))

  it.effect("that the author's code refuses to watch fails, and leaves nothing behind", () => {
    let watching = 0
    const counted = Stream.unwrap(Effect.sync(() => {
      watching++
      return Stream.ensuring(Stream.never, Effect.sync(() => watching--))
    }))
    const broken = (): Stream.Stream<never> => {
      throw new Error("hunter2")
    }
    return Effect.gen(function*() {
      const listening = yield* listen({ resourceSubscriptions: ["test:a", "test:b"] })
      expect(listening.heard()).toEqual([
        { jsonrpc: "2.0", id: "listen", error: { code: -32603, message: "Internal error" } }
      ])
      expect(watching).toBe(0)
      expect(yield* (yield* Server.Server).listens).toBe(0)
    }).pipe(
      Conversation.withServer(
        Layer.merge(resource("test:a", { changes: () => counted }), resource("test:b", { changes: broken }))
      ),
      Effect.provide(Logger.layer([]))
    )
  })

  it.effect("has its resources watched while it is open, with the session era's subscribers (SUB-12)", () =>
    Effect.gen(function*() {
      const changed = yield* PubSub.unbounded<string>()
      let watching = 0
      const changes = (uri: string) =>
        Stream.unwrap(Effect.sync(() => {
          watching++
          return Stream.ensuring(
            Stream.filter(Stream.fromPubSub(changed), (change) => change === uri),
            Effect.sync(() => watching--)
          )
        }))
      yield* Effect.gen(function*() {
        const session = yield* Conversation.open()
        yield* session.request("resources/subscribe", { uri: "test:a" })
        const one = yield* listen({ resourceSubscriptions: ["test:a"] }, { id: "one" })
        const two = yield* listen({ resourceSubscriptions: ["test:a"] }, { id: "two" })
        yield* Conversation.settle
        expect(watching).toBe(1)
        yield* PubSub.publish(changed, "test:a")
        yield* Conversation.settle
        expect([one, two].map(Listening.newsOf)).toEqual([["test:a"], ["test:a"]])
        expect(session.all("notifications/resources/updated")).toEqual([
          { jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri: "test:a" } }
        ])
        yield* one.cancel
        yield* session.request("resources/unsubscribe", { uri: "test:a" })
        yield* Conversation.settle
        expect(watching).toBe(1)
        yield* two.cancel
        yield* Conversation.settle
        expect(watching).toBe(0)
      }).pipe(Conversation.withServer(resource("test:a", { changes })))
    }))

  it.effect("takes at most so many resources (robustness 16)", () =>
    Effect.gen(function*() {
      const uris = Array.from({ length: 5000 }, (_, i) => `test:items/${i}`)
      const listening = yield* listen({ resourceSubscriptions: uris })
      expect(Listening.acknowledged(listening)).toEqual({ resourceSubscriptions: uris.slice(0, 100) })
    }).pipe(Conversation.withServer(items, { maxSubscriptions: 100 })))

  it.effect("takes no longer for having stood long: its duration is not one of work", () =>
    Effect.gen(function*() {
      const listening = yield* listen({ toolsListChanged: true })
      yield* listening.end
      yield* (yield* listen({})).cancel
      yield* listen(null)
      yield* Conversation.settle
      const durations = (yield* Metric.snapshot).filter(({ id }) => id === "mcp.server.operation.duration")
      expect(durations.filter(({ attributes }) => attributes?.["mcp.method.name"] === "subscriptions/listen")).toEqual(
        []
      )
    }).pipe(Conversation.withServer(everything), Effect.provideService(Metric.MetricRegistry, new Map())))
})

describe("subscriptions of one connection", () => {
  it.effect("are told apart by their ids, and from the answers to requests between them (SUB-9, SUB-10)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open({ handshake: false })
      const listen = Listening.over(conversation)
      const call = (id: string) => conversation.ask("tools/call", { name: "add", _meta: Listening.meta }, id)
      // as it would come in one chunk
      yield* conversation.say(Listening.request({ toolsListChanged: true }, { id: "1" }))
      yield* call("call")
      const number = yield* listen({ toolsListChanged: true, resourceSubscriptions: ["test:a"] }, { id: 1 })
      const other = yield* listen({ promptsListChanged: true }, { id: 2 })
      yield* changeAll
      yield* call("another")
      yield* Conversation.settle
      expect(conversation.received.filter(({ id }) => id === "call" || id === "another")).toHaveLength(2)
      const text = conversation.received.filter((message) => Listening.isAbout(message, "1"))
      expect(text.map(({ method }) => method)).toEqual(["notifications/subscriptions/acknowledged", tools])
      expect([number, other].map(Listening.newsOf)).toEqual([[tools, "test:a"], [prompts]])
      yield* number.cancel
      yield* changeAll
      expect([number, other].map(Listening.newsOf)).toEqual([[tools, "test:a"], [prompts, prompts]])
      expect(conversation.received.filter((message) => Listening.isAbout(message, "1"))).toHaveLength(3)
    }).pipe(Conversation.withServer(everything)))

  it.effect("end with it, and are not counted as clients", () =>
    Effect.gen(function*() {
      const { connections, listens } = yield* Server.Server
      const conversation = yield* Conversation.open({ handshake: false })
      for (let id = 0; id < 10; id++) yield* Listening.over(conversation)({ toolsListChanged: true }, { id })
      yield* Listening.alone({ toolsListChanged: true })
      expect(yield* connections).toBe(1)
      expect(yield* listens).toBe(11)
      yield* conversation.close
      expect(yield* connections).toBe(0)
      expect(yield* listens).toBe(1)
    }).pipe(Conversation.withServer(everything)))

  it.effect("go beside the announcements of a session on it (VER-11)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const listening = yield* Listening.over(conversation)({ promptsListChanged: true })
      yield* changeAll
      expect(Listening.newsOf(listening)).toEqual([prompts])
      expect(
        conversation.received.filter((message) => Listening.tagOf(message) === undefined).flatMap(({ method }) =>
          method ?? []
        )
      ).toEqual([tools, prompts, resources])
    }).pipe(Conversation.withServer(everything)))

  it.effect("end without a further word where each request has a stream of its own (SUB-18)", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const sent: Array<unknown> = []
      const client = yield* server.connect({
        send: (message) => Effect.sync(() => sent.push(message)),
        isCongested: () => false,
        closeStream: () => Effect.void
      }, { sessionId: "streams" })
      client.receive(Listening.request({ toolsListChanged: true }))
      yield* Conversation.settle
      yield* client.drain
      expect(sent).toHaveLength(2)
      expect(sent[1]).toMatchObject({ id: "listen", result: { resultType: "complete" } })
    }).pipe(Conversation.withServer(everything)))

  it.effect("are asked for in vain by a request that is not of their era", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      const { error } = yield* conversation.request("subscriptions/listen", { notifications: {} })
      expect(error?.code).toBe(-32601)
    }).pipe(Conversation.withServer(everything)))

  it.effect(
    "that a client does not read keep no more than there is to tell (robustness 16)",
    () =>
      Effect.gen(function*() {
        const uris = Array.from({ length: 1000 }, (_, i) => `test:items/${i}`)
        const reading = Latch.makeUnsafe(true)
        const deaf = yield* Listening.alone({ toolsListChanged: true, resourceSubscriptions: uris }, { reading })
        const reader = yield* Listening.alone({ resourceSubscriptions: uris.slice(0, 1) })
        yield* reading.close
        for (let round = 0; round < 1000; round++) {
          for (const uri of uris) yield* Server.resourceUpdated(uri)
          if (round % 100 === 0) yield* Conversation.settle
        }
        expect(Listening.newsOf(deaf)).toEqual([])
        expect(Listening.newsOf(reader).length).toBeGreaterThan(1)
        yield* reading.open
        yield* Effect.repeat(Conversation.settle, {
          until: () => Effect.succeed(Listening.newsOf(deaf).length >= 1001)
        })
        yield* Conversation.settle
        // the one that was on its way when it changed again is told twice
        expect(Listening.newsOf(deaf)).toHaveLength(1001)
      }).pipe(Conversation.withServer(Layer.merge(items, tool("add")))),
    { timeout: 30_000 }
  )
})
