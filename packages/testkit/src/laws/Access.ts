/**
 * `Access` is whether a client may use a handler at all, as far as a client can tell.
 *
 * It is not for a law to say who may use what (`visible`, and middleware that refuses): what is kept from a client is not held against the server.
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Call from "./Call.ts"
import * as List from "./List.ts"

/**
 * Whether an answer is an error of something that the client is not shown in its list.
 *
 * @category guards
 * @since 0.1.0
 */
export const isHidden = (
  client: Client.Methods,
  registered: Registered,
  answer: Call.Answer
): Effect.Effect<boolean> =>
  codeOf(answer) === undefined
    ? Effect.succeed(false)
    : Effect.map(isListed(client, registered), (isListed) => !isListed)

/**
 * Whether an answer says that this client is not served: with an error of the application's own, or of something that it is not shown.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDenied = (
  client: Client.Methods,
  registered: Registered,
  answer: Call.Answer
): Effect.Effect<boolean> => {
  const code = codeOf(answer)
  return code === undefined || !isOfApplication(code) ? isHidden(client, registered, answer) : Effect.succeed(true)
}

/**
 * Whether the code of an error is one of the application's own.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOfApplication = (code: number): boolean => !ofProtocol.has(code)

const codeOf = (answer: Call.Answer): number | undefined => {
  const error = Exit.findErrorOption(answer)
  return error._tag === "Some" && error.value.reason._tag === "ErrorAnswer" ? error.value.reason.code : undefined
}

const ofProtocol: ReadonlySet<number> = new Set([
  JsonRpc.parseError,
  JsonRpc.invalidRequest,
  JsonRpc.methodNotFound,
  JsonRpc.invalidParams,
  JsonRpc.internalError,
  ...Revisions.all.map(({ resourceNotFound }) => resourceNotFound)
])

// A list that cannot be read is for laws of lists to find.
const isListed = (client: Client.Methods, registered: Registered): Effect.Effect<boolean> => {
  const list = List.listOf(registered.kind)
  const key = List.keyOf(registered)
  const from = (cursor: string | undefined): Effect.Effect<boolean> =>
    Effect.matchEffect(list.page(client, cursor), {
      onFailure: () => Effect.succeed(true),
      onSuccess: ({ keys, nextCursor }) =>
        keys.includes(key) || nextCursor === undefined ? Effect.succeed(keys.includes(key)) : from(nextCursor)
    })
  return from(undefined)
}
