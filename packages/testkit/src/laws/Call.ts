/**
 * A `Call` is how a handler is reached from a client: its input in the form that travels, in the params of a request.
 *
 * It is not a run of the handler, which begins only when the server takes the input.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import type { JsonObject } from "@mcp-effect/core/protocol/JsonObject"
import * as StringCoded from "@mcp-effect/core/schema/StringCoded"
import * as ToolSchema from "@mcp-effect/core/schema/ToolSchema"
import type { SessionError } from "@mcp-effect/core/SessionError"
import type { Values } from "@mcp-effect/core/UriTemplate"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/**
 * What comes of a call.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer = Exit.Exit<object, SessionError>

/**
 * The codec between what a handler is given and what travels.
 *
 * @category codecs
 * @since 0.1.0
 */
export const codecOf = (registered: Registered): Schema.Codec<unknown, unknown> => {
  switch (registered.kind) {
    // the services of a Schema are the author's: whoever decodes provides those of the server
    case "tool":
      return ToolSchema.codec(registered.declaration.input) as Schema.Codec<unknown, unknown>
    case "prompt":
      return StringCoded.codec(registered.declaration.arguments) as Schema.Codec<unknown, unknown>
    case "resourceTemplate":
      return StringCoded.codec(registered.declaration.variables, { lists: true }) as Schema.Codec<unknown, unknown>
    case "resource":
      return Schema.String as Schema.Codec<unknown, unknown>
  }
}

/**
 * The method that a handler is called by.
 *
 * @category accessors
 * @since 0.1.0
 */
export const methodOf = ({ kind }: Registered): "tools/call" | "prompts/get" | "resources/read" =>
  kind === "tool" ? "tools/call" : kind === "prompt" ? "prompts/get" : "resources/read"

/**
 * Calls a handler with input as it travels.
 *
 * @category running
 * @since 0.1.0
 */
export const send = (
  client: Client.Methods,
  registered: Registered,
  encoded: unknown,
  options?: Client.CallerOptions
): Effect.Effect<object, SessionError> => {
  switch (registered.kind) {
    // what is sent is what the codec of the same handler made, or a mutation of it that keeps its root
    case "tool":
      // over HTTP, some arguments travel in headers too
      return client.callTool(registered.declaration.name, encoded as JsonObject, options)
    case "prompt":
      return client.request(
        "prompts/get",
        { name: registered.declaration.name, arguments: encoded as { readonly [name: string]: string } },
        options
      )
    case "resourceTemplate":
      return client.request("resources/read", { uri: uriOf(registered, encoded) }, options)
    case "resource":
      return client.request("resources/read", { uri: registered.declaration.uri }, options)
  }
}

/**
 * The URI of a resource of a family, of its variables as they travel.
 *
 * @category accessors
 * @since 0.1.0
 */
export const uriOf = (
  registered: Extract<Registered, { readonly kind: "resourceTemplate" }>,
  encoded: unknown
): string => registered.declaration.uriTemplate.expand(encoded as Values)

/**
 * Whether input can travel at all: that of a tool is any object, and all else is text, or lists of it in a URI.
 *
 * @category guards
 * @since 0.1.0
 */
export const isSendable = ({ kind }: Registered, encoded: unknown): boolean => {
  if (!Predicate.isObject(encoded)) return false
  if (kind === "tool") return true
  return Object.values(encoded).every((value) =>
    typeof value === "string" ||
    (kind === "resourceTemplate" && Array.isArray(value) && value.every((item) => typeof item === "string"))
  )
}

/**
 * What the server reads of input as it travels: that of a template goes through its URI, which may not give all of it back. Undefined where the
 * template does not know its own URI.
 *
 * @category accessors
 * @since 0.1.0
 */
export const received = (registered: Registered, encoded: unknown): unknown =>
  registered.kind === "resourceTemplate"
    ? registered.declaration.uriTemplate.match(uriOf(registered, encoded))
    : encoded

/**
 * Whether input as it travels is what a codec refuses. What it cannot tell at once, it does not refuse.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRefused = (codec: Schema.Codec<unknown, unknown>): (encoded: unknown) => boolean => {
  const decode = Schema.decodeUnknownExit(codec)
  return (encoded) => {
    const exit = decode(encoded)
    return Exit.isFailure(exit) && Exit.findErrorOption(exit)._tag === "Some"
  }
}

/**
 * What came of a call, for people.
 *
 * @category accessors
 * @since 0.1.0
 */
export const describe = (answer: Answer): string => {
  if (Exit.isSuccess(answer)) return `it was answered with ${JSON.stringify(answer.value)}`
  const error = Exit.findErrorOption(answer)
  if (error._tag === "None") return `the call died: ${Cause.pretty(answer.cause)}`
  const { message, reason } = error.value
  return reason._tag === "ErrorAnswer"
    ? `it was answered with error ${reason.code}: ${reason.message}`
    : `the call failed: ${message}`
}
