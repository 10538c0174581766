/**
 * `Roots` asks the client which directories it wants the server to work in.
 *
 * Roots are guidance from the client, not access control: what a server may touch is the operator's word (ROOT-9, ROOT-11).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Root } from "./protocol/Root.ts"
import { type AskOptions, RequestContext } from "./RequestContext.ts"
import type { SessionError } from "./SessionError.ts"

/**
 * The client's roots.
 *
 * @category services
 * @since 0.1.0
 */
export class Roots extends Context.Service<Roots, {
  readonly list: (options?: AskOptions) => Effect.Effect<ReadonlyArray<Root>, SessionError, RequestContext>
}>()("@mcp-effect/core/Roots") {}

/**
 * The service as a server provides it to its handlers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Roots["Service"] = {
  list: (options) =>
    Effect.flatMap(
      RequestContext,
      (request) => Effect.map(request.ask("roots/list", {}, options), (result) => result.roots)
    )
}

/**
 * Asks the client for its roots. Fails with `CapabilityMissing` when the client has none to tell.
 *
 * @category accessors
 * @since 0.1.0
 */
export const list: Effect.Effect<ReadonlyArray<Root>, SessionError, Roots | RequestContext> = Effect.flatMap(
  Roots,
  (roots) => roots.list()
)

/**
 * As `list`, with a key or with other timeouts.
 *
 * @category accessors
 * @since 0.1.0
 */
export const listWith = (
  options: AskOptions
): Effect.Effect<ReadonlyArray<Root>, SessionError, Roots | RequestContext> =>
  Effect.flatMap(Roots, (roots) => roots.list(options))
