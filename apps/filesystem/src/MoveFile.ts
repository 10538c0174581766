/**
 * Moving or renaming a file or directory to a name that is free.
 *
 * Not a copy: both paths are on one file system. A link is moved itself, not what it leads to.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html
 */
import * as Effect from "effect/Effect"
import * as FileError from "./FileError.ts"
import { renameToFree } from "./Reservation.ts"
import { Sandbox } from "./Sandbox.ts"

/**
 * A move that was made, both paths absolute in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface Moved {
  readonly source: string
  readonly destination: string
}

/**
 * Moves what is at `source` to `destination`, whose directory must exist; fails with `AlreadyExists` when anything is there,
 * a directory too.
 *
 * @category constructors
 * @since 0.1.0
 */
export const moveFile = Effect.fn("filesystem.moveFile")(function*(
  source: string,
  destination: string
): Effect.fn.Return<Moved, FileError.PathError, Sandbox> {
  const sandbox = yield* Sandbox
  return yield* Effect.scoped(Effect.gen(function*() {
    const from = yield* sandbox.entry(source, { follow: false })
    const held = yield* FileError.at(source)(
      Effect.acquireRelease(sandbox.holdIn(from.directory, from.name), (held) => held.close)
    )
    const to = yield* sandbox.entry(destination, { follow: false })
    yield* FileError.at(destination)(renameToFree(
      from.directory.at(from.name),
      to.directory,
      to.name,
      held.stats.isDirectory() ? "directory" : "file"
    ))
    return { source: from.path, destination: to.path }
  }))
})
