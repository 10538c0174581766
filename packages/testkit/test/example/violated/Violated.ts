/**
 * Tests that fail, for the one that looks at how.
 */
import * as Law from "@mcp-effect/testkit/Law"
import * as Vitest from "@mcp-effect/testkit/Vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const law = (name: string, holds: Effect.Effect<void, Law.Broken>) =>
  Law.make(
    name,
    Effect.succeed([Law.property({ subject: "anything", arbitrary: Arbitrary.Constant(0), holds: () => holds })])
  )

Vitest.laws("what is wrong", [
  law("nothing is wrong", Effect.fail(new Law.Broken({ reason: "something is" })))
])

Vitest.laws("what lasts", [
  law("nothing lasts", Effect.onInterrupt(Effect.never, () => Console.log("its finalizer ran")))
], { timeout: 100 })
