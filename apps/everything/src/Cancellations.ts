/**
 * `Cancellations` counts the calls that clients have cancelled, so that they can see that the server noticed.
 *
 * It does not cancel anything: see `ProgressTools`, whose `wait` is made to be cancelled.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation
 */
import * as Resource from "@mcp-effect/core/Resource"
import * as Server from "@mcp-effect/core/Server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"

/** The count. */
export class Cancellations extends Context.Service<Cancellations, SubscriptionRef.SubscriptionRef<number>>()(
  "@mcp-effect/everything/Cancellations"
) {}

/** Counts the effect when it is interrupted. */
export const count = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Cancellations> =>
  Effect.flatMap(
    Cancellations,
    (cancellations) => Effect.onInterrupt(effect, () => SubscriptionRef.update(cancellations, (n) => n + 1))
  )

const Cancelled = Resource.make("test://cancelled-calls", {
  name: "cancelled-calls",
  title: "Cancelled calls",
  description: "How many calls of wait were cancelled since the server started",
  mimeType: "text/plain"
})

/** The resource that tells the count, and the changes of the count to who is subscribed to it. */
export const layer = Layer.unwrap(
  Effect.map(
    Cancellations,
    (cancellations) =>
      Server.resource(Cancelled, () => Effect.map(SubscriptionRef.get(cancellations), String), {
        // the first element is the count as it is, which is no change
        changes: () => Stream.drop(SubscriptionRef.changes(cancellations), 1)
      })
  )
)

/** A count that starts at zero. */
export const layerCount = Layer.effect(Cancellations, SubscriptionRef.make(0))
