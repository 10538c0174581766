/**
 * What the system knows about a file or directory besides its contents.
 *
 * Not the state of a link: links are followed inside the roots, and the path a link leads to is not told.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/fstat.html
 */
import * as Effect from "effect/Effect"
import type * as FileError from "./FileError.ts"
import * as MimeType from "./MimeType.ts"
import { type Kind, kindOf } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"

/**
 * Metadata: `size` in bytes, times as ISO 8601, `permissions` as three octal digits. `mimeType` is a guess by the name, for
 * files whose extension is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface FileMetadata {
  readonly path: string
  readonly kind: Kind
  readonly size: number
  readonly created: string
  readonly modified: string
  readonly accessed: string
  readonly permissions: string
  readonly mimeType?: string
}

/**
 * Reads the metadata of what is at a path, without opening it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fileMetadata = Effect.fn("filesystem.fileMetadata")(function*(
  path: string
): Effect.fn.Return<FileMetadata, FileError.PathError, Sandbox> {
  const sandbox = yield* Sandbox
  const { path: absolute, stats } = yield* Effect.scoped(sandbox.hold(path))
  const kind = kindOf(stats)
  const mimeType = kind === "file" ? MimeType.ofName(absolute) : undefined
  return {
    path: absolute,
    kind,
    size: Number(stats.size),
    created: stats.birthtime.toISOString(),
    modified: stats.mtime.toISOString(),
    accessed: stats.atime.toISOString(),
    permissions: (Number(stats.mode) & 0o777).toString(8).padStart(3, "0"),
    ...(mimeType !== undefined && { mimeType })
  }
})
