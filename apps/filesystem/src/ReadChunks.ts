/**
 * Reading an open file piece by piece, with a chance to stop, to report and to be interrupted between any two pieces.
 *
 * Not a `Stream`: the pieces are handed to a function as they come. The size a file claims is only used for progress, since a
 * file can grow while it is read.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 */
import * as Effect from "effect/Effect"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import type { OpenFile } from "./Reach.ts"
import { Sandbox } from "./Sandbox.ts"
import { call } from "./SystemCall.ts"

/**
 * How far a read is: bytes read so far, and the bytes the file had when it was opened.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadProgress {
  readonly done: number
  readonly total: number
}

/**
 * Reads up to `length` bytes at a position; fewer only at the end of the file.
 *
 * @category combinators
 * @since 0.1.0
 */
export const readAt = Effect.fnUntraced(function*(
  file: OpenFile,
  position: number,
  length: number
): Effect.fn.Return<Uint8Array, FileError.PathError> {
  // Fresh for each piece: a read that an interruption left behind must not write into a piece someone else holds.
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = yield* FileError.at(file.path)(
      call(() => file.handle.read(buffer, filled, length - filled, position + filled))
    )
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
})

/**
 * Reads an open file from its start until it ends or `onChunk` answers `false`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const readChunks = Effect.fnUntraced(function*<E, R>(
  file: OpenFile,
  onChunk: (chunk: Uint8Array, progress: ReadProgress) => Effect.Effect<boolean, E, R>
): Effect.fn.Return<void, E | FileError.PathError, R> {
  const { chunkBytes } = yield* Limits
  const total = Number(file.stats.size)
  let done = 0
  while (true) {
    const chunk = yield* readAt(file, done, chunkBytes)
    if (chunk.length === 0) return
    done += chunk.length
    if (!(yield* onChunk(chunk, { done, total: Math.max(total, done) }))) return
    if (chunk.length < chunkBytes) return
  }
})

/**
 * Reads a whole file of at most `maxBytes` bytes, reporting after each piece.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readWhole = Effect.fnUntraced(function*<E = never, R = never>(
  path: string,
  maxBytes: number,
  onProgress?: (progress: ReadProgress) => Effect.Effect<void, E, R>
): Effect.fn.Return<
  { readonly file: OpenFile; readonly bytes: Uint8Array },
  E | FileError.PathError | FileError.TooLarge,
  R | Sandbox
> {
  const sandbox = yield* Sandbox
  return yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* sandbox.file(path)
    const tooLarge = new FileError.TooLarge({ path: FileError.echo(path), limit: maxBytes, unit: "bytes" })
    if (file.stats.size > BigInt(maxBytes)) return yield* tooLarge
    const chunks: Array<Uint8Array> = []
    let length = 0
    yield* readChunks(file, (chunk, progress): Effect.Effect<boolean, E | FileError.TooLarge, R> => {
      chunks.push(chunk)
      length = progress.done
      if (length > maxBytes) return Effect.fail(tooLarge)
      return onProgress === undefined ? Effect.succeed(true) : Effect.as(onProgress(progress), true)
    })
    return { file, bytes: Buffer.concat(chunks, length) }
  }))
})
