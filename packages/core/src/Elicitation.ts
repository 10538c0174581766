/**
 * `Elicitation` asks the user: with a form the client shows, or by sending the user to a URL.
 *
 * It is not for secrets: forms pass through the client, so passwords, keys and payment data are asked for at a URL only (ELIC-17, ELIC-18).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { RequestedSchema } from "./protocol/ElicitationSchema.ts"
import { type AskOptions, patience, RequestContext } from "./RequestContext.ts"
import * as Resource from "./Resource.ts"
import * as Revisions from "./revision/Revisions.ts"
import * as Compiled from "./schema/Compiled.ts"
import * as ElicitationSchema from "./schema/ElicitationSchema.ts"
import * as IssueMessage from "./schema/IssueMessage.ts"
import * as SessionError from "./SessionError.ts"

/**
 * What the user did: filled in the form, said no, or went away (ELIC-14, ELIC-16).
 *
 * @category models
 * @since 0.1.0
 */
export type Answer<A> =
  | { readonly action: "accept"; readonly content: A }
  | { readonly action: "decline" }
  | { readonly action: "cancel" }

/**
 * A form: its fields by Schema, flat and of primitive types (ELIC-8, ELIC-9).
 *
 * @category models
 * @since 0.1.0
 */
export interface Form<Fields extends ElicitationSchema.Fields> {
  readonly message: string
  readonly fields: Fields
}

/**
 * A form as the protocol has it, for fields that a Schema cannot express. The answer is what the client sent, unvalidated.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawForm {
  readonly message: string
  readonly requestedSchema: RequestedSchema
}

/**
 * What a field of a raw form is answered with.
 *
 * @category models
 * @since 0.1.0
 */
export type RawContent = { readonly [field: string]: string | number | boolean | ReadonlyArray<string> }

/**
 * Where to send the user. `id` names this elicitation where the revision wants one, unique on this server and not to be guessed (ELIC-23);
 * `complete` names it again. A `url` with something random in it takes that from `Journal.once`, or it is another question in every round.
 *
 * @category models
 * @since 0.1.0
 */
export interface Url {
  readonly message: string
  readonly url: string
  readonly id: string
}

type Ask<A> = Effect.Effect<Answer<A>, SessionError.SessionError, RequestContext>

/**
 * The user, through the client.
 *
 * @category services
 * @since 0.1.0
 */
export class Elicitation extends Context.Service<Elicitation, {
  readonly form: <const Fields extends ElicitationSchema.Fields>(
    form: Form<Fields>,
    options?: AskOptions
  ) => Ask<Schema.Struct.Type<Fields>>
  readonly rawForm: (form: RawForm, options?: AskOptions) => Ask<RawContent>
  readonly url: (url: Url, options?: AskOptions) => Ask<undefined>
}>()("@mcp-effect/core/Elicitation") {}

// Asks with a form; what is not accepted has nothing that could fit or not.
const ask = <A>(
  form: RawForm,
  options: AskOptions | undefined,
  decode: (content: RawContent) => Effect.Effect<A, string>
): Ask<A> =>
  Effect.flatMap(RequestContext, (request) => {
    const { elicitation } = request.session.clientCapabilities
    // `elicitation: {}` means forms (CAP-10); a client that names only `url` has none (ELIC-6)
    if (elicitation !== undefined && elicitation.form === undefined && elicitation.url !== undefined) {
      return SessionError.fail(new SessionError.CapabilityMissing({ capability: "elicitation.form" }))
    }
    return request.ask("elicitation/create", { mode: "form", ...form }, {
      ...patience,
      ...options,
      decode: ({ action, content }): Effect.Effect<Answer<A>, string> =>
        action === "accept"
          ? Effect.map(decode(content ?? {}), (content) => ({ action, content }))
          : Effect.succeed({ action })
    })
  })

// A revision without choices of several asks for one of them, which is a choice of several all the same.
const listed = (content: RawContent, { properties }: RequestedSchema): RawContent => {
  const lists = Object.entries(properties).flatMap(([field, { type }]) => {
    const value = content[field]
    return type === "array" && typeof value === "string" ? [[field, [value]] as const] : []
  })
  return lists.length === 0 ? content : { ...content, ...Object.fromEntries(lists) }
}

/**
 * The service as a server provides it to its handlers. What the user sent is validated on receipt (ELIC-20).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Elicitation["Service"] = {
  rawForm: (form, options) => ask(form, options, Effect.succeed),
  form: <const Fields extends ElicitationSchema.Fields>(form: Form<Fields>, options?: AskOptions) =>
    Effect.suspend((): Ask<Schema.Struct.Type<Fields>> => {
      const schema = ElicitationSchema.make(form.fields)
      return ask(
        { message: form.message, requestedSchema: schema.requestedSchema },
        options,
        (content) =>
          Effect.mapError(
            Compiled.decoder(schema.codec)(listed(content, schema.requestedSchema)),
            IssueMessage.format
          )
      )
    }),
  url: ({ id, message, url }, options) =>
    Effect.flatMap(RequestContext, (request) => {
      const { clientCapabilities, protocolVersion } = request.session
      // a revision without URLs has no such capability either, whatever its client declares
      const known = Revisions.byVersion(protocolVersion)?.elicitationModes.includes("url") === true
      if (!known || clientCapabilities.elicitation?.url === undefined) {
        return SessionError.fail(new SessionError.CapabilityMissing({ capability: "elicitation.url" }))
      }
      if (!Resource.isUri(url)) {
        return SessionError.fail(new SessionError.NotAllowed({ message: "The URL to send the user to is not a URL" }))
      }
      return Effect.map(
        request.ask(
          "elicitation/create",
          { mode: "url", message, url, elicitationId: id },
          { ...patience, ...options }
        ),
        ({ action }): Answer<undefined> => action === "accept" ? { action, content: undefined } : { action }
      )
    })
}

/**
 * Asks the user with a form.
 *
 * @category accessors
 * @since 0.1.0
 */
export const form = <const Fields extends ElicitationSchema.Fields>(
  form: Form<Fields>,
  options?: AskOptions
): Effect.Effect<Answer<Schema.Struct.Type<Fields>>, SessionError.SessionError, Elicitation | RequestContext> =>
  Effect.flatMap(Elicitation, (elicitation) => elicitation.form(form, options))

/**
 * Asks the user with a form in the protocol's own terms.
 *
 * @category accessors
 * @since 0.1.0
 */
export const rawForm = (
  form: RawForm,
  options?: AskOptions
): Effect.Effect<Answer<RawContent>, SessionError.SessionError, Elicitation | RequestContext> =>
  Effect.flatMap(Elicitation, (elicitation) => elicitation.rawForm(form, options))

/**
 * Sends the user to a URL. `accept` means that the user agreed to go there, not that anything was done there (ELIC-15).
 *
 * @category accessors
 * @since 0.1.0
 */
export const url = (
  url: Url,
  options?: AskOptions
): Effect.Effect<Answer<undefined>, SessionError.SessionError, Elicitation | RequestContext> =>
  Effect.flatMap(Elicitation, (elicitation) => elicitation.url(url, options))

/**
 * Tells the client that what was to be done at a URL is done (ELIC-25, ELIC-26). Nothing is sent in the stateless era: there the client comes back
 * by itself.
 *
 * @category accessors
 * @since 0.1.0
 */
export const complete = (id: string): Effect.Effect<void, never, RequestContext> =>
  Effect.flatMap(
    RequestContext,
    (request) => request.notify("notifications/elicitation/complete", { elicitationId: id })
  )
