import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Client from "../../src/Client.ts"
import type { Caller } from "../../src/client/Caller.ts"
import * as Registry from "../../src/client/Registry.ts"
import * as ClientRoots from "../../src/client/Roots.ts"
import type { Root } from "../../src/protocol/Root.ts"
import * as Revisions from "../../src/revision/Revisions.ts"
import * as Conversation from "../Conversation.ts"
import * as Questioner from "./Questioner.ts"

const home = { uri: "file:///home/ada", name: "Home" }
const work = { uri: "file:///work" }
const changed = "notifications/roots/list_changed"

const declared = (server: Questioner.Questioner): unknown => {
  const [first] = server.received
  return first?.method === "initialize"
    ? first.params?.["capabilities"]
    : (first?.params?.["_meta"] as Conversation.Json | undefined)?.["io.modelcontextprotocol/clientCapabilities"]
}

const sessions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

describe("roots of a client", () => {
  it.effect.each(sessions)(
    "are told to a server that asks for them, and declared, in %s (CAP-5, ROOT-1, ROOT-2)",
    (version) =>
      Effect.gen(function*() {
        const { server } = yield* Questioner.open(Client.roots([home, work]), { version })
        expect(declared(server)).toEqual({ roots: {} })
        expect((yield* server.ask("roots/list")).result).toEqual({ roots: [home, work] })
      })
  )

  it.effect.each(sessions)(
    "that change are announced where that was declared, and only when they do, in %s (ROOT-3)",
    (version) =>
      Effect.gen(function*() {
        const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([home])
        const { server } = yield* Questioner.open(Client.roots(roots), { version })
        expect(declared(server)).toEqual({ roots: { listChanged: true } })
        expect((yield* server.ask("roots/list")).result).toEqual({ roots: [home] })
        yield* Conversation.settle
        // what they are already is no news
        expect(server.all(changed)).toEqual([])
        yield* SubscriptionRef.set(roots, [home, work])
        yield* Conversation.settle
        expect(server.all(changed).length).toBe(1)
        expect((yield* server.ask("roots/list")).result).toEqual({ roots: [home, work] })
        yield* SubscriptionRef.set(roots, [{ ...home }, { ...work }])
        yield* Conversation.settle
        expect(server.all(changed).length).toBe(1)
      })
  )

  it.effect("that change before anybody could hear of it are announced too (ROOT-3)", () =>
    Effect.gen(function*() {
      const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([home])
      const { server } = yield* Questioner.open(Client.roots(roots))
      // nothing has run since the connection was made
      yield* SubscriptionRef.set(roots, [work])
      yield* Conversation.settle
      expect(server.all(changed).length).toBe(1)
    }))

  it.effect("are not announced to a server of 2026-07-28, and declared without more (CAP-15, CAP-8)", () =>
    Effect.gen(function*() {
      const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([home])
      const { server } = yield* Questioner.open(Client.roots(roots), { version: "2026-07-28" })
      expect(declared(server)).toEqual({ roots: {} })
      yield* SubscriptionRef.set(roots, [work])
      yield* Conversation.settle
      expect(server.all(changed)).toEqual([])
    }))

  it.effect("are not heard of any more by a connection that has ended", () =>
    Effect.gen(function*() {
      const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([home])
      const registry = Registry.make({})
      yield* Effect.provideService(ClientRoots.register(roots), Registry.Registry, registry)
      let told = 0
      const notify = () => Effect.sync(() => void told++)
      // as much of a connection as is needed
      const caller = { revision: Revisions.byVersion("2025-11-25"), notify } as unknown as Caller
      yield* Effect.scoped(Effect.gen(function*() {
        yield* registry.connected[0]!(caller)
        yield* SubscriptionRef.set(roots, [work])
        yield* Conversation.settle
        expect(told).toBe(1)
      }))
      yield* SubscriptionRef.set(roots, [home])
      yield* Conversation.settle
      expect(told).toBe(1)
    }))

  const wrong = [
    "https://example.com/",
    "/home/ada",
    "file:relative",
    "file:///home/../etc",
    "file:///home/%2E%2e/etc",
    "file:///home/./ada",
    "file:///home%2f..%2fetc",
    "file:///home%5c..",
    "file:///home%00",
    "file:///home/ada?version=1",
    "file:///home/my files"
  ]

  it.effect.each(wrong)(
    "are file URIs that lead nowhere else: not %s (ROOT-5, ROOT-7)",
    (uri) =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(Questioner.open(Client.roots([home, { uri }])))
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({
          message: `Not the URI of a root: ${uri}`
        })
        const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([{ uri }])
        expect(Exit.isFailure(yield* Effect.exit(Questioner.open(Client.roots(roots))))).toBe(true)
      })
  )

  it.effect.each(wrong)("that become something else are left out, with a warning: %s (ROOT-5, ROOT-7)", (uri) => {
    const logged: Array<unknown> = []
    return Effect.gen(function*() {
      const roots = yield* SubscriptionRef.make<ReadonlyArray<Root>>([home])
      const { server } = yield* Questioner.open(Client.roots(roots))
      yield* SubscriptionRef.set(roots, [home, { uri }])
      yield* Conversation.settle
      expect((yield* server.ask("roots/list")).result).toEqual({ roots: [home] })
      expect(logged).toEqual([["Roots that are not told to the server, because they are no file URIs: 1"]])
      // as far as the server knows, nothing has changed
      expect(server.all(changed)).toEqual([])
    }).pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => void logged.push(message))])))
  })

  it.effect("may be names of machines, of drives, and with letters of every language", () =>
    Effect.gen(function*() {
      const roots = [{ uri: "file://nas/share" }, { uri: "file:///C:/Users/Ada" }, { uri: "file:///home/%C3%A4/..b/" }]
      const { server } = yield* Questioner.open(Client.roots(roots))
      expect((yield* server.ask("roots/list")).result).toEqual({ roots })
    }))

  it.effect.each(["2025-11-25", "2026-07-28"])(
    "are guidance: what lies outside of them is asked for as well, in %s (ROOT-11)",
    (version) =>
      Effect.gen(function*() {
        const contents = [{ uri: "file:///etc/hosts", text: "127.0.0.1" }]
        const { client } = yield* Questioner.open(Client.roots([home]), {
          version,
          script: ({ params }) => ({
            result: {
              resultType: "complete",
              contents: params?.["uri"] === contents[0]!.uri ? contents : [],
              ttlMs: 0,
              cacheScope: "private"
            }
          })
        })
        expect(yield* client.request("resources/read", { uri: "file:///etc/hosts" })).toMatchObject({ contents })
      })
  )

  it.effect("that a client has none of are not declared, and asking for them is an error (ROOT-6)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open()
      expect(declared(server)).toEqual({})
      expect((yield* server.ask("roots/list")).error).toMatchObject({ code: -32601 })
    }))
})
