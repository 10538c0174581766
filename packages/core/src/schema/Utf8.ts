/**
 * The bytes of a text and the text of bytes.
 *
 * It is not a check: what is not well-formed becomes U+FFFD on the way, in either direction.
 *
 * Spec: https://encoding.spec.whatwg.org
 *
 * @since 0.1.0
 */

// Every platform has these two, but the types that core is compiled with know no platform.
declare const TextEncoder: new() => { readonly encode: (text: string) => Uint8Array }
declare const TextDecoder: new(label: string, options: { readonly ignoreBOM: boolean }) => {
  readonly decode: (bytes: Uint8Array) => string
}

const encoder = new TextEncoder()
// "ignore" means here that the mark is left in the text
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/**
 * The UTF-8 bytes of a text.
 *
 * @category converting
 * @since 0.1.0
 */
export const encode = (text: string): Uint8Array => encoder.encode(text)

/**
 * The text of UTF-8 bytes, with its byte order mark if it has one.
 *
 * @category converting
 * @since 0.1.0
 */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes)
