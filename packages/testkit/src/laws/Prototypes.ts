/**
 * Members of the input that are named as those of every object (`__proto__`, `constructor`) do no harm: no prototype is changed, and nothing dies.
 *
 * Whether such input is valid is for the handler's Schema to say.
 *
 * @since 0.1.0
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as NearMiss from "./NearMiss.ts"
import type * as Subject from "./Subject.ts"

/**
 * The law, of tools: all other input is text.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfEach<"tool", NearMiss.NearMiss | undefined>(
    "no member of the input changes a prototype",
    settings,
    "tool",
    (registered) => {
      const encode = Schema.encodeUnknownExit(Call.codecOf(registered))
      return {
        arbitrary: Arbitrary.map(
          Arbitrary.all([settings.inputOf(registered), NearMiss.recipe]),
          ([input, recipe]) => {
            const encoded = encode(input)
            return Exit.isFailure(encoded) || !Predicate.isObject(encoded.value)
              ? undefined
              : NearMiss.polluting(encoded.value, recipe)
          }
        ),
        holds: (input, subject) =>
          Effect.gen(function*() {
            if (input === undefined) return
            const client = yield* subject.connect()
            const answer = yield* Effect.exit(Call.send(client, registered, input.value))
            for (const { exit, polluted } of subject.runsOf(registered)) {
              const [added] = polluted
              if (added !== undefined) {
                return yield* subject.broken(`every object had a member ${JSON.stringify(added)} after that`)
              }
              if (exit !== undefined && Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
                return yield* subject.broken(`the handler died, and ${Call.describe(answer)}`)
              }
            }
          })
      }
    }
  )
