/**
 * A wire in memory, to a server of its own.
 *
 * It has no framing: what is said crosses as a JSON value.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import * as Conversation from "../Conversation.ts"
import { layer } from "./Server.ts"
import type { Wire } from "./Transcript.ts"

/** Connects. */
export const make: Effect.Effect<Wire, never, Scope.Scope> = Effect.gen(function*() {
  const server = yield* Layer.build(Layer.fresh(layer))
  const conversation = yield* Effect.provideContext(Conversation.open({ handshake: false }), server)
  return {
    say: (message) => Effect.runPromise(conversation.say(message)),
    heard: conversation.received,
    more: () => Effect.runPromise(Conversation.settle),
    ordered: true
  } satisfies Wire
}).pipe(Effect.provide(Logger.layer([])))
