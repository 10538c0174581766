import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import * as KeyRing from "../src/KeyRing.ts"
import * as Ledger from "../src/Ledger.ts"
import * as Logging from "../src/Logging.ts"
import * as Principal from "../src/Principal.ts"
import * as RequestState from "../src/RequestState.ts"
import * as CanonicalJson from "../src/schema/CanonicalJson.ts"
import * as Server from "../src/Server.ts"
import * as Tool from "../src/Tool.ts"
import * as Conversation from "./Conversation.ts"
import * as StatelessConversation from "./StatelessConversation.ts"

const alice: Principal.Principal = { subject: "alice", issuer: "https://id.example", clientId: "app" }

const binding: RequestState.Binding = {
  principal: alice,
  method: "tools/call",
  params: { name: "book", arguments: { day: 1, room: { floor: 2, seats: 4 } } }
}

const bytes = (text: string): Uint8Array => Result.getOrThrow(Base64Url.decode(text))

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const secret = (fill: number, id = `key ${fill}`): KeyRing.Secret => ({
  id,
  secret: Redacted.make(new Uint8Array(32).fill(fill))
})

const ring = (current: KeyRing.Secret, ...previous: ReadonlyArray<KeyRing.Secret>) =>
  KeyRing.make({ current, previous })

/** An instance of a server: what it keeps is its own, but for the keys. */
const instance = (keys: KeyRing.KeyRing, options?: RequestState.Options, ledger = Ledger.makeMemory()) =>
  RequestState.make(options).pipe(
    Effect.provideService(KeyRing.KeyRing, keys),
    Effect.provideService(Ledger.Ledger, ledger)
  )

const alone = (options?: RequestState.Options) => Effect.flatMap(ring(secret(1)), (keys) => instance(keys, options))

const refusal = (states: RequestState.RequestState, state: string, as: RequestState.Binding = binding) =>
  Effect.map(Effect.flip(states.open(state, as)), ({ reason }) => reason)

const AnyPrincipal = Schema.Struct({
  subject: Schema.Literals(["", "a", "b", "\ud800"]),
  issuer: Schema.optionalKey(Schema.Literals(["", "a", "null"])),
  clientId: Schema.optionalKey(Schema.Literals(["", "a", "null"])),
  scopes: Schema.optionalKey(Schema.Array(Schema.Literals(["a", "b"])))
})

/** The same value with the members of every object in the reverse order. */
const reversed = (json: Schema.Json): Schema.Json =>
  Array.isArray(json)
    ? json.map(reversed)
    : typeof json === "object" && json !== null
    ? Object.fromEntries(Object.entries(json).reverse().map(([key, value]) => [key, reversed(value)]))
    : json

describe("a state that comes back", () => {
  it.effect.prop(
    "gives the journal that was sealed, whatever text it is (MRTR-8)",
    { journal: Schema.String },
    Effect.fnUntraced(function*({ journal }) {
      const states = yield* alone()
      const state = yield* states.seal(journal, binding)
      expect(state).toMatch(/^[\w-]+$/)
      expect((yield* states.open(state, binding)).journal).toBe(journal)
    })
  )

  it.effect.each(["", "\ufeffmark", "\ud800", "a\udfffb", "\0", "\u2028", "😀", `"\\ud800"`, "__proto__"])(
    "gives the journal that was sealed: %j",
    Effect.fnUntraced(function*(journal) {
      const states = yield* alone()
      const { journal: opened } = yield* states.open(yield* states.seal(journal, binding), binding)
      expect(opened).toBe(journal)
    })
  )

  it.effect.prop(
    "fits its request whatever order the keys of the params come in (MRTR-12)",
    { params: Schema.Json },
    Effect.fnUntraced(function*({ params }) {
      const states = yield* alone()
      const state = yield* states.seal("journal", { ...binding, params })
      const { journal } = yield* states.open(state, { ...binding, params: reversed(params) })
      expect(journal).toBe("journal")
    })
  )

  it.effect("fits its principal with other scopes, too (MRTR-12)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", { ...binding, principal: { ...alice, scopes: ["read"] } })
      const { journal } = yield* states.open(state, { ...binding, principal: { ...alice, scopes: ["write"] } })
      expect(journal).toBe("journal")
    }))

  it.effect("is another one each time a journal is sealed", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const sealed = yield* Effect.all(Array.from({ length: 100 }, () => states.seal("journal", binding)))
      expect(new Set(sealed).size).toBe(100)
      for (const state of sealed) yield* states.open(state, binding)
    }))

  it.effect("shows the name of its key and nothing of what is in it (MRTR-8)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("the answers so far", binding)
      const shown = new TextDecoder("latin1").decode(bytes(state))
      expect(shown).toContain("key 1")
      expect(shown).not.toMatch(/answers|alice|example|tools|book/)
    }))
})

describe("a state that was changed", () => {
  it.effect("is refused with any of its bits flipped (MRTR-9, MRTR-10)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      const reasons = new Set<string>()
      for (let bit = 0; bit < bytes(state).length * 8; bit++) {
        const changed = bytes(state)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        reasons.add(yield* refusal(states, Base64Url.encode(changed)))
      }
      expect([...reasons].sort()).toEqual(["Malformed", "Tampered", "UnknownKey"])
      expect((yield* states.open(state, binding)).journal).toBe("journal")
    }))

  it.effect("is refused with any of its characters changed (MRTR-9, MRTR-10)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      // one, two and three bytes at its end
      for (const journal of ["a", "ab", "abc"]) {
        const state = yield* states.seal(journal, binding)
        for (let i = 0; i < state.length; i++) {
          // some bits of the last one may stand for nothing
          const others = i === state.length - 1 ? alphabet : ["A", "B", "-", "_", "=", "+", "\n", "\0", "ſ", ""]
          for (const character of others) {
            if (character === state[i]) continue
            yield* refusal(states, state.slice(0, i) + character + state.slice(i + 1))
          }
        }
      }
    }))

  it.effect("is refused when it is cut or longer (MRTR-9, MRTR-10)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      for (let length = 0; length < state.length; length++) {
        yield* refusal(states, state.slice(0, length))
        yield* refusal(states, state.slice(length + 1))
      }
      for (const more of ["=", "==", "A", "AAAA", "\n", "\r\n", " ", "\0", state]) {
        yield* refusal(states, state + more)
        yield* refusal(states, more + state)
      }
      for (let length = 0; length < bytes(state).length; length++) {
        yield* refusal(states, Base64Url.encode(bytes(state).subarray(0, length)))
        yield* refusal(
          states,
          Base64Url.encode(Uint8Array.of(...bytes(state), ...bytes(state).subarray(0, length + 1)))
        )
      }
    }))

  it.effect.prop(
    "is refused when it is any text at all (MRTR-9)",
    { text: Schema.String, tail: Schema.Uint8Array },
    Effect.fnUntraced(function*({ text, tail }) {
      const states = yield* alone()
      expect(["Malformed", "UnknownKey"]).toContain(yield* refusal(states, text))
      yield* refusal(states, Base64Url.encode(Uint8Array.of(1, ...tail)))
      // a key that there is, with nothing or anything behind it
      const known = new TextEncoder().encode("key 1")
      yield* refusal(states, Base64Url.encode(Uint8Array.of(1, known.length, ...known, ...tail)))
    })
  )

  it.effect("is refused with the name of another key, though its secret be the same (MRTR-10)", () =>
    Effect.gen(function*() {
      const states = yield* instance(yield* ring(secret(1, "a"), secret(1, "b")))
      const state = bytes(yield* states.seal("journal", binding))
      expect(state[2]).toBe("a".charCodeAt(0))
      state[2] = "b".charCodeAt(0)
      expect(yield* refusal(states, Base64Url.encode(state))).toBe("Tampered")
    }))

  it.effect("is refused before anything is done with it when it is too long (MRTR-9)", () =>
    Effect.gen(function*() {
      const keys: KeyRing.KeyRing = { current: Effect.die("not asked"), byId: () => Effect.die("not asked") }
      const states = yield* instance(keys)
      const state = yield* (yield* alone()).seal("journal", binding)
      expect(yield* refusal(states, "A".repeat(65_537))).toBe("TooLong")
      expect(yield* refusal(states, state + "A".repeat(65_537 - state.length))).toBe("TooLong")
      expect(yield* refusal(states, "A".repeat(65_536))).toBe("Malformed")
    }))
})

describe("a state for something else", () => {
  it.effect.each<[string, Principal.Principal]>([
    ["subject", { ...alice, subject: "mallory" }],
    ["issuer", { ...alice, issuer: "https://other.example" }],
    ["client", { ...alice, clientId: "other" }],
    ["issuer, there being none", { subject: "alice", clientId: "app" }],
    ["client, there being none", { subject: "alice", issuer: "https://id.example" }],
    ["place for the same texts", { subject: "alice", issuer: "app", clientId: "https://id.example" }],
    ["principal, nobody in particular", Principal.anonymous]
  ])(
    "is refused for another %s (MRTR-12)",
    Effect.fnUntraced(function*([_, principal]) {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      expect(yield* refusal(states, state, { ...binding, principal })).toBe("OtherPrincipal")
      // it is not used up by that
      expect((yield* states.open(state, binding)).journal).toBe("journal")
    })
  )

  it.effect.prop(
    "is refused for every principal but its own (MRTR-12)",
    { one: AnyPrincipal, other: AnyPrincipal },
    Effect.fnUntraced(function*({ one, other }) {
      const states = yield* alone()
      const opened = yield* Effect.result(
        states.open(yield* states.seal("", { ...binding, principal: one }), { ...binding, principal: other })
      )
      expect(Result.isSuccess(opened)).toBe(Principal.isSame(one, other))
    })
  )

  it.effect.prop(
    "is refused for every method but its own (MRTR-12)",
    { method: Schema.String },
    Effect.fnUntraced(function*({ method }) {
      const states = yield* alone()
      const state = yield* states.seal("", { ...binding, method: `${method}.` })
      expect(yield* refusal(states, state, { ...binding, method })).toBe("OtherMethod")
    })
  )

  it.effect.prop(
    "is refused for all params but its own (MRTR-12)",
    { one: Schema.Json, other: Schema.Json },
    Effect.fnUntraced(function*({ one, other }) {
      const states = yield* alone()
      const opened = yield* Effect.result(
        states.open(yield* states.seal("", { ...binding, params: one }), { ...binding, params: other })
      )
      expect(Result.isSuccess(opened)).toBe(CanonicalJson.stringify(one) === CanonicalJson.stringify(other))
    })
  )

  it.effect("is refused for params that look alike (MRTR-12)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const alike = [undefined, null, "", "null", [], [null], {}, { a: 1 }, { a: "1" }, { a: [1] }, "\ud800", "\ufffd"]
      for (const one of alike) {
        for (const other of alike) {
          if (one === other) continue
          const state = yield* states.seal("", { ...binding, params: one })
          expect(yield* refusal(states, state, { ...binding, params: other })).toBe("OtherParams")
        }
      }
    }))

  it.effect("is refused by another server with the same keys that has another audience", () =>
    Effect.gen(function*() {
      const keys = yield* ring(secret(1))
      const [one, other, none] = yield* Effect.all([
        instance(keys, { audience: "one" }),
        instance(keys, { audience: "other" }),
        instance(keys)
      ])
      const state = yield* one.seal("journal", binding)
      expect(yield* refusal(other, state)).toBe("OtherMethod")
      expect(yield* refusal(none, state)).toBe("OtherMethod")
      expect((yield* one.open(state, binding)).journal).toBe("journal")
    }))
})

describe("the time of a state", () => {
  it.effect("is 1 hour unless told otherwise, to the millisecond (MRTR-12)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const [early, late] = [yield* states.seal("journal", binding), yield* states.seal("journal", binding)]
      yield* TestClock.adjust(3_599_999)
      expect((yield* states.open(early, binding)).journal).toBe("journal")
      yield* TestClock.adjust(1)
      expect(yield* refusal(states, late)).toBe("Expired")
    }))

  it.effect("is what the option says (MRTR-12)", () =>
    Effect.gen(function*() {
      const states = yield* alone({ ttl: "1 minute" })
      const [early, late] = [yield* states.seal("journal", binding), yield* states.seal("journal", binding)]
      yield* TestClock.adjust("59 seconds")
      expect((yield* states.open(early, binding)).journal).toBe("journal")
      yield* TestClock.adjust("1 second")
      expect(yield* refusal(states, late)).toBe("Expired")
      yield* TestClock.adjust("1000 days")
      expect(yield* refusal(states, late)).toBe("Expired")
    }))

  it.effect("is set when it is sealed, not when it is opened (MRTR-12)", () =>
    Effect.gen(function*() {
      const keys = yield* ring(secret(1))
      const state = yield* (yield* instance(keys, { ttl: "1 minute" })).seal("journal", binding)
      yield* TestClock.adjust("1 minute")
      expect(yield* refusal(yield* instance(keys, { ttl: "1 day" }), state)).toBe("Expired")
    }))
})

describe("a state that is brought twice", () => {
  it.effect("is refused the second time (MRTR-13)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      yield* states.open(state, binding)
      expect(yield* refusal(states, state)).toBe("Used")
      expect(yield* refusal(states, state)).toBe("Used")
    }))

  it.effect("is opened for one of those who bring it at the same time (MRTR-13)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      const opened = yield* Effect.all(
        Array.from({ length: 50 }, () => Effect.result(states.open(state, binding))),
        { concurrency: "unbounded" }
      )
      expect(opened.filter(Result.isSuccess)).toHaveLength(1)
    }))

  it.effect("is opened once more when it was given back (MRTR-13)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      const { release } = yield* states.open(state, binding)
      yield* release
      expect((yield* states.open(state, binding)).journal).toBe("journal")
      expect(yield* refusal(states, state)).toBe("Used")
    }))

  it.effect("cannot be given back by who has given it back before (MRTR-13)", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("journal", binding)
      const { release } = yield* states.open(state, binding)
      yield* release
      yield* states.open(state, binding)
      yield* release
      expect(yield* refusal(states, state)).toBe("Used")
    }))

  it.effect("is refused by every instance that shares the ledger, and by no other (MRTR-13)", () =>
    Effect.gen(function*() {
      const keys = yield* ring(secret(1))
      const ledger = Ledger.makeMemory()
      const [one, other, apart] = yield* Effect.all([
        instance(keys, {}, ledger),
        instance(keys, {}, ledger),
        instance(keys)
      ])
      const state = yield* one.seal("journal", binding)
      yield* one.open(state, binding)
      expect(yield* refusal(other, state)).toBe("Used")
      expect((yield* apart.open(state, binding)).journal).toBe("journal")
    }))

  it.effect("is not used up by being refused (MRTR-13)", () =>
    Effect.gen(function*() {
      const used: Array<string> = []
      const memory = Ledger.makeMemory()
      const ledger: Ledger.Ledger = {
        ...memory,
        use: (id, expiresAt) => Effect.andThen(Effect.sync(() => used.push(id)), memory.use(id, expiresAt))
      }
      const states = yield* instance(yield* ring(secret(1)), {}, ledger)
      const state = yield* states.seal("journal", binding)
      yield* refusal(states, `${state}A`)
      yield* refusal(states, state, { ...binding, method: "prompts/get" })
      yield* refusal(states, state, { ...binding, params: {} })
      yield* TestClock.adjust("1 hour")
      yield* refusal(states, state)
      expect(used).toEqual([])
    }))
})

describe("the size of a state", () => {
  it.effect("has a bound in both directions, to the character", () =>
    Effect.gen(function*() {
      for (const maxSize of [400, 401, 402, 403]) {
        const states = yield* alone({ maxSize })
        let journal = ""
        let last: Result.Result<string, RequestState.RequestStateError> = Result.succeed("")
        for (let next = last; Result.isSuccess(next); journal += "j") {
          last = next
          next = yield* Effect.result(states.seal(journal, binding))
          if (Result.isFailure(next)) expect(next.failure.reason).toBe("JournalTooLarge")
        }
        const state = Result.getOrThrow(last)
        // what cannot be reached in whole bytes is less than a group of four
        expect(state.length).toBeLessThanOrEqual(maxSize)
        expect(state.length).toBeGreaterThan(maxSize - 2)
        expect((yield* states.open(state, binding)).journal).toBe(journal.slice(2))
      }
    }))

  it.effect("is 65,536 characters unless told otherwise", () =>
    Effect.gen(function*() {
      const states = yield* alone()
      const state = yield* states.seal("j".repeat(49_000), binding)
      expect(state.length).toBeGreaterThan(65_400)
      expect(state.length).toBeLessThanOrEqual(65_536)
      for (const journal of ["j".repeat(49_200), "j".repeat(10_000_000), "😀".repeat(13_000), "\ud800".repeat(9_000)]) {
        const error = yield* Effect.flip(states.seal(journal, binding))
        expect([error.reason, error.message]).toEqual(["JournalTooLarge", "The state of the request is too large"])
      }
    }))
})

describe("the text of a refusal", () => {
  it.effect("is the same whatever the reason (MRTR-9)", () =>
    Effect.gen(function*() {
      const keys = yield* ring(secret(1))
      const states = yield* instance(keys)
      const seal = states.seal("journal", binding)
      const used = yield* seal
      yield* states.open(used, binding)
      const late = yield* (yield* instance(keys, { ttl: "1 second" })).seal("journal", binding)
      yield* TestClock.adjust("1 minute")
      const foreign = yield* (yield* instance(yield* ring(secret(2)))).seal("journal", binding)
      const forged = yield* (yield* instance(yield* ring(secret(2, "key 1")))).seal("journal", binding)
      const refusals = yield* Effect.all([
        states.open("A".repeat(100_000), binding),
        states.open("no state", binding),
        states.open(foreign, binding),
        states.open(forged, binding),
        states.open(yield* seal, { ...binding, principal: Principal.anonymous }),
        states.open(yield* seal, { ...binding, method: "prompts/get" }),
        states.open(yield* seal, { ...binding, params: {} }),
        states.open(late, binding),
        states.open(used, binding)
      ].map(Effect.flip))
      expect(refusals.map(({ reason }) => reason)).toEqual([
        "TooLong",
        "Malformed",
        "UnknownKey",
        "Tampered",
        "OtherPrincipal",
        "OtherMethod",
        "OtherParams",
        "Expired",
        "Used"
      ])
      expect(new Set(refusals.map(({ message }) => message))).toEqual(
        new Set(["requestState is not valid (any more); send the request again without it"])
      )
    }))
})

describe("the keys", () => {
  it.effect("let two instances serve one conversation (MRTR-10)", () =>
    Effect.gen(function*() {
      // nothing is shared but the secret
      const [one, other] = [yield* instance(yield* ring(secret(1))), yield* instance(yield* ring(secret(1)))]
      let state = yield* one.seal("0", binding)
      for (let round = 1; round < 5; round++) {
        const [from, to] = round % 2 === 0 ? [other, one] : [one, other]
        expect(from).not.toBe(to)
        const { journal } = yield* to.open(state, binding)
        expect(journal).toBe(`${round - 1}`)
        state = yield* to.seal(`${round}`, binding)
      }
    }))

  it.effect("open what was sealed before a rotation for as long as the old key is there (MRTR-10)", () =>
    Effect.gen(function*() {
      const before = yield* instance(yield* ring(secret(1)))
      const states = [yield* before.seal("journal", binding), yield* before.seal("journal", binding)] as const
      const during = yield* instance(yield* ring(secret(2), secret(1)))
      expect((yield* during.open(states[0], binding)).journal).toBe("journal")
      const sealedNow = yield* during.seal("journal", binding)
      expect(yield* refusal(before, sealedNow)).toBe("UnknownKey")
      const after = yield* instance(yield* ring(secret(2)))
      expect(yield* refusal(after, states[1])).toBe("UnknownKey")
      expect((yield* after.open(sealedNow, binding)).journal).toBe("journal")
    }))

  it.effect("change at run time when the service answers differently", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* KeyRing.key(secret(1)), yield* KeyRing.key(secret(2))]
      let keys = [first]
      const states = yield* instance({
        current: Effect.sync(() => keys[0]!),
        byId: (id) => Effect.sync(() => keys.find((key) => key.id === id))
      })
      const old = [yield* states.seal("journal", binding), yield* states.seal("journal", binding)] as const
      keys = [second, first]
      expect((yield* states.open(old[0], binding)).journal).toBe("journal")
      const young = yield* states.seal("journal", binding)
      keys = [second]
      expect(yield* refusal(states, old[1])).toBe("UnknownKey")
      expect((yield* states.open(young, binding)).journal).toBe("journal")
    }))
})

describe("a key ring that instances do not share", () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${message}`))
  const logged = Effect.provide(Logger.layer([logger, Logging.clientLogger]))

  it.effect("is what the log tells of, once a minute at most", () =>
    Effect.gen(function*() {
      const here = yield* instance(yield* ring(secret(1)))
      const elsewhere = yield* instance(yield* ring(secret(2)))
      const namesake = yield* instance(yield* ring(secret(3, "key 1")))
      const foreign = yield* elsewhere.seal("journal", binding)
      const other = yield* namesake.seal("journal", binding)
      expect(lines.splice(0)).toEqual([])
      for (let i = 0; i < 10; i++) expect(yield* refusal(here, foreign)).toBe("UnknownKey")
      expect(lines.splice(0)).toEqual([
        expect.stringMatching(/^Warn .* there is no key "key 2" here\. .* the same KeyRing$/)
      ])
      yield* TestClock.adjust("1 minute")
      expect(yield* refusal(here, other)).toBe("Tampered")
      expect(lines.splice(0)).toEqual([
        expect.stringMatching(/^Warn .* another secret of the name "key 1"\. .* the same KeyRing$/)
      ])
      // what clients do all day is not worth a line
      const state = yield* here.seal("journal", binding)
      yield* here.open(state, binding)
      yield* TestClock.adjust("2 hours")
      expect(yield* refusal(here, "no state")).toBe("Malformed")
      expect(yield* refusal(here, state)).toBe("Expired")
      expect(lines).toEqual([])
    }).pipe(logged))

  it.effect("is not told to the client, whatever it wants to hear", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ meta: { "io.modelcontextprotocol/logLevel": "debug" } })
      const elsewhere = yield* instance(yield* ring(secret(2)))
      yield* client.call("t", {}, { requestState: yield* elsewhere.seal("journal", binding) })
      expect(lines).toContainEqual(expect.stringContaining("there is no key"))
      expect(JSON.stringify(client.lines)).not.toContain("key 2")
    }).pipe(
      Conversation.withServer(Server.tool(Tool.make("t"), () => Effect.void)),
      Effect.provideServiceEffect(RequestState.RequestState, alone()),
      logged
    ))
})

describe("without configuration", () => {
  it.effect("a process opens what it has sealed, once (MRTR-10, MRTR-13)", () =>
    Effect.gen(function*() {
      const states = yield* RequestState.RequestState
      const state = yield* states.seal("journal", binding)
      expect((yield* (yield* RequestState.RequestState).open(state, binding)).journal).toBe("journal")
      expect(yield* refusal(states, state)).toBe("Used")
      // nobody else has its key
      expect(yield* refusal(yield* alone(), state)).toBe("UnknownKey")
    }))

  it.effect("keys and ledger are those of the context", () =>
    Effect.gen(function*() {
      const states = yield* RequestState.RequestState
      const keys = yield* ring(secret(1))
      const state = yield* Effect.provideService(states.seal("journal", binding), KeyRing.KeyRing, keys)
      expect(yield* refusal(states, state)).toBe("UnknownKey")
      const open = Effect.provideService(states.open(state, binding), KeyRing.KeyRing, keys)
      const ledger = Ledger.makeMemory()
      yield* Effect.provideService(open, Ledger.Ledger, ledger)
      expect((yield* Effect.flip(Effect.provideService(open, Ledger.Ledger, ledger))).reason).toBe("Used")
      expect((yield* open).journal).toBe("journal")
    }))
})

describe("the layer", () => {
  it.effect("keeps the keys that it is provided with, and has those of the context when it is provided with none", () =>
    Effect.gen(function*() {
      const keys = KeyRing.layer({ current: secret(1) })
      const under = yield* Layer.build(RequestState.layer({ ttl: "1 minute" }).pipe(Layer.provide(keys)))
      const beside = yield* Layer.build(Layer.merge(RequestState.layer({ ttl: "1 minute" }), keys))
      const state = yield* Context.get(under, RequestState.RequestState).seal("journal", binding)
      const states = Context.get(beside, RequestState.RequestState)
      expect(yield* refusal(states, state)).toBe("UnknownKey")
      const { journal } = yield* Effect.provideContext(states.open(state, binding), beside)
      expect(journal).toBe("journal")
    }))
})

describe("secrets", () => {
  it.effect("are in nothing that is printed", () =>
    Effect.gen(function*() {
      const plain = new TextEncoder().encode("correct horse battery staple, at length")
      const given: KeyRing.Secret = { id: "k", secret: Redacted.make(plain) }
      const keys = yield* KeyRing.make({ current: given })
      const states = yield* instance(keys)
      const state = yield* states.seal("the journal", binding)
      const error = yield* Effect.flip(states.open(state, { ...binding, method: "other" }))
      const short = yield* Effect.flip(
        KeyRing.make({ current: { id: "k", secret: Redacted.make(plain.subarray(0, 31)) } })
      )
      const key = yield* keys.current
      const layer = yield* Layer.build(KeyRing.layer({ current: given }))
      for (const value of [given, keys, key, key.aead, states, error, short, layer]) {
        const printed = [
          String(value),
          `${JSON.stringify(value)}`,
          inspect(value, { depth: 20, showHidden: true, getters: true })
        ].join()
        expect(printed).not.toMatch(/horse|the journal|alice/)
        // as numbers, in any of the forms that arrays of bytes are printed in
        expect(printed).not.toMatch(/99\D{1,8}111\D{1,8}114\D{1,8}114/)
        expect(printed).not.toMatch(/Uint8Array\(/)
      }
    }))
})
