import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { Turns } from "../src/Turns.ts"
import * as Client from "./NeutralClient.ts"
import { serve, settle } from "./Serving.ts"
import * as Stateless from "./StatelessClient.ts"

const post = (message: any) => Client.post(message, Stateless.headersOf(message))

const echo = (length: number) => Stateless.call(1, "echo", { text: "x".repeat(length) })

const turn = Effect.promise(() => new Promise(setImmediate))

const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

describe("long bodies", () => {
  it.effect("are understood one in each turn of the event loop, and short ones at once", () =>
    serve({}, (server) =>
      Effect.gen(function*() {
        const long = yield* Effect.forEach(Array.from({ length: 5 }), () => fork(post(echo(100_000))))
        expect(server.calls()).toBe(0)
        expect((yield* post(echo(10))).status).toBe(200)
        let calls = server.calls()
        for (let turns = 0; turns < 20; turns++) {
          yield* turn
          expect(server.calls() - calls).toBeLessThan(2)
          calls = server.calls()
        }
        const replies = yield* Fiber.joinAll(long)
        expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
        expect(calls).toBe(6)
      })))

  it.effect("are so many at most: others get 503 and a time to come back, and a client that leaves makes room", () =>
    serve({ maxLongBodies: 2 }, (server) =>
      Effect.gen(function*() {
        const [first, second] = [yield* fork(post(echo(100_000))), yield* fork(post(echo(100_000)))]
        const refused = yield* post(echo(100_000))
        expect([refused.status, refused.json.error.code]).toEqual([503, -32603])
        expect(refused.headers["retry-after"]).toMatch(/^\d+$/)
        yield* Fiber.interrupt(second)
        expect((yield* post(echo(100_000))).status).toBe(200)
        expect((yield* Fiber.join(first)).status).toBe(200)
        expect(server.calls()).toBe(2)
      })))
})

it.effect("requests with long bodies are so many at most for as long as they hold them, and others come in", () =>
  serve({ maxLongBodies: 2, streamAfter: 250 }, (server) =>
    Effect.gen(function*() {
      const long = (name: string, gate: string) =>
        fork(post(Stateless.call(1, name, { gate }, { padding: "x".repeat(100_000) })))
      const [first, second] = [yield* long("wait", "a"), yield* long("finish", "b")]
      yield* server.arrived("a")
      yield* server.arrived("b")
      yield* TestClock.adjust(250)
      const { stream } = yield* Fiber.join(first) // a handler that goes on without its client holds what it was given
      ;(yield* Fiber.join(second)).stream!.disconnect()
      expect((yield* post(echo(100_000))).status).toBe(503)
      expect((yield* post(echo(10))).status).toBe(200)
      yield* server.open("a")
      yield* settle
      expect(stream!.state).toBe("ended")
      expect((yield* post(echo(100_000))).status).toBe(200)
      const third = yield* long("wait", "c")
      yield* server.arrived("c")
      expect((yield* post(echo(100_000))).status).toBe(503)
      yield* server.open("b")
      yield* server.open("c")
      yield* Fiber.join(third)
      yield* settle
      for (let i = 0; i < 5; i++) expect((yield* post(echo(100_000))).status).toBe(200)
    })))

it.effect("a turn whose work fails is over like any other", () =>
  Effect.gen(function*() {
    const turns = new Turns(1)
    const failed = yield* Effect.exit(turns.take(() => {
      throw new Error("broken")
    }))
    expect([failed._tag, turns.isFull]).toEqual(["Failure", false])
    expect(yield* turns.take(() => 1)).toBe(1)
  }))
