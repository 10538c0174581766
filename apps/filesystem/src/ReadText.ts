/**
 * Reading the text of a file: all of it, its first or last lines, or a stretch in the middle.
 *
 * Not for binary files: those fail with `NotText`, see `ReadBinary`.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#text-content
 */
import * as Effect from "effect/Effect"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import * as MimeType from "./MimeType.ts"
import type { OpenFile } from "./Reach.ts"
import { readAt, readChunks, type ReadProgress } from "./ReadChunks.ts"
import { Sandbox } from "./Sandbox.ts"
import * as TextContent from "./TextContent.ts"

/**
 * Which lines to read. A line ends with a line feed, which belongs to it.
 *
 * `All` is the default. `Head` and `Tail` are the first and last `lines`; `Range` leaves out `offset` lines and takes the
 * following `limit`, or all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Lines =
  | { readonly _tag: "All" }
  | { readonly _tag: "Head"; readonly lines: number }
  | { readonly _tag: "Tail"; readonly lines: number }
  | { readonly _tag: "Range"; readonly offset: number; readonly limit?: number | undefined }

/**
 * Text that was read.
 *
 * `lines` counts the lines in `text`, `size` is the file's bytes. `before` and `after` say whether the file has lines
 * before and after these.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadText {
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly before: boolean
  readonly after: boolean
  readonly size: number
  readonly mimeType: string
}

interface Slice {
  readonly bytes: Uint8Array
  readonly before: boolean
  readonly after: boolean
}

/**
 * Reads text; at most `maxTextBytes` are returned and at most `maxScanBytes` looked at to find them. Progress is reported in
 * bytes after each piece, but for `Tail`, which is never far from the end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readText = Effect.fn("filesystem.readText")(function*<E = never, R = never>(
  path: string,
  lines: Lines = { _tag: "All" },
  onProgress?: (progress: ReadProgress) => Effect.Effect<void, E, R>
): Effect.fn.Return<ReadText, E | FileError.PathError | FileError.TooLarge | FileError.NotText, R | Sandbox> {
  const sandbox = yield* Sandbox
  return yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* sandbox.file(path)
    const slice = yield* lines._tag === "Tail"
      ? backwards(file, lines.lines)
      : forwards(file, window(lines), onProgress)
    const text = TextContent.decode(slice.bytes)
    if (text === undefined) return yield* new FileError.NotText({ path: FileError.echo(path) })
    return {
      path: file.path,
      text: TextContent.withoutMark(text),
      lines: count(slice.bytes),
      before: slice.before,
      after: slice.after,
      size: Number(file.stats.size),
      mimeType: MimeType.ofContent(file.path, true)
    }
  }))
})

const LINE_FEED = 10

interface Window {
  readonly skip: number
  readonly take: number
}

const window = (lines: Exclude<Lines, { _tag: "Tail" }>): Window => {
  switch (lines._tag) {
    case "All":
      return { skip: 0, take: Infinity }
    case "Head":
      return { skip: 0, take: lines.lines }
    case "Range":
      return { skip: lines.offset, take: lines.limit ?? Infinity }
  }
}

const tooLarge = (file: OpenFile, limit: number) =>
  new FileError.TooLarge({ path: FileError.echo(file.path), limit, unit: "bytes" })

const forwards = Effect.fnUntraced(function*<E, R>(
  file: OpenFile,
  { skip, take }: Window,
  onProgress: ((progress: ReadProgress) => Effect.Effect<void, E, R>) | undefined
): Effect.fn.Return<Slice, E | FileError.PathError | FileError.TooLarge, R> {
  const limits = yield* Limits
  // A file that is known to be too large need not be read to say so.
  if (skip === 0 && take === Infinity && file.stats.size > BigInt(limits.maxTextBytes)) {
    return yield* tooLarge(file, limits.maxTextBytes)
  }
  const kept: Array<Uint8Array> = []
  let length = 0
  let line = 0
  let after = false
  yield* readChunks(file, (chunk, progress): Effect.Effect<boolean, E | FileError.TooLarge, R> => {
    let position = 0
    // Moves behind the line that `position` is in, or behind the chunk if that line goes on.
    const next = () => {
      const feed = chunk.indexOf(LINE_FEED, position)
      if (feed !== -1) line++
      position = feed === -1 ? chunk.length : feed + 1
    }
    while (line < skip && position < chunk.length) next()
    const start = position
    if (take === Infinity) position = chunk.length
    else while (line < skip + take && position < chunk.length) next()
    if (position > start) kept.push(chunk.subarray(start, position))
    length += position - start
    after = position < chunk.length
    if (length > limits.maxTextBytes) return Effect.fail(tooLarge(file, limits.maxTextBytes))
    if (!after && progress.done > limits.maxScanBytes) return Effect.fail(tooLarge(file, limits.maxScanBytes))
    return onProgress === undefined ? Effect.succeed(!after) : Effect.as(onProgress(progress), !after)
  })
  return { bytes: Buffer.concat(kept, length), before: skip > 0, after }
})

const backwards = Effect.fnUntraced(function*(
  file: OpenFile,
  lines: number
): Effect.fn.Return<Slice, FileError.PathError | FileError.TooLarge> {
  const limits = yield* Limits
  const size = Number(file.stats.size)
  const kept: Array<Uint8Array> = []
  let length = 0
  let found = 0
  let end = size
  while (end > 0 && found < lines) {
    const start = Math.max(0, end - limits.chunkBytes)
    const chunk = yield* readAt(file, start, end - start)
    let cut = 0
    // The feed at the very end closes the last line instead of starting another.
    let feed = chunk.lastIndexOf(LINE_FEED, end === size ? size - start - 2 : undefined)
    if (end === size && chunk.length < 2) feed = -1
    for (; feed !== -1; feed = feed === 0 ? -1 : chunk.lastIndexOf(LINE_FEED, feed - 1)) {
      if (++found === lines) {
        cut = feed + 1
        break
      }
    }
    kept.unshift(chunk.subarray(cut))
    length += chunk.length - cut
    if (length > limits.maxTextBytes) return yield* tooLarge(file, limits.maxTextBytes)
    end = start + cut
    if (cut > 0) break
  }
  return { bytes: Buffer.concat(kept, length), before: end > 0, after: false }
})

const count = (bytes: Uint8Array): number => {
  let lines = bytes.length > 0 && bytes[bytes.length - 1] !== LINE_FEED ? 1 : 0
  for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, feed + 1)) lines++
  return lines
}
