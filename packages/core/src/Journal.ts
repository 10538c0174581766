/**
 * The `Journal` keeps what a handler has done once, for the runs of it that come after.
 *
 * In the stateless era a handler that asks the client runs again when the answer comes, and finds the answers it had in its journal, which
 * travels sealed with the client. What else it does before a question, it does in every run, unless it does it here. In the session era a
 * handler runs once, and nothing is written down.
 *
 * It is no database: it ends with the call, and is as small as a `requestState` has to be.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { type ExitCodec, RequestContext } from "./RequestContext.ts"
import * as IssueMessage from "./schema/IssueMessage.ts"

/**
 * How results are written down: `success` is the Schema of what the effect succeeds with, `error` of what it fails with. Both come back as
 * the same values from JSON. An effect that fails needs `error`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<A, E> {
  readonly success: Schema.Codec<A, unknown>
  readonly error?: Schema.Codec<E, unknown>
}

/**
 * Whether what runs is written down as a whole. It cannot ask the client then: it would never have an end to be written down.
 *
 * @category references
 * @since 0.1.0
 */
export const IsJournaled: Context.Reference<boolean> = Context.Reference("@mcp-effect/core/Journal/IsJournaled", {
  defaultValue: () => false
})

/**
 * Runs an effect once for the call, however often its handler runs: later runs have its result from the journal, success or typed failure.
 *
 * `key` is its name within the handler. Where it is used again (in a loop, say) the uses are counted, so they have to come in the same order in
 * every run. A round of questions waits until the effect has ended. A defect or an interruption is not written down, and asking the client in
 * here is a defect, in every era.
 *
 * @example
 * ```ts
 * import * as Elicitation from "@mcp-effect/core/Elicitation"
 * import * as Journal from "@mcp-effect/core/Journal"
 * import * as Effect from "effect/Effect"
 * import * as Random from "effect/Random"
 * import * as Schema from "effect/Schema"
 *
 * const guess = Effect.gen(function*() {
 *   // the user is shown one number, and answered about the same one
 *   const number = yield* Journal.once("number", { success: Schema.Int }, Random.nextIntBetween(1, 7))
 *   return yield* Elicitation.form({ message: `Is it ${number}?`, fields: { yes: Schema.Boolean } })
 * })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const once = <A, R, E = never>(
  key: string,
  options: Options<A, E>,
  // the Schema says what it may fail with, and nothing else does
  effect: Effect.Effect<A, NoInfer<E>, R>
): Effect.Effect<A, E, R | RequestContext> =>
  Effect.flatMap(IsJournaled, (isJournaled) =>
    // what is part of something that runs once has no later run
    isJournaled ? effect : Effect.flatMap(
      RequestContext,
      (request) => request.once(key, exitCodec(key, options), Effect.provideService(effect, IsJournaled, true))
    ))

const exitCodec = <A, E>(key: string, { error, success }: Options<A, E>): ExitCodec<A, E> => {
  // without a Schema of errors, `E` is `never`
  const failure = error ?? Schema.Never as Schema.Codec<unknown> as Schema.Codec<E, unknown>
  const succeeded = Schema.toCodecJson(Schema.Struct({ success }))
  const failed = Schema.toCodecJson(Schema.Struct({ failure }))
  const unfit = ({ issue }: Schema.SchemaError) =>
    Effect.die(
      new Error(
        `What Journal.once(${JSON.stringify(key)}) ended with does not fit its Schema: ${IssueMessage.format(issue)}`
      )
    )
  return {
    encode: (exit) => {
      if (Exit.isSuccess(exit)) return Effect.catch(Schema.encodeEffect(succeeded)({ success: exit.value }), unfit)
      const found = Exit.findErrorOption(exit)
      return found._tag === "Some"
        ? Effect.catch(Schema.encodeEffect(failed)({ failure: found.value }), unfit)
        : Effect.undefined
    },
    decode: (json) =>
      Predicate.hasProperty(json, "success")
        ? Effect.map(Schema.decodeUnknownEffect(succeeded)(json), ({ success }) => Exit.succeed(success))
        : Effect.map(Schema.decodeUnknownEffect(failed)(json), ({ failure }) => Exit.fail(failure))
  }
}
