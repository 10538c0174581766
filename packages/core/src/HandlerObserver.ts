/**
 * A `HandlerObserver` is told of each handler that a server registers, and stands around each of its runs.
 *
 * It is not middleware (`Server.middleware`), which sees requests: it sees the declaration with its Schemas, and the input that has passed them. What
 * tests handlers needs it; without one, handlers run as they are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Prompt from "./Prompt.ts"
import type * as Resource from "./Resource.ts"
import type * as ResourceTemplate from "./ResourceTemplate.ts"
import type * as Tool from "./Tool.ts"

/**
 * What a handler was registered for. `completed` are the arguments or variables that values are suggested for.
 *
 * @category models
 * @since 0.1.0
 */
export type Registered =
  | { readonly kind: "tool"; readonly declaration: Tool.Any }
  | { readonly kind: "resource"; readonly declaration: Resource.Resource }
  | {
    readonly kind: "resourceTemplate"
    readonly declaration: ResourceTemplate.Any
    readonly completed: ReadonlyArray<string>
  }
  | { readonly kind: "prompt"; readonly declaration: Prompt.Any; readonly completed: ReadonlyArray<string> }

/**
 * Stands around a run of a handler. The input is decoded: that of a tool or prompt, the variables of a template, the URI of a resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Around = <A, E, R>(input: unknown, run: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Is told of a handler, and says what stands around its runs.
 *
 * @category models
 * @since 0.1.0
 */
export type HandlerObserver = (registered: Registered) => Around

/**
 * The observer of the servers that are built with this context; none by default.
 *
 * @category references
 * @since 0.1.0
 */
export const HandlerObserver = Context.Reference<HandlerObserver | undefined>("@mcp-effect/core/HandlerObserver", {
  defaultValue: () => undefined
})

/**
 * A handler with what the observer of the context puts around it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const observed = <Args extends readonly [input: unknown, ...rest: ReadonlyArray<unknown>], A, E, R>(
  context: Context.Context<never>,
  registered: Registered,
  handler: (...args: Args) => Effect.Effect<A, E, R>
): (...args: Args) => Effect.Effect<A, E, R> => {
  const around = Context.get(context, HandlerObserver)?.(registered)
  return around === undefined ? handler : (...args) => around(args[0], Effect.suspend(() => handler(...args)))
}
