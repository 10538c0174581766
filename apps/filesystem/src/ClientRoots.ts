/**
 * The sandbox of one request: what the operator allows, narrowed to the roots of the client that asks.
 *
 * Not a permission: a client's roots can only take away. A client without the capability works in all that the operator allows.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 */
import { RequestContext } from "@mcp-effect/core/RequestContext"
import * as Roots from "@mcp-effect/core/Roots"
import type { SessionError } from "@mcp-effect/core/SessionError"
import * as Effect from "effect/Effect"
import { type Access, Sandbox } from "./Sandbox.ts"

/**
 * What this request may reach. Fails when the client has roots and does not tell them, since then nobody knows what is too wide.
 *
 * @category constructors
 * @since 0.1.0
 */
export const access: Effect.Effect<Access, SessionError, Sandbox | Roots.Roots | RequestContext> = Effect.gen(
  function*() {
    const sandbox = yield* Sandbox
    const { session } = yield* RequestContext
    if (session.clientCapabilities.roots === undefined) return sandbox
    const roots = yield* Roots.list
    return yield* sandbox.narrow(roots.map((root) => root.uri))
  }
)

/**
 * What this request may be told of: what it may reach. Where its client cannot be asked (lists and suggestions without a session), all that
 * the operator allows, for roots are no permission.
 *
 * @category constructors
 * @since 0.1.0
 */
export const shown: Effect.Effect<Access, SessionError, Sandbox | Roots.Roots | RequestContext> = Effect.catchReason(
  access,
  "SessionError",
  "NotAllowed",
  () => Effect.service(Sandbox)
)

/**
 * Runs an operation inside what this request may reach.
 *
 * @category combinators
 * @since 0.1.0
 */
export const within = <A, E, R>(
  operation: Effect.Effect<A, E, R>
): Effect.Effect<
  A,
  E | SessionError,
  Exclude<R, Sandbox> | Sandbox | Roots.Roots | RequestContext
> => Effect.provideServiceEffect(operation, Sandbox, access)
