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
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Root } from "../protocol/Root.ts"
import { Registry } from "./Registry.ts"

/**
 * The roots: for good, or as they change.
 *
 * @category models
 * @since 0.1.0
 */
export type Roots = ReadonlyArray<Root> | SubscriptionRef.SubscriptionRef<ReadonlyArray<Root>>

/**
 * Answers requests for the roots, declares it, and tells servers when they change (ROOT-3).
 *
 * @category constructors
 * @since 0.1.0
 */
export const register = Effect.fnUntraced(function*(roots: Roots): Effect.fn.Return<void, never, Registry> {
  const registry = yield* Registry
  if (isFixed(roots)) {
    return yield* registry.register("roots/list", () => Effect.succeed({ roots }), { roots: {} })
  }
  yield* registry.register(
    "roots/list",
    () => Effect.map(SubscriptionRef.get(roots), (roots) => ({ roots })),
    { roots: { listChanged: true } }
  )
  registry.connected.push((caller) =>
    Effect.asVoid(Effect.forkScoped(
      // the first is what they are already
      Stream.runForEach(
        Stream.drop(SubscriptionRef.changes(roots), 1),
        () => caller.notify("notifications/roots/list_changed", {})
      )
    ))
  )
})

const isFixed = (roots: Roots): roots is ReadonlyArray<Root> => Array.isArray(roots)
