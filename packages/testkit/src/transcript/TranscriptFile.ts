/**
 * A `TranscriptFile` is where a recording is written, text by text.
 *
 * It is not buffered: what was said is there when the process dies.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeSync, openSync, writeSync } from "node:fs"
import * as Transcript from "../Transcript.ts"

/**
 * What is written, at most, and what of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly title?: string
  readonly maxSize?: number
}

/**
 * Writes a file anew that only its owner can read, until the scope ends; then nothing is written any more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = Effect.fnUntraced(function*(
  path: string,
  { maxSize, title }: Options
): Effect.fn.Return<(text: string) => void, Transcript.TranscriptError, Scope.Scope> {
  const context = yield* Effect.context<never>()
  let left = maxSize ?? 64 * 1024 * 1024
  const file = yield* Effect.acquireRelease(
    Effect.try({
      try: () => openSync(path, "w", 0o600),
      catch: (cause) => new Transcript.TranscriptError({ path, reason: String(cause) })
    }),
    (file) =>
      Effect.sync(() => {
        // the number of the file may soon be that of another
        left = 0
        closeSync(file)
      })
  )
  const append = (text: string) => {
    if (left <= 0) return
    left -= text.length
    const written = left >= 0 ? text : "# What came then is left out: there is a limit to what is written\n"
    try {
      writeSync(file, written)
    } catch (cause) {
      left = 0
      Effect.runForkWith(context)(Effect.logError("A transcript cannot be written any more", cause))
    }
  }
  if (title !== undefined) append(`# ${title.replaceAll(/\s+/g, " ")}\n`)
  return append
})
