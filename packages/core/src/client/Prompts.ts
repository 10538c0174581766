/**
 * Prompts on the client: how they are listed and filled in.
 *
 * It is not an author's declaration (`Prompt`) nor the wire noun (`protocol/Prompt`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { GetPromptResult, Prompt } from "../protocol/Prompt.ts"
import type * as SessionError from "../SessionError.ts"
import type { Caller, RequestOptions } from "./Caller.ts"
import * as Pagination from "./Pagination.ts"

/**
 * The prompts of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prompts {
  /** Its prompts, page by page. Fails with `Incomplete` where a limit cuts the list off. */
  readonly listPrompts: Stream.Stream<Prompt, SessionError.SessionError>
  /** Its prompts, as far as the limits go. */
  readonly prompts: Effect.Effect<Pagination.Listing<Prompt>, SessionError.SessionError>
  /** Fills a prompt in. */
  readonly getPrompt: (
    name: string,
    args?: { readonly [name: string]: string },
    options?: RequestOptions
  ) => Effect.Effect<GetPromptResult, SessionError.SessionError>
}

/**
 * The prompts of the server behind a caller.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (caller: Caller, limits: Pagination.Limits): Prompts => {
  const listPrompts = Pagination.stream("prompts/list", limits, (cursor) =>
    Effect.map(
      caller.request("prompts/list", cursor === undefined ? {} : { cursor }),
      ({ nextCursor, prompts }) => ({ items: prompts, nextCursor })
    ))
  return {
    listPrompts,
    prompts: Pagination.listing(listPrompts),
    getPrompt: (name, args, options) =>
      caller.request("prompts/get", args === undefined ? { name } : { name, arguments: args }, options)
  }
}
