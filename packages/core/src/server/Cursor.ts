/**
 * A `Cursor` is a place in a list, in the opaque form that clients carry from page to page (PAGE-1, PAGE-2).
 *
 * It is not a secret and gives no access: what a page shows is decided by the session. The keyed check finds out cursors that were changed,
 * made up, or taken from another list or server (PAGE-7). It is no signature: whoever takes the pains to forge one gains a place in a list
 * that they may read from its beginning anyway.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * Writes and reads the cursors of one server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cursors {
  readonly encode: (list: string, position: number) => string
  /** The position, or undefined when this server never gave out such a cursor for this list. */
  readonly decode: (list: string, cursor: string) => number | undefined
}

/**
 * Cursors with a key of their own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Cursors> = Effect.map(
  Effect.all([Random.nextInt, Random.nextInt]),
  ([left, right]): Cursors => {
    const check = (text: string) => hash(text, left).toString(36) + hash(text, right).toString(36)
    return {
      encode: (list, position) => {
        const place = position.toString(36)
        return `${place}.${check(`${list}/${place}`)}`
      },
      decode: (list, cursor) => {
        const dot = cursor.indexOf(".")
        const place = cursor.slice(0, dot)
        if (dot < 1 || dot > 11 || cursor.slice(dot + 1) !== check(`${list}/${place}`)) return undefined
        return Number.parseInt(place, 36)
      }
    }
  }
)

// FNV-1a over UTF-16 units, started from the key.
const hash = (text: string, key: number): number => {
  let h = (0x811c9dc5 ^ key) >>> 0
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0
  }
  return h
}
