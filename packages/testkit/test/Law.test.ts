import { assert, describe, it } from "@effect/vitest"
import * as Law from "@mcp-effect/testkit/Law"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const number = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })))

/** Numbers stay below a limit; each case is counted. */
const below = (limit: number, tried: Array<number> = []) =>
  Law.make(
    "numbers are small",
    Effect.succeed([Law.property({
      subject: "a number",
      arbitrary: number,
      holds: (n) => {
        tried.push(n)
        return n < limit ? Effect.void : new Law.Broken({ reason: `it is at least ${limit}` })
      }
    })])
  )

describe("a law", () => {
  it.effect("that is true passes, after as many cases as were asked for", () =>
    Effect.gen(function*() {
      const tried: Array<number> = []
      yield* below(1001, tried).check({ runs: 20 })
      assert.strictEqual(tried.length, 20)
    }))

  it.effect("that is not true gives the smallest counterexample, and says all of it in its message", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(below(500).check({ seed: 1 }))
      assert.strictEqual(violation.counterexample, 500)
      assert.strictEqual(
        violation.message,
        [
          "a number: numbers are small",
          "  but it is at least 500",
          "Counterexample: 500",
          `Replay: ${JSON.stringify(violation.replay)}`
        ].join("\n")
      )
    }))

  it.effect("tries the same cases for the same seed, and others for another", () =>
    Effect.gen(function*() {
      const casesOf = (seed: number) => {
        const tried: Array<number> = []
        return Effect.as(below(1001, tried).check({ seed }), tried)
      }
      assert.deepStrictEqual(yield* casesOf(1), yield* casesOf(1))
      assert.notDeepEqual(yield* casesOf(1), yield* casesOf(2))
    }))

  it.effect("comes to the same violation for the same seed, and by its token, in a few cases", () =>
    Effect.gen(function*() {
      const violation = yield* Effect.flip(below(500).check({ seed: 1 }))
      assert.deepStrictEqual(yield* Effect.flip(below(500).check({ seed: 1 })), violation)
      const tried: Array<number> = []
      const again = yield* Effect.flip(below(500, tried).check({ replay: violation.replay }))
      assert.deepStrictEqual(again, violation)
      assert.strictEqual(tried.at(-1), 500)
    }))

  it.effect("passes a replay once it is true of the case", () =>
    Effect.gen(function*() {
      const { replay } = yield* Effect.flip(below(500).check({ seed: 1 }))
      yield* below(501).check({ replay })
      yield* below(1001).check({ replay })
    }))

  it.effect("has nothing to do with the token of another one", () =>
    Effect.gen(function*() {
      const { replay } = yield* Effect.flip(below(500).check({ seed: 1 }))
      yield* Law.make("another", Effect.die("not tried")).check({ replay })
    }))

  it.effect("that dies is not true", () =>
    Effect.gen(function*() {
      const law = Law.make(
        "nothing dies",
        Effect.succeed([
          Law.property({ subject: "a number", arbitrary: number, holds: (n) => n > 9 ? Effect.die("oh") : Effect.void })
        ])
      )
      const violation = yield* Effect.flip(law.check({ seed: 1 }))
      assert.strictEqual(violation.counterexample, 10)
      assert.match(violation.reason, /^it died: .*oh/)
    }))

  it.effect("ends the scope of each case before the next one begins", () =>
    Effect.gen(function*() {
      let open = 0
      const law = Law.make(
        "cases have an end",
        Effect.succeed([Law.property({
          subject: "a number",
          arbitrary: number,
          holds: () =>
            Effect.gen(function*() {
              if (open > 0) return yield* new Law.Broken({ reason: "the last one is open still" })
              open++
              yield* Effect.addFinalizer(() => Effect.sync(() => open--))
            })
        })])
      )
      yield* law.check()
      assert.strictEqual(open, 0)
    }))

  it.effect("whose cases cannot be made says so", () =>
    Effect.gen(function*() {
      const law = Law.make(
        "nothing is impossible",
        Effect.succeed([Law.property({
          subject: "a number",
          arbitrary: Arbitrary.filter(number, () => false),
          holds: () => Effect.void
        })])
      )
      assert.match((yield* Effect.flip(law.check())).reason, /^no cases could be made: \d+ were discarded$/)
    }))

  it.effect("that cannot even be tried says why", () =>
    Effect.gen(function*() {
      const law = Law.make("anything", Effect.fail(new Law.Broken({ reason: "there is nothing to try it with" })))
      const violation = yield* Effect.flip(law.check())
      assert.strictEqual(violation.subject, "before any case")
      assert.strictEqual(violation.reason, "there is nothing to try it with")
      assert.deepStrictEqual(yield* Effect.flip(law.check({ replay: violation.replay })), violation)
    }))

  it.effect.each(["", "{}", "[1,2,3]", "[\"numbers are small\"]"])(
    "does not take %j for a token",
    (replay) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* Effect.flip(below(500).check({ replay }))).reason, "that is no token to replay")
      })
  )

  it.effect("replays nothing with what is not there any more", () =>
    Effect.gen(function*() {
      const replay = JSON.stringify(["numbers are small", "a letter", "[]"])
      assert.strictEqual(
        (yield* Effect.flip(below(500).check({ replay }))).reason,
        "there is no \"a letter\" to replay it with"
      )
    }))
})
