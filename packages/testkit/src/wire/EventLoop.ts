/**
 * The `EventLoop` of this process, in whose turns streams and sockets do their work.
 *
 * It is no clock: how long a turn takes, nobody knows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"

/**
 * Lets everything else run that is ready to, so many times.
 *
 * @category running
 * @since 0.1.0
 */
export const turns = (count: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let left = count
    const turn = (): NodeJS.Immediate =>
      setImmediate(() => --left > 0 ? void (immediate = turn()) : resume(Effect.void))
    let immediate = turn()
    return Effect.sync(() => clearImmediate(immediate))
  })
