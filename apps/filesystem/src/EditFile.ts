/**
 * Editing a text file: read, replace, show the difference, write whole.
 *
 * Not the matching of edits (`TextEdit`) nor the diff (`UnifiedDiff`): this file ties them to a file, and makes sure that
 * what was read is still there when it is replaced.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import { readWhole } from "./ReadChunks.ts"
import type { Sandbox } from "./Sandbox.ts"
import * as TextContent from "./TextContent.ts"
import { applyEdits, type TextEdit } from "./TextEdit.ts"
import { unifiedDiff } from "./UnifiedDiff.ts"
import { writeFile } from "./WriteFile.ts"

/**
 * The outcome of an edit: a unified diff, empty when nothing changes, and whether the file was written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Edited {
  readonly path: string
  readonly diff: string
  readonly written: boolean
}

/**
 * Applies edits to a text file, all or none; with `dryRun` it only says what would change.
 *
 * @category constructors
 * @since 0.1.0
 */
export const editFile = Effect.fn("filesystem.editFile")(function*(
  path: string,
  edits: ReadonlyArray<TextEdit>,
  options?: { readonly dryRun?: boolean }
): Effect.fn.Return<
  Edited,
  FileError.PathError | FileError.TooLarge | FileError.NotText | FileError.EditFailed | FileError.Changed,
  Sandbox
> {
  const limits = yield* Limits
  const safePath = FileError.echo(path)
  if (edits.length > limits.maxEdits) {
    return yield* new FileError.TooLarge({ path: safePath, limit: limits.maxEdits, unit: "edits" })
  }
  const { bytes, file } = yield* readWhole(path, limits.maxTextBytes)
  const before = TextContent.decode(bytes)
  if (before === undefined) return yield* new FileError.NotText({ path: safePath })
  const after = applyEdits(before, edits, limits.maxTextBytes)
  if (Result.isFailure(after)) return yield* new FileError.EditFailed({ path: safePath, ...after.failure })
  const diff = unifiedDiff(NodePath.basename(file.path), before, after.success, limits.maxDiffChanges)
  if (options?.dryRun === true || diff === "") return { path: file.path, diff, written: false }
  yield* writeFile(path, after.success, { unchangedSince: file.stats })
  return { path: file.path, diff, written: true }
})
