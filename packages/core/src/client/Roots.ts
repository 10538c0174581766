/**
 * Roots on the client: the directories that it wants its servers to work in.
 *
 * It is not how a server asks for them (`Roots`).
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Root } from "../protocol/Root.ts"
import * as Resource from "../Resource.ts"
import * as Revision from "../revision/Revision.ts"
import { Registry } from "./Registry.ts"

/**
 * The roots: for good, or as they change. Each is a `file:` URI without `.` or `..` in its path (ROOT-5, ROOT-7), of a place that the user wants
 * servers to know of (ROOT-8).
 *
 * @category models
 * @since 0.1.0
 */
export type Roots = ReadonlyArray<Root> | SubscriptionRef.SubscriptionRef<ReadonlyArray<Root>>

/**
 * Answers requests for the roots, declares it, and tells servers when they change (ROOT-3). A URI that is none of a root is a defect here; among
 * the roots of later it is left out, and the log warns of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*(roots: Roots): Effect.fn.Return<void, never, Registry> {
  const registry = yield* Registry
  const wrong = (isFixed(roots) ? roots : SubscriptionRef.getUnsafe(roots)).find((root) => !isRoot(root))
  if (wrong !== undefined) return yield* Effect.die(new Error(`Not the URI of a root: ${wrong.uri}`))
  if (isFixed(roots)) {
    return yield* registry.register("roots/list", () => Effect.succeed({ roots }), { roots: {} })
  }
  const current = () => SubscriptionRef.getUnsafe(roots).filter(isRoot)
  yield* registry.register(
    "roots/list",
    () =>
      Effect.suspend(() => {
        const told = current()
        const left = SubscriptionRef.getUnsafe(roots).length - told.length
        return left === 0
          ? Effect.succeed({ roots: told })
          : Effect.as(
            Effect.logWarning(`Roots that are not told to the server, because they are no file URIs: ${left}`),
            {
              roots: told
            }
          )
      }),
    { roots: { listChanged: true } }
  )
  registry.connected.push((caller) => {
    if (Revision.clientNotification(caller.revision, "notifications/roots/list_changed") === undefined) {
      return Effect.void
    }
    // what the server may have been told since: the first that is heard of may be a change already
    let known = current()
    return Effect.asVoid(
      Effect.forkScoped(Stream.runForEach(SubscriptionRef.changes(roots), () =>
        Effect.suspend(() => {
          const now = current()
          if (Equal.equals(now, known)) return Effect.void
          known = now
          return caller.notify("notifications/roots/list_changed", {})
        })))
    )
  })
})

const isFixed = (roots: Roots): roots is ReadonlyArray<Root> => Array.isArray(roots)

// A path means the same to everybody who reads it: nothing in it leads upwards, and no separator is hidden in it.
const isRoot = ({ uri }: Root): boolean =>
  Resource.isUri(uri) && /^file:\/\/[^/?#]*\/[^?#]*$/i.test(uri) && !/%(?:2f|5c|00)/i.test(uri) &&
  !uri.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
