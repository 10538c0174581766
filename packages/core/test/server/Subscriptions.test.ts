import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Conversation from "../Conversation.ts"

const updated = (uri: string) => ({ jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri } })

const updates = (conversation: Conversation.Conversation) =>
  conversation.all("notifications/resources/updated").map(({ params }) => params?.["uri"])

const resource = (uri: string) => Server.resource(Resource.make(uri, { name: uri }), () => Effect.succeed(uri))

const plain = Layer.mergeAll(
  resource("test:a"),
  resource("test:b"),
  Server.resourceTemplate(
    ResourceTemplate.make("test:items/{id}", { name: "item", variables: { id: Schema.Int } }),
    ({ id }) => Effect.succeed(`${id}`)
  )
)

const subscribe = (conversation: Conversation.Conversation, uri: string) =>
  conversation.request("resources/subscribe", { uri })

const unsubscribe = (conversation: Conversation.Conversation, uri: string) =>
  conversation.request("resources/unsubscribe", { uri })

describe("subscriptions", () => {
  it.effect("are answered with an empty result, also when they are there already or not at all (RES-7)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      for (const ask of [subscribe, subscribe, unsubscribe, unsubscribe]) {
        expect((yield* ask(conversation, "test:a")).result).toEqual({})
      }
    }).pipe(Conversation.withServer(plain)))

  it.effect("updates go to the sessions that are subscribed to that URI, and to no others (RES-8)", () =>
    Effect.gen(function*() {
      const [one, two, three] = [yield* Conversation.open(), yield* Conversation.open(), yield* Conversation.open()]
      yield* subscribe(one, "test:a")
      yield* subscribe(two, "test:a")
      yield* subscribe(two, "test:items/7")
      yield* subscribe(three, "test:b")
      yield* Server.resourceUpdated("test:a")
      yield* Server.resourceUpdated("test:items/7")
      yield* Server.resourceUpdated("test:items/8")
      yield* Conversation.settle
      expect(one.received.at(-1)).toEqual(updated("test:a"))
      expect([one, two, three].map(updates)).toEqual([["test:a"], ["test:a", "test:items/7"], []])
      yield* unsubscribe(one, "test:a")
      yield* Server.resourceUpdated("test:a")
      yield* Conversation.settle
      expect([one, two, three].map(updates)).toEqual([["test:a"], ["test:a", "test:items/7", "test:a"], []])
    }).pipe(Conversation.withServer(plain)))

  it.effect("of what is not there are refused", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      expect((yield* subscribe(conversation, "test:none")).error).toEqual({
        code: -32002,
        message: "Resource not found",
        data: { uri: "test:none" }
      })
      expect(conversation.connected.session()?.subscriptions).toEqual([])
    }).pipe(Conversation.withServer(plain)))

  it.effect("are part of the session record, and gone when the session ends", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* subscribe(conversation, "test:a")
      yield* subscribe(conversation, "test:items/7")
      expect(conversation.connected.session()?.subscriptions).toEqual(["test:a", "test:items/7"])
      yield* conversation.close
      yield* Server.resourceUpdated("test:a")
      yield* Conversation.settle
      expect(updates(conversation)).toEqual([])
    }).pipe(Conversation.withServer(plain)))

  it.effect("are capped for each session; one that ends makes room (robustness 16)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      let accepted = 0
      for (let i = 0; i < 2000; i++) {
        const { error } = yield* subscribe(conversation, `test:items/${i}`)
        if (error === undefined) accepted++
        else expect(error).toEqual({ code: -32602, message: "A session has at most 100 subscriptions" })
      }
      expect(accepted).toBe(100)
      yield* unsubscribe(conversation, "test:items/5")
      expect((yield* subscribe(conversation, "test:a")).result).toEqual({})
      const other = yield* Conversation.open()
      expect((yield* subscribe(other, "test:a")).result).toEqual({})
    }).pipe(Conversation.withServer(plain, { maxSubscriptions: 100 })))

  it.effect("of a client that does not read do not hold up those of another (robustness 16)", () =>
    Effect.gen(function*() {
      const deaf = yield* Conversation.open({ capacity: 8, reads: false, handshake: false })
      yield* deaf.ask("initialize", Conversation.initialize())
      yield* deaf.notify("notifications/initialized")
      for (let i = 0; i < 50; i++) yield* deaf.ask("resources/subscribe", { uri: `test:items/${i}` })
      const reader = yield* Conversation.open()
      yield* subscribe(reader, "test:items/0")
      for (let round = 0; round < 1000; round++) {
        for (let i = 0; i < 50; i++) yield* Server.resourceUpdated(`test:items/${i}`)
      }
      yield* Conversation.settle
      expect(updates(reader).length).toBeGreaterThan(0)
      expect(deaf.received).toEqual([])
    }).pipe(Conversation.withServer(plain)))
})

describe("changes", () => {
  const watched = Effect.gen(function*() {
    const changed = yield* PubSub.unbounded<string>()
    const watching: Array<string> = []
    const changes = (uri: string) =>
      Stream.unwrap(Effect.sync(() => {
        watching.push(uri)
        return Stream.fromPubSub(changed)
      })).pipe(
        Stream.filter((change) => change === uri),
        Stream.ensuring(Effect.sync(() => watching.splice(watching.indexOf(uri), 1)))
      )
    const features = Layer.merge(
      Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.succeed("a"), { changes }),
      Server.resourceTemplate(
        ResourceTemplate.make("test:items/{id}", { name: "item", variables: { id: Schema.Int } }),
        ({ id }) => Effect.succeed(`${id}`),
        { changes: (_, uri) => changes(uri) }
      )
    )
    return { features, watching, change: (uri: string) => PubSub.publish(changed, uri) }
  })

  it.effect("run once for all who are subscribed, and stop with the last of them (RES-8)", () =>
    Effect.gen(function*() {
      const { change, features, watching } = yield* watched
      yield* Effect.gen(function*() {
        const [one, two] = [yield* Conversation.open(), yield* Conversation.open()]
        expect(watching).toEqual([])
        yield* subscribe(one, "test:a")
        yield* subscribe(two, "test:a")
        yield* subscribe(two, "test:items/1")
        yield* Conversation.settle
        expect(watching).toEqual(["test:a", "test:items/1"])
        yield* change("test:a")
        yield* change("test:items/1")
        yield* Conversation.settle
        expect([one, two].map(updates)).toEqual([["test:a"], ["test:a", "test:items/1"]])
        yield* unsubscribe(one, "test:a")
        yield* Conversation.settle
        expect(watching).toEqual(["test:a", "test:items/1"])
        // a connection that ends unsubscribes from all
        yield* two.close
        yield* Conversation.settle
        expect(watching).toEqual([])
        yield* change("test:a")
        yield* Conversation.settle
        expect(updates(one)).toEqual(["test:a"])
        // and it starts again with the next one
        yield* subscribe(one, "test:a")
        yield* Conversation.settle
        yield* change("test:a")
        yield* Conversation.settle
        expect(updates(one)).toEqual(["test:a", "test:a"])
      }).pipe(Conversation.withServer(features))
      expect(watching).toEqual([])
    }))

  it.effect("a change that a resource has at once is told after the answer, in either era (RES-8, SUB-4)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* subscribe(conversation, "test:a")
      yield* Conversation.settle
      expect(conversation.received.slice(1).map(({ method }) => method)).toEqual([
        undefined,
        "notifications/resources/updated"
      ])
      yield* unsubscribe(conversation, "test:a")
      const _meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}
      }
      const notifications = { resourceSubscriptions: ["test:a"] }
      yield* conversation.ask("subscriptions/listen", { notifications, _meta })
      yield* Conversation.settle
      expect(conversation.received.slice(-2).map(({ method }) => method)).toEqual([
        "notifications/subscriptions/acknowledged",
        "notifications/resources/updated"
      ])
    }).pipe(Conversation.withServer(
      Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.succeed("a"), {
        changes: () => Stream.succeed("at once")
      })
    )))

  it.effect("that fail are in the log, and the subscription stays", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* subscribe(conversation, "test:a")
      yield* Conversation.settle
      yield* Server.resourceUpdated("test:a")
      yield* Conversation.settle
      expect(updates(conversation)).toEqual(["test:a"])
    }).pipe(Conversation.withServer(
      Server.resource(Resource.make("test:a", { name: "a" }), () => Effect.succeed("a"), {
        changes: () => Stream.die(new Error("broken"))
      })
    )))

  it.effect("are told together when they come fast (RES-8)", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* subscribe(conversation, "test:a")
      for (let i = 0; i < 1000; i++) yield* Server.resourceUpdated("test:a")
      yield* Conversation.settle
      expect(updates(conversation).length).toBeGreaterThan(0)
      expect(updates(conversation).length).toBeLessThan(10)
    }).pipe(Conversation.withServer(plain)))

  it.effect("that wait to be told are forgotten with the subscription", () =>
    Effect.gen(function*() {
      const conversation = yield* Conversation.open()
      yield* subscribe(conversation, "test:a")
      yield* Server.resourceUpdated("test:a")
      yield* conversation.say({
        jsonrpc: "2.0",
        id: "u",
        method: "resources/unsubscribe",
        params: { uri: "test:a" }
      })
      yield* conversation.answer("u")
      const told = updates(conversation).length
      yield* Conversation.settle
      expect(updates(conversation)).toHaveLength(told)
    }).pipe(Conversation.withServer(plain)))
})
