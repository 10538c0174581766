/**
 * The `Payload` is the inside of a sealed `requestState`: the journal and what it is bound to.
 *
 * It is not checked for being ours when it is read: that is what the seal says.
 *
 * Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 *
 * @since 0.1.0
 */
import * as Utf8 from "../schema/Utf8.ts"

/**
 * What is inside. `params` is a digest of 32 bytes; `expiresAt` is in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Payload {
  readonly expiresAt: number
  readonly principal: string
  readonly method: string
  readonly params: Uint8Array
  readonly journal: string
}

const digestLength = 32
const textStart = 17 + digestLength

/**
 * The bytes of a payload: the time, a mark, the lengths of principal and method, the digest, and the three texts.
 *
 * @category converting
 * @since 0.1.0
 */
export const encode = (payload: Payload): Uint8Array => {
  // UTF-8 has no lone surrogates: a journal with some goes as a JSON string, which escapes them
  const isPlain = payload.journal.isWellFormed()
  const principal = Utf8.encode(payload.principal)
  const method = Utf8.encode(payload.method)
  const journal = Utf8.encode(isPlain ? payload.journal : JSON.stringify(payload.journal))
  const methodStart = textStart + principal.length
  const journalStart = methodStart + method.length
  const bytes = new Uint8Array(journalStart + journal.length)
  const numbers = new DataView(bytes.buffer)
  numbers.setFloat64(0, payload.expiresAt)
  bytes[8] = isPlain ? 0 : 1
  numbers.setUint32(9, principal.length)
  numbers.setUint32(13, method.length)
  bytes.set(payload.params, 17)
  bytes.set(principal, textStart)
  bytes.set(method, methodStart)
  bytes.set(journal, journalStart)
  return bytes
}

/**
 * The payload of the bytes that `encode` made.
 *
 * @category converting
 * @since 0.1.0
 */
export const decode = (bytes: Uint8Array): Payload => {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset)
  const methodStart = textStart + numbers.getUint32(9)
  const journalStart = methodStart + numbers.getUint32(13)
  const journal = Utf8.decode(bytes.subarray(journalStart))
  return {
    expiresAt: numbers.getFloat64(0),
    principal: Utf8.decode(bytes.subarray(textStart, methodStart)),
    method: Utf8.decode(bytes.subarray(methodStart, journalStart)),
    params: bytes.subarray(17, textStart),
    journal: bytes[8] === 0 ? journal : JSON.parse(journal) as string // what `encode` made of a string
  }
}
