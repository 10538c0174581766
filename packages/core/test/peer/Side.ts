/**
 * A `Side` is one peer by itself: what it sends is kept, and the test plays the other side.
 *
 * It knows no server: requests stand for what the test says.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as JsonRpc from "../../src/JsonRpc.ts"
import * as Peer from "../../src/Peer.ts"
import * as ProtocolError from "../../src/ProtocolError.ts"

export interface Side {
  readonly peer: Peer.Peer
  readonly sent: ReadonlyArray<JsonRpc.Message & { readonly [key: string]: unknown }>
  /** The request that each sent message was said to relate to. */
  readonly related: ReadonlyArray<JsonRpc.RequestId | undefined>
  readonly receive: (message: object) => void
}

export const make = Effect.fnUntraced(function*(
  dispatch: Peer.Options["dispatch"] = () => Effect.succeed({}),
  limits?: Partial<Peer.Limits>,
  notification: Peer.Options["notification"] = () => Effect.void,
  sending: Effect.Effect<void> = Effect.void
): Effect.fn.Return<Side, never, Scope.Scope> {
  const sent: Array<JsonRpc.Message & { readonly [key: string]: unknown }> = []
  const related: Array<JsonRpc.RequestId | undefined> = []
  const context = yield* Effect.context<never>()
  const peer = yield* Peer.make({
    transport: {
      send: (message, relatedTo) =>
        Effect.flatMap(sending, () =>
          Effect.sync(() => {
            sent.push(JSON.parse(JSON.stringify(message)))
            related.push(relatedTo)
          })),
      isCongested: () => false
    },
    dispatch,
    notification,
    encodeError: ProtocolError.toErrorObject,
    encodeNotification: (_method, params) => params,
    batching: () => true,
    context,
    limits
  })
  return { peer, sent, related, receive: (message) => peer.receive({ jsonrpc: "2.0", ...message }) }
})
