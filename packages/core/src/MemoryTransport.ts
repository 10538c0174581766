/**
 * The `MemoryTransport` connects two peers in one process.
 *
 * It is not a shortcut around the protocol: every message crosses as the JSON value that any wire would carry.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#custom-transports
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "./JsonRpc.ts"
import type { Transport } from "./Transport.ts"
import * as TransportError from "./TransportError.ts"

/**
 * How many messages may wait for a side that does not take them; then senders wait too.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultCapacity = 1024

/**
 * The two ends of one connection. It ends when either side's scope does, which is here the one given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options?: { readonly capacity?: number }
): Effect.fn.Return<readonly [client: Transport["Service"], server: Transport["Service"]], never, Scope.Scope> {
  const queue = Effect.acquireRelease(
    Queue.bounded<JsonRpc.Message, Cause.Done>(options?.capacity ?? defaultCapacity),
    Queue.end
  )
  const toServer = yield* queue
  const toClient = yield* queue
  return [end(toClient, toServer), end(toServer, toClient)]
})

type Side = Queue.Queue<JsonRpc.Message, Cause.Done>

const end = (inbox: Side, outbox: Side): Transport["Service"] => ({
  send: (message) =>
    Effect.flatMap(
      Queue.offer(outbox, message),
      (taken) => taken ? Effect.void : Effect.fail(TransportError.closed())
    ),
  isCongested: () => Queue.isFullUnsafe(outbox),
  // the end of the queue is how this connection closes
  run: (receive) =>
    Effect.catchTag(
      Effect.forever(Effect.map(Queue.takeAll(inbox), (messages) => {
        for (const message of messages) receive(message)
      })),
      "Done",
      () => Effect.void
    )
})
