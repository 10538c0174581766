/**
 * Everything below a directory as a nested tree.
 *
 * Not a listing with sizes: see `ListDirectory`. Links are shown and not followed.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content
 */
import * as Effect from "effect/Effect"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import type * as Glob from "./Glob.ts"
import { exclusion } from "./Pattern.ts"
import type { Kind } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"
import * as Traversal from "./Traversal.ts"

/**
 * A node of the tree. Only directories have `children`; with `cut` not all of them are shown.
 *
 * @category models
 * @since 0.1.0
 */
export interface TreeNode {
  readonly name: string
  readonly kind: Kind
  readonly children?: ReadonlyArray<TreeNode>
  readonly cut?: true
}

/**
 * A tree; `complete` is false when a limit cut it short or a directory could not be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tree {
  readonly path: string
  readonly children: ReadonlyArray<TreeNode>
  readonly complete: boolean
}

interface Level {
  readonly node: { children: Array<TreeNode>; cut?: true }
  readonly excluded: ReadonlyArray<Glob.Position>
}

/**
 * Builds the tree below a directory, at most `depth` levels (and never more than `maxDepth`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const directoryTree = Effect.fn("filesystem.directoryTree")(function*(
  path: string,
  options?: { readonly depth?: number; readonly exclude?: ReadonlyArray<string> }
): Effect.fn.Return<Tree, FileError.PathError | FileError.InvalidPattern | FileError.TooLarge, Sandbox> {
  const sandbox = yield* Sandbox
  const limits = yield* Limits
  const exclude = yield* exclusion(path, options?.exclude ?? [], limits)
  return yield* Effect.scoped(Effect.gen(function*() {
    const directory = yield* sandbox.directory(path)
    const top: Level["node"] = { children: [] }
    const complete = yield* FileError.at(path)(Traversal.traverse<Level>(directory, {
      state: { node: top, excluded: exclude.begin },
      // The first level is the directory's own entries.
      maxDepth: Math.max(0, Math.min(options?.depth ?? limits.maxDepth, limits.maxDepth) - 1),
      maxVisited: limits.maxTreeEntries,
      visit: (entry, level) => {
        const excluded = exclude.advance(level.excluded, entry.name)
        if (exclude.accepts(excluded)) return { _tag: "Leave" }
        if (entry.kind !== "directory") {
          level.node.children.push(entry)
          return { _tag: "Leave" }
        }
        const node = { ...entry, children: [] }
        level.node.children.push(node)
        return { _tag: "Enter", state: { node, excluded: exclude.advance(excluded, "/") } }
      },
      cut: (level) => {
        level.node.cut = true
      }
    }))
    return { path: directory.path, children: top.children, complete }
  }))
})
