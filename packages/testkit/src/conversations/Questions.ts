/**
 * The `Questions` that a server has answers to: one for each of its handlers, and those that every server is asked.
 *
 * Whether a revision has their methods, and the server the capabilities, is not looked at here.
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Call from "../laws/Call.ts"
import type * as Subject from "../laws/Subject.ts"

/**
 * Params, as they travel.
 *
 * @category models
 * @since 0.1.0
 */
export type Params = { readonly [name: string]: unknown }

/**
 * What a server can be asked.
 *
 * @category models
 * @since 0.1.0
 */
export interface Question {
  readonly method: string
  /** Without `_meta`. */
  readonly params: Arbitrary.Arbitrary<Params>
}

/**
 * Of the handlers of a server: calls, completions, subscriptions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofHandlers = (settings: Subject.Settings, subject: Subject.Subject): ReadonlyArray<Question> =>
  subject.registered.filter(settings.isMeant).flatMap((registered) => {
    const codec = Call.codecOf(registered)
    const encoded = Arbitrary.filterMap(settings.inputOf(registered), (input) => {
      const exit = Effect.runSyncExit(subject.encode(codec, input))
      return Exit.isSuccess(exit) && (registered.kind === "resource" || Call.isSendable(registered, exit.value))
        ? Result.succeed(exit.value)
        : Result.failVoid
    })
    return [
      { method: Call.methodOf(registered), params: Arbitrary.map(encoded, (encoded) => paramsOf(registered, encoded)) },
      ...completions(registered),
      ...(registered.kind === "resource" ? subscriptions(registered.declaration.uri) : [])
    ]
  })

const paramsOf = (registered: Registered, encoded: unknown): Params => {
  switch (registered.kind) {
    case "tool":
    case "prompt":
      return { name: registered.declaration.name, arguments: encoded }
    case "resourceTemplate":
      return { uri: Call.uriOf(registered, encoded) }
    case "resource":
      return { uri: registered.declaration.uri }
  }
}

const completions = (registered: Registered): ReadonlyArray<Question> => {
  if (registered.kind !== "prompt" && registered.kind !== "resourceTemplate") return []
  const ref = registered.kind === "prompt"
    ? { type: "ref/prompt", name: registered.declaration.name }
    : { type: "ref/resource", uri: registered.declaration.uriTemplate.text }
  return registered.completed.map((name): Question => ({
    method: "completion/complete",
    params: Arbitrary.map(Arbitrary.schema(Schema.String), (value) => ({ ref, argument: { name, value } }))
  }))
}

const always = (method: string, params: Params): Question => ({ method, params: Arbitrary.Constant(params) })

const subscriptions = (uri: string): ReadonlyArray<Question> => [
  always("resources/subscribe", { uri }),
  always("resources/unsubscribe", { uri }),
  always("subscriptions/listen", { notifications: { resourceSubscriptions: [uri] } })
]

/**
 * Of any server.
 *
 * @category constants
 * @since 0.1.0
 */
export const ofAll: ReadonlyArray<Question> = [
  ...["ping", "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list"]
    .map((method) => always(method, {})),
  always("logging/setLevel", { level: "warning" }),
  always("subscriptions/listen", { notifications: { toolsListChanged: true, promptsListChanged: true } })
]
