/**
 * The `KeyRing` is the keys that `requestState` is sealed with: one seals, all open.
 *
 * It is not where secrets are kept: the application reads them from wherever they are and hands them over as `Redacted` values. Servers that
 * have the same ring can go on with each other's conversations.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Aead from "effect/crypto/Aead"
import * as Kdf from "effect/crypto/Kdf"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Utf8 from "./schema/Utf8.ts"

/**
 * A secret of the application with its name. The name is readable in every state that is sealed with it; 255 bytes are the most. The secret is
 * at least 32 random bytes, not a password.
 *
 * @category models
 * @since 0.1.0
 */
export interface Secret {
  readonly id: string
  readonly secret: Redacted.Redacted<Uint8Array>
}

/**
 * What a ring is made of: the secret that seals, and others that open too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly current: Secret
  readonly previous?: ReadonlyArray<Secret> | undefined
}

/**
 * A key that is ready for use. It shows its name and its algorithm, never its bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Key {
  readonly id: string
  readonly aead: Aead.Key
}

/**
 * Why no key is made of a secret.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyRingError extends Schema.TaggedError<KeyRingError>()("KeyRingError", {
  reason: Schema.Literals(["ShortSecret", "BadId", "DuplicateId"]),
  id: Schema.String
}) {
  override get message(): string {
    const id = JSON.stringify(this.id.slice(0, 128))
    switch (this.reason) {
      case "ShortSecret":
        return `The secret of key ${id} has less than ${minSecretLength} bytes`
      case "BadId":
        return `The key id ${id} has not 1 to ${maxIdLength} bytes of well-formed text`
      case "DuplicateId":
        return `Two keys have the id ${id}`
    }
  }
}

const minSecretLength = 32
const maxIdLength = 255

// One secret may serve several purposes; what is derived for this one opens nothing else.
const purpose = Utf8.encode("@mcp-effect/core requestState 1")

/**
 * The keys to seal and to open with. A ring whose keys change at run time answers differently; its keys come from `key`.
 *
 * @category services
 * @since 0.1.0
 */
export interface KeyRing {
  /** The key that seals. `byId` knows it too. */
  readonly current: Effect.Effect<Key>
  readonly byId: (id: string) => Effect.Effect<Key | undefined>
}

/**
 * The keys of the context. By default one that is made at random once in a process: what was sealed with it is lost when the process ends, and
 * no other process opens it.
 *
 * @category references
 * @since 0.1.0
 */
export const KeyRing: Context.Reference<KeyRing> = Context.Reference("@mcp-effect/core/KeyRing", {
  defaultValue: () => ephemeral()
})

/**
 * A key from a secret. The bytes that encrypt are always derived from it, with HKDF-SHA-256, also where it has the right length itself.
 * Derive once and keep the key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const key = Effect.fnUntraced(function*({ id, secret }: Secret): Effect.fn.Return<Key, KeyRingError> {
  const idLength = Utf8.encode(id).length
  if (idLength === 0 || idLength > maxIdLength || !id.isWellFormed()) {
    return yield* new KeyRingError({ reason: "BadId", id })
  }
  const bytes = Redacted.value(secret)
  if (bytes.length < minSecretLength) return yield* new KeyRingError({ reason: "ShortSecret", id })
  // neither fails: the lengths are right
  return yield* Kdf.Kdf.use((kdf) =>
    kdf.derive(Kdf.hkdfSha256, bytes, { salt: new Uint8Array(0), info: purpose, length: algorithm.keyLength })
  ).pipe(
    Effect.flatMap((derived) => Aead.key(algorithm, derived)),
    Effect.map((aead): Key => ({ id, aead })),
    Effect.orDie,
    Effect.provide(Kdf.layerWebCrypto)
  )
})

/**
 * A ring that stays as it is. To rotate: first add the new key to `previous` everywhere, then make it `current`, then, when the states of the
 * old one have expired, leave that out.
 *
 * @example
 * ```ts
 * import * as KeyRing from "@mcp-effect/core/KeyRing"
 * import * as Config from "effect/Config"
 * import * as Effect from "effect/Effect"
 * import * as Hex from "effect/encoding/Hex"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import * as Result from "effect/Result"
 *
 * const read = Effect.fnUntraced(function*(id: string, name: string) {
 *   const text = yield* Config.Redacted(name)
 *   const bytes = Hex.decode(Redacted.value(text))
 *   // not the failure itself, which shows the text
 *   if (Result.isFailure(bytes)) return yield* Effect.fail(new Error(`${name} is not hexadecimal`))
 *   return { id, secret: Redacted.make(bytes.success) }
 * })
 *
 * const Keys = Layer.unwrap(
 *   Effect.map(
 *     Effect.all([read("2026-11", "STATE_SECRET"), read("2026-10", "STATE_SECRET_BEFORE")]),
 *     ([current, before]) => KeyRing.layer({ current, previous: [before] })
 *   )
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<KeyRing, KeyRingError> {
  const current = yield* key(options.current)
  const keys = new Map([[current.id, current]])
  for (const secret of options.previous ?? []) {
    if (keys.has(secret.id)) return yield* new KeyRingError({ reason: "DuplicateId", id: secret.id })
    keys.set(secret.id, yield* key(secret))
  }
  return { current: Effect.succeed(current), byId: (id) => Effect.sync(() => keys.get(id)) }
})

const ephemeral = (): KeyRing => {
  const id = Base64Url.encode(SecureRandom.randomBytesUnsafe(9))
  // it does not fail: the length is right
  const current = Effect.runSync(Effect.orDie(Aead.key(algorithm, SecureRandom.randomBytesUnsafe(algorithm.keyLength))))
  const only: Key = { id, aead: current }
  return { current: Effect.succeed(only), byId: (asked) => Effect.succeed(asked === id ? only : undefined) }
}

// Its nonces are long enough to be random, and it needs nothing that a platform may lack.
const algorithm = Aead.xchacha20Poly1305

/**
 * Provides a ring of these secrets.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<never, KeyRingError> => Layer.effect(KeyRing, make(options))
