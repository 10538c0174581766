import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as NearMiss from "../../src/laws/NearMiss.ts"

const anything = () => true

const object = { a: 1, b: { c: ["x", "y"], d: true }, e: null }

const samples = Arbitrary.sampleEffect(NearMiss.recipe, { seed: 1, count: 1000 })

describe("a near miss", () => {
  it.effect("is another value, at any depth, and leaves the one that it was made of alone", () =>
    Effect.gen(function*() {
      const before = JSON.stringify(object)
      const mutations = new Set<string>()
      for (const recipe of yield* samples) {
        const miss = NearMiss.make(object, recipe, anything)!
        assert.notStrictEqual(JSON.stringify(miss.value), before, miss.mutation)
        mutations.add(miss.mutation.split(" ")[0]!)
      }
      assert.strictEqual(JSON.stringify(object), before)
      assert.sameMembers([...mutations], ["it", "/a", "/b", "/b/c", "/b/c/0", "/b/c/1", "/b/d", "/e"])
    }))

  it.effect("keeps an object an object", () =>
    Effect.gen(function*() {
      for (const recipe of yield* samples) {
        const { value } = NearMiss.make(object, recipe, anything)!
        assert.isTrue(typeof value === "object" && value !== null && !Array.isArray(value))
      }
    }))

  it.effect("is the first from the recipe on that is meant, if there is one", () =>
    Effect.gen(function*() {
      const isMeant = Schema.is(Schema.Struct({ a: Schema.String }))
      for (const recipe of yield* samples) {
        assert.isTrue(isMeant(NearMiss.make(object, recipe, isMeant)?.value))
        assert.isUndefined(NearMiss.make(object, recipe, () => false))
      }
    }))

  it.effect("has members named as those of every object as members, and changes no prototype", () =>
    Effect.gen(function*() {
      for (const recipe of yield* samples) {
        const { mutation, value } = NearMiss.polluting(object, recipe)!
        const text = JSON.stringify(value)
        assert.isTrue(text.includes("\"__proto__\":{\"polluted\"") || text.includes("\"constructor\":{"), mutation)
        assert.strictEqual(Object.getPrototypeOf(value), Object.prototype)
        assert.notProperty(value, "polluted")
      }
      assert.notProperty({}, "polluted")
    }))

  it.effect("of an empty object is one still, where that is possible", () =>
    Effect.gen(function*() {
      for (const recipe of yield* samples) {
        assert.notDeepEqual(NearMiss.make({}, recipe, anything)?.value, {})
      }
    }))
})
