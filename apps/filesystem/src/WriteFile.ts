/**
 * Writing a whole file so that a reader sees the old contents or the new, never a mixture.
 *
 * Not an update in place: a new file takes the old one's name and permissions, so hard links to the old one keep the old
 * contents.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Crypto from "node:crypto"
import { type BigIntStats, constants } from "node:fs"
import * as Fs from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import type { Held } from "./OpenAt.ts"
import type { Entry } from "./Reach.ts"
import { renameToFree } from "./Reservation.ts"
import { type Access, Sandbox } from "./Sandbox.ts"
import { call, refuse, type SystemFailure } from "./SystemCall.ts"

/**
 * How to write.
 *
 * `overwrite` (by default `true`) allows a file to be there already. `unchangedSince` are the stats the caller read the old
 * contents under: the write fails with `Changed` if the file is another one, or was written, since.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteOptions {
  readonly overwrite?: boolean
  readonly unchangedSince?: BigIntStats
}

/**
 * What was written: bytes, and whether there was no file before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Written {
  readonly path: string
  readonly size: number
  readonly created: boolean
}

/**
 * Writes text or bytes to a path; its directory must exist. A link at the path is followed inside the roots.
 *
 * @category constructors
 * @since 0.1.0
 */
export const writeFile = Effect.fn("filesystem.writeFile")(function*(
  path: string,
  contents: string | Uint8Array,
  options?: WriteOptions
): Effect.fn.Return<Written, FileError.PathError | FileError.TooLarge | FileError.Changed, Sandbox> {
  const sandbox = yield* Sandbox
  const { maxWriteBytes } = yield* Limits
  const bytes = typeof contents === "string" ? Buffer.from(contents) : contents
  if (bytes.length > maxWriteBytes) {
    return yield* new FileError.TooLarge({ path: FileError.echo(path), limit: maxWriteBytes, unit: "bytes" })
  }
  return yield* Effect.scoped(Effect.gen(function*() {
    const entry = yield* sandbox.entry(path, { follow: true })
    const before = yield* FileError.at(path)(target(sandbox, entry))
    if (before !== undefined && options?.overwrite === false) {
      return yield* new FileError.AlreadyExists({ path: FileError.echo(path) })
    }
    const draft = yield* FileError.at(path)(makeDraft(entry, bytes, before?.stats))
    yield* commits.withPermit(Effect.uninterruptible(Effect.gen(function*() {
      if (options?.unchangedSince !== undefined) {
        const now = yield* FileError.at(path)(target(sandbox, entry))
        if (!sameState(options.unchangedSince, now?.stats)) {
          return yield* new FileError.Changed({ path: FileError.echo(path) })
        }
      }
      yield* FileError.at(path)(
        options?.overwrite === false
          ? renameToFree(draft.path, entry.directory, entry.name, "file")
          : call(() => Fs.rename(draft.path, entry.directory.at(entry.name)))
      )
      draft.placed = true
    })))
    return { path: entry.path, size: bytes.length, created: before === undefined }
  }))
})

// One for the process, as the file system is one: between two writers here, looking and renaming is one step. Against other
// processes the look just before the rename is the best there is.
const commits = Semaphore.makeUnsafe(1)

const target = Effect.fnUntraced(function*(
  sandbox: Access,
  entry: Entry
): Effect.fn.Return<Held | undefined, SystemFailure, Scope.Scope> {
  const held = yield* Effect.acquireRelease(sandbox.holdIn(entry.directory, entry.name), (held) => held.close).pipe(
    Effect.catchIf((failure) => failure.code === "ENOENT", () => Effect.succeed(undefined))
  )
  if (held === undefined) return undefined
  if (!held.stats.isFile()) return yield* refuse("EISDIR")
  // A rename asks only for the right to the directory; a file that may not be written shall not be replaced either.
  yield* call(() => Fs.access(held.self, constants.W_OK))
  return held
})

const sameState = (then: BigIntStats, now: BigIntStats | undefined): boolean =>
  now !== undefined && then.dev === now.dev && then.ino === now.ino && then.size === now.size
  && then.mtimeNs === now.mtimeNs && then.ctimeNs === now.ctimeNs

interface Draft {
  readonly path: string
  readonly handle: FileHandle
  placed: boolean
}

const NEW = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)

// Setuid and setgid are not passed on: the system takes them away on a write as well.
const PERMISSIONS = 0o777

const makeDraft = Effect.fnUntraced(function*(
  entry: Entry,
  bytes: Uint8Array,
  before: BigIntStats | undefined
): Effect.fn.Return<Draft, SystemFailure, Scope.Scope> {
  const path = entry.directory.at(`.${Crypto.randomBytes(12).toString("hex")}.draft`)
  const draft = yield* Effect.acquireRelease(
    // Nobody may read a draft of a file that was private.
    Effect.map(
      call(() => Fs.open(path, NEW, before === undefined ? 0o666 : 0o600)),
      (handle): Draft => ({ path, handle, placed: false })
    ),
    (draft) =>
      Effect.andThen(
        Effect.ignore(call(() => draft.handle.close())),
        Effect.suspend(() => draft.placed ? Effect.void : Effect.ignore(call(() => Fs.unlink(path))))
      )
  )
  yield* call(() => draft.handle.writeFile(bytes))
  if (before !== undefined) {
    // Only a privileged process may give files away; for any other the new file is its own, as it would be with `cp`.
    yield* Effect.ignore(call(() => draft.handle.chown(Number(before.uid), Number(before.gid))))
    yield* call(() => draft.handle.chmod(Number(before.mode) & PERMISSIONS))
  }
  // On disk before it takes the name: after a crash the name must not lead to an empty file.
  yield* call(() => draft.handle.datasync())
  return draft
})
