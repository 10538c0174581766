/**
 * A `Contract` is what an application wants of a server: the tools, prompts and resource templates that both have the declarations of. With a client
 * it becomes functions with the types of those.
 *
 * It need not be all that the server has, and it is no promise: whether the server keeps to it shows when it is called.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Client from "./Client.ts"
import type { RequestOptions } from "./client/Caller.ts"
import * as StringArguments from "./client/StringArguments.ts"
import type * as Prompt from "./Prompt.ts"
import type { GetPromptResult } from "./protocol/Prompt.ts"
import type { ReadResourceResult } from "./protocol/Resource.ts"
import type * as ResourceTemplate from "./ResourceTemplate.ts"
import type { SessionError } from "./SessionError.ts"
import type * as Tool from "./Tool.ts"

/**
 * What an application wants of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contract<
  out Tools extends Tool.Any,
  out Prompts extends Prompt.Any,
  out Templates extends ResourceTemplate.Any
> {
  readonly tools: ReadonlyArray<Tools>
  readonly prompts: ReadonlyArray<Prompts>
  readonly resourceTemplates: ReadonlyArray<Templates>
}

/**
 * Any contract.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = Contract<Tool.Any, Prompt.Any, ResourceTemplate.Any>

/**
 * A contract as functions, each by the name of what it calls: `server.tools.add({ a: 1, b: 2 })`, `server.tools["db/query"]({ sql })`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Methods<C extends Any> {
  readonly tools: { readonly [T in C["tools"][number] as T["name"]]: CallTool<T> }
  readonly prompts: { readonly [P in C["prompts"][number] as P["name"]]: GetPrompt<P> }
  readonly resourceTemplates: { readonly [T in C["resourceTemplates"][number] as T["name"]]: ReadTemplate<T> }
}

/**
 * Calls a tool, with what it declares.
 *
 * @category models
 * @since 0.1.0
 */
export type CallTool<T extends Tool.Any> = (
  input: Tool.Input<T>,
  options?: RequestOptions
) => Effect.Effect<Tool.Output<T>, Tool.CallFailure<T>, Tool.CallServices<T>>

/**
 * Fills a prompt in, with the arguments that it declares.
 *
 * @category models
 * @since 0.1.0
 */
export type GetPrompt<P extends Prompt.Any> = (
  input: P["arguments"]["Type"],
  options?: RequestOptions
) => Effect.Effect<GetPromptResult, SessionError, P["arguments"]["EncodingServices"]>

/**
 * Reads a resource, by the variables that its template declares.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadTemplate<T extends ResourceTemplate.Any> = (
  variables: T["variables"]["Type"],
  options?: RequestOptions
) => Effect.Effect<ReadResourceResult, SessionError, T["variables"]["EncodingServices"]>

/**
 * A contract of these declarations. Two of one kind with the same name are a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  Tools extends Tool.Any = never,
  Prompts extends Prompt.Any = never,
  Templates extends ResourceTemplate.Any = never
>(options: {
  readonly tools?: ReadonlyArray<Tools>
  readonly prompts?: ReadonlyArray<Prompts>
  readonly resourceTemplates?: ReadonlyArray<Templates>
}): Contract<Tools, Prompts, Templates> => {
  const { prompts = [], resourceTemplates = [], tools = [] } = options
  for (const [kind, declarations] of Object.entries({ tools, prompts, "resource templates": resourceTemplates })) {
    const names = declarations.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new Error(`The contract has two ${kind} named ${twice}`)
  }
  return { tools, prompts, resourceTemplates }
}

/**
 * The functions of a contract, over a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const methods = <C extends Any>(
  contract: C,
  client: Pick<Client.Methods, "call" | "getPrompt" | "readResource">
): Methods<C> => ({
  tools: named(contract.tools, (tool): CallTool<Tool.Any> => (input, options) => client.call(tool, input, options)),
  prompts: named(contract.prompts, (prompt): GetPrompt<Prompt.Any> => {
    const encode = StringArguments.ofPrompt(prompt)
    return (input, options) => Effect.flatMap(encode(input), (args) => client.getPrompt(prompt.name, args, options))
  }),
  resourceTemplates: named(contract.resourceTemplates, (template): ReadTemplate<ResourceTemplate.Any> => {
    const encode = StringArguments.ofTemplate(template)
    return (variables, options) => Effect.flatMap(encode(variables), (uri) => client.readResource(uri, options))
  })
} as Methods<Any> as Methods<C>)

const named = <A extends { readonly name: string }, B>(
  declarations: ReadonlyArray<A>,
  method: (declaration: A) => B
): { readonly [name: string]: B } =>
  Object.fromEntries(declarations.map((declaration) => [declaration.name, method(declaration)]))

/**
 * Gives an application a server as a service of its own, over the `Client` of the context: the rest of the application knows neither. Tests provide
 * the same service by other means, or by the real server over a `MemoryTransport`.
 *
 * @example
 * ```ts
 * import * as Client from "@mcp-effect/core/Client"
 * import * as Contract from "@mcp-effect/core/Contract"
 * import * as Tool from "@mcp-effect/core/Tool"
 * import * as Context from "effect/Context"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Schema from "effect/Schema"
 *
 * class DivisionByZero extends Schema.TaggedError<DivisionByZero>()("DivisionByZero", {}) {}
 *
 * // what client and server share
 * const Divide = Tool.make("divide", {
 *   input: { a: Schema.Finite, b: Schema.Finite },
 *   output: { quotient: Schema.Finite },
 *   errors: [DivisionByZero]
 * })
 *
 * const contract = Contract.make({ tools: [Divide] })
 *
 * class Calculator extends Context.Service<Calculator, Contract.Methods<typeof contract>>()("app/Calculator") {
 *   static readonly layer = Contract.layer(Calculator, contract).pipe(
 *     Layer.provide(Client.layer({ name: "app", version: "1.0.0" }))
 *   )
 * }
 *
 * // needs a `Calculator`, and its layer a `Transport` to the server
 * const half = Effect.gen(function*() {
 *   const calculator = yield* Calculator
 *   const { quotient } = yield* calculator.tools.divide({ a: 1, b: 2 })
 *   return quotient
 * }).pipe(Effect.catchTag("DivisionByZero", () => Effect.succeed(0)))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <I, C extends Any>(
  service: Context.Key<I, Methods<C>>,
  contract: C
): Layer.Layer<I, never, Client.Client> =>
  Layer.effect(service, Effect.map(Client.Client, (client) => methods(contract, client)))
