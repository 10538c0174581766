/**
 * A `Table` holds what is registered of one kind (tools, say), in order of registration, and pages through it.
 *
 * It knows nothing of what it holds, nor who is told when it changes.
 *
 * Spec: https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @since 0.1.0
 */
import type { Session } from "../Session.ts"

/**
 * Who may see a registration: a predicate on the session. Whoever may not see it cannot use it either.
 *
 * @category models
 * @since 0.1.0
 */
export type Visible = (session: Session) => boolean

/**
 * One registration. `position` grows with every registration and is never used again, so that a place in the list outlives changes to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry<out A> {
  readonly key: string
  readonly position: number
  readonly value: A
  readonly visible: Visible | undefined
}

/**
 * A part of the list; `next` is the position that the next part starts after.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  readonly items: ReadonlyArray<A>
  readonly next: number | undefined
}

// Of a table that changes, clients hold cursors to more places than there are pages.
const maxPages = 1000

/**
 * Registrations of one kind, by key.
 *
 * @category models
 * @since 0.1.0
 */
export class Table<A> {
  readonly #entries = new Map<string, Entry<A>>()
  readonly #onChange: () => void
  #ordered: ReadonlyArray<Entry<A>> | undefined
  #guarded = 0
  #position = 0
  readonly #pages = new Map<string, unknown>()

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether there is anything that not everyone may see. */
  get isGuarded(): boolean {
    return this.#guarded > 0
  }

  /** Adds an entry; false when the key is taken. */
  add(key: string, value: A, visible: Visible | undefined): boolean {
    if (this.#entries.has(key)) return false
    this.#entries.set(key, { key, value, visible, position: ++this.#position })
    if (visible !== undefined) this.#guarded++
    this.#changed()
    return true
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    if (entry.visible !== undefined) this.#guarded--
    this.#changed()
  }

  /** The entry of this key, if the session may see it. */
  get(key: string, session: Session): A | undefined {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.visible?.(session) === false ? undefined : entry.value
  }

  /** All that is registered, in order. */
  *values(): Iterable<A> {
    for (const entry of this.#entries.values()) yield entry.value
  }

  /** All that the session may see, in order. */
  *visible(session: Session): Iterable<A> {
    for (const entry of this.#entries.values()) {
      if (entry.visible?.(session) !== false) yield entry.value
    }
  }

  /** The entries after a position: each that stays registered is on exactly one page, whatever comes and goes meanwhile. */
  page(session: Session, after: number, size: number): Page<A> {
    const ordered = this.#ordered ??= Array.from(this.#entries.values())
    const items: Array<A> = []
    let last = 0
    for (let i = firstAfter(ordered, after); i < ordered.length; i++) {
      const entry = ordered[i]!
      if (entry.visible?.(session) === false) continue
      if (items.length === size) return { items, next: last }
      items.push(entry.value)
      last = entry.position
    }
    return { items, next: undefined }
  }

  /** Remembers what is made of a page until the table changes. A table that is not the same for all sessions remembers nothing. */
  cached<B>(key: string, make: () => B): B {
    if (this.isGuarded) return make()
    // only `make` of the same key has written the value that is read
    if (this.#pages.has(key)) return this.#pages.get(key) as B
    const made = make()
    if (this.#pages.size >= maxPages) this.#pages.clear()
    this.#pages.set(key, made)
    return made
  }

  #changed(): void {
    this.#ordered = undefined
    this.#pages.clear()
    this.#onChange()
  }
}

const firstAfter = (ordered: ReadonlyArray<Entry<unknown>>, position: number): number => {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ordered[middle]!.position <= position) low = middle + 1
    else high = middle
  }
  return low
}
