/**
 * Reading a whole file as bytes, in base64 as resource contents carry them.
 *
 * Not for large files: all of it is in memory, `maxBinaryBytes` bounds it.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#binary-content
 */
import * as Effect from "effect/Effect"
import type * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import * as MimeType from "./MimeType.ts"
import { type ReadProgress, readWhole } from "./ReadChunks.ts"
import type { Sandbox } from "./Sandbox.ts"
import * as TextContent from "./TextContent.ts"

/**
 * A file's bytes in base64; `size` counts the bytes before encoding.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadBinary {
  readonly path: string
  readonly blob: string
  readonly size: number
  readonly mimeType: string
}

/**
 * A file's contents as a resource shows them: as text where they are text.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadContents =
  | { readonly _tag: "Text"; readonly path: string; readonly text: string; readonly mimeType: string }
  | { readonly _tag: "Binary"; readonly path: string; readonly blob: string; readonly mimeType: string }

const encode = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

/**
 * Reads a file as binary, reporting progress in bytes after each piece.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readBinary = Effect.fn("filesystem.readBinary")(function*<E = never, R = never>(
  path: string,
  onProgress?: (progress: ReadProgress) => Effect.Effect<void, E, R>
): Effect.fn.Return<ReadBinary, E | FileError.PathError | FileError.TooLarge, R | Sandbox> {
  const { maxBinaryBytes } = yield* Limits
  const { bytes, file } = yield* readWhole(path, maxBinaryBytes, onProgress)
  return {
    path: file.path,
    blob: encode(bytes),
    size: bytes.length,
    mimeType: MimeType.ofName(file.path) ?? "application/octet-stream"
  }
})

/**
 * Reads a file as whatever it holds: text when its bytes are text, else binary. Progress is reported in bytes after each piece.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readContents = Effect.fn("filesystem.readContents")(function*<E = never, R = never>(
  path: string,
  onProgress?: (progress: ReadProgress) => Effect.Effect<void, E, R>
): Effect.fn.Return<ReadContents, E | FileError.PathError | FileError.TooLarge, R | Sandbox> {
  const { maxBinaryBytes } = yield* Limits
  const { bytes, file } = yield* readWhole(path, maxBinaryBytes, onProgress)
  const text = TextContent.decode(bytes)
  const mimeType = MimeType.ofContent(file.path, text !== undefined)
  return text === undefined
    ? { _tag: "Binary", path: file.path, blob: encode(bytes), mimeType }
    : { _tag: "Text", path: file.path, text: TextContent.withoutMark(text), mimeType }
})
