/**
 * Finding files and directories by glob patterns.
 *
 * Not a search in what files contain, and no regular expressions: see `Glob`.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Effect from "effect/Effect"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import * as Glob from "./Glob.ts"
import { exclusion, pattern as readPattern } from "./Pattern.ts"
import type { Kind } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"
import * as Traversal from "./Traversal.ts"

/**
 * Something that was found; `path` is absolute, in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface Match {
  readonly path: string
  readonly kind: Kind
}

/**
 * What a search found, in order of paths; `complete` is false when a limit cut it short or a directory could not be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Found {
  readonly matches: ReadonlyArray<Match>
  readonly complete: boolean
}

/**
 * Searches below a directory for paths relative to it that match a pattern.
 *
 * `exclude` leaves out what matches and everything below it; there, a pattern without a slash means a name at any depth.
 *
 * @category constructors
 * @since 0.1.0
 */
export const searchFiles = Effect.fn("filesystem.searchFiles")(function*(
  path: string,
  pattern: string,
  options?: { readonly exclude?: ReadonlyArray<string>; readonly kind?: Kind }
): Effect.fn.Return<Found, FileError.PathError | FileError.InvalidPattern | FileError.TooLarge, Sandbox> {
  const sandbox = yield* Sandbox
  const limits = yield* Limits
  const wanted = yield* readPattern(pattern, limits)
  const exclude = yield* exclusion(path, options?.exclude ?? [], limits)
  return yield* Effect.scoped(Effect.gen(function*() {
    const directory = yield* sandbox.directory(path)
    const found: Array<Match> = []
    const complete = yield* FileError.at(path)(Traversal.traverse<Level>(directory, {
      state: { path: directory.path, wanted: Glob.begin(wanted), excluded: exclude.begin },
      maxDepth: limits.maxDepth,
      maxVisited: limits.maxVisited,
      visit: (entry, level) => {
        const excluded = exclude.advance(level.excluded, entry.name)
        if (exclude.accepts(excluded)) return { _tag: "Leave" }
        const here = Glob.advance(wanted, level.wanted, entry.name)
        const entryPath = NodePath.join(level.path, entry.name)
        if (Glob.accepts(wanted, here) && (options?.kind === undefined || options.kind === entry.kind)) {
          if (found.length === limits.maxMatches) return { _tag: "Stop" }
          found.push({ path: entryPath, kind: entry.kind })
        }
        const inside = Glob.advance(wanted, here, "/")
        return inside.length === 0
          ? { _tag: "Leave" }
          : { _tag: "Enter", state: { path: entryPath, wanted: inside, excluded: exclude.advance(excluded, "/") } }
      }
    }))
    return { matches: found, complete }
  }))
})

interface Level {
  readonly path: string
  readonly wanted: Glob.Position
  readonly excluded: ReadonlyArray<Glob.Position>
}
