/**
 * The glob patterns of one call: read within their limits, wanted ones and those that leave things out.
 *
 * Not the matching itself: that is `Glob`.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as FileError from "./FileError.ts"
import type { FileLimits } from "./FileLimits.ts"
import * as Glob from "./Glob.ts"

/**
 * What leaves entries out of a search or a tree, followed name by name like a pattern.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exclusion {
  readonly begin: ReadonlyArray<Glob.Position>
  readonly advance: (positions: ReadonlyArray<Glob.Position>, text: string) => ReadonlyArray<Glob.Position>
  readonly accepts: (positions: ReadonlyArray<Glob.Position>) => boolean
}

/**
 * Reads the patterns to leave out; `path` is where they apply, for the error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const exclusion = Effect.fnUntraced(function*(
  path: string,
  patterns: ReadonlyArray<string>,
  limits: FileLimits
): Effect.fn.Return<Exclusion, FileError.InvalidPattern | FileError.TooLarge> {
  if (patterns.length > limits.maxPatterns) {
    return yield* new FileError.TooLarge({ path: FileError.echo(path), limit: limits.maxPatterns, unit: "patterns" })
  }
  const globs = yield* Effect.forEach(
    patterns,
    (text) => pattern(text.includes("/") ? text : `**/${text}`, limits)
  )
  return {
    begin: globs.map(Glob.begin),
    advance: (positions, text) => globs.map((glob, index) => Glob.advance(glob, positions[index] ?? [], text)),
    accepts: (positions) => globs.some((glob, index) => Glob.accepts(glob, positions[index] ?? []))
  }
})

/**
 * Reads one pattern within its limit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pattern = (
  text: string,
  limits: FileLimits
): Effect.Effect<Glob.Glob, FileError.InvalidPattern> => {
  const parsed = text.length > limits.maxPatternCharacters
    ? Result.fail(`it has more than ${limits.maxPatternCharacters} characters`)
    : Glob.parse(text)
  return Result.isFailure(parsed)
    ? Effect.fail(new FileError.InvalidPattern({ pattern: FileError.echo(text), problem: parsed.failure }))
    : Effect.succeed(parsed.success)
}
