/**
 * Prompts on the server: how one is registered, listed and filled in.
 *
 * It is not the declaration (`Prompt`) nor the wire noun (`protocol/Prompt`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import type * as Completion from "../Completion.ts"
import { observed } from "../HandlerObserver.ts"
import type * as Prompt from "../Prompt.ts"
import type * as Wire from "../protocol/Prompt.ts"
import * as ProtocolError from "../ProtocolError.ts"
import * as Compiled from "../schema/Compiled.ts"
import * as FieldIssues from "../schema/FieldIssues.ts"
import * as IssueMessage from "../schema/IssueMessage.ts"
import * as StringCoded from "../schema/StringCoded.ts"
import type { HandlerServices } from "../Tool.ts"
import type { Caller } from "./Caller.ts"
import * as Failure from "./Failure.ts"
import * as Pagination from "./Pagination.ts"
import * as Registration from "./Registration.ts"
import { Registry } from "./Registry.ts"

/**
 * The options of a prompt. `complete` suggests values for its arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<P extends Prompt.Any, C> extends Registration.Options {
  readonly complete?: C & Completion.ByArgument<P["arguments"]["Type"]>
}

/**
 * Registers a prompt until the scope ends. `complete` suggests values for its arguments.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<P extends Prompt.Any, R, C = {}>(
  prompt: P,
  handler: Prompt.Handler<P, R>,
  options?: Options<P, C> & Completion.Only<P["arguments"]["Type"], C>
): Effect.fn.Return<void, never, Registry | Scope.Scope | Exclude<R | Completion.Services<C>, HandlerServices>> {
  const registry = yield* Registry
  const context = yield* Effect.context<never>()
  const services = Registration.withServices(context, registry.context)
  const decode = Compiled.decoder(StringCoded.codec(prompt.arguments))
  const explain = FieldIssues.make(prompt.arguments, StringCoded.codec)
  // what the handler requires is in the captured services or provided with each request; the cast says so to the compiler
  const run = observed(
    context,
    { kind: "prompt", declaration: prompt, completed: Object.keys(options?.complete ?? {}) },
    handler as Prompt.Handler<P, never>
  )
  const { icons, meta, name, title, description } = prompt
  yield* Registration.register(registry.prompts, "prompt", name, {
    prompt: {
      name,
      ...(title === undefined ? undefined : { title }),
      ...(description === undefined ? undefined : { description }),
      ...(icons === undefined ? undefined : { icons }),
      ...(meta === undefined ? undefined : { _meta: meta }),
      arguments: StringCoded.describe(prompt.arguments)
    },
    get: (args) =>
      services(Failure.toProtocolError(
        Effect.flatMap(
          Effect.mapError(
            decode(args) as Effect.Effect<P["arguments"]["Type"], SchemaIssue.Issue>,
            (issue) =>
              ProtocolError.invalidParams(
                `Invalid arguments for prompt ${name}: ${IssueMessage.format(explain(args, issue))}`
              )
          ),
          (input) => Effect.map(run(input), (answer) => result(description, answer))
        )
      )),
    complete: Registration.completions(options?.complete, services)
  }, options)
})

const result = (description: string | undefined, answer: Prompt.Success): Wire.GetPromptResult => {
  const described = description === undefined ? undefined : { description }
  if (typeof answer === "string") {
    return { ...described, messages: [{ role: "user", content: { type: "text", text: answer } }] }
  }
  return "messages" in answer ? { ...described, ...answer } : { ...described, messages: answer }
}

/**
 * Answers `prompts/list`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const list = (
  caller: Caller,
  params: { readonly cursor?: string }
): Effect.Effect<Wire.ListPromptsResult, ProtocolError.ProtocolError> =>
  Pagination.list(caller, "prompts", caller.registry.prompts, params.cursor, (items, nextCursor) => ({
    prompts: items.map((item) => item.prompt),
    ...nextCursor
  }))

/**
 * Answers `prompts/get`.
 *
 * @category handlers
 * @since 0.1.0
 */
export const get = (
  caller: Caller,
  params: Wire.GetPromptParams
): Effect.Effect<Wire.GetPromptResult, ProtocolError.ProtocolError> => {
  const prompt = caller.registry.prompts.get(params.name, caller.negotiated.session)
  return prompt === undefined
    ? Effect.fail(ProtocolError.unknown("prompt", params.name))
    : Effect.suspend(() => prompt.get(params.arguments ?? {}))
}
