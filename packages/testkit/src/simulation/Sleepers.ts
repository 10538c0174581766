/**
 * `Sleepers` are those who wait for a time, the earliest first; of those who wait for the same time, who came first.
 *
 * They know no clock.
 *
 * @since 0.1.0
 */

/**
 * Who sleeps until a time, in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

class Place implements Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
  isTaken = false

  constructor(at: number, order: number, wake: () => void) {
    this.at = at
    this.order = order
    this.wake = wake
  }
}

/**
 * Those who sleep.
 *
 * @category models
 * @since 0.1.0
 */
export class Sleepers {
  readonly #heap: Array<Place> = []
  #order = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  add(at: number, wake: () => void): Sleeper {
    const place = new Place(at, this.#order++, wake)
    const heap = this.#heap
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (isBefore(heap[parent]!, place)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = place
    this.#size++
    return place
  }

  /** Who has been woken is not there any more. */
  remove(sleeper: Sleeper): void {
    // all of them were made here; it stays in the heap until its time has come
    const place = sleeper as Place
    if (place.isTaken) return
    place.isTaken = true
    this.#size--
  }

  /** Takes out who has to be woken next. */
  take(): Sleeper | undefined {
    for (let place = this.#shift(); place !== undefined; place = this.#shift()) {
      if (place.isTaken) continue
      place.isTaken = true
      this.#size--
      return place
    }
    return undefined
  }

  #shift(): Place | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

const isBefore = (self: Place, that: Place): boolean =>
  self.at < that.at || (self.at === that.at && self.order < that.order)
