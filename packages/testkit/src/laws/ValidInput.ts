/**
 * Valid input is answered: the handler runs, does not die, and what it answers fits what it declares.
 *
 * It does not ask what the handler may fail with: that is `DeclaredErrors`.
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { CallToolResult } from "@mcp-effect/core/protocol/Tool"
import type { JsonSchema } from "@mcp-effect/core/schema/JsonSchemaDocument"
import * as JsonSchemaValidator from "@mcp-effect/core/schema/JsonSchemaValidator"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Access from "./Access.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as NearMiss from "./NearMiss.ts"
import type * as Subject from "./Subject.ts"
import * as Words from "./Words.ts"

/** Input of a handler, or input as it travels that is valid at the edge. */
type Case = { readonly value: unknown } | NearMiss.NearMiss

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll<Case>("valid input is answered, and the answer fits", settings, (registered) => {
    const codec = Call.codecOf(registered)
    const isRefused = Call.isRefused(codec)
    const misfitOf = shownOutput(registered)
    return {
      arbitrary: cases(settings, registered),
      holds: (input, subject) =>
        Effect.gen(function*() {
          const encoded = "mutation" in input ? input.value : yield* subject.encode(codec, input.value)
          const received = Call.received(registered, encoded)
          // a template that does not read its own URIs breaks a law of templates
          if (received === undefined || isRefused(received)) return
          const client = yield* subject.connect()
          const answer = yield* Effect.exit(Call.send(client, registered, encoded))
          const runs = subject.runsOf(registered)
          const last = runs.at(-1)
          if (last === undefined) {
            // what is shadowed by what stands before it breaks a law of templates, too
            if (subject.invocations.length > 0) return
            if (yield* Access.isDenied(client, registered, answer)) return
            return yield* subject.broken(
              `the handler did not run, and ${
                Call.describe(answer)
              }\n(what is not for every client, the options \`principal\` and \`only\` say)`
            )
          }
          for (const { exit, polluted } of runs) {
            // what dies of that breaks a law of its own
            if (polluted.length > 0) return
            if (exit !== undefined && Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
              return yield* subject.broken(`the handler died: ${Words.ofCause(exit.cause)}`)
            }
          }
          if (Exit.isSuccess(answer)) {
            const misfit = misfitOf(answer.value)
            return misfit === undefined ? undefined : yield* subject.broken(misfit)
          }
          // whoever fails may do so as it declares
          if (last.exit !== undefined && Exit.isFailure(last.exit) && Cause.hasFails(last.exit.cause)) return
          const error = Exit.findErrorOption(answer)
          const reason = error._tag === "None" ? undefined : error.value.reason
          if (reason?._tag === "ErrorAnswer" && reason.code !== JsonRpc.internalError) return
          return yield* subject.broken(Call.describe(answer))
        })
    }
  })

// What the Schema says of the output, the server sees to itself; of what clients are shown instead, nobody does.
const shownOutput = (registered: Registered): (answer: object) => string | undefined => {
  const shown = registered.kind === "tool" ? registered.declaration.jsonSchema?.output : undefined
  if (shown === undefined) return () => undefined
  const validator = JsonSchemaValidator.make(shown as JsonSchema)
  return (answer) => {
    const { isError, structuredContent } = answer as CallToolResult
    if (isError === true || structuredContent === undefined) return undefined
    const outcome = JsonSchemaValidator.validate(validator, structuredContent)
    return outcome._tag !== "Misfit" ?
      undefined
      : `the answer does not fit the JSON Schema that clients are shown, at ${
        outcome.pointer || "its root"
      }: ${outcome.message}`
  }
}

// Of four cases one is a mutation that is valid as well: numbers as large as they get, texts as long.
const cases = (settings: Subject.Settings, registered: Registered): Arbitrary.Arbitrary<Case> => {
  const codec = Call.codecOf(registered)
  const encode = Schema.encodeUnknownExit(codec)
  const isRefused = Call.isRefused(codec)
  const isValid = (mutated: unknown): boolean => {
    if (!Call.isSendable(registered, mutated)) return false
    const received = Call.received(registered, mutated)
    return received !== undefined && !isRefused(received)
  }
  return Arbitrary.map(
    Arbitrary.all([settings.inputOf(registered), oneOfFour, NearMiss.recipe]),
    ([value, edge, recipe]) => {
      if (edge !== 3) return { value }
      const encoded = encode(value)
      if (Exit.isFailure(encoded) || !Predicate.isObject(encoded.value)) return { value }
      return NearMiss.make(encoded.value, recipe, isValid) ?? { value }
    }
  )
}

const oneOfFour = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })))
