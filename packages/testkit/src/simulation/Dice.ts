/**
 * `Dice` are numbers that look random and are the same for the same seed, on any machine.
 *
 * They keep no secret. Dice of another name fall as they will, however often the others are thrown: what is added to a run changes no choice beside it.
 *
 * @since 0.1.0
 */

/**
 * Dice of a seed.
 *
 * @category models
 * @since 0.1.0
 */
export class Dice {
  readonly seed: string
  #state: number

  constructor(seed: string | number) {
    this.seed = String(seed)
    // FNV-1a over UTF-16 units
    let h = 0x811c9dc5
    for (let i = 0; i < this.seed.length; i++) h = Math.imul(h ^ this.seed.charCodeAt(i), 0x01000193)
    this.#state = h >>> 0
  }

  /** Other dice, of the same seed and this name. */
  of(name: string | number): Dice {
    return new Dice(`${this.seed}/${name}`)
  }

  /** From 0 to below 1, by mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number, both bounds among them. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of these, each so often in a hundred times; undefined in the rest of them. */
  among<K extends string>(kinds: ReadonlyArray<K>, rates: Readonly<Record<K, number>>): K | undefined {
    let thrown = this.next() * 100
    return kinds.find((kind) => (thrown -= rates[kind]) < 0)
  }

  pick<A>(values: readonly [A, ...ReadonlyArray<A>]): A {
    // `next` is below 1
    return values[Math.floor(this.next() * values.length)]!
  }
}
