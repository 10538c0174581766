/**
 * What every platform has to do alike with requests that stand for themselves, as tests over the Web's `fetch`: the same for each adapter.
 *
 * @since 0.1.0
 */
import { describe, expect, it } from "@effect/vitest"
import * as KeyRing from "@mcp-effect/core/KeyRing"
import type * as Server from "@mcp-effect/core/Server"
import type * as Endpoint from "@mcp-effect/http/Endpoint"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Client from "./NeutralClient.ts"
import { jsonHeaders, Reader, type Serve, type Served } from "./Scenarios.ts"
import * as Stateless from "./StatelessClient.ts"
import * as TestServer from "./TestServer.ts"

type Headers = Record<string, string>

/** Whoever stops waiting for a reply drops the connection. */
const send = ({ fetch }: Served, method: string, headers: Headers, body?: string) =>
  Effect.promise((signal) =>
    fetch("/mcp", {
      method,
      headers: { ...jsonHeaders, ...headers },
      signal,
      ...(body === undefined ? {} : { body })
    })
  )

const post = (served: Served, message: any, headers: Headers = {}) =>
  send(served, "POST", { ...Stateless.headersOf(message), ...headers }, JSON.stringify(message))

const text = (response: Response) => Effect.promise(() => response.text())

const json = (response: Response) => Effect.promise((): Promise<any> => response.json())

const steps = (gate: string) => Stateless.call(1, "steps", { count: 1, gate }, { progressToken: "p" })

/** Waits a second at most for a condition that events outside of Effect bring about. */
const soon = (holds: () => boolean): Effect.Effect<void> =>
  Effect.promise(() => new Promise(setImmediate)).pipe(
    Effect.repeat({ until: holds }),
    Effect.timeout("1 second"),
    Effect.orDie,
    Effect.asVoid
  )

/** Goes through all rounds, each at another of these places. */
const converse = Effect.fnUntraced(function*(places: ReadonlyArray<Served>, answers: ReadonlyArray<string>) {
  let params: any = { name: "interview", arguments: {} }
  for (let round = 0;; round++) {
    const { result } = yield* json(
      yield* post(places[round % places.length]!, Stateless.request(round, "tools/call", params))
    )
    if (result.resultType !== "input_required") return { round, result }
    const responses = Object.keys(result.inputRequests).map((key) =>
      [key, { action: "accept", content: { answer: answers[round] } }] as const
    )
    params = { ...params, inputResponses: Object.fromEntries(responses), requestState: result.requestState }
  }
})

// However slow the machine is, a reply is a stream only where something comes before the response.
const patient: Endpoint.Options = { drainTimeout: 0, streamAfter: "1 minute" }

/** Declares the tests. */
export const declare = (name: string, serve: Serve): void => {
  const test = <E>(
    options: Endpoint.Options & { readonly server?: Partial<Server.Options> },
    body: (served: Served, server: TestServer.TestServer) => Effect.Effect<void, E, Scope.Scope>
  ) =>
  () =>
    Effect.scoped(Effect.gen(function*() {
      const { server: serverOptions, ...rest } = options
      const server = TestServer.make(serverOptions)
      const served = yield* serve(server, { ...patient, ...rest })
      yield* body(served, server)
    }))

  describe(`${name}, stateless`, () => {
    it.live(
      "answers with JSON, and tells by status what is wrong (HTTP26-6, HTTP26-7, HTTP26-22, HTTP26-30, HTTP26-31, HTTP26-34)",
      test({}, (served) =>
        Effect.gen(function*() {
          const reply = yield* post(served, Stateless.call(1, "echo", { text: "héllo ✓" }))
          expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "application/json"])
          expect(reply.headers.has("mcp-session-id")).toBe(false)
          expect((yield* json(reply)).result.structuredContent).toEqual({ text: "héllo ✓" })
          const told = yield* post(served, { jsonrpc: "2.0", method: "notifications/anything" })
          expect([told.status, yield* text(told)]).toEqual([202, ""])
          const listed = Stateless.request("x", "tools/list")
          const cases: ReadonlyArray<readonly [any, Headers, number, number]> = [
            [listed, { "mcp-method": "prompts/list" }, 400, -32020],
            [listed, { "mcp-protocol-version": "v9" }, 400, -32020],
            [Client.request("x", "tools/list"), {}, 400, -32602],
            [
              Stateless.request("x", "tools/list", {}, { "io.modelcontextprotocol/protocolVersion": "v9" }),
              { "mcp-protocol-version": "v9" },
              400,
              -32022
            ],
            [Stateless.request("x", "ping"), {}, 404, -32601]
          ]
          for (const [message, headers, status, code] of cases) {
            const refused = yield* post(served, message, headers)
            const { error, id } = yield* json(refused)
            expect([refused.status, refused.headers.get("content-type"), error.code, id]).toEqual([
              status,
              "application/json",
              code,
              "x"
            ])
          }
        }))
    )

    it.live(
      "answers with a stream of events when something comes before the response (HTTP26-7, HTTP26-8, HTTP26-11, HTTP26-12)",
      test({}, (served) =>
        Effect.gen(function*() {
          const reply = yield* post(served, Stateless.call(1, "steps", { count: 3 }, { progressToken: "p" }))
          expect([reply.status, reply.headers.get("content-type"), reply.headers.get("x-accel-buffering")]).toEqual([
            200,
            "text/event-stream",
            "no"
          ])
          const events = Client.parseEvents(yield* text(reply))
          expect(Client.messagesOf(events).map(({ id, params }) => id ?? params.progress)).toEqual([1, 2, 3, 1])
          expect(events.every(({ id }) => id === undefined)).toBe(true)
        }))
    )

    it.live(
      "knows no GET and no DELETE without sessions (HTTP26-2, VER-14)",
      test({ server: { eras: ["stateless"] } }, (served) =>
        Effect.gen(function*() {
          for (const method of ["GET", "DELETE"]) {
            const reply = yield* send(served, method, { "mcp-session-id": "x" })
            yield* text(reply)
            expect([method, reply.status]).toEqual([method, 405])
          }
          const reply = yield* send(served, "POST", {}, JSON.stringify(Client.initializeRequest()))
          expect([reply.status, (yield* json(reply)).error.code]).toEqual([400, -32022])
        }))
    )

    it.live(
      "serves sessions beside it (HTTP26-40, VER-12)",
      test({}, (served) =>
        Effect.gen(function*() {
          const opened = yield* send(served, "POST", {}, JSON.stringify(Client.initializeRequest()))
          const id = opened.headers.get("mcp-session-id")!
          yield* text(opened)
          const replies = yield* Effect.forEach(Array.from({ length: 20 }, (_, i) => i), (i) =>
            Effect.flatMap(
              i % 2 === 0
                ? post(served, Stateless.call(1, "echo", { text: `${i}` }))
                : send(
                  served,
                  "POST",
                  { "mcp-session-id": id },
                  JSON.stringify(Client.call(i, "echo", { text: `${i}` }))
                ),
              json
            ), { concurrency: 10 })
          expect(replies.map(({ result }) => [result.structuredContent.text, "resultType" in result])).toEqual(
            replies.map((_, i) => [`${i}`, i % 2 === 0])
          )
        }))
    )

    it.live(
      "a client that leaves before the reply cancels its request within a second (HTTP26-16, HTTP26-18)",
      test({}, (served, server) =>
        Effect.gen(function*() {
          const waiting = yield* Effect.forkChild(post(served, Stateless.call(1, "wait", { gate: "a" })))
          yield* server.arrived("a")
          yield* Fiber.interrupt(waiting)
          yield* soon(() => server.waiting() === 0)
          expect(server.interrupted).toEqual(["a"])
        }))
    )

    it.live(
      "a client that leaves a stream cancels its request within a second (HTTP26-16, HTTP26-18)",
      test({}, (served, server) =>
        Effect.gen(function*() {
          const reader = new Reader(yield* post(served, steps("a")))
          expect(yield* reader.messages(1)).toHaveLength(1)
          yield* server.arrived("a")
          yield* reader.cancel
          yield* soon(() => server.waiting() === 0)
          expect(server.interrupted).toEqual(["a"])
        }))
    )

    it.live(
      "a client that leaves a stream that it has not begun to read cancels its request within a second (HTTP26-16, HTTP26-18)",
      test({}, (served, server) =>
        Effect.gen(function*() {
          const controller = new AbortController()
          const message = steps("a")
          const reply = yield* Effect.promise(() =>
            served.fetch("/mcp", {
              method: "POST",
              headers: { ...jsonHeaders, ...Stateless.headersOf(message) },
              body: JSON.stringify(message),
              signal: controller.signal
            })
          )
          expect(reply.status).toBe(200)
          yield* server.arrived("a")
          controller.abort()
          yield* soon(() => server.waiting() === 0)
          expect(server.interrupted).toEqual(["a"])
        }))
    )

    it.live(
      "two hundred clients that leave, sooner or later, leave no handler behind (HTTP26-16)",
      test({ streamAfter: 2 }, (served, server) =>
        Effect.gen(function*() {
          yield* Effect.forEach(Array.from({ length: 200 }, (_, i) => i), (i) =>
            Effect.gen(function*() {
              const message = i % 2 === 0 ? steps(`${i}`) : Stateless.call(1, "wait", { gate: `${i}` })
              const waiting = yield* Effect.forkChild(post(served, message))
              // every other pair leaves once its handler is at work
              yield* i % 4 < 2 ? server.arrived(`${i}`) : Effect.repeat(Effect.yieldNow, { times: i % 6 })
              yield* Fiber.interrupt(waiting)
              const exit = waiting.pollUnsafe()
              if (exit?._tag === "Success") yield* Effect.promise(() => exit.value.body!.cancel())
            }), { concurrency: 20, discard: true })
          yield* soon(() => server.waiting() === 0)
          expect(server.interrupted.length).toBeGreaterThanOrEqual(100)
        }))
    )

    it.live(
      "subscriptions/listen is a stream from its first message on, until its client leaves (SUB-4, SUB-15, SUB-22)",
      test({ maxRequests: 1, heartbeat: 20 }, (served, server) =>
        Effect.gen(function*() {
          const message = Stateless.request("s", "subscriptions/listen", {
            notifications: { resourceSubscriptions: ["test://counter"] }
          })
          const reader = new Reader(yield* post(served, message))
          expect(yield* reader.messages(1)).toMatchObject([{ method: "notifications/subscriptions/acknowledged" }])
          const full = yield* post(served, Stateless.call(1, "echo", { text: "" }))
          expect([full.status, full.headers.has("retry-after"), (yield* json(full)).id]).toEqual([503, true, 1])
          yield* server.touch
          expect((yield* reader.messages(2))[1]).toMatchObject({
            method: "notifications/resources/updated",
            params: { _meta: { "io.modelcontextprotocol/subscriptionId": "s" } }
          })
          // it is kept alive meanwhile
          expect(yield* reader.comments(1)).not.toEqual([])
          yield* server.touch
          expect(yield* reader.messages(3)).toHaveLength(3)
          yield* reader.cancel
          let status = 503
          for (let i = 0; i < 200 && status === 503; i++) {
            const again = yield* post(served, Stateless.call(1, "echo", { text: "" }))
            yield* text(again)
            status = again.status
          }
          expect(status).toBe(200)
        }))
    )

    it.live(
      "a client that does not read is disconnected, its request cancelled, and others are served meanwhile",
      test({ heartbeat: 100 }, (served, server) =>
        Effect.gen(function*() {
          const meta = { "io.modelcontextprotocol/logLevel": "info" }
          const reply = yield* post(served, Stateless.call(1, "chatter", { count: 100_000, size: 1000 }, meta))
          expect(reply.status).toBe(200)
          yield* Effect.repeat(
            Effect.gen(function*() {
              const other = yield* post(served, Stateless.call(1, "echo", { text: "a" }))
              expect((yield* json(other)).result.structuredContent).toEqual({ text: "a" })
            }),
            { until: () => server.interrupted.includes("chatter") }
          )
          expect((yield* Effect.exit(text(reply)))._tag).toBe("Failure")
        })),
      20_000
    )

    it.live(
      "a client that reads gets everything, however much it is",
      test({}, (served) =>
        Effect.gen(function*() {
          const meta = { "io.modelcontextprotocol/logLevel": "info" }
          const reply = yield* post(served, Stateless.call(1, "chatter", { count: 2000, size: 2000 }, meta))
          const messages = Client.messagesOf(Client.parseEvents(yield* text(reply)))
          expect(messages).toHaveLength(2001)
          expect(messages.at(-1).id).toBe(1)
        }))
    )

    it.live(
      "many clients that all use the id 1 each get their own answer (VER-6)",
      test({}, (served) =>
        Effect.gen(function*() {
          const texts = yield* Effect.forEach(
            Array.from({ length: 300 }, (_, i) => `text ${i}`),
            (text) => Effect.flatMap(post(served, Stateless.call(1, "echo", { text })), json),
            { concurrency: 50 }
          )
          expect(texts.map(({ result }) => result.structuredContent.text)).toEqual(texts.map((_, i) => `text ${i}`))
        }))
    )

    it.live(
      "a preflight allows the headers of the stateless era, those of parameters among them (HDR-2)",
      test({ allowedOrigins: ["https://app.example"] }, (served) =>
        Effect.gen(function*() {
          const asked = "content-type,mcp-method,mcp-name,mcp-param-region,mcp-protocol-version"
          const preflight = yield* send(served, "OPTIONS", {
            origin: "https://app.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": asked
          })
          expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([204, asked])
          const reply = yield* post(served, Stateless.call(1, "echo", { text: "a" }), { origin: "https://app.example" })
          expect(reply.headers.get("access-control-allow-origin")).toBe("https://app.example")
        }))
    )

    it.live("a conversation of several rounds goes on at any server that has the keys, and at no other", () =>
      Effect.scoped(Effect.gen(function*() {
        const keys = (byte: number) =>
          Layer.orDie(KeyRing.layer({ current: { id: "k", secret: Redacted.make(new Uint8Array(32).fill(byte)) } }))
        const place = (byte: number) => {
          const server = TestServer.make()
          return serve({ ...server, layer: Layer.provide(server.layer, keys(byte)) }, patient)
        }
        const [here, there, elsewhere] = [yield* place(1), yield* place(1), yield* place(2)]
        const { result, round } = yield* converse([here, there], ["Ada", "London", "a cat"])
        expect([round, result.structuredContent]).toEqual([3, { text: "Ada, London, a cat" }])
        const alone = yield* converse([there], ["Bob", "Paris", "a dog"])
        expect(alone.result.structuredContent).toEqual({ text: "Bob, Paris, a dog" })
        const begun = yield* json(yield* post(here, Stateless.call(1, "interview")))
        const { inputRequests, requestState } = begun.result
        const [key] = Object.keys(inputRequests)
        const strange = yield* post(
          elsewhere,
          Stateless.request(2, "tools/call", {
            name: "interview",
            arguments: {},
            requestState,
            inputResponses: { [key!]: { action: "accept", content: { answer: "Eve" } } }
          })
        )
        expect([strange.status, (yield* json(strange)).error.code]).toEqual([200, -32602])
      })))
  })
}
