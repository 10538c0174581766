/**
 * What is suggested for an argument is accepted by what the argument is of, and there are at most a hundred suggestions.
 *
 * It does not ask whether suggestions begin with what was typed: that is for their author to decide.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @since 0.1.0
 */
import { maxValues } from "@mcp-effect/core/Completion"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { CompleteParams } from "@mcp-effect/core/protocol/Completion"
import * as Revisions from "@mcp-effect/core/revision/Revisions"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Access from "./Access.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import type * as Subject from "./Subject.ts"

// what is not found has a code of its own there
const { version } = Revisions.latestOfSessionEra

const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 })))

const text = Arbitrary.schema(Schema.String)

/**
 * The law, of prompts and templates.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll("what is suggested is accepted", settings, (registered): HandlerLaw.Cases<Case> | undefined => {
    if (registered.kind === "tool" || registered.kind === "resource" || registered.completed.length === 0) {
      return undefined
    }
    const codec = Call.codecOf(registered)
    const ref: CompleteParams["ref"] = registered.kind === "prompt"
      ? { type: "ref/prompt", name: registered.declaration.name }
      : { type: "ref/resource", uri: registered.declaration.uriTemplate.text }
    return {
      arbitrary: Arbitrary.all({
        argument: Arbitrary.schema(Schema.Literals(registered.completed)),
        // the beginning of something valid, or anything
        typed: Arbitrary.all({ length: natural, instead: Arbitrary.array(text, { maxLength: 1 }) }),
        place: natural,
        input: settings.inputOf(registered)
      }),
      holds: ({ argument, input, place, typed }, subject) =>
        Effect.gen(function*() {
          // arguments are a struct, and travel as texts or lists of them
          const encoded = (yield* subject.encode(codec, input)) as {
            readonly [name: string]: string | ReadonlyArray<string>
          }
          const client = yield* subject.connect({ version })
          const given = Object.entries(encoded).flatMap(([name, value]) =>
            name === argument || typeof value !== "string" ? [] : [[name, value] as const]
          )
          const own = encoded[argument]
          const value = typed.instead[0] ?? (typeof own === "string" ? own.slice(0, typed.length) : "")
          const { completion } = yield* Effect.mapError(
            client.request("completion/complete", {
              ref,
              argument: { name: argument, value },
              context: { arguments: Object.fromEntries(given) }
            }),
            (error) => subject.broken(`nothing could be suggested for ${argument}: ${error.message}`)
          )
          const { values } = completion
          if (values.length > maxValues) {
            return yield* subject.broken(`for ${argument}, ${values.length} values are suggested at once`)
          }
          const suggested = values[place % values.length]
          if (suggested === undefined) return
          const answer = yield* Effect.exit(Call.send(client, registered, {
            ...encoded,
            [argument]: Array.isArray(own) ? [suggested] : suggested
          }))
          const error = Exit.findErrorOption(answer)
          if (error._tag === "None" || error.value.reason._tag !== "ErrorAnswer") return
          if (error.value.reason.code !== JsonRpc.invalidParams) return
          // without sessions, what does not exist has that code, too
          if (client.server.era === "stateless" && subject.runsOf(registered).length > 0) return
          if (yield* Access.isDenied(client, registered, answer)) return
          return yield* subject.broken(
            `${JSON.stringify(suggested)} is suggested for ${argument}, and then ${Call.describe(answer)}`
          )
        })
    }
  })

interface Case {
  readonly argument: string
  readonly typed: { readonly length: number; readonly instead: ReadonlyArray<string> }
  readonly place: number
  readonly input: unknown
}
