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
 * What is inside. The digests have 32 bytes each; `expiresAt` is in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Payload {
  readonly expiresAt: number
  readonly principal: Uint8Array
  readonly method: Uint8Array
  readonly params: Uint8Array
  readonly journal: string
}

const digestLength = 32
const journalStart = 9 + 3 * digestLength

/**
 * The bytes of a payload: the time, a mark, the digests and the journal.
 *
 * @category converting
 * @since 0.1.0
 */
export const encode = (payload: Payload): Uint8Array => {
  // UTF-8 has no lone surrogates: a journal with some goes as a JSON string, which escapes them
  const isPlain = payload.journal.isWellFormed()
  const journal = Utf8.encode(isPlain ? payload.journal : JSON.stringify(payload.journal))
  const bytes = new Uint8Array(journalStart + journal.length)
  new DataView(bytes.buffer).setFloat64(0, payload.expiresAt)
  bytes[8] = isPlain ? 0 : 1
  bytes.set(payload.principal, 9)
  bytes.set(payload.method, 9 + digestLength)
  bytes.set(payload.params, 9 + 2 * digestLength)
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
  const journal = Utf8.decode(bytes.subarray(journalStart))
  return {
    expiresAt: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0),
    principal: bytes.subarray(9, 9 + digestLength),
    method: bytes.subarray(9 + digestLength, 9 + 2 * digestLength),
    params: bytes.subarray(9 + 2 * digestLength, journalStart),
    journal: bytes[8] === 0 ? journal : JSON.parse(journal) as string // what `encode` made of a string
  }
}
