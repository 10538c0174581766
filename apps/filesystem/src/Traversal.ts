/**
 * Going through everything below a held directory, depth first and in order of names.
 *
 * Not through links: they are visited and never followed, so a traversal ends and stays inside. `SearchFiles` and
 * `DirectoryTree` say what to do at each entry.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/nftw.html
 */
import * as Effect from "effect/Effect"
import type { HeldDirectory } from "./OpenAt.ts"
import { type DirectoryEntry, readDirectory } from "./ReadDirectory.ts"
import { Sandbox } from "./Sandbox.ts"
import type { SystemFailure } from "./SystemCall.ts"

/**
 * What to do behind an entry. `Enter` goes into it with a state for the entries inside, and means the same as `Leave` for
 * what is no directory.
 *
 * @category models
 * @since 0.1.0
 */
export type Next<S> =
  | { readonly _tag: "Leave" }
  | { readonly _tag: "Enter"; readonly state: S }
  | { readonly _tag: "Stop" }

/**
 * A traversal. `visit` gets an entry, and the state its directory was entered with. `cut` is told when a directory is not
 * seen in full.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<S> {
  readonly state: S
  /** Directory levels below the start. */
  readonly maxDepth: number
  /** Entries read in all. */
  readonly maxVisited: number
  readonly visit: (entry: DirectoryEntry, state: S) => Next<S>
  readonly cut?: (state: S) => void
}

interface Run<S> {
  readonly options: Options<S>
  left: number
  stopped: boolean
  complete: boolean
}

/**
 * Runs a traversal; the answer is whether everything was seen. A directory below that cannot be read is left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const traverse = <S>(
  directory: HeldDirectory,
  options: Options<S>
): Effect.Effect<boolean, SystemFailure, Sandbox> =>
  Effect.suspend(() => {
    const run: Run<S> = { options, left: options.maxVisited, stopped: false, complete: true }
    return Effect.map(level(run, directory, options.state, options.maxDepth), () => run.complete)
  })

const level = Effect.fnUntraced(function*<S>(
  run: Run<S>,
  directory: HeldDirectory,
  state: S,
  depth: number
): Effect.fn.Return<void, SystemFailure, Sandbox> {
  const { entries, more } = yield* readDirectory(directory, run.left)
  run.left -= entries.length
  if (more) cut(run, state)
  for (const entry of entries) {
    const next = run.options.visit(entry, state)
    if (next._tag === "Stop") {
      run.stopped = true
      run.complete = false
    } else if (next._tag === "Enter" && entry.kind === "directory") {
      if (depth === 0) cut(run, next.state)
      else yield* below(run, directory, entry.name, next.state, depth - 1)
    }
    if (run.stopped) return
  }
})

const below = <S>(
  run: Run<S>,
  parent: HeldDirectory,
  name: string,
  state: S,
  depth: number
): Effect.Effect<void, never, Sandbox> =>
  Effect.flatMap(Sandbox, (sandbox) =>
    Effect.acquireUseRelease(
      sandbox.enter(parent, name),
      (directory) => level(run, directory, state, depth),
      (directory) => directory.close
    )).pipe(
      // It went away, became a link, or is not for us.
      Effect.catch(() => Effect.sync(() => cut(run, state)))
    )

const cut = <S>(run: Run<S>, state: S): void => {
  run.complete = false
  run.options.cut?.(state)
}
