/**
 * Elicitation on the client: how it asks its user what a server wants to know.
 *
 * It is not how a server asks (`Elicitation`), and it has no user interface.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Answer, RawContent } from "../Elicitation.ts"
import type { ElicitFormParams, ElicitURLParams } from "../protocol/Elicitation.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ServerDescription } from "./Caller.ts"
import { Registry } from "./Registry.ts"

/**
 * How the user is asked: by a form, by being sent to a URL, or either. A way that is not there is not declared (CAP-10).
 *
 * @category models
 * @since 0.1.0
 */
export interface Handlers<R> {
  readonly form?: (
    form: ElicitFormParams,
    server: ServerDescription | undefined
  ) => Effect.Effect<Answer<RawContent>, ProtocolError.ProtocolError, R>
  /** `accept` says that the user agreed to go there, not that anything was done (ELIC-15). Nothing is fetched from the URL before (ELIC-35). */
  readonly url?: (
    url: ElicitURLParams,
    server: ServerDescription | undefined
  ) => Effect.Effect<Answer<undefined>, ProtocolError.ProtocolError, R>
}

/**
 * Answers requests to elicit, and declares it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<R>(
  { form, url }: Handlers<R>
): Effect.fn.Return<void, never, Registry | R> {
  const registry = yield* Registry
  const services = yield* Effect.context<R>()
  const undeclared = (mode: string) =>
    Effect.fail(ProtocolError.invalidParams(`This client does not elicit by ${mode}`))
  yield* registry.register(
    "elicitation/create",
    (params, server) => {
      if ("url" in params) {
        return url === undefined
          ? undeclared("url")
          : Effect.map(Effect.provideContext(url(params, server), services), ({ action }) => ({ action }))
      }
      return form === undefined ? undeclared("form") : Effect.provideContext(form(params, server), services)
    },
    {
      elicitation: {
        ...(form === undefined ? undefined : { form: {} }),
        ...(url === undefined ? undefined : { url: {} })
      }
    }
  )
})
