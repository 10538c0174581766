/**
 * The way from an allowed directory to a path: one held directory at a time, every link read and judged.
 *
 * Not the kernel's own path resolution: nothing outside the roots is ever touched, so a refused path does not even tell
 * whether it exists.
 *
 * @see https://man7.org/linux/man-pages/man7/path_resolution.7.html
 */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs/promises"
import * as NodePath from "node:path"
import type { HeldDirectory, OpenAt } from "./OpenAt.ts"
import * as Root from "./Root.ts"
import { call, ESCAPE, refuse, type SystemFailure } from "./SystemCall.ts"

/**
 * The last step found what it was for.
 *
 * `keeps` says that the value uses the directory, which is then open until the value's owner closes it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Arrived<A> {
  readonly _tag: "Arrived"
  readonly value: A
  readonly keeps: boolean
}

/**
 * The last name is not what the step needs but may be a link to it; `seen` says that it was a link a moment ago.
 *
 * @category models
 * @since 0.1.0
 */
export interface MaybeLink {
  readonly _tag: "MaybeLink"
  readonly seen: boolean
}

/**
 * The value of a last step that is done with the directory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arrived = <A>(value: A): Arrived<A> => ({ _tag: "Arrived", value, keeps: false })

/**
 * The value of a last step that goes on using the directory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keeping = <A>(value: A): Arrived<A> => ({ _tag: "Arrived", value, keeps: true })

/**
 * The answer of a last step that could not use the name.
 *
 * @category constructors
 * @since 0.1.0
 */
export const maybeLink = (seen: boolean): MaybeLink => ({ _tag: "MaybeLink", seen })

/**
 * A walk: where it starts, what it may pass, and its last step.
 *
 * `arrive` gets the last directory and the last name, or no name when the path is that directory itself. `missing` is asked
 * when a directory on the way does not exist, and may create it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<A> {
  readonly openAt: OpenAt
  readonly roots: ReadonlyArray<Root.Root>
  readonly place: Root.Place
  readonly maxLinks: number
  readonly arrive: (
    directory: HeldDirectory,
    name: string | undefined
  ) => Effect.Effect<Arrived<A> | MaybeLink, SystemFailure>
  readonly missing?: (directory: HeldDirectory, name: string) => Effect.Effect<void, SystemFailure>
}

interface Cursor {
  root: Root.Root
  directory: HeldDirectory
  // Names walked since the root, none of them a link; what is above any of them is therefore exactly known.
  walked: Array<string>
  ahead: Array<string>
  links: number
  steps: number
}

// A path has at most this many steps once its links are resolved; without it, links full of `..` make the walk quadratic.
const MAX_STEPS = 4096

/**
 * Walks to a place. It must run uninterrupted, as the acquisition of what it returns: it holds directories on the way.
 *
 * @category constructors
 * @since 0.1.0
 */
export const walk = Effect.fnUntraced(function*<A>(options: Options<A>): Effect.fn.Return<A, SystemFailure> {
  const cursor: Cursor = {
    root: options.place.root,
    directory: yield* options.openAt.root(options.place.root.real),
    walked: [],
    ahead: [...options.place.names],
    links: 0,
    steps: 0
  }
  return yield* Effect.flatMap(
    Effect.tapError(steps(options, cursor), () => cursor.directory.close),
    (arrival) => arrival.keeps ? Effect.succeed(arrival.value) : Effect.as(cursor.directory.close, arrival.value)
  )
})

const steps = Effect.fnUntraced(function*<A>(
  options: Options<A>,
  cursor: Cursor
): Effect.fn.Return<Arrived<A>, SystemFailure> {
  while (true) {
    if (++cursor.steps > MAX_STEPS) return yield* refuse("ELOOP")
    const name = cursor.ahead.shift()
    if (name === "..") {
      yield* jump(options, cursor, "..")
    } else if (name === undefined || cursor.ahead.length === 0) {
      const arrival = yield* options.arrive(cursor.directory, name)
      if (arrival._tag === "Arrived") return arrival
      if (name === undefined) return yield* refuse("ENOTDIR")
      yield* pass(options, cursor, name, arrival.seen)
    } else {
      yield* enter(options, cursor, name)
    }
  }
})

const enter = <A>(options: Options<A>, cursor: Cursor, name: string): Effect.Effect<void, SystemFailure> => {
  const entered = options.openAt.enter(cursor.directory, name)
  const { missing } = options
  const created = missing === undefined
    ? entered
    : Effect.catchIf(
      entered,
      (failure) => failure.code === "ENOENT",
      () => Effect.andThen(missing(cursor.directory, name), entered)
    )
  return created.pipe(
    Effect.flatMap((child) => {
      const parent = cursor.directory
      cursor.directory = child
      cursor.walked.push(name)
      return parent.close
    }),
    Effect.catchIf((failure) => failure.code === "ENOTDIR", () => pass(options, cursor, name, false))
  )
}

// Reads a link by name. That the name may mean another link by now does no harm: whatever it says is walked and judged.
const pass = <A>(
  options: Options<A>,
  cursor: Cursor,
  name: string,
  seen: boolean
): Effect.Effect<void, SystemFailure> => {
  if (++cursor.links > options.maxLinks) return Effect.fail(refuse("ELOOP"))
  return call(() => Fs.readlink(cursor.directory.at(name))).pipe(
    Effect.flatMap((target) => jump(options, cursor, target)),
    Effect.catchIf((failure) => failure.code === "EINVAL", () => {
      if (!seen) return Effect.fail(refuse("ENOTDIR"))
      // Someone put a file where the link was: look again.
      cursor.ahead.unshift(name)
      return Effect.void
    })
  )
}

const jump = <A>(options: Options<A>, cursor: Cursor, target: string): Effect.Effect<void, SystemFailure> => {
  const here = NodePath.join(cursor.root.real, ...cursor.walked)
  const place = Root.follow(options.roots, here, target, cursor.ahead)
  if (place === undefined) return Effect.fail(refuse(ESCAPE))
  return Effect.map(
    Effect.flatMap(options.openAt.root(place.root.real), (directory) => Effect.as(cursor.directory.close, directory)),
    (directory) => {
      cursor.root = place.root
      cursor.directory = directory
      cursor.walked = []
      cursor.ahead = [...place.names]
    }
  )
}
