/**
 * Valid input is answered: the handler runs, does not die, and what it answers fits what it declares.
 *
 * It does not ask what the handler may fail with: that is `DeclaredErrors`.
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as Subject from "./Subject.ts"

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  Subject.lawOfAll("valid input is answered, and the answer fits", settings, (registered) => {
    const codec = Call.codecOf(registered)
    const isRefused = Call.isRefused(codec)
    return {
      arbitrary: settings.inputOf(registered),
      holds: (input, subject) =>
        Effect.gen(function*() {
          const encoded = yield* subject.encode(codec, input)
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
            return yield* subject.broken(`the handler did not run, and ${Call.describe(answer)}`)
          }
          for (const { exit } of runs) {
            if (exit !== undefined && Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
              return yield* subject.broken(`the handler died: ${Cause.pretty(exit.cause)}`)
            }
          }
          if (Exit.isSuccess(answer)) return
          // whoever fails may do so as it declares
          if (last.exit !== undefined && Exit.isFailure(last.exit) && Cause.hasFails(last.exit.cause)) return
          const error = Exit.findErrorOption(answer)
          const reason = error._tag === "None" ? undefined : error.value.reason
          if (reason?._tag === "ErrorAnswer" && reason.code !== JsonRpc.internalError) return
          return yield* subject.broken(Call.describe(answer))
        })
    }
  })
