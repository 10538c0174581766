/**
 * Valid input is answered: the handler runs once, does not die, and what it answers fits what it declares.
 *
 * @since 0.1.0
 */
import * as JsonRpc from "@mcp-effect/core/JsonRpc"
import type { JsonObject } from "@mcp-effect/core/protocol/JsonObject"
import * as ToolSchema from "@mcp-effect/core/schema/ToolSchema"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Subject from "./Subject.ts"

/**
 * The law, of tools.
 *
 * @category laws
 * @since 0.1.0
 */
export const ofTools = (settings: Subject.Settings): Law.Law =>
  Subject.lawOfEach("valid input is answered, and the answer fits", settings, "tool", (registered) => {
    const { declaration } = registered
    const encode = Schema.encodeUnknownEffect(ToolSchema.codec(declaration.input))
    return {
      arbitrary: settings.inputOf(registered),
      holds: (input, subject) =>
        Effect.gen(function*() {
          const client = yield* subject.connect()
          // the services of a Schema are the author's, and provided with the server's context
          const args = yield* Effect.orDie(encode(input)) as Effect.Effect<JsonObject>
          const answer = yield* Effect.exit(client.request("tools/call", { name: declaration.name, arguments: args }))
          const runs = subject.invocations.length
          if (runs !== 1) return yield* subject.broken(`the handler ran ${runs} times`)
          const { exit } = subject.invocations[0]!
          if (exit !== undefined && Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
            return yield* subject.broken(`the handler died: ${Cause.pretty(exit.cause)}`)
          }
          if (Exit.isSuccess(answer)) return
          const error = Exit.findErrorOption(answer)
          if (error._tag === "None") return yield* subject.broken(`the call died: ${Cause.pretty(answer.cause)}`)
          const { reason } = error.value
          if (reason._tag === "ErrorAnswer" && reason.code !== JsonRpc.internalError) return
          return yield* subject.broken(`it was answered with ${error.value.message}`)
        })
    }
  })
