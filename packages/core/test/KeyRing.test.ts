import { describe, expect, it } from "@effect/vitest"
import * as Aead from "effect/crypto/Aead"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { hkdfSync } from "node:crypto"
import * as KeyRing from "../src/KeyRing.ts"

const secret = (id: string, length = 32): KeyRing.Secret => ({
  id,
  secret: Redacted.make(Uint8Array.from({ length }, (_, i) => i))
})

const bytesOf = (key: KeyRing.Key) => Aead.toBytes(key.aead)

describe("a key", () => {
  it.effect.each([32, 33, 64, 4096])(
    "is derived from a secret of %d bytes with HKDF-SHA-256 and its purpose (MRTR-10)",
    Effect.fnUntraced(function*(length) {
      const { secret: redacted } = secret("a", length)
      const derived = hkdfSync("sha256", Redacted.value(redacted), "", "@mcp-effect/core requestState 1", 32)
      expect(yield* bytesOf(yield* KeyRing.key({ id: "a", secret: redacted }))).toEqual(new Uint8Array(derived))
    })
  )

  it.effect.each([0, 1, 16, 31])(
    "is not made of a secret of %d bytes (MRTR-10)",
    Effect.fnUntraced(function*(length) {
      const error = yield* Effect.flip(KeyRing.key(secret("a", length)))
      expect([error.reason, error.message]).toEqual(["ShortSecret", `The secret of key "a" has less than 32 bytes`])
    })
  )

  it.effect.each(["", "a".repeat(256), "é".repeat(128), "\ud800"])(
    "does not have the name %j",
    Effect.fnUntraced(function*(id) {
      const error = yield* Effect.flip(KeyRing.key(secret(id)))
      expect(error.reason).toBe("BadId")
      expect(error.message.length).toBeLessThan(256)
    })
  )

  it.effect.each(["a", "a".repeat(255), "é", "😀", "\n", "__proto__", "\ufeffa"])(
    "may have the name %j",
    Effect.fnUntraced(function*(id) {
      const ring = yield* KeyRing.make({ current: secret(id) })
      expect((yield* ring.current).id).toBe(id)
      expect(yield* ring.byId(id)).toBe(yield* ring.current)
    })
  )

  it.effect("does not change with the array that its secret came in", () =>
    Effect.gen(function*() {
      const array = new Uint8Array(32).fill(7)
      const key = yield* KeyRing.key({ id: "a", secret: Redacted.make(array) })
      const before = yield* bytesOf(key)
      array.fill(0)
      expect(yield* bytesOf(key)).toEqual(before)
    }))
})

describe("a ring", () => {
  it.effect("seals with the current key and opens with all (MRTR-10)", () =>
    Effect.gen(function*() {
      const ring = yield* KeyRing.make({ current: secret("c"), previous: [secret("b"), secret("a")] })
      expect((yield* ring.current).id).toBe("c")
      for (const id of ["a", "b", "c"]) expect((yield* ring.byId(id))?.id).toBe(id)
      for (const id of ["d", "", "__proto__", "constructor"]) expect(yield* ring.byId(id)).toBeUndefined()
    }))

  it.effect("does not have two keys of one name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(KeyRing.make({ current: secret("a"), previous: [secret("b"), secret("a")] }))
      expect([error.reason, error.id, error.message]).toEqual(["DuplicateId", "a", `Two keys have the id "a"`])
    }))

  it.effect("is not made when one of its secrets is short, previous ones included (MRTR-10)", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(KeyRing.make({ current: secret("a"), previous: [secret("b", 31)] }))
      expect([error.reason, error.id]).toEqual(["ShortSecret", "b"])
      const exit = yield* Effect.exit(Layer.build(KeyRing.layer({ current: secret("a", 31) })))
      expect(Exit.isFailure(exit)).toBe(true)
    }))

  it.effect("is of one random key, the same for the whole process, unless there is another (MRTR-10)", () =>
    Effect.gen(function*() {
      const ring = yield* KeyRing.KeyRing
      const key = yield* ring.current
      expect(yield* (yield* KeyRing.KeyRing).current).toBe(key)
      expect(key.id).toMatch(/^[\w-]{12}$/)
      expect(yield* ring.byId(key.id)).toBe(key)
      expect(yield* ring.byId("another")).toBeUndefined()
      const bytes = yield* bytesOf(key)
      expect([bytes.length, new Set(bytes).size > 8]).toEqual([32, true])
    }))
})
