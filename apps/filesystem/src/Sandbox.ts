/**
 * The allowed directories, and the only way to anything inside them.
 *
 * Not file operations: it hands out held directories and open files, and each operation (a file of its own) works on those
 * alone, never on a path. What is checked is thereby what is used, whoever renames or links in between.
 *
 * A hard link inside a root to a file outside of it is a file of that root: no path tells them apart.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/roots#security-considerations
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs/promises"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import * as FileUri from "./FileUri.ts"
import type { OpenAt } from "./OpenAt.ts"
import { openAtHandles, supported } from "./OpenAtHandles.ts"
import { openAtPaths } from "./OpenAtPaths.ts"
import * as Reach from "./Reach.ts"
import * as Root from "./Root.ts"
import { call } from "./SystemCall.ts"

/**
 * What the service can do. Relative paths start at the first root; links are followed while they stay inside the roots.
 * Everything handed out is released with the scope.
 *
 * @category models
 * @since 0.1.0
 */
export interface Access {
  /** The allowed directories; none means that nothing is allowed. */
  readonly roots: ReadonlyArray<Root.Root>
  /** How sure the system makes us: see `OpenAt`. */
  readonly guarantee: OpenAt["guarantee"]
  /** Opens a regular file for reading. */
  readonly file: (path: string) => Effect.Effect<Reach.OpenFile, FileError.PathError, Scope.Scope>
  /** Holds a directory; with `create` the missing ones on the way are made first. */
  readonly directory: (
    path: string,
    options?: { readonly create?: boolean }
  ) => Effect.Effect<Reach.OpenDirectory, FileError.PathError, Scope.Scope>
  /** Holds whatever is at the path, without opening it for reading. */
  readonly hold: (path: string) => Effect.Effect<Reach.HeldPath, FileError.PathError, Scope.Scope>
  /** Holds what is at a name in a directory that is held already, a link included. */
  readonly holdIn: OpenAt["hold"]
  /** Holds a directory in a directory that is held already; a link is refused. */
  readonly enter: OpenAt["enter"]
  /**
   * Holds the directory a path is in, to create, replace, rename or remove what is there. With `follow` a link at the path
   * stands for its target, else for itself. A root itself is no entry.
   */
  readonly entry: (
    path: string,
    options: { readonly follow: boolean }
  ) => Effect.Effect<Reach.Entry, FileError.PathError, Scope.Scope>
  /**
   * The same service over what both sides allow: each root of the client that lies inside a root here, and each root here that
   * lies inside one of the client's. URIs that are neither are left out, and so are files: a root is a directory.
   */
  readonly narrow: (uris: ReadonlyArray<string>) => Effect.Effect<Access>
}

/**
 * The service.
 *
 * @category services
 * @since 0.1.0
 */
export class Sandbox extends Context.Service<Sandbox, Access>()("@mcp-effect/filesystem/Sandbox") {}

/**
 * A sandbox over directories given by the operator, each of which must exist now.
 *
 * `openAt` forces how things are held; by default the strongest way this system has.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  directories: ReadonlyArray<string>,
  options?: { readonly openAt?: OpenAt }
): Effect.fn.Return<Access, FileError.PathError> {
  const openAt = options?.openAt ?? ((yield* supported) ? openAtHandles : openAtPaths)
  const roots = yield* Effect.forEach(directories, (directory) => operatorRoot(openAt, directory))
  return over({ openAt, roots: distinct(roots) })
})

/**
 * The layer of {@link make}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  directories: ReadonlyArray<string>,
  options?: { readonly openAt?: OpenAt }
): Layer.Layer<Sandbox, FileError.PathError> => Layer.effect(Sandbox, make(directories, options))

const operatorRoot = (openAt: OpenAt, directory: string): Effect.Effect<Root.Root, FileError.PathError> => {
  const given = NodePath.resolve(directory)
  return call(() => Fs.realpath(given)).pipe(
    Effect.tap((real) => Effect.flatMap(openAt.root(real), (held) => held.close)),
    Effect.map((real) => ({ given, real })),
    FileError.at(directory)
  )
}

const over = (bounds: Reach.Bounds): Access => ({
  roots: bounds.roots,
  guarantee: bounds.openAt.guarantee,
  file: (path) => Reach.file(bounds, path),
  directory: (path, options) => Reach.directory(bounds, path, options?.create === true),
  hold: (path) => Reach.hold(bounds, path),
  holdIn: bounds.openAt.hold,
  enter: bounds.openAt.enter,
  entry: (path, { follow }) => Reach.entry(bounds, path, follow),
  narrow: (uris) =>
    Effect.map(
      Effect.forEach(uris, (uri) => common(bounds, uri)),
      (found) => over({ openAt: bounds.openAt, roots: distinct(found.flat()) })
    )
})

const common = (bounds: Reach.Bounds, uri: string): Effect.Effect<ReadonlyArray<Root.Root>> => {
  const path = FileUri.toPath(uri)
  if (path === undefined) return Effect.succeed([])
  const within = bounds.roots.filter((root) =>
    Root.namesInside(path, root.given) !== undefined || Root.namesInside(path, root.real) !== undefined
  )
  return Effect.scoped(Effect.flatMap(
    Reach.directory(bounds, path, false),
    (held) => FileError.at(path)(held.real)
  )).pipe(
    Effect.map((real): ReadonlyArray<Root.Root> => [{ given: path, real }, ...within]),
    // Not there, not a directory, not inside: whichever it is, the path itself is not in common.
    Effect.catch(() => Effect.succeed(within))
  )
}

const distinct = (roots: ReadonlyArray<Root.Root>): ReadonlyArray<Root.Root> =>
  roots.filter((root, index) => roots.findIndex((other) => other.real === root.real) === index)
