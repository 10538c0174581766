/**
 * A tool with the annotation `readOnly` changes nothing of the state that is observed.
 *
 * It may well answer differently each time.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Law from "../Law.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import type * as Subject from "./Subject.ts"

/**
 * The law. It says nothing where there is nothing to observe.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfEach("a read-only tool changes nothing", settings, "tool", (registered) => {
    if (registered.declaration.annotations?.readOnly !== true) return undefined
    return HandlerLaw.called(settings, registered, (call, subject) =>
      Effect.gen(function*() {
        const before = yield* subject.find(settings.observe)
        yield* call
        const after = yield* subject.find(settings.observe)
        if (before !== after) return yield* subject.broken(`the state was\n${before}\nand is\n${after}`)
      }))
  })
