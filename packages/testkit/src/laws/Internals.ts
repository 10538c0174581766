/**
 * An answer shows nothing of the inside: no stack, whether the input was right or wrong, and as an error no path to the program.
 *
 * Other paths may well be what was asked for.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#security-considerations
 *
 * @since 0.1.0
 */
import type { Registered } from "@mcp-effect/core/HandlerObserver"
import type { CallToolResult } from "@mcp-effect/core/protocol/Tool"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { dirname, sep } from "node:path"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as NearMiss from "./NearMiss.ts"
import * as NearValidInput from "./NearValidInput.ts"
import type * as Subject from "./Subject.ts"

/** Input of a handler, or input as it travels that is refused. */
type Case = { readonly value: unknown } | NearMiss.NearMiss

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfAll<Case>("an answer shows nothing of the inside", settings, (registered) => {
    const codec = Call.codecOf(registered)
    return {
      arbitrary: cases(settings, registered),
      holds: (input, subject) =>
        Effect.gen(function*() {
          const client = yield* subject.connect()
          const encoded = "mutation" in input ? input.value : yield* subject.encode(codec, input.value)
          const answer = yield* Effect.exit(Call.send(client, registered, encoded))
          for (const text of textsOf(shownBy(answer))) {
            const frame = stackFrame.exec(text)
            // what is no error may well be about stacks, if it is about others than ours
            if (frame !== null && (isError(answer) || ours.some((place) => frame[0].includes(place)))) {
              return yield* subject.broken(`the answer has a stack in it: ${frame[0].trim()}`)
            }
          }
          if (!isError(answer)) return
          const said = Array.from(textsOf(encoded)).join("\n")
          for (const text of textsOf(shownBy(answer))) {
            const path = places.find((place) => text.includes(place) && !said.includes(place))
            if (path !== undefined) {
              return yield* subject.broken(`the answer says where on this machine the program is: ${path}`)
            }
          }
        })
    }
  })

const cases = (settings: Subject.Settings, registered: Registered): Arbitrary.Arbitrary<Case> => {
  const valid = Arbitrary.map(settings.inputOf(registered), (value) => ({ value }))
  if (registered.kind === "resource") return valid
  const near = NearValidInput.near(registered)
  return Arbitrary.map(
    Arbitrary.all([Arbitrary.schema(Schema.Boolean), valid, NearMiss.recipe]),
    ([isValid, input, recipe]) => (isValid ? undefined : near(input.value, recipe)) ?? input
  )
}

const stackFrame = /^\s*at .{0,500}:\d+:\d+\)?$/m

const cwd = process.cwd()

// An error may tell much, but not this; of the root of a disk there is nothing to tell.
const places = [...(dirname(cwd) === cwd ? [] : [cwd + sep]), `${sep}node_modules${sep}`]

const ours = [...places, "node:internal"]

const isError = (answer: Call.Answer): boolean =>
  Exit.isFailure(answer) || (answer.value as CallToolResult).isError === true

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
