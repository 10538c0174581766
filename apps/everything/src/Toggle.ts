/**
 * A `Toggle` offers features while it is on: they come when it is turned on, and go when it is turned off.
 *
 * It is a scope that is opened and closed; that clients hear of it is the server's doing.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"

/** A toggle; `turn` is given whether it is on, and tells whether it shall be. It succeeds with what it is then. */
export interface Toggle<E, R> {
  readonly turn: (next: (on: boolean) => boolean) => Effect.Effect<boolean, E, R>
}

/** A toggle that is off, and ends with its scope. */
export const make = <A, E, R>(features: Layer.Layer<A, E, R>): Effect.Effect<Toggle<E, R>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const outer = yield* Effect.scope
    const current = yield* SynchronizedRef.make<Scope.Closeable | undefined>(undefined)
    return {
      turn: (next) =>
        Effect.map(
          SynchronizedRef.updateAndGetEffect(current, (scope) =>
            Effect.gen(function*() {
              const on = next(scope !== undefined)
              if (on === (scope !== undefined)) return scope
              if (scope !== undefined) {
                yield* Scope.close(scope, Exit.void)
                return undefined
              }
              const fresh = yield* Scope.fork(outer)
              yield* Layer.buildWithScope(features, fresh)
              return fresh
            })),
          (scope) => scope !== undefined
        )
    }
  })
