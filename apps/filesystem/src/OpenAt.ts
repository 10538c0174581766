/**
 * Opening one name inside one directory that is already held: the step every safe path walk is made of.
 *
 * Not a walk: links are never followed here, they are refused, and `Walk` decides about them. `OpenAtHandles` is the
 * strong implementation, `OpenAtPaths` the weak one for systems without `/proc`.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/open.html
 */
import type * as Effect from "effect/Effect"
import type { BigIntStats } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import type { SystemFailure } from "./SystemCall.ts"

/**
 * A directory that is held.
 *
 * `self` and `at(name)` are paths for system calls that act on this very directory, whatever its names became meanwhile
 * (with the guarantee `handles`). `real` asks the system where it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface HeldDirectory {
  readonly self: string
  readonly at: (name: string) => string
  readonly real: Effect.Effect<string, SystemFailure>
  readonly close: Effect.Effect<void>
}

/**
 * Something of any kind that is held without having been opened for reading: a pipe does not block, a device does not act.
 *
 * `stats` describe exactly what is held; `self` is a path for calls on it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Held {
  readonly self: string
  readonly stats: BigIntStats
  readonly real: Effect.Effect<string, SystemFailure>
  readonly close: Effect.Effect<void>
}

/**
 * How directories and files are held.
 *
 * With the guarantee `handles` no change of names between two steps can lead outside. With `paths` each step is checked
 * before and after, and a change between the check and a call that creates, moves or lists is not noticed.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenAt {
  readonly guarantee: "handles" | "paths"
  /** Holds an allowed directory by its real path; fails with `ESCAPE` when that path now leads elsewhere. */
  readonly root: (real: string) => Effect.Effect<HeldDirectory, SystemFailure>
  /** Holds a directory in a directory; fails with `ENOTDIR` for a link, even one to a directory. */
  readonly enter: (directory: HeldDirectory, name: string) => Effect.Effect<HeldDirectory, SystemFailure>
  /** Holds whatever is there, a link included; the name `.` is the directory itself. */
  readonly hold: (directory: HeldDirectory, name: string) => Effect.Effect<Held, SystemFailure>
  /** Opens what is held for reading; it is the same file or the call fails with `ESCAPE`. */
  readonly read: (held: Held) => Effect.Effect<FileHandle, SystemFailure>
}
