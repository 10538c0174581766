/**
 * Elicitation on the client: how it asks its user what a server wants to know.
 *
 * It is not how a server asks (`Elicitation`), and it has no user interface.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Answer, RawContent } from "../Elicitation.ts"
import type { ElicitFormParams, ElicitResult, ElicitURLParams } from "../protocol/Elicitation.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { ServerDescription } from "./Caller.ts"
import * as ElicitationUrl from "./ElicitationUrl.ts"
import * as FormContent from "./FormContent.ts"
import { Registry } from "./Registry.ts"

/**
 * A form to show, with the server's name by it (ELIC-19).
 *
 * @category models
 * @since 0.1.0
 */
export interface Form extends ElicitFormParams {
  /** What the fields hold before the user has changed them (ELIC-13). They stand for what an accepted answer leaves out. */
  readonly defaults: RawContent
  /** What is wrong with an answer, field by field: for the user to put right, because an answer that does not fit is never sent (ELIC-20). */
  readonly violations: (content: RawContent) => ReadonlyArray<FormContent.Violation>
}

/**
 * A URL to send the user to, who sees all of it before, with its host marked and what is suspicious about it (ELIC-36, ELIC-37).
 *
 * @category models
 * @since 0.1.0
 */
export interface Url extends Omit<ElicitURLParams, "url">, ElicitationUrl.ElicitationUrl {
  /** Completes when the server says that the user is done there; undefined where servers do not say it. They need not (ELIC-28). */
  readonly completed: Effect.Effect<void> | undefined
}

/**
 * How the user is asked: by a form, by being sent to a URL, or either. A way that is not there is not declared (CAP-10).
 *
 * @category models
 * @since 0.1.0
 */
export interface Handlers<R> {
  /**
   * An accepted answer that does not fit its form is a defect of this handler: the log has it, and the server learns only that it got none. What
   * was not asked for is left out.
   */
  readonly form?: (
    form: Form,
    server: ServerDescription | undefined
  ) => Effect.Effect<Answer<RawContent>, ProtocolError.ProtocolError, R>
  /** `accept` says that the user agreed to go there, not that anything was done (ELIC-15). Nothing is fetched from the URL before (ELIC-35). */
  readonly url?: (
    url: Url,
    server: ServerDescription | undefined
  ) => Effect.Effect<Answer<undefined>, ProtocolError.ProtocolError, R>
}

/**
 * What users are sent to, and what for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Whether a URL may be `http:` on other machines than this one; false by default (ELIC-34). */
  readonly allowsHttp?: boolean
  /**
   * Whether a request that is answered with URLs to go to first (-32042) is sent again, once, after the user has been asked to go to each of them and
   * has agreed; false by default: it fails with `UrlElicitationRequired`.
   */
  readonly retries?: boolean
  /** How long to wait for the server to say that the user is done there, before the request is sent again anyway; 5 minutes by default. */
  readonly completionTimeout?: Duration.Input
}

/**
 * Answers requests to elicit, and declares it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*<R>(
  { form, url }: Handlers<R>,
  { allowsHttp, completionTimeout, retries }: Options = {}
): Effect.fn.Return<void, never, Registry | R> {
  // a client that can ask in neither way cannot ask (CAP-10)
  if (form === undefined && url === undefined) return
  const registry = yield* Registry
  const services = yield* Effect.context<R>()
  const undeclared = (mode: string) =>
    Effect.fail(ProtocolError.invalidParams(`This client does not elicit by ${mode}`))
  if (url !== undefined && retries === true) registry.completionTimeout = completionTimeout ?? Duration.minutes(5)
  yield* registry.register(
    "elicitation/create",
    (params, server) => {
      if (params.mode !== "url") {
        return form === undefined
          ? undeclared("form")
          : Effect.map(
            Effect.provideContext(form(ofForm(params), server), services),
            (answer) => fitting(params, answer)
          )
      }
      if (url === undefined) return undeclared("url")
      const destination = ElicitationUrl.make(params.url, allowsHttp === true)
      if (Option.isNone(destination)) {
        return Effect.fail(ProtocolError.invalidParams("This client does not send its user to such a URL"))
      }
      const completed = params.elicitationId === undefined ? undefined : registry.completed.await(params.elicitationId)
      return Effect.map(
        Effect.provideContext(url({ ...params, ...destination.value, completed }, server), services),
        ({ action }): ElicitResult => ({ action })
      )
    },
    {
      elicitation: {
        ...(form === undefined ? undefined : { form: {} }),
        ...(url === undefined ? undefined : { url: {} })
      }
    }
  )
})

const ofForm = (params: ElicitFormParams): Form => {
  const { requestedSchema } = params
  return {
    ...params,
    defaults: FormContent.defaults(requestedSchema),
    violations: (content) => FormContent.violations(requestedSchema, FormContent.complete(requestedSchema, content))
  }
}

// Only what was accepted has content (ELIC-14).
const fitting = ({ requestedSchema }: ElicitFormParams, answer: Answer<RawContent>): ElicitResult => {
  const { action } = answer
  if (action !== "accept") return { action }
  const content = FormContent.complete(requestedSchema, answer.content)
  const [violation] = FormContent.violations(requestedSchema, content)
  // what the user has written stays out of the log
  if (violation !== undefined) {
    throw new Error(`The answer to a form does not fit: ${violation.field.slice(0, 128)} ${violation.message}`)
  }
  return { action, content }
}
