/**
 * Holding directories and files by their real path, for systems without `/proc` (macOS, Windows).
 *
 * Not as strong as `OpenAtHandles`: a file is proved to be the one that was checked before a byte of it is read, but a
 * directory that someone swaps for a link between the check and a listing, a creation or a move is not noticed.
 *
 * @see https://nodejs.org/api/fs.html#fspromisesrealpathpath-options
 */
import * as Effect from "effect/Effect"
import { type BigIntStats, constants } from "node:fs"
import * as Fs from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import * as NodePath from "node:path"
import type { Held, HeldDirectory, OpenAt } from "./OpenAt.ts"
import { call, ESCAPE, refuse, type SystemFailure } from "./SystemCall.ts"

// Windows has none of these flags; there a link is found by the comparison of identities alone.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

const look = (path: string): Effect.Effect<BigIntStats, SystemFailure> => call(() => Fs.lstat(path, { bigint: true }))

const same = (left: BigIntStats, right: BigIntStats): boolean => left.dev === right.dev && left.ino === right.ino

// The system's own spelling of the last name is taken over, since case may not count; everything before it must agree.
const canonical = (parent: string, path: string): Effect.Effect<string, SystemFailure> =>
  Effect.flatMap(
    call(() => Fs.realpath(path)),
    (real) => NodePath.dirname(real) === parent ? Effect.succeed(real) : Effect.fail(refuse(ESCAPE))
  )

const heldDirectory = (path: string, stats: BigIntStats): HeldDirectory => ({
  self: path,
  at: (name) => NodePath.join(path, name),
  real: Effect.flatMap(
    Effect.all([call(() => Fs.realpath(path)), look(path)]),
    ([real, now]) => real === path && same(stats, now) ? Effect.succeed(real) : Effect.fail(refuse(ESCAPE))
  ),
  close: Effect.void
})

const directoryAt = (path: string): Effect.Effect<HeldDirectory, SystemFailure> =>
  Effect.flatMap(
    look(path),
    (stats) => stats.isDirectory() ? Effect.succeed(heldDirectory(path, stats)) : Effect.fail(refuse("ENOTDIR"))
  )

const hold = Effect.fnUntraced(function*(
  directory: HeldDirectory,
  name: string
): Effect.fn.Return<Held, SystemFailure> {
  const path = directory.at(name)
  const stats = yield* look(path)
  return {
    self: path,
    stats,
    // Where a link leads is for the walk to find out; anything else must be where its directory is.
    real: name === "."
      ? directory.real
      : stats.isSymbolicLink()
      ? Effect.succeed(path)
      : canonical(directory.self, path),
    close: Effect.void
  }
})

// Who swaps a name there and back may be met by each call at another moment, and each look is one more to be met rightly.
const LOOKS = 6

const read = (held: Held): Effect.Effect<FileHandle, SystemFailure> =>
  Effect.flatMap(
    call(() => Fs.open(held.self, READ)),
    (handle) =>
      call(() => handle.stat({ bigint: true })).pipe(
        Effect.filterOrFail((stats) => same(stats, held.stats), () => refuse(ESCAPE)),
        Effect.andThen(Effect.repeat(isWhereItWas(held), { times: LOOKS - 1 })),
        Effect.as(handle),
        Effect.tapError(() => Effect.ignore(call(() => handle.close())))
      )
  )

const isWhereItWas = (held: Held): Effect.Effect<void, SystemFailure> =>
  Effect.flatMap(
    Effect.all([held.real, look(held.self)]),
    ([, now]) => same(now, held.stats) ? Effect.void : Effect.fail(refuse(ESCAPE))
  )

/**
 * Holds by real path and identity (device and inode).
 *
 * @category constructors
 * @since 0.1.0
 */
export const openAtPaths: OpenAt = {
  guarantee: "paths",
  root: (real) =>
    Effect.flatMap(
      call(() => Fs.realpath(real)),
      (now) => now === real ? directoryAt(real) : Effect.fail(refuse(ESCAPE))
    ),
  enter: (directory, name) =>
    Effect.flatMap(
      directoryAt(directory.at(name)),
      (child) => Effect.flatMap(canonical(directory.self, child.self), directoryAt)
    ),
  hold,
  read
}
