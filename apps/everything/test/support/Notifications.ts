/**
 * The notifications that a client got, and a way to wait for one without looking at the clock.
 *
 * A wait that is never answered ends with the test's own time limit.
 */
import type { Notification } from "./Driver.ts"

/** A record of notifications. */
export class Notifications {
  #seen: Array<Notification> = []
  #waiting: Array<() => void> = []

  readonly add = (notification: Notification): void => {
    this.#seen.push(notification)
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }

  /** Forgets what came so far. */
  clear(): void {
    this.#seen = []
  }

  /** The params of what came of this method. */
  of(method: string): ReadonlyArray<unknown> {
    return this.#seen.filter((notification) => notification.method === method).map(({ params }) => params)
  }

  /** The params of the first `count` of this method, once there are so many. */
  async take(method: string, count = 1): Promise<ReadonlyArray<unknown>> {
    for (;;) {
      const found = this.of(method)
      if (found.length >= count) return found.slice(0, count)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Waits until the notification came that this describes. */
  async until(holds: (notification: Notification) => boolean): Promise<void> {
    while (!this.#seen.some(holds)) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
