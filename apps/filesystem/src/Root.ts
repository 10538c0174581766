/**
 * A directory that is allowed, and the arithmetic of paths inside it.
 *
 * Not a check by itself: names compare by whole segments here, but only an open handle proves where a path leads.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/roots
 */
import * as NodePath from "node:path"

/**
 * An allowed directory.
 *
 * `given` is its absolute path in the words of whoever allowed it; `real` is the same directory with every link resolved.
 *
 * @category models
 * @since 0.1.0
 */
export interface Root {
  readonly given: string
  readonly real: string
}

/**
 * A place under a root: the names to walk, one directory at a time, from its real path.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place {
  readonly root: Root
  readonly names: ReadonlyArray<string>
}

/**
 * The names that lead from a directory to a path inside it, none for the directory itself, `undefined` for a path
 * outside. Whole names count: `/data-evil` is not inside `/data`. Both paths are absolute and normalised.
 *
 * @category combinators
 * @since 0.1.0
 */
export const namesInside = (directory: string, path: string): ReadonlyArray<string> | undefined => {
  const relative = NodePath.relative(directory, path)
  if (relative === "") return []
  // Another drive letter has no relative path on Windows and comes back absolute.
  if (NodePath.isAbsolute(relative)) return undefined
  const names = relative.split(NodePath.sep)
  return names[0] === ".." ? undefined : names
}

/**
 * Finds the innermost root that a path is in, by its given or its real name; the path is absolute and normalised.
 *
 * @category combinators
 * @since 0.1.0
 */
export const locate = (roots: ReadonlyArray<Root>, path: string): Place | undefined => {
  let found: Place | undefined
  for (const root of roots) {
    const names = namesInside(root.given, path) ?? namesInside(root.real, path)
    if (names !== undefined && (found === undefined || names.length < found.names.length)) found = { root, names }
  }
  return found
}

/**
 * Whether a path without any links in it is inside one of the roots.
 *
 * @category combinators
 * @since 0.1.0
 */
export const holdsReal = (roots: ReadonlyArray<Root>, real: string): boolean =>
  roots.some((root) => namesInside(root.real, real) !== undefined)

/**
 * Where a symbolic link leads.
 *
 * `directory` is the real path of the directory that holds the link, `rest` the names that follow it on the way. Going up
 * from a real path is exact, so leading `..` are resolved here; a `..` behind a name is kept for the walk, because that
 * name may be a link itself. `undefined` means that the link leaves the roots.
 *
 * @category combinators
 * @since 0.1.0
 */
export const follow = (
  roots: ReadonlyArray<Root>,
  directory: string,
  target: string,
  rest: ReadonlyArray<string>
): Place | undefined => {
  const absolute = NodePath.isAbsolute(target)
  let base = absolute ? NodePath.parse(target).root : directory
  const names = [...segments(absolute ? target.slice(base.length) : target), ...rest]
  let index = 0
  for (; names[index] === ".."; index++) base = NodePath.dirname(base)
  const next = names.indexOf("..", index)
  const certain = names.slice(index, next === -1 ? names.length : next)
  const place = locate(roots, NodePath.join(base, ...certain))
  return place === undefined ? undefined : {
    root: place.root,
    names: [...place.names, ...names.slice(index + certain.length)]
  }
}

const segments = (path: string): ReadonlyArray<string> =>
  path.split(NodePath.sep === "/" ? "/" : /[\\/]/).filter((name) => name !== "" && name !== ".")
