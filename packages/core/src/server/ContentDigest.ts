/**
 * The digest by which a question is known again.
 *
 * It is not a secret and protects nothing: `RequestState` does.
 *
 * @since 0.1.0
 */
import * as Digest from "effect/crypto/Digest"
import * as WebCrypto from "effect/crypto/WebCrypto"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Utf8 from "../schema/Utf8.ts"

// found when it is first needed, since platforms take their time to load what it is made of; and again where the context has another one
let known: { readonly crypto: unknown; readonly digest: Digest.Digest["Service"] } | undefined

const service = WebCrypto.WebCrypto.use((crypto) =>
  known !== undefined && known.crypto === crypto
    ? Effect.succeed(known.digest)
    : Effect.map(Effect.provide(Digest.Digest, Digest.layerWebCrypto, { local: true }), (digest) => {
      known = { crypto, digest }
      return digest
    })
)

/**
 * The first 128 bits of the SHA-256 of a text, as 22 characters.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.flatMap(service, (service) => service.digest(Digest.sha256, Utf8.encode(text))),
    (bytes) => Base64Url.encode(bytes.subarray(0, 16))
  )
