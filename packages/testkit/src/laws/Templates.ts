/**
 * A template reads its own URIs: the URI that is made of some variables is read by its handler, with the same variables.
 *
 * It says nothing about variables that are empty, have triplets in them already or are no Unicode: of those, RFC 6570 itself gives other values back. A
 * resource that is listed under one of the URIs goes before the template, and may.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#resource-templates
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import * as Schema from "effect/Schema"
import type * as Law from "../Law.ts"
import * as Access from "./Access.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import * as Subject from "./Subject.ts"

/**
 * The law.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfEach("a template reads its own URIs", settings, "resourceTemplate", (registered) => {
    const { declaration } = registered
    const isSame = Schema.toEquivalence(declaration.variables)
    const codec = Call.codecOf(registered)
    return {
      arbitrary: settings.inputOf(registered),
      holds: (input, subject) =>
        Effect.gen(function*() {
          const encoded = yield* subject.encode(codec, input)
          if (!Object.values(encoded as object).every(isKept)) return
          const client = yield* subject.connect()
          const uri = Call.uriOf(registered, encoded)
          const answer = yield* Effect.exit(Call.send(client, registered, encoded))
          const [run] = subject.invocations
          if (run === undefined) {
            if (yield* Access.isDenied(client, registered, answer)) return
            return yield* subject.broken(`${uri} is not one of its URIs when it is read: ${Call.describe(answer)}`)
          }
          if (run.registered.kind === "resource") return
          const name = Subject.nameOf(run.registered)
          if (name !== Subject.nameOf(registered)) return yield* subject.broken(`${uri} is shadowed by ${name}`)
          if (isSame(run.input, input)) return
          return yield* subject.broken(`${uri} gives its handler other variables: ${Formatter.format(run.input)}`)
        })
    }
  })

const isKept = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0 && value.every(isKept)
  return typeof value === "string" && value !== "" && value.isWellFormed() && !/%[0-9a-f]{2}/i.test(value)
}
