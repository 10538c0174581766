import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import type * as JsonRpc from "../../src/JsonRpc.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import { ParameterHeaders } from "../../src/ParameterHeaders.ts"
import * as Progress from "../../src/Progress.ts"
import type { CreateMessageResult } from "../../src/protocol/Sampling.ts"
import * as Roots from "../../src/Roots.ts"
import * as Sampling from "../../src/Sampling.ts"
import * as Server from "../../src/Server.ts"
import type * as SessionError from "../../src/SessionError.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"
import * as Conversation from "../Conversation.ts"
import * as Questioner from "./Questioner.ts"

type Json = Conversation.Json

const version = "2026-07-28"

const text = (text: string) => ({ type: "text" as const, text })

const form = (message: string, properties: Json = { answer: { type: "string" } }) => ({
  method: "elicitation/create",
  params: { mode: "form", message, requestedSchema: { type: "object", properties } }
})

const sampling = {
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content: text("Hello") }], maxTokens: 10 }
}

const rootsList = { method: "roots/list" }

const model: CreateMessageResult = { role: "assistant", content: text("Hi"), model: "test-1" }

/** A user who answers each question with itself. */
const echoing = Client.elicitation({
  form: ({ message }) => Effect.succeed({ action: "accept", content: { answer: message } })
})

const everything = Layer.mergeAll(
  echoing,
  Client.sampling(() => Effect.succeed({ ...model, _meta: { cost: 1 }, resultType: "complete" })),
  Client.roots([{ uri: "file:///work" }])
)

/** Answers calls with these, one after the other, and then with a result; other requests with nothing. */
const rounds = (...answers: ReadonlyArray<Json>): Questioner.Script => {
  let calls = 0
  return ({ method }) =>
    method === "tools/call" || method === "prompts/get" || method === "resources/read"
      ? answers[calls++] ?? Questioner.said("done")
      : undefined
}

const asks = Questioner.inputRequired

const open = <E = never, R = never>(
  script: Questioner.Script,
  handlers?: Layer.Layer<never, E, R>,
  options?: Questioner.Options
) => Questioner.open(handlers, { version, script, ...options })

const call = (client: Client.Methods, options?: object) =>
  Effect.result(client.request("tools/call", { name: "book", arguments: { nights: 2 } }, options))

const calls = (server: Questioner.Questioner) => server.all("tools/call").map(({ params }) => params)

/** What a request says beside its `_meta`. */
const own = (params: Json | undefined) => {
  const { _meta, ...rest } = params ?? {}
  return rest
}

/** What is logged meanwhile, as text. */
const logging = (logged: Array<string>) =>
  Effect.provide(
    Logger.layer([Logger.make(({ cause, message }) => void logged.push(`${message} ${cause.reasons[0]}`))])
  )

describe("a request whose server asks for input", () => {
  it.effect("is sent again with all answers under the keys of the questions, as bare results (MRTR-16, MRTR-18, MRTR-23, CAP-8)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* open(
        rounds(asks({ inputRequests: { "a b": form("Name?"), m: sampling, "#r": rootsList }, requestState: "s1" })),
        everything
      )
      expect(yield* call(client)).toMatchObject({ success: { content: [text("done")] } })
      const [first, second, ...more] = calls(server)
      expect(more).toEqual([])
      expect(own(first)).toEqual({ name: "book", arguments: { nights: 2 } })
      expect(own(second)).toEqual({
        name: "book",
        arguments: { nights: 2 },
        inputResponses: {
          "a b": { action: "accept", content: { answer: "Name?" } },
          m: { ...model, _meta: { cost: 1 } },
          "#r": { roots: [{ uri: "file:///work" }] }
        },
        requestState: "s1"
      })
    }))

  it.effect.each<["prompts/get" | "resources/read" | "tools/call", Json, Json]>([
    ["tools/call", { name: "book" }, { content: [] }],
    ["prompts/get", { name: "book" }, { messages: [] }],
    ["resources/read", { uri: "app://book" }, { contents: [], ttlMs: 0, cacheScope: "private" }]
  ])("may be %s (MRTR-18)", ([method, params, result]) =>
    Effect.gen(function*() {
      const { client, server } = yield* open(
        rounds(asks({ inputRequests: { q: form("Name?") } }), { result: { resultType: "complete", ...result } }),
        echoing
      )
      expect(yield* client.request(method, params as never)).toMatchObject(result)
      expect(server.all(method).map(({ params }) => own(params))).toEqual([
        params,
        { ...params, inputResponses: { q: { action: "accept", content: { answer: "Name?" } } } }
      ])
    }))

  it.effect("cannot be one of another method: that is no result of it (MRTR-2)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* open(
        ({ method }) => method === "tools/list" ? asks({ inputRequests: { q: form("Name?") }, tools: [] }) : undefined,
        echoing
      )
      expect(yield* Effect.result(client.request("tools/list", {}))).toMatchObject({
        failure: { reason: { _tag: "InvalidAnswer", method: "tools/list" } }
      })
      expect(server.all("tools/list").length).toBe(1)
    }))

  it.effect("has another id each time, and all of its _meta and headers, and a token for progress (MRTR-21, MRTR-24, META-9, META-10, META-11)", () =>
    Effect.gen(function*() {
      const headers: Array<unknown> = []
      const [near, far] = yield* MemoryTransport.make()
      const received: Array<Conversation.Message> = []
      const say = (id: unknown, result: Json) =>
        Effect.runFork(far.send({ jsonrpc: "2.0", id, ...result } as JsonRpc.Message))
      yield* Effect.forkScoped(far.run((json) => {
        const message = json as Conversation.Message
        received.push(message)
        if (message.method === "server/discover") {
          say(message.id, {
            result: {
              resultType: "complete",
              supportedVersions: [version],
              capabilities: { tools: {} },
              ttlMs: 0,
              cacheScope: "private"
            }
          })
        } else {
          say(
            message.id,
            received.length === 2 ? asks({ inputRequests: { q: form("Name?") } }) : Questioner.said("done")
          )
        }
      }))
      const transport: Transport["Service"] = {
        ...near,
        send: (message) =>
          Effect.contextWith((context: Context.Context<never>) => {
            headers.push(Context.get(context, ParameterHeaders))
            return near.send(message)
          })
      }
      const client = yield* Client.make({ name: "test", version: "1.0.0", transport, versions: [version] }, echoing)
      yield* Effect.provideService(
        client.request("tools/call", { name: "book", _meta: { "example.com/trace": "t1" } }, {
          onProgress: () => Effect.void
        }),
        ParameterHeaders,
        { "Mcp-Param-Region": "eu" } as never
      )
      const [, first, second] = received
      expect(first?.id).not.toBe(second?.id)
      for (const { id, params } of [first!, second!]) {
        expect(params?.["_meta"]).toEqual({
          "io.modelcontextprotocol/protocolVersion": version,
          "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
          "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
          "example.com/trace": "t1",
          progressToken: id
        })
      }
      expect(headers.slice(1)).toEqual([{ "Mcp-Param-Region": "eu" }, { "Mcp-Param-Region": "eu" }])
    }))

  it.effect("speaks for the client in _meta, whatever a caller says there (META-9, META-10, META-11)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* open(rounds(), echoing)
      const own = {
        "io.modelcontextprotocol/protocolVersion": "2025-11-25",
        "io.modelcontextprotocol/clientInfo": { name: "another", version: "2.0.0" },
        "io.modelcontextprotocol/clientCapabilities": { sampling: {} }
      }
      yield* client.request("tools/call", { name: "book", _meta: { ...own, "example.com/trace": "t1" } })
      yield* client.request("tools/call", { name: "book" })
      const [given, none] = calls(server).map((params) => params?.["_meta"] as Json)
      expect(given).toEqual({ ...none, "example.com/trace": "t1" })
      expect(none).toMatchObject({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } }
      })
    }))

  it.effect("gives a state back as it came, and none where none came, whatever came before (MRTR-19, MRTR-20)", () =>
    Effect.gen(function*() {
      const state = "\u00e4 {\"a\":1}\n\ud83d\ude00 %41 + "
      const question = { inputRequests: { q: form("Name?") } }
      const { client, server } = yield* open(
        rounds(asks({ ...question, requestState: state }), asks(question), asks({ ...question, requestState: "" })),
        echoing
      )
      yield* call(client)
      expect(calls(server).map((params) => params?.["requestState"])).toEqual([undefined, state, undefined, ""])
      // also not what the caller brought to the first one alone
      const resumed = yield* open(rounds(asks(question)), echoing)
      yield* resumed.client.request("tools/call", {
        name: "book",
        requestState: "mine",
        inputResponses: { old: { action: "cancel" } }
      })
      expect(calls(resumed.server).map(own)).toEqual([
        { name: "book", requestState: "mine", inputResponses: { old: { action: "cancel" } } },
        { name: "book", inputResponses: { q: { action: "accept", content: { answer: "Name?" } } } }
      ])
    }))

  it.effect("keeps its answers to itself while others go on beside it (MRTR-22)", () =>
    Effect.gen(function*() {
      const asked = new Set<unknown>()
      const { client, server } = yield* open(({ method, params }) => {
        if (method !== "tools/call") return undefined
        const name = params?.["name"] as string
        if (asked.has(name)) return Questioner.said(name)
        asked.add(name)
        return asks({ inputRequests: { q: form(`${name}?`) }, requestState: `state of ${name}` })
      }, echoing)
      const names = ["a", "b", "c", "d"]
      yield* Effect.forEach(names, (name) => client.request("tools/call", { name }), { concurrency: "unbounded" })
      for (const name of names) {
        const [first, second] = calls(server).filter((params) => params?.["name"] === name).map(own)
        expect(first).toEqual({ name })
        expect(second).toEqual({
          name,
          requestState: `state of ${name}`,
          inputResponses: { q: { action: "accept", content: { answer: `${name}?` } } }
        })
      }
    }))

  it.effect("is not kept in the cache of results, nor what comes of it (MRTR-30)", () =>
    Effect.gen(function*() {
      const fresh = { result: { resultType: "complete", contents: [], ttlMs: 60_000, cacheScope: "public" } }
      const { client, server } = yield* open(
        rounds(asks({ inputRequests: { q: form("Name?") } }), fresh, fresh),
        echoing
      )
      yield* client.readResource("app://book")
      yield* client.readResource("app://book")
      // the second was asked for again, and is kept
      expect(server.all("resources/read").length).toBe(3)
      yield* client.readResource("app://book")
      expect(server.all("resources/read").length).toBe(3)
    }))

  it.effect("reports progress that rises over all of its rounds (PROG-5)", () =>
    Effect.gen(function*() {
      const seen: Array<number> = []
      const { client } = yield* open((request, server) => {
        const steps = request.params?.["requestState"] === undefined ? [1, 2] : [1, 2, 3]
        const progressToken = (request.params?.["_meta"] as Json | undefined)?.["progressToken"]
        if (request.method !== "tools/call") return undefined
        Effect.runFork(Effect.andThen(
          Effect.forEach(steps, (progress) => server.notify("notifications/progress", { progressToken, progress })),
          server.say({
            id: request.id,
            ...(steps.length === 2 ? asks({ requestState: "s" }) : Questioner.said("done"))
          })
        ))
        return undefined
      }, echoing)
      yield* call(client, {
        onProgress: ({ progress }: { readonly progress: number }) => Effect.sync(() => seen.push(progress))
      })
      expect(seen).toEqual([1, 2, 3])
    }))
})

describe("what a server asks for beside questions", () => {
  it.effect("is only to be asked again: at once, and then less and less often (MRTR-17)", () =>
    Effect.gen(function*() {
      const again = asks({ requestState: "s" })
      const { client, server } = yield* open(rounds(...Array.from({ length: 10 }, () => again)), echoing)
      const calling = yield* Effect.forkChild(call(client))
      const sent: Array<number> = []
      for (const wait of [0, 99, 1, 199, 1, 400, 800, 1600, 3200, 4999, 1, 5000, 5000]) {
        yield* TestClock.adjust(wait)
        yield* Conversation.settle
        sent.push(calls(server).length)
      }
      expect(sent).toEqual([2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11])
      expect(yield* Fiber.join(calling)).toMatchObject({ success: {} })
      expect(calls(server).slice(1).map(own)).toEqual(
        Array.from({ length: 10 }, () => ({ name: "book", arguments: { nights: 2 }, requestState: "s" }))
      )
    }))

  it.effect("is at once again after a question (MRTR-17)", () =>
    Effect.gen(function*() {
      const again = asks({ requestState: "s" })
      const { client, server } = yield* open(
        rounds(again, asks({ inputRequests: { q: form("Name?") } }), again),
        echoing
      )
      // no time passes
      expect(yield* call(client)).toMatchObject({ success: {} })
      expect(calls(server).length).toBe(4)
    }))

  it.effect("are no questions at all: there are no answers then, and no hurry (MRTR-16)", () =>
    Effect.gen(function*() {
      const none = asks({ inputRequests: {} })
      const { client, server } = yield* open(rounds(none, none), echoing)
      const calling = yield* Effect.forkChild(call(client))
      yield* Conversation.settle
      expect(calls(server).map(own)).toEqual([
        { name: "book", arguments: { nights: 2 } },
        { name: "book", arguments: { nights: 2 }, inputResponses: {} }
      ])
      yield* TestClock.adjust(100)
      expect(yield* Fiber.join(calling)).toMatchObject({ success: {} })
    }))

  it.effect.each<Json>([
    {},
    { inputRequests: null },
    { inputRequests: [form("Name?")] },
    { inputRequests: { q: "Name?" } },
    { inputRequests: { q: { method: "tools/call", params: { name: "book" } } } },
    { inputRequests: { q: { method: "elicitation/create" } } },
    { inputRequests: { q: form("Name?"), r: { method: "sampling/createMessage", params: {} } } },
    { requestState: 5 }
  ])(
    "is an answer that does not fit, and asks nobody anything: %j (MRTR-3, MRTR-4, MRTR-5)",
    (asked) =>
      Effect.gen(function*() {
        let questions = 0
        const { client, server } = yield* open(
          rounds(asks(asked)),
          Client.elicitation({
            form: () =>
              Effect.sync(() => {
                questions++
                return { action: "cancel" }
              })
          })
        )
        expect(yield* call(client)).toMatchObject({
          failure: { reason: { _tag: "InvalidAnswer", method: "tools/call" } }
        })
        expect(calls(server).length).toBe(1)
        expect(questions).toBe(0)
      })
  )

  it.effect("may have keys of any name (MRTR-18)", () =>
    Effect.gen(function*() {
      const asked = JSON.parse(
        `{ "inputRequests": { "__proto__": ${
          JSON.stringify(form("Name?"))
        }, "constructor": { "method": "roots/list" } } }`
      )
      const { client, server } = yield* open(rounds(asks(asked)), everything)
      expect(yield* call(client)).toMatchObject({ success: {} })
      const responses = calls(server)[1]?.["inputResponses"] as object
      expect(Object.entries(responses)).toEqual([
        ["__proto__", { action: "accept", content: { answer: "Name?" } }],
        ["constructor", { roots: [{ uri: "file:///work" }] }]
      ])
    }))
})

describe("input that cannot be given", () => {
  const question = asks({ inputRequests: { q: form("Name?"), m: sampling } })

  it.effect("because it was not declared is not asked for, and the request not gone on with (MRTR-28, ELIC-7, SAMP-16)", () =>
    Effect.gen(function*() {
      const tools = { ...sampling, params: { ...sampling.params, tools: [] } }
      const url = { method: "elicitation/create", params: { mode: "url", message: "Pay", url: "https://a.example/" } }
      for (const asked of [question, asks({ inputRequests: { q: url } }), asks({ inputRequests: { q: rootsList } })]) {
        const { client, server } = yield* open(rounds(asked), echoing)
        expect(yield* call(client)).toMatchObject({
          failure: { reason: { _tag: "InputNotGiven", method: "tools/call" } }
        })
        expect(calls(server).length).toBe(1)
      }
      const { client } = yield* open(rounds(asks({ inputRequests: { m: tools } })), everything)
      expect(yield* call(client)).toMatchObject({ failure: { reason: { _tag: "InputNotGiven" } } })
    }))

  it.effect("because the user rejects, or a handler fails, ends the request; others are not asked any more (MRTR-28, SAMP-13)", () =>
    Effect.gen(function*() {
      let isInterrupted = false
      const { client, server } = yield* open(
        rounds(question),
        Layer.merge(
          Client.elicitation({
            form: () =>
              Effect.onInterrupt(Effect.never, () =>
                Effect.sync(() => {
                  isInterrupted = true
                }))
          }),
          Client.sampling(() => Effect.andThen(Effect.yieldNow, Effect.fail(new Client.Rejected())))
        )
      )
      expect(yield* call(client)).toMatchObject({
        failure: { reason: { _tag: "InputNotGiven", message: "User rejected sampling request" } }
      })
      expect(isInterrupted).toBe(true)
      expect(calls(server).length).toBe(1)
    }))

  it.effect("because a handler is broken is logged, and is no defect of who made the request (MRTR-28)", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const handlers = [
        Client.elicitation({ form: () => Effect.die(new Error("broken")) }),
        Client.elicitation({
          form: () => {
            throw new Error("broken")
          }
        }),
        Client.elicitation({ form: () => Effect.interrupt }),
        Client.elicitation({ form: () => Effect.succeed({ action: "accept", content: { answer: 5 } }) }),
        // what code without types may give
        Client.elicitation({ form: () => Effect.succeed({ action: "perhaps" } as never) })
      ]
      for (const handler of handlers) {
        const { client, server } = yield* open(rounds(asks({ inputRequests: { q: form("Name?") } })), handler)
        expect(yield* call(client)).toMatchObject({
          failure: {
            reason: { _tag: "InputNotGiven", message: "The handler of elicitation/create failed; the log says why" }
          }
        })
        expect(calls(server).length).toBe(1)
      }
      expect(logged.filter((line) => line.includes("A question of the server was not answered")).length).toBe(5)
    }).pipe(logging(logged))
  })

  it.effect("because the user declines or cancels a form is an answer like others (MRTR-28)", () =>
    Effect.gen(function*() {
      for (const action of ["decline", "cancel"] as const) {
        const { client, server } = yield* open(
          rounds(asks({ inputRequests: { q: form("Name?") } })),
          Client.elicitation({ form: () => Effect.succeed({ action }) })
        )
        expect(yield* call(client)).toMatchObject({ success: {} })
        expect(calls(server)[1]?.["inputResponses"]).toEqual({ q: { action } })
      }
    }))
})

describe("rounds without end", () => {
  it.effect("end after as many as the client goes along with (MRTR-29)", () =>
    Effect.gen(function*() {
      const forever = Array.from({ length: 40 }, (_, i) => asks({ inputRequests: { [`q${i}`]: form("Name?") } }))
      const byDefault = yield* open(rounds(...forever), echoing)
      expect(yield* call(byDefault.client)).toMatchObject({
        failure: { reason: { _tag: "TooManyRounds", rounds: 16 } }
      })
      expect(calls(byDefault.server).length).toBe(17)
      const few = yield* open(rounds(...forever), echoing, { maxRounds: 2 })
      expect(yield* call(few.client)).toMatchObject({ failure: { reason: { _tag: "TooManyRounds", rounds: 2 } } })
      expect(calls(few.server).length).toBe(3)
    }))

  it.effect("ask nobody anything when they ask more than would be answered in a session", () =>
    Effect.gen(function*() {
      let asked = 0
      const counting = Client.elicitation({
        form: () => Effect.sync(() => ({ action: "accept", content: { name: `${asked++}` } }))
      })
      const questions = (count: number) =>
        asks({
          inputRequests: Object.fromEntries(Array.from({ length: count }, (_, index) => [`q${index}`, form("Name?")]))
        })
      const byDefault = yield* open(rounds(questions(1025), questions(1024)), counting)
      expect(yield* call(byDefault.client)).toMatchObject({ failure: { reason: { _tag: "InvalidAnswer" } } })
      expect(asked).toBe(0)
      expect(yield* call(byDefault.client)).toMatchObject({ _tag: "Success" })
      expect(asked).toBe(1024)
      const few = yield* open(rounds(questions(3)), counting, { limits: { maxUnanswered: 2 } })
      expect(yield* call(few.client)).toMatchObject({ failure: { reason: { _tag: "InvalidAnswer" } } })
      expect(asked).toBe(1024)
    }))

  it.effect("ask no more questions at a time than the limits of the connection say, over all requests", () =>
    Effect.gen(function*() {
      let running = 0
      let most = 0
      const questions = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`q${i}`, form(`${i}?`)]))
      const asked = new Set<unknown>()
      const { client } = yield* open(
        ({ method, params }) => {
          if (method !== "tools/call") return undefined
          const name = params?.["name"]
          if (asked.has(name)) return Questioner.said("done")
          asked.add(name)
          return asks({ inputRequests: questions })
        },
        Client.elicitation({
          form: () =>
            Effect.andThen(
              Effect.sync(() => {
                most = Math.max(most, ++running)
              }),
              Effect.as(Effect.ensuring(Effect.yieldNow, Effect.sync(() => running--)), { action: "decline" as const })
            )
        }),
        { limits: { maxConcurrency: 3 } }
      )
      yield* Effect.forEach(["a", "b"], (name) => client.request("tools/call", { name }), { concurrency: "unbounded" })
      expect(most).toBe(3)
    }))

  it.effect("are over when all of the call has taken its maxTimeout, whatever goes on (MRTR-29)", () =>
    Effect.gen(function*() {
      const interrupted = yield* Deferred.make<void>()
      const slow = Client.elicitation({
        form: () =>
          Effect.onInterrupt(
            Effect.as(Effect.sleep("50 seconds"), { action: "decline" as const }),
            () => Deferred.succeed(interrupted, undefined)
          )
      })
      const question = asks({ inputRequests: { q: form("Name?") } })
      const { client, server } = yield* open(rounds(question, question, question, question), slow)
      const calling = yield* Effect.forkChild(call(client, { maxTimeout: "2 minutes" }))
      yield* Conversation.settle
      for (const _ of [1, 2, 3]) {
        yield* TestClock.adjust("40 seconds")
        yield* Conversation.settle
      }
      expect(yield* Fiber.join(calling)).toMatchObject({
        failure: { reason: { _tag: "RequestTimeout", method: "tools/call", timeout: 120_000 } }
      })
      yield* Deferred.await(interrupted)
      expect(calls(server).length).toBe(3)
    }))

  it.effect("have what is left of the maxTimeout when the server asks late (MRTR-29)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* open(() => undefined, Client.elicitation({ form: () => Effect.never }))
      const calling = yield* Effect.forkChild(call(client, { timeout: "2 minutes", maxTimeout: "2 minutes" }))
      yield* Conversation.settle
      yield* TestClock.adjust("90 seconds")
      const [first] = server.all("tools/call")
      yield* server.say({ id: first?.id, ...asks({ inputRequests: { q: form("Name?") } }) })
      yield* Conversation.settle
      yield* TestClock.adjust("29 seconds")
      expect(calling.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(calling)).toMatchObject({
        failure: { reason: { _tag: "RequestTimeout", timeout: 120_000 } }
      })
    }))

  it.effect("are cancelled at the server when time is up while it works on one (MRTR-29, CANC-15)", () =>
    Effect.gen(function*() {
      let answered = 0
      const { client, server } = yield* open(
        ({ method }) => method === "tools/call" && answered++ === 0 ? asks({ requestState: "s" }) : undefined,
        echoing
      )
      const calling = yield* Effect.forkChild(call(client, { timeout: "10 minutes", maxTimeout: "1 minute" }))
      yield* Conversation.settle
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(calling)).toMatchObject({ failure: { reason: { _tag: "RequestTimeout" } } })
      yield* Conversation.settle
      const [, second] = server.all("tools/call")
      expect(server.all("notifications/cancelled")).toMatchObject([{ params: { requestId: second?.id } }])
    }))

  it.effect("do not time out while the user is asked, for longer than one request may take (CANC-15)", () =>
    Effect.gen(function*() {
      const slow = Client.elicitation({
        form: () => Effect.as(Effect.sleep("5 minutes"), { action: "decline" as const })
      })
      const { client } = yield* open(rounds(asks({ inputRequests: { q: form("Name?") } })), slow)
      const calling = yield* Effect.forkChild(call(client, { timeout: "10 seconds" }))
      yield* Conversation.settle
      yield* TestClock.adjust("5 minutes")
      expect(yield* Fiber.join(calling)).toMatchObject({ success: {} })
    }))

  it.effect("end with who waits for them: the handler is interrupted, and nothing is left (CANC-1)", () =>
    Effect.gen(function*() {
      let isInterrupted = false
      const { client, server } = yield* open(
        rounds(asks({ inputRequests: { q: form("Name?") } })),
        Client.elicitation({
          form: () =>
            Effect.onInterrupt(Effect.never, () =>
              Effect.sync(() => {
                isInterrupted = true
              }))
        })
      )
      const calling = yield* Effect.forkChild(call(client))
      yield* Conversation.settle
      yield* Fiber.interrupt(calling)
      expect(isInterrupted).toBe(true)
      yield* TestClock.adjust("1 hour")
      // the request had been answered, so there is nothing to cancel
      expect(server.received.map(({ method }) => method)).toEqual(["server/discover", "tools/call"])
    }))
})

describe("a request of a session, while its server asks the user", () => {
  const slow = Client.elicitation({
    form: () => Effect.as(Effect.sleep("5 minutes"), { action: "accept" as const, content: { answer: "well" } })
  })

  const asking: Questioner.Script = (request, server) => {
    if (request.method === "tools/call") {
      Effect.runFork(Effect.flatMap(
        server.ask("elicitation/create", form("Name?").params),
        ({ result }) => server.say({ id: request.id, ...Questioner.said(JSON.stringify(result)) })
      ))
    }
    return undefined
  }

  it.effect("does not time out, and has all of its time again after that (CANC-15)", () =>
    Effect.gen(function*() {
      const { client } = yield* Questioner.open(slow, { script: asking })
      const calling = yield* Effect.forkChild(call(client, { timeout: "30 seconds" }))
      yield* Conversation.settle
      for (const _ of [1, 2, 3, 4, 5]) {
        yield* TestClock.adjust("1 minute")
        yield* Conversation.settle
      }
      expect(yield* Fiber.join(calling)).toMatchObject({
        success: { content: [{ text: JSON.stringify({ action: "accept", content: { answer: "well" } }) }] }
      })
    }))

  it.effect("times out when all of its time is up (CANC-17)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* Questioner.open(slow, { script: asking })
      const calling = yield* Effect.forkChild(call(client, { timeout: "30 seconds", maxTimeout: "2 minutes" }))
      yield* Conversation.settle
      for (const _ of [1, 2]) {
        yield* TestClock.adjust("1 minute")
        yield* Conversation.settle
      }
      expect(yield* Fiber.join(calling)).toMatchObject({
        failure: { reason: { _tag: "RequestTimeout", timeout: 120_000 } }
      })
      yield* Conversation.settle
      expect(server.all("notifications/cancelled").length).toBe(1)
    }))
})

describe("one set of handlers", () => {
  const say = (what: string) =>
    Effect.map(
      Sampling.createMessage({ messages: [{ role: "user", content: text(what) }], maxTokens: 10 }),
      ({ content }) => JSON.stringify(content)
    )

  const words = <R>(asked: Effect.Effect<string, SessionError.SessionError, R>) =>
    Effect.catch(asked, ({ reason }) => Effect.succeed(reason._tag))

  const features = Server.tool(
    Tool.make("everything", { input: { ask: Schema.String } }),
    ({ ask }) =>
      Effect.gen(function*() {
        yield* Progress.report({ progress: 1 })
        const roots = yield* Roots.list
        yield* Progress.report({ progress: 2 })
        const [said, answered] = yield* Effect.all([
          words(say(ask)),
          words(Effect.map(
            Elicitation.form({
              message: ask,
              fields: {
                seats: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
                meals: Schema.Array(Schema.Literals(["veg", "fish"])),
                isWindow: Schema.Boolean.annotate({ default: true })
              }
            }),
            (answer) => JSON.stringify(answer)
          ))
        ], { concurrency: "unbounded" })
        yield* Progress.report({ progress: 3 })
        const went = yield* words(
          Effect.map(Elicitation.url({ message: ask, url: "https://a.example/", id: ask }), ({ action }) => action)
        )
        return [roots[0]?.uri, said, answered, went].join(" ")
      })
  )

  const handlers = Layer.mergeAll(
    Client.roots([{ uri: "file:///work" }]),
    Client.sampling(({ messages: [message] }) =>
      Effect.succeed({ ...model, content: text(`to ${(message!.content as { text: string }).text}`) })
    ),
    Client.elicitation({
      form: ({ message, requestedSchema: { properties } }) =>
        Effect.succeed(
          message === "no"
            ? { action: "decline" }
            // where there are no choices of several, the form has one of them
            : {
              action: "accept",
              content: { seats: 2, meals: properties["meals"]?.type === "array" ? ["fish"] : "fish" }
            }
        ),
      url: ({ host, message }) =>
        Effect.succeed({ action: message === "no" || host !== "a.example" ? "cancel" : "accept", content: undefined })
    })
  )

  const accepted = (content: object) => JSON.stringify({ action: "accept", content })
  const all = accepted({ seats: 2, meals: ["fish"], isWindow: true })

  it.effect.each<[string, string, string, string, string]>([
    ["2024-11-05", "NotAllowed", "NotAllowed", "CapabilityMissing", "CapabilityMissing"],
    ["2025-03-26", "NotAllowed", "NotAllowed", "CapabilityMissing", "CapabilityMissing"],
    ["2025-06-18", all, `{"action":"decline"}`, "CapabilityMissing", "CapabilityMissing"],
    ["2025-11-25", all, `{"action":"decline"}`, "accept", "cancel"],
    ["2026-07-28", all, `{"action":"decline"}`, "accept", "cancel"]
  ])(
    "answers a server of %s in the way of its revision (ELIC-14, ELIC-15, SAMP-6, ROOT-2, MRTR-16, PROG-5)",
    ([version, yes, no, goes, stays]) =>
      Effect.gen(function*() {
        const [near, far] = yield* MemoryTransport.make()
        yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "rounds" }), Transport, far))
        const client = yield* Client.make(
          { name: "test", version: "1.0.0", transport: near, versions: [version] },
          handlers
        )
        for (const [ask, answered, went] of [["yes", yes, goes], ["no", no, stays]] as const) {
          const steps: Array<number> = []
          const { content } = yield* client.request("tools/call", { name: "everything", arguments: { ask } }, {
            onProgress: ({ progress }) => Effect.sync(() => steps.push(progress))
          })
          const said = JSON.stringify(text(`to ${ask}`))
          expect(content).toEqual([text(`file:///work ${said} ${answered} ${went}`)])
          expect(steps).toEqual([1, 2, 3])
        }
      }).pipe(Conversation.withServer(features))
  )
})
