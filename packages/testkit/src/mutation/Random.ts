/**
 * Random numbers that a seed determines, and choices by them.
 *
 * They are not for secrets.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Dice } from "../simulation/Dice.ts"

/**
 * Seeds for laws to choose from.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999 }))

/**
 * Numbers from 0 to below 1.
 *
 * @category models
 * @since 0.1.0
 */
export type Random = () => number

/**
 * The numbers of a seed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (seed: string | number): Random => {
  const dice = new Dice(seed)
  return () => dice.next()
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
