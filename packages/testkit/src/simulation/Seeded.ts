/**
 * What is random or secret by default, made of a seed: nothing that is drawn, sealed or digested differs from one run to the next, or takes time.
 *
 * It is not for anything but simulation: its secrets are no secrets.
 *
 * @since 0.1.0
 */
import * as KeyRing from "@mcp-effect/core/KeyRing"
import * as Ledger from "@mcp-effect/core/Ledger"
import * as RequestState from "@mcp-effect/core/RequestState"
import * as Context from "effect/Context"
import * as Aead from "effect/crypto/Aead"
import * as WebCrypto from "effect/crypto/WebCrypto"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { createHash } from "node:crypto"
import type { Dice } from "./Dice.ts"

/**
 * The services, as they have to stand around all that is run.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (dice: Dice): Effect.Effect<Context.Context<never>> => {
  const algorithm = Aead.xchacha20Poly1305
  const services = Context.empty().pipe(
    Context.add(Random.Random, random(dice.of("random"))),
    Context.add(WebCrypto.WebCrypto, crypto(dice.of("crypto"))),
    Context.add(Ledger.Ledger, Ledger.makeMemory())
  )
  return Effect.gen(function*() {
    // the length is right
    const aead = yield* Effect.orDie(Aead.key(algorithm, bytes(dice.of("key"), new Uint8Array(algorithm.keyLength))))
    const key: KeyRing.Key = { id: "seeded", aead }
    const known = Context.add(services, KeyRing.KeyRing, {
      current: Effect.succeed(key),
      byId: (id) => Effect.succeed(id === key.id ? key : undefined)
    })
    return Context.add(known, RequestState.RequestState, yield* Effect.provideContext(RequestState.make(), known))
  })
}

const random = (dice: Dice): Random.Random => ({
  nextDoubleUnsafe: () => dice.next(),
  nextIntUnsafe: () => Math.floor((dice.next() - 0.5) * Number.MAX_SAFE_INTEGER * 2)
})

const bytes = <A extends ArrayBufferView>(dice: Dice, array: A): A => {
  const view = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  for (let i = 0; i < view.length; i++) view[i] = dice.between(0, 255)
  return array
}

const hashes: Readonly<Record<string, string>> = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512"
}

// A digest of the platform is made by another thread, and comes when it comes. What else is asked of it still does.
const crypto = (dice: Dice): Crypto => {
  const { subtle } = globalThis.crypto
  const digest: SubtleCrypto["digest"] = (algorithm, data) => {
    const name = typeof algorithm === "string" ? algorithm : algorithm.name
    const hash = hashes[name]
    if (hash === undefined) return subtle.digest(algorithm, data)
    const view = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
    return Promise.resolve(new Uint8Array(createHash(hash).update(view).digest()).buffer)
  }
  const seeded: SubtleCrypto = new Proxy(subtle, {
    get: (target, name) => {
      if (name === "digest") return digest
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === "function" ? value.bind(target) : value
    }
  })
  return {
    subtle: seeded,
    getRandomValues: (array) => bytes(dice, array),
    randomUUID: () => {
      const hex = Buffer.from(bytes(dice, new Uint8Array(16))).toString("hex")
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
    }
  }
}
