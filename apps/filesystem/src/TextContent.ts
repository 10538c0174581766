/**
 * Telling text from binary, and bytes into text.
 *
 * Not a guess of encodings: text is UTF-8, everything else is binary.
 *
 * @see https://encoding.spec.whatwg.org/#utf-8-decoder
 */

// A null character decodes, yet no text file has one near its start and most binary formats do.
const SNIFFED_BYTES = 8192

/**
 * The text that bytes hold, a byte order mark included, or `undefined` for binary.
 *
 * @category combinators
 * @since 0.1.0
 */
export const decode = (bytes: Uint8Array): string | undefined => {
  if (bytes.subarray(0, SNIFFED_BYTES).includes(0)) return undefined
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Text as it is read to someone: without the byte order mark, which is no part of what it says.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withoutMark = (text: string): string => text.startsWith("\uFEFF") ? text.slice(1) : text
