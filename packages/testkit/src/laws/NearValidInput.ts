/**
 * Input that is one mutation away from valid is refused, in words, and never reaches the handler.
 *
 * What is refused is what the handler's own Schema does not decode, and for a tool that shows clients a JSON Schema of its own, what that does not
 * describe.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { JsonSchema } from "@mcp-effect/core/schema/JsonSchemaDocument"
import * as JsonSchemaValidator from "@mcp-effect/core/schema/JsonSchemaValidator"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Wire from "../Wire.ts"
import * as Access from "./Access.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as NearMiss from "./NearMiss.ts"
import type * as Subject from "./Subject.ts"

interface Case {
  readonly version: string
  readonly input: NearMiss.NearMiss | undefined
}

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll<Case>("invalid input is refused, and never reaches the handler", settings, (registered) => {
    if (registered.kind === "resource") return undefined
    const nearMiss = near(registered)
    const isUnknown = Call.isRefused(Call.codecOf(registered))
    return {
      arbitrary: Arbitrary.map(
        Arbitrary.all([version, settings.inputOf(registered), NearMiss.recipe]),
        ([version, input, recipe]) => ({ version, input: nearMiss(input, recipe) })
      ),
      holds: ({ input, version }, subject) =>
        Effect.gen(function*() {
          // there are handlers that take whatever comes
          if (input === undefined) return
          const client = yield* subject.connect({ version })
          const answer = yield* Effect.exit(Call.send(client, registered, input.value))
          if (subject.runsOf(registered).length > 0) {
            return yield* subject.broken(
              isUnknown(input.value)
                ? "the handler ran"
                : "the handler ran, although the JSON Schema that clients are shown does not allow that"
            )
          }
          // what another template takes is not for this one to refuse
          if (subject.invocations.length > 0) return
          if (isRefusal(answer) || (yield* Access.isDenied(client, registered, answer))) return
          return yield* subject.broken(Call.describe(answer))
        })
    }
  })

const version = Arbitrary.schema(Schema.Literals(Wire.memory.versions))

/**
 * What makes input that a handler has to refuse, as it travels, of input that it takes; it gives undefined where no mutation is refused.
 *
 * @category constructors
 * @since 0.1.0
 */
export const near = (
  registered: Registered
): (input: unknown, recipe: NearMiss.Recipe) => NearMiss.NearMiss | undefined => {
  const codec = Call.codecOf(registered)
  const encode = Schema.encodeUnknownExit(codec)
  const isRefused = refusal(registered, codec)
  return (input, recipe) => {
    const encoded = encode(input)
    // input of the author's that does not fit is for the law of valid input to find
    return Exit.isFailure(encoded) || !Predicate.isObject(encoded.value)
      ? undefined
      : NearMiss.make(encoded.value, recipe, isRefused)
  }
}

const refusal = (
  registered: Registered,
  codec: Schema.Codec<unknown, unknown>
): (mutated: unknown) => boolean => {
  const isRefused = Call.isRefused(codec)
  if (registered.kind === "tool") {
    const shown = registered.declaration.jsonSchema?.input
    if (shown === undefined) return isRefused
    const validator = JsonSchemaValidator.make(shown as JsonSchema)
    return (mutated) => isRefused(mutated) || JsonSchemaValidator.validate(validator, mutated)._tag === "Misfit"
  }
  return (mutated) => {
    if (!Call.isSendable(registered, mutated)) return false
    const received = Call.received(registered, mutated)
    return received !== undefined && isRefused(received)
  }
}

const isRefusal = (answer: Call.Answer): boolean => {
  if (Exit.isSuccess(answer)) {
    const { content, isError } = answer.value as { readonly isError?: boolean; readonly content?: unknown }
    return isError === true && JSON.stringify(content ?? []) !== "[]"
  }
  const error = Exit.findErrorOption(answer)
  if (error._tag === "None" || error.value.reason._tag !== "ErrorAnswer") return false
  const { code, message } = error.value.reason
  return code === JsonRpc.invalidParams && message !== ""
}
