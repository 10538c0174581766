/**
 * The limits of every file operation, each with a name and a unit.
 *
 * Not a policy about which files may be reached: that is `Sandbox`. The limits bound what one call can cost.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#security-considerations
 */
import * as Context from "effect/Context"

/**
 * The limits; every number is a count of what its name says, sizes are bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface FileLimits {
  /** Characters in a path as the client gives it. */
  readonly maxPathCharacters: number
  /** Symbolic links followed on the way to one path. */
  readonly maxLinks: number
  /** Bytes of text in one answer. */
  readonly maxTextBytes: number
  /** Bytes of a file read whole as binary, before base64. */
  readonly maxBinaryBytes: number
  /** Bytes walked over in a file to reach the lines asked for. */
  readonly maxScanBytes: number
  /** Bytes read from a file at a time. */
  readonly chunkBytes: number
  /** Files read by one call. */
  readonly maxFiles: number
  /** Bytes in one write. */
  readonly maxWriteBytes: number
  /** Edits in one call. */
  readonly maxEdits: number
  /** Line changes the diff looks for before it calls a stretch rewritten as a whole. */
  readonly maxDiffChanges: number
  /** Entries in one directory listing. */
  readonly maxEntries: number
  /** Entries in one tree. */
  readonly maxTreeEntries: number
  /** Directory levels below the starting point of a tree or a search. */
  readonly maxDepth: number
  /** Paths in the answer of one search. */
  readonly maxMatches: number
  /** Entries looked at by one search. */
  readonly maxVisited: number
  /** Characters in one glob pattern. */
  readonly maxPatternCharacters: number
  /** Patterns in one call. */
  readonly maxPatterns: number
  /** Directories one watch keeps an eye on. */
  readonly maxWatchedDirectories: number
  /** Changed paths that wait for a slow reader of a watch. */
  readonly maxPendingChanges: number
}

/**
 * The limits that hold where nobody set others.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: FileLimits = {
  maxPathCharacters: 4096,
  maxLinks: 40,
  maxTextBytes: 4 * 1024 * 1024,
  maxBinaryBytes: 8 * 1024 * 1024,
  maxScanBytes: 256 * 1024 * 1024,
  chunkBytes: 64 * 1024,
  maxFiles: 100,
  maxWriteBytes: 16 * 1024 * 1024,
  maxEdits: 100,
  maxDiffChanges: 1000,
  maxEntries: 10_000,
  maxTreeEntries: 10_000,
  maxDepth: 32,
  maxMatches: 1000,
  maxVisited: 100_000,
  maxPatternCharacters: 512,
  maxPatterns: 64,
  maxWatchedDirectories: 1024,
  maxPendingChanges: 1024
}

/**
 * The limits in force; provide another value to change some of them.
 *
 * @example
 * ```ts
 * Effect.provideService(program, Limits, { ...defaults, maxTextBytes: 1024 })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const Limits: Context.Reference<FileLimits> = Context.Reference<FileLimits>(
  "@mcp-effect/filesystem/FileLimits",
  { defaultValue: () => defaults }
)
