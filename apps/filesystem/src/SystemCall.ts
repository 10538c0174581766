/**
 * One call into `node:fs` as an Effect that fails with the system's own error code.
 *
 * Not an error a client sees: `FileError` says what a code means for a path.
 *
 * @see https://nodejs.org/api/errors.html#common-system-errors
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/**
 * A call the operating system refused, or that was refused on its behalf.
 *
 * `code` is the symbolic code of the system (`ENOENT`), or {@link ESCAPE}. The cause names real locations and file
 * descriptors, so it belongs in a log and never in an answer.
 *
 * @category errors
 * @since 0.1.0
 */
export class SystemFailure extends Data.TaggedError("SystemFailure")<{
  readonly code: string
  readonly cause: unknown
}> {}

/**
 * The code of a step that would have left the allowed directories; no system uses it.
 *
 * @category constants
 * @since 0.1.0
 */
export const ESCAPE = "ESCAPE"

/**
 * Runs one promise-returning call of `node:fs/promises`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const call = <A>(run: () => Promise<A>): Effect.Effect<A, SystemFailure> =>
  Effect.tryPromise({ try: run, catch: fromCause })

/**
 * A refusal made here rather than by the system.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refuse = (code: string): SystemFailure => new SystemFailure({ code, cause: undefined })

/**
 * Reads the code out of whatever `node:fs` threw; `EIO` where it threw something without one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromCause = (cause: unknown): SystemFailure => new SystemFailure({ code: codeOf(cause), cause })

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "EIO"
