/**
 * An answer shows nothing of the inside: no stack, whether the input was right or wrong.
 *
 * A path alone may well be what was asked for.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#security-considerations
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import type * as NearMiss from "./NearMiss.ts"
import * as NearValidInput from "./NearValidInput.ts"
import * as Subject from "./Subject.ts"

interface Case {
  readonly isValid: boolean
  readonly input: unknown
  readonly nearMiss: NearMiss.NearMiss | undefined
}

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  Subject.lawOfAll<Case>("an answer shows nothing of the inside", settings, (registered) => {
    const codec = Call.codecOf(registered)
    return {
      arbitrary: Arbitrary.all({
        isValid: Arbitrary.schema(Schema.Boolean),
        input: settings.inputOf(registered),
        nearMiss: registered.kind === "resource"
          ? Arbitrary.Constant(undefined)
          : NearValidInput.nearMisses(settings, registered)
      }),
      holds: ({ input, isValid, nearMiss }, subject) =>
        Effect.gen(function*() {
          const client = yield* subject.connect()
          const encoded = isValid || nearMiss === undefined ? yield* subject.encode(codec, input) : nearMiss.value
          const answer = yield* Effect.exit(Call.send(client, registered, encoded))
          for (const text of textsOf(shownBy(answer))) {
            const frame = stackFrame.exec(text)
            if (frame !== null) return yield* subject.broken(`the answer has a stack in it: ${frame[0].trim()}`)
          }
        })
    }
  })

const stackFrame = /^\s*at .{0,500}:\d+:\d+\)?$/m

const shownBy = (answer: Call.Answer): unknown => {
  if (Exit.isSuccess(answer)) return answer.value
  const error = Exit.findErrorOption(answer)
  return error._tag === "Some" && error.value.reason._tag === "ErrorAnswer"
    ? [error.value.reason.message, error.value.reason.data]
    : undefined
}

function* textsOf(value: unknown): Iterable<string> {
  if (typeof value === "string") yield value
  else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) yield* textsOf(member)
  }
}
