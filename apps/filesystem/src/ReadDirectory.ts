/**
 * The names in a held directory and what kind each is.
 *
 * Not a look at what links lead to: a link is a link here.
 *
 * @see https://nodejs.org/api/fs.html#fspromisesopendirpath-options
 */
import * as Effect from "effect/Effect"
import type { Dirent } from "node:fs"
import * as Fs from "node:fs/promises"
import type { HeldDirectory } from "./OpenAt.ts"
import { call, type SystemFailure } from "./SystemCall.ts"

/**
 * What something is; `other` is a pipe, a socket or a device.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "file" | "directory" | "link" | "other"

/**
 * A name in a directory.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectoryEntry {
  readonly name: string
  readonly kind: Kind
}

/**
 * Up to `max` entries sorted by name; `more` says that the directory has others. Which ones are left out is up to the system.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectoryEntries {
  readonly entries: ReadonlyArray<DirectoryEntry>
  readonly more: boolean
}

/**
 * The kind in whatever `node:fs` describes something by.
 *
 * @category combinators
 * @since 0.1.0
 */
export const kindOf = (
  entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }
): Kind => entry.isFile() ? "file" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "link" : "other"

// Names asked from the system at a time.
const BUFFERED_ENTRIES = 256

/**
 * Reads a directory; at most `max` names are ever in memory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readDirectory = (
  directory: HeldDirectory,
  max: number
): Effect.Effect<DirectoryEntries, SystemFailure> =>
  Effect.acquireUseRelease(
    call(() => Fs.opendir(directory.self, { bufferSize: BUFFERED_ENTRIES })),
    Effect.fnUntraced(function*(dir) {
      const entries: Array<DirectoryEntry> = []
      let dirent: Dirent | null
      while ((dirent = yield* call(() => dir.read())) !== null) {
        if (entries.length === max) return { entries: entries.sort(byName), more: true }
        entries.push({ name: dirent.name, kind: kindOf(dirent) })
      }
      return { entries: entries.sort(byName), more: false }
    }),
    (dir) => Effect.ignore(call(() => dir.close()))
  )

const byName = (left: DirectoryEntry, right: DirectoryEntry): number =>
  left.name < right.name ? -1 : left.name > right.name ? 1 : 0
