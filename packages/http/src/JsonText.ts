/**
 * `JsonText` tells how much there is in a JSON text before anything is made of it: a small text can hold very many members, and parsing
 * them would keep everyone else waiting.
 *
 * It is not a parser: a text that is no JSON is found out later.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc8259#section-9
 *
 * @since 0.1.0
 */

// A shorter text is not looked at: what it holds is parsed faster than anyone notices.
const short = 64 * 1024

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const bracket = 0x5b
const brace = 0x7b

/**
 * Whether a text has more than `limit` members of objects, or more than `limit` arrays and objects. The values of arrays do not count.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasMoreThan = (text: string, limit: number): boolean => {
  if (text.length < short) return false
  let members = 0
  let containers = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === quote) i = endOfString(text, i + 1)
    else if (char === colon) members++
    else if (char === bracket || char === brace) containers++
    if (members > limit || containers > limit) return true
  }
  return false
}

// The quote that ends a string is one with an even number of backslashes before it.
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf("\"", start); end !== -1; end = text.indexOf("\"", end + 1)) {
    let before = end
    while (before > start && text.charCodeAt(before - 1) === backslash) before--
    if ((end - before) % 2 === 0) return end
  }
  return text.length
}
