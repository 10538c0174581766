/**
 * Percent-encoding as URI templates use it: two sets of characters that stay as they are, and one normal form.
 *
 * It knows nothing of the parts of a URI.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc6570#section-1.5 and https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

/**
 * The characters that never need encoding.
 *
 * @category constants
 * @since 0.1.0
 */
export const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

/**
 * The characters that may delimit parts of a URI.
 *
 * @category constants
 * @since 0.1.0
 */
export const reserved = ":/?#[]@!$&'()*+,;="

/**
 * Encodes everything but unreserved characters. Lone surrogates become U+FFFD.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, encodeCharacter)

/**
 * Encodes everything but unreserved characters, reserved characters and what is encoded already.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeReserved = (text: string): string =>
  text.toWellFormed().replace(
    /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]/gu,
    (match) => match.length === 3 ? match : encodeCharacter(match)
  )

/**
 * Decodes every triplet. `None` when a `%` begins no triplet or the octets are no UTF-8.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode: (text: string) => Option.Option<string> = Option.liftThrowable(decodeURIComponent)

/**
 * Decodes every triplet but those of reserved characters, which mean something else when they stand for themselves.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeReserved = (text: string): Option.Option<string> =>
  // `%25` keeps the `%` of such a triplet through the decoding.
  decode(text.replace(/%(?:21|2[346-9ABCF]|3[ABDF]|40|5[BD])/gi, (triplet) => `%25${triplet.slice(1)}`))

/**
 * The normal form in which equivalent URIs are equal: triplets in upper case, none for unreserved characters, and
 * triplets for everything outside ASCII. `undefined` when a `%` begins no triplet or a surrogate stands alone.
 *
 * @category normalization
 * @since 0.1.0
 */
export const normalize = (uri: string): string | undefined => {
  if (/^[\0-$&-\x7f]*$/.test(uri)) return uri
  if (!uri.isWellFormed() || /%(?![0-9A-Fa-f]{2})/.test(uri)) return undefined
  // eslint-disable-next-line no-control-regex -- everything outside ASCII is meant
  return uri.replace(/%..|[^\0-\x7f]+/g, (match) => match.startsWith("%") ? normalizeTriplet(match) : encode(match))
}

const normalizeTriplet = (triplet: string): string => {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return unreserved.includes(character) ? character : triplet.toUpperCase()
}

const encodeCharacter = (character: string): string =>
  character.length === 1 && character.charCodeAt(0) < 0x80
    ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
    : encodeURIComponent(character)
