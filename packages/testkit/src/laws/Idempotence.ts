/**
 * A tool with the annotation `idempotent` does no more when it is called twice than when it is called once.
 *
 * What it answers is another matter, where its state can be observed: what was deleted before may well not be found the second time.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Law from "../Law.ts"
import * as Call from "./Call.ts"
import * as HandlerLaw from "./HandlerLaw.ts"
import type * as Subject from "./Subject.ts"

/**
 * The law: the state that is observed is the same after the second call. Without anything to observe, the answer has to be the same.
 *
 * @category laws
 * @since 0.1.0
 */
export const law = (settings: Subject.Settings): Law.Law =>
  HandlerLaw.lawOfEach("to call an idempotent tool twice is to call it once", settings, "tool", (registered) => {
    if (registered.declaration.annotations?.idempotent !== true) return undefined
    return HandlerLaw.called(settings, registered, (call, subject) =>
      Effect.gen(function*() {
        const first = yield* call
        const once = yield* subject.find(settings.observe)
        const second = yield* call
        const twice = yield* subject.find(settings.observe)
        if (once !== twice) return yield* subject.broken(`the state was\n${once}\nafter one call, and then\n${twice}`)
        if (settings.observe !== undefined || settings.isVarying(registered)) return
        if (said(first) !== said(second)) {
          return yield* subject.broken(
            `first ${Call.describe(first)}, and then ${Call.describe(second)}\n` +
              "(with the option `observe`, it is its state that has to be the same; `varies` names what never answers the same)"
          )
        }
      }))
  })

// `_meta` is about the exchange, not about what was done.
const said = (answer: Call.Answer): string =>
  Exit.isSuccess(answer) ? JSON.stringify({ ...answer.value, _meta: undefined }) : Call.describe(answer)
