/**
 * The entries of one directory with sizes and times.
 *
 * Not recursive: see `DirectoryTree`. Links are described themselves, not what they lead to.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content
 */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs/promises"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import type { HeldDirectory } from "./OpenAt.ts"
import { type DirectoryEntry, kindOf, readDirectory } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"
import { call } from "./SystemCall.ts"

/**
 * An entry of a listing; `size` in bytes for files, `modified` as ISO 8601, neither for what went away meanwhile.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListedEntry extends DirectoryEntry {
  readonly size?: number
  readonly modified?: string
}

/**
 * A listing; `complete` is false when the directory has more than `maxEntries`. `totalSize` adds up the files listed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Listing {
  readonly path: string
  readonly entries: ReadonlyArray<ListedEntry>
  readonly totalSize: number
  readonly complete: boolean
}

// Enough to keep the system busy, few enough to leave it to others.
const CONCURRENCY = 8

/**
 * Lists a directory, by name or by falling size.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listDirectory = Effect.fn("filesystem.listDirectory")(function*(
  path: string,
  options?: { readonly sortBy?: "name" | "size" }
): Effect.fn.Return<Listing, FileError.PathError, Sandbox> {
  const sandbox = yield* Sandbox
  const { maxEntries } = yield* Limits
  return yield* Effect.scoped(Effect.gen(function*() {
    const directory = yield* sandbox.directory(path)
    const { entries, more } = yield* FileError.at(path)(readDirectory(directory, maxEntries))
    const listed = yield* Effect.forEach(entries, (entry) => describe(directory, entry), { concurrency: CONCURRENCY })
    if (options?.sortBy === "size") listed.sort((left, right) => (right.size ?? -1) - (left.size ?? -1))
    return {
      path: directory.path,
      entries: listed,
      totalSize: listed.reduce((sum, entry) => sum + (entry.size ?? 0), 0),
      complete: !more
    }
  }))
})

const describe = (directory: HeldDirectory, entry: DirectoryEntry): Effect.Effect<ListedEntry> =>
  call(() => Fs.lstat(directory.at(entry.name))).pipe(
    Effect.map((stats): ListedEntry => ({
      name: entry.name,
      kind: kindOf(stats),
      ...(stats.isFile() && { size: stats.size }),
      modified: stats.mtime.toISOString()
    })),
    Effect.catch(() => Effect.succeed<ListedEntry>(entry))
  )
