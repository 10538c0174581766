/**
 * `StringArguments` are what a prompt or a resource template is asked with: the values of its Schema, written as strings.
 *
 * They are not the arguments of tools, which are JSON.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/schema#getpromptrequestparams
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Prompt from "../Prompt.ts"
import type * as ResourceTemplate from "../ResourceTemplate.ts"
import * as Compiled from "../schema/Compiled.ts"
import * as IssueMessage from "../schema/IssueMessage.ts"
import * as StringCoded from "../schema/StringCoded.ts"
import * as SessionError from "../SessionError.ts"

/**
 * Writes the arguments of a prompt. Values that do not fit fail with `NotAllowed`. Throws `UnsupportedSchema` where they have no form as strings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofPrompt = <P extends Prompt.Any>(
  prompt: P
): (
  values: P["arguments"]["Type"]
) => Effect.Effect<Strings, SessionError.SessionError, P["arguments"]["EncodingServices"]> => {
  const encode = encoder(prompt.arguments, `prompt ${prompt.name}`)
  // without lists all of them are strings
  return (values) => encode(values) as Effect.Effect<Strings, SessionError.SessionError>
}

/**
 * Writes the URI of a resource, by the variables of its template. Values that do not fit fail with `NotAllowed`. Throws `UnsupportedSchema` where
 * they have no form as strings or lists of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofTemplate = <T extends ResourceTemplate.Any>(
  template: T
): (
  values: T["variables"]["Type"]
) => Effect.Effect<string, SessionError.SessionError, T["variables"]["EncodingServices"]> => {
  const encode = encoder(template.variables, `resource template ${template.name}`, { lists: true })
  return (values) =>
    // what the Schema requires is required of who calls
    Effect.map(encode(values), (variables) => template.uriTemplate.expand(variables)) as Effect.Effect<
      string,
      SessionError.SessionError
    >
}

type Strings = { readonly [name: string]: string }

const encoder = (schema: Schema.Top, of: string, options?: { readonly lists?: boolean }) => {
  const encode = Compiled.encoder(StringCoded.codec(schema, options))
  return (values: unknown) =>
    Effect.matchEffect(encode(values), {
      onFailure: (issue) =>
        SessionError.fail(
          new SessionError.NotAllowed({ message: `The arguments of ${of} do not fit: ${IssueMessage.format(issue)}` })
        ),
      // other forms are refused by `StringCoded`
      onSuccess: (coded) => Effect.succeed(present(coded as Coded))
    })
}

type Coded = { readonly [name: string]: string | ReadonlyArray<string> | undefined }

// An optional value that is undefined is absent.
const present = (coded: Coded): { readonly [name: string]: string | ReadonlyArray<string> } =>
  Object.fromEntries(Object.entries(coded).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
