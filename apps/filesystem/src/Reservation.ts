/**
 * Taking a name that nothing has yet, so that a rename onto it can overwrite nothing that was there.
 *
 * Not a lock: whoever opens the placeholder by its name meanwhile gets it. Node has no `RENAME_NOREPLACE`; creating a
 * placeholder exclusively is the portable way to the same end.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html
 */
import * as Effect from "effect/Effect"
import { constants } from "node:fs"
import * as Fs from "node:fs/promises"
import type { HeldDirectory } from "./OpenAt.ts"
import { call, type SystemFailure } from "./SystemCall.ts"

const EXCLUSIVE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY

/**
 * Moves `source` (a path for a system call) to a name in a directory, or fails with `EEXIST` when anything is there. The
 * placeholder goes away if the move fails. Directories replace an empty directory, everything else an empty file.
 *
 * @category combinators
 * @since 0.1.0
 */
export const renameToFree = (
  source: string,
  directory: HeldDirectory,
  name: string,
  kind: "directory" | "file"
): Effect.Effect<void, SystemFailure> => {
  const target = directory.at(name)
  const remove = kind === "directory" ? () => Fs.rmdir(target) : () => Fs.unlink(target)
  const rename = call(() => Fs.rename(source, target))
  return Effect.uninterruptible(Effect.andThen(
    kind === "directory" ? call(() => Fs.mkdir(target)) : createEmpty(target),
    // Windows does not let a directory replace another one, so there the name is free again for a moment.
    kind === "directory" && process.platform === "win32"
      ? Effect.andThen(call(remove), rename)
      : Effect.tapError(rename, () => Effect.ignore(call(remove)))
  ))
}

const createEmpty = (path: string): Effect.Effect<void, SystemFailure> =>
  Effect.flatMap(call(() => Fs.open(path, EXCLUSIVE, 0o600)), (handle) => call(() => handle.close()))
