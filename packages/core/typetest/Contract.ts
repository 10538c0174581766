/**
 * What the types of a contract accept and refuse: each call is held to the declaration that client and server share.
 */
import * as Client from "@mcp-effect/core/Client"
import * as Contract from "@mcp-effect/core/Contract"
import * as Progress from "@mcp-effect/core/Progress"
import * as Prompt from "@mcp-effect/core/Prompt"
import type { ContentBlock } from "@mcp-effect/core/protocol/Content"
import type { GetPromptResult } from "@mcp-effect/core/protocol/Prompt"
import type { ReadResourceResult } from "@mcp-effect/core/protocol/Resource"
import * as ResourceTemplate from "@mcp-effect/core/ResourceTemplate"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Tool from "@mcp-effect/core/Tool"
import type { Transport } from "@mcp-effect/core/Transport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_ extends true>(): void => {}

class DivisionByZero extends Schema.TaggedError<DivisionByZero>()("DivisionByZero", {}) {}

const Divide = Tool.make("divide", {
  input: { a: Schema.Finite, b: Schema.Finite },
  output: { quotient: Schema.Finite },
  errors: [DivisionByZero]
})
const Say = Tool.make("log/say", { input: { text: Schema.String } })
const Greet = Prompt.make("greet", { arguments: { name: Schema.String, times: Schema.optionalKey(Schema.Int) } })
const Row = ResourceTemplate.make("db://{table}/{id}", { name: "row", variables: { id: Schema.Finite } })

const contract = Contract.make({ tools: [Divide, Say], prompts: [Greet], resourceTemplates: [Row] })

class Calculator extends Context.Service<Calculator, Contract.Methods<typeof contract>>()("Calculator") {
  static readonly layer = Contract.layer(Calculator, contract).pipe(
    Layer.provide(Client.layer({ name: "app", version: "1.0.0" }))
  )
}
assert<Equals<typeof Calculator.layer, Layer.Layer<Calculator, SessionError, Transport>>>()

declare const calculator: Calculator["Service"]
declare const client: Client.Methods

// input, output and errors are those of the declaration
const divided = calculator.tools.divide({ a: 1, b: 2 }, { timeout: 1000 })
assert<
  Equals<
    typeof divided,
    Effect.Effect<{ readonly quotient: number }, DivisionByZero | Tool.ToolFailed | SessionError>
  >
>()

// ... and so they are of a call without a contract
const called = client.call(Divide, { a: 1, b: 2 })
assert<Equals<typeof called, typeof divided>>()

// a tool without output gives its content, and a name that is no identifier is reached by its text
const said = calculator.tools["log/say"]({ text: "x" })
assert<Equals<typeof said, Effect.Effect<ReadonlyArray<ContentBlock>, Tool.ToolFailed | SessionError>>>()

// @ts-expect-error there is no tool `divid`
calculator.tools.divid({ a: 1, b: 2 })

// @ts-expect-error b is missing
calculator.tools.divide({ a: 1 })

// @ts-expect-error a is a number
calculator.tools.divide({ a: "1", b: 2 })

// @ts-expect-error there is no input c
calculator.tools.divide({ a: 1, b: 2, c: 3 })

// @ts-expect-error the output has no sum
Effect.map(divided, ({ sum }) => sum)

// a declared error is handled by its tag, and is gone then
const handled = divided.pipe(Effect.catchTag("DivisionByZero", () => Effect.succeed({ quotient: 0 })))
assert<Equals<Effect.Error<typeof handled>, Tool.ToolFailed | SessionError>>()

// @ts-expect-error this tool fails with no such error
divided.pipe(Effect.catchTag("Overflow", () => Effect.succeed({ quotient: 0 })))

// @ts-expect-error and this one with none of its own
said.pipe(Effect.catchTag("DivisionByZero", () => Effect.succeed([])))

// prompts and templates are typed likewise
const greeted = calculator.prompts.greet({ name: "Ada", times: 2 })
assert<Equals<typeof greeted, Effect.Effect<GetPromptResult, SessionError>>>()
// @ts-expect-error times is a number, though it travels as text
calculator.prompts.greet({ name: "Ada", times: "2" })
// @ts-expect-error there is no prompt `greed`
calculator.prompts.greed({ name: "Ada" })
const row = calculator.resourceTemplates.row({ table: "users", id: 7 })
assert<Equals<typeof row, Effect.Effect<ReadResourceResult, SessionError>>>()
// @ts-expect-error id is missing
calculator.resourceTemplates.row({ table: "users" })

// what is not in the contract is not there
const small = Contract.methods(Contract.make({ tools: [Say] }), client)
assert<Equals<keyof typeof small.tools, "log/say">>()
assert<Equals<keyof typeof small.prompts, never>>()

// what a Schema requires to be written or read, a call requires
class Key extends Context.Service<Key, string>()("Key") {}
declare const Sealed: Schema.Codec<string, string, Key, Key>
const Unseal = Tool.make("unseal", { input: { text: Sealed }, output: { text: Schema.String } })
const unsealed = client.call(Unseal, { text: "x" })
assert<Equals<Effect.Services<typeof unsealed>, Key>>()

// any request is a stream of its progress and its result
const events = Progress.stream((onProgress) => client.call(Divide, { a: 1, b: 2 }, { onProgress }))
assert<Equals<Stream.Success<typeof events>, Progress.Event<{ readonly quotient: number }>>>()
assert<Equals<Stream.Error<typeof events>, DivisionByZero | Tool.ToolFailed | SessionError>>()
