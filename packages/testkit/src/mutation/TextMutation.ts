/**
 * Changes of text and bytes: names that occur twice, numbers that are none, JSON that is cut, bytes that are no UTF-8.
 *
 * What of it is still JSON is for whoever reads it to find out.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @since 0.1.0
 */
import { below, pick, type Random } from "./Random.ts"

type TextChange = (text: string, random: Random) => string

const inserted = (text: string, at: number, part: string): string => text.slice(0, at) + part + text.slice(at)

// Where a value may stand, or stood.
const places = /[:[,]\s*("[^"]*"|-?[0-9.e+]+|true|false|null)/g

const exchanged = (part: string): TextChange => (text, random) => {
  const found = [...text.matchAll(places)]
  const place = found[below(random, found.length)]
  if (place === undefined) return text + part
  const start = place.index + place[0].length - (place[1]?.length ?? 0)
  return text.slice(0, start) + part + text.slice(place.index + place[0].length)
}

const afterBrace = (part: string): TextChange => (text, random) => {
  const braces = [...text.matchAll(/\{/g)]
  const brace = braces[below(random, braces.length)]
  return brace === undefined ? part + text : inserted(text, brace.index + 1, part)
}

const changes: readonly [TextChange, ...ReadonlyArray<TextChange>] = [
  // twice the same name: the last one counts, here as anywhere in JavaScript
  afterBrace(`"jsonrpc":"1.0",`),
  afterBrace(`"id":"twice",`),
  afterBrace(`"method":"ping",`),
  afterBrace(`"params":null,`),
  afterBrace(`"__proto__":{"polluted":true},`),
  (text) => text.replace(/\}$/, `,"id":"last"}`),
  (text) => text.replace(/\}$/, `,"__proto__":{"polluted":true}}`),
  exchanged("1e400"),
  exchanged("-1e400"),
  exchanged("-0"),
  exchanged("NaN"),
  exchanged("Infinity"),
  exchanged("0x10"),
  exchanged("01"),
  exchanged("1" + "0".repeat(400)),
  exchanged("0." + "0".repeat(400) + "1"),
  exchanged("undefined"),
  exchanged("'x'"),
  exchanged(`"\\ud800"`),
  exchanged(`"\\u0000"`),
  exchanged(`"\\x"`),
  exchanged(`"a\tb"`),
  (text) => text.replace(`"method"`, `"\\u006dethod"`),
  (text) => text.replace(/\}$/, ",}"),
  (text) => `\ufeff${text}`,
  (text) => `  \t ${text} \r`,
  (text) => text.replaceAll(",", ",\r"),
  (text) => text + text,
  (text) => `${text}\u0000`,
  (text) => `// ${text}`,
  (text) => `Content-Length: ${text.length}\r\n\r\n${text}`,
  (text, random) => text.slice(0, below(random, text.length)),
  (text, random) => text.slice(below(random, text.length)),
  (text, random) => "[".repeat(1 + below(random, 3000)) + text,
  (_, random) => {
    const depth = 1 + below(random, 3000)
    return "[".repeat(depth) + "]".repeat(depth)
  },
  (text, random) => {
    const depth = 1 + below(random, 3000)
    return text.replace(/\}$/, `,"params":${`{"a":`.repeat(depth)}1${"}".repeat(depth)}}`)
  }
]

/**
 * A text with something of it changed.
 *
 * @category changes
 * @since 0.1.0
 */
export const text: TextChange = (text, random) => pick(random, changes)(text, random)

type BytesChange = (bytes: Uint8Array, random: Random) => Uint8Array

const concat = (...parts: ReadonlyArray<Uint8Array | ReadonlyArray<number>>): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

const insert = (part: ReadonlyArray<number>): BytesChange => (bytes, random) => {
  const at = below(random, bytes.length + 1)
  return concat(bytes.subarray(0, at), part, bytes.subarray(at))
}

const byteChanges: readonly [BytesChange, ...ReadonlyArray<BytesChange>] = [
  (bytes, random) => {
    const flipped = bytes.slice()
    const at = below(random, bytes.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << below(random, 8))
    return flipped
  },
  (bytes, random) => bytes.slice(0, below(random, bytes.length)),
  (bytes, random) => {
    const start = below(random, bytes.length)
    return concat(bytes.subarray(0, start), bytes.subarray(start + 1 + below(random, 8)))
  },
  (bytes, random) => {
    const start = below(random, bytes.length)
    const end = start + 1 + below(random, 40)
    return concat(bytes.subarray(0, end), bytes.subarray(start))
  },
  (bytes, random) => insert([below(random, 256)])(bytes, random),
  // never UTF-8, overlong, a surrogate, beyond Unicode, cut
  insert([0xff]),
  insert([0xc0, 0x80]),
  insert([0xed, 0xa0, 0x80]),
  insert([0xf5, 0x80, 0x80, 0x80]),
  insert([0xe2, 0x82]),
  insert([0xef, 0xbb, 0xbf]),
  insert([0]),
  insert([13]),
  insert([10]),
  insert([13, 10]),
  insert([0xe2, 0x80, 0xa8])
]

/**
 * Bytes with something of them changed.
 *
 * @category changes
 * @since 0.1.0
 */
export const bytes: BytesChange = (bytes, random) => pick(random, byteChanges)(bytes, random)
