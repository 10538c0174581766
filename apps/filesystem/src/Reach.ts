/**
 * From a path to something held: an open file, a directory, a name in a directory.
 *
 * Not a service: `Sandbox` is, and this is what it does with its roots. What is checked here is what the caller then uses.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/roots#security-considerations
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { BigIntStats } from "node:fs"
import * as Fs from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import * as NodePath from "node:path"
import * as FileError from "./FileError.ts"
import { Limits } from "./FileLimits.ts"
import type { Held, HeldDirectory, OpenAt } from "./OpenAt.ts"
import * as Root from "./Root.ts"
import { call, ESCAPE, refuse, type SystemFailure } from "./SystemCall.ts"
import * as Walk from "./Walk.ts"

/**
 * Where may be reached, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bounds {
  readonly roots: ReadonlyArray<Root.Root>
  readonly openAt: OpenAt
}

/**
 * A regular file open for reading, with its state at that moment. `path` is absolute, in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/**
 * A held directory. `path` is absolute, in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenDirectory extends HeldDirectory {
  readonly path: string
}

/**
 * Something of any kind, held. `path` is absolute, in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface HeldPath extends Held {
  readonly path: string
}

/**
 * A name in a held directory, where something may or may not be. `path` is absolute, in the client's words.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly path: string
  readonly directory: HeldDirectory
  readonly name: string
}

/**
 * Holds whatever is at a path, without opening it for reading.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hold = (bounds: Bounds, path: string): Effect.Effect<HeldPath, FileError.PathError, Scope.Scope> =>
  reach(bounds, path, { arrive: arriveHeld(bounds, Effect.succeed) }, (held) => held.close)

/**
 * Opens a regular file for reading.
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = (bounds: Bounds, path: string): Effect.Effect<OpenFile, FileError.PathError, Scope.Scope> =>
  reach<Omit<OpenFile, "path">>(
    bounds,
    path,
    {
      arrive: arriveHeld(
        bounds,
        (held) =>
          (held.stats.isFile() ? bounds.openAt.read(held) : Effect.fail(refuse("EISDIR"))).pipe(
            Effect.map((handle) => ({ handle, stats: held.stats })),
            Effect.onExit(() => held.close)
          )
      )
    },
    ({ handle }) => Effect.ignore(call(() => handle.close()))
  )

/**
 * Holds a directory; with `create` the missing ones on the way are made first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const directory = (
  bounds: Bounds,
  path: string,
  create: boolean
): Effect.Effect<OpenDirectory, FileError.PathError, Scope.Scope> =>
  reach(
    bounds,
    path,
    {
      arrive: (parent, name): Effect.Effect<Walk.Arrived<HeldDirectory> | Walk.MaybeLink, SystemFailure> => {
        if (name === undefined) return Effect.as(check(bounds, parent), Walk.keeping(parent))
        const entered = bounds.openAt.enter(parent, name)
        return Effect.matchEffect(create ? orMake(entered, parent, name) : entered, {
          onSuccess: (child) => Effect.map(checked(bounds, child), Walk.arrived),
          onFailure: (failure) =>
            failure.code === "ENOTDIR" ? Effect.succeed(Walk.maybeLink(false)) : Effect.fail(failure)
        })
      },
      ...(create && { missing: makeDirectory })
    },
    (held) => held.close
  )

/**
 * Holds the directory a path is in; see `Sandbox.entry`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const entry = (
  bounds: Bounds,
  path: string,
  follow: boolean
): Effect.Effect<Entry, FileError.PathError, Scope.Scope> =>
  reach(
    bounds,
    path,
    {
      arrive: Effect.fnUntraced(function*(parent, name) {
        if (name === undefined) return yield* refuse(ESCAPE)
        if (follow && (yield* isLink(parent, name))) return Walk.maybeLink(true)
        yield* check(bounds, parent)
        return Walk.keeping({ directory: parent, name })
      })
    },
    (found) => found.directory.close
  )

const reach = <A extends object>(
  bounds: Bounds,
  path: string,
  walk: Pick<Walk.Options<A>, "arrive" | "missing">,
  close: (value: A) => Effect.Effect<void>
): Effect.Effect<A & { readonly path: string }, FileError.PathError, Scope.Scope> =>
  Effect.flatMap(
    Limits,
    (limits) =>
      Effect.flatMap(locate(bounds.roots, path, limits.maxPathCharacters), ({ absolute, place }) =>
        Effect.acquireRelease(Walk.walk({ ...bounds, place, maxLinks: limits.maxLinks, ...walk }), close).pipe(
          Effect.map((value) => ({ ...value, path: absolute })),
          FileError.at(path)
        ))
  )

const locate = (
  roots: ReadonlyArray<Root.Root>,
  path: string,
  maxCharacters: number
): Effect.Effect<{ readonly absolute: string; readonly place: Root.Place }, FileError.PathError> => {
  const problem = path === ""
    ? "it is empty"
    : path.length > maxCharacters
    ? `it has more than ${maxCharacters} characters`
    : path.includes("\0")
    ? "it has a null character in it"
    : undefined
  if (problem !== undefined) return Effect.fail(new FileError.InvalidPath({ path: FileError.echo(path), problem }))
  const first = roots[0]
  const absolute = first === undefined ? undefined : NodePath.resolve(first.given, path)
  const place = absolute === undefined ? undefined : Root.locate(roots, absolute)
  return absolute === undefined || place === undefined
    ? Effect.fail(new FileError.AccessDenied({ path: FileError.echo(path) }))
    : Effect.succeed({ absolute, place })
}

interface Closable {
  readonly real: Effect.Effect<string, SystemFailure>
  readonly close: Effect.Effect<void>
}

// A second opinion: the walk cannot leave the roots, but a directory can be carried out of them while it is held.
const check = (bounds: Bounds, held: Closable): Effect.Effect<void, SystemFailure> =>
  Effect.flatMap(held.real, (real) => Root.holdsReal(bounds.roots, real) ? Effect.void : Effect.fail(refuse(ESCAPE)))

const checked = <A extends Closable>(bounds: Bounds, held: A): Effect.Effect<A, SystemFailure> =>
  Effect.as(Effect.tapError(check(bounds, held), () => held.close), held)

const arriveHeld =
  <A>(bounds: Bounds, use: (held: Held) => Effect.Effect<A, SystemFailure>) =>
  (directory: HeldDirectory, name: string | undefined) =>
    Effect.flatMap(
      bounds.openAt.hold(directory, name ?? "."),
      (held): Effect.Effect<Walk.Arrived<A> | Walk.MaybeLink, SystemFailure> =>
        held.stats.isSymbolicLink()
          ? Effect.as(held.close, Walk.maybeLink(true))
          : Effect.map(Effect.flatMap(checked(bounds, held), use), Walk.arrived)
    )

const orMake = <A>(
  entered: Effect.Effect<A, SystemFailure>,
  parent: HeldDirectory,
  name: string
): Effect.Effect<A, SystemFailure> =>
  Effect.catchIf(
    entered,
    (failure) => failure.code === "ENOENT",
    () => Effect.andThen(makeDirectory(parent, name), entered)
  )

// Another call may make the same directory at the same time; both are content.
const makeDirectory = (parent: HeldDirectory, name: string): Effect.Effect<void, SystemFailure> =>
  Effect.catchIf(
    Effect.asVoid(call(() => Fs.mkdir(parent.at(name)))),
    (failure) => failure.code === "EEXIST",
    () => Effect.void
  )

// Windows says UNKNOWN where POSIX says EINVAL: it is there and no link.
const isLink = (parent: HeldDirectory, name: string): Effect.Effect<boolean, SystemFailure> =>
  call(() => Fs.readlink(parent.at(name))).pipe(
    Effect.as(true),
    Effect.catchIf(
      (failure) => failure.code === "EINVAL" || failure.code === "ENOENT" || failure.code === "UNKNOWN",
      () => Effect.succeed(false)
    )
  )
