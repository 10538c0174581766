/**
 * The `Envelope` is the outside of a sealed `requestState`: what its reader has to know before the seal is checked, and nothing else.
 *
 * It is not protected by itself: the caller has the seal cover the `header`.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import * as Utf8 from "../schema/Utf8.ts"

/**
 * The envelope: base64url of the `header` (the version of the format and the key's id), the `nonce` and what is `sealed`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Envelope {
  readonly keyId: string
  /** The bytes that stand before the nonce. */
  readonly header: Uint8Array
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

/**
 * The length of a nonce, in bytes.
 *
 * @category constants
 * @since 0.1.0
 */
export const nonceLength = 24

// Also the version of what is inside.
const version = 1

/**
 * The header of what is sealed with a key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const header = (keyId: string): Uint8Array => {
  const id = Utf8.encode(keyId)
  return Uint8Array.of(version, id.length, ...id)
}

/**
 * The length of the text for a header and so many bytes that are sealed, in characters.
 *
 * @category getters
 * @since 0.1.0
 */
export const textLength = (header: Uint8Array, sealedLength: number): number =>
  Math.ceil((header.length + nonceLength + sealedLength) * 4 / 3)

/**
 * The text of an envelope.
 *
 * @category converting
 * @since 0.1.0
 */
export const encode = (envelope: Omit<Envelope, "keyId">): string => {
  const { header, nonce, sealed } = envelope
  const bytes = new Uint8Array(header.length + nonce.length + sealed.length)
  bytes.set(header)
  bytes.set(nonce, header.length)
  bytes.set(sealed, header.length + nonce.length)
  return Base64Url.encode(bytes)
}

/**
 * The envelope of a text, or undefined when it is none. No two texts stand for one envelope: padding, line breaks and stray bits are refused.
 *
 * @category converting
 * @since 0.1.0
 */
export const decode = (text: string): Envelope | undefined => {
  const decoded = Base64Url.decode(text)
  if (Result.isFailure(decoded)) return undefined
  const bytes = decoded.success
  const start = 2 + (bytes[1] ?? 0)
  if (bytes[0] !== version || bytes.length < start + nonceLength || Base64Url.encode(bytes) !== text) return undefined
  return {
    keyId: Utf8.decode(bytes.subarray(2, start)),
    header: bytes.subarray(0, start),
    nonce: bytes.subarray(start, start + nonceLength),
    sealed: bytes.subarray(start + nonceLength)
  }
}
