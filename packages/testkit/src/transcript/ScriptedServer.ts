/**
 * A `ScriptedServer` is a transport at whose other end nobody is: what a server said before is said again, as soon as the client has said its part.
 *
 * It is no server: it answers nothing that the transcript does not answer.
 *
 * @since 0.1.0
 */
import type { Transport } from "@mcp-effect/core/Transport"
import * as TransportError from "@mcp-effect/core/TransportError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Queue from "effect/Queue"
import type * as Transcript from "../Transcript.ts"
import type { Mismatch } from "./Mismatch.ts"
import { type Options as ScriptOptions, Script } from "./Script.ts"
import * as Speaking from "./Speaking.ts"

/**
 * The transport, and how it went.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScriptedServer {
  /** For one client. When it says something else than the transcript, the connection breaks. */
  readonly transport: Transport["Service"]
  /** Succeeds once the client has said all that the transcript says, and fails when it said something else, or nothing for too long. */
  readonly outcome: Effect.Effect<void, Mismatch>
  /** Whether the client has said something else. */
  readonly isBroken: () => boolean
}

/**
 * The scripted server of one client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  entries: ReadonlyArray<Transcript.Entry>,
  options: ScriptOptions & { readonly patience: Parameters<typeof Speaking.within>[0] }
): Effect.Effect<ScriptedServer> =>
  Effect.gen(function*() {
    const script = new Script(entries, "client", options)
    const said = yield* Queue.unbounded<unknown, TransportError.TransportError | Cause.Done>()
    const happened = Latch.makeUnsafe()
    const broken = () =>
      new TransportError.TransportError({ reason: new TransportError.Broken({ cause: script.mismatch }) })
    const goOn = () => {
      for (let next = script.next(); next !== undefined; next = script.next()) Queue.offerUnsafe(said, next)
      if (script.mismatch !== undefined) Queue.failCauseUnsafe(said, Cause.fail(broken()))
      happened.openUnsafe()
    }
    const wait: Effect.Effect<void> = Effect.suspend(() => {
      if (script.isOver) return Effect.void
      happened.closeUnsafe()
      return Effect.flatMap(Speaking.within(options.patience)(happened.await), (isSo) => {
        if (isSo) return wait
        script.lost()
        return Effect.sync(goOn)
      })
    })
    return {
      transport: {
        isCongested: () => false,
        send: (message) =>
          Effect.suspend(() => {
            script.hear(JSON.parse(JSON.stringify(message)))
            goOn()
            return script.mismatch === undefined ? Effect.void : Effect.fail(broken())
          }),
        run: (receive) =>
          Effect.suspend(() => {
            goOn()
            return Effect.catchTag(
              Effect.forever(Effect.map(Queue.takeAll(said), (messages) => {
                for (const message of messages) receive(message)
              })),
              "Done",
              () => Effect.void
            )
          })
      },
      isBroken: () => script.mismatch !== undefined,
      outcome: Effect.andThen(
        Effect.andThen(wait, Speaking.settle),
        Effect.suspend(() => script.mismatch === undefined ? Effect.void : Effect.fail(script.mismatch))
      )
    }
  })
