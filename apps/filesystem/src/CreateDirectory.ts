/**
 * Making a directory, and the ones above it that are missing.
 *
 * Not an error when it is there already: the caller asked for it to exist.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/mkdir.html
 */
import * as Effect from "effect/Effect"
import type * as FileError from "./FileError.ts"
import { Sandbox } from "./Sandbox.ts"

/**
 * A directory that exists now; `created` says that it did not before.
 *
 * @category models
 * @since 0.1.0
 */
export interface CreatedDirectory {
  readonly path: string
  readonly created: boolean
}

/**
 * Makes sure that a directory exists.
 *
 * @category constructors
 * @since 0.1.0
 */
export const createDirectory = Effect.fn("filesystem.createDirectory")(function*(
  path: string
): Effect.fn.Return<CreatedDirectory, FileError.PathError, Sandbox> {
  const sandbox = yield* Sandbox
  const existing = yield* Effect.scoped(sandbox.directory(path)).pipe(
    Effect.map((directory) => directory.path),
    Effect.catchTag("NotFound", () => Effect.succeed(undefined))
  )
  if (existing !== undefined) return { path: existing, created: false }
  const made = yield* Effect.scoped(sandbox.directory(path, { create: true }))
  return { path: made.path, created: true }
})
