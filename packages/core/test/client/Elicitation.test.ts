import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Client from "../../src/Client.ts"
import type * as Elicitation from "../../src/client/Elicitation.ts"
import type { Answer, RawContent } from "../../src/Elicitation.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"
import * as Conversation from "../Conversation.ts"
import * as Questioner from "./Questioner.ts"

type Json = Conversation.Json

const method = "elicitation/create"

const capabilities = (server: Questioner.Questioner) => server.received[0]?.params?.["capabilities"]

const asking = (properties: Json, required?: ReadonlyArray<string>) => ({
  message: "Well?",
  requestedSchema: { type: "object", properties, ...(required === undefined ? undefined : { required }) }
})

const accepting = (content: RawContent) => () => Effect.succeed({ action: "accept" as const, content })

const agree = () => Effect.succeed({ action: "accept" as const, content: undefined })

const going = { mode: "url", message: "Pay", url: "https://pay.example.com/1", elicitationId: "e1" }

const completed = "notifications/elicitation/complete"

/** What is logged meanwhile, as text. */
const logging = (logged: Array<string>) =>
  Effect.provide(
    Logger.layer([Logger.make(({ cause, message }) => void logged.push(`${message} ${cause.reasons[0]}`))])
  )

describe("elicitation by a client", () => {
  it.effect.each<[string, boolean, boolean, unknown]>([
    ["2025-11-25", true, false, { elicitation: { form: {} } }],
    ["2025-11-25", false, true, { elicitation: { url: {} } }],
    ["2025-11-25", true, true, { elicitation: { form: {}, url: {} } }],
    ["2025-11-25", false, false, {}],
    ["2025-06-18", true, true, { elicitation: {} }],
    ["2025-06-18", false, true, {}],
    ["2025-03-26", true, true, {}]
  ])(
    "declares in %s what it can: forms %j, URLs %j (CAP-7, CAP-10, ELIC-1)",
    ([version, form, url, declared]) =>
      Effect.gen(function*() {
        const { server } = yield* Questioner.open(
          Client.elicitation({ ...(form ? { form: accepting({}) } : {}), ...(url ? { url: agree } : {}) }),
          { version }
        )
        expect(capabilities(server)).toEqual(declared)
      })
  )

  it.effect("in a way that it has not declared is answered with -32602 (ELIC-7)", () =>
    Effect.gen(function*() {
      const forms = yield* Questioner.open(Client.elicitation({ form: accepting({}) }))
      expect((yield* forms.server.ask(method, going)).error).toMatchObject({ code: -32602 })
      const urls = yield* Questioner.open(Client.elicitation({ url: agree }))
      expect((yield* urls.server.ask(method, asking({}))).error).toMatchObject({ code: -32602 })
      expect((yield* urls.server.ask(method, { mode: "form", ...asking({}) })).error).toMatchObject({ code: -32602 })
      const none = yield* Questioner.open(Client.elicitation({}))
      expect((yield* none.server.ask(method, asking({}))).error).toMatchObject({ code: -32601 })
    }))

  it.effect("takes a question without a mode for a form, whatever else it carries (ELIC-5)", () =>
    Effect.gen(function*() {
      const seen: Array<Elicitation.Form> = []
      const { server } = yield* Questioner.open(
        Client.elicitation({
          form: (form) => Effect.as(Effect.sync(() => seen.push(form)), { action: "decline" }),
          url: agree
        })
      )
      const question = { ...asking({ name: { type: "string" } }), url: "https://example.com/" }
      expect((yield* server.ask(method, question)).result).toEqual({ action: "decline" })
      expect(seen).toMatchObject([question])
    }))

  it.effect("has content only where it was accepted, whatever its handler gives (ELIC-14, ELIC-21)", () =>
    Effect.gen(function*() {
      for (const action of ["decline", "cancel"] as const) {
        // what code without types may give
        const answer = { action, content: { name: "Ada" } } as Answer<RawContent>
        const { server } = yield* Questioner.open(Client.elicitation({ form: () => Effect.succeed(answer) }))
        expect((yield* server.ask(method, asking({ name: { type: "string" } }))).result).toEqual({ action })
      }
    }))

  it.effect("tells its handler who asks (ELIC-19, ELIC-44)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(
        Client.elicitation({ form: (_, server) => accepting({ who: server?.info?.name ?? "nobody" })() })
      )
      expect((yield* server.ask(method, asking({ who: { type: "string" } }))).result).toEqual({
        action: "accept",
        content: { who: "questioner" }
      })
    }))
})

describe("the defaults of a form", () => {
  const properties = {
    name: { type: "string", default: "Ada" },
    age: { type: "integer", default: 36 },
    height: { type: "number", default: 1.6 },
    isMember: { type: "boolean", default: false },
    size: { type: "string", enum: ["S", "M"], default: "M" },
    colour: { type: "string", oneOf: [{ const: "r", title: "Red" }], default: "r" },
    extras: { type: "array", items: { type: "string", enum: ["a", "b"] }, default: ["a"] },
    notes: { type: "string" }
  }
  const defaults = { name: "Ada", age: 36, height: 1.6, isMember: false, size: "M", colour: "r", extras: ["a"] }

  it.effect("are told to the handler, and stand for what an accepted answer leaves out (ELIC-13)", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const { server } = yield* Questioner.open(Client.elicitation({
        form: (form) => {
          seen.push(form.defaults)
          return accepting({ name: "Grace", isMember: true })()
        }
      }))
      expect((yield* server.ask(method, asking(properties, ["name", "age", "size"]))).result).toEqual({
        action: "accept",
        content: { ...defaults, name: "Grace", isMember: true }
      })
      expect(seen).toEqual([defaults])
    }))

  it.effect("are those of truth and falsehood in 2025-06-18 (ELIC-10, ELIC-13)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.elicitation({ form: accepting({}) }), { version: "2025-06-18" })
      const form = asking({ isMember: { type: "boolean", default: true }, size: { type: "string", enum: ["S"] } })
      expect((yield* server.ask(method, form)).result).toEqual({ action: "accept", content: { isMember: true } })
    }))

  it.effect("that do not fit their own field are none, and what is undefined was left out", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const { server } = yield* Questioner.open(Client.elicitation({
        form: (form) => {
          seen.push(form.defaults)
          // what code without types may give
          return accepting({ age: undefined } as unknown as RawContent)()
        }
      }))
      const form = asking({
        size: { type: "string", enum: ["S"], default: "XL" },
        age: { type: "integer", default: 3 }
      })
      expect((yield* server.ask(method, form)).result).toEqual({ action: "accept", content: { age: 3 } })
      expect(seen).toEqual([{ age: 3 }])
    }))
})

describe("the answer to a form", () => {
  const fields: ReadonlyArray<[definition: Json, fitting: ReadonlyArray<unknown>, not: ReadonlyArray<unknown>]> = [
    [{ type: "string" }, ["", "x"], [1, true, ["x"], null]],
    [{ type: "string", minLength: 2, maxLength: 3 }, ["ab", "😀😀😀"], ["a", "abcd", "😀"]],
    [{ type: "string", format: "email" }, ["ada@example.com", "a@b"], ["ada", "a@b@c", "a b@c", "@c"]],
    [{ type: "string", format: "uri" }, ["https://example.com/a?b#c", "urn:x:y"], ["example.com", "/a", "https://a b"]],
    [{ type: "string", format: "date" }, ["2024-02-29", "1969-12-31"], ["2023-02-29", "2024-2-9", "2024-13-01"]],
    [
      { type: "string", format: "date-time" },
      ["2024-02-29T23:59:60Z", "2024-02-29t00:00:00.123+05:30"],
      ["2024-02-29", "2024-02-29T00:00:00", "2024-02-29T24:00:00Z", "2023-02-29T00:00:00Z"]
    ],
    [{ type: "number" }, [1, 1.5, -0.1], ["1", Number.NaN, Infinity]],
    [{ type: "number", minimum: 0, maximum: 1.5 }, [0, 1.5], [-0.1, 1.6]],
    [{ type: "integer" }, [1, -3, 2 ** 60], [1.5, "1"]],
    [{ type: "integer", minimum: 1, maximum: 3 }, [1, 3], [0, 4]],
    [{ type: "boolean" }, [true, false], ["true", 0]],
    [{ type: "string", enum: ["S", "M"] }, ["S", "M"], ["L", "", 1]],
    [{ type: "string", enum: ["S", "M"], enumNames: ["Small", "Medium"] }, ["S"], ["Small"]],
    [{ type: "string", oneOf: [{ const: "r", title: "Red" }] }, ["r"], ["Red", "g"]],
    [{ type: "array", items: { type: "string", enum: ["a", "b"] } }, [[], ["a"], ["a", "b"]], ["a", ["c"], [1]]],
    [
      {
        type: "array",
        minItems: 1,
        maxItems: 2,
        items: { anyOf: [{ const: "a", title: "A" }, { const: "b", title: "B" }] }
      },
      [["a"], ["a", "b"]],
      [[], ["A"], ["a", "b", "a"]]
    ]
  ]

  it.effect.each(fields)(
    "of %j may be any of %j, and none of %j (ELIC-8, ELIC-9, ELIC-11, ELIC-12, ELIC-20)",
    ([definition, fitting, not]) =>
      Effect.gen(function*() {
        let value: unknown
        const violations: Array<unknown> = []
        const { server } = yield* Questioner.open(Client.elicitation({
          form: (form) => {
            // also what code without types may give
            const content = { it: value } as RawContent
            violations.push(form.violations(content))
            return accepting(content)()
          }
        }))
        const form = asking({ it: definition })
        for (value of fitting) {
          expect((yield* server.ask(method, form)).result).toEqual({ action: "accept", content: { it: value } })
        }
        expect(violations.splice(0)).toEqual(fitting.map(() => []))
        for (value of not) {
          expect((yield* server.ask(method, form)).error).toEqual({ code: -32603, message: "Internal error" })
        }
        expect(violations).toEqual(not.map(() => [{ field: "it", message: expect.any(String) }]))
      }).pipe(logging([]))
  )

  it.effect("that does not fit is the handler's defect: logged without what was written, and never sent (ELIC-20)", () => {
    const logged: Array<string> = []
    return Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.elicitation({ form: accepting({ pin: "secret" }) }))
      const answer = yield* server.ask(method, asking({ pin: { type: "string", minLength: 10 } }))
      expect(answer.error).toEqual({ code: -32603, message: "Internal error" })
      expect(logged.join()).toContain("The answer to a form does not fit: pin has fewer than 10 characters")
      expect(logged.join()).not.toContain("secret")
      const missing = yield* server.ask(method, asking({ pin: { type: "string" }, name: { type: "string" } }, ["name"]))
      expect(missing.error).toEqual({ code: -32603, message: "Internal error" })
    }).pipe(logging(logged))
  })

  it.effect("holds nothing that was not asked for, and fields of any name (ELIC-8)", () =>
    Effect.gen(function*() {
      const seen: Array<Elicitation.Form> = []
      const { server } = yield* Questioner.open(Client.elicitation({
        form: (form) => {
          seen.push(form)
          return accepting(JSON.parse(`{ "__proto__": "x", "constructor": "y", "toString": "z", "more": "m" }`))()
        }
      }))
      const properties = JSON.parse(`{ "__proto__": { "type": "string" }, "constructor": { "type": "string" } }`)
      const { result } = yield* server.ask(method, asking(properties, ["__proto__", "constructor"]))
      expect(JSON.stringify(result)).toBe(`{"action":"accept","content":{"__proto__":"x","constructor":"y"}}`)
      expect(seen[0]?.violations({})).toEqual([
        { field: "__proto__", message: "is required" },
        { field: "constructor", message: "is required" }
      ])
    }))

  it.effect("to a field that is a choice by name alone is a text like others", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.elicitation({ form: accepting({ it: "a" }) }))
      for (
        const odd of [{ oneOf: "b" }, { oneOf: [{ const: 1 }, null] }, { oneOf: {} }, { enum: "b" }, { enum: { b: 1 } }]
      ) {
        expect((yield* server.ask(method, asking({ it: { type: "string", ...odd } }))).result).toEqual({
          action: "accept",
          content: { it: "a" }
        })
      }
    }))

  it.effect("of several is one text in 2025-06-18, where there are no lists (ELIC-14)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(
        // the server says it in words of a later revision
        Client.elicitation({ form: accepting({ it: ["a", "b"] }) }),
        { version: "2025-06-18" }
      )
      const form = asking({ it: { type: "array", items: { type: "string", enum: ["a", "b"] } } })
      expect((yield* server.ask(method, form)).result).toEqual({ action: "accept", content: { it: "a, b" } })
    }))
})

describe("a URL that a server sends the user to", () => {
  const seeing = (seen: Array<Elicitation.Url>) => ({
    url: (url: Elicitation.Url) =>
      Effect.as(Effect.sync(() => seen.push(url)), { action: "accept" as const, content: undefined })
  })

  it.effect("is shown in full, and agreed to without content (ELIC-14, ELIC-15, ELIC-36)", () =>
    Effect.gen(function*() {
      const seen: Array<Elicitation.Url> = []
      const { server } = yield* Questioner.open(Client.elicitation(seeing(seen)))
      expect((yield* server.ask(method, going)).result).toEqual({ action: "accept" })
      expect(seen).toMatchObject([{
        message: "Pay",
        url: "https://pay.example.com/1",
        host: "pay.example.com",
        suspicions: []
      }])
      for (const action of ["accept", "decline", "cancel"] as const) {
        // what code without types may give
        const answer = { action, content: { card: "1234" } } as unknown as Answer<undefined>
        const other = yield* Questioner.open(Client.elicitation({ url: () => Effect.succeed(answer) }))
        expect((yield* other.server.ask(method, going)).result).toEqual({ action })
      }
    }))

  it.effect.each<[string, string, string, ReadonlyArray<string>]>([
    ["https://p\u0430ypal.com/", "https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", ["punycode"]],
    ["https://www.xn--pypal-4ve.com/", "https://www.xn--pypal-4ve.com/", "www.xn--pypal-4ve.com", ["punycode"]],
    ["https://bank.com@evil.com/", "https://bank.com@evil.com/", "evil.com", ["userinfo"]],
    ["https://:pw@evil.com/", "https://:pw@evil.com/", "evil.com", ["userinfo"]],
    ["https://bank.com\\@evil.com/", "https://bank.com/@evil.com/", "bank.com", []],
    ["https://bank.com\t.evil.com/", "https://bank.com.evil.com/", "bank.com.evil.com", []],
    ["https://3232235777/", "https://192.168.1.1/", "192.168.1.1", ["address"]],
    ["https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/", "[2001:db8::1]:8443", ["address"]],
    ["http://localhost:3000/a", "http://localhost:3000/a", "localhost:3000", []],
    ["http://127.0.0.1:3000/", "http://127.0.0.1:3000/", "127.0.0.1:3000", []],
    ["http://[::1]/", "http://[::1]/", "[::1]", []]
  ])(
    "as %s is shown as what is opened: %s, at %s, with suspicions %j (ELIC-34, ELIC-36, ELIC-37)",
    ([url, shown, host, suspicions]) =>
      Effect.gen(function*() {
        const seen: Array<Elicitation.Url> = []
        const { server } = yield* Questioner.open(Client.elicitation(seeing(seen)))
        expect((yield* server.ask(method, { ...going, url })).result).toEqual({ action: "accept" })
        expect(seen).toMatchObject([{ url: shown, host, suspicions }])
      })
  )

  it.effect.each([
    "http://example.com/",
    "http://localhost.example.com/",
    "http://127.0.0.1.example.com/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "file:///etc/passwd",
    "ftp://example.com/",
    "example.com",
    "https://",
    ""
  ])("does not reach the user when it is %s (ELIC-34, ELIC-36, SEC-20)", (url) =>
    Effect.gen(function*() {
      const seen: Array<Elicitation.Url> = []
      const { server } = yield* Questioner.open(Client.elicitation(seeing(seen)))
      expect((yield* server.ask(method, { ...going, url })).error).toMatchObject({ code: -32602 })
      expect(seen).toEqual([])
    }))

  it.effect("may be one without encryption on other machines where a client says so (ELIC-34)", () =>
    Effect.gen(function*() {
      const { server } = yield* Questioner.open(Client.elicitation({ url: agree }, { allowsHttp: true }))
      expect((yield* server.ask(method, { ...going, url: "http://intranet/" })).result).toEqual({ action: "accept" })
      expect((yield* server.ask(method, { ...going, url: "file:///a" })).error).toMatchObject({ code: -32602 })
    }))

  it.effect("is done with when the server says so; of other ids nothing is thought (ELIC-25, ELIC-27)", () =>
    Effect.gen(function*() {
      const done: Array<string> = []
      const { client, server } = yield* Questioner.open(Client.elicitation({
        url: ({ completed, elicitationId }) =>
          Effect.as(
            Effect.forkDetach(Effect.andThen(completed!, Effect.sync(() => done.push(elicitationId!)))),
            { action: "accept" as const, content: undefined }
          )
      }))
      const waiting = yield* Effect.forkChild(client.elicitationCompleted("e1"))
      yield* server.ask(method, going)
      yield* server.ask(method, { ...going, elicitationId: "e2" })
      for (const elicitationId of ["unknown", "__proto__", "e2", "e2"]) {
        yield* server.notify(completed, { elicitationId })
      }
      yield* server.notify(completed, { elicitationId: 5 })
      yield* Conversation.settle
      expect(done).toEqual(["e2"])
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* server.notify(completed, { elicitationId: "e1" })
      yield* Fiber.join(waiting)
      yield* Conversation.settle
      expect(done).toEqual(["e2", "e1"])
      // the word may come before somebody waits for it
      yield* client.elicitationCompleted("e1")
      expect((yield* server.ask("ping")).result).toEqual({})
    }))

  it.effect("is remembered to be done with for a while, and not without end (ELIC-27)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* Questioner.open(Client.elicitation({ url: agree }))
      const long = "x".repeat(2000)
      const waiting = yield* Effect.forkChild(client.elicitationCompleted(long))
      yield* Conversation.settle
      for (const elicitationId of ["first", ...Array.from({ length: 256 }, (_, i) => `e${i}`), long]) {
        yield* server.notify(completed, { elicitationId })
      }
      yield* Fiber.join(waiting)
      yield* Conversation.settle
      yield* client.elicitationCompleted("e0")
      for (const forgotten of ["first", long]) {
        const fiber = yield* Effect.forkChild(client.elicitationCompleted(forgotten))
        yield* Conversation.settle
        expect(fiber.pollUnsafe()).toBeUndefined()
        yield* Fiber.interrupt(fiber)
      }
    }))
})

describe("a request that waits for URLs to be gone to (-32042)", () => {
  const elicitation = (id: string) => ({
    mode: "url",
    message: "Pay",
    url: `https://pay.example.com/${id}`,
    elicitationId: id
  })

  const required = (...ids: ReadonlyArray<string>) => ({
    error: { code: -32042, message: "Pay first", data: { elicitations: ids.map(elicitation) } }
  })

  /** Answers calls with these, one after the other, and then with a result. */
  const answering = (...answers: ReadonlyArray<Json>): Questioner.Script => {
    let calls = 0
    return ({ method }) => method === "tools/call" ? answers[calls++] ?? Questioner.said("paid") : undefined
  }

  const call = (client: Client.Methods, options?: { readonly maxTimeout?: string }) =>
    Effect.result(client.request("tools/call", { name: "buy" }, options as {}))

  it.effect("fails with where to go, as typed as that (ELIC-29)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* Questioner.open(
        Client.elicitation({ url: agree }),
        { script: answering(required("a", "b")) }
      )
      expect(yield* call(client)).toMatchObject({
        failure: {
          _tag: "SessionError",
          message: "Pay first",
          reason: { _tag: "UrlElicitationRequired", elicitations: [elicitation("a"), elicitation("b")] }
        }
      })
      expect(server.all("tools/call").length).toBe(1)
    }))

  it.effect("is an error like others when it does not say where, or in a revision without it (ELIC-29, ELIC-31)", () =>
    Effect.gen(function*() {
      for (const data of [undefined, {}, { elicitations: "a" }, { elicitations: [{ url: "https://a" }] }]) {
        const { client } = yield* Questioner.open(
          Client.elicitation({ url: agree }, { retries: true }),
          { script: answering({ error: { code: -32042, message: "Pay", ...(data === undefined ? {} : { data }) } }) }
        )
        expect(yield* call(client)).toMatchObject({ failure: { reason: { _tag: "ErrorAnswer", code: -32042 } } })
      }
      for (const version of ["2025-06-18", "2026-07-28"]) {
        const { client, server } = yield* Questioner.open(
          Client.elicitation({ url: agree }, { retries: true }),
          { version, script: answering(required("a")) }
        )
        expect(yield* call(client)).toMatchObject({ failure: { reason: { _tag: "ErrorAnswer", code: -32042 } } })
        expect(server.all("tools/call").length).toBe(1)
      }
    }))

  it.effect("is sent again, once, when the user agreed to go to all of them and the server says they were there (ELIC-28, ELIC-29)", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const url = (url: Elicitation.Url) => Effect.andThen(Effect.sync(() => seen.push(url.url)), agree())
      const { client, server } = yield* Questioner.open(
        Client.elicitation({ url }, { retries: true }),
        { script: answering(required("a", "b")) }
      )
      const calling = yield* Effect.forkChild(call(client))
      yield* Conversation.settle
      expect(seen).toEqual(["https://pay.example.com/a", "https://pay.example.com/b"])
      yield* server.notify(completed, { elicitationId: "b" })
      yield* Conversation.settle
      expect(server.all("tools/call").length).toBe(1)
      yield* server.notify(completed, { elicitationId: "a" })
      expect(yield* Fiber.join(calling)).toMatchObject({ success: { content: [{ text: "paid" }] } })
      const [first, second] = server.all("tools/call")
      expect(second?.params).toEqual(first?.params)
      expect(second?.id).not.toBe(first?.id)
    }))

  it.effect("is sent again without that word after a while, and no third time (ELIC-28)", () =>
    Effect.gen(function*() {
      const { client, server } = yield* Questioner.open(
        Client.elicitation({ url: agree }, { retries: true, completionTimeout: "2 minutes" }),
        { script: answering(required("a"), required("c")) }
      )
      const calling = yield* Effect.forkChild(call(client))
      yield* Conversation.settle
      yield* TestClock.adjust("119 seconds")
      expect(server.all("tools/call").length).toBe(1)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(calling)).toMatchObject({
        failure: { reason: { _tag: "UrlElicitationRequired", elicitations: [elicitation("c")] } }
      })
      expect(server.all("tools/call").length).toBe(2)
    }))

  it.effect("is not sent again when the user does not go, or must not be sent there (ELIC-35, ELIC-36)", () =>
    Effect.gen(function*() {
      const handlers: ReadonlyArray<Elicitation.Handlers<never>["url"]> = [
        () => Effect.succeed({ action: "decline" }),
        () => Effect.succeed({ action: "cancel" }),
        () => Effect.fail(ProtocolError.internalError()),
        () => Effect.die(new Error("broken"))
      ]
      for (const url of handlers) {
        let asked = 0
        const counted = (params: Elicitation.Url, server: Client.ServerDescription | undefined) => {
          asked++
          return url!(params, server)
        }
        const { client, server } = yield* Questioner.open(
          Client.elicitation({ url: counted }, { retries: true }),
          { script: answering(required("a", "b")) }
        )
        expect(yield* call(client)).toMatchObject({ failure: { reason: { _tag: "UrlElicitationRequired" } } })
        expect(server.all("tools/call").length).toBe(1)
        expect(asked).toBe(1)
      }
      const data = { elicitations: [{ ...elicitation("a"), url: "file:///etc/passwd" }] }
      const { client } = yield* Questioner.open(
        Client.elicitation({ url: agree }, { retries: true }),
        { script: answering({ error: { code: -32042, message: "Pay", data } }) }
      )
      expect(yield* call(client)).toMatchObject({ failure: { reason: { _tag: "UrlElicitationRequired" } } })
    }).pipe(logging([])))

  it.effect("is over after its maxTimeout, and what goes on for it is interrupted (CANC-17)", () =>
    Effect.gen(function*() {
      const interrupted = yield* Deferred.make<void>()
      const { client } = yield* Questioner.open(
        Client.elicitation(
          { url: () => Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)) },
          { retries: true }
        ),
        { script: answering(required("a")) }
      )
      const calling = yield* Effect.forkChild(call(client, { maxTimeout: "3 minutes" }))
      yield* Conversation.settle
      yield* TestClock.adjust("3 minutes")
      expect(yield* Fiber.join(calling)).toMatchObject({
        failure: { reason: { _tag: "RequestTimeout", timeout: 180_000 } }
      })
      yield* Deferred.await(interrupted)
    }))
})
