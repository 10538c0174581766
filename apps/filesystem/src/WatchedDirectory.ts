/**
 * The system's notice that something in one held directory changed.
 *
 * Not recursive, and not by path: on Linux the notice belongs to the very directory that is held, whatever its path leads to
 * later, so the handle may be closed once the notice is set up.
 *
 * @see https://nodejs.org/api/fs.html#fswatchfilename-options-listener
 */
import * as Effect from "effect/Effect"
import { watch } from "node:fs"
import type { HeldDirectory, OpenAt } from "./OpenAt.ts"
import { fromCause, type SystemFailure } from "./SystemCall.ts"

/**
 * What changed: an entry, or with no name the directory itself. `structure` means that a name came, went or changed its owner;
 * otherwise contents or attributes changed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Notice {
  readonly name: string | undefined
  readonly structure: boolean
}

/**
 * Starts noticing; the answer is how to stop. A watch alone does not keep the process alive.
 *
 * @category constructors
 * @since 0.1.0
 */
export const watchDirectory = (
  directory: HeldDirectory,
  guarantee: OpenAt["guarantee"],
  onNotice: (notice: Notice) => void
): Effect.Effect<Effect.Effect<void>, SystemFailure> =>
  Effect.try({
    try: () => {
      // A notice about the directory itself carries the last name of the watched path, and no entry can be called `.`.
      const path = guarantee === "handles" ? `${directory.self}/.` : directory.self
      const watcher = watch(path, { persistent: false })
      let open = true
      watcher.on("change", (event, filename) => {
        const name = filename === null ? undefined : filename.toString()
        if (open) onNotice({ name: name === "." ? undefined : name, structure: event === "rename" })
      })
      watcher.on("error", () => {
        if (open) onNotice({ name: undefined, structure: true })
      })
      return Effect.sync(() => {
        open = false
        watcher.close()
      })
    },
    catch: fromCause
  })
