/**
 * `openat` for Node: a held directory is a descriptor, and `/proc/self/fd/<n>/<name>` is a name inside it.
 *
 * Not available where `/proc` is not mounted; `supported` finds out.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
import * as Effect from "effect/Effect"
import { constants } from "node:fs"
import * as Fs from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import type { Held, HeldDirectory, OpenAt } from "./OpenAt.ts"
import { call, ESCAPE, refuse, type SystemFailure } from "./SystemCall.ts"

// Not among Node's constants. It has this value on every Linux that Node runs on; a descriptor opened with it only stands
// for a place, so opening it neither reads, blocks on a pipe nor wakes a device.
const O_PATH = 0o10000000

const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW
const ANYTHING = O_PATH | constants.O_NOFOLLOW
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

const procPath = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`

const whereIs = (handle: FileHandle): Effect.Effect<string, SystemFailure> => call(() => Fs.readlink(procPath(handle)))

// Closing can only fail for a descriptor that is not open, and then there is nothing left to release.
const close = (handle: FileHandle): Effect.Effect<void> => Effect.ignore(call(() => handle.close()))

const heldDirectory = (handle: FileHandle): HeldDirectory => ({
  self: procPath(handle),
  at: (name) => `${procPath(handle)}/${name}`,
  real: whereIs(handle),
  close: close(handle)
})

const openDirectory = (path: string): Effect.Effect<FileHandle, SystemFailure> => call(() => Fs.open(path, DIRECTORY))

const root = (real: string): Effect.Effect<HeldDirectory, SystemFailure> =>
  Effect.flatMap(openDirectory(real), (handle) =>
    whereIs(handle).pipe(
      // A directory above the root may have become a link since the root was resolved.
      Effect.flatMap((now) => now === real ? Effect.succeed(heldDirectory(handle)) : Effect.fail(refuse(ESCAPE))),
      Effect.tapError(() => close(handle))
    ))

const enter = (directory: HeldDirectory, name: string): Effect.Effect<HeldDirectory, SystemFailure> =>
  Effect.map(openDirectory(directory.at(name)), heldDirectory)

const hold = (directory: HeldDirectory, name: string): Effect.Effect<Held, SystemFailure> =>
  Effect.flatMap(
    call(() => Fs.open(directory.at(name), ANYTHING)),
    (handle) =>
      call(() => handle.stat({ bigint: true })).pipe(
        Effect.map((stats): Held => ({ self: procPath(handle), stats, real: whereIs(handle), close: close(handle) })),
        Effect.tapError(() => close(handle))
      )
  )

/**
 * Whether descriptors can be used as directories here.
 *
 * @category constructors
 * @since 0.1.0
 */
export const supported: Effect.Effect<boolean> = Effect.flatMap(
  call(() => Fs.realpath(process.cwd())),
  (here) => Effect.flatMap(root(here), (directory) => directory.close)
).pipe(Effect.as(true), Effect.catch(() => Effect.succeed(false)))

/**
 * Holds by descriptor.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openAtHandles: OpenAt = {
  guarantee: "handles",
  root,
  enter,
  hold,
  // The path of the descriptor leads to the very file it stands for, so there is no second look-up to race with.
  read: (held) => call(() => Fs.open(held.self, READ))
}
