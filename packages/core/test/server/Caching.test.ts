import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Cache from "../../src/Cache.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import type * as Principal from "../../src/Principal.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as Resource from "../../src/Resource.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Caching from "../../src/server/Caching.ts"
import * as Tool from "../../src/Tool.ts"
import * as Conversation from "../Conversation.ts"
import * as StatelessConversation from "../StatelessConversation.ts"

const shared = (ttl: number): Cache.Hint => ({ ttl, scope: "public" })

const hints: Cache.Hints = {
  discover: shared(1),
  tools: shared(2),
  prompts: shared(3),
  resources: shared(4),
  resourceTemplates: shared(5),
  read: shared(6)
}

const Plain = Resource.make("app://plain", { name: "plain" })
const Rows = ResourceTemplate.make("app://rows/{id}", { name: "rows" })

const plain = Layer.mergeAll(
  Server.tool(Tool.make("hello"), () => Effect.succeed("Hello")),
  Server.prompt(Prompt.make("greet"), () => Effect.succeed("Hello")),
  Server.resource(Plain, () => Effect.succeed("text")),
  Server.resourceTemplate(Rows, () => Effect.succeed("text"))
)

const ofAda = { visible: (session: { readonly principal: Principal.Principal }) => session.principal.subject === "ada" }

// something of each kind that not everyone may see
const guards = [
  Server.tool(Tool.make("secret"), () => Effect.void, ofAda),
  Server.prompt(Prompt.make("secret"), () => Effect.succeed("Hello"), ofAda),
  Server.resource(Resource.make("app://secret", { name: "secret" }), () => Effect.succeed("text"), ofAda),
  Server.resourceTemplate(
    ResourceTemplate.make("app://secrets/{id}", { name: "secrets" }),
    () => Effect.succeed("text"),
    ofAda
  )
] as const

const guarded = Layer.mergeAll(...guards)

const lists = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"]

const cacheable: ReadonlyArray<[method: string, params: Conversation.Json]> = [
  ["server/discover", {}],
  ...lists.map((method): [string, Conversation.Json] => [method, {}]),
  ["resources/read", { uri: "app://plain" }],
  ["resources/read", { uri: "app://rows/1" }]
]

const hintOf = ({ result }: Conversation.Message) => [result?.["ttlMs"], result?.["cacheScope"]]

const hintsOf = (
  asked: ReadonlyArray<[method: string, params: Conversation.Json]>,
  options?: StatelessConversation.Options
) =>
  Effect.gen(function*() {
    const client = yield* StatelessConversation.open(options)
    return yield* Effect.forEach(asked, ([method, params]) => Effect.map(client.request(method, params), hintOf))
  })

const read = (uri: string, options?: StatelessConversation.Options) =>
  Effect.map(hintsOf([["resources/read", { uri }]], options), ([hint]) => hint)

describe("a hint", () => {
  it.each<[ttl: Duration.Input, ttlMs: number]>([
    ["5 minutes", 300_000],
    [1500, 1500],
    [1.9, 1],
    [0.5, 0],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [1_500_000n, 1],
    [Duration.seconds(2), 2000],
    [Duration.infinity, Number.MAX_SAFE_INTEGER],
    ["-Infinity", 0]
  ])("of %s is %s milliseconds, a whole number that is not negative (CACHE-1, CACHE-2)", (ttl, ttlMs) => {
    expect(Caching.members({ ttl })).toEqual({ ttlMs, cacheScope: "private" })
  })

  it.prop("is a natural number of milliseconds, whatever the time (CACHE-2)", [Schema.Number], ([ttl]) => {
    const { ttlMs } = Caching.members({ ttl })
    expect(Number.isSafeInteger(ttlMs) && ttlMs >= 0).toBe(true)
  })

  it("is private unless it says public (CACHE-3)", () => {
    expect(Caching.members({ ttl: 1 }).cacheScope).toBe("private")
    expect(Caching.members({ ttl: 1, scope: "private" }).cacheScope).toBe("private")
    expect(Caching.members({ ttl: 1, scope: "public" }).cacheScope).toBe("public")
  })
})

describe("what may be kept", () => {
  it.effect("is stale at once and private unless something is said (CACHE-1, CACHE-2, CACHE-3)", () =>
    Effect.gen(function*() {
      const nothing = [0, "private"]
      expect(yield* hintsOf(cacheable)).toEqual(cacheable.map(() => nothing))
    }).pipe(Conversation.withServer(plain)))

  it.effect("is kept as the server says of each feature (CACHE-1 to CACHE-3)", () =>
    Effect.gen(function*() {
      expect(yield* hintsOf(cacheable)).toEqual([1, 2, 3, 4, 5, 6, 6].map((ttlMs) => [ttlMs, "public"]))
    }).pipe(Conversation.withServer(plain, { cache: hints })))

  it.effect("is so on a connection too", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.connect()
      expect(hintOf(yield* client.request("tools/list"))).toEqual([2, "public"])
    }).pipe(Conversation.withServer(plain, { cache: hints })))

  it.effect("other results say nothing of it", () =>
    Effect.gen(function*() {
      expect(yield* hintsOf([["tools/call", { name: "hello" }], ["prompts/get", { name: "greet" }]])).toEqual([
        [undefined, undefined],
        [undefined, undefined]
      ])
    }).pipe(Conversation.withServer(plain, { cache: hints })))

  it.effect("sessions hear nothing of it (BASE-28)", () =>
    Effect.gen(function*() {
      for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
        const session = yield* Conversation.open({ version })
        for (const [method, params] of [...cacheable.slice(1), ["resources/read", { uri: "app://said" }] as const]) {
          const { result } = yield* session.request(method, params)
          expect(result).toBeDefined()
          expect(result).not.toHaveProperty("ttlMs")
          expect(result).not.toHaveProperty("cacheScope")
          expect(result).not.toHaveProperty("resultType")
        }
      }
    }).pipe(Conversation.withServer(
      Layer.merge(
        plain,
        Server.resource(Resource.make("app://said", { name: "said" }), () =>
          Effect.succeed(Resource.result({ contents: "text", cache: shared(9) })))
      ),
      { cache: hints }
    )))

  it.effect("a result that asks for input is not to be kept (MRTR-31)", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open({ capabilities: { elicitation: {} } })
      const { answer, states } = yield* client.converse(
        "resources/read",
        { uri: "app://asks" },
        () => ({ action: "accept", content: { name: "Ada" } })
      )
      expect(states.length).toBe(1)
      expect(states[0]).toMatchObject({ resultType: "input_required" })
      expect(states[0]).not.toHaveProperty("ttlMs")
      expect(states[0]).not.toHaveProperty("cacheScope")
      expect(hintOf(answer)).toEqual([7, "public"])
    }).pipe(Conversation.withServer(
      Server.resource(
        Resource.make("app://asks", { name: "asks" }),
        () =>
          Effect.map(
            Elicitation.form({ message: "Who?", fields: { name: Schema.String } }),
            (answer) => JSON.stringify(answer)
          ),
        { cache: shared(7) }
      ),
      { cache: hints }
    )))
})

describe("a list that not everyone sees alike", () => {
  it.effect("is private for everyone, whatever the server says (CACHE-17, CACHE-18, DISC-9)", () =>
    Effect.gen(function*() {
      const expected = [2, 3, 4, 5].map((ttlMs) => [ttlMs, "private"])
      const asked = lists.map((method): [string, Conversation.Json] => [method, {}])
      expect(yield* hintsOf(asked)).toEqual(expected)
      expect(yield* hintsOf(asked, { principal: { subject: "ada" } })).toEqual(expected)
      // what the server can do is the same for everyone
      expect(yield* hintsOf([["server/discover", {}]])).toEqual([[1, "public"]])
    }).pipe(Conversation.withServer(Layer.merge(plain, guarded), { cache: hints })))

  it.effect.each(lists.map((method, index) => [method, guards[index]!] as const))(
    "makes no other list private: %s",
    ([guardedList, guard]) =>
      Effect.gen(function*() {
        const scopes = yield* hintsOf(lists.map((method): [string, Conversation.Json] => [method, {}]))
        expect(scopes.map(([, scope]) => scope)).toEqual(
          lists.map((method) => method === guardedList ? "private" : "public")
        )
      }).pipe(Conversation.withServer(Layer.merge(plain, guard), { cache: hints }))
  )

  it.effect("is private for as long as there is anything to hide in it", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open()
      const scope = () => Effect.map(client.request("tools/list"), ({ result }) => result?.["cacheScope"])
      expect(yield* scope()).toBe("public")
      yield* Effect.scoped(Effect.gen(function*() {
        yield* Server.registerTool(Tool.make("secret"), () => Effect.void, ofAda)
        expect(yield* scope()).toBe("private")
      }))
      expect(yield* scope()).toBe("public")
    }).pipe(Conversation.withServer(plain, { cache: hints })))

  it.effect("is private even if middleware says otherwise (CACHE-18)", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open()
      expect(hintOf(yield* client.request("tools/list"))).toEqual([8, "private"])
      expect(hintOf(yield* client.request("prompts/list"))).toEqual([8, "public"])
    }).pipe(Conversation.withServer(Layer.mergeAll(
      plain,
      Server.tool(Tool.make("secret"), () => Effect.void, ofAda),
      // it gives every request the same members, whatever its result
      Server.middleware((_, next) => Effect.map(next, (result) => ({ ...result, ttlMs: 8, cacheScope: "public" })))
    ))))

  it.effect("has one scope on all its pages (CACHE-4)", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open()
      const scopes = Effect.fnUntraced(function*(method: string) {
        const all: Array<unknown> = []
        let cursor: unknown
        do {
          const { result } = yield* client.request(method, cursor === undefined ? {} : { cursor })
          all.push(result?.["cacheScope"])
          cursor = result?.["nextCursor"]
        } while (cursor !== undefined)
        return all
      })
      // what is hidden is on the first page, or would be on the last
      expect(yield* scopes("tools/list")).toEqual(["private", "private", "private"])
      expect(yield* scopes("prompts/list")).toEqual(["private", "private", "private"])
      expect(yield* scopes("resources/list")).toEqual(["public", "public", "public"])
    }).pipe(Conversation.withServer(
      Layer.mergeAll(
        Server.tool(Tool.make("first"), () => Effect.void, ofAda),
        ...Array.from({ length: 5 }, (_, i) => Server.tool(Tool.make(`t${i}`), () => Effect.void)),
        ...Array.from({ length: 5 }, (_, i) => Server.prompt(Prompt.make(`p${i}`), () => Effect.succeed("x"))),
        Server.prompt(Prompt.make("last"), () => Effect.succeed("x"), ofAda),
        ...Array.from({ length: 5 }, (_, i) =>
          Server.resource(Resource.make(`app://${i}`, { name: `r${i}` }), () => Effect.succeed("x")))
      ),
      { cache: hints, pageSize: 2 }
    )))

  it.effect("is still encoded once for all who see it alike, with its hint", () =>
    Effect.gen(function*() {
      const server = yield* Server.Server
      const client = yield* StatelessConversation.open()
      const ask = Effect.callback<unknown>((resume) => {
        server.answer({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: client.meta } }, {
          transport: { isCongested: () => false, send: () => Effect.void },
          context: undefined,
          onAnswer: ({ response }) => resume(Effect.succeed("result" in response ? response.result : undefined))
        })
      })
      const first = yield* ask
      expect(first).toMatchObject({ ttlMs: 2, cacheScope: "public", resultType: "complete" })
      expect(yield* ask).toBe(first)
    }).pipe(Conversation.withServer(plain, { cache: hints })))
})

describe("a read", () => {
  it.effect("says what it says, else what its resource says, else what the server says (CACHE-1)", () =>
    Effect.gen(function*() {
      expect(yield* read("app://plain")).toEqual([6, "public"])
      expect(yield* read("app://own")).toEqual([10, "private"])
      expect(yield* read("app://own/said")).toEqual([11, "public"])
      expect(yield* read("app://own/unsaid")).toEqual([10, "private"])
      expect(yield* read("app://plain/said")).toEqual([12, "private"])
      expect(yield* read("app://plain/unsaid")).toEqual([6, "public"])
    }).pipe(Conversation.withServer(
      Layer.mergeAll(
        plain,
        Server.resource(Resource.make("app://own", { name: "own" }), () => Effect.succeed("x"), { cache: { ttl: 10 } }),
        Server.resourceTemplate(
          ResourceTemplate.make("app://own/{which}", { name: "own" }),
          ({ which }) =>
            Effect.succeed(
              Resource.result({ contents: "x", ...(which === "said" ? { cache: shared(11) } : undefined) })
            ),
          { cache: { ttl: 10 } }
        ),
        Server.resourceTemplate(
          ResourceTemplate.make("app://plain/{which}", { name: "plain" }),
          ({ which }) =>
            Effect.succeed(
              Resource.result({ contents: "x", ...(which === "said" ? { cache: { ttl: 12 } } : undefined) })
            )
        )
      ),
      { cache: hints }
    )))

  it.effect("of what not everyone may see is never public (CACHE-17, CACHE-18)", () =>
    Effect.gen(function*() {
      const ada = { principal: { subject: "ada" } }
      expect(yield* read("app://secret", ada)).toEqual([6, "private"])
      expect(yield* read("app://secrets/1", ada)).toEqual([6, "private"])
      expect(yield* read("app://own", ada)).toEqual([10, "private"])
      expect(yield* read("app://said", ada)).toEqual([11, "private"])
      expect(yield* read("app://own")).toEqual([undefined, undefined])
    }).pipe(Conversation.withServer(
      Layer.mergeAll(
        guarded,
        Server.resource(Resource.make("app://own", { name: "own" }), () => Effect.succeed("x"), {
          ...ofAda,
          cache: shared(10)
        }),
        Server.resource(
          Resource.make("app://said", { name: "said" }),
          () => Effect.succeed(Resource.result({ contents: "x", cache: shared(11) })),
          ofAda
        )
      ),
      { cache: hints }
    )))

  it.effect("carries contents of every kind and `_meta` beside its hint", () =>
    Effect.gen(function*() {
      for (const client of [yield* StatelessConversation.open(), yield* Conversation.open()]) {
        const { result } = yield* client.request("resources/read", { uri: "app://full" })
        expect(result).toMatchObject({
          contents: [{ uri: "app://full", mimeType: "text/plain", blob: "AQI=" }],
          _meta: { "com.example/a": 1 }
        })
      }
      const { result } = yield* (yield* StatelessConversation.open()).request("resources/read", { uri: "app://full" })
      expect(result?.["_meta"]).toHaveProperty(["io.modelcontextprotocol/serverInfo", "name"], "test")
    }).pipe(Conversation.withServer(
      Server.resource(
        Resource.make("app://full", { name: "full", mimeType: "text/plain" }),
        () => Effect.succeed(Resource.result({ contents: Uint8Array.of(1, 2), meta: { "com.example/a": 1 } }))
      )
    )))

  it.effect("with a time that is none fails, and its client learns no more", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open()
      const { error } = yield* client.request("resources/read", { uri: "app://odd" })
      expect(error).toEqual({ code: -32603, message: "Internal error" })
    }).pipe(Conversation.withServer(
      Server.resource(Resource.make("app://odd", { name: "odd" }), () =>
        // what is no duration does not compile
        Effect.succeed(Resource.result({ contents: "x", cache: { ttl: "soon" as "1 second" } })))
    )))
})

describe("ResultEnvelope", () => {
  it.effect("of every result says that it is complete, and who it is from (BASE-24, META-17)", () =>
    Effect.gen(function*() {
      const client = yield* StatelessConversation.open()
      for (const [method, params] of [...cacheable, ["tools/call", { name: "hello" }] as const]) {
        const { result } = yield* client.request(method, params)
        expect(result).toMatchObject({
          resultType: "complete",
          _meta: { "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } }
        })
      }
    }).pipe(Conversation.withServer(plain)))
})
