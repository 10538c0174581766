/**
 * What is listed is there: a name in a list is answered otherwise than a name that nobody has registered.
 *
 * It does not call anything as it should be called: that is `ValidInput`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#listing-tools
 *
 * @since 0.1.0
 */
import type * as Client from "@mcp-effect/core/Client"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { Revision } from "@mcp-effect/core/revision/Revision"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as UriTemplate from "@mcp-effect/core/UriTemplate"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Access from "./Access.ts"
import * as List from "./List.ts"
import * as Subject from "./Subject.ts"

const versions = Arbitrary.schema(Schema.Literals(Revisions.all.map(({ version }: Revision) => version)))

// A list may be long: a case looks at one item of it.
const places = Arbitrary.all({
  version: versions,
  place: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 })))
})

/**
 * The law, of each list.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  List.lawOfEach(
    "what is listed is there",
    settings,
    places,
    (list, { place, version }) =>
      Subject.use(
        settings,
        Effect.fnUntraced(function*(subject) {
          const client = yield* subject.connect({ version })
          const { keys } = yield* Effect.mapError(
            list.page(client, undefined),
            (error) => subject.broken(`the list could not be read: ${error.message}`)
          )
          const key = keys[place % keys.length]
          if (key === undefined) return
          const answer = yield* ask(client, list, key)
          const none = yield* ask(client, list, list.keyOf(0))
          if (answer === undefined || none === undefined) return
          if (answer.replaceAll(key, "") === none.replaceAll(list.keyOf(0), "")) {
            return yield* subject.broken(`${key} is answered with ${answer}, as what does not exist is`)
          }
        })
      )
  )

// The error that something is answered with, if it is one.
const ask = (client: Client.Methods, { kind }: List.List, key: string): Effect.Effect<string | undefined> => {
  const asking = (): Effect.Effect<unknown, SessionError> => {
    switch (kind) {
      case "tool":
        return client.callTool(key, nothing)
      case "prompt":
        return client.getPrompt(key, nothing)
      case "resource":
        return client.readResource(key)
      case "resourceTemplate":
        // one whose variables have no values may not be what it is for, but its place is known to completions
        return client.request("completion/complete", {
          ref: { type: "ref/resource", uri: key },
          argument: variableOf(key)
        })
    }
  }
  return Effect.map(Effect.exit(Effect.suspend(asking)), (exit) => {
    const error = Exit.findErrorOption(exit)
    if (error._tag === "None" || error.value.reason._tag !== "ErrorAnswer") return undefined
    const { code, message } = error.value.reason
    // nobody suggests anything there, whatever it is for
    if (code === JsonRpc.methodNotFound) return undefined
    // some clients may not be served, whatever they ask for
    if (Access.isOfApplication(code)) return undefined
    return `error ${code}: ${message}`
  })
}

// what no Schema asks for: where it is refused, it is refused for what is wrong with it
const nothing = { "testkit-nothing": "" }

const variableOf = (template: string) => {
  const parsed = UriTemplate.parseExpandable(template)
  return { name: Result.isSuccess(parsed) ? parsed.success.variables[0] ?? "" : "", value: "" }
}
