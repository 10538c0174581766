import { describe, expect, it } from "@effect/vitest"
import * as Client from "@mcp-effect/core/Client"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Replay from "@mcp-effect/testkit/Replay"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { parsed } from "./Scripts.ts"

describe("replaying to a client", () => {
  const initialize = `# A client that lists tools
> {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"host","version":"1.0.0"}}}
< {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"recorded","version":"1.0.0"}}}
> {"jsonrpc":"2.0","method":"notifications/initialized"}
`
  const list = `> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}
< {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}],"nextCursor":"$1"}}
> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"cursor":"$1"}}
< {"jsonrpc":"2.0","id":2,"result":{"tools":[]}}
`
  const connect = (transport: Transport["Service"]) =>
    Client.make({ name: "host", version: "1.0.0", transport, versions: ["2025-11-25"] })

  const using = <A, E>(session: (client: Client.Methods) => Effect.Effect<A, E>) => (transport: Transport["Service"]) =>
    Effect.flatMap(connect(transport), session)

  it.live("answers as the server did, and finds that the client said what it has to", () =>
    Effect.gen(function*() {
      const { items } = yield* Replay.toClient(parsed(initialize + list), using((client) => client.tools))
      expect(items.map(({ name }) => name)).toEqual(["a"])
    }))

  it.live("breaks the connection when the client says something else, and tells what", () =>
    Effect.gen(function*() {
      const exits: Array<Exit.Exit<void, unknown>> = []
      const ping = using((client) => Effect.map(Effect.exit(client.ping()), (exit) => exits.push(exit)))
      const error = yield* Effect.flip(Replay.toClient(parsed(initialize + list), ping))
      expect(exits.map(Exit.isFailure)).toEqual([true])
      expect(error.message).toContain("A client that lists tools: line 5: the client said what is not expected")
      // what became of it at the client is not what was wrong
      const failing = yield* Effect.flip(Replay.toClient(parsed(initialize + list), using((client) => client.ping())))
      expect(failing).toMatchObject({ _tag: "Mismatch", line: 5 })
    }))

  it.live("ends the connection on the side that listens, too", () =>
    Effect.gen(function*() {
      const { transport } = yield* Replay.scripted(parsed(initialize))
      const running = yield* Effect.forkChild(transport.run(() => {}), { startImmediately: true })
      yield* Effect.ignore(transport.send({ jsonrpc: "2.0", method: "something/else" }))
      const exit = yield* Fiber.await(running)
      expect(Exit.isFailure(exit) && Exit.findErrorOption(exit)).toMatchObject({
        value: { reason: { _tag: "Broken" } }
      })
    }))

  it.live("finds that the client says less, or more, and leaves other errors to whoever made them", () =>
    Effect.gen(function*() {
      const patience = 50
      const less = Replay.toClient(parsed(initialize + list), using(() => Effect.void), { patience })
      expect((yield* Effect.flip(less)).message).toContain("line 5: the client did not say this")
      const more = Replay.toClient(parsed(initialize), using((client) => Effect.exit(client.ping())), { patience })
      expect(yield* Effect.flip(more)).toMatchObject({ reason: { _tag: "Unexpected" } })
      const other = Replay.toClient(parsed(initialize + list), using(() => Effect.fail("something else")), { patience })
      expect(yield* Effect.flip(other)).toBe("something else")
    }))

  it.live("takes what is said at the same time in any order, when it is told so", () =>
    Effect.gen(function*() {
      const entries = parsed(`> {"jsonrpc":"2.0","id":1,"method":"a"}
> {"jsonrpc":"2.0","id":2,"method":"b"}
< {"jsonrpc":"2.0","id":1,"result":{}}
`)
      const talk = Effect.fnUntraced(function*(isOrdered: boolean) {
        const { outcome, transport } = yield* Replay.scripted(entries, { isOrdered })
        yield* Effect.ignore(transport.send({ jsonrpc: "2.0", id: 2, method: "b" }))
        yield* Effect.ignore(transport.send({ jsonrpc: "2.0", id: 1, method: "a" }))
        yield* outcome
      })
      yield* talk(false)
      expect((yield* Effect.flip(talk(true))).reason._tag).toBe("Missing")
    }))
})
