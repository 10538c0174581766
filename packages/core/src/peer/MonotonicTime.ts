/**
 * `MonotonicTime` is how long things take: it never goes back, and jumps nowhere when the time of day is set.
 *
 * It is no point in time: only the difference of two says anything, and only in one process.
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"

/**
 * The milliseconds that a clock has counted, whole ones.
 *
 * @category accessors
 * @since 0.1.0
 */
export const millis = (clock: Clock.Clock): number => Math.floor(Number(clock.monotonicTimeNanosUnsafe()) / 1e6)
