import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Client from "../../src/Client.ts"
import * as Contract from "../../src/Contract.ts"
import * as MemoryTransport from "../../src/MemoryTransport.ts"
import * as Prompt from "../../src/Prompt.ts"
import * as ResourceTemplate from "../../src/ResourceTemplate.ts"
import * as Server from "../../src/Server.ts"
import * as Tool from "../../src/Tool.ts"
import { Transport } from "../../src/Transport.ts"

const versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

class DivisionByZero extends Schema.TaggedError<DivisionByZero>()("DivisionByZero", { dividend: Schema.Finite }) {}

const Add = Tool.make("add", { input: { a: Schema.Finite, b: Schema.Finite }, output: { sum: Schema.Finite } })
const Divide = Tool.make("math/divide", {
  input: { a: Schema.Finite, b: Schema.Finite },
  output: { quotient: Schema.Finite },
  errors: [DivisionByZero]
})
const Greet = Prompt.make("greet", {
  arguments: {
    name: Schema.String,
    times: Schema.optional(Schema.Int),
    loud: Schema.optionalKey(Schema.Boolean),
    since: Schema.Date
  }
})
const Row = ResourceTemplate.make("db://{table}/{id}{/path*}", {
  name: "row",
  variables: { id: Schema.Int, path: Schema.optional(Schema.Array(Schema.String)) }
})

const contract = Contract.make({ tools: [Add, Divide], prompts: [Greet], resourceTemplates: [Row] })

class Calculator extends Context.Service<Calculator, Contract.Methods<typeof contract>>()("Calculator") {}

const features = Layer.mergeAll(
  Server.tool(Add, ({ a, b }) => Effect.succeed({ sum: a + b })),
  Server.tool(
    Divide,
    ({ a, b }) => b === 0 ? Effect.fail(new DivisionByZero({ dividend: a })) : Effect.succeed({ quotient: a / b })
  ),
  Server.tool(Tool.make("other"), () => Effect.void),
  Server.prompt(Greet, (input) => Effect.succeed(JSON.stringify(input))),
  Server.resourceTemplate(Row, (variables, uri) => Effect.succeed(JSON.stringify({ ...variables, uri })))
)

/** A transport to a server of its own. */
const serving = Layer.effect(
  Transport,
  Effect.gen(function*() {
    const [near, far] = yield* MemoryTransport.make()
    yield* Effect.forkScoped(Effect.provideService(Server.serve({ sessionId: "contract" }), Transport, far))
    return near
  })
).pipe(Layer.provide(Server.layer({ name: "calculator", version: "1.0.0" }, features)))

const layer = (version: string) =>
  Contract.layer(Calculator, contract).pipe(
    Layer.provide(Client.layer({ name: "app", version: "1.0.0", versions: [version] })),
    Layer.provide(serving)
  )

const shown = (_: string, value: unknown) => value === undefined ? "undefined" : value

/** A client that answers with what it was asked. */
const client: Parameters<typeof Contract.methods>[1] = {
  call: () => Effect.die("tools are called over a server"),
  getPrompt: (name, args) => Effect.succeed({ messages: [Prompt.user(JSON.stringify([name, args], shown))] }),
  readResource: (uri) => Effect.succeed({ contents: [{ uri, text: "" }] })
}
const echo = Contract.methods(contract, client)

describe("a contract", () => {
  it.effect.each(versions)("makes a server a service of the application, in %s", (version) =>
    Effect.gen(function*() {
      const { prompts, resourceTemplates, tools } = yield* Calculator
      expect(yield* tools.add({ a: 1, b: 2 })).toEqual({ sum: 3 })
      expect(yield* tools["math/divide"]({ a: 1, b: 2 })).toEqual({ quotient: 0.5 })
      const zero = tools["math/divide"]({ a: 1, b: 0 }).pipe(
        Effect.catchTag("DivisionByZero", ({ dividend }) => Effect.succeed({ quotient: dividend * Infinity }))
      )
      expect(yield* zero).toEqual({ quotient: Infinity })
      const { messages: [greeting] } = yield* prompts.greet({ name: "Ada", times: 2, loud: true, since: new Date(0) })
      expect(JSON.parse((greeting!.content as { readonly text: string }).text)).toEqual({
        name: "Ada",
        times: 2,
        loud: true,
        since: "1970-01-01T00:00:00.000Z"
      })
      const { contents: [row] } = yield* resourceTemplates.row({ table: "ü/x", id: 7, path: ["a", "b c"] })
      const uri = "db://%C3%BC%2Fx/7/a/b%20c"
      expect(row).toMatchObject({ uri, text: JSON.stringify({ table: "ü/x", id: 7, path: ["a", "b c"], uri }) })
    }).pipe(Effect.provide(layer(version))))

  it.effect("writes arguments as text, and leaves out what is absent or undefined", () =>
    Effect.gen(function*() {
      const { messages } = yield* echo.prompts.greet({ name: "5", times: undefined, since: new Date(0) })
      expect(messages).toEqual([
        Prompt.user(`["greet",{"name":"5","since":"1970-01-01T00:00:00.000Z"}]`)
      ])
      const { contents } = yield* echo.resourceTemplates.row({ table: "t", id: -1, path: undefined })
      expect(contents).toEqual([{ uri: "db://t/-1", text: "" }])
    }))

  it.effect("sends nothing when arguments do not fit", () =>
    Effect.gen(function*() {
      expect(yield* Effect.flip(echo.prompts.greet({ name: "x", times: 0.5, since: new Date(0) }))).toMatchObject({
        reason: {
          _tag: "NotAllowed",
          message: expect.stringMatching(/^The arguments of prompt greet do not fit: times: /)
        }
      })
      expect(yield* Effect.flip(echo.resourceTemplates.row({ table: "t", id: 0.5 }))).toMatchObject({
        reason: {
          _tag: "NotAllowed",
          message: expect.stringMatching(/^The arguments of resource template row do not fit: id: /)
        }
      })
    }))

  it("has what it was made of, by own names only", () => {
    expect(Object.keys(echo.tools)).toEqual(["add", "math/divide"])
    const odd = Contract.methods(Contract.make({ tools: [Tool.make("__proto__"), Tool.make("constructor")] }), client)
    expect(Object.keys(odd.tools)).toEqual(["__proto__", "constructor"])
    expect(Object.keys(odd.prompts)).toEqual([])
  })

  it("with two declarations of one name is a defect, and so is an argument with no form as text", () => {
    expect(() => Contract.make({ tools: [Add, Tool.make("add")] })).toThrow("The contract has two tools named add")
    expect(() => Contract.make({ prompts: [Greet, Greet] })).toThrow("The contract has two prompts named greet")
    expect(() => Contract.make({ resourceTemplates: [Row, Row] })).toThrow(
      "The contract has two resource templates named row"
    )
    // a tool and a prompt may well have the same
    Contract.make({ tools: [Tool.make("greet")], prompts: [Greet] })
    const nested = Contract.make({
      prompts: [Prompt.make("nested", { arguments: { a: Schema.Struct({ b: Schema.String }) } })]
    })
    expect(() => Contract.methods(nested, client)).toThrow("an argument travels as one string")
  })
})
