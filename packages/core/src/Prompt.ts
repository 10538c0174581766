/**
 * A `Prompt` as an author declares it: a message template that a user picks, with arguments.
 *
 * It is not the handler (see `Server.prompt`), nor the wire noun (`protocol/Prompt`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Icon } from "./protocol/Icon.ts"
import type { PromptMessage } from "./protocol/Prompt.ts"
import type { ProtocolError } from "./ProtocolError.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * The declaration of a prompt. The arguments travel as strings; their Schemas decode from that form (`Schema.Finite` takes `"5"`).
 *
 * @category models
 * @since 0.1.0
 */
export interface Prompt<out Arguments extends Schema.Top, out Name extends string = string> {
  readonly name: Name
  readonly title: string | undefined
  readonly description: string | undefined
  readonly arguments: Arguments
  readonly icons: ReadonlyArray<Icon> | undefined
  readonly meta: { readonly [key: string]: unknown } | undefined
}

/**
 * Any prompt.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = Prompt<Schema.Top>

/**
 * What a prompt's handler may answer with: the text of one user message, messages, or messages with a description.
 *
 * @category models
 * @since 0.1.0
 */
export type Success =
  | string
  | ReadonlyArray<PromptMessage>
  | { readonly description?: string; readonly messages: ReadonlyArray<PromptMessage> }

/**
 * The handler of a prompt.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler<P extends Any, R> = (
  input: P["arguments"]["Type"]
) => Effect.Effect<Success, ProtocolError | SessionError, R>

/**
 * Declares a prompt.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <Arguments extends Schema.Struct.Fields = {}, const Name extends string = string>(
  name: Name,
  options: {
    readonly title?: string
    readonly description?: string
    readonly arguments?: Arguments
    readonly icons?: ReadonlyArray<Icon>
    readonly meta?: { readonly [key: string]: unknown }
  } = {}
): Prompt<Schema.Struct<Arguments>, Name> => ({
  name,
  title: options.title,
  description: options.description,
  // the default of `Arguments` is `{}`, which is what an absent option stands for
  arguments: Schema.Struct(options.arguments ?? {} as Arguments),
  icons: options.icons,
  meta: options.meta
})

/**
 * A message of the user.
 *
 * @category constructors
 * @since 0.1.0
 */
export const user = (content: string | PromptMessage["content"]): PromptMessage => message("user", content)

/**
 * A message of the assistant.
 *
 * @category constructors
 * @since 0.1.0
 */
export const assistant = (content: string | PromptMessage["content"]): PromptMessage => message("assistant", content)

const message = (role: PromptMessage["role"], content: string | PromptMessage["content"]): PromptMessage => ({
  role,
  content: typeof content === "string" ? { type: "text", text: content } : content
})
