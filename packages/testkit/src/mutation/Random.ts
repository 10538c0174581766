/**
 * Random numbers that a seed determines, and choices by them.
 *
 * They are not for secrets.
 *
 * @since 0.1.0
 */

/**
 * Numbers from 0 to below 1.
 *
 * @category models
 * @since 0.1.0
 */
export type Random = () => number

/**
 * The largest seed that is another one than all those before it.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxSeed = 2 ** 32 - 1

/**
 * The numbers of a seed (mulberry32).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * A natural number below the limit; 0 if there is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit)

/**
 * One of several.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pick = <A>(random: Random, values: readonly [A, ...ReadonlyArray<A>]): A =>
  values[below(random, values.length)] ?? values[0]
