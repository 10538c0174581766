/**
 * A stream of the paths that change at or below a path, for as long as a scope is open.
 *
 * Not a record of what happened: several changes of a path are told once until they are read, and a slow reader loses paths
 * rather than memory.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import { type FileLimits, Limits } from "./FileLimits.ts"
import type { HeldDirectory } from "./OpenAt.ts"
import * as PendingChanges from "./PendingChanges.ts"
import { readDirectory } from "./ReadDirectory.ts"
import { type Access, Sandbox } from "./Sandbox.ts"
import { watchDirectory } from "./WatchedDirectory.ts"

type Changes = PendingChanges.PendingChanges

/**
 * Watches a file, or a directory and with `recursive` the ones below it. Changes count from the moment this returns. Links
 * below are not followed. The stream fails with `NotFound` when the directory, or the one the file is in, goes away.
 *
 * @category constructors
 * @since 0.1.0
 */
export const watchFiles = Effect.fn("filesystem.watchFiles")(function*(
  path: string,
  options?: { readonly recursive?: boolean }
): Effect.fn.Return<
  Stream.Stream<PendingChanges.FileChange, FileError.PathError>,
  FileError.PathError,
  Sandbox | Scope.Scope
> {
  const sandbox = yield* Sandbox
  const limits = yield* Limits
  const { path: absolute, stats } = yield* Effect.scoped(sandbox.hold(path))
  const changes = yield* PendingChanges.make(absolute, limits.maxPendingChanges)
  if (stats.isDirectory()) {
    yield* watchTree({ sandbox, limits, absolute, changes, recursive: options?.recursive === true })
  } else {
    yield* watchFile(sandbox, path, absolute, changes)
  }
  return changes.stream
})

const gone = (path: string) => new FileError.NotFound({ path: FileError.echo(path) })

// A file that is replaced is another file with the same name, so it is the name in its directory that is watched.
const watchFile = Effect.fnUntraced(function*(
  sandbox: Access,
  path: string,
  absolute: string,
  changes: Changes
): Effect.fn.Return<void, FileError.PathError, Scope.Scope> {
  yield* Effect.acquireRelease(
    Effect.scoped(Effect.flatMap(
      sandbox.entry(path, { follow: true }),
      (entry) =>
        FileError.at(path)(watchDirectory(entry.directory, sandbox.guarantee, ({ name, structure }) => {
          if (name === entry.name) changes.add(absolute)
          else if (name === undefined && structure) changes.fail(gone(path))
        }))
    )),
    (stop) => stop
  )
})

interface Tree {
  readonly sandbox: Access
  readonly limits: FileLimits
  readonly absolute: string
  readonly changes: Changes
  readonly recursive: boolean
}

interface Watching extends Tree {
  // How to stop each watch, by the names that lead to its directory.
  readonly stops: Map<string, Effect.Effect<void>>
  // Names that came or went, each of which may be a directory to watch, or one to watch no more.
  readonly moved: PendingChanges.PendingChanges
}

const watchTree = Effect.fnUntraced(function*(tree: Tree): Effect.fn.Return<void, FileError.PathError, Scope.Scope> {
  const watching: Watching = {
    ...tree,
    stops: new Map(),
    moved: yield* PendingChanges.make("", tree.limits.maxPendingChanges)
  }
  yield* Effect.addFinalizer(() => stopBelow(watching, ""))
  yield* watchLevel(watching, "", false)
  yield* Effect.forkScoped(Stream.runForEach(watching.moved.stream, ({ missed, path }) => {
    if (missed) tree.changes.miss()
    return Effect.andThen(stopBelow(watching, path), watchNew(watching, path))
  }))
})

// What came may be no directory, be gone again, or be refused: then there is nothing to watch.
const watchNew = (watching: Watching, names: string): Effect.Effect<void> =>
  Effect.catch(watchLevel(watching, names, true), (error) =>
    Effect.sync(() => {
      if (names === "") watching.changes.fail(error)
      else if (error._tag === "Unavailable") watching.changes.miss()
    }))

const watchLevel = (
  watching: Watching,
  names: string,
  announce: boolean
): Effect.Effect<void, FileError.PathError> =>
  Effect.scoped(Effect.gen(function*() {
    const { absolute, changes, limits, moved, sandbox, stops } = watching
    if (stops.size >= limits.maxWatchedDirectories || names.split("/").length > limits.maxDepth) return changes.miss()
    const path = NodePath.join(absolute, names)
    const below = (name: string) => names === "" ? name : `${names}/${name}`
    const directory = yield* names === "" ? sandbox.directory(absolute) : unlinked(sandbox, path)
    const start = FileError.at(path)(watchDirectory(directory, sandbox.guarantee, ({ name, structure }) => {
      changes.add(name === undefined ? path : NodePath.join(path, name))
      if (!structure) return
      if (name !== undefined && watching.recursive) moved.add(below(name))
      else if (name === undefined && names === "") changes.fail(gone(absolute))
    }))
    yield* Effect.uninterruptible(Effect.map(start, (stop) => stops.set(names, stop)))
    if (!watching.recursive) return
    // Whatever is here by now may have come before the watch was set up.
    const { entries, more } = yield* FileError.at(path)(readDirectory(directory, limits.maxEntries))
    if (more) changes.miss()
    for (const entry of entries) {
      if (announce) changes.add(NodePath.join(path, entry.name))
      if (entry.kind === "directory") {
        yield* Effect.ignore(watchLevel(watching, below(entry.name), announce))
      }
    }
  }))

const unlinked = Effect.fnUntraced(function*(
  sandbox: Access,
  path: string
): Effect.fn.Return<HeldDirectory, FileError.PathError, Scope.Scope> {
  const entry = yield* sandbox.entry(path, { follow: false })
  return yield* FileError.at(path)(
    Effect.acquireRelease(sandbox.enter(entry.directory, entry.name), (directory) => directory.close)
  )
})

const stopBelow = (watching: Watching, names: string): Effect.Effect<void> =>
  Effect.forEach(
    Array.from(watching.stops).filter(([other]) => names === "" || other === names || other.startsWith(`${names}/`)),
    ([other, stop]) => {
      watching.stops.delete(other)
      return stop
    },
    { discard: true }
  )
