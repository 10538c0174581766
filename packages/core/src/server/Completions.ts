/**
 * Completion on the server: finds who suggests values for an argument, and asks.
 *
 * It does not decide what fits: suggestions are what prompts and templates registered.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Completion from "../Completion.ts"
import type { CompleteParams, CompleteResult } from "../protocol/Completion.ts"
import * as ProtocolError from "../ProtocolError.ts"
import type { Caller } from "./Caller.ts"

/**
 * Answers `completion/complete`. An argument that nobody suggests values for has none; an unknown prompt or template is an error (COMP-5).
 *
 * @category handlers
 * @since 0.1.0
 */
export const complete = (
  caller: Caller,
  params: CompleteParams
): Effect.Effect<CompleteResult, ProtocolError.ProtocolError> => {
  // the oldest revision has no capability to gate the method with (CAP-3)
  if (caller.negotiated.capabilities.completions === undefined) {
    return Effect.fail(ProtocolError.methodNotFound("completion/complete"))
  }
  const { argument, context, ref } = params
  const found = ref.type === "ref/prompt" ? prompt(caller, ref.name) : template(caller, ref.uri)
  if (found === undefined) {
    return Effect.fail(
      ref.type === "ref/prompt"
        ? ProtocolError.unknown("prompt", ref.name)
        : ProtocolError.unknown("resource template", ref.uri)
    )
  }
  if (!found.names.has(argument.name)) {
    return Effect.fail(ProtocolError.unknown("argument", argument.name))
  }
  const suggest = found.complete.get(argument.name)
  return suggest === undefined
    ? Effect.succeed({ completion: { values: [] } })
    : Effect.map(
      suggest(argument.value, { arguments: context?.arguments ?? {} }),
      (answer) => ({ completion: Completion.cap(answer) })
    )
}

const prompt = (caller: Caller, name: string) => {
  const registered = caller.registry.prompts.get(name, caller.negotiated.session)
  return registered && {
    complete: registered.complete,
    names: new Set(registered.prompt.arguments?.map((argument) => argument.name))
  }
}

// The reference names the template itself; a URI that a template matches is understood too (COMP-1).
const template = (caller: Caller, uri: string) => {
  const { session } = caller.negotiated
  const { templates } = caller.registry
  let registered = templates.get(uri, session)
  if (registered === undefined) {
    for (const candidate of templates.visible(session)) {
      if (candidate.uriTemplate.match(uri) !== undefined) {
        registered = candidate
        break
      }
    }
  }
  return registered && { complete: registered.complete, names: new Set(registered.uriTemplate.variables) }
}
